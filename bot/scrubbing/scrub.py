"""Masks what identifies a person before a text is kept; technical texts stay as they are."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from bot.scrubbing.accounts import account_spans
from bot.scrubbing.emails import MAYBE_EMAIL, email_spans
from bot.scrubbing.names import mask_names, mask_patient_names
from bot.scrubbing.numbers import number_spans
from bot.scrubbing.patterns import BIRTH, MAYBE_NUMBER, SPOKEN_PHONE
from bot.scrubbing.spans import mask_spans
from bot.scrubbing.view import INVISIBLE

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_ROUNDS = 4


CONTACT = frozenset(
    {"[courriel]", "[téléphone]", "[SIRET]", "[SIREN]", "[RPPS]", "[FINESS]", "[TVA]"}
)
"""Labels of what a person may want to be reached by, or be known by at work."""


def scrub(text: str) -> str:
    """The text with bracketed French labels in place of personal data.

    E-mails, telephones, health and company identifiers, bank accounts, payment cards, birth dates
    and names are masked; versions, OIDs, UUIDs, dates, addresses, serials and ticket numbers are
    not. Invisible signs go with what they hide, and accents join the letters they stand behind.
    """
    return _mask(text, _scrub_once)


def scrub_patients(text: str) -> str:
    """The text with labels in place of what identifies a patient or opens an account.

    Health identifiers, bank accounts, payment cards, birth dates and the names of patients are
    masked; how to reach the person who writes, and their identifiers at work, are not.
    """
    return _mask(text, _scrub_patients_once)


def _mask(text: str, once: Callable[[str], str]) -> str:
    seen = unicodedata.normalize("NFC", INVISIBLE.sub("", text)).replace("\r\n", "\n")
    before, scrubbed = seen, once(seen)
    for _ in range(_MOST_ROUNDS):
        if scrubbed == before:
            break
        # A label stands for less than what it took: what stood beside it may now be read alone.
        before, scrubbed = scrubbed, once(scrubbed)
    return text if scrubbed == seen else scrubbed


def _scrub_patients_once(text: str) -> str:
    if MAYBE_NUMBER.search(text):
        for find in (account_spans, number_spans):
            spans = [span for span in find(text) if span.label not in CONTACT]
            text = mask_spans(text, spans)
    return mask_patient_names(BIRTH.sub(r"\g<lead>[date de naissance]", text))


def _scrub_once(text: str) -> str:
    if MAYBE_EMAIL.search(text):
        text = mask_spans(text, email_spans(text))
    if MAYBE_NUMBER.search(text):
        text = mask_spans(text, account_spans(text))
        text = mask_spans(text, number_spans(text))
    text = SPOKEN_PHONE.sub("[téléphone]", text)
    return mask_names(BIRTH.sub(r"\g<lead>[date de naissance]", text))
