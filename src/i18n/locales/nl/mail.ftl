# E-mails aan gasten. Zie locales/en/mail.ftl voor de variabelen.

## Invitation

mail-invitation-from = { $brand }-uitnodigingen namens { $tenant }
mail-invitation-subject = { $inviter } heeft u uitgenodigd om apps van { $tenant } te gebruiken
mail-invitation-preview = { $inviter } van { $tenant } nodigt u uit als gast.
mail-invitation-warning-title = Had u dit verwacht?
mail-invitation-warning = Open de koppeling alleen als u { $inviter } kent en een uitnodiging van { $tenant } verwachtte. Twijfelt u, vraag het dan eerst na, per telefoon of op een andere manier die u al kent.
mail-invitation-title = U bent uitgenodigd door { $tenant }
mail-invitation-organization = Organisatie
mail-invitation-domain = Domein
mail-invitation-inviter = Uitgenodigd door
mail-invitation-message = Bericht van { $inviter }
mail-invitation-message-note = Geschreven door { $inviter }, niet door ons gecontroleerd.
mail-invitation-place-app = Deze koppeling brengt u naar { $place }, een app van { $tenant }.
mail-invitation-place-url = Deze koppeling brengt u naar { $place }.
mail-invitation-place-panel = Deze koppeling brengt u naar uw toegangspaneel: de pagina met alle apps die { $tenant } met u deelt.
mail-invitation-how = U meldt zich aan met een account of postvak dat u al hebt. De koppeling hoort bij dit e-mailadres en blijft werken als uw weg terug.
mail-invitation-button = Aan de slag
mail-invitation-link = Werkt de knop niet, open dan dit adres:
mail-invitation-privacy = In zijn privacyverklaring legt { $tenant } uit hoe uw gegevens worden behandeld:
mail-invitation-privacy-link = Privacyverklaring van { $tenant }
mail-invitation-privacy-none = { $tenant } heeft geen koppeling naar een privacyverklaring opgegeven.
mail-invitation-block = Toekomstige uitnodigingen van { $tenant } blokkeren
mail-invitation-footer = Verstuurd door { $brand } op { $host }, omdat { $inviter } uw adres heeft ingevuld. Zolang u niets doet, krijgt niemand er toegang mee.

## One-time passcode

mail-passcode-from = { $brand } voor { $tenant }
mail-passcode-subject-sign_in = Uw code om u bij { $tenant } aan te melden
mail-passcode-subject-redeem = Uw code om de uitnodiging van { $tenant } te accepteren
mail-passcode-subject-create_account = Uw code om uw postvak te bevestigen voor { $tenant }
mail-passcode-subject-blocks = Uw code om uw geblokkeerde uitnodigingsmails te zien
mail-passcode-preview = Uw code voor { $tenant }
mail-passcode-title = Uw eenmalige code
mail-passcode-intro-sign_in = Iemand die uw adres heeft ingevuld, wil zich als gast aanmelden bij { $tenant } ({ $domain }).
mail-passcode-intro-redeem = Iemand heeft uw uitnodiging van { $tenant } ({ $domain }) geopend en wil die met dit postvak accepteren.
mail-passcode-intro-create_account = Iemand maakt een persoonlijk account met uw adres, om als gast toegang te krijgen tot { $tenant } ({ $domain }). Deze code bewijst alleen dat het postvak van u is.
mail-passcode-intro-blocks = Iemand die uw adres heeft ingevuld, wil zien en wijzigen welke uitnodigingsmails dit postvak blokkeert. De code meldt niemand aan.
mail-passcode-app = De app waar om wordt gevraagd: { $app }
mail-passcode-browser = Aangevraagd vanuit: { $browser }
mail-passcode-valid = De code werkt één keer, { $minutes } minuten lang, en alleen in de browser die erom heeft gevraagd.
mail-passcode-warning-title = Geef deze code nooit aan iemand anders
mail-passcode-warning = Niemand van { $tenant } of { $brand } vraagt u er ooit om, niet per telefoon, niet per chat en niet per e-mail. Typ de code alleen op een pagina waarvan het adres begint met { $host }/
mail-passcode-not-you = Was u het niet? Doe dan niets: zonder de code krijgt niemand toegang met uw adres.
mail-passcode-footer = Verstuurd door { $brand } op { $host }
