# De eigen pagina van de gast, weggaan, en beoordelingen van toegang. Variabelen als in pages.ftl.

notice-guest-ends = De toegang van { $guest } tot { $tenant } eindigt op { $date }
notice-guest-ends-what = U staat in voor { $guest } als gast van { $tenant } ({ $domain }). Op { $date } eindigt de toegang van deze gast vanzelf.
notice-guest-ends-next = Moet de toegang doorlopen, vraag uw beheerder dan om een andere einddatum. Zo niet, dan hoeft u niets te doen.
notice-guest-ends-button = Uw apps openen

mail-passcode-subject-leave = Uw code om { $tenant } te verlaten
mail-passcode-intro-leave = Iemand die uw adres heeft ingevuld, wil { $tenant } ({ $domain }) als gast verlaten. Deze code bewijst alleen dat het postvak van u is; er wordt niemand mee aangemeld.
mail-passcode-subject-change_sign_in = Uw code om u anders aan te melden bij { $tenant }
mail-passcode-intro-change_sign_in = U gaat zich voortaan op een andere manier aanmelden als gast van { $tenant } ({ $domain }). Deze code bewijst dat het postvak van u is.

account-link = Account
account-title = Uw account
account-heading = Uw account
account-organizations = Uw organisaties
account-member = Lid
account-guest = Gast
account-invited = Uitgenodigd
account-blocked = Geblokkeerd door deze organisatie
account-here = U bent hier
account-switch = Erheen
account-switch-to = Naar { $name }
account-leave = Verlaten
account-leave-it = { $name } verlaten
account-sessions = Waar u bent aangemeld
account-browser-unknown = Een browser
account-this-browser = deze browser
account-started = Aangemeld
account-used = laatst gebruikt
account-end = Daar afmelden
account-end-this = Hier afmelden
account-end-others = Overal elders afmelden
account-end-all = Overal afmelden
account-settings = Aanmelden en afspraken
account-change-sign-in = Wijzigen hoe u zich aanmeldt
account-accepted = Wat u hebt geaccepteerd
account-data = Uw gegevens
account-data-lead = Wat { $tenant } over u als gast bewaart.
account-export = Alles downloaden als bestand
account-erase = Verlaten en alles wissen
account-back = Terug naar uw apps
account-stay = Annuleren

leave-title = { $tenant } verlaten
leave-heading = { $tenant } verlaten?
leave-lead = U kunt de apps dan niet meer openen, en u wordt overal afgemeld.
leave-button = Verlaten
leave-next = { $tenant } kan u binnen 30 dagen terugnemen. Daarna wordt gewist wat er over u is bewaard. Wat u hebt geaccepteerd, blijft zonder uw naam vastgelegd.
leave-mailbox-title = { $tenant } verlaten
leave-mailbox-heading = { $tenant } verlaten?
leave-mailbox-lead = Het postvak is van u. Als u weggaat, komt niemand er nog mee binnen.
leave-mailbox-button = Verlaten
leave-mailbox-erase = Verlaten en alles wissen
leave-mailbox-next = { $tenant } kan u binnen 30 dagen terugnemen, tenzij u nu alles wist. Wat u hebt geaccepteerd, blijft zonder uw naam vastgelegd.
erase-title = Alles wissen
erase-heading = { $tenant } verlaten en alles wissen?
erase-lead = Wat { $tenant } over u als gast bewaart, wordt meteen gewist. Niemand kan het terughalen.
erase-button = Alles wissen
erase-next = U wordt overal afgemeld. Wat u hebt geaccepteerd, blijft zonder uw naam vastgelegd. Apps van { $tenant } kunnen eigen gegevens bewaren; vraag { $tenant } daarnaar.
left-title = U bent weggegaan
left-heading = U hebt { $tenant } verlaten
left-lead = U bent afgemeld en kunt de apps niet meer openen.
left-next = Wilt u terugkomen, vraag dan degene bij { $tenant } die u uitnodigde om een nieuwe uitnodiging. U kunt deze pagina sluiten.
erased-title = Alles is gewist
erased-heading = U hebt { $tenant } verlaten
erased-lead = Wat { $tenant } over u als gast bewaarde, is gewist.
erased-next = Wilt u terugkomen, vraag dan degene bij { $tenant } die u uitnodigde om een nieuwe uitnodiging. U kunt deze pagina sluiten.
nobody-title = Niets te verlaten
nobody-heading = Er is niets te verlaten
nobody-lead = Het postvak is van u, en { $tenant } heeft onder dit adres geen gast.
nobody-next = Bent u onder een ander adres uitgenodigd, begin dan opnieuw met dat adres. Anders kunt u deze pagina sluiten.

dead-end-leave = U bent hier gast en wilt weggaan
leave-proof-title = { $tenant } verlaten
leave-proof-heading = { $tenant } verlaten
leave-proof-lead = Vul het adres in dat { $tenant } heeft uitgenodigd. U krijgt een code die bewijst dat het postvak van u is; u hoeft zich niet te kunnen aanmelden.
leave-proof-next = Er gebeurt niets voordat u de code hebt ingevuld en hebt bevestigd dat u weg wilt.
change-proof-title = Wijzigen hoe u zich aanmeldt
change-proof-heading = Wijzigen hoe u zich aanmeldt
change-proof-lead = Eerst controleren we of { $address } nog van u is: u krijgt een code per e-mail.
change-proof-next = Na de code meldt u zich binnen 15 minuten op de nieuwe manier aan. Tot dan verandert er niets; uw apps en wat u hebt geaccepteerd blijven zoals ze zijn.
proof-send = Stuur mij een code
sign-in-first-title = Meld u eerst opnieuw aan
sign-in-first-heading = Meld u eerst opnieuw aan
sign-in-first-lead = Om te wijzigen hoe u zich aanmeldt, moet u zich in de laatste 10 minuten hebben aangemeld.
sign-in-first-button = Opnieuw aanmelden
sign-in-first-next = U komt op deze pagina terug en gaat van daaraf verder.

review-access-title = Beoordeling van gasten
review-access-heading = Hebben deze gasten nog toegang nodig?
review-access-lead = U staat in voor deze gasten van { $tenant }. Geef voor elk aan of de toegang blijft of vervalt, uiterlijk { $day }.
review-access-unanswered-keep = Gasten zonder antwoord blijven.
review-access-unanswered-remove = Gasten zonder antwoord verliezen hun toegang.
review-access-over = Deze beoordeling is voorbij. U ziet wat er is geantwoord.
review-access-left = { $count ->
    [0] U hebt voor iedereen geantwoord.
    [one] Eén gast heeft nog geen antwoord.
   *[other] { $count } gasten hebben nog geen antwoord.
}
review-access-last = laatst aangemeld op { $day }
review-access-never = nooit aangemeld
review-access-kept = Antwoord: blijft
review-access-removed = Antwoord: vervalt
review-access-keep = Behouden
review-access-remove = Verwijderen
review-access-keep-one = { $guest } behouden
review-access-remove-one = { $guest } verwijderen
review-access-next = U kunt uw antwoorden wijzigen tot de beoordeling eindigt. Pas dan worden ze uitgevoerd.

invite-refused-full = Deze organisatie heeft zoveel gasten als ze mag hebben. Verwijder gasten die geen toegang meer nodig hebben, of laat de grens verhogen.
