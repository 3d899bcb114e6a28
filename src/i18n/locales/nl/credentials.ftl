## A new way to sign in

change-confirm-title = Wijzigen hoe u zich aanmeldt
change-confirm-heading = Voortaan zo aanmelden?
change-confirm-lead = U hebt zich zojuist aangemeld. Als dit klopt, vervangt het de oude manier, die bij { $tenant } dan geen toegang meer geeft.
change-confirm-account = U bent aangemeld als
change-confirm-provider = Bij
change-confirm-guest = Gast van { $tenant }
change-confirm-code = het postvak, met een code per e-mail
change-confirm-password = het persoonlijke account, met het wachtwoord ervan
change-confirm-button = Voortaan dit gebruiken
change-confirm-switch = Een ander account kiezen
change-confirm-stay = De oude manier houden
change-confirm-next = Er verandert niets totdat u het zegt. Uw apps en wat u hebt geaccepteerd blijven zoals ze zijn, en elke andere sessie eindigt.
change-refused-heading = Dit account kan hier niet worden gebruikt
change-refused-lead = { $tenant } neemt dit account niet voor u aan: een andere gast heeft het al, of het adres moet zich op een andere manier aanmelden. Er is niets veranderd.

## A password that serves every organization

methods-password-elsewhere = Dit is het wachtwoord van uw persoonlijke account, dat voor elke organisatie geldt. { $tenant } vraagt u om een eigen tweede stap; wijzig het wachtwoord daarom bij een organisatie die om de tweede stap van uw account vraagt.
