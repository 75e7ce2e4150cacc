"""However people part, glue, mistype and announce a number, it is masked."""

from __future__ import annotations

import unicodedata

import pytest

from bot.scrubbing.scrub import scrub
from tests.fakes.personal_texts import drawn, kept

NIR = ("# ## ## ## ### ### ##", "### ### ### ### ###", "##### ##### #####", "############# ##")
GAPS = (
    " ",
    ".",
    "-",
    "/",
    " - ",
    " . ",
    "_",
    "\u00a0",
    "\u2009",
    "\u202f",
    "\u200b",
    "\u00b7",
    "  ",
)
PAIRS = "## ## ## ## ##"
SEEDS = range(5)


def kept_of(line: str) -> list[str]:
    """The texts of a few draws of a line that keep something of their numbers."""
    texts = (drawn(line, seed) for seed in SEEDS)
    return [
        scrub(text.text)
        for text in texts
        if any(kept(hidden, scrub(text.text)) for hidden in text.hidden)
    ]


@pytest.mark.parametrize("gap", GAPS)
@pytest.mark.parametrize("number", [
    *(f"nir|{shape}" for shape in NIR[:1]), f"mobile|{PAIRS}", f"fixe|{PAIRS}",
    "rpps|## ### ### ###", "siret|### ### ### #####", "card|#### #### #### ####",
    "iban|FR## #### #### #### #### #### ###",
])  # fmt: skip
def test_whatever_parts_its_groups_a_number_is_one(number: str, gap: str) -> None:
    kind, _, picture = number.partition("|")
    assert not kept_of(f"voici {{{kind}|{picture.replace(' ', gap)}}} merci")


@pytest.mark.parametrize("line", [
    *(f"voici {{nir|{shape}}}" for shape in NIR),
    "{nir|# # # # # # # # # # # # # # #}",
    "{nir13|#############} clé {nirkey|##}",
    "{nir13|# ## ## ## ### ###}, clef : {nirkey|##}",
    "{nir13|#############} (clé {nirkey|##})",
    "{nircorse|###############}",
    "{nircorse|# ## ## ## ### ### ##}",
    "{nircorse|#.##.##.##.###.###.##}",
    "IS01{nir|###############}S2TEST",
    "{rpps|### ### ### ##}",
    "{rpps|###.###.#####}",
    "8 {rpps|###########}",
    "sub=f:550dc1c8:{rpps}",
    "la pharmacie {finesskey}",
    "{siren|### ### ###} est radiée",
    "{siret|### ### ### ## ###}",
    "RIB {iban|FR#########################}",
    "carte {card|#### ###### ######}",
    "{card|####/####/####/####}",
])  # fmt: skip
def test_a_key_tells_a_number_without_a_word(line: str) -> None:
    assert not kept_of(line)


@pytest.mark.parametrize("line", [
    "{mobile|#### ### ###}", "{mobile|(##) ######## }", "{mobile|##,##,##,##,##}",
    "{mobile|##:##:##:##:##}", "{mobile|##;##;##;##;##}", "{mobile|##-##.## ##/##}",
    "{mobile|## ## ##\n## ##}", "{intl|+33#########}", "{intl|+ 33 # ## ## ## ##}",
    "{intl|+33(0)# ## ## ## ##}", "{intl|(+33) (0)# ## ## ## ##}", "{intl|0033 # ## ## ## ##}",
    "{intl|00 33 # ## ## ## ##}", "{intl|0033(0)#########}", "{intl|33 # ## ## ## ##}",
    "{abroad|+590 690 ## ## ##}", "{abroad|+687 ## ## ##}", "{abroad|00262 692 ## ## ##}",
    "{abroad|+32 ### ## ## ##}", "{abroad|0041 ## ### ## ##}", "{abroad|+1 (###) ###-####}",
    "{abroad|+44 (0)## #### ####}", "{abroad|+212 # ## ## ## ##}", "tel{mobile|##########}",
    "{mobile|##########}merci", "{mobile|##########}/{fixe|##########}",
    "Tel:{intl|+33#########}|Fax:{intl|+33#########}",
])  # fmt: skip
def test_a_telephone_is_found_however_it_is_typed(line: str) -> None:
    assert not kept_of(line)


@pytest.mark.parametrize("text", [
    "O6 39 98 12 34", "o639981234", "06 39 98 12 3O", "０６３９９８１２３４",
    "zéro six trente-neuf quatre-vingt-dix-huit douze trente-quatre",
])  # fmt: skip
def test_letters_and_words_for_digits_hide_no_telephone(text: str) -> None:
    assert scrub(text) == "[téléphone]"


@pytest.mark.parametrize("line", [
    "nss {nir|##############}", "le NIR {nir|# ## ## ## ### ##} est refusé",
    "mon rpps {cps|##########}", "RPPS n°{rpps}3", "finess : {adeli|########}",
    "siret n° {tva|###########}42", "CB n°{card|###############}", "tel {mobile|## ## ## ## #}",
    "tel {mobile|## ## ## ## ##}3", "portable {intl|# ## ## ## ##}",
    "IBAN {iban|FR## #### #### ####}",
    "{adeli} (ADELI)", "{rpps} c'est mon rpps", "audioprothésiste, {adeli}",
    "assurée {nir13|# ## ## ## ### ###}", "Struct idNat=3{siret}", "idNat 1{finesskey}",
])  # fmt: skip
def test_a_word_tells_a_number_that_was_mistyped(line: str) -> None:
    assert not kept_of(line)


@pytest.mark.parametrize("text", [
    "jean.durand @ exemple.fr", "jean.durand [at] exemple.fr", "jean.durand(at)exemple(point)fr",
    "jean.durand arobase exemple point fr", "jean point durand arobase exemple point fr",
    "jean.durand chez exemple.fr", "jean.durand at exemple dot fr", "jean.durand@exemple,fr",
    "jean.durand%40exemple.fr", "jean.durand[@]exemple[.]fr", "jean . durand @ exemple . fr",
    "jean.durand_at_exemple.fr", "jean.durand (a) exemple.fr", "jean.durand AROBASE exemple.fr",
])  # fmt: skip
def test_an_address_is_found_however_it_is_hidden_from_machines(text: str) -> None:
    assert scrub(text) == "[courriel]"


@pytest.mark.parametrize("text", [
    "on est chez exemple.net et chez exemple.com", "hébergé chez exemple.com",
    "rendez-vous at 10h", "NullPointerException at Client.java:217", "notre arobase ne passe pas",
    "l'adresse contact@ est manquante", "de 100 000 à 150 000 messages", "ils ont 3 (a) options",
])  # fmt: skip
def test_at_and_chez_make_no_address(text: str) -> None:
    assert scrub(text) == text


@pytest.mark.parametrize("text", [
    "table de 123 456 789 lignes", "le kit fait 148 237 984 octets", "id=123456789",
    "codes 01 02 03 04 05 06 dans la table", "trame 02 00 1A 03 4F 55 10 00 00 00 03",
    "12 fichiers, +18 203 -9 771", "GPS 48.8566140, 2.3522219", "/organization/123456789",
    "exp 1764072000 iat 1764068400", "10 11 12 13 14 15 16 17 18 19 20", "SNOMED CT 404684003",
    "version mobile : 4.2.0.1234567", "ISO 27001:2022 et ISO 13485:2016",
    "Mon ticket est le 10234567890",
    'le médecin signe à 20261104103000', '{"ts":1790112345678,"code":503}',
    "👨\u200d👩\u200d👧 bonjour",
])  # fmt: skip
def test_numbers_that_are_nobodys_stay(text: str) -> None:
    assert scrub(text) == text


@pytest.mark.parametrize("text", [
    "٠٦ ٣٩ ٩٨ ١٢ ٣٤", "0️⃣6️⃣3️⃣9️⃣9️⃣8️⃣1️⃣2️⃣3️⃣4️⃣", "06\u061c39981234", "06\u180e39981234",
    "06\u00ad39\u00ad98\u00ad12\u00ad34", "06 39 98\r\n12 34", "06 39 98\u202812 34",
    "+33 6 39.98.12.34", "(+33) 6 39.98.12.34", "(+33)6 39.98.12.34", "06 39.98.12.34",
])  # fmt: skip
def test_no_sign_or_line_hides_a_telephone(text: str) -> None:
    assert scrub(text) == "[téléphone]"


def test_accents_that_stand_apart_leave_no_half_of_a_name() -> None:
    apart = unicodedata.normalize("NFD", "Mme Hélène Zorvané, zorvané.hélène@exemple.fr")
    assert scrub(apart) == "Mme [nom], [courriel]"


def test_a_text_without_anything_personal_keeps_its_signs() -> None:
    text = unicodedata.normalize("NFD", "le décret\r\na été publié\u00ad\ufe0f")
    assert scrub(text) == text


def test_the_lines_of_a_letter_may_end_as_on_windows() -> None:
    assert scrub("Cordialement,\r\nOumy Zorvane") == "Cordialement,\n[nom]"


@pytest.mark.parametrize("text", [
    "59574293, finess 350907280", 'code 22811694"tel:+33639981234">', "M. LEM+32475330992",
    "BE68 5390 0754 7034 du fichier de 1073741824 octets 92 840 35", "né le 1/3/1985) 39 98 85 94",
    "(RPPS 10100000017)77529 714", "M. LEM+32(0)475/33.09.92",
])  # fmt: skip
def test_a_label_tells_nothing_of_what_stands_beside_it(text: str) -> None:
    once = scrub(text)
    assert once != text
    assert scrub(once) == once


@pytest.mark.parametrize("text", [
    "mes mails sont hébergés chez Orange", "problème d'adresse mail chez Free",
    "mon adresse est restée chez orange", "la e-CPS chez Orange", "la 2.1 chez Free",
    "au sujet du mail à orange",
    "10.20.30.40 et 10.20.30.41", "noeud 02 10.0.0.12", "port 80 10.20.30.40",
])  # fmt: skip
def test_a_provider_and_an_address_of_a_machine_are_nobodys(text: str) -> None:
    assert scrub(text) == text


@pytest.mark.parametrize("text", ['<birthDate value="1968-08-07"/>', '"birthDate": "1968-08-07"'])
def test_a_birth_date_is_found_in_what_machines_send(text: str) -> None:
    assert "[date de naissance]" in scrub(text)


@pytest.mark.parametrize("before", ["dossier 12-3456 ", "v1.2 ", "page 3-4, "])
def test_a_telephone_begins_behind_the_gap_and_not_within_the_number_before(before: str) -> None:
    assert scrub(f"{before}06 39 98 12 34") == f"{before}[téléphone]"
