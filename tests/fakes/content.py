"""Small content folders of another organisation (bicycles to share), written where a test says.

They load, and are small enough to train on in a second; ``kb check`` finds them thin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from kb.loader import load
from kb.problems import ContentError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

ABOUT = """\
name = "Pédalier"
serves = "Vélo'Ville (vélos en libre-service)"
source_label = "Aide de Vélo'Ville"
source_url = "https://www.veloville.example/aide"
emergency = "En cas de blessure, appelez le 15."
"""

LEXICON = """\
[[term]]
short = "VAE"
long = "vélo à assistance électrique"
synonyms = ["vélo électrique"]
definition = "Vélo dont le moteur aide le pédalage."

[[term]]
short = "bornette"
"""

ENTRIES: dict[str, tuple[str, str, str, dict[str, list[str]]]] = {
    "faq/compte/ouvrir-un-compte": (
        "Comment ouvrir un compte ?",
        "abonnements",
        "Le compte s'ouvre sur https://www.veloville.example/compte avec une pièce d'identité.",
        {
            "keywords": ["ouvrir un compte", "inscription abonnement"],
            "formal": ["Quelles pièces faut-il fournir pour ouvrir un compte ?"],
            "hurried": ["cmt minscrire svp"],
            "newcomer": ["Je n'ai jamais pris vos vélos, comment devenir client ?"],
            "problem": ["Le formulaire d'inscription refuse ma pièce d'identité."],
            "belief": ["On m'a dit que l'inscription se faisait au guichet, c'est vrai ?"],
        },
    ),
    "faq/compte/code-oublie": (
        "Que faire si j'ai oublié mon code secret ?",
        "abonnements",
        "Touchez « Nouveau code » dans l'application : un SMS vous permet d'en choisir un autre.",
        {
            "keywords": ["code secret oublié", "réinitialiser le code"],
            "formal": ["Comment recevoir un nouveau code secret par SMS ?"],
            "hurried": ["g oublié mon code"],
            "newcomer": ["La borne demande quatre chiffres que je ne connais plus."],
            "problem": ["Après trois essais le clavier est bloqué, mon code ne passe pas."],
            "belief": ["Il paraît que vous pouvez lire mon code au téléphone ?"],
        },
    ),
    "faq/velos/signaler-une-panne": (
        "Comment signaler un vélo en panne ?",
        "atelier",
        "Raccrochez le vélo, puis touchez « Signaler » : il est retiré de la location.",
        {
            "keywords": ["vélo en panne", "pneu crevé"],
            "formal": ["Comment signaler un frein défectueux à vos techniciens ?"],
            "hurried": ["chaine cassee jfais koi"],
            "newcomer": ["La roue est toute molle, je préviens qui ?"],
            "problem": ["Le frein avant a lâché dans la descente ce matin."],
            "belief": ["C'est bien l'usager qui paie une crevaison ?"],
        },
    ),
    "faq/velos/station-pleine": (
        "Où rendre le vélo quand la station est pleine ?",
        "atelier",
        "Touchez « Station pleine » : vous recevez 15 minutes offertes et une autre adresse.",
        {
            "keywords": ["station pleine", "plus de place pour rendre"],
            "formal": ["Où restituer le vélo lorsque toutes les bornettes sont prises ?"],
            "hurried": ["pas de place pr rendre"],
            "newcomer": ["J'arrive et il n'y a aucun trou où l'accrocher."],
            "problem": ["La station de la gare déborde et mon train part."],
            "belief": ["On gagne un quart d'heure quand tout est complet, vrai ?"],
        },
    ),
}
"""By path without ``.md``: the title, the desk, the answer and the questions."""

DESKS: dict[str, tuple[str, str, list[str]]] = {
    "abonnements": (
        "Abonnements et paiements",
        "abonnements@veloville.example",
        [
            "ma facture est fausse",
            "je conteste un prélèvement",
            "mon badge n'est jamais arrivé",
            "changer de carte bancaire",
            "attestation pour mon employeur",
            "où en est mon remboursement",
        ],
    ),
    "atelier": (
        "Atelier et stations",
        "atelier@veloville.example",
        [
            "la borne de la place Verte est éteinte",
            "sac oublié dans le panier",
            "un vélo traîne dans le canal",
            "accident avec un de vos vélos",
            "écran de borne cassé",
            "installer une station près de l'hôpital",
        ],
    ),
}

OUTSIDE: dict[str, tuple[str, str, list[str]]] = {
    "meteo": (
        "La météo",
        "Nous ne donnons pas la météo.",
        [
            "quel temps fera-t-il demain",
            "va-t-il pleuvoir ce soir",
            "météo du week-end",
            "combien de degrés dehors",
            "alerte orage",
            "neige en montagne",
        ],
    ),
    "salutation": (
        "Bonjour",
        "Bonjour ! Posez votre question sur les vélos.",
        ["bonjour", "salut", "coucou", "bonsoir à tous", "merci beaucoup", "au revoir"],
    ),
}


def write_content(folder: Path) -> Path:
    """Write 4 entries, 2 desks, 2 families, a lexicon and ``about.toml``; give ``folder``."""
    for number, (path, (title, desk, answer, questions)) in enumerate(ENTRIES.items(), 1):
        header = {"title": title, "sources": [f"V{number:02}"], "desk": desk}
        write_document(folder, path, {**header, "questions": questions}, answer)
    for key, (name, email, asked) in DESKS.items():
        header = {"name": name, "email": email, "takes": f"Tout sur : {name}."}
        write_document(folder, f"desks/{key}", {**header, "questions": asked}, "Dites où et quand.")
    for key, (title, reply, asked) in OUTSIDE.items():
        write_document(folder, f"outside/{key}", {"title": title, "questions": asked}, reply)
    write_text(folder, "about.toml", ABOUT)
    write_text(folder, "lexicon.toml", LEXICON)
    return folder


def write_entry(
    folder: Path,
    key: str,
    *,
    answer: str = "Une réponse.",
    questions: Mapping[str, Sequence[str]] | Sequence[str] | None = None,
    theme: str = "divers",
    **header: object,
) -> Path:
    """Write (or write over) ``faq/<theme>/<key>.md``; other keys go to the front matter."""
    data = {"title": f"Et {key} ?", "sources": ["V99"], **header}
    if questions is not None:
        data["questions"] = questions
    return write_document(folder, f"faq/{theme}/{key}", data, answer)


def write_document(folder: Path, path: str, header: Mapping[str, object], body: str) -> Path:
    """Write ``<path>.md`` with ``header`` as front matter above ``body``."""
    front = yaml.safe_dump(dict(header), allow_unicode=True, sort_keys=False, width=10_000)
    return write_text(folder, f"{path}.md", f"---\n{front}---\n{body}\n")


def write_text(folder: Path, name: str, text: str | bytes) -> Path:
    """Write a file as it is, with the folders above it."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def problems_of(folder: Path) -> list[Problem]:
    """What loading ``folder`` complains of; nothing when it loads."""
    try:
        load(folder)
    except ContentError as error:
        return error.problems
    return []
