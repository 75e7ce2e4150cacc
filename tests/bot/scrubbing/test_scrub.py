from __future__ import annotations

import random
from itertools import pairwise

import pytest
from stdnum import luhn
from stdnum.fr import nir

from bot.scrubbing.scrub import scrub

DICE = random.Random(20_261_122)


def digits(count: int, first: str = "") -> str:
    return first + "".join(DICE.choice("0123456789") for _ in range(count - len(first)))


def keyed(count: int, first: str = "") -> str:
    body = digits(count - 1, first)
    return body + luhn.calc_check_digit(body)


def made_nir(department: str = "") -> str:
    sex, year, month = DICE.choice("12"), DICE.randint(20, 99), DICE.randint(1, 12)
    place = department or f"{DICE.randint(1, 95):02}"
    body = f"{sex}{year:02}{month:02}{place}{DICE.randint(1, 990):03}{DICE.randint(1, 999):03}"
    return body + nir.calc_check_digits(body + "00")


def spaced_nir(number: str, gap: str = " ") -> str:
    cuts = (0, 1, 3, 5, 7, 10, 13, 15)
    parts = [number[a:b] for a, b in pairwise(cuts)]
    return gap.join(part for part in parts if part)


def made_siret() -> str:
    while True:
        siret = keyed(14, keyed(9))
        if not siret.startswith(("19", "20")):
            return siret


def made_iban() -> str:
    body = digits(23)
    key = 98 - int(body + "152700") % 97
    return f"FR{key:02}{body}"


def grouped(number: str, *sizes: int, gap: str = " ") -> str:
    parts, start = [], 0
    for size in sizes:
        parts.append(number[start : start + size])
        start += size
    return gap.join(part for part in parts if part)


def phones() -> list[str]:
    mobile, fixed = digits(10, "06"), digits(10, "01")
    return [
        mobile,
        grouped(mobile, 2, 2, 2, 2, 2),
        grouped(fixed, 2, 2, 2, 2, 2, gap="."),
        grouped(fixed, 2, 2, 2, 2, 2, gap="-"),
        grouped(fixed, 2, 2, 2, 2, 2, gap="/"),
        grouped(mobile, 2, 2, 2, 2, 2, gap="\u00a0"),
        "+33 " + grouped(mobile[1:], 1, 2, 2, 2, 2),
        "+33" + mobile[1:],
        "+33 (0)" + grouped(mobile[1:], 1, 2, 2, 2, 2),
        "+33." + grouped(mobile[1:], 1, 2, 2, 2, 2, gap="."),
        "0033" + mobile[1:],
        "0033 " + grouped(mobile[1:], 1, 2, 2, 2, 2),
        "0 806 80 02 13",
        "0806 800 213",
        "+262 692 12 34 56",
        "+32 475 12 34 56",
    ]


def identifiers() -> list[tuple[str, str]]:
    """Pairs of a label and a made-up number as somebody would write it."""
    rpps, siren, siret, iban = keyed(11, "10"), keyed(9, "4"), made_siret(), made_iban()
    visa, amex, any_nir = keyed(16, "4970"), keyed(15, "37"), made_nir()
    return [
        *(("[téléphone]", phone) for phone in phones()),
        ("[courriel]", "jeanne.durand@exemple.fr"),
        ("[courriel]", "J.DURAND+test@Cabinet-Medical.exemple.com"),
        ("[courriel]", "jeanne.durand (at) exemple.fr"),
        ("[courriel]", f"{'j' * 80}@exemple.fr"),
        ("[NIR]", any_nir),
        ("[NIR]", spaced_nir(any_nir)),
        ("[NIR]", spaced_nir(any_nir, ".")),
        ("[NIR]", spaced_nir(any_nir, "\u202f")),
        ("[NIR]", f"{any_nir[:13]} {any_nir[13:]}"),
        ("[NIR]", any_nir[:13]),
        ("[NIR]", spaced_nir(any_nir[:13])),
        ("[NIR]", made_nir("2A")),
        ("[NIR]", spaced_nir(made_nir("2B"))),
        ("[NIR]", spaced_nir(any_nir[:13] + f"{int(any_nir[13:]) % 97 + 1:02}")),
        ("[RPPS]", rpps),
        ("[RPPS]", grouped(rpps, 2, 3, 3, 3)),
        ("[RPPS]", "8" + rpps),
        ("[SIRET]", siret),
        ("[SIRET]", grouped(siret, 3, 3, 3, 5)),
        ("[SIRET]", grouped(siret, 9, 5)),
        ("[SIREN]", grouped(siren, 3, 3, 3)),
        ("[IBAN]", iban),
        ("[IBAN]", grouped(iban, 4, 4, 4, 4, 4, 4, 3)),
        ("[IBAN]", iban.lower()),
        ("[IBAN]", "DE89 3704 0044 0532 0130 00"),
        ("[carte]", visa),
        ("[carte]", grouped(visa, 4, 4, 4, 4)),
        ("[carte]", grouped(visa, 4, 4, 4, 4, gap="-")),
        ("[carte]", grouped(amex, 4, 6, 5)),
    ]


def labelled() -> list[tuple[str, str, str]]:
    """A sentence, the label wanted, and what must be gone; the keys of these numbers are wrong."""
    nine = digits(9, "75")
    return [
        (f"mon numéro RPPS est le {digits(11, '10')}", "[RPPS]", ""),
        (f"RPPS:{digits(11, '10')}", "[RPPS]", ""),
        (f"RPPS n° {grouped(digits(11, '10'), 2, 3, 3, 3)}", "[RPPS]", ""),
        (f"numéro ADELI {nine}", "[ADELI]", nine),
        (f"ADELI : {grouped(nine, 2, 1, 5, 1)}", "[ADELI]", ""),
        (f"le {nine} (ADELI) est refusé", "[ADELI]", nine),
        (f"FINESS géographique {nine}", "[FINESS]", nine),
        (f"n° finess: {grouped(nine, 3, 3, 3)}", "[FINESS]", ""),
        (f"FINESS {nine} et {digits(9, '92')}", "[FINESS] et [FINESS]", nine),
        (f"FINESS 2A{digits(7)}", "[FINESS]", ""),
        (f"SIREN {nine}", "[SIREN]", nine),
        (f"SIRET : {digits(14, '5')}", "[SIRET]", ""),
        (f"numéro de sécurité sociale {digits(13, '1')}", "[NIR]", ""),
        (f"carte CPS {digits(10, '28')}", "[identifiant]", ""),
        ("patient né le 12/03/1985", "[date de naissance]", "1985"),
    ]


def named() -> list[tuple[str, str, str]]:
    return [
        ("Je remplace M. Durand.", "M. [nom].", "Durand"),
        ("Je remplace M.Durand.", "[nom]", "Durand"),
        ("Mme Dupont-Moretti n'a pas reçu sa carte", "Mme [nom] n'a", "Moretti"),
        ("Mme DUPONT Jeanne", "[nom]", "Jeanne"),
        ("Mlle Léa Martin", "[nom]", "Martin"),
        ("le Dr Le Goff", "Dr [nom]", "Goff"),
        ("le dr. Jean-Paul O'Neil", "[nom]", "Neil"),
        ("Pr Émile Zidane", "[nom]", "Zidane"),
        ("le Docteur Ève Œillet a demandé", "Docteur [nom] a demandé", "Œillet"),
        ("Monsieur Jean de La Tour", "[nom]", "Tour"),
        ("Madame d'Ormesson", "[nom]", "Ormesson"),
        ("la patiente Marie Curie", "patiente [nom]", "Curie"),
        ("le patient LEROY", "patient [nom]", "LEROY"),
        ("Patient : DUPONT Jean", "Patient : [nom]", "Jean"),
        ("Nom de naissance : Marie Curie", "[nom]", "Curie"),
        ("Bonjour, je m'appelle Jean Valjean", "m'appelle [nom]", "Valjean"),
    ]


FRAMES = (
    "{}",
    "Bonjour, voici mon numéro : {}. Merci !",
    "Pouvez-vous regarder ({}) ?",
    "je vous donne {} pour mon dossier",
    "coordonnées\n{}\ncordialement",
)

PERSONAL = [
    *((frame.format(number), label, number) for label, number in identifiers() for frame in FRAMES),
    *labelled(),
    *named(),
]

TECHNICAL = [
    "La version 2.14.3 de notre logiciel est refusée",
    "Convergence 3.0.1-rc.2 build 20240612",
    "Windows 10.0.19045.4529 et Chrome 126.0.6478.127",
    "Java 1.8.0_392 puis 17.0.11",
    "Erreur 500 sur l'appel, puis erreur 0612345678",
    "code erreur DMPInvalidIdentity, HTTP 404",
    "SOAP fault XDSRepositoryError 0x80004005",
    "erreur ERR-0612345678 au démarrage",
    "L'OID 1.2.250.1.213.1.1.4.2 est inconnu",
    "urn:oid:1.2.250.1.71.4.2.1 pour le RPPS",
    "OID 2.16.840.1.113883.3.42.10001.100001.12",
    "1.2.250.1.213.6.1.1.12.34.56.78",
    "templateId 1.3.6.1.4.1.19376.1.5.3.1.1.1",
    "0.4.0.127.0.7.2.2.1.1 dans le certificat",
    "UUID 550e8400-e29b-41d4-a716-446655440000",
    "trace 06123456-7890-4123-8456-061234567890",
    "urn:uuid:123e4567-e89b-12d3-a456-426614174000",
    "le 12/06/2024 à 10:30",
    "depuis le 2024-06-12T10:30:00+02:00",
    "entre le 01-02-2024 10 tickets ouverts",
    "échéance 31.12.2025 23:59",
    "horodatage 20240612103045",
    "epoch 1718191234 et 1718191234567",
    "le 01/02/24 à 12 h 30",
    "le serveur 192.168.1.254 ne répond pas",
    "10.0.0.12:8443 refuse la connexion",
    "IPv6 2001:0db8:85a3:0000:0000:8a2e:0370:7334",
    "masque 255.255.255.0, passerelle 172.16.254.1/24",
    "MAC 00:1B:44:11:3A:B7 puis 01-23-45-67-89-AB",
    "série 3A:5F:01:02:03:04:05:06:07:08",
    "certificat 4f3a0612345678de90",
    "numéro de série 01 23 45 67 89 ab cd ef 01 23",
    "SHA-256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "ticket 10001234567 ouvert hier",
    "ticket n° 0612345678",
    "INC0612345678 reste sans réponse",
    "SUP-0612345678 et #4521",
    "incident : 4970101234567890123456",
    "jira 1234567, pull 8901",
    "exigence INS.01.23 et SC.PSI/CONF.04",
    "preuve EXI-DMP-1.2.3 à refaire",
    "scénario 12.04.06, étape 3",
    "profil MSS2.1 et TD0.9",
    "DSI-1, DSI-12 et DSI-123",
    "docteur en médecine ou en pharmacie",
    "Le docteur peut-il utiliser sa carte ?",
    "Le monsieur de Convergence et le docteur de Roumanie",
    "Docteur en pharmacie, je demande une carte",
    "Madame, Monsieur, bonjour",
    "Bonjour Madame, Monsieur le Directeur",
    "Dossier Patient Informatisé (DPI) certifié",
    "identité patient INS qualifiée",
    "ressource Patient FHIR et Patient Summary",
    "le patient consulte Mon espace santé",
    "Nom : Convergence, patient : Erreur 500",
    "un patient peut-il refuser ?",
    "appelez le 15 ou le 3237, puis le 112",
    "12 500 dossiers, 1 250 000 lignes, 350 000 euros",
    "montant 1 234,56 € HT",
    "port 8443, pid 12345, 65 535 lignes",
    "package angular@12.0.1 et ssh admin@10.0.0.1",
    "@Test puis @Override dans la classe",
    "LOINC 11488-4, CIM-10 E11.9, CIP 3400930000001",
    "taille 5 M. Le reste va bien",
    "vague 2 du Ségur, 60 jours, article L. 1111-8",
    "RFC 5280, ISO 27001:2022, TLS 1.3, AES-256",
    "délai 30 s, mémoire 16 384 Mo, 99,95 %",
    "RPPS+ et FINESS+ dans l'annuaire",
    "Erreur RPPS : code 404 au lieu de 200",
    "FINESS juridique ou FINESS géographique ?",
    "fichier PS_LibreAcces_202406120800.zip",
    "https://exemple.fr/faq/2024/06/12/question-123456",
]


def kept_secret(text: str, label: str, secret: str) -> bool:
    masked = scrub(text)
    return label in masked and not (secret and secret in masked)


def test_personal_data_is_masked() -> None:
    missed = [text for text, label, secret in PERSONAL if not kept_secret(text, label, secret)]
    assert len(PERSONAL) >= 200
    assert len(missed) <= 0.02 * len(PERSONAL), missed


def test_technical_texts_stay_as_they_are() -> None:
    changed = [scrub(text) for text in TECHNICAL if scrub(text) != text]
    assert len(TECHNICAL) >= 60
    assert len(changed) <= 0.02 * len(TECHNICAL), changed


@pytest.mark.parametrize(("text", "masked"), [
    ("01 23 45 67 89/06 12 34 56 78", "[téléphone]/[téléphone]"),
    ("tél : 0612345678, mail : a@b.fr.", "tél : [téléphone], mail : [courriel]."),
    ("FR76 3000 6000 0112 3456 7890 189 MERCI", "[IBAN] MERCI"),
    ("versez sur 30004 00823 00010059421 17 merci", "versez sur [IBAN] merci"),
    ("oid 1.2.250.1.213.1, tél 0612345678", "oid 1.2.250.1.213.1, tél [téléphone]"),
    ("Mme Roux et M. Petit", "Mme [nom] et M. [nom]"),
])  # fmt: skip
def test_the_rest_of_a_text_is_kept(text: str, masked: str) -> None:
    assert scrub(text) == masked


def test_scrubbing_a_scrubbed_text_changes_nothing() -> None:
    for text, _, _ in PERSONAL:
        once = scrub(text)
        assert scrub(once) == once


@pytest.mark.parametrize("unit", [
    "", "a", "@", "a@a.", "0 ", "06 ", "M. A", "Mme de la ", "RPPS 1", "FR76 ", "AB12 3", "1.2.",
    "a0 ", "ticket n° ", "+33", "1 85 05 2A 006 08", "4111 ", "né le ", "\u00a0", "\ud800", "١",
    "A'", "d’A", "_at_", "a_at_", "FR 12 ",
])  # fmt: skip
def test_hostile_repeats_are_read_to_their_end(unit: str) -> None:
    # A pattern that backtracks without bound would not come back from these.
    assert scrub((unit * 10_000)[:10_000] + " fin").endswith("fin")


def test_beyond_what_anybody_writes_digits_are_masked_unread() -> None:
    # What is read of a run is bounded, and what is not read is not kept.
    masked = scrub("71 " * 100 + "rien d’autre")
    assert masked.count("71") < 70
    assert masked.endswith("[identifiant] rien d’autre")


@pytest.mark.parametrize(
    ("text", "label"),
    [
        *(("IPP 0014629281", "identifiant"), ("NDA : 0012345678", "identifiant")),
        *(("numéro de patient : 0014629281", "identifiant"), ("patient 0014629281", "identifiant")),
        *(("SIREN 005 550 275", "SIREN"), ("SIRET 00555027500020", "SIRET")),
        *(("FINESS 001234567", "FINESS"), ("RIB 00012 00012 00012345678 12", "IBAN")),
        *(("IPP : 00 146 292 81", "identifiant"), ("FINESS 0012345678", "FINESS")),
        *(
            ("tél 0033612345678", "téléphone"),
            ("IPP 12345678, tél 00 33 6 12 34 56 78", "téléphone"),
        ),
    ],
)
def test_a_number_that_a_word_announces_is_masked_though_zeros_begin_it(
    text: str, label: str
) -> None:
    masked = scrub(text)
    assert masked.endswith(f" [{label}]")
    assert not any(char.isdigit() for char in masked)


def test_two_zeros_mean_abroad_where_no_word_says_otherwise() -> None:
    assert scrub("depuis Londres : 00 44 20 7946 0958") == "depuis Londres : [téléphone]"
    assert scrub("le compteur 0012345678 tourne") == "le compteur 0012345678 tourne"


@pytest.mark.parametrize("text", ["12345678901\nRPPS inconnu", "12345678901 x 3 RPPS"])
def test_words_behind_a_number_tell_of_it_only_on_its_line_and_before_another(text: str) -> None:
    assert scrub("12345678901 (RPPS)") == "[RPPS] (RPPS)"
    assert scrub(text) == text
