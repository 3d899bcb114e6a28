# Var texterna står och vad variablerna betyder förklaras i locales/en/admin.ftl.

## Signed in, and not let in

no-admin-title = För administratörer
no-admin-heading = De här sidorna är till för administratörer hos { $tenant }
no-admin-role-lead = Du är inloggad som { $address }, som inte administrerar { $tenant }.
no-admin-role-next = Bara medlemmar i { $tenant } med administratörsrollen släpps in. Om du har ett annat konto med rollen loggar du in med det; annars ber du någon som administrerar { $tenant } att ge dig rollen.
no-admin-factor-lead = Du är inloggad som { $address } med bara ett lösenord, och { $tenant } kräver en andra faktor av sina administratörer.
no-admin-factor-next = Logga in igen med din andra faktor. Om du inte har någon än kan den som driver { $brand } släppa in dig utan så länge du behöver för att ställa in en: admin_mfa i filen för { $tenant }.
no-admin-switch = Logga in med ett annat konto

## Around every admin page

admin-sections = Administration
admin-guests = Gäster
yes = Ja
no = Nej
none = ingen
never = aldrig

## The list of guests

guests-search-label = Namn eller adress
guests-search-button = Sök
guests-state-label = Status
guests-state-all = Alla statusar
guests-state-pending = PendingAcceptance
guests-state-accepted = Accepted
guests-state-blocked = Blockerad
guests-none = { $tenant } har inga gäster än.
guests-no-match = Ingen gäst matchar sökningen.
guests-all = Visa alla gäster
guests-pages = Sidor
guests-next-page = Nästa sida
guests-first-page = Första sidan

state-blocked = { $state }, blockerad

fact-since = Sedan
fact-accepted = Inbjudan accepterad
fact-source = Källa
fact-route = Väg
fact-link-ends = Länken upphör
fact-access-ends = Åtkomsten upphör
fact-mail = E-post
fact-other-mails = Andra e-postadresser
fact-principal-name = Användarens huvudnamn
fact-object-id = Objekt-id
fact-made = Skapad
fact-last-sign-in = Senaste inloggning
fact-invited-by = Inbjuden av
fact-invitation = Inbjudan
fact-redeem-url = Inlösningslänk
fact-way-in = Väg in
only-by-invitation-link = Bara via inlösningslänken

group-guest = Gäst
group-invitation = Inbjudan
group-apps = Appar
group-consent = Behörigheter och användningsvillkor

answer-accepted = Accepterat { $at }
answer-declined = Avböjt { $at }
answer-accepted-before-reset = Accepterat { $at }, före återställningen
answer-declined-before-reset = Avböjt { $at }, före återställningen

route-at = Kommer att logga in hos { $name }
route-passcode = Kommer att använda en engångskod
route-personal-account = Kommer att använda ett personligt konto
route-social = Kommer att logga in med { $names }
route-nowhere = Har inget sätt att logga in här

attention-no-mail = Ett annat objekt i katalogen har adressen, så gästen har ingen e-postadress här. Direktlänkar fungerar inte; inlösningslänken gör det.
attention-bounced = Gästens e-postserver tog inte emot inbjudan. Kontrollera adressen och skicka inbjudan igen, eller lämna över inlösningslänken själv.
attention-declined = Gästen avböjde. Varje länk låter gästen fortfarande komma tillbaka och acceptera.
attention-link-ended = Inbjudningslänken har upphört. Skicka inbjudan igen för att förnya den.
attention-revoked = Inbjudan har återkallats: ingen länk löser in den. Bjud in gästen igen för att öppna den på nytt.
attention-no-way-in = Ingenting är aktiverat som gästen kan logga in med: ingen identitetsprovider för domänen, ingen kod, inga personliga konton.
attention-domain-blocked = Gäster från domänen släpps inte längre in.
attention-access-ended = Åtkomsten upphörde på sitt datum. Ange ett senare datum för att släppa in gästen igen.

## Can this person get in? Said by `vestibule explain` and by the admin page of that name

explain-url = Länk
explain-url-shape = Det är ingen fullständig https://-adress.
explain-url-host = Ingenting av vårt svarar på den värden och porten.
explain-url-common = Adressen anger ingen organisation och avvisas därför för alla: en gemensam URL leder ingenstans.
explain-url-unknown = Adressen anger en organisation som inte finns här eller inte använder appen; utifrån ser de likadana ut.
explain-url-disagree = Adressen anger två organisationer som inte är samma.
explain-url-path = Sökvägen kan läsas på två sätt och avvisas därför.
explain-url-page = Ingen sida som någon skickas till har den adressen.
explain-url-another = Länken leder till en annan organisation.
explain-next-link = Använd adressen till en app, till åtkomstpanelen eller i ett inbjudningsmejl.
explain-next-tenant = Ange organisationen som appen gör: i värdnamnet, före sökvägen eller med ?tenantid=. Ett id eller en verifierad domän räcker.
explain-next-another = Fråga en administratör hos den organisationen.

explain-tenant = Organisation
explain-tenant-host = { $tenant }, eftersom värden ligger i en av organisationens domäner.
explain-tenant-path = { $tenant }, angiven i sökvägen.
explain-tenant-query = { $tenant }, angiven med tenantid i frågan.
explain-tenant-pin = { $tenant }, som webbläsarens session skulle ha fäst.

explain-app = Vart den leder
explain-app-assigned = { $app }, för dem som har tilldelats den.
explain-app-open = { $app }, för alla som släpps in hos organisationen.
explain-app-panel = Åtkomstpanelen.
explain-app-invitation = Mejllänken i en inbjudan.
explain-app-admin = Administratörernas sidor.

explain-person = Person
explain-person-member = { $address } är medlem i { $tenant }.
explain-person-member-blocked = { $address } är medlem i { $tenant } med ett blockerat konto.
explain-person-no-member = { $address } ligger i en domän som tillhör { $tenant } och är inte medlem där. Adresser i de egna domänerna kan inte bjudas in.
explain-person-nobody = Ingen har bjudits in till { $tenant } som { $address }. Den som har bjudits in under en annan adress kommer in med den.
explain-person-blocked = { $address } är en gäst hos { $tenant } som en administratör har blockerat.
explain-person-domain = { $address } är gäst hos { $tenant }, som inte längre släpper in gäster från domänen.
explain-person-accepted = { $address } är gäst hos { $tenant } och har accepterat inbjudan.
explain-person-pending = { $address } är gäst hos { $tenant } och har inte löst in inbjudan än.
explain-person-no-mail = { $address } är gäst hos { $tenant } utan e-postadress, eftersom ett annat objekt i katalogen har adressen. Bara inlösningslänken hittar gästen.

explain-invitation = Inbjudan
explain-invitation-pending = Skickad för { $inviter }; länken fungerar.
explain-invitation-declined = Skickad för { $inviter } och avböjd. Länken fungerar fortfarande.
explain-invitation-bounced = Skickad för { $inviter }; gästens e-postserver tog inte emot den. Länken fungerar.
explain-invitation-ended = Skickad för { $inviter }; länken har upphört.
explain-invitation-revoked = Den har återkallats: ingen länk löser in den.
explain-invitation-accepted = Den har accepterats; länken leder till inloggningen.

explain-route = Sätt att logga in
explain-step-ask = Adressen efterfrågas.
explain-step-federate = { $name } loggar in personen: det är identitetsprovidern för { $domain }, eller sättet som har valts för gästen.
explain-step-home = { $name } loggar in personen: { $domain } är en domän hos den organisationen på den här servern.
explain-step-choose = Ingen hemorganisation är känd för domänen, så en sida erbjuder: { $ways }. Den är likadan för alla adresser.
explain-step-choose-without = Ingen hemorganisation är känd för domänen, så en sida erbjuder: { $ways }. Den är likadan för alla adresser. Avstängt: { $off }.
explain-step-member = En medlems lösenord.
explain-step-account = Lösenordet till ett personligt konto.
explain-step-create = En kod bekräftar postlådan, sedan skapar personen ett personligt konto.
explain-step-code = En kod skickas till postlådan.
explain-step-ended = Sidan säger att inbjudningslänken har upphört.
explain-step-no-way = Ingenting är aktiverat som personen kan logga in med.
explain-way-code = en engångskod
explain-way-account = ett personligt konto
explain-way-password = ett lösenord

explain-matched = Vem som släpps in
explain-match = Just den här personen, inloggad med { $method }.
explain-match-another = Just den här personen, efter att ha valt sättet som användes tidigare: { $method }.
explain-nobody = Ingen inloggning som länken erbjuder leder till gästen.
explain-nobody-here = Ingen här matchar adressen, så alla ser samma sida: hur man får inbjudan igen och hur man byter konto.
explain-nobody-ended = Länken har upphört och släpper inte in någon.
explain-nobody-blocked = En blockerad gäst släpps inte in av någon länk.
explain-nobody-domain = Ingen gäst från domänen släpps in.
explain-nobody-bound = Gästen loggar in med { $method }, och länken erbjuder inte det.
explain-nobody-no-mail = En gäst utan e-postadress hittas inte av någon direktlänk.
explain-nobody-no-account = Gästen har inget personligt konto än, och ett sådant skapas bara via länken i inbjudningsmejlet.

explain-mail = Via mejllänken
explain-mail-works = Länken i inbjudningsmejlet fungerar. { $step }
explain-mail-fails = Länken i inbjudningsmejlet hjälper inte heller. { $step }

explain-consent = Att godkänna
explain-consent-done = Allt är godkänt.
explain-consent-review = Granska behörigheter.
explain-consent-terms = Användningsvillkor: { $documents }.
explain-consent-both = Granska behörigheter, sedan användningsvillkor: { $documents }.

explain-permit = Vid appen
explain-permit-passes = { $app } får användas.
explain-permit-agree = { $app } får användas när det är godkänt.
explain-permit-not-assigned = Personen har inte tilldelats { $app }.
explain-permit-no = { $app } går inte att nå.
explain-admin-role = Personen administrerar inte organisationen.
explain-admin-factor = Administratören måste visa en andra faktor.

explain-gets-in = Kommer in.
explain-after-agreeing = Kommer in efter att ha godkänt det som { $tenant } ber om.
explain-by-mail-only = Kommer inte in via den här länken. Länken i inbjudningsmejlet fungerar.
explain-no = Kommer inte in.
explain-leads-nowhere = Ingen kommer in: länken leder ingenstans.

explain-next-agree = Ingenting att göra: det som återstår visas efter inloggningen.
explain-next-resend = Skicka inbjudan igen och låt personen använda länken i det mejlet: vestibule guest resend { $address } --tenant { $domain }
explain-next-invite = Bjud in personen: vestibule invite { $address } --tenant { $domain }
explain-next-assign = Tilldela personen { $app }: vestibule guest assign { $address } --app { $app } --tenant { $domain }
explain-next-unblock = Häv blockeringen av gästen: vestibule guest unblock { $address } --tenant { $domain }
explain-next-domain = Släpp in gäster från domänen igen: allowed_domains och blocked_domains i organisationens fil.
explain-next-reset = Om personen har förlorat det sättet att logga in återställer du inlösningen: vestibule guest reset { $address } --tenant { $domain }
explain-next-ways = Aktivera ett sätt att logga in, eller lägg till en identitetsprovider för domänen: organisationens fil.
explain-next-member = Lägg till medlemmen: vestibule member add { $address } --tenant { $domain }
explain-next-admin = Ge medlemmen rollen: vestibule member add --admin, eller admin = true i organisationens fil.

explain-page-title = Kommer personen in?
explain-page-lead = Skriv en adress och en länk så som de har lämnats ut. Svaret ges av samma regler som avgör när personen kommer, och ändrar ingenting.
explain-address-label = Personens e-postadress
explain-link-label = Länken som öppnades
explain-button = Förklara
explain-next-heading = Vad du kan göra
explain-address-wrong = Det är ingen e-postadress.
admin-explain = Kommer personen in?
explain-to-guest = Visa gästen

## What is done with a guest

action-back = Tillbaka
action-resend = Skicka igen
action-resend-lead = Inbjudningsmejlet skickas igen, med samma länk.
action-revoke = Återkalla inbjudan
action-revoke-lead = Ingen länk löser längre in inbjudan, och den väntande gästen stängs. Om adressen bjuds in igen öppnas den på nytt.

action-reset = Återställ inlösningen
action-reset-lead = Gästen behåller objektet och allt som är tilldelat, loggas ut genast och måste lösa in en ny inbjudan, vid behov med ett annat sätt att logga in.
action-reset-address = Ny adress, om den ändras
action-reset-mail = Skicka inbjudningsmejlet
action-block = Blockera
action-block-lead = Gästen loggas ut genast överallt, och ingen länk släpper in gästen förrän du häver blockeringen.
action-unblock = Häv blockeringen
action-unblock-lead = Gästen får logga in igen.
action-expire = Ange när åtkomsten upphör
action-expire-lead = Åtkomsten upphör av sig själv i slutet av den dagen, UTC. Lämna fältet tomt för inget slut.
action-expire-day = Sista dag, till exempel 2027-01-31
action-expire-wrong = Det är ingen dag. Skriv den som 2027-01-31.
action-delete = Ta bort
action-delete-lead = Gästen loggas ut genast och hamnar i papperskorgen. Inom 30 dagar kan gästen återställas; därefter finns bara beviset på det godkända kvar.
done-reset = Inlösningen har återställts.
done-block = Gästen har blockerats och loggats ut.
done-unblock = Blockeringen av gästen har hävts.
done-expire = Åtkomstens slut har angetts.
done-delete = Gästen har tagits bort.
refused-address-taken = Adressen hör nu till en annan gäst. Ta bort den gästen först, eller använd en annan adress.
refused-own-domain = Adressen ligger i en domän som tillhör organisationen själv; dess personer är medlemmar och behöver ingen inbjudan.
refused-identity-taken = En annan gäst loggar nu in med samma konto. Ta bort den gästen först.
refused-ended = Gästens åtkomst har upphört. Ange ett senare slut först.
refused-past-end = Den dagen har redan varit. Blockera gästen om åtkomsten ska upphöra nu.
done-resend = Inbjudan har skickats igen.
done-revoke = Inbjudan har återkallats.
done-invited = Gästen har bjudits in; mejlet är på väg.
done-invited-without-mail = Gästen har bjudits in och inget mejl skickades. Lämna själv över inlösningslänken nedan.
done-assigned = Gästen har accepterat en tidigare inbjudan; det du valde har tilldelats och inget mejl skickades.

refused-not-allowed = Du får inte göra det här för gästen.
refused-no-guest = Gästen finns inte längre.
refused-no-invitation = Gästen har ingen inbjudan.
refused-state = Inbjudan tillåter inte det längre. Titta på dess status.
refused-blocked = Gästen är blockerad. Häv blockeringen först.
refused-domain = Gäster från domänen släpps inte in. Ändra först organisationens domänlistor.
refused-unknown = Organisationen har ingen sådan app, grupp eller roll.
refused-mail-blocked = Adressen tar inte emot inbjudningsmejl. Lämna själv över inlösningslänken.
refused-too-many = Adressen har fått tillräckligt många mejl i dag. Försök igen i morgon, eller lämna själv över inlösningslänken.
refused-broken = Det gick inte att göra. Försök igen; om det fortsätter anger du begärans id som loggen visar.

## Inviting

admin-invite = Bjud in
invite-heading = Bjud in en gäst
invite-address = E-postadress
invite-name = Namn
invite-message = Meddelande
invite-message-hint = Oformaterad text, högst 2 000 tecken. Den står i mejlet så som du skriver den.
invite-language = Mejlets språk
invite-language-default = Som gästen eller organisationen föredrar
invite-cc = Kopia av mejlet till
invite-redirect = Vart gästen kommer
invite-apps = Appar
invite-groups = Grupper
invite-sponsors = Sponsorer
invite-sponsors-hint = Adresser till högst fem personer som ansvarar för gästen; du, om du inte anger andra.
invite-days = Dagar tills länken upphör
invite-days-hint = Lämna tomt för det som organisationen har valt.
invite-mail = Skicka inbjudningsmejlet
invite-preview = Förhandsgranska
invite-preview-heading = Innan något skickas
invite-send = Skicka inbjudan
invite-edit = Ändra
invite-in-the-way = { $name } har redan adressen, så gästen får ingen e-postadress här. Direktlänkar kommer inte att fungera; inlösningslänken gör det.
invite-address-wrong = En av adresserna är ingen e-postadress.
invite-days-wrong = Skriv dagarna som ett tal från 1 till 3650, eller lämna fältet tomt.

outcome-new = Det blir en ny gäst.
outcome-renewed = Gästen är redan inbjuden och bjuds in igen, med samma länk.
outcome-accepted = Gästen har accepterat en tidigare inbjudan: det du väljer tilldelas, och inget mejl skickas.

warning-only-by-link = Gästen kan behöva skapa ett personligt konto, vilket bara går via länken i mejlet.
warning-mail-limit = Inget mejl skickas: adressen har fått tillräckligt många i dag.
warning-mail-blocked = Inget mejl skickas: adressen tar inte emot inbjudningsmejl. Lämna själv över inlösningslänken.
warning-provider = Gästens identitetsprovider svarar inte just nu.

invite-refused-not-allowed = Du får inte bjuda in gäster till organisationen.
invite-refused-member = Adressen hör till organisationen själv; dess personer är medlemmar och behöver ingen inbjudan.
invite-refused-blocked = Gästen har blockerats av en administratör. Häv blockeringen i stället.
invite-refused-redirect = Gästen kan komma till en av organisationens appar eller till dess åtkomstpanel, på en fullständig https://-adress.
invite-refused-unknown = En app, grupp eller roll som du valde finns inte längre här.
invite-refused-sponsor = En av sponsorerna finns inte här. Sponsorer är medlemmar, eller gäster som har accepterat.
invite-refused-sponsors = En gäst har högst fem sponsorer.
invite-refused-not-yours = Du får inte ge appen, gruppen eller rollen till andra.
invite-refused-colleague = Du får bara bjuda in kollegor i din egen organisation.
invite-refused-life = Länken får inte gälla längre än organisationens inbjudningar.
invite-refused-route = Gäster kan inte logga in på det sättet här.
invite-refused-text = En text är för lång eller innehåller tecken som inte är tillåtna.
invite-refused-too-many = Det blev för många inbjudningar i dag. Försök igen i morgon.

group-history = Historik

## Managing an app of one's own

manage-title = Hantera { $app }
manage-people = Vilka som har åtkomst
manage-nobody = Ingen har tilldelats appen än.
manage-remove = Ta bort åtkomst
manage-remove-person = Ta bort åtkomst för { $person }
manage-remove-heading = Vill du ta bort åtkomsten för { $person }?
manage-remove-lead = Personen loggas ut genast och kan inte längre öppna { $app }. Du kan bjuda in personen igen.
manage-remove-button = Ta bort åtkomst
manage-keep = Behåll
manage-invite-heading = Bjud in någon till appen
manage-invite-address = E-postadress
manage-invite-button = Bjud in
manage-done-invited = Inbjuden. Den som redan är gäst kan öppna appen genast; alla andra får ett mejl.
manage-done-removed = Åtkomsten har tagits bort.
manage-kind-guest = Gäst
manage-kind-member = Medlem
manage-kind-invited = Gäst, inbjuden
manage-kind-blocked = Blockerad
manage-not-allowed = Du får inte bjuda in personen. Fråga en administratör hos { $tenant }.
manage-domain = Gäster från domänen får inte bjudas in till { $tenant }.
manage-member = Adressen hör till { $tenant } själv. Be en administratör att tilldela appen.
manage-blocked = Gästen har blockerats av en administratör hos { $tenant }.
manage-too-many = Det blev för många inbjudningar i dag. Försök igen i morgon.
manage-refused = Inbjudan kunde inte skapas. Fråga en administratör hos { $tenant }.
manage-by-group = Medlemmar i { $groups } har också åtkomst. Administratörer sköter grupperna.

history-invited = Inbjuden av { $by }
history-renewed = Skickad igen av { $by }
history-accepted = Accepterad av { $by }
history-declined = Avböjd av { $by }
history-expired = Länken upphörde
history-bounced = E-postservern tog inte emot mejlet
history-revoked = Återkallad av { $by }
history-reset = Återställd av { $by }
history-by-guest = gästen
history-by-system = kommandoraden eller systemet
