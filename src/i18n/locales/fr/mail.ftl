# E-mails aux invités. Les variables sont expliquées dans locales/en/mail.ftl.

## Invitation

mail-invitation-from = Invitations { $brand } pour le compte de { $tenant }
mail-invitation-subject = { $inviter } vous a invité à utiliser des applications de { $tenant }
mail-invitation-preview = { $inviter } de { $tenant } vous invite.
mail-invitation-warning-title = Vous y attendiez-vous ?
mail-invitation-warning = Suivez le lien uniquement si vous connaissez { $inviter } et attendiez une invitation de { $tenant }. En cas de doute, renseignez-vous d’abord, par téléphone ou par un autre moyen que vous connaissez déjà.
mail-invitation-title = { $tenant } vous invite
mail-invitation-organization = Organisation
mail-invitation-domain = Domaine
mail-invitation-inviter = Invité par
mail-invitation-message = Message de { $inviter }
mail-invitation-message-note = Écrit par { $inviter }, non vérifié par nous.
mail-invitation-place-app = Ce lien vous mène à { $place }, une application de { $tenant }.
mail-invitation-place-url = Ce lien vous mène à { $place }.
mail-invitation-place-panel = Ce lien vous mène à votre panneau d’accès, la page de toutes les applications que { $tenant } partage avec vous.
mail-invitation-how = Vous vous connectez avec un compte ou une boîte aux lettres que vous avez déjà. Le lien est lié à cette adresse e-mail et continue de fonctionner pour revenir.
mail-invitation-button = Commencer
mail-invitation-link = Si le bouton ne fonctionne pas, ouvrez cette adresse :
mail-invitation-privacy = { $tenant } explique dans sa déclaration de confidentialité comment vos données sont traitées :
mail-invitation-privacy-link = Déclaration de confidentialité de { $tenant }
mail-invitation-privacy-none = { $tenant } n’a pas fourni de lien vers une déclaration de confidentialité.
mail-invitation-block = Bloquer les futures invitations de { $tenant }
mail-invitation-footer = Envoyé par { $brand } sur { $host } parce que { $inviter } a saisi votre adresse. Tant que vous ne faites rien, personne n’entre avec elle.

## One-time passcode

mail-passcode-from = { $brand } pour { $tenant }
mail-passcode-subject-sign_in = Votre code pour vous connecter à { $tenant }
mail-passcode-subject-redeem = Votre code pour accepter l’invitation de { $tenant }
mail-passcode-subject-create_account = Votre code pour confirmer votre boîte aux lettres pour { $tenant }
mail-passcode-subject-blocks = Votre code pour voir vos e-mails d’invitation bloqués
mail-passcode-preview = Votre code pour { $tenant }
mail-passcode-title = Votre code à usage unique
mail-passcode-intro-sign_in = Quelqu’un qui a tapé votre adresse veut se connecter en tant qu’invité de { $tenant } ({ $domain }).
mail-passcode-intro-redeem = Quelqu’un a ouvert votre invitation de { $tenant } ({ $domain }) et veut l’accepter avec cette boîte aux lettres.
mail-passcode-intro-create_account = Quelqu’un crée un compte personnel avec votre adresse, pour entrer en tant qu’invité de { $tenant } ({ $domain }). Ce code prouve seulement que la boîte aux lettres est la vôtre.
mail-passcode-intro-blocks = Quelqu’un qui a tapé votre adresse veut voir et modifier les e-mails d’invitation que cette boîte aux lettres bloque. Le code ne connecte personne.
mail-passcode-app = L’application demandée : { $app }
mail-passcode-browser = Demandé depuis : { $browser }
mail-passcode-valid = Le code fonctionne une seule fois, pendant { $minutes } minutes, et uniquement dans le navigateur qui l’a demandé.
mail-passcode-warning-title = Ne donnez jamais ce code à personne
mail-passcode-warning = Personne chez { $tenant } ni chez { $brand } ne vous le demandera jamais par téléphone, par messagerie instantanée ou par e-mail. Tapez-le uniquement sur une page dont l’adresse commence par { $host }/
mail-passcode-not-you = Ce n’était pas vous ? Alors ne faites rien : sans le code, personne n’entre avec votre adresse.
mail-passcode-footer = Envoyé par { $brand } sur { $host }
