# Korta mejl om något som har hänt eller ska hända. Variablerna förklaras i locales/en/notices.ftl.

notice-from = { $brand } för { $tenant }
notice-from-instance = { $brand }
notice-link = Om knappen inte fungerar öppnar du den här adressen:
notice-footer = Skickat av { $brand } på { $host }. Svara inte på det här mejlet: ingen läser svaren.

## Access ends soon (to the guest)

notice-access-ends = Din åtkomst till { $tenant } upphör den { $date }
notice-access-ends-what = Du använder appar hos { $tenant } ({ $domain }) som gäst. Den { $date } upphör åtkomsten av sig själv.
notice-access-ends-next = Om du fortfarande behöver den frågar du i god tid den som du arbetar med hos { $tenant }. Annars behöver du inte göra något.
notice-access-ends-button = Öppna dina appar

## Signed in from a new browser (to the guest)

notice-new-device = Ditt konto har använts i en ny webbläsare
notice-new-device-what = Den { $time } loggade någon in med ditt konto { $address } i en webbläsare som vi inte kände igen: { $browser }.
notice-new-device-you = Var det du? Då behöver du inte göra något.
notice-new-device-not-you = Var det inte du? Välj då genast ett nytt lösenord och avsluta alla sessioner som du inte känner igen.
notice-new-device-button = Titta på ditt konto

## A way to sign in was added, changed or removed (to the owner of the account)

notice-method-changed = En inloggningsmetod för ditt konto har ändrats
notice-method-changed-what = Den { $time } ändrades detta för ditt konto { $address }: { $method }.
notice-method-changed-you = Var det du? Då behöver du inte göra något.
notice-method-changed-not-you = Var det inte du? Titta då genast på dina inloggningsmetoder, ta bort det som inte är ditt och avsluta alla sessioner.
notice-method-changed-button = Titta på ditt konto

## Access review (to a sponsor)

notice-review = Granska gästerna hos { $tenant }
notice-review-what = Du är sponsor för gäster hos { $tenant } ({ $domain }). Ange vilka av dem som fortfarande behöver åtkomst: { $guests }.
notice-review-until = Svara senast den { $date }. Därefter beslutar { $tenant } åt dig, enligt den regel som organisationen har valt.
notice-review-button = Granska gäster

## The invitation or the access has ended (to the guest)

notice-ended = Din åtkomst till { $tenant } har upphört
notice-ended-what = { $tenant } ({ $domain }) har avslutat din åtkomst som gäst. Länken i inbjudningsmejlet släpper inte längre in dig.
notice-ended-next = Om du tror att det är ett misstag frågar du den som du arbetar med hos { $tenant }.

## Invitation mails are blocked (to the owner of the mailbox)

notice-blocked = Inga fler inbjudningsmejl från { $tenant }
notice-blocked-all = Inga fler inbjudningsmejl
notice-blocked-what = Som du bad om kan { $tenant } ({ $domain }) inte längre skicka inbjudningsmejl till { $address } via { $brand } på { $host }.
notice-blocked-all-what = Som du bad om kan ingen organisation längre skicka inbjudningsmejl till { $address } via { $brand } på { $host }.
notice-blocked-next = Den åtkomst du redan har förblir som den är. Bad du inte om detta, eller har du ändrat dig? Du kan ångra det på sidan med dina blockerade inbjudningar.
notice-blocked-button = Se vad som är blockerat
