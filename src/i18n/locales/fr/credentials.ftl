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
