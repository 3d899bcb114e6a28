# La seconde étape et les moyens de connexion. Variables comme dans pages.ftl et mail.ftl.

second-title = Encore une étape
second-heading = Encore une étape
second-lead = Saisissez le code que votre application d’authentification affiche pour { $brand }, ou l’un de vos codes de secours.
second-label = Code
second-hint = Un nouveau code apparaît toutes les 30 secondes. Un code de secours sert une seule fois.
second-button = Continuer
second-switch = Utiliser un autre compte
second-lost = Vous n’avez ni l’un ni l’autre ? Demandez à la personne de { $tenant } qui vous a invité : elle peut faire réinitialiser votre seconde étape.

enroll-title = Configurer une seconde étape
enroll-heading = Configurez votre application d’authentification
enroll-lead = Désormais, un code de cette application est demandé après votre mot de passe.
enroll-lead-demanded = { $tenant } demande une seconde étape avant d’ouvrir ses applications. Vous la configurez une seule fois.
enroll-step-app = Ouvrez une application d’authentification sur votre téléphone, ou installez-en une. Toute application de codes temporels convient.
enroll-step-scan = Scannez cette image avec elle.
enroll-step-code = Saisissez les six chiffres que l’application affiche.
enroll-qr = Code QR contenant la clé pour votre application d’authentification
enroll-secret = Impossible de scanner ? Saisissez cette clé dans l’application :
enroll-label = Code de l’application
enroll-button = Activer
enroll-next = Vous recevez des codes de secours pour le jour où votre téléphone n’est pas à portée de main.

recovery-title = Vos codes de secours
recovery-heading = Conservez vos codes de secours
recovery-lead = Chacun de ces codes sert une fois à la place de votre application. Imprimez-les ou gardez-les dans un gestionnaire de mots de passe.
recovery-warning = Ils ne sont plus affichés ensuite. Qui en possède un ainsi que votre mot de passe peut se connecter à votre place.
recovery-gone = Il n’y a pas de nouveaux codes à afficher. Vous pouvez en créer parmi vos moyens de connexion.
recovery-continue = Je les ai conservés

explain-permit-second-factor = { $app } peut être utilisée dès qu’un second facteur a été présenté.

password-forgot = J’ai oublié mon mot de passe ou perdu ma clé d’accès
password-remembered = Revenir au mot de passe
offer-heading-reset = Prouvez que la boîte aux lettres est la vôtre
offer-lead-reset = Si { $address } a un compte personnel auprès de { $brand }, nous y envoyons un code. Vous choisissez ensuite un nouveau mot de passe.
code-lead-reset = Si { $address } a un compte personnel, un code est en route vers cette adresse.
code-next-reset = Vous choisissez ensuite un nouveau mot de passe. Chaque appareil connecté avec l’ancien est déconnecté.
new-password-title = Choisissez une nouvelle phrase secrète
new-password-heading = Choisissez une nouvelle phrase secrète
new-password-lead = Elle remplace l’ancien mot de passe de { $address }, ici et dans chaque organisation qui vous a invité.
new-password-button = Enregistrer la phrase secrète
new-password-next = Tous les autres appareils sont déconnectés. Une seconde étape que vous avez configurée reste telle quelle.

methods-title = Moyens de connexion
methods-heading = Vos moyens de connexion
methods-lead-account = Ils appartiennent à votre compte personnel auprès de { $brand } et servent dans chaque organisation qui vous a invité.
methods-lead-here = Ils servent auprès de { $tenant } seulement. Ceux de votre organisation d’origine se modifient là-bas.
methods-not-fresh = Pour modifier quelque chose ici, reconnectez-vous d’abord : cela fait plus de dix minutes.
methods-sign-in-again = Se reconnecter
methods-done-password = Votre mot de passe a été modifié. Tous les autres appareils sont déconnectés.
methods-done-added = Vos moyens de connexion ont été modifiés.
methods-done-removed = C’est supprimé.
methods-password = Mot de passe
methods-password-there = Vous avez un mot de passe.
methods-new-password = Nouvelle phrase secrète
methods-password-hint = Au moins 15 caractères ; quelques mots à la suite se retiennent facilement. Tous les autres appareils sont déconnectés.
methods-password-button = Modifier le mot de passe
methods-totp = Application d’authentification
methods-since = Configuré le { $day }.
methods-totp-none = Non configurée. Avec elle, personne n’entre avec votre seul mot de passe.
methods-totp-add = Configurer une application d’authentification
methods-totp-remove = Supprimer l’application d’authentification
methods-recovery = Codes de secours
methods-recovery-left = { $count ->
    [0] Il ne reste aucun code.
    [one] Il reste { $count } code.
   *[other] Il reste { $count } codes.
}
methods-recovery-new = Créer de nouveaux codes de secours

error-second-factor-wrong = Ce code n’est pas correct, ou il a déjà servi. Attendez le suivant.
error-enroll-wrong = Ce code ne convient pas. Vérifiez l’heure de votre téléphone, puis saisissez le code le plus récent.

mail-passcode-subject-reset_password = Votre code pour un nouveau mot de passe auprès de { $brand }
mail-passcode-intro-reset_password = Quelqu’un veut, sur une page de { $tenant } ({ $domain }), définir un nouveau mot de passe pour le compte personnel lié à votre adresse.

change-password = le mot de passe a été modifié, et tous les autres appareils ont été déconnectés
change-password-reset = un nouveau mot de passe a été défini par un code envoyé à cette boîte aux lettres, et tous les autres appareils ont été déconnectés
change-added = une seconde étape ou une clé d’accès a été ajoutée
change-removed = une seconde étape ou une clé d’accès a été supprimée
change-recovery = de nouveaux codes de secours ont été créés, et les anciens ne fonctionnent plus
change-reset = { $tenant } y a réinitialisé votre seconde étape
