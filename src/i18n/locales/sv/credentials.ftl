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
