"""Texts with what must become links in them: the page and the server find the same."""

from __future__ import annotations

LINKED: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Voir https://a.example/x?y=1&z. (ou b@c.example)",
        (("https://a.example/x?y=1&z",) * 2, ("b@c.example", "mailto:b@c.example")),
    ),
    (
        "hélène.support@exemple.fr",
        (("hélène.support@exemple.fr", "mailto:h%C3%A9l%C3%A8ne.support@exemple.fr"),),
    ),
    ("o'brien+x@exemple.fr !", (("o'brien+x@exemple.fr", "mailto:o%27brien+x@exemple.fr"),)),
    (
        "aide@éducation.example,",
        (("aide@éducation.example", "mailto:aide@%C3%A9ducation.example"),),
    ),
    ("l’adresse d’atelier@velo.fr", (("atelier@velo.fr", "mailto:atelier@velo.fr"),)),
    ("d'atelier@velo.fr, o’brien@velo.fr, a@b@c.fr", ()),
    (
        "sur ameli.fr, ou www.dmp.fr/matrice.",
        (("ameli.fr", "https://ameli.fr"), ("www.dmp.fr/matrice", "https://www.dmp.fr/matrice")),
    ),
    (
        "d’urssaf.fr ; hl7.fhir.fr.core, http://non.fr, 3.fr-x, A.net",
        (("urssaf.fr", "https://urssaf.fr"),),
    ),
    ("appelez le 3646 ou le 112.", (("3646", "tel:3646"), ("112", "tel:112"))),
    ("le 15 (SAMU) ; d’ici le 15 mars, le 3 500, le 3646,5", (("15", "tel:15"),)),
    ("0 806 80 02 13 (gratuit)", (("0 806 80 02 13", "tel:0806800213"),)),
    (
        "Téléphone\u00a0: 01\u00a099\u00a000\u00a000\u00a000, +33 1 99 00 00 00, 0 825 852 000",
        (
            ("01\u00a099\u00a000\u00a000\u00a000", "tel:0199000000"),
            ("+33 1 99 00 00 00", "tel:+33199000000"),
            ("0 825 852 000", "tel:0825852000"),
        ),
    ),
    ("SIRET 552 100 554 00013, 1 01 99 00 00 00 12, v01.99.00.00.00", ()),
    ("http://no.example javascript:alert(1) <b>", ()),
)
"""A text -> what is linked in it, as it is shown and where it leads."""
