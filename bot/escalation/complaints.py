"""Whether somebody says that what was closed is not settled; thanks and new questions do not."""

from __future__ import annotations

from bot.conversation.phrases import folded_words, phrase_pattern

_UNSETTLED = phrase_pattern(
    "pas regle*, pas resolu*, non regle*, non resolu*, pas solutionne*, rien n est regle",
    "rien de regle, pas reglee, toujours pas, toujours rien, tjs pas, tjrs pas, encore rien",
    "toujours le meme probleme, toujours la meme erreur, toujours bloque*, encore bloque*",
    "toujours en panne, toujours en erreur, toujours la meme chose, toujours le meme message",
    "meme probleme, meme souci, meme erreur, meme message d erreur, meme panne, meme bug",
    "probleme persiste, problemes persistent, erreur persiste, souci persiste, ca persiste",
    "persiste toujours, ca recommence, probleme recommence, ca a recommence, c est revenu",
    "est revenue, est de retour, de nouveau bloque*, a nouveau bloque*, de nouveau en panne",
    "a nouveau en panne, re bloque, ca rebloque, replante*, ca replante, retombe en panne",
    "ne marche pas, ne marche plus, marche pas, marche plus, marche tjs pas, fonctionne pas",
    "ne fonctionne plus, fonctionne plus, n a pas marche, n a pas fonctionne, n a rien change",
    "ca ne change rien, ca change rien, rien ne change, rien n a change, sans effet, sans succes",
    "pas de changement, aucun changement, aucune amelioration, n a pas aide, ne m aide pas",
    "n a servi a rien, ne sert a rien, ne repond pas a ma question, repond pas a ma question",
    "vous n avez pas repondu, pas repondu a, pas eu de reponse, pas recu de reponse",
    "aucune reponse, sans reponse, j attends toujours, j attends encore, toujours en attente",
    "rien recu, jamais recu, pas recu, vous avez clos, vous avez ferme, clos trop tot",
    "cloture trop tot, ferme trop tot, pas d accord, pas satisfait*, pas convaincu*",
    "insatisfait*, mecontent*, inadmissible, inacceptable, je relance, relance*, rouvrir",
    "reouvrir, rouvrez, reouvrez, pas termine*, pas fini, c est pas bon, ce n est pas bon",
    "mauvaise reponse, reponse fausse, reponse incorrecte, erreur dans votre reponse",
    "n est pas corrige*, pas corrige*, non corrige*, pas debloque*, toujours refuse*",
    "encore la, toujours la, encore en erreur, encore en panne, reste bloque*, restee bloque*",
    "restons bloque*, blocage persiste, panne persiste, difficulte persiste, cela persiste",
    "est revenu, sont revenus, est reapparu*, sont reapparu*, ca coince, coince encore",
    "coince toujours, plante toujours, plante encore, bloque toujours, bloque encore",
    "echoue toujours, echoue encore, toujours en echec, echec a nouveau, nouvel echec",
    "cela recommence, cela ne change rien, rien n a bouge, rien ne bouge, aucun effet",
    "rien ne marche, rien ne fonctionne, rien n a ete fait, rien fait, n avez rien regle",
    "n avez pas regle, pas ete trait*, pas ete pris*, pas traite*, pas repondu, pas de reponse",
    "pas de nouvelles, sans nouvelles, toujours aucun*, toujours sans, toujours impossible",
    "encore impossible, meme chose, meme resultat, a cote de ma question, hors sujet, conteste*",
    "encore une erreur, encore un refus, encore un echec, encore le meme, encore la meme",
    "ca ne va pas, ne va toujours pas, c est faux, est fausse, est errone*, reponse inutile",
    "encore refuse*, a nouveau refuse*, encore une fois, still not, not fixed, not solved",
    "not working, doesn t work, same error, same problem, same issue",
)


def says_unsettled(text: str) -> bool:
    """Whether ``text`` says that something is not settled; case and accents do not matter."""
    return bool(_UNSETTLED.search(folded_words(text)))
