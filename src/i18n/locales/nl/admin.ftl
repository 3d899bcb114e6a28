# Zie locales/en/admin.ftl voor waar deze teksten staan en voor de variabelen.

## Signed in, and not let in

no-admin-title = Voor beheerders
no-admin-heading = Deze pagina's zijn voor beheerders van { $tenant }
no-admin-role-lead = U bent aangemeld als { $address } en bent geen beheerder van { $tenant }.
no-admin-role-next = Alleen leden van { $tenant } met de beheerdersrol krijgen toegang. Hebt u een ander account met die rol, meld u daar dan mee aan; vraag anders een beheerder van { $tenant } u de rol te geven.
no-admin-factor-lead = U bent aangemeld als { $address } met alleen een wachtwoord, en { $tenant } vraagt zijn beheerders om een tweede factor.
no-admin-factor-next = Meld u opnieuw aan met uw tweede factor. Hebt u er nog geen, dan kan de beheerder van { $brand } u zonder toelaten zolang u nodig hebt om er een in te stellen: admin_mfa in het bestand van { $tenant }.
no-admin-switch = Met een ander account aanmelden

## Around every admin page

admin-sections = Beheer
admin-guests = Gasten
yes = Ja
no = Nee
none = geen
never = nooit

## The list of guests

guests-search-label = Naam of adres
guests-search-button = Zoeken
guests-state-label = Status
guests-state-all = Alle statussen
guests-state-pending = PendingAcceptance
guests-state-accepted = Accepted
guests-state-blocked = Geblokkeerd
guests-none = { $tenant } heeft nog geen gasten.
guests-no-match = Geen gast past bij deze zoekopdracht.
guests-all = Alle gasten tonen
guests-pages = Pagina's
guests-next-page = Volgende pagina
guests-first-page = Eerste pagina

state-blocked = { $state }, geblokkeerd

fact-since = Sinds
fact-accepted = Uitnodiging geaccepteerd
fact-source = Bron
fact-route = Route
fact-link-ends = Koppeling verloopt
fact-access-ends = Toegang eindigt
fact-mail = E-mail
fact-other-mails = Andere e-mailadressen
fact-principal-name = User principal name
fact-object-id = Object-id
fact-made = Gemaakt
fact-last-sign-in = Laatste aanmelding
fact-invited-by = Uitgenodigd door
fact-invitation = Uitnodiging
fact-redeem-url = Inwissel-URL
fact-way-in = Weg naar binnen
only-by-invitation-link = Alleen via de inwissel-URL

group-guest = Gast
group-invitation = Uitnodiging
group-apps = Apps
group-consent = Machtigingen en gebruiksvoorwaarden

answer-accepted = Geaccepteerd { $at }
answer-declined = Geweigerd { $at }
answer-accepted-before-reset = Geaccepteerd { $at }, vóór het opnieuw instellen
answer-declined-before-reset = Geweigerd { $at }, vóór het opnieuw instellen

route-at = Zal zich aanmelden bij { $name }
route-passcode = Zal een eenmalige code gebruiken
route-personal-account = Zal een persoonlijk account gebruiken
route-social = Zal zich aanmelden met { $names }
route-nowhere = Kan zich hier op geen enkele manier aanmelden

attention-no-mail = Een ander object in de directory heeft dit adres, dus deze gast heeft hier geen e-mailadres. Directe koppelingen werken niet; de inwissel-URL wel.
attention-bounced = De mailserver van de gast heeft de uitnodiging niet aangenomen. Controleer het adres en verstuur de uitnodiging opnieuw, of geef de inwissel-URL zelf door.
attention-declined = De gast heeft geweigerd. Elke koppeling laat de gast nog terugkomen en accepteren.
attention-link-ended = De koppeling van de uitnodiging is verlopen. Verstuur de uitnodiging opnieuw om die te vernieuwen.
attention-revoked = De uitnodiging is ingetrokken: geen enkele koppeling geeft toegang. Nodig de gast opnieuw uit om die weer te openen.
attention-no-way-in = Er is niets ingeschakeld waarmee deze gast zich kan aanmelden: geen id-provider voor het domein, geen code, geen persoonlijke accounts.
attention-domain-blocked = Gasten van dit domein worden niet meer toegelaten.
attention-access-ended = De toegang is op de ingestelde datum geëindigd. Stel een latere datum in om de gast weer toe te laten.

## Can this person get in? Said by `vestibule explain` and by the admin page of that name

explain-url = Koppeling
explain-url-shape = Dit is geen volledig https://-adres.
explain-url-host = Op deze host en poort antwoordt niets van ons.
explain-url-common = Dit adres noemt geen organisatie en wordt daarom voor iedereen geweigerd: een gemeenschappelijke URL leidt nergens naartoe.
explain-url-unknown = Dit adres noemt een organisatie die hier niet bestaat of deze app niet gebruikt; van buiten is het verschil niet te zien.
explain-url-disagree = Dit adres noemt twee organisaties die niet dezelfde zijn.
explain-url-path = Dit pad kan op twee manieren worden gelezen en wordt daarom geweigerd.
explain-url-page = Geen enkele pagina waar iemand naartoe wordt gestuurd, heeft dit adres.
explain-url-another = Deze koppeling leidt naar een andere organisatie.
explain-next-link = Gebruik het adres van een app, van het toegangspaneel of van een uitnodigingsmail.
explain-next-tenant = Noem de organisatie zoals de app dat doet: in de host, voor het pad, of met ?tenantid=. Een id of een geverifieerd domein volstaat.
explain-next-another = Vraag het een beheerder van die organisatie.

explain-tenant = Organisatie
explain-tenant-host = { $tenant }, omdat de host in een van zijn domeinen ligt.
explain-tenant-path = { $tenant }, genoemd in het pad.
explain-tenant-query = { $tenant }, genoemd met tenantid in de query.
explain-tenant-pin = { $tenant }, die in de sessie van de browser zou zijn vastgelegd.

explain-app = Waar die naartoe leidt
explain-app-assigned = { $app }, voor wie er toegang toe heeft gekregen.
explain-app-open = { $app }, voor iedereen die bij de organisatie wordt toegelaten.
explain-app-panel = Het toegangspaneel.
explain-app-invitation = De mailkoppeling van een uitnodiging.
explain-app-admin = De pagina's van beheerders.

explain-person = Persoon
explain-person-member = { $address } is lid van { $tenant }.
explain-person-member-blocked = { $address } is lid van { $tenant } met een geblokkeerd account.
explain-person-no-member = { $address } ligt in een domein van { $tenant } en is er geen lid. Adressen in de eigen domeinen kunnen niet worden uitgenodigd.
explain-person-nobody = Niemand is als { $address } bij { $tenant } uitgenodigd. Wie onder een ander adres is uitgenodigd, krijgt met dat adres toegang.
explain-person-blocked = { $address } is een gast van { $tenant } die door een beheerder is geblokkeerd.
explain-person-domain = { $address } is een gast van { $tenant }, die geen gasten van dit domein meer toelaat.
explain-person-accepted = { $address } is een gast van { $tenant } en heeft de uitnodiging geaccepteerd.
explain-person-pending = { $address } is een gast van { $tenant } en heeft de uitnodiging nog niet ingewisseld.
explain-person-no-mail = { $address } is een gast van { $tenant } zonder e-mailadres, omdat een ander object in de directory het adres heeft. Alleen de inwissel-URL vindt deze gast.

explain-invitation = Uitnodiging
explain-invitation-pending = Verstuurd namens { $inviter }; de koppeling werkt.
explain-invitation-declined = Verstuurd namens { $inviter } en geweigerd. De koppeling werkt nog.
explain-invitation-bounced = Verstuurd namens { $inviter }; de mailserver van de gast heeft de uitnodiging niet aangenomen. De koppeling werkt.
explain-invitation-ended = Verstuurd namens { $inviter }; de koppeling is verlopen.
explain-invitation-revoked = De uitnodiging is ingetrokken: geen enkele koppeling werkt nog.
explain-invitation-accepted = De uitnodiging is geaccepteerd; de koppeling leidt naar het aanmelden.

explain-route = Manier van aanmelden
explain-step-ask = Er wordt naar het adres gevraagd.
explain-step-federate = { $name } meldt de persoon aan: dat is de id-provider voor { $domain }, of de manier die voor deze gast is gekozen.
explain-step-home = { $name } meldt de persoon aan: { $domain } is een domein van die organisatie op deze server.
explain-step-choose = Voor dit domein is geen thuisorganisatie bekend, dus biedt een pagina aan: { $ways }. Die is voor elk adres gelijk.
explain-step-choose-without = Voor dit domein is geen thuisorganisatie bekend, dus biedt een pagina aan: { $ways }. Die is voor elk adres gelijk. Uitgeschakeld: { $off }.
explain-step-member = Het wachtwoord van een lid.
explain-step-account = Het wachtwoord van een persoonlijk account.
explain-step-create = Een code bevestigt het postvak, daarna maakt de persoon een persoonlijk account.
explain-step-code = Er wordt een code naar het postvak gestuurd.
explain-step-ended = De pagina zegt dat de koppeling van de uitnodiging is verlopen.
explain-step-no-way = Er is niets ingeschakeld waarmee deze persoon zich kan aanmelden.
explain-way-code = een eenmalige code
explain-way-account = een persoonlijk account
explain-way-password = een wachtwoord

explain-matched = Wie wordt toegelaten
explain-match = Precies deze persoon, aangemeld met { $method }.
explain-match-another = Precies deze persoon, na het kiezen van de eerder gebruikte manier: { $method }.
explain-nobody = Geen aanmelding die deze koppeling aanbiedt, leidt naar deze gast.
explain-nobody-here = Niemand hier past bij dit adres, dus ziet iedereen dezelfde pagina: hoe u de uitnodiging opnieuw krijgt en hoe u van account wisselt.
explain-nobody-ended = De koppeling is verlopen en laat niemand toe.
explain-nobody-blocked = Een geblokkeerde gast wordt door geen enkele koppeling toegelaten.
explain-nobody-domain = Geen enkele gast van dit domein wordt toegelaten.
explain-nobody-bound = Deze gast meldt zich aan met { $method }, en dat biedt deze koppeling niet aan.
explain-nobody-no-mail = Een gast zonder e-mailadres wordt door geen enkele directe koppeling gevonden.
explain-nobody-no-account = Deze gast heeft nog geen persoonlijk account, en dat wordt alleen via de koppeling in de uitnodigingsmail gemaakt.

explain-mail = Via de mailkoppeling
explain-mail-works = De koppeling in de uitnodigingsmail werkt. { $step }
explain-mail-fails = De koppeling in de uitnodigingsmail helpt ook niet. { $step }

explain-consent = Mee in te stemmen
explain-consent-done = Met alles is ingestemd.
explain-consent-review = Machtigingen controleren.
explain-consent-terms = Gebruiksvoorwaarden: { $documents }.
explain-consent-both = Machtigingen controleren, daarna gebruiksvoorwaarden: { $documents }.

explain-permit = Bij de app
explain-permit-passes = { $app } mag worden gebruikt.
explain-permit-agree = { $app } mag worden gebruikt zodra daarmee is ingestemd.
explain-permit-not-assigned = Deze persoon heeft geen toegang gekregen tot { $app }.
explain-permit-no = { $app } is niet te bereiken.
explain-admin-role = Deze persoon is geen beheerder van de organisatie.
explain-admin-factor = Deze beheerder moet een tweede factor tonen.

explain-gets-in = Krijgt toegang.
explain-after-agreeing = Krijgt toegang na in te stemmen met wat { $tenant } vraagt.
explain-by-mail-only = Krijgt geen toegang via deze koppeling. De koppeling in de uitnodigingsmail werkt.
explain-no = Krijgt geen toegang.
explain-leads-nowhere = Niemand krijgt toegang: de koppeling leidt nergens naartoe.

explain-next-agree = Er is niets te doen: wat nog openstaat, wordt na het aanmelden getoond.
explain-next-resend = Verstuur de uitnodiging opnieuw en laat de persoon de koppeling in die e-mail gebruiken: vestibule guest resend { $address } --tenant { $domain }
explain-next-invite = Nodig de persoon uit: vestibule invite { $address } --tenant { $domain }
explain-next-assign = Geef de persoon toegang tot { $app }: vestibule guest assign { $address } --app { $app } --tenant { $domain }
explain-next-unblock = Hef de blokkering van de gast op: vestibule guest unblock { $address } --tenant { $domain }
explain-next-domain = Laat gasten van dit domein weer toe: allowed_domains en blocked_domains in het bestand van de organisatie.
explain-next-reset = Kan de persoon zich niet meer op die manier aanmelden, stel dan het inwisselen opnieuw in: vestibule guest reset { $address } --tenant { $domain }
explain-next-ways = Schakel een manier van aanmelden in, of voeg een id-provider voor het domein toe: het bestand van de organisatie.
explain-next-member = Voeg het lid toe: vestibule member add { $address } --tenant { $domain }
explain-next-admin = Geef het lid de rol: vestibule member add --admin, of admin = true in het bestand van de organisatie.

explain-page-title = Kan deze persoon naar binnen?
explain-page-lead = Typ een adres en een koppeling zoals die zijn doorgegeven. Het antwoord volgt dezelfde regels die beslissen wanneer de persoon komt, en verandert niets.
explain-address-label = E-mailadres van de persoon
explain-link-label = De koppeling die is geopend
explain-button = Uitleggen
explain-next-heading = Wat u kunt doen
explain-address-wrong = Dit is geen e-mailadres.
admin-explain = Kan deze persoon naar binnen?
explain-to-guest = De gast tonen

## What is done with a guest

action-back = Terug
action-resend = Opnieuw verzenden
action-resend-lead = De uitnodigingsmail wordt opnieuw verzonden, met dezelfde koppeling.
action-revoke = De uitnodiging intrekken
action-revoke-lead = Geen enkele koppeling van deze uitnodiging werkt nog en de wachtende gast wordt gesloten. Wordt het adres opnieuw uitgenodigd, dan gaat alles weer open.

action-reset = Het inwisselen opnieuw instellen
action-reset-lead = De gast behoudt het object en alles wat is toegewezen, wordt meteen afgemeld en moet een nieuwe uitnodiging inwisselen, zo nodig met een andere manier van aanmelden.
action-reset-address = Nieuw adres, als het verandert
action-reset-mail = De uitnodigingsmail verzenden
action-block = Blokkeren
action-block-lead = De gast wordt meteen overal afgemeld en geen enkele koppeling geeft toegang totdat u de blokkering opheft.
action-unblock = Blokkering opheffen
action-unblock-lead = De gast mag zich weer aanmelden.
action-expire = Het einde van de toegang instellen
action-expire-lead = De toegang eindigt vanzelf aan het einde van die dag, UTC. Laat het veld leeg voor geen einde.
action-expire-day = Laatste dag, bijvoorbeeld 2027-01-31
action-expire-wrong = Dit is geen dag. Schrijf die als 2027-01-31.
action-delete = Verwijderen
action-delete-lead = De gast wordt meteen afgemeld en gaat naar de prullenbak. Binnen 30 dagen kan de gast worden hersteld; daarna blijft alleen het bewijs over van waarmee is ingestemd.
done-reset = Het inwisselen is opnieuw ingesteld.
done-block = De gast is geblokkeerd en afgemeld.
done-unblock = De blokkering van de gast is opgeheven.
done-expire = Het einde van de toegang is ingesteld.
done-delete = De gast is verwijderd.
refused-address-taken = Dit adres hoort inmiddels bij een andere gast. Verwijder die gast eerst, of gebruik een ander adres.
refused-own-domain = Dit adres ligt in een domein van de organisatie zelf; haar mensen zijn leden en hebben geen uitnodiging nodig.
refused-identity-taken = Een andere gast meldt zich inmiddels met hetzelfde account aan. Verwijder die gast eerst.
refused-ended = De toegang van deze gast is geëindigd. Stel eerst een later einde in.
refused-past-end = Deze dag ligt in het verleden. Blokkeer de gast om de toegang nu te beëindigen.
done-resend = De uitnodiging is opnieuw verzonden.
done-revoke = De uitnodiging is ingetrokken.
done-invited = De gast is uitgenodigd; de e-mail is onderweg.
done-invited-without-mail = De gast is uitgenodigd en er is geen e-mail verzonden. Geef de inwissel-URL hieronder zelf door.
done-assigned = Deze gast heeft een eerdere uitnodiging geaccepteerd; wat u hebt gekozen, is toegewezen en er is geen e-mail verzonden.

refused-not-allowed = U mag dit voor deze gast niet doen.
refused-no-guest = Deze gast is er niet meer.
refused-no-invitation = Deze gast heeft geen uitnodiging.
refused-state = De uitnodiging staat dat niet meer toe. Kijk naar de status ervan.
refused-blocked = Deze gast is geblokkeerd. Hef eerst de blokkering op.
refused-domain = Gasten van dit domein worden niet toegelaten. Wijzig eerst de domeinlijsten van de organisatie.
refused-unknown = Deze organisatie heeft zo’n app, groep of rol niet.
refused-mail-blocked = Dit adres neemt geen uitnodigingsmails aan. Geef de inwissel-URL zelf door.
refused-too-many = Naar dit adres zijn vandaag genoeg e-mails verzonden. Probeer het morgen opnieuw of geef de inwissel-URL zelf door.
refused-broken = Dit is niet gelukt. Probeer het opnieuw; blijft het zo, noem dan de aanvraag-id die in het logboek staat.

## Inviting

admin-invite = Uitnodigen
invite-heading = Een gast uitnodigen
invite-address = E-mailadres
invite-name = Naam
invite-message = Bericht
invite-message-hint = Platte tekst, hoogstens 2.000 tekens. Het staat in de e-mail zoals u het typt.
invite-language = Taal van de e-mail
invite-language-default = Zoals de gast of de organisatie verkiest
invite-cc = Kopie van de e-mail aan
invite-redirect = Waar de gast terechtkomt
invite-apps = Apps
invite-groups = Groepen
invite-sponsors = Sponsors
invite-sponsors-hint = Adressen van hoogstens vijf personen die voor de gast instaan; u, tenzij u anderen noemt.
invite-days = Dagen tot de koppeling verloopt
invite-days-hint = Laat dit leeg voor wat de organisatie heeft gekozen.
invite-mail = De uitnodigingsmail verzenden
invite-preview = Voorbeeld
invite-preview-heading = Voordat er iets wordt verzonden
invite-send = Uitnodiging verzenden
invite-edit = Wijzigen
invite-in-the-way = { $name } heeft dit adres al, dus de gast krijgt hier geen e-mailadres. Directe koppelingen zullen niet werken; de inwissel-URL wel.
invite-address-wrong = Een van de adressen is geen e-mailadres.
invite-days-wrong = Schrijf het aantal dagen als een getal van 1 tot 3650, of laat het veld leeg.

outcome-new = Dit wordt een nieuwe gast.
outcome-renewed = Deze gast is al uitgenodigd en wordt opnieuw uitgenodigd, met dezelfde koppeling.
outcome-accepted = Deze gast heeft een eerdere uitnodiging geaccepteerd: wat u kiest, wordt toegewezen en er wordt geen e-mail verzonden.

warning-only-by-link = Deze gast moet misschien een persoonlijk account maken, en dat kan alleen via de koppeling in de e-mail.
warning-mail-limit = Er wordt geen e-mail verzonden: naar dit adres zijn er vandaag genoeg verzonden.
warning-mail-blocked = Er wordt geen e-mail verzonden: dit adres neemt geen uitnodigingsmails aan. Geef de inwissel-URL zelf door.
warning-provider = De id-provider van deze gast antwoordt op dit moment niet.

invite-refused-not-allowed = U mag geen gasten uitnodigen voor deze organisatie.
invite-refused-member = Dit adres hoort bij de organisatie zelf; haar mensen zijn leden en hebben geen uitnodiging nodig.
invite-refused-blocked = Deze gast is door een beheerder geblokkeerd. Hef in plaats daarvan de blokkering op.
invite-refused-redirect = De gast kan terechtkomen bij een app van deze organisatie of op haar toegangspaneel, op een volledig https://-adres.
invite-refused-unknown = Een app, groep of rol die u hebt gekozen, bestaat hier niet meer.
invite-refused-sponsor = Een van de sponsors is hier niet bekend. Sponsors zijn leden, of gasten die hebben geaccepteerd.
invite-refused-sponsors = Een gast heeft hoogstens vijf sponsors.
invite-refused-not-yours = U mag deze app, groep of rol niet aan anderen geven.
invite-refused-colleague = U mag alleen collega's van uw eigen organisatie uitnodigen.
invite-refused-life = De koppeling mag niet langer werken dan de uitnodigingen van de organisatie.
invite-refused-route = Op die manier kunnen gasten zich hier niet aanmelden.
invite-refused-text = Een tekst is te lang of bevat tekens die niet zijn toegestaan.
invite-refused-too-many = Er waren vandaag te veel uitnodigingen. Probeer het morgen opnieuw.

group-history = Geschiedenis

## Managing an app of one's own

manage-title = { $app } beheren
manage-people = Wie er toegang heeft
manage-nobody = Nog niemand heeft toegang tot deze app gekregen.
manage-remove = Toegang intrekken
manage-remove-person = Toegang intrekken voor { $person }
manage-remove-heading = De toegang van { $person } intrekken?
manage-remove-lead = De persoon wordt meteen afgemeld en kan { $app } niet meer openen. U kunt de persoon opnieuw uitnodigen.
manage-remove-button = Toegang intrekken
manage-keep = Behouden
manage-invite-heading = Iemand voor deze app uitnodigen
manage-invite-address = E-mailadres
manage-invite-button = Uitnodigen
manage-done-invited = Uitgenodigd. Wie al gast is, kan de app meteen openen; ieder ander krijgt een e-mail.
manage-done-removed = De toegang is ingetrokken.
manage-kind-guest = Gast
manage-kind-member = Lid
manage-kind-invited = Gast, uitgenodigd
manage-kind-blocked = Geblokkeerd
manage-not-allowed = U mag deze persoon niet uitnodigen. Vraag het een beheerder van { $tenant }.
manage-domain = Gasten van dit domein mogen niet voor { $tenant } worden uitgenodigd.
manage-member = Dit adres hoort bij { $tenant } zelf. Vraag een beheerder de app toe te wijzen.
manage-blocked = Deze gast is door een beheerder van { $tenant } geblokkeerd.
manage-too-many = Er waren vandaag te veel uitnodigingen. Probeer het morgen opnieuw.
manage-refused = Deze uitnodiging kon niet worden gemaakt. Vraag het een beheerder van { $tenant }.
manage-by-group = Leden van { $groups } hebben ook toegang. Groepen worden door beheerders beheerd.

history-invited = Uitgenodigd door { $by }
history-renewed = Opnieuw verzonden door { $by }
history-accepted = Geaccepteerd door { $by }
history-declined = Geweigerd door { $by }
history-expired = De koppeling is verlopen
history-bounced = De mailserver heeft de e-mail niet aangenomen
history-revoked = Ingetrokken door { $by }
history-reset = Opnieuw ingesteld door { $by }
history-by-guest = de gast
history-by-system = de opdrachtregel of het systeem
