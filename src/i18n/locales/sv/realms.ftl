# Var gäster loggar in: andra sätt, sociala providers, adresser som inte passar.

another-way-last-time = Jag loggade in på ett annat sätt förra gången
way-route-hint = Hit leder din adress.
way-account = Skapa ett personligt konto
way-account-hint = Ett konto för varje organisation som bjuder in dig här.
way-provider-create = Skapa ett konto hos { $provider }

sign-out-home = Logga ut från { $tenant } och även från { $provider }
sign-out-home-hint = Du går till { $provider }, som också stänger sina egna appar i den här webbläsaren.

strict-title = Bara den inbjudna adressen släpps in
strict-heading = { $tenant } släpper bara in den inbjudna adressen
strict-lead = Du är inloggad med en annan adress, och { $tenant } godtar inte någon andra adress för en inbjudan.
strict-ask = Om du inte längre använder den inbjudna adressen ber du { $inviter } att bjuda in adressen som du är inloggad med.
