# Gebruiksvoorwaarden: wat moet worden geopend, wat voor één app is geweigerd en wat een gast heeft geaccepteerd.

## A document

terms-open = Het document openen
terms-open-first = Open het document en lees het. Aan het einde kunt u het accepteren.
terms-open-pdf-first = Open het document en lees het. Kom daarna terug naar deze pagina om het te accepteren.
declined-app-heading = { $app } blijft gesloten
declined-app-document = U hebt “{ $document }” niet geaccepteerd.
declined-app = Zonder dat gaat { $app } niet open. Voor de andere apps van { $tenant } verandert er niets.
declined-other-apps = Mijn andere apps
review-technical-contact = Als er iets niet werkt: { $contact }

## What a guest accepted

accepted-title = Wat u hebt geaccepteerd
accepted-heading = Wat u hebt geaccepteerd
accepted-lead = Alles waarmee { $tenant } u heeft gevraagd in te stemmen, precies zoals het u is getoond.
accepted-none = { $tenant } heeft u nog niet gevraagd ergens mee in te stemmen.
accepted-counts = Geaccepteerd, en het geldt.
accepted-until = Geaccepteerd, en het geldt tot { $day }.
accepted-over = Geaccepteerd. Het geldt niet meer: er is iets nieuwers voor in de plaats gekomen, of de tijd is om.
accepted-declined = Geweigerd.
accepted-read = Opnieuw lezen
accepted-download = Downloaden
accepted-back = Naar mijn apps
accepted-back-to-list = Terug naar de lijst
accepted-evidence = Bewaard onder de vingerafdruk { $evidence } (SHA-256).
