"""Saved FAQ pages in the shapes that portals give them, about bicycles to share."""

from __future__ import annotations

URL = "https://www.veloville.example/faq?page=1"
PROMPT = "Cette réponse vous a-t-elle été utile ?"


def answer_text(number: int) -> str:
    """The answer of a number, complete, with facts of its own."""
    return (
        f"La station {number:03} ferme à {number % 12 + 7} h 15 ; écrivez à s{number}@velo.example."
    )


def forty_answers() -> str:
    """A portal page of 40 answers, two cut by a link to more, amid facets, counters and a foot."""
    return f"""\
<!DOCTYPE html><html lang="fr"><head><title>FAQ</title><meta charset="utf-8">
<link rel="canonical" href="{URL}"><style>.a{{color:red}}</style></head><body>
<header><nav><ul><li><a href="/">Accueil</a></li><li>Nos v&eacute;los</li></ul></nav></header>
<div class="block block-facets"><h3>Votre question concerne quel type d'offre ?</h3>
<ul><li><a href="?f=1">Abonnements <span>(45)</span></a></li><li>(-) Stations</li></ul></div>
<form class="views-exposed-form"><label>Rechercher</label><input></form>
<main><h1>Foire aux questions</h1><p class="active-filters">Filtres actifs : Stations ×</p>
<div class="results-count">40 questions / r&eacute;ponses</div>
{"".join(_item(number) for number in range(40))}
<ul class="pager"><li>Page 1 sur 3</li><li><a>Suivant</a></li></ul></main>
<footer><p>Vélo'Ville, 3 rue du Port, 29000 Quimper. Tous droits réservés à la ville.</p></footer>
<script>var answers = "Cette réponse vous a-t-elle été utile ?";</script></body></html>"""


def _item(number: int) -> str:
    more = "… <a href='/suite'>Lire la suite</a>" if number in {17, 39} else ""
    return f"""<article class="faq-item"><h3><button aria-expanded="false">À quelle heure ferme la
 station&nbsp;{number:03}&nbsp;?</button></h3>
<div class="answer"><p>{answer_text(number)}{more}</p></div>
<form class="rate"><span>Cette r&eacute;ponse vous a-t-elle &eacute;t&eacute; utile&nbsp;?</span>
<button>Oui</button><button>Non</button><p>12 personnes ont trouvé cette réponse utile</p></form>
</article>"""


TEXT = f"""\
309 résultats
309 résultats
Votre question concerne quel type d'offre ?
Abonnements
Stations (12)
Filtres actifs : Vélo
Non.
{PROMPT}
Oui
Non
Écrivez à l'atelier :
- avant 18 h ;
* ou le lendemain.
{PROMPT}
Le prix est de 12 euros, selon le tarif v7.0 que la mairie a voté, et comprend
"""

ENGLISH = """\
<html><body><p>Showing 1-3 of 30</p><h2>Active filters</h2>
<h4>Where can I park?</h4><div>At any <b>station</b> &amp; garage.</div>
<div>Was this answer helpful?</div><div>Yes</div><div>No</div>
<h4>How much?</h4><div>12 &euro; a month<br>or 90 &euro; a year.</div>
<div>Was this answer helpful?</div></body></html>"""

TABLE = f"""\
<p>Les tarifs :</p><table>
<tr><th>Durée</th><th>Prix</th></tr><tr><td>1 jour</td><td>5 €</td></tr></table>
<ul><li>voir <a href="https://velo.example/tarifs">la grille</a></li>
<li>ou <a href="mailto:abo@velo.example?subject=x">écrire</a></li></ul><p>{PROMPT}</p>"""

ACCORDION = """\
<html><body><nav>Menu</nav><details><summary>Puis-je prêter mon vélo ?</summary><p>Non, jamais.</p>
</details><details><summary>Qui paie ?</summary><p>Vous, sauf en cas de vol.</p></details>
</body></html>"""

PLAIN = """\
Source : https://velo.example/aide

Où rendre le vélo ?
À toute station.
Même pleine.

Et la nuit ?
Aussi."""
