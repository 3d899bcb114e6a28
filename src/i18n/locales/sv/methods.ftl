# Var texterna står och vad variablerna betyder förklaras i locales/en/methods.ftl.

## The second step of a sign-in

second-title = Ett steg till
second-heading = Ett steg till
second-lead = Skriv koden som din autentiseringsapp visar för { $brand }, eller en av dina återställningskoder.
second-label = Kod
second-hint = En ny kod visas var 30:e sekund. En återställningskod fungerar en gång.
second-button = Fortsätt
second-switch = Använd ett annat konto
second-lost = Har du ingetdera? Fråga den som bjöd in dig hos { $tenant }: de kan låta återställa ditt andra steg.

## Registering an authenticator app

enroll-title = Ställ in ett andra steg
enroll-heading = Ställ in din autentiseringsapp
enroll-lead = Från och med nu efterfrågas en kod från appen efter ditt lösenord.
enroll-lead-demanded = { $tenant } kräver ett andra steg innan apparna öppnas. Du ställer in det en gång.
enroll-step-app = Öppna en autentiseringsapp i telefonen, eller installera en. Alla appar för tidsbaserade koder fungerar.
enroll-step-scan = Skanna bilden med den.
enroll-step-code = Skriv de sex siffrorna som appen visar.
enroll-qr = QR-kod med nyckeln till din autentiseringsapp
enroll-secret = Kan du inte skanna? Skriv den här nyckeln i appen:
enroll-label = Appens kod
enroll-button = Aktivera
enroll-next = Du får återställningskoder för den dag då du inte har telefonen till hands.

recovery-title = Dina återställningskoder
recovery-heading = Spara dina återställningskoder
recovery-lead = Var och en av koderna fungerar en gång i stället för appen. Skriv ut dem eller spara dem i en lösenordshanterare.
recovery-warning = De visas inte igen. Den som har en av dem och ditt lösenord kan logga in som du.
recovery-gone = Det finns inga nya koder att visa. Du kan skapa nya bland dina inloggningsmetoder.
recovery-continue = Jag har sparat dem

## In an explanation

explain-permit-second-factor = { $app } får användas när en andra faktor har visats.

## A forgotten password

password-forgot = Jag har glömt mitt lösenord eller förlorat min inloggningsnyckel
password-remembered = Tillbaka till lösenordet
offer-heading-reset = Visa att postlådan är din
offer-lead-reset = Om { $address } har ett personligt konto hos { $brand } skickar vi en kod dit. Sedan väljer du ett nytt lösenord.
code-lead-reset = Om { $address } har ett personligt konto är en kod nu på väg dit.
code-next-reset = Sedan väljer du ett nytt lösenord. Alla enheter som är inloggade med det gamla loggas ut.
new-password-title = Välj en ny lösenfras
new-password-heading = Välj en ny lösenfras
new-password-lead = Den ersätter det gamla lösenordet för { $address }, här och hos varje organisation som har bjudit in dig.
new-password-button = Spara lösenfrasen
new-password-next = Alla andra enheter loggas ut, och inloggningsnycklar som du har skapat tidigare loggar inte längre in på egen hand: lägg till dina på nytt efteråt. En autentiseringsapp förblir som den är.

## Sign-in methods

methods-title = Inloggningsmetoder
methods-heading = Dina inloggningsmetoder
methods-lead-account = De hör till ditt personliga konto hos { $brand } och fungerar hos varje organisation som har bjudit in dig.
methods-lead-here = De fungerar bara hos { $tenant }. Din hemorganisations metoder ändras där.
methods-not-fresh = Logga in igen för att ändra något här: det har gått mer än tio minuter.
methods-sign-in-again = Logga in igen
methods-done-password = Ditt lösenord har ändrats. Alla andra enheter har loggats ut.
methods-done-added = Dina inloggningsmetoder har ändrats.
methods-done-removed = Den har tagits bort.
methods-password = Lösenord
methods-password-there = Du har ett lösenord.
methods-new-password = Ny lösenfras
methods-password-hint = Minst 15 tecken; några ord i rad är lätta att minnas. Alla andra enheter loggas ut.
methods-password-button = Ändra lösenord
methods-totp = Autentiseringsapp
methods-since = Inställd den { $day }.
methods-totp-none = Inte inställd. Med den kommer ingen in med bara ditt lösenord.
methods-totp-add = Ställ in en autentiseringsapp
methods-totp-remove = Ta bort autentiseringsappen
methods-recovery = Återställningskoder
methods-recovery-left = { $count ->
    [0] Ingen kod är kvar.
    [one] { $count } kod är kvar.
   *[other] { $count } koder är kvar.
}
methods-recovery-new = Skapa nya återställningskoder

error-second-factor-wrong = Koden stämmer inte eller har redan använts. Vänta på nästa.
error-enroll-wrong = Koden passar inte. Kontrollera att telefonens klocka går rätt och skriv den senaste koden.

## Mails about changes; what changed stands within a sentence of notices.ftl

mail-passcode-subject-reset_password = Din kod för ett nytt lösenord hos { $brand }
mail-passcode-intro-reset_password = Någon vill, på en sida hos { $tenant } ({ $domain }), ange ett nytt lösenord för det personliga kontot med din adress.

change-password = lösenordet ändrades och alla andra enheter loggades ut
change-password-reset = ett nytt lösenord angavs med en kod till den här postlådan, alla andra enheter loggades ut och tidigare inloggningsnycklar loggar inte längre in på egen hand
change-added = ett andra steg lades till
change-removed = ett andra steg togs bort
change-recovery = nya återställningskoder skapades och de gamla fungerar inte längre
change-reset = { $tenant } har återställt ditt andra steg där

## Passkeys

passkey-sign-in = Logga in med en inloggningsnyckel (passkey)
passkey-noscript = Inloggningsnycklar kräver JavaScript, som är avstängt i den här webbläsaren. Allt annat fungerar utan.
passkey-not-used = Ingen inloggningsnyckel användes. Försök igen, eller fortsätt på ett annat sätt.
passkey-not-made = Ingen inloggningsnyckel skapades. Försök igen, eller fortsätt på ett annat sätt.
create-passkey-lead = Hellre ingen lösenfras? Skriv ditt namn ovan och skapa en inloggningsnyckel: då ber din enhet om ditt fingeravtryck, ditt ansikte eller sin pinkod.
create-passkey = Skapa konto med en inloggningsnyckel
second-lead-passkey = Använd din inloggningsnyckel, eller skriv koden från din autentiseringsapp eller en av dina återställningskoder.
second-lead-passkey-only = Använd din inloggningsnyckel, eller skriv en av dina återställningskoder.
second-hint-recovery = En återställningskod fungerar en gång.
second-passkey = Använd en inloggningsnyckel
enroll-passkey = Använd en inloggningsnyckel i stället
methods-passkeys = Inloggningsnycklar (passkeys)
methods-passkeys-none = Du har ingen. Med en sådan loggar din enhet in dig med fingeravtryck, ansikte eller pinkod, utan att du skriver något lösenord.
methods-passkeys-none-here = Du har ingen. Med en sådan är din enhet ditt andra steg: fingeravtryck, ansikte eller pinkod i stället för en kod.
methods-passkey-unnamed = Inloggningsnyckel utan namn
methods-passkey-since = Tillagd den { $day }.
methods-passkey-used = Användes senast den { $day }.
methods-passkey-remove = Ta bort
methods-passkey-only-way = Den här inloggningsnyckeln är ditt enda sätt att logga in. Därför är den kvar tills det finns en till eller ett lösenord.
methods-passkey-name = Namn på en ny inloggningsnyckel
methods-passkey-name-hint = Så att du känner igen den, till exempel enheten som den finns på. Du kan lämna det tomt.
methods-passkey-add = Lägg till en inloggningsnyckel
methods-password-set = Ange ett lösenord
methods-password-none = Du har inget lösenord.
methods-done-passkey = Inloggningsnyckeln togs bort. Alla andra enheter är utloggade. Ta bort den på din enhet också.

error-passkey-wrong = Med den här inloggningsnyckeln kan du inte logga in här. Försök med en annan, eller fortsätt på ett annat sätt.
error-passkey-over = Sidan var öppen för länge. Försök igen nu.
error-passkey-not-added = Inloggningsnyckeln kunde inte läggas till. Försök igen nu.

change-passkey-added = en inloggningsnyckel lades till
change-passkey-removed = en inloggningsnyckel togs bort och alla andra enheter loggades ut
