# Användningsvillkor: vad som måste öppnas, vad som har avböjts för en app och vad en gäst har accepterat.

## A document

terms-open = Öppna dokumentet
terms-open-first = Öppna dokumentet och läs det. I slutet kan du acceptera det.
terms-open-pdf-first = Öppna dokumentet och läs det. Kom sedan tillbaka till den här sidan för att acceptera det.
declined-app-heading = { $app } förblir stängd
declined-app-document = Du accepterade inte ”{ $document }”.
declined-app = Utan det öppnas inte { $app }. De andra apparna hos { $tenant } påverkas inte.
declined-other-apps = Mina andra appar
review-technical-contact = Om något inte fungerar: { $contact }

## What a guest accepted

accepted-title = Det du har accepterat
accepted-heading = Det du har accepterat
accepted-lead = Allt som { $tenant } har bett dig att godkänna, precis som det visades för dig.
accepted-none = { $tenant } har inte bett dig att godkänna något än.
accepted-counts = Accepterat, och det gäller.
accepted-until = Accepterat, och det gäller till { $day }.
accepted-over = Accepterat. Det gäller inte längre: något nyare har ersatt det, eller så är tiden ute.
accepted-declined = Avböjt.
accepted-read = Läs igen
accepted-download = Ladda ned
accepted-back = Till mina appar
accepted-back-to-list = Tillbaka till listan
accepted-evidence = Sparat under fingeravtrycket { $evidence } (SHA-256).
accepted-before-reset = Accepterat innan din åtkomst återställdes. Det gäller inte längre.
accepted-declined-before-reset = Avböjt innan din åtkomst återställdes.
accepted-withdrawn = Accepterat. Det efterfrågas inte längre.

## A new version before it is asked for

terms-early-lead = Du har accepterat en tidigare version, och den gäller till { $day }. Du kan acceptera den här redan nu, men du måste inte än.
terms-early-later = Inte nu
terms-early-next = Accepterar du nu blir du inte tillfrågad den dagen. Annars blir du tillfrågad då.
coming-heading = Villkor som snart ändras
coming-lead = Den nya versionen gäller från { $day }. Till dess gäller det du accepterade tidigare.
coming-read = Läs och acceptera nu
coming-read-it = Läs och acceptera nu: { $title }
