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

## A block that outlives the guest

invite-refused-barred = Deze gast is door een beheerder geblokkeerd en is sindsdien vertrokken. De blokkering wordt op de opdrachtregel opgeheven: vestibule guest unblock, met het adres.

## The end of a personal account

account-erase-account = Mijn persoonlijke account wissen
erase-account-title = Uw persoonlijke account wissen
erase-account-heading = Uw persoonlijke account wissen?
erase-account-lead = Het wachtwoord en de tweede stappen ervan worden meteen gewist, voor elke organisatie. Waar u gast bent, blijft u dat: u bewijst dat het postvak van u is en meldt u zich op een andere manier aan.
erase-account-button = Mijn persoonlijke account wissen
erase-account-next = U wordt overal afgemeld. Wat organisaties over u als gast bewaren, blijft daar totdat u vertrekt; vertrek eerst waar u dat wilt.
erase-also-account = Alles wissen, en mijn persoonlijke account
account-erased-title = Uw persoonlijke account is gewist
account-erased-heading = Uw persoonlijke account is gewist
account-erased-lead = Het wachtwoord en de tweede stappen zijn weg, en u bent overal afgemeld.
account-erased-next = Waar u nog gast bent, kunt u bewijzen dat het postvak van u is en u op een andere manier aanmelden. U kunt deze pagina sluiten.
erase-elsewhere-heading = Niet vanaf hier
erase-elsewhere-lead = Uw persoonlijke account heeft een eigen tweede stap, en { $tenant } vraagt u om een andere.
erase-elsewhere-next = Wis het account bij een organisatie die om de tweede stap van uw account vraagt.
sign-in-first-lead-account = Om uw persoonlijke account te wissen, moet u zich er in de laatste 10 minuten mee hebben aangemeld.

change-sign-in-way = hoe u zich bij { $tenant } aanmeldt is gewijzigd en elk ander apparaat is afgemeld
sign-out-changing = U was bezig te wijzigen hoe u zich aanmeldt. Met afmelden breekt u dat af: u meldt zich aan zoals voorheen.
sign-in-first-lead-erase = Om te wissen wat over u wordt bewaard, moet u zich in de afgelopen 10 minuten hebben aangemeld, met uw tweede stap of passkey als u die hebt ingesteld.
