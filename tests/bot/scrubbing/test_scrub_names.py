"""Names after a title, in a field, in full; and what follows a title without being one."""

from __future__ import annotations

import re

import pytest

from bot.scrubbing.scrub import scrub


@pytest.mark.parametrize("text", [
    "Mr et Mme Zorvane", "Mme Le Zorvane-Bihan", "Dr. El Zorvane", "M. N'Zorvane", "Mme d'Zorvane",
    "Dr Ph. Zorvane", "docteur ZORVANE Paul", "M Zorvane a répondu", "le dr da zorvane",
    "mme zorvane-petit", "dr. zorvane", "DR ZORVANE", "MADAME ZORVANE", "mr.zorvane appelle",
    "Mme A.-S. Zorvane", "mme a. zorvane", "Dr J-P Zorvane", "Dr JP Zorvane", "le pr zorvane",
    "le Pr J. Zorvane", "Me Zorvane", "Prof. Zorvane", "Mme de la Zorvane", "mme le zorvane",
    "Madame le docteur zorvane", "Mmes Petit et Zorvane", "Docteurs Petit et Zorvane",
    "patient : ZORVANE Jean", "usager Luc Zorvane", "M. VAN DEN ZORVANE", "mme o'zorvane",
    "dr ben zorvane", "Mme PETIT née ZORVANE", "Sophie Zorvane", "ZORVANE Sophie",
    "je suis sophie zorvane", "bénéficiaire Lucas Zorvane-Petit", "Cordialement,\nOumy Zorvane",
    "Demandeuse : Oumy Zorvane", "Contact : Sophie Zorvane",
    "ma mère, Mme Renée Zorvane, est suivie", '"nom": "ZORVANE"', "nom='Zorvane Luc'",
    "mon nom est Zorvane", "Nom de famille : Zorvane", "nom : O’Zorvane", "Mon nom est Le Zorvane",
    "nom : Zorvane", "je me nomme Zorvane", "Merci.\nSigné : Zorvane", "Signé Zorvane",
    "moi c’est Zorvane", "moi, c'est Sophie Zorvane", "Nom usuel: d'Zorvane",
    "nom patient : Zorvane", "je m’appelle D’Zorvane", "nom : sophie zorvane",
    "mon nom est sophie zorvane",
    "XCN 1^ZORVANE^Sophie", "PID|1||x||DE LA ZORVANE^Jean^^^M",
])  # fmt: skip
def test_a_name_is_masked(text: str) -> None:
    masked = scrub(text)
    assert "[nom]" in masked
    assert not re.search("zorvane", masked, re.IGNORECASE)


@pytest.mark.parametrize("text", [
    "le docteur ouvre le dossier", "le docteur doit signer", "le docteur remplit un formulaire",
    "madame la secrétaire scanne", "le monsieur de l'accueil valide", "bonjour docteur bot :)",
    "Dr Santé et un autre éditeur", "SELECT count(*) FROM patient WHERE statut=3",
    "CHU Henri Mondor", "hôpital Robert Debré", "rue Victor Hugo", "m. le maire",
    "c'est la mme chose", "mme ou mr", "m. ou mme obligatoire", "professeur des écoles",
    "Cordialement,\nLe Support", "titulaire : SAS Logi", "5 M Euros", "M. X, Mme Y, Dr Z",
    "Pr = professeur", "usager Mon espace", "Contact : Direction Technique",
    "une patiente d'Ajaccio", "le patient d’Amiens", "Patient Test", "2339-0^Glucose^LN",
    "Médecin : RPPS manquant", "Nom du produit : Lumen", "nom : obligatoire", "Nom : Observation",
    "mon nom est mal écrit", "le jeton est signé RS256", "un document signé Électroniquement",
    "moi c’est Lumen qui plante", "moi c’est pareil", "nom de domaine : Exemple", "nom : INSi",
    "nom : Dossier_2024", "signé le 12 mars", "mon prénom est obligatoire",
])  # fmt: skip
def test_no_name_is_seen_where_there_is_none(text: str) -> None:
    assert scrub(text) == text
