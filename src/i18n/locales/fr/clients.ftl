# Les applications d’autrui : ce qu’elles apprennent sur un invité, et comment revenir en arrière. $app est l’application.

client-consent-title = Indiquer qui vous êtes
client-consent-heading = { $app } demande qui vous êtes
client-consent-lead = { $app } est l’application d’un tiers, que { $tenant } met à la disposition de ses invités. Elle n’apprend rien tant que vous n’avez pas accepté.
client-consent-lead-own = { $app } vous demande de confirmer ce qu’elle apprend sur vous auprès de { $tenant }.
client-consent-learns = Elle apprendrait :
client-consent-host = La réponse est envoyée à { $host }.
client-consent-next = Si vous refusez, { $app } n’apprend rien sur vous. Si vous acceptez, vous pourrez revenir sur votre décision depuis la page de votre compte.
client-scope-openid = que vous êtes connecté, de quelle manière, et un identifiant qui vous désigne auprès de cette organisation
client-scope-profile = votre nom, vos groupes et vos rôles dans cette application
client-scope-email = votre adresse e-mail
client-scope-offline = les mêmes informations plus tard, jusqu’à votre déconnexion
client-scope-permission = ce que permet l’autorisation « { $permission } », en votre nom

## Un appareil sans clavier

device-title = Se connecter sur un appareil
device-heading = Saisissez le code affiché par votre appareil
device-lead = Un appareil ou un programme souhaite vous connecter auprès de { $tenant }. Ne saisissez le code que si vous venez de lancer cette demande vous-même.
device-label = Code
device-hint = Huit lettres, avec ou sans trait d’union.
device-button = Continuer
device-wrong = Aucun appareil n’attend avec ce code. Vérifiez l’appareil ; les codes sont valables 15 minutes.
device-next = Vous vous connectez comme d’habitude, puis une dernière question vous demande s’il s’agit de votre appareil.
device-consent = Votre appareil doit afficher le code { $code }. Si vous n’avez pas lancé cette demande vous-même, refusez : quelqu’un essaie peut-être de se connecter avec votre compte.
device-done-heading = Votre appareil poursuit
device-done = Vous pouvez fermer cette page.
device-over-heading = Rien n’a été autorisé
device-over = L’appareil n’a pas été admis, ou il n’attend plus. Vous pouvez fermer cette page ou recommencer sur l’appareil.

## Les applications sur la page du compte

client-list-title = Applications qui vous connaissent
client-list-heading = Applications qui vous connaissent
client-list-lead = Ces applications de tiers savent qui vous êtes auprès de { $tenant }, parce que vous l’avez accepté.
client-list-none = Aucune application de tiers ne sait qui vous êtes auprès de { $tenant }.
client-list-since = Depuis le { $day }
client-list-withdraw = Retirer
client-list-withdraw-from = Retirer pour { $app }
client-list-back = Retour à mon compte
client-list-link = Applications qui me connaissent
