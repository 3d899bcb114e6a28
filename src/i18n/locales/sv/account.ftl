# Gästens egen sida, att lämna, och granskningar av åtkomst. Variabler som i pages.ftl.

## A guest's access ends soon (to those who answer for the guest). Arguments as in notices.ftl, and $guest.

notice-guest-ends = Åtkomsten för { $guest } till { $tenant } upphör den { $date }
notice-guest-ends-what = Du är sponsor för { $guest } som gäst hos { $tenant } ({ $domain }). Den { $date } upphör gästens åtkomst av sig själv.
notice-guest-ends-next = Om den ska fortsätta ber du din administratör att ange ett annat slutdatum. Annars behöver du inte göra något.
notice-guest-ends-button = Öppna dina appar

## Codes that prove a mailbox and sign nobody in.

mail-passcode-subject-leave = Din kod för att lämna { $tenant }
mail-passcode-intro-leave = Någon som har skrivit din adress vill lämna { $tenant } ({ $domain }) som gäst. Koden visar bara att postlådan är din; den loggar inte in någon.
mail-passcode-subject-change_sign_in = Din kod för att ändra hur du loggar in hos { $tenant }
mail-passcode-intro-change_sign_in = Du ska börja logga in på ett annat sätt som gäst hos { $tenant } ({ $domain }). Koden visar att postlådan är din.

## The guest's own page

account-link = Konto
account-title = Ditt konto
account-heading = Ditt konto
account-organizations = Dina organisationer
account-member = Medlem
account-guest = Gäst
account-invited = Inbjuden
account-blocked = Blockerad av organisationen
account-here = Du är här
account-switch = Gå dit
account-switch-to = Gå dit: { $name }
account-leave = Lämna
account-leave-it = Lämna { $name }
account-sessions = Där du är inloggad
account-browser-unknown = En webbläsare
browser-on = { $browser } på { $system }
account-this-browser = den här webbläsaren
account-started = Inloggad
account-used = senast använd
account-end = Logga ut där
account-end-this = Logga ut här
account-end-others = Logga ut på alla andra ställen
account-end-all = Logga ut överallt
account-settings = Inloggning och godkännanden
account-change-sign-in = Ändra hur du loggar in
account-accepted = Det du har accepterat
account-data = Dina uppgifter
account-data-lead = Det som { $tenant } sparar om dig som gäst.
account-export = Ladda ned allt som en fil
account-erase = Lämna och radera allt
account-back = Tillbaka till dina appar
account-stay = Avbryt

## Leaving and erasing

leave-title = Lämna { $tenant }
leave-heading = Vill du lämna { $tenant }?
leave-lead = Du kan inte längre öppna apparna, och du loggas ut överallt.
leave-button = Lämna
leave-next = { $tenant } kan ta tillbaka dig inom 30 dagar. Därefter raderas det som sparas om dig. Det du har godkänt finns kvar utan ditt namn.
leave-mailbox-title = Lämna { $tenant }
leave-mailbox-heading = Vill du lämna { $tenant }?
leave-mailbox-lead = Postlådan är din. Om du lämnar kommer ingen längre in med den.
leave-mailbox-button = Lämna
leave-mailbox-next = { $tenant } kan ta tillbaka dig inom 30 dagar. Därefter raderas det som sparas om dig för gott. Vill du radera det genast loggar du in och använder din kontosida. Det du har godkänt finns kvar utan ditt namn.
erase-title = Radera allt
erase-heading = Vill du lämna { $tenant } och radera allt?
erase-lead = Det som { $tenant } sparar om dig som gäst raderas genast. Ingen kan återställa det.
erase-button = Radera allt
erase-next = Du loggas ut överallt. Det du har godkänt finns kvar utan ditt namn. Appar hos { $tenant } kan ha egna uppgifter; fråga { $tenant } om det.
left-title = Du har lämnat
left-heading = Du har lämnat { $tenant }
left-lead = Du är utloggad och kan inte längre öppna apparna.
left-next = Om du vill komma tillbaka ber du den hos { $tenant } som bjöd in dig om en ny inbjudan. Du kan stänga sidan.
erased-title = Allt är raderat
erased-heading = Du har lämnat { $tenant }
erased-lead = Det som { $tenant } sparade om dig som gäst är raderat.
erased-next = Om du vill komma tillbaka ber du den hos { $tenant } som bjöd in dig om en ny inbjudan. Du kan stänga sidan.
nobody-title = Ingenting att lämna
nobody-heading = Det finns ingenting att lämna
nobody-lead = Postlådan är din, och { $tenant } har ingen gäst med adressen.
nobody-next = Om du har bjudits in under en annan adress börjar du om med den. Annars kan du stänga sidan.

## Proof of a mailbox

dead-end-leave = Du är gäst här och vill lämna

leave-proof-title = Lämna { $tenant }
leave-proof-heading = Lämna { $tenant }
leave-proof-lead = Skriv adressen som { $tenant } bjöd in. Du får en kod som visar att postlådan är din; du behöver inte kunna logga in.
leave-proof-next = Ingenting händer innan du har skrivit koden och bekräftat att du vill lämna.
change-proof-title = Ändra hur du loggar in
change-proof-heading = Ändra hur du loggar in
change-proof-lead = Först kontrollerar vi att { $address } fortfarande är din: du får en kod med e-post.
change-proof-next = Efter koden loggar du in på det nya sättet inom 15 minuter. Tills dess ändras ingenting; dina appar och det du har accepterat förblir som de är.
proof-send = Skicka en kod till mig
sign-in-first-title = Logga in igen först
sign-in-first-heading = Logga in igen först
sign-in-first-lead = För att ändra hur du loggar in måste du ha loggat in under de senaste 10 minuterna.
sign-in-first-button = Logga in igen
sign-in-first-next = Du kommer tillbaka till den här sidan och fortsätter därifrån.

## Review of access

review-access-title = Granskning av gäster
review-access-heading = Behöver de här gästerna fortfarande åtkomst?
review-access-lead = Du är sponsor för de här gästerna hos { $tenant }. Ange för var och en, senast den { $day }, om åtkomsten ska behållas eller tas bort.
review-access-unanswered-keep = Gäster utan svar blir kvar.
review-access-unanswered-remove = Gäster utan svar förlorar sin åtkomst.
review-access-over = Granskningen är avslutad. Du ser vad som svarades.
review-access-left = { $count ->
    [0] Du har svarat för alla.
    [one] En gäst saknar svar.
   *[other] { $count } gäster saknar svar.
}
review-access-last = loggade senast in den { $day }
review-access-never = har aldrig loggat in
review-access-kept = Svar: behåll
review-access-removed = Svar: ta bort
review-access-keep = Behåll
review-access-remove = Ta bort
review-access-keep-one = Behåll { $guest }
review-access-remove-one = Ta bort { $guest }
review-access-next = Du kan ändra dina svar tills granskningen avslutas. Först då verkställs de.

invite-refused-full = Organisationen har så många gäster som den får ha. Ta bort gäster som inte längre behöver åtkomst, eller låt höja gränsen.
