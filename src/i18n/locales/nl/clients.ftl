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
