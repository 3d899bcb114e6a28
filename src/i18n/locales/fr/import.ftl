# Inviter en nombre à l’aide d’un fichier, sur les pages des administrateurs, et ce qu’un formulaire d’invitation demande en plus.

admin-import = Inviter en nombre
import-heading = Inviter de nombreuses personnes à l’aide d’un fichier
import-lead = Une ligne par personne, dans un fichier CSV dont la première ligne contient les en-têtes. Chaque ligne est montrée avant tout envoi.
import-last = Afficher le dernier fichier que vous avez envoyé
import-columns = En-têtes reconnus
import-columns-needed = Cette colonne est obligatoire :
import-columns-known = Celles-ci sont possibles :
import-columns-several = Dans une même cellule, séparez par des points-virgules ; un rôle s’écrit avec son application, une durée de lien avec son unité :
import-columns-original = Les en-têtes du modèle d’invitation en masse de Microsoft Entra sont reconnus aussi, tout comme le modèle lui-même.
import-defaults = Pour les lignes qui n’indiquent rien d’autre
import-message = Message
import-redirect = Où l’invité arrive
import-mail = Envoyer l’e-mail d’invitation
import-again = Inviter aussi à nouveau les personnes qu’un fichier précédent a invitées de la même façon
import-apps = Applications pour toutes les personnes du fichier
import-roles = Rôles d’application pour toutes les personnes du fichier
import-groups = Groupes pour toutes les personnes du fichier
import-file = Fichier CSV
import-file-hint = UTF-8, au plus { $size } et { $rows } lignes.
import-read = Montrer ce qui se passerait

import-no-file = Choisissez d’abord un fichier.
import-too-large = Le fichier dépasse { $size }. Divisez-le.
import-not-text = Le fichier n’est pas du texte UTF-8. Dans votre tableur, enregistrez-le au format « CSV UTF-8 ».
import-empty = Le fichier ne contient aucune ligne. La première doit contenir les en-têtes, par exemple email,name,message.
import-no-address = Aucun en-tête ne désigne l’adresse. Nommez cette colonne email.
import-heading-twice = Deux colonnes ont le même sens : { $heading }. Supprimez-en une.
import-too-long = Le fichier contient plus de { $rows } lignes. Divisez-le.
import-too-wide = Le fichier contient plus de { $columns } colonnes. Ce doit être un tableau de personnes, une par ligne.
import-gone = Ce fichier n’est plus là : il a été remplacé, oublié ou envoyé il y a plus d’une heure, ou vous vous êtes reconnecté depuis. Envoyez-le de nouveau ; ce qui est fait n’est pas refait.
import-busy = Les invitations de votre dernier fichier sont encore en cours. Consultez-le, puis envoyez celui-ci une fois le travail terminé.

import-foreseen = Avant tout envoi
import-foreseen-lead = { $count ->
    [one] Une ligne a été lue. Rien n’a encore été fait.
   *[other] { $count } lignes ont été lues. Rien n’a encore été fait.
}
import-running = Les invitations sont en cours
import-running-lead = { $count ->
    [one] Une ligne est en cours de traitement. Cette page s’actualise d’elle-même ; ce qui était prévu figure ci-dessous.
   *[other] { $count } lignes sont en cours de traitement. Cette page s’actualise d’elle-même ; ce qui était prévu figure ci-dessous.
}
import-begun = Le traitement a commencé sans aller à son terme
import-begun-lead = { $count ->
    [one] La ligne est soit traitée, soit intacte. Continuez : ce qui est fait n’est pas refait.
   *[other] Chacune des { $count } lignes est soit traitée, soit intacte. Continuez : ce qui est fait n’est pas refait.
}
import-done = Ce qu’il est advenu de chaque ligne
import-done-lead = { $count ->
    [one] La ligne a été traitée.
   *[other] Les { $count } lignes ont été traitées.
}
import-counts = Lignes par résultat
import-all-rows = Toutes les lignes
import-invited = Nouvel invité
import-renewed = Invité à nouveau
import-assigned = Déjà accepté ; attribué
import-unchanged = Inchangé
import-failed = Impossible
import-line = Ligne { $line }
import-run = Inviter ces personnes
import-go-on = Continuer
import-forget = Oublier le fichier
import-download = Télécharger en CSV
import-to-guests = Afficher les invités
import-previous-page = Page précédente
import-budget = Cette organisation peut envoyer { $most } invitations par jour. Les lignes au-delà échoueront ; renvoyez le fichier demain pour le reste.
import-ignored = Ces colonnes n’ont pas de sens ici et sont ignorées : { $headings }

row-no-address = L’adresse manque.
row-address = « { $text } » n’est pas une adresse e-mail.
row-twice = L’adresse figure déjà à la ligne { $line }.
row-yes-or-no = « { $text } » n’est ni true ni false.
row-cc = « { $text } », destinataire de la copie, n’est pas une adresse e-mail.
row-link-life = « { $text } » n’est pas une durée. Écrivez un nombre et une unité, comme 12h ou 14d.
row-app = Il n’y a pas d’application « { $text } ».
row-group = Il n’y a pas de groupe « { $text } ».
row-role = Il n’y a pas de rôle « { $text } ». Écrivez l’application, deux-points et le rôle.
row-sponsor = « { $text } », indiqué comme responsable, n’est pas une adresse e-mail.

invite-roles = Rôles d’application
invite-route = Comment l’invité se connecte
invite-route-default = Selon son adresse
invite-route-passcode = Code à usage unique
invite-route-account = Compte personnel
invite-route-hint = Pour cet invité seulement. N’y touchez pas, sauf si la manière habituelle ne convient pas.
warning-no-copy = Aucune copie de l’e-mail n’est envoyée : cette boîte n’accepte pas les invitations, ou en a reçu assez aujourd’hui.

## Ce que le propriétaire d’une application peut ajouter

manage-invite-more = Nom, message et autres
manage-invite-name = Nom
manage-invite-message = Message
manage-invite-message-hint = Texte brut, 2 000 caractères au plus. Il figure dans l’e-mail tel que vous le saisissez.
manage-invite-language = Langue de l’e-mail
manage-invite-roles = Rôles dans { $app }
manage-invite-cc = Copie de l’e-mail à
manage-invite-sponsors = Responsables
manage-invite-sponsors-hint = Adresses de cinq personnes au plus qui répondent de l’invité ; vous-même, sauf si vous en indiquez d’autres.
manage-invite-redirect = Où l’invité arrive dans { $app }
manage-invite-redirect-wrong = L’invité ne peut arriver que dans { $app }, à une adresse https:// complète.
manage-invite-days = Jours avant la fin du lien
manage-invite-days-hint = Laissez vide pour ce que { $tenant } a choisi.
manage-invite-mail = Envoyer l’e-mail d’invitation
manage-done-without-mail = Invitation faite, sans e-mail. Transmettez vous-même ce lien : { $url }
manage-done-assigned = Cette personne est déjà invitée et peut ouvrir l’application tout de suite.

## La liste et un invité, plus en détail

guests-total = { $count ->
    [one] Un invité
   *[other] { $count } invités
}
guests-state-deleted = Supprimés
guests-source-label = Source
guests-source-all = Toutes les sources
guests-source-invited = Utilisateur invité
guests-source-passcode = Code à usage unique
guests-source-account = Compte personnel
guests-source-organization = Une autre organisation d’ici
state-deleted = Supprimé
guest-deleted = Cet invité a été supprimé le { $at } et peut être restauré dans les 30 jours qui suivent.
guest-mail-error = Le dernier e-mail d’invitation n’a pas été accepté : { $error }
in-the-way-contact = Le contact { $name } ({ $id }) détient cette adresse ; l’invité n’a donc pas d’e-mail ici et seule l’URL d’acceptation fonctionne. Supprimez le contact, puis invitez à nouveau.
in-the-way-member = Le membre { $name } ({ $id }) détient cette adresse ; l’invité n’a donc pas d’e-mail ici et seule l’URL d’acceptation fonctionne. Retirez l’adresse au membre, puis invitez à nouveau.
in-the-way-guest = L’invité { $name } ({ $id }) détient cette adresse ; celui-ci n’a donc pas d’e-mail ici et seule l’URL d’acceptation fonctionne. Retirez-lui l’adresse, puis invitez à nouveau.
fact-sponsors = Responsables
fact-guest-inviter = Peut amener des collègues
fact-invitation-mail = E-mail d’invitation
fact-roles = Rôles d’application
fact-groups = Groupes
action-restore = Restaurer
action-restore-lead = L’invité revient avec tout ce qui lui était attribué. S’il n’avait pas encore accepté, il reçoit un nouveau lien, que vous pouvez ensuite envoyer.
done-restore = L’invité a été restauré.
action-reset-factor = Réinitialiser le second facteur
action-reset-factor-lead = Le second facteur que l’invité avait enregistré pour cette organisation disparaît ; l’invité est aussitôt déconnecté, prévenu par e-mail, et en enregistre un nouveau à la prochaine connexion qui l’exige.
done-reset-factor = Le second facteur a été réinitialisé.
mail-waiting = En attente ; prochain essai { $at }
mail-sent = Envoyé { $at }
mail-bounced = Revenu { $at }
mail-given-up = Abandonné
manage-search = Chercher parmi eux
manage-no-match = Personne ne correspond à cette recherche.
