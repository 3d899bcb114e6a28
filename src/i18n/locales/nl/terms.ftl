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
accepted-before-reset = Geaccepteerd voordat uw toegang opnieuw werd ingesteld. Het geldt niet meer.
accepted-declined-before-reset = Geweigerd voordat uw toegang opnieuw werd ingesteld.
accepted-withdrawn = Geaccepteerd. Er wordt niet meer om gevraagd.

## A new version before it is asked for

terms-early-lead = U hebt een eerdere versie geaccepteerd, en die geldt tot { $day }. U kunt deze nu al accepteren; het hoeft nog niet.
terms-early-later = Niet nu
terms-early-next = Accepteert u nu, dan wordt u op die dag niets gevraagd. Doet u dat niet, dan wordt het u dan gevraagd.
coming-heading = Voorwaarden die binnenkort veranderen
coming-lead = De nieuwe versie geldt vanaf { $day }. Tot dan geldt wat u eerder hebt geaccepteerd.
coming-read = Nu lezen en accepteren
coming-read-it = Nu lezen en accepteren: { $title }
