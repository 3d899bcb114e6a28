# Var gäster loggar in: andra sätt, sociala providers, adresser som inte passar.

another-way-last-time = Jag loggade in på ett annat sätt förra gången
way-route-hint = Hit leder din adress.
way-provider-create = Skapa ett konto hos { $provider }

strict-title = Bara den inbjudna adressen släpps in
strict-heading = { $tenant } släpper bara in den inbjudna adressen
strict-lead = Du är inloggad med en annan adress, och { $tenant } godtar inte någon andra adress för en inbjudan.
strict-ask = Om du inte längre använder den inbjudna adressen ber du { $inviter } att bjuda in adressen som du är inloggad med.
