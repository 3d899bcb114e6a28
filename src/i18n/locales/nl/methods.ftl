# Zie locales/en/methods.ftl voor waar deze teksten staan en voor de variabelen.

## The second step of a sign-in

second-title = Nog één stap
second-heading = Nog één stap
second-lead = Typ de code die uw authenticator-app voor { $brand } toont, of een van uw herstelcodes.
second-label = Code
second-hint = Elke 30 seconden verschijnt een nieuwe code. Een herstelcode werkt één keer.
second-button = Doorgaan
second-switch = Een ander account gebruiken
second-lost = Hebt u geen van beide? Vraag degene die u bij { $tenant } heeft uitgenodigd: die kan uw tweede stap opnieuw laten instellen.

## Registering an authenticator app

enroll-title = Een tweede stap instellen
enroll-heading = Stel uw authenticator-app in
enroll-lead = Voortaan wordt na uw wachtwoord om een code van deze app gevraagd.
enroll-lead-demanded = { $tenant } vraagt om een tweede stap voordat de apps opengaan. U stelt die één keer in.
enroll-step-app = Open een authenticator-app op uw telefoon, of installeer er een. Elke app voor tijdgebonden codes werkt.
enroll-step-scan = Scan deze afbeelding ermee.
enroll-step-code = Typ de zes cijfers die de app toont.
enroll-qr = QR-code met de sleutel voor uw authenticator-app
enroll-secret = Kunt u niet scannen? Typ deze sleutel in de app:
enroll-label = Code van de app
enroll-button = Inschakelen
enroll-next = U krijgt herstelcodes voor de dag dat u uw telefoon niet bij de hand hebt.

recovery-title = Uw herstelcodes
recovery-heading = Bewaar uw herstelcodes
recovery-lead = Elk van deze codes werkt één keer in plaats van uw app. Druk ze af of bewaar ze in een wachtwoordbeheerder.
recovery-warning = Ze worden niet nog eens getoond. Wie er een heeft en uw wachtwoord kent, kan zich als u aanmelden.
recovery-gone = Er zijn geen nieuwe codes om te tonen. Bij uw aanmeldmethoden kunt u nieuwe maken.
recovery-continue = Ik heb ze bewaard

## In an explanation

explain-permit-second-factor = { $app } mag worden gebruikt zodra een tweede factor is getoond.

## A forgotten password

password-forgot = Ik ben mijn wachtwoord vergeten of mijn passkey kwijt
password-remembered = Terug naar het wachtwoord
offer-heading-reset = Bewijs dat het postvak van u is
offer-lead-reset = Als { $address } een persoonlijk account bij { $brand } heeft, sturen wij er een code naartoe. Daarna kiest u een nieuw wachtwoord.
code-lead-reset = Als { $address } een persoonlijk account heeft, is er nu een code naar onderweg.
code-next-reset = Daarna kiest u een nieuw wachtwoord. Elk apparaat dat met het oude is aangemeld, wordt afgemeld.
new-password-title = Kies een nieuwe wachtzin
new-password-heading = Kies een nieuwe wachtzin
new-password-lead = Die vervangt het oude wachtwoord van { $address }, hier en bij elke organisatie die u heeft uitgenodigd.
new-password-button = Wachtzin opslaan
new-password-next = Elk ander apparaat wordt afgemeld, en passkeys die u eerder hebt gemaakt, melden niet meer op zichzelf aan: voeg de uwe daarna opnieuw toe. Een authenticator-app blijft zoals die is.

## Sign-in methods

methods-title = Aanmeldmethoden
methods-heading = Uw aanmeldmethoden
methods-lead-account = Ze horen bij uw persoonlijke account bij { $brand } en werken bij elke organisatie die u heeft uitgenodigd.
methods-lead-here = Ze werken alleen bij { $tenant }. Die van uw eigen organisatie wijzigt u daar.
methods-not-fresh = Meld u eerst opnieuw aan om hier iets te wijzigen: het is meer dan tien minuten geleden.
methods-sign-in-again = Opnieuw aanmelden
methods-done-password = Uw wachtwoord is gewijzigd. Elk ander apparaat is afgemeld.
methods-done-added = Uw aanmeldmethoden zijn gewijzigd.
methods-done-removed = De methode is verwijderd.
methods-password = Wachtwoord
methods-password-there = U hebt een wachtwoord.
methods-new-password = Nieuwe wachtzin
methods-password-hint = Minstens 15 tekens; een paar woorden achter elkaar onthoudt u gemakkelijk. Elk ander apparaat wordt afgemeld.
methods-password-button = Wachtwoord wijzigen
methods-totp = Authenticator-app
methods-since = Ingesteld op { $day }.
methods-totp-none = Niet ingesteld. Is dat wel zo, dan krijgt niemand toegang met alleen uw wachtwoord.
methods-totp-add = Een authenticator-app instellen
methods-totp-remove = De authenticator-app verwijderen
methods-recovery = Herstelcodes
methods-recovery-left = { $count ->
    [0] Er is geen code meer over.
    [one] Er is nog { $count } code over.
   *[other] Er zijn nog { $count } codes over.
}
methods-recovery-new = Nieuwe herstelcodes maken

error-second-factor-wrong = Deze code klopt niet of is al gebruikt. Wacht op de volgende.
error-enroll-wrong = Deze code past niet. Controleer of de klok van uw telefoon goed staat en typ de nieuwste code.

## Mails about changes; what changed stands within a sentence of notices.ftl

mail-passcode-subject-reset_password = Uw code voor een nieuw wachtwoord bij { $brand }
mail-passcode-intro-reset_password = Iemand wil op een pagina van { $tenant } ({ $domain }) een nieuw wachtwoord instellen voor het persoonlijke account met uw adres.

change-password = het wachtwoord is gewijzigd en elk ander apparaat is afgemeld
change-password-reset = met een code naar dit postvak is een nieuw wachtwoord ingesteld, elk ander apparaat is afgemeld en eerdere passkeys melden niet meer op zichzelf aan
change-added = er is een tweede stap toegevoegd
change-removed = er is een tweede stap verwijderd
change-recovery = er zijn nieuwe herstelcodes gemaakt en de oude werken niet meer
change-reset = { $tenant } heeft uw tweede stap daar opnieuw ingesteld

## Passkeys

passkey-sign-in = Aanmelden met een passkey
passkey-noscript = Passkeys hebben JavaScript nodig, en dat staat uit in deze browser. Al het andere werkt zonder.
passkey-not-used = Er is geen passkey gebruikt. Probeer het opnieuw of ga op een andere manier verder.
passkey-not-made = Er is geen passkey gemaakt. Probeer het opnieuw of ga op een andere manier verder.
create-passkey-lead = Liever geen wachtzin? Typ hierboven uw naam en maak een passkey: uw apparaat vraagt dan om uw vingerafdruk, uw gezicht of zijn pincode.
create-passkey = Account maken met een passkey
second-lead-passkey = Gebruik uw passkey, of typ de code van uw authenticator-app of een van uw herstelcodes.
second-lead-passkey-only = Gebruik uw passkey, of typ een van uw herstelcodes.
second-hint-recovery = Een herstelcode werkt één keer.
second-passkey = Een passkey gebruiken
enroll-passkey = Liever een passkey gebruiken
methods-passkeys = Passkeys
methods-passkeys-none = U hebt er geen. Met een passkey meldt uw apparaat u aan met vingerafdruk, gezicht of pincode, zonder dat u een wachtwoord typt.
methods-passkeys-none-here = U hebt er geen. Met een passkey is uw apparaat uw tweede stap: vingerafdruk, gezicht of pincode in plaats van een code.
methods-passkey-unnamed = Passkey zonder naam
methods-passkey-since = Toegevoegd op { $day }.
methods-passkey-used = Laatst gebruikt op { $day }.
methods-passkey-remove = Verwijderen
methods-passkey-only-way = Deze passkey is uw enige manier om u aan te melden. Daarom blijft hij tot er een tweede is of een wachtwoord.
methods-passkey-name = Naam voor een nieuwe passkey
methods-passkey-name-hint = Zodat u hem herkent, bijvoorbeeld het apparaat waarop hij staat. U mag dit leeg laten.
methods-passkey-add = Een passkey toevoegen
methods-password-set = Een wachtwoord instellen
methods-password-none = U hebt geen wachtwoord.
methods-done-passkey = De passkey is verwijderd. Elk ander apparaat is afgemeld. Verwijder hem ook op uw apparaat.

error-passkey-wrong = Met deze passkey kunt u zich hier niet aanmelden. Probeer een andere of ga op een andere manier verder.
error-passkey-over = Deze pagina heeft te lang opengestaan. Probeer het nu opnieuw.
error-passkey-not-added = De passkey kon niet worden toegevoegd. Probeer het nu opnieuw.

change-passkey-added = er is een passkey toegevoegd
change-passkey-removed = er is een passkey verwijderd en elk ander apparaat is afgemeld
