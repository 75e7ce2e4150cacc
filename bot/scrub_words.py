"""Words that help to tell a name in lower case from what else follows a title."""

from __future__ import annotations

NO_NAMES = frozenset(
    """
    a ai ait ainsi alors annonce apres après as au aucun aucune aussi autre autres aux avait avant
    avec avoir beaucoup bien bon bonjour bonne bonsoir car ce ceci cela celle celui certains ces cet
    cette chaque chargé chargée chef cher chère chez client comme comment concerné concernée
    connecté connectée cordialement dans de déjà demande demandent depuis des désolé désolée
    destinataire devait directeur directrice dit doit doivent donc dont du elle elles en encore
    enfin entre envoie envoyé est et étaient était etait etant été ete être etre eu eux expéditeur
    explique faire fait faut généraliste grâce hier hospitalier hospitalière ici il ils impossible
    inconnu inconnue inscrit inscrite je junior jusque la là le les leur leurs libéral libérale lors
    lorsque lui ma maintenant mais malgré maire me meme même mes merci ministre mieux moi moins mon
    ne ni non nos notre nous nouveau nouvelle on ont ou où oui par parce pardon parfois parle pas
    pendant perdu perdue peut peuvent plus plutôt plusieurs possède pour pourquoi pourra pourrait
    pouvait préfère prescripteur présent président présidente pris prise puis puisque puisse quand
    que quel quelle quelles quelque quelques quels qui quoi reçoit reçu référent référente refuse
    remplaçant remplaçante remplace responsable rien sa saisit salarié salut sans se selon senior
    sera serait ses si signale signe soit son sont sous souhaite souhaitait spécialiste suis suite
    suivant suivante support sur ta tel telle tes titulaire toujours tous tout toute toutes traitant
    traitante très tres trop trouve tu un une utilise va vers veut veuillez vétérinaire via voici
    voilà voit voudrait vos votre voulait vous vraiment y
    """.split()  # noqa: SIM905 - a list of words reads better than a list of texts
)
"""What follows a title in lower case and is nobody's name."""

SPANISH = frozenset(
    """
    alvarez fernandez gimenez gomez gonzalez gutierrez hernandez jimenez lopez martinez mendez nunez
    ortez perez ramirez rodriguez sanchez suarez vasquez velasquez
    """.split()  # noqa: SIM905 - a list of words reads better than a list of texts
)
"""Names that end as verbs do."""

FIRST_NAMES = frozenset(
    """
    adrien agnès alain alexandra alexandre alice amandine amélie andré anne annie antoine arnaud
    arthur aurélie aurélien benjamin benoît bernadette bernard brigitte bruno camille carole
    caroline catherine cécile cédric chantal charlotte christelle christian christine christophe
    claire claude claudine clément colette corinne daniel danielle david delphine denis denise
    didier dominique elise elodie emilie emma eric estelle fabien fabrice fatima florence florian
    franck françois françoise frédéric gabriel gaëlle georges gérard gilles ginette guillaume guy
    hélène henri hervé hugo isabelle jacqueline jacques jean jeanne jeannine jérémy jérôme joël
    josette josiane julie julien karine karim kévin laetitia laura laure laurence laurent léa louis
    louise luc lucie lucas madeleine manon marc marcel marguerite marie marine marion martine
    mathieu mathilde maurice maxime mélanie michel michèle michelle mickaël mireille mohamed
    monique morgane nadia nathalie nicolas nicole noémie odile odette olivier pascal pascale patrice
    patricia patrick paul paulette pauline philippe pierre quentin rachid raymond rémi renée robert
    roger romain sabrina samuel sandra sandrine sarah sébastien serge simone sonia sophie stéphane
    stéphanie suzanne sylvain sylvie théo thérèse thierry thomas valérie vanessa véronique victor
    vincent virginie xavier yann yves yvette yvonne
    """.split()  # noqa: SIM905 - a list of words reads better than a list of texts
)
"""After one of these, the next word is the name."""
