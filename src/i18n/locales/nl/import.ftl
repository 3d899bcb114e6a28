# Veel gasten uitnodigen met een bestand, op de pagina's voor beheerders, en wat een uitnodigingsformulier verder vraagt.

admin-import = Veel uitnodigen
import-heading = Veel gasten uitnodigen met een bestand
import-lead = Eén rij per gast, in een CSV-bestand met kopjes op de eerste regel. Elke rij wordt getoond voordat er iets wordt verzonden.
import-last = Het laatst geüploade bestand tonen
import-columns = Kopjes die worden begrepen
import-columns-needed = Deze kolom moet er zijn:
import-columns-known = Deze mogen er zijn:
import-columns-several = Meerdere in één cel staan gescheiden door puntkomma's; een rol staat bij zijn app; een geldigheidsduur van de koppeling heeft een eenheid:
import-columns-original = De kopjes van het sjabloon voor bulkuitnodigingen van Microsoft Entra worden ook begrepen, net als het sjabloon zelf.
import-defaults = Voor rijen die niets anders zeggen
import-message = Bericht
import-redirect = Waar de gast terechtkomt
import-mail = De uitnodigingsmail verzenden
import-again = Ook opnieuw uitnodigen wie door een eerder bestand op dezelfde manier is uitgenodigd
import-apps = Apps voor iedereen in het bestand
import-roles = App-rollen voor iedereen in het bestand
import-groups = Groepen voor iedereen in het bestand
import-file = CSV-bestand
import-file-hint = UTF-8, hoogstens { $size } en { $rows } rijen.
import-read = Tonen wat er zou gebeuren

import-no-file = Kies eerst een bestand.
import-too-large = Het bestand is groter dan { $size }. Splits het.
import-not-text = Het bestand is geen UTF-8-tekst. Sla het in uw spreadsheet op als “CSV UTF-8”.
import-empty = Het bestand heeft geen rijen. Op de eerste regel moeten kopjes staan, bijvoorbeeld email,name,message.
import-no-address = Geen enkel kopje noemt het adres. Noem die kolom email.
import-heading-twice = Twee kolommen betekenen hetzelfde: { $heading }. Verwijder er één.
import-too-long = Het bestand heeft meer dan { $rows } rijen. Splits het.
import-too-wide = Het bestand heeft meer dan { $columns } kolommen. Het moet een tabel met personen zijn, één rij per persoon.
import-gone = Dat bestand is er niet meer: het is vervangen, vergeten of langer dan een uur geleden geüpload, of u hebt zich sindsdien opnieuw aangemeld. Upload het nog eens; wat al is gedaan, gebeurt niet twee keer.
import-busy = De gasten uit uw vorige bestand worden nog uitgenodigd. Bekijk dat bestand en upload dit wanneer het klaar is.

import-foreseen = Voordat er iets wordt verzonden
import-foreseen-lead = { $count ->
    [one] Er is één rij gelezen. Er is nog niets gedaan.
   *[other] Er zijn { $count } rijen gelezen. Er is nog niets gedaan.
}
import-running = De gasten worden uitgenodigd
import-running-lead = { $count ->
    [one] Eén rij wordt verwerkt. Deze pagina kijkt vanzelf opnieuw; hieronder staat wat was voorzien.
   *[other] { $count } rijen worden verwerkt. Deze pagina kijkt vanzelf opnieuw; hieronder staat wat was voorzien.
}
import-begun = Dit is begonnen en niet afgemaakt
import-begun-lead = { $count ->
    [one] De rij is klaar of onaangeroerd, niets ertussenin. Ga verder: wat klaar is, gebeurt niet twee keer.
   *[other] Elk van de { $count } rijen is klaar of onaangeroerd, niets ertussenin. Ga verder: wat klaar is, gebeurt niet twee keer.
}
import-done = Wat er van elke rij is geworden
import-done-lead = { $count ->
    [one] De rij is verwerkt.
   *[other] Alle { $count } rijen zijn verwerkt.
}
import-counts = Rijen per resultaat
import-all-rows = Alle rijen
import-invited = Nieuwe gast
import-renewed = Opnieuw uitgenodigd
import-assigned = Al geaccepteerd; toegewezen
import-unchanged = Ongewijzigd
import-failed = Niet mogelijk
import-line = Regel { $line }
import-run = Deze gasten uitnodigen
import-go-on = Verdergaan
import-forget = Het bestand vergeten
import-download = Downloaden als CSV
import-to-guests = De gasten tonen
import-previous-page = Vorige pagina
import-budget = Deze organisatie mag { $most } uitnodigingen per dag versturen. Rijen daarboven zullen mislukken; upload het bestand morgen nog eens voor de rest.
import-ignored = Deze kolommen betekenen hier niets en worden genegeerd: { $headings }

row-no-address = Het adres ontbreekt.
row-address = “{ $text }” is geen e-mailadres.
row-twice = Het adres staat al op regel { $line }.
row-yes-or-no = “{ $text }” is noch true noch false.
row-cc = “{ $text }”, voor de kopie, is geen e-mailadres.
row-link-life = “{ $text }” is geen geldigheidsduur. Schrijf een getal en een eenheid, zoals 12h of 14d.
row-app = Er is geen app “{ $text }”.
row-group = Er is geen groep “{ $text }”.
row-role = Er is geen rol “{ $text }”. Schrijf de app, een dubbele punt en de rol.
row-sponsor = “{ $text }”, als sponsor bedoeld, is geen e-mailadres.

invite-roles = App-rollen
invite-route = Hoe de gast zich aanmeldt
invite-route-default = Zoals het adres bepaalt
invite-route-passcode = Eenmalige code
invite-route-account = Persoonlijk account
invite-route-hint = Alleen voor deze gast. Laat het zo, tenzij de gewone manier niet past.
warning-no-copy = Er wordt geen kopie van de e-mail verzonden: die mailbox neemt geen uitnodigingsmails aan of kreeg er vandaag al genoeg.

## Wat de eigenaar van een app kan toevoegen

manage-invite-more = Naam, bericht en meer
manage-invite-name = Naam
manage-invite-message = Bericht
manage-invite-message-hint = Platte tekst, hoogstens 2.000 tekens. Het staat in de e-mail zoals u het typt.
manage-invite-language = Taal van de e-mail
manage-invite-roles = Rollen in { $app }
manage-invite-cc = Kopie van de e-mail aan
manage-invite-sponsors = Sponsors
manage-invite-sponsors-hint = Adressen van hoogstens vijf personen die voor de gast instaan; u, tenzij u anderen noemt.
manage-invite-redirect = Waar de gast in { $app } terechtkomt
manage-invite-redirect-wrong = De gast kan alleen in { $app } terechtkomen, op een volledig https://-adres.
manage-invite-days = Dagen tot de koppeling vervalt
manage-invite-days-hint = Laat het leeg voor wat { $tenant } heeft gekozen.
manage-invite-mail = De uitnodigingsmail verzenden
manage-done-without-mail = Uitgenodigd, zonder e-mail. Geef deze koppeling zelf door: { $url }
manage-done-assigned = Deze persoon is al gast en kan de app meteen openen.

## Meer over de lijst en over een gast

guests-total = { $count ->
    [one] Eén gast
   *[other] { $count } gasten
}
guests-state-deleted = Verwijderd
guests-source-label = Bron
guests-source-all = Alle bronnen
guests-source-invited = Uitgenodigde gebruiker
guests-source-passcode = Eenmalige code
guests-source-account = Persoonlijk account
guests-source-organization = Een andere organisatie hier
state-deleted = Verwijderd
guest-deleted = Deze gast is op { $at } verwijderd en kan tot 30 dagen daarna worden teruggezet.
guest-mail-error = De laatste uitnodigingsmail is niet aangenomen: { $error }
in-the-way-contact = De contactpersoon { $name } ({ $id }) heeft dit adres, dus de gast heeft hier geen e-mailadres en alleen de inwissel-URL werkt. Verwijder de contactpersoon en nodig opnieuw uit.
in-the-way-member = Het lid { $name } ({ $id }) heeft dit adres, dus de gast heeft hier geen e-mailadres en alleen de inwissel-URL werkt. Haal het adres bij het lid weg en nodig opnieuw uit.
in-the-way-guest = De gast { $name } ({ $id }) heeft dit adres, dus deze gast heeft hier geen e-mailadres en alleen de inwissel-URL werkt. Haal het adres bij die gast weg en nodig opnieuw uit.
fact-sponsors = Sponsors
fact-guest-inviter = Mag collega's meebrengen
fact-invitation-mail = Uitnodigingsmail
fact-roles = App-rollen
fact-groups = Groepen
action-restore = Terugzetten
action-restore-lead = De gast komt terug met alles wat was toegewezen. Wie nog niet had ingewisseld, krijgt een nieuwe koppeling, die u daarna kunt verzenden.
done-restore = De gast is teruggezet.
action-reset-factor = De tweede factor opnieuw instellen
action-reset-factor-lead = Wat de gast voor deze organisatie als tweede factor had geregistreerd, vervalt; de gast wordt meteen afgemeld, krijgt er bericht van en registreert een nieuwe bij de volgende aanmelding die erom vraagt.
done-reset-factor = De tweede factor is opnieuw ingesteld.
mail-waiting = Wacht; volgende poging { $at }
mail-sent = Verzonden { $at }
mail-bounced = Teruggekomen { $at }
mail-given-up = Opgegeven
manage-search = Onder hen zoeken
manage-no-match = Niemand past bij deze zoekopdracht.
