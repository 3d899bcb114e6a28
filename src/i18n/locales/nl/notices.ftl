# Korte e-mails over iets wat is gebeurd of gaat gebeuren. Zie locales/en/notices.ftl voor de variabelen.

notice-from = { $brand } voor { $tenant }
notice-from-instance = { $brand }
notice-link = Werkt de knop niet, open dan dit adres:
notice-footer = Verstuurd door { $brand } op { $host }. Beantwoord deze e-mail niet: niemand leest de antwoorden.

## Access ends soon (to the guest)

notice-access-ends = Uw toegang tot { $tenant } eindigt op { $date }
notice-access-ends-what = U gebruikt apps van { $tenant } ({ $domain }) als gast. Op { $date } eindigt deze toegang vanzelf.
notice-access-ends-next = Hebt u de toegang nog nodig, vraag er dan op tijd om bij degene met wie u bij { $tenant } samenwerkt. Hebt u die niet meer nodig, dan hoeft u niets te doen.
notice-access-ends-button = Uw apps openen

## Signed in from a new browser (to the guest)

notice-new-device = Uw account is in een nieuwe browser gebruikt
notice-new-device-what = Op { $time } heeft iemand zich met uw account { $address } aangemeld in een browser die wij niet kenden: { $browser }.
notice-new-device-you = Was u het? Dan hoeft u niets te doen.
notice-new-device-not-you = Was u het niet? Kies dan meteen een nieuw wachtwoord en beëindig alle sessies die u niet kent.
notice-new-device-button = Uw account bekijken

## A way to sign in was added, changed or removed (to the owner of the account)

notice-method-changed = Een aanmeldmethode van uw account is gewijzigd
notice-method-changed-what = Op { $time } is voor uw account { $address } dit gewijzigd: { $method }.
notice-method-changed-you = Was u het? Dan hoeft u niets te doen.
notice-method-changed-not-you = Was u het niet? Bekijk dan meteen uw aanmeldmethoden, verwijder wat niet van u is en beëindig alle sessies.
notice-method-changed-button = Uw account bekijken

## Access review (to a sponsor)

notice-review = Controleer de gasten van { $tenant }
notice-review-what = U bent sponsor van gasten van { $tenant } ({ $domain }). Geef aan wie van hen nog toegang nodig heeft: { $guests }.
notice-review-until = Antwoord uiterlijk op { $date }. Daarna beslist { $tenant } voor u, volgens de regel die daar is gekozen.
notice-review-button = Gasten controleren

## The invitation or the access has ended (to the guest)

notice-ended = Uw toegang tot { $tenant } is beëindigd
notice-ended-what = { $tenant } ({ $domain }) heeft uw toegang als gast beëindigd. De koppeling in uw uitnodigingsmail geeft geen toegang meer.
notice-ended-next = Denkt u dat dit een vergissing is, vraag het dan aan degene met wie u bij { $tenant } samenwerkt.

## Invitation mails are blocked (to the owner of the mailbox)

notice-blocked = Geen uitnodigingsmails meer van { $tenant }
notice-blocked-all = Geen uitnodigingsmails meer
notice-blocked-what = Zoals u hebt gevraagd, kan { $tenant } ({ $domain }) via { $brand } op { $host } geen uitnodigingsmails meer sturen naar { $address }.
notice-blocked-all-what = Zoals u hebt gevraagd, kan geen enkele organisatie via { $brand } op { $host } nog uitnodigingsmails sturen naar { $address }.
notice-blocked-next = De toegang die u al hebt, blijft zoals die is. Hebt u hier niet om gevraagd, of bent u van gedachten veranderd? Op de pagina met uw geblokkeerde uitnodigingen maakt u het ongedaan.
notice-blocked-button = Bekijken wat is geblokkeerd
