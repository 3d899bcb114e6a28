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
