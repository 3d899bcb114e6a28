# Pagina's die gasten zien. Zie locales/en/pages.ftl voor de variabelen.

## Around every page

skip-to-content = Naar de inhoud
signed-in-as = Aangemeld als
sign-out = Afmelden
footer = { $brand } laat gasten toe tot de apps van andere organisaties.
footer-privacy = Organisaties zien alleen wat u met hen wilt delen.
footer-languages = Taal
request-id = Aanvraag-id
happens-next = Wat er daarna gebeurt

## Address

sign-in-title = Aanmelden
sign-in-heading = Aanmelden bij { $tenant }
sign-in-lead = Typ het e-mailadres dat { $tenant } heeft uitgenodigd.
sign-in-lead-app = { $app } staat voor u klaar. Typ het e-mailadres dat { $tenant } heeft uitgenodigd.
address-label = E-mailadres
sign-in-button = Doorgaan
sign-in-next = U meldt zich aan met het account dat u al hebt op uw werk of school. Hebt u er geen, dan kunt u zich via e-mail aanmelden.

## Ways to sign in

choose-title = Kies hoe u zich aanmeldt
choose-heading = Kies hoe u zich aanmeldt
choose-lead = Op deze manieren kan { $address } zich bij { $tenant } aanmelden.
use-another-address = Een ander adres gebruiken
way-code = Stuur mij een code per e-mail
way-code-hint = U typt de code op de volgende pagina.
way-password = Mijn wachtwoord van { $brand } gebruiken
way-password-hint = Voor wie hier een persoonlijk account heeft gemaakt.
way-or = of
way-provider = Doorgaan met { $provider }
choose-next = Zodra u bent aangemeld, ziet u wat { $tenant } van u vraagt. Daarvoor wordt niets gedeeld.

## Code by e-mail

offer-title = Een code aanvragen
offer-heading-sign-in = Aanmelden met een code
offer-heading-mailbox = Is dit postvak van u?
offer-lead-sign-in = Wij sturen een code naar { $address }. Daarmee meldt u zich aan bij { $tenant }.
offer-lead-mailbox = Voordat u verdergaat, controleren wij of deze uitnodiging van u is: wij sturen een code naar { $address }.
offer-button = Stuur mij een code per e-mail

code-title = Voer uw code in
code-heading = Kijk in uw e-mail
code-lead-sign-in = Als { $address } zich hier met een code kan aanmelden, is er nu een code naar onderweg.
code-lead-mailbox = Om te controleren of deze uitnodiging van u is, hebben wij een code gestuurd naar { $address }.
code-sender = De afzender is { $sender }.
code-label = { $count ->
    [one] Code ({ $count } cijfer)
   *[other] Code ({ $count } cijfers)
}
code-minutes = { $count ->
    [one] De code is { $count } minuut geldig.
   *[other] De code is { $count } minuten geldig.
}
code-button = Doorgaan
code-warning = Typ de code alleen op deze pagina. { $tenant } en { $brand } vragen er nooit om, niet per telefoon, niet per chat en niet per e-mail.
code-resend-question = Geen e-mail? Kijk eerst in de map met ongewenste e-mail.
code-resend = Een nieuwe code sturen
code-resent = Als het adres klopt, is er een nieuwe code onderweg. Alleen de nieuwste code werkt.
code-next-sign-in = { $tenant } krijgt uw adres pas te zien als de code klopt en u ermee hebt ingestemd dat het wordt gedeeld.
code-next-mailbox = Daarna meldt u zich aan en is de uitnodiging van u.

## Passwords

password-title = Aanmelden met uw persoonlijke account
password-heading = Aanmelden met uw persoonlijke account
password-lead = Dit is het wachtwoord dat u voor { $address } hebt gekozen toen u uw persoonlijke account bij { $brand } maakte. Het is niet het wachtwoord van uw postvak.
password-label = Wachtwoord
password-button = Aanmelden
sign-in-another-way = Op een andere manier aanmelden
password-next = { $tenant } krijgt uw wachtwoord nooit te zien.
member-title = Aanmelden
member-heading = Aanmelden bij { $organization }
member-lead = Typ het wachtwoord van { $address }.

## Creating a personal account

create-title = Een persoonlijk account maken
create-heading = Maak uw persoonlijke account
create-lead = U maakt het één keer, bij { $brand }. Het geeft toegang tot de apps van { $tenant } en van elke andere organisatie die u hier uitnodigt.
create-address-label = E-mailadres
create-address-hint = Dit adres is bevestigd en hoort bij de uitnodiging.
create-name-label = Uw naam
create-name-hint = Zoals de mensen met wie u werkt u kennen.
passphrase-label = Wachtzin
passphrase-hint = Minstens 15 tekens. Een paar woorden achter elkaar onthoudt u gemakkelijk; spaties mogen.
create-button = Account maken
create-next = U ziet wat { $tenant } van u vraagt voordat er iets wordt gedeeld.
set-password-title = Kies uw wachtzin
set-password-heading = Kies uw wachtzin
set-password-lead = De koppeling die u van uw beheerder hebt gekregen, werkt één keer. Kies de wachtzin waarmee u zich gaat aanmelden.
set-password-token-label = Uw koppeling
set-password-token-hint = Plak de hele koppeling die u hebt gekregen.
set-password-button = Wachtzin opslaan
set-password-next = U meldt zich aan met uw adres en deze wachtzin. Als u zich al eerder hebt aangemeld, wordt elk apparaat afgemeld, en passkeys die u eerder hebt gemaakt, melden niet meer op zichzelf aan: voeg de uwe daarna opnieuw toe.

## Somebody else, or nobody we know

wrong-title = Deze uitnodiging is voor iemand anders
wrong-heading = U bent met een ander account aangemeld
wrong-signed-in = Aangemeld
wrong-invited = Uitgenodigd
wrong-lead = { $tenant } heeft een ander adres uitgenodigd dan het adres waarmee u bent aangemeld.
wrong-button = Overschakelen naar het uitgenodigde adres
wrong-hint = U wordt dan eerst hier afgemeld. Bij uw eigen organisatie blijft u aangemeld.
wrong-prove-heading = Zijn beide adressen van u?
wrong-prove-lead = Houd dan het account waarmee u bent aangemeld. Voor de zekerheid sturen wij een code naar het uitgenodigde adres.
wrong-prove-button = Een code sturen naar het uitgenodigde adres
wrong-next = Zodra de uitnodiging van u is, ziet u wat { $tenant } van u vraagt. Daarvoor wordt niets gedeeld.
dead-end-title = Nog geen toegang
dead-end-heading = Wij kunnen u nog niet toelaten
dead-end-lead = { $tenant } heeft geen uitnodiging die bij deze aanmelding past.
dead-end-invited = Als u bent uitgenodigd, open dan de koppeling in uw uitnodigingsmail. Aan de koppeling zien wij welke uitnodiging van u is.
dead-end-resend-heading = Kunt u de e-mail niet vinden?
dead-end-address-label = Adres dat is uitgenodigd
dead-end-resend = Stuur mij de e-mail nog een keer
dead-end-sent = Als { $tenant } dit adres heeft uitgenodigd, is de e-mail opnieuw onderweg. Kijk ook in de map met ongewenste e-mail.
dead-end-switch-heading = Met het verkeerde account aangemeld?
dead-end-switch = Een ander account gebruiken
dead-end-next = Als u nog niet bent uitgenodigd, vraag het dan aan degene met wie u bij { $tenant } samenwerkt.
invitation-ended-title = Deze koppeling is verlopen
invitation-ended-heading = Deze uitnodigingskoppeling is verlopen
invitation-ended-lead = Koppelingen van { $tenant } werken een beperkte tijd. U kunt een nieuwe krijgen.
invitation-ended-button = Een nieuwe e-mail sturen
invitation-ended-hint = Die gaat naar het adres dat is uitgenodigd, en naar geen ander adres.
invitation-ended-sent = Als de uitnodiging nog geldt, is er een e-mail met een nieuwe koppeling onderweg naar het adres dat is uitgenodigd.
invitation-ended-next = Open de nieuwe e-mail en kies Aan de slag.

## Review permissions

review-title = Machtigingen controleren
review-heading = Machtigingen controleren
review-lead = { $tenant } vraagt dit voordat de apps opengaan. U krijgt deze vraag één keer.
review-organization = { $tenant } ({ $domain }) wil graag:
review-sign-in = U aanmelden bij zijn apps
review-receive = Uw naam, uw e-mailadres en de id van uw account ontvangen van de plaats waar u zich aanmeldt
review-record = Bijhouden wanneer u zich aanmeldt en welke van zijn apps u opent
review-not-password = { $tenant } krijgt uw wachtwoord niet en kan nergens anders namens u handelen.
review-privacy-link = Privacyverklaring van { $tenant }
review-privacy-none = { $tenant } heeft geen koppeling naar een privacyverklaring opgegeven.
review-privacy-contact = Vragen over privacy: { $contact }
review-leave = Stem alleen in als u { $domain } vertrouwt. U kunt er op elk moment mee stoppen door { $tenant } te vragen u te verwijderen.
accept = Accepteren
decline = Weigeren
review-next = Als u weigert, wordt er niets gedeeld en kunt u later terugkomen.

## Terms of use

terms-title = Gebruiksvoorwaarden
terms-lead = Lees dit document. { $tenant } vraagt iedereen die zijn apps gebruikt ermee in te stemmen.
terms-position = Document { $number } van { $of }
terms-version = Versie { $version }
terms-languages = Lezen in het
terms-open-pdf = Het document openen (pdf)
terms-region = Tekst van het document
terms-next = Als u weigert, blijven de apps van { $tenant } voor u gesloten. U kunt terugkomen en later accepteren.
declined-title = U hebt geweigerd
declined-heading = Er is niets gedeeld
declined-terms-heading = De apps blijven gesloten
declined-review = U hebt er niet mee ingestemd uw gegevens met { $tenant } te delen. De apps blijven daarom gesloten, en { $tenant } ziet alleen dat u hebt geweigerd.
declined-terms = U hebt “{ $document }” niet geaccepteerd. Zonder dat opent { $tenant } zijn apps niet voor u.
declined-again = Er nog eens naar kijken
declined-next = Er gebeurt verder niets. Elke koppeling van { $tenant } brengt u terug bij dezelfde vraag.

## Access panel

panel-title = Apps
panel-heading = Uw apps bij { $tenant }
panel-search-label = Apps zoeken
panel-search-button = Zoeken
panel-search-clear = Alle apps tonen
panel-none = { $tenant } heeft u nog geen app gegeven. Zodra dat gebeurt, verschijnt de app hier.
panel-none-next = Had u er een verwacht, vertel dan degene die u heeft uitgenodigd welke app u nodig hebt. Misschien bent u ook met een ander adres aangemeld dan het adres dat is uitgenodigd.
panel-account = Uw account
panel-organizations = Uw organisaties
panel-invited = Uitgenodigd
panel-manage = Beheren
panel-manage-app = { $app } beheren
panel-no-match = Geen van uw apps past bij “{ $search }”.
panel-matches = { $count ->
    [one] { $count } app gevonden
   *[other] { $count } apps gevonden
}

## Going on and leaving

continue-title = Een ogenblik
continue-heading = Een ogenblik
continue-lead = U bent onderweg naar { $host }.
continue-button = Doorgaan
sign-out-title = Afmelden
sign-out-heading = Afmelden
sign-out-lead = Waar wilt u zich afmelden?
sign-out-tenant = Afmelden bij { $tenant }
sign-out-tenant-hint = Sluit de apps van deze organisatie in deze browser.
sign-out-everywhere = Overal afmelden
sign-out-everywhere-hint = Sluit de apps van elke organisatie die u in deze browser hebt geopend.
sign-out-stay = Aangemeld blijven
signed-out-title = Afgemeld
signed-out-heading = U bent afgemeld
signed-out-lead = De apps zijn in deze browser gesloten.
signed-out-home = Is dit een gedeelde computer? Meld u dan ook af op de plaats waar u zich hebt aangemeld, bijvoorbeeld bij uw organisatie, en sluit de browser.
signed-out-again = Opnieuw aanmelden
