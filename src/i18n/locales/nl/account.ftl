# De eigen pagina van de gast, weggaan, en beoordelingen van toegang. Variabelen als in pages.ftl.

## A guest's access ends soon (to those who answer for the guest). Arguments as in notices.ftl, and $guest.

notice-guest-ends = De toegang van { $guest } tot { $tenant } eindigt op { $date }
notice-guest-ends-what = U bent sponsor van { $guest } als gast van { $tenant } ({ $domain }). Op { $date } eindigt de toegang van deze gast vanzelf.
notice-guest-ends-next = Moet de toegang blijven, vraag uw beheerder dan om een andere einddatum. Zo niet, dan hoeft u niets te doen.
notice-guest-ends-button = Uw apps openen

## Codes that prove a mailbox and sign nobody in.

mail-passcode-subject-leave = Uw code om { $tenant } te verlaten
mail-passcode-intro-leave = Iemand die uw adres heeft ingevuld, wil { $tenant } ({ $domain }) als gast verlaten. Deze code bewijst alleen dat het postvak van u is; niemand wordt ermee aangemeld.
mail-passcode-subject-change_sign_in = Uw code om te wijzigen hoe u zich bij { $tenant } aanmeldt
mail-passcode-intro-change_sign_in = U gaat zich op een andere manier aanmelden als gast van { $tenant } ({ $domain }). Deze code bewijst dat het postvak van u is.

## The guest's own page

account-link = Account
account-title = Uw account
account-heading = Uw account
account-organizations = Uw organisaties
account-member = Lid
account-guest = Gast
account-invited = Uitgenodigd
account-blocked = Geblokkeerd door deze organisatie
account-here = U bent hier
account-switch = Daarheen gaan
account-switch-to = Daarheen gaan: { $name }
account-leave = Verlaten
account-leave-it = { $name } verlaten
account-sessions = Waar u bent aangemeld
account-browser-unknown = Een browser
browser-on = { $browser } op { $system }
account-this-browser = deze browser
account-started = Aangemeld
account-used = laatst gebruikt
account-end = Daar afmelden
account-end-this = Hier afmelden
account-end-others = Overal elders afmelden
account-end-all = Overal afmelden
account-settings = Aanmelden en instemmingen
account-change-sign-in = Wijzigen hoe u zich aanmeldt
account-accepted = Wat u hebt geaccepteerd
account-data = Uw gegevens
account-data-lead = Wat { $tenant } over u als gast bewaart.
account-export = Alles als bestand downloaden
account-erase = Verlaten en alles wissen
account-back = Terug naar uw apps
account-stay = Annuleren

## Leaving and erasing

leave-title = { $tenant } verlaten
leave-heading = { $tenant } verlaten?
leave-lead = U kunt de apps niet meer openen en u wordt overal afgemeld.
leave-button = Verlaten
leave-next = { $tenant } kan u binnen 30 dagen terugnemen. Daarna wordt gewist wat over u wordt bewaard. Waarmee u hebt ingestemd, blijft zonder uw naam vastgelegd.
leave-mailbox-title = { $tenant } verlaten
leave-mailbox-heading = { $tenant } verlaten?
leave-mailbox-lead = Het postvak is van u. Als u vertrekt, krijgt niemand er nog toegang mee.
leave-mailbox-button = Verlaten
leave-mailbox-next = { $tenant } kan u binnen 30 dagen terugnemen. Daarna wordt voorgoed gewist wat over u wordt bewaard. Wilt u het meteen wissen, meld u dan aan en gebruik uw accountpagina. Waarmee u hebt ingestemd, blijft zonder uw naam vastgelegd.
erase-title = Alles wissen
erase-heading = { $tenant } verlaten en alles wissen?
erase-lead = Wat { $tenant } over u als gast bewaart, wordt meteen gewist. Niemand kan het terughalen.
erase-button = Alles wissen
erase-next = U wordt overal afgemeld. Waarmee u hebt ingestemd, blijft zonder uw naam vastgelegd. Apps van { $tenant } bewaren misschien zelf gegevens; vraag dat na bij { $tenant }.
left-title = U bent vertrokken
left-heading = U hebt { $tenant } verlaten
left-lead = U bent afgemeld en kunt de apps niet meer openen.
left-next = Wilt u terugkomen, vraag degene die u bij { $tenant } heeft uitgenodigd dan om een nieuwe uitnodiging. U kunt deze pagina sluiten.
erased-title = Alles is gewist
erased-heading = U hebt { $tenant } verlaten
erased-lead = Wat { $tenant } over u als gast bewaarde, is gewist.
erased-next = Wilt u terugkomen, vraag degene die u bij { $tenant } heeft uitgenodigd dan om een nieuwe uitnodiging. U kunt deze pagina sluiten.
nobody-title = Niets om te verlaten
nobody-heading = Er is niets om te verlaten
nobody-lead = Het postvak is van u, en { $tenant } heeft geen gast met dit adres.
nobody-next = Bent u onder een ander adres uitgenodigd, begin dan opnieuw met dat adres. Anders kunt u deze pagina sluiten.

## Proof of a mailbox

dead-end-leave = U bent hier gast en wilt vertrekken

leave-proof-title = { $tenant } verlaten
leave-proof-heading = { $tenant } verlaten
leave-proof-lead = Typ het adres dat { $tenant } heeft uitgenodigd. U krijgt een code die bewijst dat het postvak van u is; u hoeft u niet te kunnen aanmelden.
leave-proof-next = Er gebeurt niets voordat u de code hebt ingevuld en hebt bevestigd dat u wilt vertrekken.
change-proof-title = Wijzigen hoe u zich aanmeldt
change-proof-heading = Wijzigen hoe u zich aanmeldt
change-proof-lead = Eerst controleren wij of { $address } nog van u is: u krijgt een code per e-mail.
change-proof-next = Na de code meldt u zich binnen 15 minuten op de nieuwe manier aan. Tot die tijd verandert er niets; uw apps en wat u hebt geaccepteerd, blijven zoals ze zijn.
proof-send = Stuur mij een code
sign-in-first-title = Meld u eerst opnieuw aan
sign-in-first-heading = Meld u eerst opnieuw aan
sign-in-first-lead = Om te wijzigen hoe u zich aanmeldt, moet u zich in de laatste 10 minuten hebben aangemeld.
sign-in-first-button = Opnieuw aanmelden
sign-in-first-next = U komt terug op deze pagina en gaat hier verder.

## Review of access

review-access-title = Controle van gasten
review-access-heading = Hebben deze gasten nog toegang nodig?
review-access-lead = U bent sponsor van deze gasten van { $tenant }. Geef voor { $day } voor elke gast aan of de toegang blijft of wordt verwijderd.
review-access-unanswered-keep = Gasten zonder antwoord blijven.
review-access-unanswered-remove = Gasten zonder antwoord verliezen hun toegang.
review-access-over = Deze controle is voorbij. U ziet wat er is geantwoord.
review-access-left = { $count ->
    [0] U hebt voor iedereen geantwoord.
    [one] Voor één gast is er nog geen antwoord.
   *[other] Voor { $count } gasten is er nog geen antwoord.
}
review-access-last = laatst aangemeld op { $day }
review-access-never = nooit aangemeld
review-access-kept = Geantwoord: behouden
review-access-removed = Geantwoord: verwijderen
review-access-keep = Behouden
review-access-remove = Verwijderen
review-access-keep-one = { $guest } behouden
review-access-remove-one = { $guest } verwijderen
review-access-next = U kunt uw antwoorden wijzigen tot de controle eindigt. Pas dan worden ze uitgevoerd.

invite-refused-full = Deze organisatie heeft zo veel gasten als ze mag hebben. Verwijder gasten die geen toegang meer nodig hebben, of laat de limiet verhogen.
