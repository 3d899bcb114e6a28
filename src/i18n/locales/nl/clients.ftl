# Toepassingen van anderen: wat ze over een gast te weten komen, en hoe je dat weer intrekt. $app is de toepassing.

client-consent-title = Laten weten wie u bent
client-consent-heading = { $app } vraagt wie u bent
client-consent-lead = { $app } is een toepassing van iemand anders, die { $tenant } door gasten laat gebruiken. Ze komt niets te weten voordat u akkoord gaat.
client-consent-lead-own = { $app } vraagt u te bevestigen wat ze bij { $tenant } over u te weten komt.
client-consent-learns = Ze komt dan te weten:
client-consent-host = Het antwoord gaat naar { $host }.
client-consent-next = Als u weigert, komt { $app } niets over u te weten. Als u akkoord gaat, kunt u dat later intrekken op uw accountpagina.
client-scope-openid = dat u bent aangemeld, hoe u zich hebt aangemeld, en een kenmerk waaraan u bij deze organisatie wordt herkend
client-scope-profile = uw naam, uw groepen en uw rollen in deze toepassing
client-scope-email = uw e-mailadres
client-scope-offline = hetzelfde opnieuw op een later moment, totdat u zich afmeldt
client-scope-permission = wat de machtiging “{ $permission }” toestaat, in uw naam

## Een apparaat zonder toetsenbord

device-title = Aanmelden op een apparaat
device-heading = Voer de code in die uw apparaat toont
device-lead = Een apparaat of programma wil u aanmelden bij { $tenant }. Voer de code alleen in als u daar zelf zojuist mee bent begonnen.
device-label = Code
device-hint = Acht letters, met of zonder streepje.
device-button = Doorgaan
device-wrong = Er wacht geen apparaat met deze code. Kijk nog eens op het apparaat; codes gelden 15 minuten.
device-next = U meldt zich aan zoals altijd, en daarna wordt u nog één keer gevraagd of het uw apparaat is.
device-consent = Uw apparaat moet de code { $code } tonen. Bent u hier niet zelf mee begonnen, weiger dan: misschien probeert iemand zich met uw account aan te melden.
device-done-heading = Uw apparaat gaat verder
device-done = U kunt deze pagina sluiten.
device-over-heading = Er is niets toegestaan
device-over = Het apparaat is niet toegelaten, of het wacht niet meer. U kunt deze pagina sluiten of op het apparaat opnieuw beginnen.

## Toepassingen op de accountpagina

client-list-title = Toepassingen die u kennen
client-list-heading = Toepassingen die u kennen
client-list-lead = Deze toepassingen van anderen weten wie u bij { $tenant } bent, omdat u daarmee akkoord ging.
client-list-none = Geen toepassing van anderen weet wie u bij { $tenant } bent.
client-list-since = Sinds { $day }
client-list-withdraw = Intrekken
client-list-withdraw-from = Intrekken voor { $app }
client-list-back = Terug naar mijn account
client-list-link = Toepassingen die mij kennen
