# Pages que voient les invités. Les variables sont expliquées dans locales/en/pages.ftl.

## Around every page

skip-to-content = Aller au contenu
signed-in-as = Connecté en tant que
sign-out = Se déconnecter
footer = { $brand } ouvre aux invités les applications d’autres organisations.
footer-privacy = Les organisations ne voient que ce que vous acceptez de partager.
footer-languages = Langue
request-id = ID de la demande
happens-next = La suite

## Address

sign-in-title = Se connecter
sign-in-heading = Se connecter à { $tenant }
sign-in-lead = Tapez l’adresse e-mail que { $tenant } a invitée.
sign-in-lead-app = { $app } vous attend. Tapez l’adresse e-mail que { $tenant } a invitée.
address-label = Adresse e-mail
sign-in-button = Continuer
sign-in-next = Vous vous connectez avec le compte que vous avez déjà au travail ou à l’école. Si vous n’en avez pas, vous pouvez vous connecter par e-mail.

## Ways to sign in

choose-title = Choisissez comment vous connecter
choose-heading = Choisissez comment vous connecter
choose-lead = Voici comment { $address } peut se connecter à { $tenant }.
use-another-address = Utiliser une autre adresse
way-code = M’envoyer un code par e-mail
way-code-hint = Vous le tapez sur la page suivante.
way-password = Utiliser mon mot de passe { $brand }
way-password-hint = Pour les personnes qui ont créé ici un compte personnel.
way-or = ou
way-provider = Continuer avec { $provider }
choose-next = Une fois connecté, vous voyez ce que { $tenant } vous demande avant que quoi que ce soit ne soit partagé.

## Code by e-mail

offer-title = Obtenir un code
offer-heading-sign-in = Se connecter avec un code
offer-heading-mailbox = Cette boîte aux lettres est-elle la vôtre ?
offer-lead-sign-in = Nous envoyons un code à { $address }. Il vous connecte à { $tenant }.
offer-lead-mailbox = Avant de continuer, nous vérifions que cette invitation est bien la vôtre : nous envoyons un code à { $address }.
offer-button = M’envoyer un code par e-mail

code-title = Entrez votre code
code-heading = Consultez votre messagerie
code-lead-sign-in = Si { $address } peut se connecter ici avec un code, un code lui est envoyé en ce moment.
code-lead-mailbox = Pour vérifier que cette invitation est bien la vôtre, nous avons envoyé un code à { $address }.
code-sender = Il vient de { $sender }.
code-label = { $count ->
    [one] Code ({ $count } chiffre)
   *[other] Code ({ $count } chiffres)
}
code-minutes = { $count ->
    [one] Le code est valable { $count } minute.
   *[other] Le code est valable { $count } minutes.
}
code-button = Continuer
code-warning = Tapez le code sur cette page uniquement. { $tenant } et { $brand } ne le demandent jamais par téléphone, par messagerie instantanée ni par e-mail.
code-resend-question = Pas d’e-mail ? Regardez d’abord dans le courrier indésirable.
code-resend = Envoyer un nouveau code
code-resent = Si l’adresse est la bonne, un nouveau code est en route. Seul le code le plus récent fonctionne.
code-next-sign-in = { $tenant } n’apprend votre adresse qu’une fois le code vérifié et votre accord donné.
code-next-mailbox = Ensuite vous vous connectez, et l’invitation est à vous.

## Passwords

password-title = Se connecter avec votre compte personnel
password-heading = Se connecter avec votre compte personnel
password-lead = C’est le mot de passe que vous avez choisi pour { $address } en créant votre compte personnel auprès de { $brand }. Ce n’est pas le mot de passe de votre messagerie.
password-label = Mot de passe
password-button = Se connecter
sign-in-another-way = Se connecter autrement
password-next = { $tenant } ne voit jamais votre mot de passe.
member-title = Se connecter
member-heading = Se connecter à { $organization }
member-lead = Tapez le mot de passe de { $address }.

## Creating a personal account

create-title = Créer un compte personnel
create-heading = Créez votre compte personnel
create-lead = Vous le créez une seule fois, auprès de { $brand }. Il ouvre les applications de { $tenant } et de toute autre organisation qui vous invite ici.
create-address-label = Adresse e-mail
create-address-hint = Cette adresse est vérifiée et correspond à l’invitation.
create-name-label = Votre nom
create-name-hint = Tel que vos interlocuteurs le connaissent.
passphrase-label = Phrase secrète
passphrase-hint = Au moins 15 caractères. Quelques mots à la suite se retiennent facilement ; les espaces sont permis.
create-button = Créer le compte
create-next = Vous voyez ce que { $tenant } vous demande avant que quoi que ce soit ne soit partagé.
set-password-title = Choisissez votre phrase secrète
set-password-heading = Choisissez votre phrase secrète
set-password-lead = Le lien que votre administrateur vous a donné fonctionne une seule fois. Choisissez la phrase secrète avec laquelle vous vous connecterez.
set-password-token-label = Votre lien
set-password-token-hint = Collez le lien complet que vous avez reçu.
set-password-button = Enregistrer la phrase secrète
set-password-next = Vous vous connectez avec votre adresse et cette phrase secrète. Si vous vous êtes déjà connecté, tous vos appareils sont déconnectés, et les clés d’accès créées auparavant ne connectent plus à elles seules : ajoutez de nouveau les vôtres ensuite.

## Somebody else, or nobody we know

wrong-title = Cette invitation est destinée à quelqu’un d’autre
wrong-heading = Vous êtes connecté avec un autre compte
wrong-signed-in = Connecté
wrong-invited = Invité
wrong-lead = { $tenant } a invité une autre adresse que celle avec laquelle vous êtes connecté.
wrong-button = Passer à l’adresse invitée
wrong-hint = Vous serez d’abord déconnecté d’ici. Vous restez connecté à votre propre organisation.
wrong-prove-heading = Les deux adresses sont-elles à vous ?
wrong-prove-lead = Gardez alors le compte avec lequel vous êtes connecté. Nous envoyons un code à l’adresse invitée pour nous en assurer.
wrong-prove-button = Envoyer un code à l’adresse invitée
wrong-next = Une fois l’invitation à vous, vous voyez ce que { $tenant } vous demande avant que quoi que ce soit ne soit partagé.
dead-end-title = Pas encore d’accès
dead-end-heading = Nous ne pouvons pas encore vous laisser entrer
dead-end-lead = { $tenant } n’a pas d’invitation qui corresponde à cette connexion.
dead-end-invited = Si vous avez été invité, ouvrez le lien de votre e-mail d’invitation. Il nous indique quelle invitation est la vôtre.
dead-end-resend-heading = Vous ne trouvez pas l’e-mail ?
dead-end-address-label = Adresse qui a été invitée
dead-end-resend = Me l’envoyer à nouveau
dead-end-sent = Si { $tenant } a invité cette adresse, l’e-mail est de nouveau en route. Regardez aussi dans le courrier indésirable.
dead-end-switch-heading = Connecté avec le mauvais compte ?
dead-end-switch = Utiliser un autre compte
dead-end-next = Si personne ne vous a encore invité, adressez-vous à la personne avec qui vous travaillez chez { $tenant }.
invitation-ended-title = Ce lien a expiré
invitation-ended-heading = Ce lien d’invitation a expiré
invitation-ended-lead = Les liens de { $tenant } ne fonctionnent que pendant un temps limité. Vous pouvez en recevoir un nouveau.
invitation-ended-button = Envoyer un nouvel e-mail
invitation-ended-hint = Il part à l’adresse qui a été invitée, et à aucune autre.
invitation-ended-sent = Si l’invitation est toujours valable, un e-mail avec un nouveau lien est en route vers l’adresse qui a été invitée.
invitation-ended-next = Ouvrez le nouvel e-mail et choisissez Commencer.

## Review permissions

review-title = Vérifier les autorisations
review-heading = Vérifier les autorisations
review-lead = { $tenant } vous demande ceci avant d’ouvrir ses applications. La question n’est posée qu’une fois.
review-organization = { $tenant } ({ $domain }) souhaite :
review-sign-in = Vous connecter à ses applications
review-receive = Recevoir votre nom, votre adresse e-mail et l’identifiant de votre compte là où vous vous connectez
review-record = Conserver une trace de vos connexions et des applications que vous ouvrez
review-not-password = { $tenant } ne reçoit pas votre mot de passe et ne peut agir en votre nom nulle part ailleurs.
review-privacy-link = Déclaration de confidentialité de { $tenant }
review-privacy-none = { $tenant } n’a pas fourni de lien vers sa déclaration de confidentialité.
review-privacy-contact = Questions sur la confidentialité : { $contact }
review-leave = N’acceptez que si vous faites confiance à { $domain }. Vous pouvez arrêter à tout moment en demandant à { $tenant } de vous retirer.
accept = Accepter
decline = Refuser
review-next = Si vous refusez, rien n’est partagé et vous pourrez revenir plus tard.

## Terms of use

terms-title = Conditions d’utilisation
terms-lead = Veuillez lire ce document. { $tenant } demande à tous ceux qui utilisent ses applications de l’accepter.
terms-position = Document { $number } sur { $of }
terms-version = Version { $version }
terms-languages = Lire en
terms-open-pdf = Ouvrir le document (PDF)
terms-region = Texte du document
terms-next = Si vous refusez, les applications de { $tenant } vous restent fermées. Vous pourrez revenir et accepter plus tard.
declined-title = Vous avez refusé
declined-heading = Rien n’a été partagé
declined-terms-heading = Les applications restent fermées
declined-review = Vous n’avez pas accepté de partager vos données avec { $tenant }. Ses applications restent donc fermées, et { $tenant } apprend seulement que vous avez refusé.
declined-terms = Vous n’avez pas accepté « { $document } ». Sans cela, { $tenant } ne vous ouvre pas ses applications.
declined-again = Y revenir
declined-next = Rien d’autre ne se passe. Chaque lien de { $tenant } vous ramène à la même question.

## Access panel

panel-title = Applications
panel-heading = Vos applications chez { $tenant }
panel-search-label = Rechercher des applications
panel-search-button = Rechercher
panel-search-clear = Afficher toutes les applications
panel-none = { $tenant } ne vous a encore donné aucune application. Dès que ce sera le cas, elle apparaîtra ici.
panel-none-next = Si vous en attendiez une, dites à la personne qui vous a invité de quelle application vous avez besoin. Il se peut aussi que vous soyez connecté avec une autre adresse que celle qui a été invitée.
panel-account = Votre compte
panel-organizations = Vos organisations
panel-invited = Invitation en attente
panel-manage = Gérer
panel-manage-app = Gérer { $app }
panel-no-match = Aucune de vos applications ne correspond à « { $search } ».
panel-matches = { $count ->
    [one] { $count } application trouvée
   *[other] { $count } applications trouvées
}

## Going on and leaving

continue-title = Un instant
continue-heading = Un instant
continue-lead = Vous êtes en route vers { $host }.
continue-button = Continuer
sign-out-title = Se déconnecter
sign-out-heading = Se déconnecter
sign-out-lead = D’où voulez-vous vous déconnecter ?
sign-out-tenant = Se déconnecter de { $tenant }
sign-out-tenant-hint = Ferme ses applications dans ce navigateur.
sign-out-everywhere = Se déconnecter partout
sign-out-everywhere-hint = Ferme les applications de toutes les organisations que vous avez ouvertes dans ce navigateur.
sign-out-stay = Rester connecté
signed-out-title = Déconnecté
signed-out-heading = Vous êtes déconnecté
signed-out-lead = Les applications sont fermées dans ce navigateur.
signed-out-home = Si cet ordinateur est partagé, déconnectez-vous aussi là où vous vous êtes connecté, par exemple auprès de votre organisation, puis fermez le navigateur.
signed-out-again = Se reconnecter
