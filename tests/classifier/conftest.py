from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from classifier.serving import artifact
from classifier.serving.ranker import Ranker
from classifier.serving.triage import Triage
from classifier.training import saving
from classifier.training.examples import examples
from classifier.training.train import train
from kb.entries import About, Desk, FaqEntry, KnowledgeBase, Outside, Question, Term
from kb.learning import learning_fingerprint

if TYPE_CHECKING:
    from pathlib import Path

    from classifier.serving.artifact import Served
    from classifier.training.examples import Examples
    from classifier.training.train import TriageModel

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")  # a busy machine is no failure

FAQ = {
    "debloquer": (
        "Comment débloquer un vélo à une borne ?",
        "B1",
        {
            "keywords": ["déblocage vélo", "borne code déverrouiller"],
            "formal": ["Quelle est la procédure pour retirer un vélo à la station ?"],
            "reworded": ["Comment détacher une bicyclette de son point d'attache ?"],
            "hurried": ["cmt je prend un velo a la borne", "velo bloqué jpeux pas le sortir"],
            "problem": ["Je tape mon code e-Pass et la borne ne libère pas le vélo."],
            "belief": ["Il paraît qu'il faut secouer le vélo pour le décrocher, c'est vrai ?"],
        },
    ),
    "station-pleine": (
        "Comment rendre un vélo quand la station est pleine ?",
        "B2",
        {
            "keywords": ["station pleine", "plus de place pour rendre"],
            "formal": ["Où restituer le vélo lorsqu'aucun emplacement n'est libre ?"],
            "reworded": ["Aucune attache disponible au retour, que faire ?"],
            "hurried": ["station complete g plus de place", "ou rendre le velo si cest plein"],
            "problem": ["Je suis arrivé à la gare et toutes les attaches sont prises."],
            "long": ["Bonjour, je rentrais du travail, la station est saturée. Où le rendre ?"],
        },
    ),
    "carte-perdue": (
        "Que faire si ma carte d'abonné est perdue ?",
        "B3",
        {
            "keywords": ["carte perdue", "carte volée opposition"],
            "formal": ["Comment obtenir un duplicata de ma carte d'abonné ?"],
            "reworded": ["J'ai égaré mon badge d'abonnement, comment le remplacer ?"],
            "hurried": ["perdu ma carte keske jfais", "carte abonné volee"],
            "newcomer": ["Je ne retrouve plus le petit badge en plastique"],
            "english": ["I lost my subscriber card"],
        },
    ),
    "tarifs": (
        "Combien coûte un trajet ?",
        "B4",
        {
            "keywords": ["prix trajet", "tarif demi-heure", "grille tarifaire"],
            "formal": ["Quel est le montant facturé au-delà de trente minutes ?"],
            "reworded": ["Ça revient à combien de rouler une heure ?"],
            "hurried": ["c koi le prix", "combien pr 1h"],
            "belief": ["On m'a dit que la première demi-heure est gratuite, c'est vrai ?"],
            "english": ["how much is a ride"],
        },
    ),
    "caution": (
        "Quand la caution est-elle rendue ?",
        "B5",
        {
            "keywords": ["caution remboursement délai", "dépôt de garantie"],
            "formal": ["Sous quel délai le dépôt de garantie est-il restitué ?"],
            "reworded": ["Quand est-ce que je récupère les 150 euros bloqués ?"],
            "hurried": ["ma caution elle revien quand", "caution tjrs pas rendu"],
            "problem": ["Ma banque montre encore la caution de la semaine dernière."],
            "newcomer": [
                "Vous avez bloqué de l'argent sur mon compte au départ, je le revois quand ?"
            ],
        },
    ),
    "autonomie": (
        "Quelle est l'autonomie d'un vélo électrique ?",
        "B6",
        {
            "keywords": ["autonomie batterie", "VAE kilomètres"],
            "formal": ["Quelle distance parcourt un vélo à assistance électrique ?"],
            "reworded": ["Jusqu'où va la batterie avec une charge complète ?"],
            "hurried": ["batterie tien cb de km", "vae autonomie ?"],
            "problem": ["La batterie est tombée à plat au milieu de la côte."],
            "english": ["how far does the e-bike battery go"],
        },
    ),
    "crevaison": (
        "Que faire en cas de crevaison ?",
        "B7",
        {
            "keywords": ["crevaison", "pneu à plat"],
            "formal": ["Quelle conduite tenir si un pneu crève pendant la location ?"],
            "reworded": ["La roue arrière est dégonflée, que dois-je faire ?"],
            "hurried": ["pneu crevé jfais koi", "roue a plat help"],
            "problem": ["J'ai roulé sur du verre et le pneu se vide."],
            "long": ["Bonjour, ce matin sur les quais le pneu avant a éclaté. Que faire ? Merci."],
        },
    ),
    "age": (
        "À partir de quel âge peut-on louer ?",
        "B8",
        {
            "keywords": ["âge minimum", "mineur location"],
            "formal": ["Un mineur de quatorze ans peut-il souscrire un abonnement ?"],
            "reworded": ["Mon fils de quinze ans a-t-il le droit d'emprunter un vélo ?"],
            "hurried": ["age mini ?", "g 13 ans jpeux louer"],
            "belief": ["On m'a dit que c'est interdit aux enfants, c'est vrai ?"],
            "english": ["can a teenager rent a bike"],
        },
    ),
}

DESKS = {
    "facturation": {
        "keywords": ["facture erronée", "double prélèvement"],
        "formal": ["Je conteste le montant prélevé sur mon compte le mois dernier."],
        "hurried": ["vs mavez debité 2 fois", "remboursez moi facture fausse"],
        "problem": ["Mon relevé montre deux prélèvements pour le même abonnement."],
        "long": ["Bonjour, ma facture de mars compte un trajet que je n'ai pas fait. Merci."],
    },
    "atelier": {
        "keywords": ["freins cassés signaler", "vélo endommagé"],
        "formal": ["Je souhaite signaler un vélo dont les freins ne répondent plus."],
        "hurried": ["selle cassé velo 1204", "les frein marche pa"],
        "problem": ["La chaîne du vélo 8812 saute et le guidon est tordu."],
        "long": ["Bonjour, à la station du port un vélo a la selle arrachée, à réparer."],
    },
}

OUTSIDE = {
    "salutation": ["bonjour", "bonsoir", "salut", "coucou", "hello", "bonjour à tous", "hey"],
    "meteo": [
        "quel temps fera-t-il demain",
        "va-t-il pleuvoir ce soir",
        "météo du week-end",
        "il fait combien de degrés dehors",
        "y aura-t-il de l'orage",
        "weather tomorrow",
    ],
    "charabia": ["azerty", "qsdfgh jklm", "blublublu", "wxcvbn", "asdf asdf", "hhhhhh kkkk"],
}


def questions(by_manner: dict[str, list[str]]) -> tuple[Question, ...]:
    return tuple(Question(text, manner) for manner, texts in by_manner.items() for text in texts)


def entry(key: str, title: str, source: str, by_manner: dict[str, list[str]]) -> FaqEntry:
    return FaqEntry(
        key, title, (source,), f"Réponse : {title}", desk="atelier", questions=questions(by_manner)
    )


def bike_sharing() -> KnowledgeBase:
    entries = {key: entry(key, *given) for key, given in FAQ.items()}
    withheld = entry("hiver", "Roule-t-on en hiver ?", "B9", {"keywords": ["neige verglas"]})
    entries["hiver"] = replace(withheld, status="withheld", reason="à relire")
    desks = {
        key: Desk(key, key.title(), f"{key}@velo.example", "x", "Le numéro.", "", questions(asked))
        for key, asked in DESKS.items()
    }
    outside = {
        key: Outside(
            key,
            key.title(),
            "Désolé.",
            tuple(Question(text) for text in texts),
            courtesy=key == "salutation",
        )
        for key, texts in OUTSIDE.items()
    }
    lexicon = (Term("e-Pass", "le code d'abonné"), Term("VAE", "vélo à assistance électrique"))
    about = About("Les Vélos du Port", "les cyclistes")
    return KnowledgeBase(about, entries, desks, outside, lexicon, "00bike00")


@pytest.fixture(scope="session")
def base() -> KnowledgeBase:
    return bike_sharing()


@pytest.fixture(scope="session")
def two_desks(base: KnowledgeBase) -> KnowledgeBase:
    return replace(base, entries={}, outside={}, fingerprint="00two000")


@pytest.fixture(scope="session")
def found(base: KnowledgeBase) -> Examples:
    return examples(base)


@pytest.fixture(scope="session")
def model(base: KnowledgeBase) -> TriageModel:
    return train(base)


@pytest.fixture(scope="session")
def triage(model: TriageModel) -> Triage:
    return Triage(
        Ranker(model.compiled),
        model.calibration,
        model.policy,
        "feed",
        model.desks,
        courtesy={"salutation"},
    )


@pytest.fixture(scope="session")
def saved(
    model: TriageModel, base: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = artifact.model_folder(tmp_path_factory.mktemp("data"), learning_fingerprint(base))
    saving.save(model, base, folder, saving.Passport({"faq_top1": 71.5}))
    return folder


@pytest.fixture(scope="session")
def served(saved: Path, base: KnowledgeBase) -> Served:
    return artifact.load(saved, learning_fingerprint(base))
