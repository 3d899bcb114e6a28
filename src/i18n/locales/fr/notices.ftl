# E-mails courts sur ce qui s’est passé ou va se passer. Les variables sont expliquées dans locales/en/notices.ftl.

notice-from = { $brand } pour { $tenant }
notice-from-instance = { $brand }
notice-link = Si le bouton ne fonctionne pas, ouvrez cette adresse :
notice-footer = Envoyé par { $brand } sur { $host }. Ne répondez pas à cet e-mail : personne ne lit les réponses.

## Access ends soon (to the guest)

notice-access-ends = Votre accès à { $tenant } prend fin le { $date }
notice-access-ends-what = Vous utilisez des applications de { $tenant } ({ $domain }) en tant qu’invité. Le { $date }, cet accès prend fin de lui-même.
notice-access-ends-next = Si vous en avez encore besoin, adressez-vous à temps à la personne avec qui vous travaillez chez { $tenant }. Sinon, vous n’avez rien à faire.
notice-access-ends-button = Ouvrir vos applications

## Signed in from a new browser (to the guest)

notice-new-device = Votre compte a été utilisé dans un nouveau navigateur
notice-new-device-what = Le { $time }, quelqu’un s’est connecté avec votre compte { $address } dans un navigateur que nous ne connaissions pas : { $browser }.
notice-new-device-you = C’était vous ? Alors vous n’avez rien à faire.
notice-new-device-not-you = Ce n’était pas vous ? Choisissez aussitôt un nouveau mot de passe et mettez fin à toutes les sessions que vous ne connaissez pas.
notice-new-device-button = Voir votre compte

## A way to sign in was added, changed or removed (to the owner of the account)

notice-method-changed = Une méthode de connexion de votre compte a été modifiée
notice-method-changed-what = Le { $time }, ceci a été modifié pour votre compte { $address } : { $method }.
notice-method-changed-you = C’était vous ? Alors vous n’avez rien à faire.
notice-method-changed-not-you = Ce n’était pas vous ? Vérifiez aussitôt vos méthodes de connexion, supprimez ce qui n’est pas à vous et mettez fin à toutes les sessions.
notice-method-changed-button = Voir votre compte

## Access review (to a sponsor)

notice-review = Veuillez passer en revue les invités de { $tenant }
notice-review-what = Vous êtes responsable d’invités de { $tenant } ({ $domain }). Indiquez lesquels ont encore besoin d’un accès : { $guests }.
notice-review-until = Répondez au plus tard le { $date }. Ensuite, { $tenant } décide à votre place, selon la règle qui y a été choisie.
notice-review-button = Passer en revue les invités

## The invitation or the access has ended (to the guest)

notice-ended = Votre accès à { $tenant } a pris fin
notice-ended-what = { $tenant } ({ $domain }) a mis fin à votre accès en tant qu’invité. Le lien de votre e-mail d’invitation ne vous laisse plus entrer.
notice-ended-next = Si vous pensez que c’est une erreur, adressez-vous à la personne avec qui vous travaillez chez { $tenant }.

## Invitation mails are blocked (to the owner of the mailbox)

notice-blocked = Plus d’e-mails d’invitation de { $tenant }
notice-blocked-all = Plus d’e-mails d’invitation
notice-blocked-what = Comme vous l’avez demandé, { $tenant } ({ $domain }) ne peut plus envoyer d’e-mails d’invitation à { $address } par { $brand } sur { $host }.
notice-blocked-all-what = Comme vous l’avez demandé, aucune organisation ne peut plus envoyer d’e-mails d’invitation à { $address } par { $brand } sur { $host }.
notice-blocked-next = L’accès que vous avez déjà reste tel quel. Vous ne l’avez pas demandé, ou vous avez changé d’avis ? Vous pouvez l’annuler sur la page de vos invitations bloquées.
notice-blocked-button = Voir ce qui est bloqué
