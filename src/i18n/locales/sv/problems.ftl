# Sidor om problem: vad som är fel och vad du kan göra nu.

try-again = Försök igen
start-again = Börja om
other-ways = Logga in på ett annat sätt
to-panel = Till dina appar

common-url-title = Adressen anger ingen organisation
common-url-what = Varje organisation har en egen adress här. Den här adressen anger ingen, så { $brand } kan inte veta vems appar du söker, och gissar inte.
common-url-next = Använd länken i inbjudningsmejlet, eller fråga organisationen som bjöd in dig. En rätt länk ser ut så här:

not-found-title = Här finns ingenting
not-found-what = Adressen leder inte till någon sida eller organisation som { $brand } känner till.
not-found-next = Kontrollera att adressen är rätt skriven, eller öppna länken i inbjudningsmejlet.

start-again-title = Vi börjar om
start-again-what = Sidan var öppen för länge, eller påbörjades i en annan webbläsare. Ingenting har skickats och ingenting har gått förlorat.
start-again-next = Börja om i den här webbläsaren. Om du kom från en app öppnar du appen igen.

idp-down-title = { $provider } svarar inte
idp-down-what = Vi bad { $provider } att logga in dig men fick inget svar i tid.
idp-down-next = Försök igen om en minut. Om det fortsätter kontaktar du supporten i din egen organisation.

idp-fault-title = Inloggningen hos { $provider } fungerade inte
idp-fault-what = { $provider } skickade tillbaka dig med ett svar som vi inte kan använda. Du är inte inloggad, och ingenting har delats.
idp-fault-next = Försök igen. Om det fortsätter kontaktar du supporten i din egen organisation och anger begärans id nedan.

clocks-title = Klockan hos { $provider } och vår går inte lika
clocks-ahead-what = Där är den ungefär { $span } mer än här, så att vi inte kan se om svaret gäller nu. Du är inte inloggad, och ingenting har delats.
clocks-behind-what = Där är den ungefär { $span } mindre än här, så att vi inte kan se om svaret gäller nu. Du är inte inloggad, och ingenting har delats.
clocks-next = Det beror varken på dig eller på din enhet. Kontakta supporten i din egen organisation, ange begärans id nedan och försök igen när klockan är rätt ställd. Går den rätt är det vår som går fel: säg det då till den som bjöd in dig.
span-minutes = { $count ->
    [one] { $count } minut
   *[other] { $count } minuter
}
span-hours = { $count ->
    [one] { $count } timme
   *[other] { $count } timmar
}
span-days = { $count ->
    [one] { $count } dygn
   *[other] { $count } dygn
}

mail-down-title = Vi kan inte skicka e-post just nu
mail-down-what = Din kod kunde inte skickas. Felet är vårt, inte ditt.
mail-down-next = Försök igen om några minuter.

not-assigned-title = { $app } är inte öppen för dig
not-assigned-what = Du är inloggad, men { $tenant } har inte gett dig tillgång till { $app }.
not-assigned-next = Be den som du arbetar med hos { $tenant } att ge dig appen. Dina andra appar fungerar som vanligt.

too-many-title = Vänta lite
too-many-what = Det blev för många försök på kort tid, så vi gör ett uppehåll för att skydda kontona.
too-many-next = Vänta några minuter och försök sedan igen.

broken-title = Något gick fel hos oss
broken-what = Din begäran kunde inte slutföras. Det som du redan hade bekräftat är sparat.
broken-next = Försök igen. Om det fortsätter berättar du det för den som bjöd in dig och anger begärans id nedan.

## Beside form fields

error-address-shape = En e-postadress ser ut som namn@organisation.example.
error-address-too-long = E-postadressen är för lång.
error-address-domain = Delen efter @ är inget domännamn.
error-code-wrong = Koden stämmer inte. Jämför den med det senaste mejlet.
error-code-ended = Koden fungerar inte längre. Be om en ny.
error-code-shape = Koden består bara av siffror.
error-password-wrong = Adressen och lösenordet hör inte ihop.
error-name-empty = Skriv ditt namn.
error-name-too-long = Korta ditt namn till 120 tecken.
error-passphrase-short = Använd minst 15 tecken.
error-passphrase-long = Använd högst 256 tecken.
error-passphrase-common = Den lösenfrasen är bland de första som någon skulle prova. Välj en som bara du skulle komma på.
error-link-ended = Länken fungerar inte längre. Be din administratör om en ny.
error-viewed = Öppna och läs dokumentet först. Sedan kan du acceptera det.

trial-over-title = Provinloggningen är slut
trial-over-what = I terminalen står vad identitetsprovidern svarade. Ingen har loggats in här.
trial-over-next = Du kan stänga sidan.

problem-bad-request-title = Begäran går inte att förstå
problem-bad-request-what = Begäran följer inte reglerna för HTTP och har därför inte skickats vidare.
problem-bad-request-next = Öppna adressen igen i webbläsaren. Om ett program skickade begäran ber du dess tillverkare att titta på det.

problem-no-administrator-title = Det här är till för administratörer
problem-no-administrator-what = Den som är inloggad administrerar inte organisationen, så ingenting har visats och ingenting har ändrats.
problem-no-administrator-next = Logga in som administratör för organisationen.

problem-header-refused-title = Begäran avvisades
problem-header-refused-what = Den innehåller ett rubrikfält som bara den här gatewayen får ange.
problem-header-refused-next = Om du använder ett webbläsartillägg eller verktyg som lägger till rubrikfält stänger du av det och försöker igen.

problem-path-refused-title = Adressen avvisades
problem-path-refused-what = Adressen kan läsas på mer än ett sätt och har därför inte skickats vidare.
problem-path-refused-next = Kontrollera adressen, eller börja från appens första sida.

problem-target-too-long-title = Adressen är för lång
problem-target-too-long-what = Adressen är längre än vad den här gatewayen skickar vidare.
problem-target-too-long-next = Börja från appens första sida.

problem-too-many-fields-title = Begäran är för stor
problem-too-many-fields-what = Begäran innehåller fler rubrikfält än vad den här gatewayen skickar vidare.
problem-too-many-fields-next = Ta bort webbplatsens cookies och försök igen.

problem-method-not-allowed-title = Metoden är inte tillåten
problem-method-not-allowed-what = TRACE och CONNECT skickas inte vidare.
problem-method-not-allowed-next = Öppna adressen i webbläsaren.

problem-expectation-failed-title = Förväntningen kan inte uppfyllas
problem-expectation-failed-what = Begäran förväntar sig något som den här gatewayen inte gör.
problem-expectation-failed-next = Skicka begäran utan fältet Expect.

problem-misdirected-title = Ingenting svarar på adressen
problem-misdirected-what = Gatewayen hanterar inte värden i adressen, eller så har webbläsaren återanvänt en anslutning till en annan värd.
problem-misdirected-next = Kontrollera att adressen är rätt skriven, eller läs in sidan igen.

problem-common-url-title = Länken säger inte vilken organisation som bjöd in dig
problem-common-url-what = Flera organisationer använder appen, och adressen anger ingen av dem.
problem-common-url-next = Använd länken i inbjudningsmejlet, eller be den som bjöd in dig om en länk med organisationens namn i.

problem-unknown-tenant-title = Organisationen finns inte här
problem-unknown-tenant-what = Organisationen i adressen är inte känd, eller erbjuder inte den här appen.
problem-unknown-tenant-next = Kontrollera adressen, eller be den som bjöd in dig om en ny länk.

problem-tenants-disagree-title = Länken anger två organisationer
problem-tenants-disagree-what = Två delar av adressen anger olika organisationer, så det är oklart vilken som menas.
problem-tenants-disagree-next = Använd länken i inbjudningsmejlet, eller be om en ny.

problem-not-sent-title = Du är inte inloggad, och ingenting har skickats
problem-not-sent-what = Din session är avslutad. Det du fyllde i har inte skickats till appen.
problem-not-sent-next = Gå tillbaka, kopiera det du fyllde i, logga in och skicka det igen.

problem-sign-in-required-title = Du behöver logga in
problem-sign-in-required-what = Adressen är till för inloggade gäster.
problem-sign-in-required-next = Logga in och försök igen.

problem-agreement-required-title = Det finns något kvar att godkänna
problem-agreement-required-what = Innan du fortsätter ber organisationen dig att godkänna något.
problem-agreement-required-next = Öppna appen i webbläsaren; där ser du vad det är.

problem-second-factor-required-title = Ett andra steg behövs
problem-second-factor-required-what = Organisationen ber om en kod från din autentiseringsapp, eller en inloggningsnyckel, innan appen öppnas.
problem-second-factor-required-next = Öppna appen i webbläsaren; där får du frågan.

problem-open-outside-frame-title = Du behöver logga in
problem-open-outside-frame-what = Det går inte att logga in inuti en annan sida.
problem-open-outside-frame-next = Öppna appen för sig; där kan du logga in.

problem-not-assigned-title = Du har inte tillgång till appen
problem-not-assigned-what = Du är inloggad, men appen har inte delats med dig.
problem-not-assigned-next = Be den som bjöd in dig att ge dig tillgång till appen.

problem-foreign-origin-title = Begäran kom från en annan webbplats
problem-foreign-origin-what = Bara appens egna sidor får göra detta.
problem-foreign-origin-next = Börja från appens första sida.

problem-sign-in-failed-title = Inloggningen kunde inte slutföras här
problem-sign-in-failed-what = Svaret på din inloggning är för gammalt, har redan använts eller hör till ett annat webbläsarfönster.
problem-sign-in-failed-next = Börja om; om du fortfarande är inloggad får du inga frågor.

problem-not-found-title = Sidan finns inte
problem-not-found-what = Det finns ingenting på adressen.
problem-not-found-next = Börja från appens första sida.

problem-app-down-title = Appen svarar inte
problem-app-down-what = Du är inloggad, men appen bakom gatewayen gick inte att nå.
problem-app-down-next = Försök igen om några minuter. Om det fortsätter berättar du det för den som bjöd in dig.

problem-app-slow-title = Appen tar för lång tid
problem-app-slow-what = Du är inloggad, men appen bakom gatewayen svarade inte i tid.
problem-app-slow-next = Försök igen om några minuter. Om det fortsätter berättar du det för den som bjöd in dig.

problem-loop-title = Begäran går runt i en cirkel
problem-loop-what = Appens adress leder tillbaka till den här gatewayen.
problem-loop-next = Berätta det för gatewayens driftansvariga.

problem-maintenance-title = Underhåll pågår i den här appen
problem-maintenance-what = Du är inloggad, men appen är stängd en stund.
problem-maintenance-next = Kom tillbaka senare. Din åtkomst finns kvar.

problem-unavailable-title = Det här fungerar inte just nu
problem-unavailable-what = En del av gatewayen svarar inte.
problem-unavailable-next = Försök igen om en minut.

problem-request-id = Begärans id
problem-sign-in = Logga in
problem-start-again = Börja om
app-sign-out-title = Logga ut
app-sign-out-what = Vill du lämna en organisation eller logga ut överallt?
app-sign-out-one = Logga ut från { $tenant }
app-sign-out-everywhere = Logga ut överallt
app-signed-out-title = Du är utloggad
app-signed-out-what = Ingen är inloggad här i den här webbläsaren.
app-signed-out-next = Du kan stänga fönstret, eller öppna appen igen för att logga in.

wrong-request-title = En applikation skickade hit dig av misstag
wrong-request-what = En applikation bad om att få logga in dig, men dess begäran går inte att besvara. Ingen har loggats in och ingenting har lämnats vidare.
wrong-request-next = Gå tillbaka till applikationen och börja om. Om du hamnar här igen, skicka raderna nedan till dem som ansvarar för den.
wrong-request-for-developers = Till dem som ansvarar för applikationen:

problem-body-too-large-title = Det här är för stort
problem-body-too-large-what = Det du skickade är större än vad appen tar emot på en gång, så det fördes inte vidare i sin helhet.
problem-body-too-large-next = Skicka mindre åt gången, eller fråga dem som sköter appen vad den tar emot.

problem-body-too-slow-title = Det här kom för långsamt
problem-body-too-slow-what = Resten av det du skickade kom inte fram i tid, så vi slutade vänta på det.
problem-body-too-slow-next = Kontrollera din anslutning och skicka igen.

problem-form-gone-title = Här finns inget att skicka
problem-form-gone-what = Det du fyllde i har redan skickats, har sparats för länge eller fylldes i i en annan webbläsare.
problem-form-gone-next = Se efter i appen om det kom fram. Fyll annars i det igen.

problem-cookies-blocked-title = Din webbläsare sparar inga kakor för den här appen
problem-cookies-blocked-what = Du loggade in, men din webbläsare skickar inte tillbaka kakan som appen skulle känna igen det på. Du skulle alltså bli tillfrågad om och om igen.
problem-cookies-blocked-next = Tillåt kakor för den här webbplatsen i webbläsarens inställningar, eller i tillägget som blockerar dem, och börja sedan om.

problem-sign-in-loop-title = Inloggningen går runt i cirklar
problem-sign-in-loop-what = Du är inloggad, men varje gång du når appen skickas du tillbaka hit. Kanske tappar din webbläsare kakor, kanske går en klocka fel, eller så skickar appen själv iväg dig.
problem-sign-in-loop-next = Stäng alla fönster i webbläsaren och börja om. Om det fortsätter, berätta det för dem som sköter appen och uppge numret nedan.

app-form-title = Skicka det du fyllde i?
app-form-what = Du var inte inloggad när du skickade det här, så inget har nått { $app } än.
app-form-where = Det går till
app-form-send = Skicka nu
app-form-leave = Skicka inte
