"""Which language a message is in, and whether it asks for a person or help: small words.

A message is French unless it is long enough and plainly English: acronyms and names of products
look English too, and a French reply to a Frenchman is never wrong.
"""

from __future__ import annotations

import re

from classifier.text import Words, count_little_words, plain_words, word_set

MIN_WORDS = 4
"""A shorter message is taken for French."""

MIN_ENGLISH = 2
"""English function words that it takes."""

MIN_SHARE = 0.25
"""Share of them among the words that are not acronyms."""


_ACRONYM = re.compile(r"\b[A-Z0-9][A-Z0-9-]+\b")
_READ = 1000
"""Characters that settle the language; the rest says no more."""


def is_blank(text: str) -> bool:
    """Whether a message shows nothing: spaces and invisible marks at most."""
    return not any(char.isprintable() and not char.isspace() for char in text)


def is_english(text: str) -> bool:
    """Whether a message is long enough and plainly English."""
    start = text[:_READ]
    # All in capitals, nothing tells an acronym from a word.
    kept = start if start.isupper() else _ACRONYM.sub(" ", start)
    found = Words()(kept)
    said = count_little_words(found)
    english = said["english"]
    enough = len(found) >= MIN_WORDS and english >= MIN_ENGLISH
    return enough and english >= MIN_SHARE * len(found) and english > 2 * said["french"]


_HELP = re.compile(
    r"(?:j ai |j ?aurais |i |nous avons |on a )?(?:grand |vraiment )?"
    r"(?:besoin (?:d |de l )?aide|need (?:some |your )?help)"
    r"|(?:help|aide[rz]?)(?: moi| nous| me| us)?|(?:a l |de l )?aide"
    r"|(?:vous pouvez |pouvez vous |peux tu |can you )(?:m |me )?(?:aider|help(?: me)?)"
)
_POLITE = word_set(
    "bonjour bonsoir salut hello hi svp stp sil vous plait te please pls merci thanks"
)
_MAX_HELP = 60


def asks_for_help(text: str) -> bool:
    """Whether a message asks for help and says nothing of what with; "au secours" is no such one.

    That may be somebody in danger, who is answered as such.
    """
    if len(text) > _MAX_HELP:
        return False
    said = " ".join(plain_words(text)).replace("s il vous plait", "svp").replace("s il te", "te")
    words = said.split()
    while words and words[0] in _POLITE:
        words.pop(0)
    while words and words[-1] in _POLITE:
        words.pop()
    return bool(_HELP.fullmatch(" ".join(words)))


MAX_REQUEST = 14
"""Words of a plain request for a person; a longer message tells more than that."""

_PERSON = re.compile(
    r"\b(?:humaine?|quelqu un|conseill(?:er|ere)|interlocut(?:eur|rice)|operat(?:eur|rice)"
    r"|(?:une|vraie) (?:vraie )?personne|human(?: being)?|some(?:one|body)"
    r"|real person|a person|live agent|human agent)\b"
)
_REACH = word_set(
    "parler discuter echanger joindre contacter appeler telephoner passer passez relation "
    "relations rappeler rappele rappelee besoin veux voudrais souhaite souhaiterais souhaitons "
    "aimerais cherche faut svp stp plait talk speak chat contact reach call connect transfer "
    "want need please get put avoir"
)
_AROUND = word_set(
    "je j me m moi on nous vous tu peux puis peut pouvons pouvez pourrais pourriez pourrait "
    "possible est ce que qu il s si te d de du la le l un une a au avec en par pour tout suite "
    "maintenant directement juste simplement etre vrai vraie reel reelle humain humaine "
    "physique personne bonjour bonsoir merci voudrions mettre mettez mis mise comment faire "
    "y autre chose robot telephone direct pas ou to with i d like would can could may you "
    "us the this now hello hi thanks agent live real being person is there possible directly "
    "just not bot"
)


def wants_person(text: str) -> bool:
    """Whether a message asks for a person and for nothing else.

    One word of the field is enough to make it a question: the desk for it is then found as for
    any other.
    """
    found = Words()(text[:_READ])
    if len(found) > MAX_REQUEST:
        return False
    said = " ".join(found)
    named = _PERSON.findall(said)
    people = {word for name in named for word in name.split()}
    reached = any(word in _REACH for word in found) or len(found) <= len(people) + 1
    return bool(named) and reached and all(w in _REACH | _AROUND | people for w in found)
