## A new way to sign in

change-confirm-title = Ändra hur du loggar in
change-confirm-heading = Vill du logga in så här från och med nu?
change-confirm-lead = Du har just loggat in. Om det stämmer ersätter det här det gamla sättet, som då inte längre släpper in dig hos { $tenant }.
change-confirm-account = Du loggade in som
change-confirm-provider = Hos
change-confirm-guest = Gäst hos { $tenant }
change-confirm-code = postlådan, med en kod via e-post
change-confirm-password = det personliga kontot, med dess lösenord
change-confirm-button = Använd det här från och med nu
change-confirm-switch = Välj ett annat konto
change-confirm-stay = Behåll det gamla sättet
change-confirm-next = Ingenting ändras förrän du säger till. Dina appar och det du har accepterat förblir som de är, och alla andra sessioner avslutas.
change-refused-heading = Det här kontot kan inte användas här
change-refused-lead = { $tenant } godtar inte kontot för dig: en annan gäst har det redan, eller så måste adressen logga in på ett annat sätt. Ingenting har ändrats.

## A password that serves every organization

methods-password-elsewhere = Det är lösenordet till ditt personliga konto, som gäller hos alla organisationer. { $tenant } begär ett eget andra steg av dig, så ändra lösenordet hos en organisation som begär ditt kontos andra steg.

## A block that outlives the guest

invite-refused-barred = Gästen blockerades av en administratör och har lämnat sedan dess. Blockeringen hävs på kommandoraden: vestibule guest unblock, med adressen.

## The end of a personal account

account-erase-account = Radera mitt personliga konto
erase-account-title = Radera ditt personliga konto
erase-account-heading = Vill du radera ditt personliga konto?
erase-account-lead = Dess lösenord och andra steg raderas genast, hos alla organisationer. Där du är gäst förblir du det: du visar att postlådan är din och loggar in på ett annat sätt.
erase-account-button = Radera mitt personliga konto
erase-account-next = Du loggas ut överallt. Det som organisationer sparar om dig som gäst finns kvar hos dem tills du lämnar; lämna först där du vill.
erase-also-account = Radera allt, och mitt personliga konto
account-erased-title = Ditt personliga konto är raderat
account-erased-heading = Ditt personliga konto är raderat
account-erased-lead = Lösenordet och de andra stegen är borta, och du är utloggad överallt.
account-erased-next = Där du fortfarande är gäst kan du visa att postlådan är din och logga in på ett annat sätt. Du kan stänga sidan.
erase-elsewhere-heading = Inte härifrån
erase-elsewhere-lead = Ditt personliga konto har ett eget andra steg, och { $tenant } begär ett annat av dig.
erase-elsewhere-next = Radera kontot hos en organisation som begär ditt kontos andra steg.
sign-in-first-lead-account = För att radera ditt personliga konto måste du ha loggat in med det under de senaste 10 minuterna.

change-sign-in-way = ditt sätt att logga in hos { $tenant } ändrades och alla andra enheter loggades ut
sign-out-changing = Du höll på att ändra hur du loggar in. Om du loggar ut avbryts det: du loggar in som tidigare.
sign-in-first-lead-erase = För att radera det som sparas om dig måste du ha loggat in under de senaste 10 minuterna, med ditt andra steg eller din inloggningsnyckel om du har ställt in något sådant.
