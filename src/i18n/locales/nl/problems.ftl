# Pagina's over problemen: wat er aan de hand is en wat u nu kunt doen.

try-again = Opnieuw proberen
start-again = Opnieuw beginnen
other-ways = Op een andere manier aanmelden
to-panel = Naar uw apps

common-url-title = Dit adres noemt geen organisatie
common-url-what = Elke organisatie heeft hier een eigen adres. In dit adres staat er geen, dus { $brand } kan niet weten wiens apps u zoekt, en raadt er niet naar.
common-url-next = Gebruik de koppeling in uw uitnodigingsmail, of vraag het aan de organisatie die u heeft uitgenodigd. Een goede koppeling ziet er zo uit:

not-found-title = Hier is niets
not-found-what = Dit adres leidt niet naar een pagina of organisatie die { $brand } kent.
not-found-next = Controleer het adres op typfouten, of open de koppeling in uw uitnodigingsmail.

start-again-title = Laten we opnieuw beginnen
start-again-what = Deze pagina stond te lang open, of is in een andere browser begonnen. Er is niets verzonden en er is niets verloren gegaan.
start-again-next = Begin opnieuw in deze browser. Kwam u van een app, open die app dan opnieuw.

idp-down-title = { $provider } antwoordt niet
idp-down-what = Wij hebben { $provider } gevraagd u aan te melden, maar kregen niet op tijd antwoord.
idp-down-next = Probeer het over een minuut opnieuw. Blijft het zo, neem dan contact op met de helpdesk van uw eigen organisatie.

idp-fault-title = Aanmelden bij { $provider } is niet gelukt
idp-fault-what = { $provider } stuurde u terug met een antwoord dat wij niet kunnen gebruiken. U bent niet aangemeld en er is niets gedeeld.
idp-fault-next = Probeer het opnieuw. Blijft het zo, neem dan contact op met de helpdesk van uw eigen organisatie en noem de aanvraag-id hieronder.

clocks-title = De klok van { $provider } en de onze lopen niet gelijk
clocks-ahead-what = Daar is het ongeveer { $span } later dan hier, zodat wij niet kunnen zien of het antwoord voor nu bedoeld is. U bent niet aangemeld en er is niets gedeeld.
clocks-behind-what = Daar is het ongeveer { $span } vroeger dan hier, zodat wij niet kunnen zien of het antwoord voor nu bedoeld is. U bent niet aangemeld en er is niets gedeeld.
clocks-next = Het ligt niet aan u of uw apparaat. Meld het bij de helpdesk van uw eigen organisatie, noem de aanvraag-id hieronder en probeer het opnieuw als de klok goed staat. Staat die goed, dan loopt de onze verkeerd: laat het dan weten aan degene die u heeft uitgenodigd.
span-minutes = { $count ->
    [one] { $count } minuut
   *[other] { $count } minuten
}
span-hours = { $count ->
    [one] { $count } uur
   *[other] { $count } uur
}
span-days = { $count ->
    [one] { $count } dag
   *[other] { $count } dagen
}

mail-down-title = Wij kunnen nu geen e-mail versturen
mail-down-what = Uw code kon niet worden verstuurd. Dat ligt aan ons, niet aan u.
mail-down-next = Probeer het over een paar minuten opnieuw.

not-assigned-title = { $app } is voor u niet beschikbaar
not-assigned-what = U bent aangemeld, maar { $tenant } heeft u geen toegang gegeven tot { $app }.
not-assigned-next = Vraag degene met wie u bij { $tenant } samenwerkt om deze app. Uw andere apps werken gewoon.

too-many-title = Wacht even
too-many-what = Er waren in korte tijd te veel pogingen. Daarom wachten wij even, om accounts te beschermen.
too-many-next = Wacht een paar minuten en probeer het dan opnieuw.

broken-title = Er is bij ons iets misgegaan
broken-what = Uw aanvraag kon niet worden afgerond. Wat u al had bevestigd, is bewaard.
broken-next = Probeer het opnieuw. Blijft het zo, vertel het dan aan degene die u heeft uitgenodigd en noem de aanvraag-id hieronder.

## Beside form fields

error-address-shape = Een e-mailadres ziet eruit als naam@organisatie.example.
error-address-too-long = Dit e-mailadres is te lang.
error-address-domain = Het deel na de @ is geen domeinnaam.
error-code-wrong = Deze code klopt niet. Vergelijk hem met de nieuwste e-mail.
error-code-ended = Deze code werkt niet meer. Vraag een nieuwe aan.
error-code-shape = De code bestaat alleen uit cijfers.
error-password-wrong = Het adres en het wachtwoord horen niet bij elkaar.
error-name-empty = Typ uw naam.
error-name-too-long = Kort uw naam in tot 120 tekens.
error-passphrase-short = Gebruik minstens 15 tekens.
error-passphrase-long = Gebruik hoogstens 256 tekens.
error-passphrase-common = Deze wachtzin is een van de eerste die iemand zou proberen. Kies er een die alleen u zou bedenken.
error-link-ended = Deze koppeling werkt niet meer. Vraag uw beheerder om een nieuwe.
error-viewed = Open en lees eerst het document. Daarna kunt u het accepteren.

trial-over-title = De proefaanmelding is voorbij
trial-over-what = In de terminal staat wat de id-provider heeft gezegd. Er is hier niemand aangemeld.
trial-over-next = U kunt deze pagina sluiten.

problem-bad-request-title = Deze aanvraag is niet te begrijpen
problem-bad-request-what = De aanvraag volgt de regels van HTTP niet en is daarom niet doorgegeven.
problem-bad-request-next = Open het adres opnieuw in uw browser. Kwam de aanvraag van een programma, laat de maker er dan naar kijken.

problem-no-administrator-title = Dit is voor beheerders
problem-no-administrator-what = Wie is aangemeld, is geen beheerder van deze organisatie. Er is dus niets getoond en niets gewijzigd.
problem-no-administrator-next = Meld u aan als beheerder van deze organisatie.

problem-header-refused-title = Deze aanvraag is geweigerd
problem-header-refused-what = Er staat een headerveld in dat alleen deze gateway mag zetten.
problem-header-refused-next = Gebruikt u een browserextensie of hulpprogramma dat headervelden toevoegt, schakel het dan uit en probeer het opnieuw.

problem-path-refused-title = Dit adres is geweigerd
problem-path-refused-what = Het adres kan op meer dan één manier worden gelezen en is daarom niet doorgegeven.
problem-path-refused-next = Controleer het adres, of begin bij de eerste pagina van de app.

problem-target-too-long-title = Dit adres is te lang
problem-target-too-long-what = Het adres is langer dan deze gateway doorgeeft.
problem-target-too-long-next = Begin bij de eerste pagina van de app.

problem-too-many-fields-title = Deze aanvraag is te groot
problem-too-many-fields-what = De aanvraag bevat meer headervelden dan deze gateway doorgeeft.
problem-too-many-fields-next = Verwijder de cookies van deze site en probeer het opnieuw.

problem-method-not-allowed-title = Deze methode is niet toegestaan
problem-method-not-allowed-what = TRACE en CONNECT worden niet doorgegeven.
problem-method-not-allowed-next = Open het adres in uw browser.

problem-expectation-failed-title = Aan deze verwachting kan niet worden voldaan
problem-expectation-failed-what = De aanvraag verwacht iets wat deze gateway niet doet.
problem-expectation-failed-next = Verstuur de aanvraag zonder het veld Expect.

problem-misdirected-title = Op dit adres antwoordt niets
problem-misdirected-what = Deze gateway bedient de host in het adres niet, of uw browser heeft een verbinding met een andere host hergebruikt.
problem-misdirected-next = Controleer het adres op typfouten, of laad de pagina opnieuw.

problem-common-url-title = Deze koppeling zegt niet welke organisatie u heeft uitgenodigd
problem-common-url-what = Meer dan één organisatie gebruikt deze app, en dit adres noemt er geen.
problem-common-url-next = Gebruik de koppeling in uw uitnodigingsmail, of vraag degene die u heeft uitgenodigd om een koppeling met de naam van de organisatie erin.

problem-unknown-tenant-title = Deze organisatie is hier niet bekend
problem-unknown-tenant-what = De organisatie in dit adres is niet bekend, of biedt deze app niet aan.
problem-unknown-tenant-next = Controleer het adres, of vraag degene die u heeft uitgenodigd om een nieuwe koppeling.

problem-tenants-disagree-title = Deze koppeling noemt twee organisaties
problem-tenants-disagree-what = Twee delen van het adres noemen verschillende organisaties, dus het is niet duidelijk welke wordt bedoeld.
problem-tenants-disagree-next = Gebruik de koppeling in uw uitnodigingsmail, of vraag om een nieuwe.

problem-not-sent-title = U bent niet aangemeld en er is niets verzonden
problem-not-sent-what = Uw sessie is beëindigd. Wat u had ingevuld, is niet aan de app doorgegeven.
problem-not-sent-next = Ga terug, kopieer wat u had ingevuld, meld u aan en verstuur het opnieuw.

problem-sign-in-required-title = U moet zich aanmelden
problem-sign-in-required-what = Dit adres is voor aangemelde gasten.
problem-sign-in-required-next = Meld u aan en probeer het opnieuw.

problem-agreement-required-title = U moet nog ergens mee instemmen
problem-agreement-required-what = Voordat u verdergaat, vraagt de organisatie u ergens mee in te stemmen.
problem-agreement-required-next = Open de app in uw browser; daar ziet u wat het is.

problem-second-factor-required-title = Er is een tweede stap nodig
problem-second-factor-required-what = De organisatie vraagt om een code van uw authenticator-app of om een passkey voordat deze app opengaat.
problem-second-factor-required-next = Open de app in uw browser; daar wordt erom gevraagd.

problem-open-outside-frame-title = U moet zich aanmelden
problem-open-outside-frame-what = Aanmelden kan niet binnen een andere pagina.
problem-open-outside-frame-next = Open de app zelfstandig; daar kunt u zich aanmelden.

problem-not-assigned-title = U hebt geen toegang tot deze app
problem-not-assigned-what = U bent aangemeld, maar deze app is niet met u gedeeld.
problem-not-assigned-next = Vraag degene die u heeft uitgenodigd om toegang tot deze app.

problem-foreign-origin-title = Deze aanvraag kwam van een andere site
problem-foreign-origin-what = Alleen de eigen pagina's van de app mogen dit doen.
problem-foreign-origin-next = Begin bij de eerste pagina van de app.

problem-sign-in-failed-title = De aanmelding kon hier niet worden voltooid
problem-sign-in-failed-what = Het antwoord op uw aanmelding is te oud, is al gebruikt of hoort bij een ander browservenster.
problem-sign-in-failed-next = Begin opnieuw; bent u nog aangemeld, dan wordt u niets gevraagd.

problem-not-found-title = Deze pagina bestaat niet
problem-not-found-what = Op dit adres is niets.
problem-not-found-next = Begin bij de eerste pagina van de app.

problem-app-down-title = De app antwoordt niet
problem-app-down-what = U bent aangemeld, maar de app achter deze gateway was niet bereikbaar.
problem-app-down-next = Probeer het over een paar minuten opnieuw. Blijft het zo, vertel het dan aan degene die u heeft uitgenodigd.

problem-app-slow-title = De app doet er te lang over
problem-app-slow-what = U bent aangemeld, maar de app achter deze gateway antwoordde niet op tijd.
problem-app-slow-next = Probeer het over een paar minuten opnieuw. Blijft het zo, vertel het dan aan degene die u heeft uitgenodigd.

problem-loop-title = Deze aanvraag draait in een kring
problem-loop-what = Het adres van de app leidt terug naar deze gateway.
problem-loop-next = Vertel het aan de beheerder van deze gateway.

problem-maintenance-title = Er wordt aan deze app gewerkt
problem-maintenance-what = U bent aangemeld, maar de app is even gesloten.
problem-maintenance-next = Kom later terug; uw toegang blijft zoals die is.

problem-unavailable-title = Dit werkt op dit moment niet
problem-unavailable-what = Een deel van deze gateway antwoordt niet.
problem-unavailable-next = Probeer het over een minuut opnieuw.

problem-request-id = Aanvraag-id
problem-sign-in = Aanmelden
problem-start-again = Opnieuw beginnen
app-sign-out-title = Afmelden
app-sign-out-what = Wilt u één organisatie verlaten, of u overal afmelden?
app-sign-out-one = Afmelden bij { $tenant }
app-sign-out-everywhere = Overal afmelden
app-signed-out-title = U bent afgemeld
app-signed-out-what = In deze browser is hier niemand aangemeld.
app-signed-out-next = U kunt dit venster sluiten, of de app opnieuw openen om u aan te melden.

wrong-request-title = Een applicatie stuurde u hier per vergissing heen
wrong-request-what = Een applicatie vroeg om u aan te melden, maar haar verzoek kan niet worden beantwoord. Er is niemand aangemeld en er is niets doorgegeven.
wrong-request-next = Ga terug naar de applicatie en begin opnieuw. Komt u hier dan weer terecht, stuur de regels hieronder dan naar wie de applicatie beheert.
wrong-request-for-developers = Voor wie de applicatie beheert:

problem-body-too-large-title = Dit is te groot
problem-body-too-large-what = Wat u hebt verzonden is groter dan deze app in één keer aanneemt, dus het is niet in zijn geheel doorgegeven.
problem-body-too-large-next = Verzend minder tegelijk, of vraag de beheerders van de app wat die aanneemt.

problem-body-too-slow-title = Dit kwam te langzaam binnen
problem-body-too-slow-what = De rest van wat u hebt verzonden kwam niet op tijd aan, dus we zijn gestopt met wachten.
problem-body-too-slow-next = Controleer uw verbinding en verzend het opnieuw.

problem-form-gone-title = Er valt hier niets te verzenden
problem-form-gone-what = Wat u hebt ingevuld is al verzonden, is te lang bewaard, of is in een andere browser ingevuld.
problem-form-gone-next = Kijk in de app of het is aangekomen. Zo niet, vul het dan opnieuw in.

problem-cookies-blocked-title = Uw browser bewaart geen cookies voor deze app
problem-cookies-blocked-what = U hebt zich aangemeld, maar uw browser stuurt de cookie niet terug waaraan de app dat zou herkennen. U zou het dus steeds opnieuw gevraagd worden.
problem-cookies-blocked-next = Sta cookies voor deze site toe in de instellingen van uw browser, of in de extensie die ze blokkeert, en begin dan opnieuw.

problem-sign-in-loop-title = Het aanmelden draait in een kringetje
problem-sign-in-loop-what = U bent aangemeld, maar telkens als u bij de app komt, wordt u hierheen teruggestuurd. Misschien laat uw browser cookies vallen, loopt een klok verkeerd, of stuurt de app u zelf weg.
problem-sign-in-loop-next = Sluit alle vensters van uw browser en begin opnieuw. Blijft het zo, meld het dan bij de beheerders van de app en geef het nummer hieronder door.

app-form-title = Verzenden wat u hebt ingevuld?
app-form-what = U was niet aangemeld toen u dit verzond, dus { $app } heeft nog niets ontvangen.
app-form-where = Het gaat naar
app-form-send = Nu verzenden
app-form-leave = Niet verzenden
