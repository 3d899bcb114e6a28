# Pages sur les problèmes : ce qui ne va pas et ce qu’il faut faire maintenant.

try-again = Réessayer
start-again = Recommencer
other-ways = Se connecter autrement
to-panel = Aller à vos applications

common-url-title = Cette adresse ne nomme aucune organisation
common-url-what = Ici, chaque organisation a sa propre adresse. Celle-ci n’en nomme aucune : { $brand } ne peut donc pas savoir de qui vous cherchez les applications, et ne devine pas.
common-url-next = Utilisez le lien de votre e-mail d’invitation, ou adressez-vous à l’organisation qui vous a invité. Un lien correct ressemble à ceux-ci :

not-found-title = Il n’y a rien ici
not-found-what = Cette adresse ne mène à aucune page ni à aucune organisation que { $brand } connaisse.
not-found-next = Vérifiez l’orthographe de l’adresse, ou ouvrez le lien de votre e-mail d’invitation.

start-again-title = Recommençons
start-again-what = Cette page est restée ouverte trop longtemps, ou a été commencée dans un autre navigateur. Rien n’a été envoyé et rien n’est perdu.
start-again-next = Recommencez dans ce navigateur. Si vous veniez d’une application, ouvrez-la de nouveau.

idp-down-title = { $provider } ne répond pas
idp-down-what = Nous avons demandé à { $provider } de vous connecter et n’avons pas reçu de réponse à temps.
idp-down-next = Réessayez dans une minute. Si cela continue, prévenez l’assistance informatique de votre propre organisation.

idp-fault-title = La connexion auprès de { $provider } n’a pas fonctionné
idp-fault-what = { $provider } vous a renvoyé avec une réponse que nous ne pouvons pas utiliser. Vous n’êtes pas connecté et rien n’a été partagé.
idp-fault-next = Réessayez. Si cela continue, prévenez l’assistance informatique de votre propre organisation en indiquant l’ID de la demande ci-dessous.

clocks-title = L’horloge de { $provider } et la nôtre ne sont pas à la même heure
clocks-ahead-what = Elle avance d’environ { $span } sur la nôtre : nous ne pouvons donc pas savoir si sa réponse vaut pour maintenant. Vous n’êtes pas connecté et rien n’a été partagé.
clocks-behind-what = Elle retarde d’environ { $span } sur la nôtre : nous ne pouvons donc pas savoir si sa réponse vaut pour maintenant. Vous n’êtes pas connecté et rien n’a été partagé.
clocks-next = Ni vous ni votre appareil n’y êtes pour rien. Prévenez l’assistance informatique de votre propre organisation en indiquant l’ID de la demande ci-dessous, et réessayez une fois l’horloge réglée. Si son horloge est à l’heure, c’est la nôtre qui ne l’est pas : prévenez alors la personne qui vous a invité.
span-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
span-hours = { $count ->
    [one] { $count } heure
   *[other] { $count } heures
}
span-days = { $count ->
    [one] { $count } jour
   *[other] { $count } jours
}

mail-down-title = Nous ne pouvons pas envoyer d’e-mail pour le moment
mail-down-what = Votre code n’a pas pu être envoyé. C’est de notre fait, pas du vôtre.
mail-down-next = Réessayez dans quelques minutes.

not-assigned-title = { $app } ne vous est pas ouverte
not-assigned-what = Vous êtes connecté, mais { $tenant } ne vous a pas donné accès à { $app }.
not-assigned-next = Demandez cette application à la personne avec qui vous travaillez chez { $tenant }. Vos autres applications fonctionnent comme d’habitude.

too-many-title = Veuillez patienter un peu
too-many-what = Il y a eu trop d’essais en peu de temps ; nous faisons une pause pour protéger les comptes.
too-many-next = Attendez quelques minutes, puis réessayez.

broken-title = Une erreur s’est produite de notre côté
broken-what = Votre demande n’a pas pu aboutir. Rien de ce que vous aviez déjà confirmé n’est perdu.
broken-next = Réessayez. Si cela continue, prévenez la personne qui vous a invité en indiquant l’ID de la demande ci-dessous.

## Beside form fields

error-address-shape = Une adresse e-mail ressemble à nom@organisation.example.
error-address-too-long = Cette adresse e-mail est trop longue.
error-address-domain = La partie qui suit le @ n’est pas un nom de domaine.
error-code-wrong = Ce code n’est pas le bon. Comparez-le avec l’e-mail le plus récent.
error-code-ended = Ce code ne fonctionne plus. Demandez-en un nouveau.
error-code-shape = Le code ne contient que des chiffres.
error-password-wrong = L’adresse et le mot de passe ne correspondent pas.
error-name-empty = Veuillez taper votre nom.
error-name-too-long = Veuillez raccourcir votre nom à 120 caractères.
error-passphrase-short = Utilisez au moins 15 caractères.
error-passphrase-long = Utilisez au plus 256 caractères.
error-passphrase-common = Cette phrase secrète est parmi les premières que quelqu’un essaierait. Choisissez-en une à laquelle vous seul penseriez.
error-link-ended = Ce lien ne fonctionne plus. Demandez-en un nouveau à votre administrateur.
error-viewed = Veuillez d’abord ouvrir et lire le document. Vous pourrez ensuite l’accepter.

trial-over-title = La connexion d’essai est terminée
trial-over-what = Le terminal affiche ce qu’a répondu le fournisseur d’identité. Personne n’a été connecté ici.
trial-over-next = Vous pouvez fermer cette page.

problem-bad-request-title = Cette demande est incompréhensible
problem-bad-request-what = La demande ne suit pas les règles de HTTP ; elle n’a pas été transmise.
problem-bad-request-next = Rouvrez l’adresse dans votre navigateur. Si un programme a envoyé la demande, faites-le examiner par son auteur.

problem-no-administrator-title = Ceci est réservé aux administrateurs
problem-no-administrator-what = La personne connectée n’administre pas cette organisation ; rien n’a donc été montré ni modifié.
problem-no-administrator-next = Connectez-vous en tant qu’administrateur de cette organisation.

problem-header-refused-title = Cette demande a été refusée
problem-header-refused-what = Elle contient un champ d’en-tête que seule cette passerelle peut définir.
problem-header-refused-next = Si vous utilisez une extension de navigateur ou un outil qui ajoute des champs d’en-tête, désactivez-le et réessayez.

problem-path-refused-title = Cette adresse a été refusée
problem-path-refused-what = L’adresse peut se lire de plusieurs façons ; elle n’a pas été transmise.
problem-path-refused-next = Vérifiez l’adresse, ou partez de la première page de l’application.

problem-target-too-long-title = Cette adresse est trop longue
problem-target-too-long-what = L’adresse est plus longue que ce que cette passerelle transmet.
problem-target-too-long-next = Partez de la première page de l’application.

problem-too-many-fields-title = Cette demande est trop volumineuse
problem-too-many-fields-what = La demande contient plus de champs d’en-tête que cette passerelle n’en transmet.
problem-too-many-fields-next = Supprimez les cookies de ce site et réessayez.

problem-method-not-allowed-title = Cette méthode n’est pas autorisée
problem-method-not-allowed-what = TRACE et CONNECT ne sont pas transmises.
problem-method-not-allowed-next = Ouvrez l’adresse dans votre navigateur.

problem-expectation-failed-title = Cette attente ne peut pas être satisfaite
problem-expectation-failed-what = La demande attend quelque chose que cette passerelle ne fait pas.
problem-expectation-failed-next = Envoyez la demande sans le champ Expect.

problem-misdirected-title = Rien ne répond à cette adresse
problem-misdirected-what = Cette passerelle ne dessert pas l’hôte de l’adresse, ou votre navigateur a réutilisé une connexion vers un autre hôte.
problem-misdirected-next = Vérifiez l’orthographe de l’adresse, ou rechargez la page.

problem-common-url-title = Ce lien ne dit pas quelle organisation vous a invité
problem-common-url-what = Plusieurs organisations utilisent cette application, et cette adresse n’en nomme aucune.
problem-common-url-next = Utilisez le lien de votre e-mail d’invitation, ou demandez à la personne qui vous a invité un lien contenant le nom de l’organisation.

problem-unknown-tenant-title = Cette organisation n’existe pas ici
problem-unknown-tenant-what = L’organisation de cette adresse n’est pas connue, ou ne propose pas cette application.
problem-unknown-tenant-next = Vérifiez l’adresse, ou demandez un nouveau lien à la personne qui vous a invité.

problem-tenants-disagree-title = Ce lien nomme deux organisations
problem-tenants-disagree-what = Deux parties de l’adresse nomment des organisations différentes ; on ne sait donc pas laquelle est visée.
problem-tenants-disagree-next = Utilisez le lien de votre e-mail d’invitation, ou demandez-en un nouveau.

problem-not-sent-title = Vous n’êtes pas connecté, et rien n’a été envoyé
problem-not-sent-what = Votre session est terminée. Ce que vous avez saisi n’a pas été transmis à l’application.
problem-not-sent-next = Revenez en arrière, copiez ce que vous avez saisi, connectez-vous et envoyez-le de nouveau.

problem-sign-in-required-title = Vous devez vous connecter
problem-sign-in-required-what = Cette adresse est réservée aux invités connectés.
problem-sign-in-required-next = Connectez-vous, puis réessayez.

problem-agreement-required-title = Il reste un accord à donner
problem-agreement-required-what = Avant de continuer, l’organisation vous demande d’accepter quelque chose.
problem-agreement-required-next = Ouvrez l’application dans votre navigateur ; vous verrez de quoi il s’agit.

problem-second-factor-required-title = Une seconde étape est nécessaire
problem-second-factor-required-what = L’organisation demande un code de votre application d’authentification, ou une clé d’accès, avant d’ouvrir cette application.
problem-second-factor-required-next = Ouvrez l’application dans votre navigateur ; la question vous y sera posée.

problem-open-outside-frame-title = Vous devez vous connecter
problem-open-outside-frame-what = Une connexion ne peut pas s’afficher à l’intérieur d’une autre page.
problem-open-outside-frame-next = Ouvrez l’application seule ; vous pourrez vous y connecter.

problem-not-assigned-title = Vous n’avez pas accès à cette application
problem-not-assigned-what = Vous êtes connecté, mais cette application n’a pas été partagée avec vous.
problem-not-assigned-next = Demandez à la personne qui vous a invité de vous donner accès à cette application.

problem-foreign-origin-title = Cette demande venait d’un autre site
problem-foreign-origin-what = Seules les pages de l’application elle-même peuvent le faire.
problem-foreign-origin-next = Partez de la première page de l’application.

problem-sign-in-failed-title = La connexion n’a pas pu être terminée ici
problem-sign-in-failed-what = La réponse à votre connexion est trop ancienne, a déjà servi ou appartient à une autre fenêtre du navigateur.
problem-sign-in-failed-next = Recommencez ; si vous êtes encore connecté, rien ne vous sera demandé.

problem-not-found-title = Cette page n’existe pas
problem-not-found-what = Il n’y a rien à cette adresse.
problem-not-found-next = Partez de la première page de l’application.

problem-app-down-title = L’application ne répond pas
problem-app-down-what = Vous êtes connecté, mais l’application derrière cette passerelle n’a pas pu être jointe.
problem-app-down-next = Réessayez dans quelques minutes. Si cela dure, prévenez la personne qui vous a invité.

problem-app-slow-title = L’application met trop de temps
problem-app-slow-what = Vous êtes connecté, mais l’application derrière cette passerelle n’a pas répondu à temps.
problem-app-slow-next = Réessayez dans quelques minutes. Si cela dure, prévenez la personne qui vous a invité.

problem-loop-title = Cette demande tourne en rond
problem-loop-what = L’adresse de l’application ramène à cette passerelle.
problem-loop-next = Prévenez l’exploitant de cette passerelle.

problem-maintenance-title = Cette application est en maintenance
problem-maintenance-what = Vous êtes connecté, mais l’application est fermée pour un moment.
problem-maintenance-next = Revenez plus tard ; votre accès reste inchangé.

problem-unavailable-title = Cela ne fonctionne pas pour le moment
problem-unavailable-what = Une partie de cette passerelle ne répond pas.
problem-unavailable-next = Réessayez dans une minute.

problem-request-id = ID de la demande
problem-sign-in = Se connecter
problem-start-again = Recommencer
app-sign-out-title = Se déconnecter
app-sign-out-what = Voulez-vous quitter une seule organisation, ou vous déconnecter partout ?
app-sign-out-one = Se déconnecter de { $tenant }
app-sign-out-everywhere = Se déconnecter partout
app-signed-out-title = Vous êtes déconnecté
app-signed-out-what = Personne n’est connecté ici dans ce navigateur.
app-signed-out-next = Vous pouvez fermer cette fenêtre, ou rouvrir l’application pour vous connecter.

wrong-request-title = Une application vous a envoyé ici par erreur
wrong-request-what = Une application a demandé à vous connecter, mais il n’est pas possible de répondre à sa demande. Personne n’a été connecté et rien n’a été transmis.
wrong-request-next = Retournez dans l’application et recommencez. Si vous revenez ici, envoyez les lignes ci-dessous à ceux qui la gèrent.
wrong-request-for-developers = Pour ceux qui gèrent l’application :

problem-body-too-large-title = C’est trop volumineux
problem-body-too-large-what = Ce que vous avez envoyé dépasse ce que cette application accepte en une fois ; l’envoi n’a donc pas été transmis en entier.
problem-body-too-large-next = Envoyez moins à la fois, ou demandez aux responsables de l’application ce qu’elle accepte.

problem-body-too-slow-title = L’envoi est arrivé trop lentement
problem-body-too-slow-what = Le reste de votre envoi n’est pas arrivé à temps ; nous avons cessé de l’attendre.
problem-body-too-slow-next = Vérifiez votre connexion, puis envoyez à nouveau.

problem-form-gone-title = Il n’y a rien à envoyer ici
problem-form-gone-what = Ce que vous aviez saisi a déjà été envoyé, a été gardé trop longtemps ou a été saisi dans un autre navigateur.
problem-form-gone-next = Vérifiez dans l’application si l’envoi est arrivé. Sinon, saisissez-le à nouveau.

problem-cookies-blocked-title = Votre navigateur ne garde pas de cookies pour cette application
problem-cookies-blocked-what = Vous vous êtes connecté, mais votre navigateur ne renvoie pas le cookie qui permettrait à l’application de le savoir ; la question vous serait donc posée sans fin.
problem-cookies-blocked-next = Autorisez les cookies de ce site dans les réglages de votre navigateur, ou dans l’extension qui les bloque, puis recommencez.

problem-sign-in-loop-title = La connexion tourne en rond
problem-sign-in-loop-what = Vous êtes connecté, mais à chaque arrivée sur l’application, vous êtes renvoyé ici. Votre navigateur perd peut-être les cookies, une horloge est peut-être déréglée, ou l’application elle-même vous renvoie.
problem-sign-in-loop-next = Fermez toutes les fenêtres de votre navigateur et recommencez. Si cela continue, prévenez les responsables de l’application en indiquant le numéro ci-dessous.

app-form-title = Envoyer ce que vous avez saisi ?
app-form-what = Vous n’étiez pas connecté lors de cet envoi ; rien n’est donc encore parvenu à { $app }.
app-form-where = Destination :
app-form-send = Envoyer maintenant
app-form-leave = Ne pas envoyer
