# L’emplacement de ces textes et leurs variables sont expliqués dans locales/en/methods.ftl.

## The second step of a sign-in

second-title = Encore une étape
second-heading = Encore une étape
second-lead = Tapez le code que votre application d’authentification affiche pour { $brand }, ou l’un de vos codes de récupération.
second-label = Code
second-hint = Un nouveau code apparaît toutes les 30 secondes. Un code de récupération fonctionne une fois.
second-button = Continuer
second-switch = Utiliser un autre compte
second-lost = Vous n’avez ni l’un ni l’autre ? Adressez-vous à la personne de { $tenant } qui vous a invité : elle peut faire réinitialiser votre seconde étape.

## Registering an authenticator app

enroll-title = Configurer une seconde étape
enroll-heading = Configurez votre application d’authentification
enroll-lead = Désormais, un code de cette application est demandé après votre mot de passe.
enroll-lead-demanded = { $tenant } demande une seconde étape avant d’ouvrir ses applications. Vous la configurez une seule fois.
enroll-step-app = Ouvrez une application d’authentification sur votre téléphone, ou installez-en une. Toute application de codes temporaires convient.
enroll-step-scan = Scannez cette image avec elle.
enroll-step-code = Tapez les six chiffres que l’application affiche.
enroll-qr = Code QR contenant la clé pour votre application d’authentification
enroll-secret = Impossible de scanner ? Tapez cette clé dans l’application :
enroll-label = Code de l’application
enroll-button = Activer
enroll-next = Vous recevez des codes de récupération pour le jour où votre téléphone ne sera pas à portée de main.

recovery-title = Vos codes de récupération
recovery-heading = Conservez vos codes de récupération
recovery-lead = Chacun de ces codes fonctionne une fois à la place de votre application. Imprimez-les ou gardez-les dans un gestionnaire de mots de passe.
recovery-warning = Ils ne sont plus affichés ensuite. Quiconque en possède un et votre mot de passe peut se connecter à votre place.
recovery-gone = Il n’y a pas de nouveaux codes à afficher. Vous pouvez en créer parmi vos méthodes de connexion.
recovery-continue = Je les ai conservés

## In an explanation

explain-permit-second-factor = { $app } pourra être utilisée une fois un second facteur présenté.

## A forgotten password

password-forgot = J’ai oublié mon mot de passe ou perdu ma clé d’accès
password-remembered = Retour au mot de passe
offer-heading-reset = Prouvez que la boîte aux lettres est la vôtre
offer-lead-reset = Si { $address } a un compte personnel auprès de { $brand }, nous y envoyons un code. Vous choisissez ensuite un nouveau mot de passe.
code-lead-reset = Si { $address } a un compte personnel, un code lui est envoyé en ce moment.
code-next-reset = Vous choisissez ensuite un nouveau mot de passe. Tout appareil connecté avec l’ancien est déconnecté.
new-password-title = Choisissez une nouvelle phrase secrète
new-password-heading = Choisissez une nouvelle phrase secrète
new-password-lead = Elle remplace l’ancien mot de passe de { $address }, ici et auprès de chaque organisation qui vous a invité.
new-password-button = Enregistrer la phrase secrète
new-password-next = Tout autre appareil est déconnecté, et les clés d’accès créées auparavant ne connectent plus à elles seules : ajoutez de nouveau les vôtres ensuite. Une application d’authentification reste telle quelle.

## Sign-in methods

methods-title = Méthodes de connexion
methods-heading = Vos méthodes de connexion
methods-lead-account = Elles appartiennent à votre compte personnel auprès de { $brand } et fonctionnent auprès de chaque organisation qui vous a invité.
methods-lead-here = Elles ne fonctionnent que chez { $tenant }. Celles de votre organisation d’origine se modifient là-bas.
methods-not-fresh = Pour modifier quoi que ce soit ici, reconnectez-vous d’abord : plus de dix minutes ont passé.
methods-sign-in-again = Se reconnecter
methods-done-password = Votre mot de passe a été modifié. Tout autre appareil est déconnecté.
methods-done-added = Vos méthodes de connexion ont été modifiées.
methods-done-removed = Elle a été supprimée.
methods-password = Mot de passe
methods-password-there = Vous avez un mot de passe.
methods-new-password = Nouvelle phrase secrète
methods-password-hint = Au moins 15 caractères ; quelques mots à la suite se retiennent facilement. Tout autre appareil est déconnecté.
methods-password-button = Changer le mot de passe
methods-totp = Application d’authentification
methods-since = Configurée le { $day }.
methods-totp-none = Non configurée. Avec elle, personne n’entre avec votre mot de passe seul.
methods-totp-add = Configurer une application d’authentification
methods-totp-remove = Supprimer l’application d’authentification
methods-recovery = Codes de récupération
methods-recovery-left = { $count ->
    [0] Il ne reste aucun code.
    [one] Il reste { $count } code.
   *[other] Il reste { $count } codes.
}
methods-recovery-new = Créer de nouveaux codes de récupération

error-second-factor-wrong = Ce code n’est pas le bon, ou a déjà servi. Attendez le suivant.
error-enroll-wrong = Ce code ne convient pas. Vérifiez que l’heure de votre téléphone est juste, et tapez le code le plus récent.

## Mails about changes; what changed stands within a sentence of notices.ftl

mail-passcode-subject-reset_password = Votre code pour un nouveau mot de passe chez { $brand }
mail-passcode-intro-reset_password = Quelqu’un, sur une page de { $tenant } ({ $domain }), veut définir un nouveau mot de passe pour le compte personnel à votre adresse.

change-password = le mot de passe a été modifié et tout autre appareil déconnecté
change-password-reset = un nouveau mot de passe a été défini par un code envoyé à cette boîte aux lettres, tout autre appareil a été déconnecté et les clés d’accès d’avant ne connectent plus à elles seules
change-added = une seconde étape a été ajoutée
change-removed = une seconde étape a été supprimée
change-recovery = de nouveaux codes de récupération ont été créés et les anciens ne fonctionnent plus
change-reset = { $tenant } y a réinitialisé votre seconde étape

## Passkeys

passkey-sign-in = Se connecter avec une clé d’accès
passkey-noscript = Les clés d’accès exigent JavaScript, qui est désactivé dans ce navigateur. Tout le reste fonctionne sans.
passkey-not-used = Aucune clé d’accès n’a été utilisée. Réessayez, ou continuez autrement.
passkey-not-made = Aucune clé d’accès n’a été créée. Réessayez, ou continuez autrement.
create-passkey-lead = Plutôt pas de phrase secrète ? Tapez votre nom ci-dessus et créez une clé d’accès : votre appareil vous demande alors votre empreinte, votre visage ou son code.
create-passkey = Créer le compte avec une clé d’accès
second-lead-passkey = Utilisez votre clé d’accès, ou tapez le code de votre application d’authentification ou l’un de vos codes de récupération.
second-lead-passkey-only = Utilisez votre clé d’accès, ou tapez l’un de vos codes de récupération.
second-hint-recovery = Un code de récupération fonctionne une fois.
second-passkey = Utiliser une clé d’accès
enroll-passkey = Utiliser plutôt une clé d’accès
methods-passkeys = Clés d’accès
methods-passkeys-none = Vous n’en avez aucune. Avec une clé d’accès, votre appareil vous connecte par empreinte, visage ou code, sans mot de passe à taper.
methods-passkeys-none-here = Vous n’en avez aucune. Avec une clé d’accès, votre appareil est votre seconde étape : empreinte, visage ou code de l’appareil au lieu d’un code à taper.
methods-passkey-unnamed = Clé d’accès sans nom
methods-passkey-since = Ajoutée le { $day }.
methods-passkey-used = Dernière utilisation le { $day }.
methods-passkey-remove = Supprimer
methods-passkey-only-way = Cette clé d’accès est votre seul moyen de vous connecter : elle reste donc jusqu’à ce qu’il y en ait une autre ou un mot de passe.
methods-passkey-name = Nom de la nouvelle clé d’accès
methods-passkey-name-hint = Pour la reconnaître, par exemple l’appareil où elle se trouve. Vous pouvez laisser ce champ vide.
methods-passkey-add = Ajouter une clé d’accès
methods-password-set = Définir un mot de passe
methods-password-none = Vous n’avez pas de mot de passe.
methods-done-passkey = La clé d’accès a été supprimée. Tout autre appareil est déconnecté. Supprimez-la aussi de votre appareil.

error-passkey-wrong = Cette clé d’accès ne permet pas de se connecter ici. Essayez-en une autre, ou continuez autrement.
error-passkey-over = Cette page est restée ouverte trop longtemps. Réessayez maintenant.
error-passkey-not-added = La clé d’accès n’a pas pu être ajoutée. Réessayez maintenant.

change-passkey-added = une clé d’accès a été ajoutée
change-passkey-removed = une clé d’accès a été supprimée et tout autre appareil déconnecté
