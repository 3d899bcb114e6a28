# Bjuda in många med en fil, på sidorna för administratörer, och vad ett inbjudningsformulär frågar om därutöver.

admin-import = Bjud in många
import-heading = Bjud in många gäster med en fil
import-lead = En rad per gäst, i en CSV-fil med rubriker på första raden. Varje rad visas innan något skickas.
import-last = Visa filen som du laddade upp senast
import-columns = Rubriker som förstås
import-columns-needed = Den här kolumnen måste finnas:
import-columns-known = De här får finnas:
import-columns-several = Flera i samma cell skiljs åt med semikolon; en roll skrivs med sin app; en giltighetstid för länken med sin enhet:
import-columns-original = Rubrikerna i Microsoft Entras mall för massinbjudan förstås också, liksom själva mallen.
import-defaults = För rader som inte säger något annat
import-message = Meddelande
import-redirect = Vart gästen kommer
import-mail = Skicka inbjudningsmejlet
import-again = Bjud även in dem igen som en tidigare fil bjöd in på samma sätt
import-apps = Appar för alla i filen
import-roles = Approller för alla i filen
import-groups = Grupper för alla i filen
import-file = CSV-fil
import-file-hint = UTF-8, högst { $size } och { $rows } rader.
import-read = Visa vad som skulle hända

import-no-file = Välj en fil först.
import-too-large = Filen är större än { $size }. Dela upp den.
import-not-text = Filen är inte UTF-8-text. Spara den i kalkylprogrammet som ”CSV UTF-8”.
import-empty = Filen har inga rader. På första raden måste det stå rubriker, till exempel email,name,message.
import-no-address = Ingen rubrik anger adressen. Kalla den kolumnen email.
import-heading-twice = Två kolumner betyder samma sak: { $heading }. Ta bort en.
import-too-long = Filen har fler än { $rows } rader. Dela upp den.
import-too-wide = Filen har fler än { $columns } kolumner. Den måste vara en tabell över personer, en rad var.
import-gone = Den filen finns inte kvar: den har ersatts, glömts eller laddades upp för mer än en timme sedan, eller så har du loggat in på nytt sedan dess. Ladda upp den igen; det som redan är gjort görs inte två gånger.
import-busy = Gästerna i din förra fil bjuds fortfarande in. Titta på den och ladda upp den här när den är klar.

import-foreseen = Innan något skickas
import-foreseen-lead = { $count ->
    [one] En rad har lästs. Inget är gjort ännu.
   *[other] { $count } rader har lästs. Inget är gjort ännu.
}
import-running = Gästerna bjuds in
import-running-lead = { $count ->
    [one] En rad behandlas. Sidan tittar igen av sig själv; nedan står vad som förutsågs.
   *[other] { $count } rader behandlas. Sidan tittar igen av sig själv; nedan står vad som förutsågs.
}
import-begun = Det här påbörjades men blev inte klart
import-begun-lead = { $count ->
    [one] Raden är klar eller orörd, inget däremellan. Fortsätt: det som är klart görs inte två gånger.
   *[other] Var och en av de { $count } raderna är klar eller orörd, inget däremellan. Fortsätt: det som är klart görs inte två gånger.
}
import-done = Vad det blev av varje rad
import-done-lead = { $count ->
    [one] Raden har behandlats.
   *[other] Alla { $count } rader har behandlats.
}
import-counts = Rader efter resultat
import-all-rows = Alla rader
import-invited = Ny gäst
import-renewed = Inbjuden igen
import-assigned = Redan accepterad; tilldelad
import-unchanged = Oförändrad
import-failed = Inte möjligt
import-line = Rad { $line }
import-run = Bjud in de här gästerna
import-go-on = Fortsätt
import-forget = Glöm filen
import-download = Ladda ner som CSV
import-to-guests = Visa gästerna
import-previous-page = Föregående sida
import-budget = Organisationen får skicka { $most } inbjudningar per dag. Rader därutöver kommer att misslyckas; ladda upp filen igen i morgon för resten.
import-ignored = De här kolumnerna betyder inget här och ignoreras: { $headings }

row-no-address = Adressen saknas.
row-address = ”{ $text }” är ingen e-postadress.
row-twice = Adressen står redan på rad { $line }.
row-yes-or-no = ”{ $text }” är varken true eller false.
row-cc = ”{ $text }”, som ska få en kopia, är ingen e-postadress.
row-link-life = ”{ $text }” är ingen giltighetstid. Skriv ett tal och en enhet, som 12h eller 14d.
row-app = Det finns ingen app ”{ $text }”.
row-group = Det finns ingen grupp ”{ $text }”.
row-role = Det finns ingen roll ”{ $text }”. Skriv appen, ett kolon och rollen.
row-sponsor = ”{ $text }”, som ska vara sponsor, är ingen e-postadress.

invite-roles = Approller
invite-route = Hur gästen loggar in
invite-route-default = Som adressen anger
invite-route-passcode = Engångskod
invite-route-account = Personligt konto
invite-route-hint = Bara för den här gästen. Låt det vara om det vanliga sättet passar.
warning-no-copy = Ingen kopia av mejlet skickas: den brevlådan tar inte emot inbjudningsmejl eller har fått tillräckligt många i dag.

## Vad en appägare kan lägga till

manage-invite-more = Namn, meddelande med mera
manage-invite-name = Namn
manage-invite-message = Meddelande
manage-invite-message-hint = Vanlig text, högst 2 000 tecken. Den står i mejlet som du skriver den.
manage-invite-language = Mejlets språk
manage-invite-roles = Roller i { $app }
manage-invite-cc = Kopia av mejlet till
manage-invite-sponsors = Sponsorer
manage-invite-sponsors-hint = Adresser till högst fem personer som ansvarar för gästen; du själv, om du inte anger andra.
manage-invite-redirect = Vart gästen kommer i { $app }
manage-invite-redirect-wrong = Gästen kan bara komma till { $app }, på en fullständig https://-adress.
manage-invite-days = Dagar tills länken upphör
manage-invite-days-hint = Lämna tomt för det som { $tenant } har valt.
manage-invite-mail = Skicka inbjudningsmejlet
manage-done-without-mail = Inbjuden, utan mejl. Lämna över den här länken själv: { $url }
manage-done-assigned = Personen är redan gäst och kan öppna appen direkt.

## Mer om listan och om en gäst

guests-total = { $count ->
    [one] En gäst
   *[other] { $count } gäster
}
guests-state-deleted = Borttagna
guests-source-label = Källa
guests-source-all = Alla källor
guests-source-invited = Inbjuden användare
guests-source-passcode = Engångskod
guests-source-account = Personligt konto
guests-source-organization = En annan organisation här
state-deleted = Borttagen
guest-deleted = Gästen togs bort { $at } och kan återställas inom 30 dagar därefter.
guest-mail-error = Det senaste inbjudningsmejlet togs inte emot: { $error }
in-the-way-contact = Kontakten { $name } ({ $id }) har den här adressen, så gästen har ingen e-postadress här och bara inlösningslänken fungerar. Ta bort kontakten och bjud in igen.
in-the-way-member = Medlemmen { $name } ({ $id }) har den här adressen, så gästen har ingen e-postadress här och bara inlösningslänken fungerar. Ta bort adressen från medlemmen och bjud in igen.
in-the-way-guest = Gästen { $name } ({ $id }) har den här adressen, så den här gästen har ingen e-postadress här och bara inlösningslänken fungerar. Ta bort adressen från den gästen och bjud in igen.
fact-sponsors = Sponsorer
fact-guest-inviter = Får ta med kollegor
fact-invitation-mail = Inbjudningsmejl
fact-roles = Approller
fact-groups = Grupper
action-restore = Återställ
action-restore-lead = Gästen kommer tillbaka med allt som var tilldelat. Den som inte hade löst in inbjudan får en ny länk, som du sedan kan skicka.
done-restore = Gästen har återställts.
action-reset-factor = Återställ den andra faktorn
action-reset-factor-lead = Det som gästen hade registrerat som andra faktor för organisationen försvinner, gästen loggas ut genast och meddelas via mejl, och registrerar en ny vid nästa inloggning som kräver det.
done-reset-factor = Den andra faktorn har återställts.
mail-waiting = Väntar; nästa försök { $at }
mail-sent = Skickat { $at }
mail-bounced = Kom tillbaka { $at }
mail-given-up = Uppgivet
manage-search = Sök bland dem
manage-no-match = Ingen matchar sökningen.
