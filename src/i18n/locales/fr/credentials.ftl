## A new way to sign in

change-confirm-title = Changer votre façon de vous connecter
change-confirm-heading = Vous connecter ainsi désormais ?
change-confirm-lead = Vous venez de vous connecter. Si c’est bien cela, cette façon remplace la précédente, qui n’ouvrira plus { $tenant }.
change-confirm-account = Vous êtes connecté en tant que
change-confirm-provider = Auprès de
change-confirm-guest = Invité de { $tenant }
change-confirm-code = la boîte aux lettres, avec un code par e-mail
change-confirm-password = le compte personnel, avec son mot de passe
change-confirm-button = Utiliser ceci désormais
change-confirm-switch = Choisir un autre compte
change-confirm-stay = Garder la façon précédente
change-confirm-next = Rien ne change avant votre accord. Vos applications et ce que vous avez accepté restent tels quels, et toute autre session prend fin.
change-refused-heading = Ce compte ne peut pas être utilisé ici
change-refused-lead = { $tenant } n’accepte pas ce compte pour vous : un autre invité l’a déjà, ou son adresse doit se connecter autrement. Rien n’a été changé.

## A password that serves every organization

methods-password-elsewhere = C’est le mot de passe de votre compte personnel, qui sert à toutes les organisations. { $tenant } vous demande une seconde étape qui lui est propre : changez le mot de passe dans une organisation qui demande la seconde étape de votre compte.

## A block that outlives the guest

invite-refused-barred = Cet invité a été bloqué par un administrateur et est parti depuis. Le blocage se lève en ligne de commande : vestibule guest unblock, avec l’adresse.

## The end of a personal account

account-erase-account = Effacer mon compte personnel
erase-account-title = Effacer votre compte personnel
erase-account-heading = Effacer votre compte personnel ?
erase-account-lead = Son mot de passe et ses secondes étapes sont effacés aussitôt, pour toutes les organisations. Là où vous êtes invité, vous le restez : vous prouvez votre boîte aux lettres et vous connectez autrement.
erase-account-button = Effacer mon compte personnel
erase-account-next = Vous êtes déconnecté partout. Ce que les organisations conservent sur vous en tant qu’invité reste chez elles jusqu’à votre départ ; quittez-les d’abord si vous le voulez.
erase-also-account = Tout effacer, et mon compte personnel
account-erased-title = Votre compte personnel est effacé
account-erased-heading = Votre compte personnel est effacé
account-erased-lead = Son mot de passe et ses secondes étapes n’existent plus, et vous êtes déconnecté partout.
account-erased-next = Là où vous êtes encore invité, vous pouvez prouver votre boîte aux lettres et vous connecter autrement. Vous pouvez fermer cette page.
erase-elsewhere-heading = Pas d’ici
erase-elsewhere-lead = Votre compte personnel a une seconde étape qui lui est propre, et { $tenant } vous en demande une autre.
erase-elsewhere-next = Effacez le compte dans une organisation qui demande la seconde étape de votre compte.
sign-in-first-lead-account = Pour effacer votre compte personnel, vous devez vous être connecté avec lui au cours des 10 dernières minutes.

change-sign-in-way = votre façon de vous connecter à { $tenant } a été changée et tout autre appareil déconnecté
sign-out-changing = Vous étiez en train de changer votre façon de vous connecter. Se déconnecter y met fin : vous vous connectez comme avant.
sign-in-first-lead-erase = Pour effacer ce qui est conservé à votre sujet, vous devez vous être connecté au cours des 10 dernières minutes, avec votre seconde étape ou votre clé d’accès si vous en avez configuré une.
