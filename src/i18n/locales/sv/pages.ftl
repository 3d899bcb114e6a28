# Sidor som gäster ser. Variablerna förklaras i locales/en/pages.ftl.

## Around every page

skip-to-content = Till innehållet
signed-in-as = Inloggad som
sign-out = Logga ut
footer = { $brand } släpper in gäster i andra organisationers appar.
footer-privacy = Organisationer ser bara det som du går med på att dela.
footer-languages = Språk
request-id = Begärans id
happens-next = Vad som händer sedan

## Address

sign-in-title = Logga in
sign-in-heading = Logga in hos { $tenant }
sign-in-lead = Skriv den e-postadress som { $tenant } har bjudit in.
sign-in-lead-app = { $app } väntar på dig. Skriv den e-postadress som { $tenant } har bjudit in.
address-label = E-postadress
sign-in-button = Fortsätt
sign-in-next = Du loggar in med det konto som du redan har på jobbet eller i skolan. Om du inte har något kan du logga in via e-post.

## Ways to sign in

choose-title = Välj hur du loggar in
choose-heading = Välj hur du loggar in
choose-lead = Så här kan { $address } logga in hos { $tenant }.
use-another-address = Använd en annan adress
way-code = Skicka en kod till mig med e-post
way-code-hint = Du skriver koden på nästa sida.
way-password = Använd mitt lösenord hos { $brand }
way-password-hint = För den som har skapat ett personligt konto här.
way-or = eller
way-provider = Fortsätt med { $provider }
choose-next = När du är inloggad ser du vad { $tenant } ber om. Innan dess delas ingenting.

## Code by e-mail

offer-title = Få en kod
offer-heading-sign-in = Logga in med en kod
offer-heading-mailbox = Är det här din postlåda?
offer-lead-sign-in = Vi skickar en kod till { $address }. Med den loggar du in hos { $tenant }.
offer-lead-mailbox = Innan du går vidare kontrollerar vi att inbjudan är din: vi skickar en kod till { $address }.
offer-button = Skicka en kod till mig med e-post

code-title = Ange koden
code-heading = Titta i din e-post
code-lead-sign-in = Om { $address } kan logga in här med en kod är en kod nu på väg dit.
code-lead-mailbox = För att kontrollera att inbjudan är din har vi skickat en kod till { $address }.
code-sender = Den kommer från { $sender }.
code-label = { $count ->
    [one] Kod ({ $count } siffra)
   *[other] Kod ({ $count } siffror)
}
code-minutes = { $count ->
    [one] Koden gäller i { $count } minut.
   *[other] Koden gäller i { $count } minuter.
}
code-button = Fortsätt
code-warning = Skriv koden bara på den här sidan. { $tenant } och { $brand } frågar aldrig efter den, varken per telefon, chatt eller e-post.
code-resend-question = Ingen e-post? Titta först i skräpposten.
code-resend = Skicka en ny kod
code-resent = Om adressen stämmer är en ny kod på väg. Bara den senaste koden fungerar.
code-next-sign-in = { $tenant } får veta din adress först när koden är rätt och du har gått med på att dela den.
code-next-mailbox = Därefter loggar du in, och inbjudan är din.

## Passwords

password-title = Logga in med ditt personliga konto
password-heading = Logga in med ditt personliga konto
password-lead = Det är lösenordet som du valde för { $address } när du skapade ditt personliga konto hos { $brand }. Det är inte lösenordet till din postlåda.
password-label = Lösenord
password-button = Logga in
sign-in-another-way = Logga in på ett annat sätt
password-next = { $tenant } får aldrig se ditt lösenord.
member-title = Logga in
member-heading = Logga in hos { $organization }
member-lead = Skriv lösenordet för { $address }.

## Creating a personal account

create-title = Skapa ett personligt konto
create-heading = Skapa ditt personliga konto
create-lead = Du skapar det en gång, hos { $brand }. Det öppnar apparna hos { $tenant } och hos varje annan organisation som bjuder in dig här.
create-address-label = E-postadress
create-address-hint = Adressen är bekräftad och hör till inbjudan.
create-name-label = Ditt namn
create-name-hint = Så som de du arbetar med känner dig.
passphrase-label = Lösenfras
passphrase-hint = Minst 15 tecken. Några ord i rad är lätta att minnas; mellanslag går bra.
create-button = Skapa konto
create-next = Du ser vad { $tenant } ber om innan något delas.
set-password-title = Välj din lösenfras
set-password-heading = Välj din lösenfras
set-password-lead = Länken som du har fått av din administratör fungerar en gång. Välj den lösenfras som du ska logga in med.
set-password-token-label = Din länk
set-password-token-hint = Klistra in hela länken som du har fått.
set-password-button = Spara lösenfrasen
set-password-next = Du loggar in med din adress och den här lösenfrasen. Om du har loggat in tidigare loggas alla enheter ut, och inloggningsnycklar som du har skapat tidigare loggar inte längre in på egen hand: lägg till dina på nytt efteråt.

## Somebody else, or nobody we know

wrong-title = Inbjudan är till någon annan
wrong-heading = Du är inloggad med ett annat konto
wrong-signed-in = Inloggad
wrong-invited = Inbjuden
wrong-lead = { $tenant } har bjudit in en annan adress än den du är inloggad med.
wrong-button = Byt till den inbjudna adressen
wrong-hint = Då loggas du först ut här. Hos din egen organisation förblir du inloggad.
wrong-prove-heading = Är båda adresserna dina?
wrong-prove-lead = Behåll då kontot som du är inloggad med. Vi skickar en kod till den inbjudna adressen för att vara säkra.
wrong-prove-button = Skicka en kod till den inbjudna adressen
wrong-next = När inbjudan är din ser du vad { $tenant } ber om. Innan dess delas ingenting.
dead-end-title = Ingen väg in än
dead-end-heading = Vi kan inte släppa in dig än
dead-end-lead = { $tenant } har ingen inbjudan som passar den här inloggningen.
dead-end-invited = Om du har blivit inbjuden öppnar du länken i inbjudningsmejlet. På länken ser vi vilken inbjudan som är din.
dead-end-resend-heading = Hittar du inte mejlet?
dead-end-address-label = Adress som har bjudits in
dead-end-resend = Skicka det till mig igen
dead-end-sent = Om { $tenant } har bjudit in adressen är mejlet på väg igen. Titta också i skräpposten.
dead-end-switch-heading = Inloggad med fel konto?
dead-end-switch = Använd ett annat konto
dead-end-next = Om ingen har bjudit in dig än frågar du den som du arbetar med hos { $tenant }.
invitation-ended-title = Länken har upphört att gälla
invitation-ended-heading = Inbjudningslänken har upphört att gälla
invitation-ended-lead = Länkar från { $tenant } gäller en begränsad tid. Du kan få en ny.
invitation-ended-button = Skicka ett nytt mejl
invitation-ended-hint = Det går till adressen som har bjudits in, och inte till någon annan.
invitation-ended-sent = Om inbjudan fortfarande gäller är ett mejl med en ny länk på väg till adressen som har bjudits in.
invitation-ended-next = Öppna det nya mejlet och välj Kom igång.

## Review permissions

review-title = Granska behörigheter
review-heading = Granska behörigheter
review-lead = { $tenant } ber om detta innan apparna öppnas. Du får frågan en gång.
review-organization = { $tenant } ({ $domain }) vill:
review-sign-in = Logga in dig i sina appar
review-receive = Ta emot ditt namn, din e-postadress och ditt kontos id från stället där du loggar in
review-record = Spara uppgifter om när du loggar in och vilka av apparna du öppnar
review-not-password = { $tenant } får inte ditt lösenord och kan inte agera i ditt namn någon annanstans.
review-privacy-link = Sekretesspolicy för { $tenant }
review-privacy-none = { $tenant } har inte angett någon länk till en sekretesspolicy.
review-privacy-contact = Frågor om sekretess: { $contact }
review-leave = Gå med på detta bara om du litar på { $domain }. Du kan sluta när som helst genom att be { $tenant } att ta bort dig.
accept = Acceptera
decline = Avböj
review-next = Om du avböjer delas ingenting, och du kan komma tillbaka senare.

## Terms of use

terms-title = Användningsvillkor
terms-lead = Läs det här dokumentet. { $tenant } ber alla som använder organisationens appar att godkänna det.
terms-position = Dokument { $number } av { $of }
terms-version = Version { $version }
terms-languages = Läs det på
terms-open-pdf = Öppna dokumentet (PDF)
terms-region = Dokumentets text
terms-next = Om du avböjer förblir apparna hos { $tenant } stängda för dig. Du kan komma tillbaka och acceptera senare.
declined-title = Du avböjde
declined-heading = Ingenting har delats
declined-terms-heading = Apparna förblir stängda
declined-review = Du gick inte med på att dela dina uppgifter med { $tenant }. Därför förblir apparna stängda, och { $tenant } får bara veta att du avböjde.
declined-terms = Du accepterade inte ”{ $document }”. Utan det öppnar { $tenant } inte sina appar för dig.
declined-again = Titta på det igen
declined-next = Ingenting mer händer. Varje länk från { $tenant } leder dig tillbaka till samma fråga.

## Access panel

panel-title = Appar
panel-heading = Dina appar hos { $tenant }
panel-search-label = Sök efter appar
panel-search-button = Sök
panel-search-clear = Visa alla appar
panel-none = { $tenant } har inte gett dig någon app än. När det sker visas appen här.
panel-none-next = Om du väntade dig någon berättar du för den som bjöd in dig vilken app du behöver. Du kan också vara inloggad med en annan adress än den som bjöds in.
panel-account = Ditt konto
panel-organizations = Dina organisationer
panel-invited = Inbjuden
panel-manage = Hantera
panel-manage-app = Hantera { $app }
panel-no-match = Ingen av dina appar matchar ”{ $search }”.
panel-matches = { $count ->
    [one] { $count } app hittades
   *[other] { $count } appar hittades
}

## Going on and leaving

continue-title = Ett ögonblick
continue-heading = Ett ögonblick
continue-lead = Du är på väg till { $host }.
continue-button = Fortsätt
sign-out-title = Logga ut
sign-out-heading = Logga ut
sign-out-lead = Var vill du logga ut?
sign-out-tenant = Logga ut från { $tenant }
sign-out-tenant-hint = Stänger organisationens appar i den här webbläsaren.
sign-out-everywhere = Logga ut överallt
sign-out-everywhere-hint = Stänger apparna hos varje organisation som du har öppnat i den här webbläsaren.
sign-out-stay = Fortsätt vara inloggad
signed-out-title = Utloggad
signed-out-heading = Du är utloggad
signed-out-lead = Apparna är stängda i den här webbläsaren.
signed-out-home = Om datorn delas med andra loggar du också ut där du loggade in, till exempel hos din organisation, och stänger webbläsaren.
signed-out-again = Logga in igen
