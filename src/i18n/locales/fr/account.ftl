# La page de l’invité, le départ, et les revues d’accès. Variables comme dans pages.ftl.

## A guest's access ends soon (to those who answer for the guest). Arguments as in notices.ftl, and $guest.

notice-guest-ends = L’accès de { $guest } à { $tenant } prend fin le { $date }
notice-guest-ends-what = Vous êtes responsable de { $guest }, invité de { $tenant } ({ $domain }). Le { $date }, l’accès de cet invité prend fin de lui-même.
notice-guest-ends-next = S’il doit se poursuivre, demandez à votre administrateur de lui donner une autre date de fin. Sinon, vous n’avez rien à faire.
notice-guest-ends-button = Ouvrir vos applications

## Codes that prove a mailbox and sign nobody in.

mail-passcode-subject-leave = Votre code pour quitter { $tenant }
mail-passcode-intro-leave = Quelqu’un qui a tapé votre adresse veut quitter { $tenant } ({ $domain }) en tant qu’invité. Ce code prouve seulement que la boîte aux lettres est la vôtre ; il ne connecte personne.
mail-passcode-subject-change_sign_in = Votre code pour changer votre façon de vous connecter à { $tenant }
mail-passcode-intro-change_sign_in = Vous allez vous connecter autrement en tant qu’invité de { $tenant } ({ $domain }). Ce code prouve que la boîte aux lettres est la vôtre.

## The guest's own page

account-link = Compte
account-title = Votre compte
account-heading = Votre compte
account-organizations = Vos organisations
account-member = Membre
account-guest = Invité
account-invited = Invité, en attente
account-blocked = Bloqué par cette organisation
account-here = Vous êtes ici
account-switch = Y aller
account-switch-to = Y aller : { $name }
account-leave = Quitter
account-leave-it = Quitter { $name }
account-sessions = Là où vous êtes connecté
account-browser-unknown = Un navigateur
browser-on = { $browser } sur { $system }
account-this-browser = ce navigateur
account-started = Connecté
account-used = dernière utilisation
account-end = Déconnecter là-bas
account-end-this = Se déconnecter ici
account-end-others = Déconnecter partout ailleurs
account-end-all = Se déconnecter partout
account-settings = Connexion et accords
account-change-sign-in = Changer votre façon de vous connecter
account-accepted = Ce que vous avez accepté
account-data = Vos données
account-data-lead = Ce que { $tenant } conserve sur vous en tant qu’invité.
account-export = Tout télécharger dans un fichier
account-erase = Quitter et tout effacer
account-back = Retour à vos applications
account-stay = Annuler

## Leaving and erasing

leave-title = Quitter { $tenant }
leave-heading = Quitter { $tenant } ?
leave-lead = Vous ne pourrez plus ouvrir ses applications, et vous serez déconnecté partout.
leave-button = Quitter
leave-next = { $tenant } peut vous reprendre dans les 30 jours. Ensuite, ce qui est conservé sur vous est effacé. Ce que vous avez accepté reste enregistré, sans votre nom.
leave-mailbox-title = Quitter { $tenant }
leave-mailbox-heading = Quitter { $tenant } ?
leave-mailbox-lead = La boîte aux lettres est la vôtre. Si vous partez, plus personne n’entre avec elle.
leave-mailbox-button = Quitter
leave-mailbox-next = { $tenant } peut vous reprendre dans les 30 jours. Ensuite, ce qui est conservé sur vous est effacé définitivement. Pour l’effacer aussitôt, connectez-vous et utilisez la page de votre compte. Ce que vous avez accepté reste enregistré, sans votre nom.
erase-title = Tout effacer
erase-heading = Quitter { $tenant } et tout effacer ?
erase-lead = Ce que { $tenant } conserve sur vous en tant qu’invité est effacé aussitôt. Personne ne peut le rétablir.
erase-button = Tout effacer
erase-next = Vous êtes déconnecté partout. Ce que vous avez accepté reste enregistré, sans votre nom. Des applications de { $tenant } peuvent garder leurs propres données ; renseignez-vous auprès de { $tenant }.
left-title = Vous êtes parti
left-heading = Vous avez quitté { $tenant }
left-lead = Vous êtes déconnecté et ne pouvez plus ouvrir ses applications.
left-next = Pour revenir, demandez une nouvelle invitation à la personne de { $tenant } qui vous a invité. Vous pouvez fermer cette page.
erased-title = Tout est effacé
erased-heading = Vous avez quitté { $tenant }
erased-lead = Ce que { $tenant } conservait sur vous en tant qu’invité est effacé.
erased-next = Pour revenir, demandez une nouvelle invitation à la personne de { $tenant } qui vous a invité. Vous pouvez fermer cette page.
nobody-title = Rien à quitter
nobody-heading = Il n’y a rien à quitter
nobody-lead = La boîte aux lettres est la vôtre, et { $tenant } n’a pas d’invité à cette adresse.
nobody-next = Si vous avez été invité sous une autre adresse, recommencez avec celle-là. Sinon, vous pouvez fermer cette page.

## Proof of a mailbox

dead-end-leave = Vous êtes invité ici et voulez partir

leave-proof-title = Quitter { $tenant }
leave-proof-heading = Quitter { $tenant }
leave-proof-lead = Tapez l’adresse que { $tenant } a invitée. Vous recevez un code qui prouve que la boîte aux lettres est la vôtre ; il n’est pas nécessaire de pouvoir vous connecter.
leave-proof-next = Rien ne se passe avant que vous n’ayez tapé le code et confirmé que vous voulez partir.
change-proof-title = Changer votre façon de vous connecter
change-proof-heading = Changer votre façon de vous connecter
change-proof-lead = Nous vérifions d’abord que { $address } est toujours à vous : vous recevez un code par e-mail.
change-proof-next = Après le code, vous vous connectez de la nouvelle façon dans les 15 minutes. D’ici là, rien ne change ; vos applications et ce que vous avez accepté restent tels quels.
proof-send = M’envoyer un code
sign-in-first-title = Reconnectez-vous d’abord
sign-in-first-heading = Reconnectez-vous d’abord
sign-in-first-lead = Pour changer votre façon de vous connecter, vous devez vous être connecté au cours des 10 dernières minutes.
sign-in-first-button = Se reconnecter
sign-in-first-next = Vous revenez sur cette page et continuez à partir de là.

## Review of access

review-access-title = Revue des invités
review-access-heading = Ces invités ont-ils encore besoin d’un accès ?
review-access-lead = Vous êtes responsable de ces invités de { $tenant }. Indiquez pour chacun, avant le { $day }, s’il faut garder ou retirer l’accès.
review-access-unanswered-keep = Les invités sans réponse restent.
review-access-unanswered-remove = Les invités sans réponse perdent leur accès.
review-access-over = Cette revue est terminée. Vous voyez ce qui a été répondu.
review-access-left = { $count ->
    [0] Vous avez répondu pour tout le monde.
    [one] Un invité n’a pas encore de réponse.
   *[other] { $count } invités n’ont pas encore de réponse.
}
review-access-last = dernière connexion le { $day }
review-access-never = jamais connecté
review-access-kept = Réponse : garder
review-access-removed = Réponse : retirer
review-access-keep = Garder
review-access-remove = Retirer
review-access-keep-one = Garder { $guest }
review-access-remove-one = Retirer { $guest }
review-access-next = Vous pouvez modifier vos réponses jusqu’à la fin de la revue. Elles ne sont appliquées qu’à ce moment-là.

invite-refused-full = Cette organisation a autant d’invités qu’elle peut en avoir. Retirez des invités qui n’ont plus besoin d’accès, ou faites relever la limite.
