# Où les invités se connectent : autres moyens, fournisseurs sociaux, adresses qui ne conviennent pas.

another-way-last-time = La dernière fois, je me suis connecté autrement
way-route-hint = C’est là que mène votre adresse.
way-provider-create = Créer un compte chez { $provider }

strict-title = Seule l’adresse invitée peut entrer
strict-heading = { $tenant } ne laisse entrer que l’adresse invitée
strict-lead = Vous êtes connecté avec une autre adresse, et { $tenant } n’accepte pas de seconde adresse pour une invitation.
strict-ask = Si vous n’utilisez plus l’adresse invitée, demandez à { $inviter } d’inviter l’adresse avec laquelle vous êtes connecté.
