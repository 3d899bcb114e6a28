# L’emplacement de ces textes et leurs variables sont expliqués dans locales/en/admin.ftl.

## Signed in, and not let in

no-admin-title = Pour les administrateurs
no-admin-heading = Ces pages sont réservées aux administrateurs de { $tenant }
no-admin-role-lead = Vous êtes connecté en tant que { $address }, qui n’administre pas { $tenant }.
no-admin-role-next = Seuls les membres de { $tenant } qui ont le rôle d’administrateur entrent. Si vous avez un autre compte qui l’a, connectez-vous avec celui-ci ; sinon, demandez à un administrateur de { $tenant } de vous donner ce rôle.
no-admin-factor-lead = Vous êtes connecté en tant que { $address } avec un mot de passe seul, et { $tenant } demande à ses administrateurs un second facteur.
no-admin-factor-next = Reconnectez-vous avec votre second facteur. Si vous n’en avez pas encore, l’exploitant de { $brand } peut vous laisser entrer sans, le temps de le configurer : admin_mfa dans le fichier de { $tenant }.
no-admin-switch = Se connecter avec un autre compte

## Around every admin page

admin-sections = Administration
admin-guests = Invités
yes = Oui
no = Non
none = aucun
never = jamais

## The list of guests

guests-search-label = Nom ou adresse
guests-search-button = Rechercher
guests-state-label = État
guests-state-all = Tous les états
guests-state-pending = PendingAcceptance
guests-state-accepted = Accepted
guests-state-blocked = Bloqué
guests-none = { $tenant } n’a pas encore d’invités.
guests-no-match = Aucun invité ne correspond à cette recherche.
guests-all = Afficher tous les invités
guests-pages = Pages
guests-next-page = Page suivante
guests-first-page = Première page

state-blocked = { $state }, bloqué

fact-since = Depuis
fact-accepted = Invitation acceptée
fact-source = Source
fact-route = Chemin
fact-link-ends = Fin du lien
fact-access-ends = Fin de l’accès
fact-mail = E-mail
fact-other-mails = Autres adresses e-mail
fact-principal-name = Nom d’utilisateur principal
fact-object-id = ID d’objet
fact-made = Créé
fact-last-sign-in = Dernière connexion
fact-invited-by = Invité par
fact-invitation = Invitation
fact-redeem-url = URL d’acceptation
fact-way-in = Voie d’accès
only-by-invitation-link = Uniquement par l’URL d’acceptation

group-guest = Invité
group-invitation = Invitation
group-apps = Applications
group-consent = Autorisations et conditions d’utilisation

answer-accepted = Accepté { $at }
answer-declined = Refusé { $at }
answer-accepted-before-reset = Accepté { $at }, avant la réinitialisation
answer-declined-before-reset = Refusé { $at }, avant la réinitialisation

route-at = Se connectera chez { $name }
route-passcode = Utilisera un code à usage unique
route-personal-account = Utilisera un compte personnel
route-social = Se connectera avec { $names }
route-nowhere = N’a aucun moyen de se connecter ici

attention-no-mail = Un autre objet de l’annuaire détient cette adresse ; l’invité n’a donc pas d’e-mail ici. Les liens directs ne fonctionnent pas ; l’URL d’acceptation, si.
attention-bounced = Le serveur de messagerie de l’invité n’a pas pris l’invitation. Vérifiez l’adresse, puis renvoyez-la ou transmettez vous-même l’URL d’acceptation.
attention-declined = L’invité a refusé. Chaque lien lui permet encore de revenir et d’accepter.
attention-link-ended = Le lien de l’invitation a expiré. Renvoyez l’invitation pour le renouveler.
attention-revoked = L’invitation a été révoquée : aucun lien ne la fait accepter. Invitez de nouveau l’invité pour la rouvrir.
attention-no-way-in = Rien n’est activé qui permette à cet invité de se connecter : ni fournisseur d’identité pour le domaine, ni code, ni comptes personnels.
attention-domain-blocked = Les invités de ce domaine ne sont plus admis.
attention-access-ended = L’accès a pris fin à sa date. Fixez-en une plus lointaine pour laisser de nouveau entrer l’invité.

## Can this person get in? Said by `vestibule explain` and by the admin page of that name

explain-url = Lien
explain-url-shape = Ce n’est pas une adresse https:// complète.
explain-url-host = Rien à nous ne répond sur cet hôte et ce port.
explain-url-common = Cette adresse ne nomme aucune organisation et est donc refusée à tous : une URL commune ne mène nulle part.
explain-url-unknown = Cette adresse nomme une organisation qui n’existe pas ici ou n’utilise pas cette application ; de l’extérieur, les deux se ressemblent.
explain-url-disagree = Cette adresse nomme deux organisations différentes.
explain-url-path = Ce chemin peut se lire de deux façons ; il est donc refusé.
explain-url-page = Aucune page vers laquelle quelqu’un est envoyé n’a cette adresse.
explain-url-another = Ce lien mène à une autre organisation.
explain-next-link = Utilisez l’adresse d’une application, du panneau d’accès ou d’un e-mail d’invitation.
explain-next-tenant = Nommez l’organisation comme l’application le fait : par son hôte, devant le chemin, ou avec ?tenantid=. Un identifiant ou un domaine vérifié suffit.
explain-next-another = Adressez-vous à un administrateur de cette organisation.

explain-tenant = Organisation
explain-tenant-host = { $tenant }, parce que l’hôte se trouve dans l’un de ses domaines.
explain-tenant-path = { $tenant }, nommée dans le chemin.
explain-tenant-query = { $tenant }, nommée par tenantid dans la requête.
explain-tenant-pin = { $tenant }, que la session du navigateur aurait retenue.

explain-app = Où il mène
explain-app-assigned = { $app }, pour les personnes à qui elle est attribuée.
explain-app-open = { $app }, pour tous ceux qui entrent dans l’organisation.
explain-app-panel = Le panneau d’accès.
explain-app-invitation = Le lien d’un e-mail d’invitation.
explain-app-admin = Les pages des administrateurs.

explain-person = Personne
explain-person-member = { $address } est membre de { $tenant }.
explain-person-member-blocked = { $address } est membre de { $tenant } et son compte est bloqué.
explain-person-no-member = { $address } se trouve dans un domaine de { $tenant } et n’en est pas membre. Les adresses de ses propres domaines ne peuvent pas être invitées.
explain-person-nobody = Personne n’a été invité chez { $tenant } sous { $address }. Qui a été invité sous une autre adresse entre avec celle-là.
explain-person-blocked = { $address } est un invité de { $tenant } qu’un administrateur a bloqué.
explain-person-domain = { $address } est un invité de { $tenant }, qui n’admet plus d’invités de ce domaine.
explain-person-accepted = { $address } est un invité de { $tenant } et a accepté l’invitation.
explain-person-pending = { $address } est un invité de { $tenant } et n’a pas encore accepté l’invitation.
explain-person-no-mail = { $address } est un invité de { $tenant } sans e-mail, parce qu’un autre objet de l’annuaire détient l’adresse. Seule l’URL d’acceptation trouve cet invité.

explain-invitation = Invitation
explain-invitation-pending = Envoyée pour le compte de { $inviter } ; son lien fonctionne.
explain-invitation-declined = Envoyée pour le compte de { $inviter } et refusée. Son lien fonctionne encore.
explain-invitation-bounced = Envoyée pour le compte de { $inviter } ; le serveur de messagerie de l’invité ne l’a pas prise. Son lien fonctionne.
explain-invitation-ended = Envoyée pour le compte de { $inviter } ; son lien a expiré.
explain-invitation-revoked = Elle a été révoquée : aucun lien ne la fait accepter.
explain-invitation-accepted = Elle a été acceptée ; son lien mène à la connexion.

explain-route = Moyen de se connecter
explain-step-ask = L’adresse est demandée.
explain-step-federate = { $name } connecte la personne : c’est le fournisseur d’identité de { $domain }, ou le moyen choisi pour cet invité.
explain-step-home = { $name } connecte la personne : { $domain } est un domaine de cette organisation, sur cette même instance.
explain-step-choose = Aucune organisation d’origine n’est connue pour ce domaine ; une page propose donc : { $ways }. Elle est la même pour toutes les adresses.
explain-step-choose-without = Aucune organisation d’origine n’est connue pour ce domaine ; une page propose donc : { $ways }. Elle est la même pour toutes les adresses. Désactivé : { $off }.
explain-step-member = Le mot de passe d’un membre.
explain-step-account = Le mot de passe d’un compte personnel.
explain-step-create = Un code prouve la boîte aux lettres, puis la personne crée un compte personnel.
explain-step-code = Un code est envoyé à la boîte aux lettres.
explain-step-ended = La page dit que le lien de l’invitation a expiré.
explain-step-no-way = Rien n’est activé qui permette à cette personne de se connecter.
explain-way-code = un code à usage unique
explain-way-account = un compte personnel
explain-way-password = un mot de passe

explain-matched = Qui est admis
explain-match = Cette personne même, connectée avec { $method }.
explain-match-another = Cette personne même, après avoir choisi le moyen utilisé auparavant : { $method }.
explain-nobody = Aucune connexion proposée par ce lien ne mène à cet invité.
explain-nobody-here = Personne ici ne correspond à cette adresse ; tous voient donc la même page : comment recevoir de nouveau l’invitation, et comment changer de compte.
explain-nobody-ended = Le lien a expiré et ne fait entrer personne.
explain-nobody-blocked = Un invité bloqué n’est admis par aucun lien.
explain-nobody-domain = Aucun invité de ce domaine n’est admis.
explain-nobody-bound = Cet invité se connecte avec { $method }, et ce lien ne le propose pas.
explain-nobody-no-mail = Un invité sans e-mail n’est trouvé par aucun lien direct.
explain-nobody-no-account = Cet invité n’a pas encore de compte personnel, et il ne s’en crée un que par le lien de l’e-mail d’invitation.

explain-mail = Par le lien de l’e-mail
explain-mail-works = Le lien de l’e-mail d’invitation fonctionne. { $step }
explain-mail-fails = Le lien de l’e-mail d’invitation n’aide pas non plus. { $step }

explain-consent = À accepter
explain-consent-done = Tout est accepté.
explain-consent-review = Vérifier les autorisations.
explain-consent-terms = Conditions d’utilisation : { $documents }.
explain-consent-both = Vérifier les autorisations, puis conditions d’utilisation : { $documents }.

explain-permit = À l’application
explain-permit-passes = { $app } peut être utilisée.
explain-permit-agree = { $app } pourra être utilisée une fois cela accepté.
explain-permit-not-assigned = { $app } n’est pas attribuée à cette personne.
explain-permit-no = { $app } ne peut pas être atteinte.
explain-admin-role = Cette personne n’administre pas l’organisation.
explain-admin-factor = Cet administrateur doit présenter un second facteur.

explain-gets-in = Entre.
explain-after-agreeing = Entre après avoir accepté ce que { $tenant } demande.
explain-by-mail-only = N’entre pas par ce lien. Le lien de l’e-mail d’invitation fonctionne.
explain-no = N’entre pas.
explain-leads-nowhere = Personne n’entre : le lien ne mène nulle part.

explain-next-agree = Rien à faire : ce qui reste est montré après la connexion.
explain-next-resend = Renvoyez l’invitation et faites utiliser le lien de cet e-mail : vestibule guest resend { $address } --tenant { $domain }
explain-next-invite = Invitez la personne : vestibule invite { $address } --tenant { $domain }
explain-next-assign = Attribuez { $app } à la personne : vestibule guest assign { $address } --app { $app } --tenant { $domain }
explain-next-unblock = Débloquez l’invité : vestibule guest unblock { $address } --tenant { $domain }
explain-next-domain = Admettez de nouveau les invités de ce domaine : allowed_domains et blocked_domains dans le fichier de l’organisation.
explain-next-reset = Si la personne a perdu ce moyen de se connecter, réinitialisez l’acceptation : vestibule guest reset { $address } --tenant { $domain }
explain-next-ways = Activez un moyen de se connecter, ou ajoutez un fournisseur d’identité pour le domaine : le fichier de l’organisation.
explain-next-member = Ajoutez le membre : vestibule member add { $address } --tenant { $domain }
explain-next-admin = Donnez le rôle au membre : vestibule member add --admin, ou admin = true dans le fichier de l’organisation.

explain-page-title = Cette personne peut-elle entrer ?
explain-page-lead = Tapez une adresse et un lien tels qu’ils ont été donnés. La réponse suit les règles mêmes qui décident quand la personne arrive, et ne change rien.
explain-address-label = Adresse e-mail de la personne
explain-link-label = Le lien qui a été ouvert
explain-button = Expliquer
explain-next-heading = Que faire
explain-address-wrong = Ce n’est pas une adresse e-mail.
admin-explain = Cette personne peut-elle entrer ?
explain-to-guest = Afficher l’invité

## What is done with a guest

action-back = Retour
action-resend = Renvoyer
action-resend-lead = L’e-mail d’invitation repart, avec le même lien.
action-revoke = Révoquer l’invitation
action-revoke-lead = Plus aucun lien ne fait accepter cette invitation, et l’invité en attente est fermé. Inviter de nouveau l’adresse la rouvre.

action-reset = Réinitialiser l’acceptation
action-reset-lead = L’invité garde son objet et tout ce qui lui est attribué, est déconnecté aussitôt et doit accepter une nouvelle invitation, au besoin avec un autre moyen de se connecter.
action-reset-address = Nouvelle adresse, si elle change
action-reset-mail = Envoyer l’e-mail d’invitation
action-block = Bloquer
action-block-lead = L’invité est déconnecté aussitôt, partout, et aucun lien ne le laisse entrer tant que vous ne l’avez pas débloqué.
action-unblock = Débloquer
action-unblock-lead = L’invité peut de nouveau se connecter.
action-expire = Fixer la fin de l’accès
action-expire-lead = L’accès prend fin de lui-même à la fin de ce jour, UTC. Laissez le champ vide pour ne pas fixer de fin.
action-expire-day = Dernier jour, par exemple 2027-01-31
action-expire-wrong = Ce n’est pas un jour. Écrivez-le ainsi : 2027-01-31.
action-delete = Supprimer
action-delete-lead = L’invité est déconnecté aussitôt et va dans la corbeille. Il peut être restauré dans les 30 jours ; ensuite, il ne reste que la preuve de ce qui a été accepté.
done-reset = L’acceptation a été réinitialisée.
done-block = L’invité a été bloqué et déconnecté.
done-unblock = L’invité a été débloqué.
done-expire = La fin de l’accès a été fixée.
done-delete = L’invité a été supprimé.
refused-address-taken = Cette adresse appartient désormais à un autre invité. Supprimez d’abord celui-ci, ou utilisez une autre adresse.
refused-own-domain = Cette adresse se trouve dans un domaine de l’organisation elle-même ; ses personnes sont membres et n’ont pas besoin d’invitation.
refused-identity-taken = Un autre invité se connecte désormais avec le même compte. Supprimez d’abord celui-ci.
refused-ended = L’accès de cet invité a pris fin. Fixez d’abord une fin plus lointaine.
refused-past-end = Ce jour est passé. Pour mettre fin à l’accès maintenant, bloquez l’invité.
done-resend = L’invitation a été renvoyée.
done-revoke = L’invitation a été révoquée.
done-invited = L’invité a été invité ; l’e-mail est en route.
done-invited-without-mail = L’invité a été invité, et aucun e-mail n’a été envoyé. Transmettez vous-même l’URL d’acceptation ci-dessous.
done-assigned = Cet invité a accepté une invitation antérieure ; ce que vous avez choisi a été attribué, et aucun e-mail n’a été envoyé.

refused-not-allowed = Vous ne pouvez pas faire cela pour cet invité.
refused-no-guest = Cet invité n’existe plus.
refused-no-invitation = Cet invité n’a pas d’invitation.
refused-state = L’invitation ne le permet plus. Regardez son état.
refused-blocked = Cet invité est bloqué. Débloquez-le d’abord.
refused-domain = Les invités de ce domaine ne sont pas admis. Modifiez d’abord les listes de domaines de l’organisation.
refused-unknown = Cette organisation n’a ni application, ni groupe, ni rôle de ce nom.
refused-mail-blocked = Cette adresse n’accepte pas d’e-mails d’invitation. Transmettez vous-même l’URL d’acceptation.
refused-too-many = Cette adresse a reçu assez d’e-mails aujourd’hui. Réessayez demain, ou transmettez vous-même l’URL d’acceptation.
refused-broken = Cela n’a pas pu être fait. Réessayez ; si cela continue, indiquez l’ID de la demande qui figure dans le journal.

## Inviting

admin-invite = Inviter
invite-heading = Inviter quelqu’un
invite-address = Adresse e-mail
invite-name = Nom
invite-message = Message
invite-message-hint = Texte brut, 2 000 caractères au plus. Il figure dans l’e-mail tel que vous le tapez.
invite-language = Langue de l’e-mail
invite-language-default = Selon la préférence de l’invité ou de l’organisation
invite-cc = Copie de l’e-mail à
invite-redirect = Où l’invité arrive
invite-apps = Applications
invite-groups = Groupes
invite-sponsors = Responsables
invite-sponsors-hint = Adresses de cinq personnes au plus qui répondent de l’invité ; vous, sauf si vous en nommez d’autres.
invite-days = Jours avant l’expiration du lien
invite-days-hint = Laissez vide pour suivre le choix de l’organisation.
invite-mail = Envoyer l’e-mail d’invitation
invite-preview = Aperçu
invite-preview-heading = Avant tout envoi
invite-send = Envoyer l’invitation
invite-edit = Modifier
invite-in-the-way = { $name } détient déjà cette adresse ; l’invité n’aura donc pas d’e-mail ici. Les liens directs ne fonctionneront pas ; l’URL d’acceptation, si.
invite-address-wrong = L’une des adresses n’est pas une adresse e-mail.
invite-days-wrong = Écrivez les jours sous forme d’un nombre de 1 à 3650, ou laissez le champ vide.

outcome-new = Ce sera un nouvel invité.
outcome-renewed = Cet invité a déjà été invité et le sera de nouveau, avec le même lien.
outcome-accepted = Cet invité a accepté une invitation antérieure : ce que vous choisissez sera attribué, et aucun e-mail n’est envoyé.

warning-only-by-link = Cet invité devra peut-être créer un compte personnel, ce qui n’est possible que par le lien de l’e-mail.
warning-mail-limit = Aucun e-mail ne sera envoyé : cette adresse en a reçu assez aujourd’hui.
warning-mail-blocked = Aucun e-mail ne sera envoyé : cette adresse n’accepte pas d’e-mails d’invitation. Transmettez vous-même l’URL d’acceptation.
warning-provider = Le fournisseur d’identité de cet invité ne répond pas pour le moment.

invite-refused-not-allowed = Vous ne pouvez pas inviter de personnes dans cette organisation.
invite-refused-member = Cette adresse appartient à l’organisation elle-même ; ses personnes sont membres et n’ont pas besoin d’invitation.
invite-refused-blocked = Cet invité a été bloqué par un administrateur. Débloquez-le plutôt.
invite-refused-redirect = L’invité peut arriver sur une application de cette organisation ou sur son panneau d’accès, à une adresse https:// complète.
invite-refused-unknown = Une application, un groupe ou un rôle que vous avez choisi n’existe plus ici.
invite-refused-sponsor = L’un des responsables n’est personne ici. Les responsables sont des membres, ou des invités qui ont accepté.
invite-refused-sponsors = Un invité a cinq responsables au plus.
invite-refused-not-yours = Vous ne pouvez pas donner cette application, ce groupe ou ce rôle à d’autres.
invite-refused-colleague = Vous ne pouvez inviter que des collègues de votre propre organisation.
invite-refused-life = Le lien ne peut pas durer plus longtemps que les invitations de l’organisation.
invite-refused-route = Les invités ne peuvent pas se connecter ainsi ici.
invite-refused-text = Un texte est trop long, ou contient des caractères interdits.
invite-refused-too-many = Il y a eu trop d’invitations aujourd’hui. Réessayez demain.

group-history = Historique

## Managing an app of one's own

manage-title = Gérer { $app }
manage-people = Qui a accès
manage-nobody = Cette application n’est encore attribuée à personne.
manage-remove = Retirer l’accès
manage-remove-person = Retirer l’accès de { $person }
manage-remove-heading = Retirer l’accès de { $person } ?
manage-remove-lead = La personne est déconnectée aussitôt et ne peut plus ouvrir { $app }. Vous pourrez l’inviter de nouveau.
manage-remove-button = Retirer l’accès
manage-keep = Garder
manage-invite-heading = Inviter quelqu’un à cette application
manage-invite-address = Adresse e-mail
manage-invite-button = Inviter
manage-done-invited = Invitation faite. Qui est déjà invité peut ouvrir l’application aussitôt ; les autres reçoivent un e-mail.
manage-done-removed = L’accès a été retiré.
manage-kind-guest = Invité
manage-kind-member = Membre
manage-kind-invited = Invité, en attente
manage-kind-blocked = Bloqué
manage-not-allowed = Vous ne pouvez pas inviter cette personne. Adressez-vous à un administrateur de { $tenant }.
manage-domain = Les invités de ce domaine ne peuvent pas être invités chez { $tenant }.
manage-member = Cette adresse appartient à { $tenant } même. Demandez à un administrateur d’attribuer l’application.
manage-blocked = Cet invité a été bloqué par un administrateur de { $tenant }.
manage-too-many = Il y a eu trop d’invitations aujourd’hui. Réessayez demain.
manage-refused = Cette invitation n’a pas pu être faite. Adressez-vous à un administrateur de { $tenant }.
manage-by-group = Les membres de { $groups } ont aussi accès. Les groupes relèvent des administrateurs.

history-invited = Invité par { $by }
history-renewed = Renvoyée par { $by }
history-accepted = Acceptée par { $by }
history-declined = Refusée par { $by }
history-expired = Le lien a expiré
history-bounced = Le serveur de messagerie n’a pas pris l’e-mail
history-revoked = Révoquée par { $by }
history-reset = Réinitialisée par { $by }
history-by-guest = l’invité
history-by-system = la ligne de commande ou le système
