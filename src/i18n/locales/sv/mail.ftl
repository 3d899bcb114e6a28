# Mejl till gäster. Variablerna förklaras i locales/en/mail.ftl.

## Invitation

mail-invitation-from = Inbjudningar från { $brand } för { $tenant }
mail-invitation-subject = { $inviter } har bjudit in dig att använda appar hos { $tenant }
mail-invitation-preview = { $inviter } på { $tenant } bjuder in dig som gäst.
mail-invitation-warning-title = Väntade du dig det här?
mail-invitation-warning = Följ länken bara om du känner { $inviter } och väntade dig en inbjudan från { $tenant }. Om du är osäker frågar du först, per telefon eller på något annat sätt som du redan känner till.
mail-invitation-title = Du är inbjuden av { $tenant }
mail-invitation-organization = Organisation
mail-invitation-domain = Domän
mail-invitation-inviter = Inbjuden av
mail-invitation-message = Meddelande från { $inviter }
mail-invitation-message-note = Skrivet av { $inviter }, inte kontrollerat av oss.
mail-invitation-place-app = Länken leder till { $place }, en app hos { $tenant }.
mail-invitation-place-url = Länken leder till { $place }.
mail-invitation-place-panel = Länken leder till din åtkomstpanel, sidan med alla appar som { $tenant } delar med dig.
mail-invitation-how = Du loggar in med ett konto eller en postlåda som du redan har. Länken hör till den här e-postadressen och fortsätter att fungera som din väg tillbaka.
mail-invitation-button = Kom igång
mail-invitation-link = Om knappen inte fungerar öppnar du den här adressen:
mail-invitation-privacy = I sin sekretesspolicy förklarar { $tenant } hur dina uppgifter hanteras:
mail-invitation-privacy-link = Sekretesspolicy för { $tenant }
mail-invitation-privacy-none = { $tenant } har inte angett någon länk till en sekretesspolicy.
mail-invitation-block = Blockera framtida inbjudningar från { $tenant }
mail-invitation-footer = Skickat av { $brand } på { $host } eftersom { $inviter } angav din adress. Så länge du inte gör något kommer ingen in med den.

## One-time passcode

mail-passcode-from = { $brand } för { $tenant }
mail-passcode-subject-sign_in = Din kod för att logga in hos { $tenant }
mail-passcode-subject-redeem = Din kod för att acceptera inbjudan från { $tenant }
mail-passcode-subject-create_account = Din kod för att bekräfta din postlåda för { $tenant }
mail-passcode-subject-blocks = Din kod för att se blockerade inbjudningsmejl
mail-passcode-preview = Din kod för { $tenant }
mail-passcode-title = Din engångskod
mail-passcode-intro-sign_in = Någon som har skrivit din adress vill logga in som gäst hos { $tenant } ({ $domain }).
mail-passcode-intro-redeem = Någon har öppnat din inbjudan från { $tenant } ({ $domain }) och vill acceptera den med den här postlådan.
mail-passcode-intro-create_account = Någon skapar ett personligt konto med din adress för att komma in som gäst hos { $tenant } ({ $domain }). Koden visar bara att postlådan är din.
mail-passcode-intro-blocks = Någon som har skrivit din adress vill se och ändra vilka inbjudningsmejl som postlådan blockerar. Koden loggar inte in någon.
mail-passcode-app = Appen som det gäller: { $app }
mail-passcode-browser = Begärd från: { $browser }
mail-passcode-valid = Koden fungerar en gång, i { $minutes } minuter, och bara i webbläsaren som begärde den.
mail-passcode-warning-title = Ge aldrig koden till någon
mail-passcode-warning = Ingen från { $tenant } eller { $brand } frågar någonsin efter den, varken per telefon, chatt eller e-post. Skriv den bara på en sida vars adress börjar med { $host }/
mail-passcode-not-you = Var det inte du? Gör då ingenting: utan koden kommer ingen in med din adress.
mail-passcode-footer = Skickat av { $brand } på { $host }
