"""Courtesy put around questions, to see what it changes.

These forms were written apart from the words by which courtesy is found, and stay apart: a form
that is missed here is mended by a rule of language, never by copying the form.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wrapping:
    """One way to be polite: ``{}`` in ``form`` is the question."""

    form: str

    def __call__(self, text: str) -> str:
        """The question with courtesy around it."""
        return self.form.replace("{}", text)


WRAPPINGS = {
    "a greeting before": Wrapping("Bonjour à toutes et à tous, {}"),
    "a greeting, hurried": Wrapping("bjr {} mrc"),
    "a greeting and wishes before": Wrapping(
        "Bonsoir, j'espère que vous vous portez bien. {}",
    ),
    "an apology before": Wrapping("Bonjour, navré de vous solliciter encore, {}"),
    "an introduction before": Wrapping(
        "Bonjour, je m'appelle Camille Perrin et je travaille dans une petite entreprise. {}"
    ),
    "thanks after": Wrapping("{} Je vous remercie par avance du temps que vous m'accorderez."),
    "good-bye after": Wrapping("{} Excellente fin de journée à toute l'équipe, à très vite !"),
    "all together, on one line": Wrapping(
        "Bonjour Madame, Monsieur, je me permets de vous contacter car j'aurais une question. {} "
        "Merci d'avance pour votre aide, bonne soirée"
    ),
    "a letter": Wrapping(
        "Madame, Monsieur,\n\n{}\n\nDans l'attente de votre réponse, je vous prie d'agréer, "
        "Madame, Monsieur, mes sincères salutations.\n\nHélène Garnier\nResponsable de projet\n"
        "01 23 45 67 89"
    ),
    "from a telephone": Wrapping("Coucou 🙂\n{}\nMerciii 🙏\n\nEnvoyé depuis mon mobile"),
    "above a quoted message": Wrapping(
        "{}\nCdlt\nLéo\n\nLe jeu. 6 mars 2025 à 17:40, Support <support@exemple.fr> a écrit :\n"
        "> Bonjour,\n> Votre demande a bien été enregistrée.\n> L'équipe du support"
    ),
    "in English": Wrapping("Hi everyone, hope you are well. {} Many thanks, kind regards, Paul"),
}
