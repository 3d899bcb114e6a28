# Andras appar: vad de får veta om en gäst, och hur man tar tillbaka det. $app är appen.

client-consent-title = Berätta vem du är
client-consent-heading = { $app } frågar vem du är
client-consent-lead = { $app } är någon annans app, som { $tenant } låter sina gäster använda. Den får inte veta något förrän du godkänner det.
client-consent-lead-own = { $app } ber dig bekräfta vad den får veta om dig hos { $tenant }.
client-consent-learns = Den skulle få veta:
client-consent-host = Svaret går till { $host }.
client-consent-next = Om du avböjer får { $app } inte veta något om dig. Om du godkänner kan du ta tillbaka det senare på din kontosida.
client-scope-openid = att du är inloggad, hur du loggade in och en identifierare för dig hos den här organisationen
client-scope-profile = ditt namn, dina grupper och dina roller i den här appen
client-scope-email = din e-postadress
client-scope-offline = samma uppgifter igen senare, tills du loggar ut
client-scope-permission = det som behörigheten ”{ $permission }” tillåter, i ditt namn
