"""Words that help to tell a name in lower case from what else follows a title."""

from __future__ import annotations

NO_NAMES = frozenset(
    """
    a absent absente accède active adjoint adjointe agit ai ainsi ait ajoute alors ancien
    ancienne annonce appelle apres après arrive as associé associée attend au aucun aucune
    auquel aussi authentifié authentifiée autre autres aux avait avant avec avoir beaucoup bien
    bloque bon bonjour bonne bonsoir bot branché branchée bénéficie car ce ceci cela celle celui
    certains certifié certifiée ces cet cette change chaque chargé chargée chef cher cherche
    chez chose chère client clique comme comment comptable concerne concerné concernée confirme
    connaît connecté connectée conseiller conseillère consulte cordialement crée dame dans de
    demande demandent depuis des destinataire devait dicte diplômé diplômée directeur directrice
    disponible dispose dit docteur docteure doit doivent donc dont dpo du déjà délégué déléguée
    désolé désolée elle elles en encore enfin enregistré enregistrée entre entré envoie envoyé
    est et etait etant ete etre eu eux exerce explique expéditeur externe faire fait faut femme
    garde google grâce gère génère généraliste habilité habilitée habite habituel habituelle
    handicapé hier homme hospitalier hospitalière ici identifié identifiée il ils impossible
    imprime inconnu inconnue inscrit inscrite interne je jeune joignable juge junior jusque la
    lambda le les leur leurs libéral libérale lit lors lorsque lui là ma madame mademoiselle
    maintenant maire mais malade malgré maître me medecin meme merci mes met mieux ministre
    modifie moi moins mon monsieur médecin même ne ni non nos note notre noté notée nous nouveau
    nouvelle on ont ou oublie oui ouvre où par parce pardon parfois parle part pas passe patient
    patiente pendant perdu perdue peut peuvent pharmacien pharmacienne plus plusieurs plutôt
    possède pour pourquoi pourra pourrait pouvait prescripteur prescrit principal pris prise
    procureur professeur professeure préfet préfère présent président présidente puis puisque
    puisse quand que quel quelle quelles quelque quelques quels qui quoi rappelle rattaché
    rattachée refuse remplace remplacé remplacée remplaçant remplaçante responsable reste
    retraité retraitée revient reçoit reçu rien référent référente répond sa saisi saisie saisit
    sait salarié salut sans scanne se secretaire secrétaire selon senior sera serait ses seul
    seule si signale signe soit son sont souhaitait souhaite sourd sourde sous spécialiste stp
    suis suite suivant suivante support supprime sur svp ta tape tel telle tes titulaire
    toujours tous tout toute toutes traitant traitante transmet travaille tres trop trouve très
    tu télécharge un une utilisateur utilise va valide vers veuillez veut via vient vieux
    virtuel voici voilà voit vos votre voudrait voulait vous vraiment vétérinaire y âgé âgée
    écrit étaient était étranger étrangère été être
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

PLACES = frozenset(
    """
    allees allée av avenue bd bld boulevard cabinet centre ch chru chu clinique collège cours
    ehpad espace faculté fondation groupe hopital hospitalier hpital hôpital institut labo
    laboratoire laboratoires lycée maison pharmacie place quai quartier rue résidence saint
    sainte société square stade université ville école éditions
    """.split()  # noqa: SIM905 - a list of words reads better than a list of texts
)
"""What is named after somebody, and is nobody."""

FIRST_NAMES = frozenset(
    """
    abdel abdelkader adama adrien adèle agnès ahmed alain alexandra alexandre ali alice alix
    amandine amina aminata amine amir amélie anaïs andré angélique anne annie anouk antoine
    antonin apolline arlette armand arnaud arthur astrid aude aurore aurélie aurélien axel aya
    aïcha bastien benjamin benoît bernadette bernard bertrand blanche boris brahim brigitte
    bruno béatrice bérengère camille carole caroline catherine chantal charles charlotte
    christelle christian christine christophe claire clara clarisse claude claudie claudine
    clément colette coralie corinne cyril cécile cécilia cédric céline damien daniel danielle
    danièle david delphine denis denise diane didier djibril dominique driss désiré edith elena
    eliane elisabeth elise elodie emilie emma enzo eric estelle eugénie eva fabien fabrice fanny
    farid fatima fatou fernand flavie florence florian franck françois françoise frédéric félix
    gabriel gabrielle gaspard gautier gaëlle geneviève georges germain gilbert gilles ginette
    grégoire grégory guillaume guy gwenaëlle gérard hamid hassan henri henriette herve hervé
    hubert hugo hélène ibrahim ibrahima imane ines inès irène isabelle ismaël ivan jacqueline
    jacques jade jean jean-luc jeanine jeanne jeannine joachim jocelyne johan jonathan jordan
    joseph josette josiane josé joséphine joël judith jules julie julien juliette justine jérémy
    jérôme kamal kamel karim karima karine katia kevin khadija killian kévin laetitia lamia
    laura laure laurence laurent laurine laurène leila leïla lila liliane lionel lola lou louis
    louise louison loïc loïs luc lucas lucie lucien ludovic lydie léa madeleine mahmoud malik
    mamadou manon manuel marc marc-antoine marceau marcel margaux marguerite marianne marie
    marie-claude marielle marina marine mario marion marius martine maryline maryse mathieu
    mathilde matthieu maud maurice maxime maëlle mehdi mercedes michaël michel michelle michèle
    mickaël mireille mohamed mohammed monique morgane moussa mustapha myriam mélanie mélissa
    nabil nadia nadine nadège nathalie nathan naïma nicolas nicole nicolle ninon noah nora
    norbert noé noémie océane odette odile olivier omar ophélie oscar oumar ousmane pablo pascal
    pascale patrice patricia patrick paul paulette pauline philippe pierre pierrick quentin
    rabah rachid raphaël raphaëlle rayan raymond renaud renée richard robert roger roland romain
    rosalie roxane régine régis rémi rémy sabrina salim salma samia samir samira samuel samy
    sandra sandrine sarah saïd serge sidonie simon simone sofia solange solène sonia sophie
    soraya stanislas steve stéphane stéphanie suzanne sylvain sylvaine sylvie sébastien séverine
    tanguy tatiana thibault thibaut thierry thomas théo thérèse tiphaine tom tristan ulysse
    valentin valentine valérie vanessa victor vincent vincente violette virginie véronique
    wassim wilfried xavier yacine yann yasmina yasmine yassine yohan youssef yvan yves yvette
    yvonne zineb zohra zoé édouard éloïse émeline
    """.split()  # noqa: SIM905 - a list of words reads better than a list of texts
)
"""After one of these, the next word is the name."""
