"""The shapes of what is told by its letters, and of the technical tokens that look like numbers.

Every pattern starts at a border and has bounded or possessive repeats, so that a hostile text
costs no more than its length.
"""

from __future__ import annotations

import re

SPACE = r"[ \t\u00a0\u2007\u2009\u202f]"
DASH = r"\-\u2010\u2011\u2013"
_GAP = rf"(?:{SPACE}|-)"
_HEX = "[0-9A-Fa-f]"

# Told in words: "zéro six douze trente-quatre cinquante-six soixante-dix-huit"
_WORDS = (
    r"z[ée]ro|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize"
    r"|vingts?|trente|quarante|cinquante|soixante|septante|huitante|nonante|et"
)
SPOKEN_PHONE = re.compile(
    rf"\b(?:z[ée]ro|plus{SPACE}trente{_GAP}trois)(?:(?:{SPACE}|[,.-]){{1,2}}(?:{_WORDS})\b){{5,20}}",
    re.IGNORECASE,
)

# No identifier is shorter; most texts hold none and need not be looked through.
MAYBE_NUMBER = re.compile(r"\d(?:\D{0,16}\d){5}")

BIRTH = re.compile(
    rf"(?P<lead>\b(?:né(?:e|\(e\))?|DDN|naissance(?!\])|birth[ _-]?date(?:{SPACE}value)?)\W{{0,3}}"
    rf"(?:le|en|est le)?[\s:=\"']{{0,4}})"
    rf"(?:\d{{1,2}}[./{DASH} ]\d{{1,2}}[./{DASH} ](?:\d{{4}}|\d{{2}})"
    r"|\d{4}[./-]\d{2}[./-]\d{2}"
    r"|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    rf"|\d{{1,2}}(?:er)?{SPACE}[^\W\d_]{{3,9}}{SPACE}\d{{4}})(?!\w)",
    re.IGNORECASE,
)

# --- technical tokens ------------------------------------------------------------------------
_DATE = (
    r"(?:0[1-9]|[12]\d|3[01])[./-](?:0[1-9]|1[0-2])[./-](?:19|20)\d\d(?![\d./-])"
    r"|(?:19|20)\d\d[./-](?:0[1-9]|1[0-2])[./-](?:0[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?:0[1-9]|[12]\d|3[01])/(?:0[1-9]|1[0-2])/\d\d(?![\d/])"
)
_REFERENCE = (
    r"(?:tickets?|incidents?|anomalies?|jira|build|r[ée]vision|commit|erreurs?|errors?|s[ée]rie"
    r"|serial|lot|issue|version|bug)"
)
_CODE = r"(?:SNOMED(?: CT)?|CIS|CIP ?(?:7|13)?|UCD|GTIN|EAN|ISBN|s[ée]quence|pid|offset)"
_FILE = r"(?:r[ée]f(?:[ée]rence)?\.?|dossier|demande|commande|facture|ligne|taille)"
_NUMBER_SIGN = r"\s?(?:(?:n°|nº|no|num[ée]ro|#|:|=)\s?){0,2}"
_ARC = r"(?:0|[1-9]\d{0,18})"
_BYTE = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
# "06 39.98.12.34" is no address.
_NO_PHONE = r"(?<!\b0[1-9][ -])(?<!33 [1-9] )(?<!33\) [1-9] )(?<!33\)[1-9] )"
TECHNICAL = re.compile(
    rf"(?<![\w-]){_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}(?![\w-])"
    # OIDs: no number is written with a zero in front, the first two are low
    rf"|(?<![\w.])(?:0\.[49]\.0|1\.[1-3]?\d|2\.\d{{1,3}})(?:\.{_ARC}){{2,40}}(?!\.?\d)"
    rf"|(?<![\w.]){_NO_PHONE}{_BYTE}(?:\.{_BYTE}){{3}}(?!\.?\d)"
    rf"|(?<![\w./-])(?:{_DATE})"
    # seconds or milliseconds since 1970
    r"|\b(?:timestamp|epoch|unix|exp|iat|nbf|ts|time|horodatage|(?:auth|created|updated|expires)\w{0,6})"
    r"\W{1,4}\d{10,13}(?!\d)"
    # the organisation of a certificate
    r"|\bOU=\d{4} \d{9}(?!\w)"
    # hexadecimal bytes: with digits alone, they are two telephones
    rf"|(?<!\w)(?<!\W{_HEX}{{2}}[ :-])"
    rf"(?=(?:{_HEX}{{2}}[ :-]){{0,30}}(?:\d[A-F]|[A-F]\d|[A-F]{{2}}[ :-][A-F]{{2}}))"
    rf"(?:{_HEX}{{2}}[ :-]){{7,63}}{_HEX}{{2}}(?!\w)"
    rf"|(?<!\w)(?:{_REFERENCE}{_NUMBER_SIGN}\d{{4,12}}|{_CODE}{_NUMBER_SIGN}\d{{4,14}}"
    rf"|{_FILE}{_NUMBER_SIGN}\d{{4,9}})(?!\s?\d)",
    re.IGNORECASE,
)
