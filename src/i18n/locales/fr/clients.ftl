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
