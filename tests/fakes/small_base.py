"""A knowledge base of a handful of entries, and a classifier that does as it is told."""

from __future__ import annotations

from classifier.decision import Candidate, Decision, Target
from kb.entries import About, Desk, FaqEntry, KnowledgeBase, Outside, Term

BIKE, FARE = Target("faq", "velo-casse"), Target("faq", "tarif")
HELMET, RIDE = Target("faq", "casque"), Target("faq", "premier-trajet")
WORKSHOP, OFFICE = Target("desk", "atelier"), Target("desk", "abonnements")
WEATHER = Target("outside", "meteo")
SCORES = (0.6, 0.2, 0.1, 0.05, 0.03)


def small_base() -> KnowledgeBase:
    """Shared bicycles: four entries, two desks, one family that is not ours."""
    return KnowledgeBase(
        about=About(
            name="Pédalier",
            serves="Vélo Ville",
            source_label="Guide de Vélo Ville",
            source_url="https://velo.example",
            emergency="En cas d'accident, appelez le 112.",
        ),
        entries={entry.id: entry for entry in _entries()},
        desks={desk.id: desk for desk in _desks()},
        outside={
            "meteo": Outside("meteo", "La météo", "Je ne connais pas la météo : voyez dehors !")
        },
        lexicon=(
            Term("VAE", "Vélo à assistance électrique", ("vélo électrique",), "Un moteur aide."),
            Term("E-Borne", "Borne électronique", (), "Là où l'on rend son vélo."),
            Term("Clé", "", ("badge",), "Ce qui ouvre la borne : une carte."),
            Term("CNVP", "Commission nationale qui veille sur les vélos partagés des communes"),
        ),
        fingerprint="0123456789abcdef",
    )


def _entries() -> list[FaqEntry]:
    return [
        FaqEntry(
            "velo-casse", "Mon vélo est cassé : que faire ?", ("V1",), "Rendez-le.", "atelier"
        ),
        FaqEntry("tarif", "Combien coûte un trajet ?", ("V2",), "Un euro.", "abonnements"),
        FaqEntry("casque", "Faut-il un casque ?", ("V3",), "Non, mais c'est mieux."),
        FaqEntry(
            "premier-trajet", "Comment partir ?", ("V4",), "Badgez, tirez, roulez.", "atelier"
        ),
    ]


def _desks() -> list[Desk]:
    return [
        Desk(
            "atelier",
            "L'atelier",
            "atelier@velo.example",
            "Les pannes.",
            "Donnez le numéro du vélo.",
            phone="01 99 00 00 00",
        ),
        Desk("abonnements", "Les abonnements", "abo@velo.example", "L'argent.", "Dites qui."),
    ]


def answering(*targets: Target) -> Decision:
    """Answer with the first target; the others follow as candidates."""
    return Decision("answer", targets[0], (), candidates(*targets), 0.6, "scripted")


def routing(*targets: Target) -> Decision:
    """Send to the desk that comes first."""
    return Decision("route", targets[0], (), candidates(*targets), 0.6, "scripted")


def asking(*targets: Target, suggested: int = 3) -> Decision:
    """Suggest the first few."""
    return Decision("clarify", None, targets[:suggested], candidates(*targets), 0.4, "scripted")


def unanswering(*targets: Target, shown: tuple[Target, ...] = ()) -> Decision:
    """Nothing published answers; the desks shown may help."""
    return Decision("unanswered", None, shown, candidates(*targets), 0.5, "scripted")


def declining(family: Target | None = None, *targets: Target) -> Decision:
    """Not for us."""
    return Decision("decline", family, (), candidates(*targets), 0.9, "scripted")


def candidates(*targets: Target) -> tuple[Candidate, ...]:
    """Candidates with falling scores."""
    return tuple(Candidate(t, score) for t, score in zip(targets, SCORES, strict=False))


class ScriptedDecider:
    """Gives the decision that the script has for a text, else its first one."""

    def __init__(self, *decisions: Decision, **by_text: Decision) -> None:
        self.decisions = decisions
        self.by_text = by_text

    def decide(self, text: str) -> Decision:
        """What to do with a message."""
        return self.by_text.get(text) or self.decisions[0]
