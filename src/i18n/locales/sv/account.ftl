# Gästens egen sida, att lämna, och granskningar av åtkomst. Variabler som i pages.ftl.

notice-guest-ends = Åtkomsten för { $guest } till { $tenant } upphör den { $date }
notice-guest-ends-what = Du svarar för { $guest } som gäst hos { $tenant } ({ $domain }). Den { $date } upphör gästens åtkomst av sig själv.
notice-guest-ends-next = Om den ska fortsätta, be din administratör om ett annat slutdatum. Annars behöver du inte göra något.
notice-guest-ends-button = Öppna dina appar

mail-passcode-subject-leave = Din kod för att lämna { $tenant }
mail-passcode-intro-leave = Någon som skrev din adress vill lämna { $tenant } ({ $domain }) som gäst. Koden bevisar bara att brevlådan är din; den loggar inte in någon.
mail-passcode-subject-change_sign_in = Din kod för att ändra hur du loggar in hos { $tenant }
mail-passcode-intro-change_sign_in = Du är på väg att logga in på ett annat sätt som gäst hos { $tenant } ({ $domain }). Koden bevisar att brevlådan är din.

account-link = Konto
account-title = Ditt konto
account-heading = Ditt konto
account-organizations = Dina organisationer
account-member = Medlem
account-guest = Gäst
account-invited = Inbjuden
account-blocked = Spärrad av den här organisationen
account-here = Du är här
account-switch = Gå dit
account-switch-to = Gå till { $name }
account-leave = Lämna
account-leave-it = Lämna { $name }
account-sessions = Var du är inloggad
account-browser-unknown = En webbläsare
account-this-browser = den här webbläsaren
account-started = Inloggad
account-used = senast använd
account-end = Logga ut där
account-end-this = Logga ut här
account-end-others = Logga ut överallt annars
account-end-all = Logga ut överallt
account-settings = Inloggning och villkor
account-change-sign-in = Ändra hur du loggar in
account-accepted = Vad du har godkänt
account-data = Dina uppgifter
account-data-lead = Vad { $tenant } sparar om dig som gäst.
account-export = Ladda ner allt som en fil
account-erase = Lämna och radera allt
account-back = Tillbaka till dina appar
account-stay = Avbryt

leave-title = Lämna { $tenant }
leave-heading = Lämna { $tenant }?
leave-lead = Du kan inte längre öppna apparna, och du loggas ut överallt.
leave-button = Lämna
leave-next = { $tenant } kan ta tillbaka dig inom 30 dagar. Därefter raderas det som sparats om dig. Det du har godkänt finns kvar utan ditt namn.
leave-mailbox-title = Lämna { $tenant }
leave-mailbox-heading = Lämna { $tenant }?
leave-mailbox-lead = Brevlådan är din. Om du lämnar kommer ingen in med den längre.
leave-mailbox-button = Lämna
leave-mailbox-erase = Lämna och radera allt
leave-mailbox-next = { $tenant } kan ta tillbaka dig inom 30 dagar, om du inte raderar allt nu. Det du har godkänt finns kvar utan ditt namn.
erase-title = Radera allt
erase-heading = Lämna { $tenant } och radera allt?
erase-lead = Det som { $tenant } sparar om dig som gäst raderas genast. Ingen kan återställa det.
erase-button = Radera allt
erase-next = Du loggas ut överallt. Det du har godkänt finns kvar utan ditt namn. Appar hos { $tenant } kan ha egna uppgifter; fråga { $tenant } om dem.
left-title = Du har lämnat
left-heading = Du har lämnat { $tenant }
left-lead = Du är utloggad och kan inte längre öppna apparna.
left-next = Vill du komma tillbaka, be den hos { $tenant } som bjöd in dig om en ny inbjudan. Du kan stänga sidan.
erased-title = Allt är raderat
erased-heading = Du har lämnat { $tenant }
erased-lead = Det som { $tenant } sparade om dig som gäst är raderat.
erased-next = Vill du komma tillbaka, be den hos { $tenant } som bjöd in dig om en ny inbjudan. Du kan stänga sidan.
nobody-title = Inget att lämna
nobody-heading = Det finns inget att lämna
nobody-lead = Brevlådan är din, och { $tenant } har ingen gäst med den adressen.
nobody-next = Om du blev inbjuden med en annan adress, börja om med den. Annars kan du stänga sidan.

dead-end-leave = Du är gäst här och vill lämna
leave-proof-title = Lämna { $tenant }
leave-proof-heading = Lämna { $tenant }
leave-proof-lead = Skriv adressen som { $tenant } bjöd in. Du får en kod som bevisar att brevlådan är din; du behöver inte kunna logga in.
leave-proof-next = Inget händer innan du har skrivit koden och bekräftat att du vill lämna.
change-proof-title = Ändra hur du loggar in
change-proof-heading = Ändra hur du loggar in
change-proof-lead = Först kontrollerar vi att { $address } fortfarande är din: du får en kod med e-post.
change-proof-next = Efter koden loggar du in på det nya sättet inom 15 minuter. Till dess ändras inget; dina appar och det du har godkänt förblir som de är.
proof-send = Skicka en kod till mig
sign-in-first-title = Logga in igen först
sign-in-first-heading = Logga in igen först
sign-in-first-lead = För att ändra hur du loggar in måste du ha loggat in under de senaste 10 minuterna.
sign-in-first-button = Logga in igen
sign-in-first-next = Du kommer tillbaka till den här sidan och fortsätter därifrån.

review-access-title = Granskning av gäster
review-access-heading = Behöver de här gästerna fortfarande åtkomst?
review-access-lead = Du svarar för de här gästerna hos { $tenant }. Säg för var och en om åtkomsten ska behållas eller tas bort, senast { $day }.
review-access-unanswered-keep = Gäster utan svar stannar.
review-access-unanswered-remove = Gäster utan svar förlorar sin åtkomst.
review-access-over = Granskningen är över. Du ser vad som svarades.
review-access-left = { $count ->
    [0] Du har svarat för alla.
    [one] En gäst har inget svar ännu.
   *[other] { $count } gäster har inget svar ännu.
}
review-access-last = senast inloggad { $day }
review-access-never = aldrig inloggad
review-access-kept = Svar: behåll
review-access-removed = Svar: ta bort
review-access-keep = Behåll
review-access-remove = Ta bort
review-access-keep-one = Behåll { $guest }
review-access-remove-one = Ta bort { $guest }
review-access-next = Du kan ändra dina svar tills granskningen är slut. Först då genomförs de.

invite-refused-full = Organisationen har så många gäster som den får ha. Ta bort gäster som inte längre behöver åtkomst, eller låt höja gränsen.
