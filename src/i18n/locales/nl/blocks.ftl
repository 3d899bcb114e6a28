# Uitnodigingsmails blokkeren en weer toelaten.

## The link in the invitation mail

block-title = Uitnodigingsmails blokkeren
block-heading = Geen uitnodigingsmails meer?
block-lead = Het gaat om e-mails aan { $address }. Er wordt niets geblokkeerd voordat u kiest en bevestigt.
block-legend = Van wie wilt u uitnodigingsmails blokkeren?
block-reach-tenant = Van { $tenant } ({ $domain })
block-reach-everybody = Van elke organisatie die via { $brand } uitnodigt
block-button = Blokkeren
block-next = De toegang die u al hebt, blijft zoals die is, en uitnodigingen die u hebt, kunt u nog accepteren. U kunt de blokkering altijd ongedaan maken.
block-missing = Kies van wie u de e-mails wilt blokkeren.

block-done-title = Uitnodigingsmails zijn geblokkeerd
block-done-heading = Uitnodigingsmails zijn geblokkeerd
block-done-tenant = { $tenant } kan geen uitnodigingsmails meer sturen naar { $address }.
block-done-everybody = Geen enkele organisatie kan via { $brand } nog uitnodigingsmails sturen naar { $address }.
block-done-access = De toegang die u al hebt, blijft zoals die is.
block-done-undo = Bekijken wat is geblokkeerd en het ongedaan maken

## What a mailbox does not take

blocks-title = Geblokkeerde uitnodigingsmails
blocks-heading = Geblokkeerde uitnodigingsmails
blocks-lead = Typ uw e-mailadres. Wij sturen u een code om te controleren of het postvak van u is. Daarna ziet u welke organisaties er geen uitnodigingsmails naartoe kunnen sturen.
blocks-next = Alleen de eigenaar van een postvak ziet deze lijst. Organisaties zien dat een e-mail niet is verstuurd, en verder niets.
blocks-code-lead = Als { $address } hier bekend is, is er nu een code naar onderweg.
blocks-list-lead = Deze uitnodigingsmails bereiken { $address } niet:
blocks-none = Geen: elke organisatie hier kan u uitnodigingsmails sturen.
blocks-row-tenant = E-mails van { $name }
blocks-row-everybody = E-mails van elke organisatie
blocks-since = sinds { $date }
blocks-allow = Weer toelaten
blocks-block-all = Uitnodigingsmails van elke organisatie blokkeren
blocks-list-next = Elke wijziging werkt meteen. Sluit deze pagina als u klaar bent.
