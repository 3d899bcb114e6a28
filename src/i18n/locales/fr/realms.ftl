# Où les invités se connectent : autres moyens, fournisseurs sociaux, adresses qui ne conviennent pas.

another-way-last-time = La dernière fois, je me suis connecté autrement
way-route-hint = C’est là que mène votre adresse.
way-account = Créer un compte personnel
way-account-hint = Un seul compte pour toutes les organisations qui vous invitent ici.
way-provider-create = Créer un compte chez { $provider }

sign-out-home = Se déconnecter de { $tenant } et aussi de { $provider }
sign-out-home-hint = Vous passez chez { $provider }, qui ferme aussi ses propres applications dans ce navigateur.

strict-title = Seule l’adresse invitée peut entrer
strict-heading = { $tenant } ne laisse entrer que l’adresse invitée
strict-lead = Vous êtes connecté avec une autre adresse, et { $tenant } n’accepte pas de seconde adresse pour une invitation.
strict-ask = Si vous n’utilisez plus l’adresse invitée, demandez à { $inviter } d’inviter l’adresse avec laquelle vous êtes connecté.
