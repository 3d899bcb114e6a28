# Waar gasten zich aanmelden: andere manieren, sociale providers, adressen die niet passen.

another-way-last-time = Ik heb mij de vorige keer anders aangemeld
way-route-hint = Hier leidt uw adres naartoe.
way-account = Een persoonlijk account maken
way-account-hint = Eén account voor elke organisatie die u hier uitnodigt.
way-provider-create = Een account maken bij { $provider }

sign-out-home = Afmelden bij { $tenant } en ook bij { $provider }
sign-out-home-hint = U gaat naar { $provider }, dat ook zijn eigen apps in deze browser sluit.

strict-title = Alleen het uitgenodigde adres wordt toegelaten
strict-heading = { $tenant } laat alleen het uitgenodigde adres toe
strict-lead = U bent met een ander adres aangemeld, en { $tenant } staat geen tweede adres toe voor een uitnodiging.
strict-ask = Gebruikt u het uitgenodigde adres niet meer, vraag { $inviter } dan het adres uit te nodigen waarmee u bent aangemeld.
