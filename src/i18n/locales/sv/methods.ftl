# Det andra steget och inloggningssätten. Variabler som i pages.ftl och mail.ftl.

second-title = Ett steg till
second-heading = Ett steg till
second-lead = Skriv koden som din autentiseringsapp visar för { $brand }, eller en av dina återställningskoder.
second-label = Kod
second-hint = En ny kod visas var 30:e sekund. En återställningskod fungerar en gång.
second-button = Fortsätt
second-switch = Använd ett annat konto
second-lost = Har du ingetdera? Fråga den som bjöd in dig hos { $tenant }: där kan man återställa ditt andra steg.

enroll-title = Ställ in ett andra steg
enroll-heading = Ställ in din autentiseringsapp
enroll-lead = Från och med nu efterfrågas en kod från appen efter ditt lösenord.
enroll-lead-demanded = { $tenant } kräver ett andra steg innan apparna öppnas. Du ställer in det en gång.
enroll-step-app = Öppna en autentiseringsapp på din telefon, eller installera en. Vilken app för tidsbaserade koder som helst fungerar.
enroll-step-scan = Läs in den här bilden med den.
enroll-step-code = Skriv de sex siffror som appen visar.
enroll-qr = QR-kod med nyckeln till din autentiseringsapp
enroll-secret = Går det inte att läsa in? Skriv den här nyckeln i appen:
enroll-label = Appens kod
enroll-button = Slå på
enroll-next = Du får återställningskoder för den dag då telefonen inte är till hands.

recovery-title = Dina återställningskoder
recovery-heading = Spara dina återställningskoder
recovery-lead = Var och en av koderna fungerar en gång i stället för appen. Skriv ut dem eller spara dem i en lösenordshanterare.
recovery-warning = De visas inte igen. Den som har en av dem och ditt lösenord kan logga in som du.
recovery-gone = Det finns inga nya koder att visa. Du kan skapa nya bland dina inloggningssätt.
recovery-continue = Jag har sparat dem

explain-permit-second-factor = { $app } får användas när en andra faktor har visats.

password-forgot = Jag har glömt lösenordet eller tappat bort min passkey
password-remembered = Tillbaka till lösenordet
offer-heading-reset = Visa att brevlådan är din
offer-lead-reset = Om { $address } har ett personligt konto hos { $brand } skickar vi en kod dit. Sedan väljer du ett nytt lösenord.
code-lead-reset = Om { $address } har ett personligt konto är en kod på väg dit nu.
code-next-reset = Sedan väljer du ett nytt lösenord. Alla enheter som är inloggade med det gamla loggas ut.
new-password-title = Välj en ny lösenfras
new-password-heading = Välj en ny lösenfras
new-password-lead = Den ersätter det gamla lösenordet för { $address }, här och hos varje organisation som har bjudit in dig.
new-password-button = Spara lösenfrasen
new-password-next = Alla andra enheter loggas ut. Ett andra steg som du har ställt in förblir som det är.

methods-title = Inloggningssätt
methods-heading = Dina inloggningssätt
methods-lead-account = De hör till ditt personliga konto hos { $brand } och fungerar hos varje organisation som har bjudit in dig.
methods-lead-here = De fungerar bara hos { $tenant }. Din egen organisations ändras där.
methods-not-fresh = Logga in igen innan du ändrar något här: det har gått mer än tio minuter.
methods-sign-in-again = Logga in igen
methods-done-password = Ditt lösenord har ändrats. Alla andra enheter är utloggade.
methods-done-added = Dina inloggningssätt har ändrats.
methods-done-removed = Det har tagits bort.
methods-password = Lösenord
methods-password-there = Du har ett lösenord.
methods-new-password = Ny lösenfras
methods-password-hint = Minst 15 tecken; några ord i rad är lätta att minnas. Alla andra enheter loggas ut.
methods-password-button = Ändra lösenordet
methods-totp = Autentiseringsapp
methods-since = Inställd { $day }.
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

error-second-factor-wrong = Koden stämmer inte, eller är redan använd. Vänta på nästa.
error-enroll-wrong = Koden passar inte. Kontrollera att telefonens klocka går rätt, och skriv den senaste koden.

mail-passcode-subject-reset_password = Din kod för ett nytt lösenord hos { $brand }
mail-passcode-intro-reset_password = Någon vill, på en sida hos { $tenant } ({ $domain }), välja ett nytt lösenord för det personliga kontot med din adress.

change-password = lösenordet ändrades, och alla andra enheter loggades ut
change-password-reset = ett nytt lösenord valdes med en kod till den här brevlådan, och alla andra enheter loggades ut
change-added = ett andra steg eller en passkey lades till
change-removed = ett andra steg eller en passkey togs bort
change-recovery = nya återställningskoder skapades, och de gamla fungerar inte längre
change-reset = { $tenant } återställde ditt andra steg där
