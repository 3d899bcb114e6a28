# Bloquer les e-mails d’invitation, et les recevoir de nouveau.

## The link in the invitation mail

block-title = Bloquer les e-mails d’invitation
block-heading = Plus d’e-mails d’invitation ?
block-lead = Il s’agit des e-mails adressés à { $address }. Rien n’est bloqué avant que vous n’ayez choisi et confirmé.
block-legend = De qui voulez-vous bloquer les e-mails d’invitation ?
block-reach-tenant = Ceux de { $tenant } ({ $domain })
block-reach-everybody = Ceux de toutes les organisations qui invitent par { $brand }
block-button = Bloquer
block-next = L’accès que vous avez déjà reste tel quel, et vous pouvez encore accepter les invitations que vous avez reçues. Vous pouvez annuler le blocage à tout moment.
block-missing = Choisissez de qui vous voulez bloquer les e-mails.

block-done-title = Les e-mails d’invitation sont bloqués
block-done-heading = Les e-mails d’invitation sont bloqués
block-done-tenant = { $tenant } ne peut plus envoyer d’e-mails d’invitation à { $address }.
block-done-everybody = Aucune organisation ne peut plus envoyer d’e-mails d’invitation à { $address } par { $brand }.
block-done-access = L’accès que vous avez déjà reste tel quel.
block-done-undo = Voir ce qui est bloqué, et l’annuler

## What a mailbox does not take

blocks-title = E-mails d’invitation bloqués
blocks-heading = E-mails d’invitation bloqués
blocks-lead = Tapez votre adresse e-mail. Nous vous envoyons un code pour vérifier que la boîte aux lettres est la vôtre ; vous voyez ensuite quelles organisations ne peuvent pas y envoyer d’e-mails d’invitation.
blocks-next = Seul le propriétaire d’une boîte aux lettres voit cette liste. Les organisations apprennent qu’un e-mail n’a pas été envoyé, et rien d’autre.
blocks-code-lead = Si { $address } est connue ici, un code lui est envoyé en ce moment.
blocks-list-lead = Ces e-mails d’invitation n’arrivent pas à { $address } :
blocks-none = Aucun : toutes les organisations d’ici peuvent vous envoyer des e-mails d’invitation.
blocks-row-tenant = E-mails de { $name }
blocks-row-everybody = E-mails de toutes les organisations
blocks-since = depuis le { $date }
blocks-allow = Les recevoir de nouveau
blocks-block-all = Bloquer les e-mails d’invitation de toutes les organisations
blocks-list-next = Chaque modification prend effet aussitôt. Fermez cette page quand vous avez terminé.
