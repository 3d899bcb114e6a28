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

## En enhet utan tangentbord

device-title = Logga in på en enhet
device-heading = Ange koden som enheten visar
device-lead = En enhet eller ett program vill logga in dig hos { $tenant }. Ange koden bara om du själv nyss har startat detta.
device-label = Kod
device-hint = Åtta bokstäver, med eller utan bindestreck.
device-button = Fortsätt
device-wrong = Ingen enhet väntar med den här koden. Titta på enheten igen; koder gäller i 15 minuter.
device-next = Du loggar in som vanligt och får sedan en sista fråga om det är din enhet.
device-consent = Din enhet ska visa koden { $code }. Om du inte själv har startat detta, avböj: någon kanske försöker logga in med ditt konto.
device-done-heading = Enheten går vidare
device-done = Du kan stänga den här sidan.
device-over-heading = Ingenting tilläts
device-over = Enheten släpptes inte in, eller så väntar den inte längre. Du kan stänga sidan eller börja om på enheten.

## Appar på kontosidan

client-list-title = Appar som känner dig
client-list-heading = Appar som känner dig
client-list-lead = De här apparna från andra fick veta vem du är hos { $tenant }, eftersom du godkände det.
client-list-none = Ingen app från någon annan fick veta vem du är hos { $tenant }.
client-list-since = Sedan { $day }
client-list-withdraw = Ta tillbaka
client-list-withdraw-from = Ta tillbaka för { $app }
client-list-back = Tillbaka till mitt konto
client-list-link = Appar som känner mig
