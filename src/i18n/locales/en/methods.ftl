# Second factors, the page of the sign-in methods, and the mails about changes to them. Variables as in pages.ftl and mail.ftl.

## The second step of a sign-in

second-title = One more step
second-heading = One more step
second-lead = Type the code that your authenticator app shows for { $brand }, or one of your recovery codes.
second-label = Code
second-hint = A new code appears every 30 seconds. A recovery code works once.
second-button = Continue
second-switch = Use another account
second-lost = You have neither? Ask the person who invited you at { $tenant }: they can have your second step reset.

## Registering an authenticator app

enroll-title = Set up a second step
enroll-heading = Set up your authenticator app
enroll-lead = From now on a code of this app is asked for after your password.
enroll-lead-demanded = { $tenant } asks for a second step before its apps open. You set it up once.
enroll-step-app = Open an authenticator app on your phone, or install one. Any app for time-based codes works.
enroll-step-scan = Scan this picture with it.
enroll-step-code = Type the six digits that the app shows.
enroll-qr = QR code with the key for your authenticator app
enroll-secret = Cannot scan it? Type this key into the app:
enroll-label = Code of the app
enroll-button = Turn on
enroll-next = You get recovery codes for the day when your phone is not at hand.

recovery-title = Your recovery codes
recovery-heading = Keep your recovery codes
recovery-lead = Each of these codes works once in place of your app. Print them or keep them in a password manager.
recovery-warning = They are not shown again. Whoever has one and your password can sign in as you.
recovery-gone = There are no new codes to show. You can make new ones among your sign-in methods.
recovery-continue = I have kept them

## In an explanation

explain-permit-second-factor = { $app } may be used once a second factor was shown.

## A forgotten password

password-forgot = I forgot my password or lost my passkey
password-remembered = Back to the password
offer-heading-reset = Prove that the mailbox is yours
offer-lead-reset = If { $address } has a personal account with { $brand }, we send a code there. Then you choose a new password.
code-lead-reset = If { $address } has a personal account, a code is on its way to it now.
code-next-reset = Then you choose a new password. Every device that is signed in with the old one is signed out.
new-password-title = Choose a new passphrase
new-password-heading = Choose a new passphrase
new-password-lead = It replaces the old password of { $address }, here and at every organization that invited you.
new-password-button = Save passphrase
new-password-next = Every other device is signed out, and passkeys that you made before do not sign in by themselves any more: add yours anew afterwards. An authenticator app stays as it is.

## Sign-in methods

methods-title = Sign-in methods
methods-heading = Your sign-in methods
methods-lead-account = They belong to your personal account with { $brand } and work at every organization that invited you.
methods-lead-here = They work at { $tenant } alone. Your home organization's are changed there.
methods-not-fresh = To change anything here, sign in again first: it has been more than ten minutes.
methods-sign-in-again = Sign in again
methods-done-password = Your password was changed. Every other device is signed out.
methods-done-added = Your sign-in methods were changed.
methods-done-removed = It was removed.
methods-password = Password
methods-password-there = You have a password.
methods-new-password = New passphrase
methods-password-hint = At least 15 characters; a few words in a row are easy to remember. Every other device is signed out.
methods-password-button = Change password
methods-totp = Authenticator app
methods-since = Set up on { $day }.
methods-totp-none = Not set up. With it, nobody gets in with your password alone.
methods-totp-add = Set up an authenticator app
methods-totp-remove = Remove the authenticator app
methods-recovery = Recovery codes
methods-recovery-left = { $count ->
    [0] No code is left.
    [one] { $count } code is left.
   *[other] { $count } codes are left.
}
methods-recovery-new = Make new recovery codes

error-second-factor-wrong = This code is not right, or it was used already. Wait for the next one.
error-enroll-wrong = This code does not fit. Check that the clock of your phone is right, and type the newest code.

## Mails about changes; what changed stands within a sentence of notices.ftl

mail-passcode-subject-reset_password = Your code for a new password at { $brand }
mail-passcode-intro-reset_password = Somebody, on a page of { $tenant } ({ $domain }), wants to set a new password for the personal account with your address.

change-password = the password was changed, and every other device was signed out
change-password-reset = a new password was set by a code to this mailbox, every other device was signed out, and passkeys of before do not sign in by themselves any more
change-added = a second step was added
change-removed = a second step was removed
change-recovery = new recovery codes were made, and the old ones do not work any more
change-reset = { $tenant } reset your second step there

## Passkeys

passkey-sign-in = Sign in with a passkey
passkey-noscript = Passkeys need JavaScript, which is off in this browser. Everything else works without it.
passkey-not-used = No passkey was used. Try again, or go on in another way.
passkey-not-made = No passkey was made. Try again, or go on in another way.
create-passkey-lead = Rather no passphrase? Type your name above and make a passkey: your device then asks for your fingerprint, your face or its PIN.
create-passkey = Create account with a passkey
second-lead-passkey = Use your passkey, or type the code of your authenticator app or one of your recovery codes.
second-lead-passkey-only = Use your passkey, or type one of your recovery codes.
second-hint-recovery = A recovery code works once.
second-passkey = Use a passkey
enroll-passkey = Use a passkey instead
methods-passkeys = Passkeys
methods-passkeys-none = You have none. With one, your device signs you in by fingerprint, face or PIN, and no password is typed.
methods-passkeys-none-here = You have none. With one, your device is your second step: fingerprint, face or PIN instead of a code.
methods-passkey-unnamed = Passkey without a name
methods-passkey-since = Added on { $day }.
methods-passkey-used = Last used on { $day }.
methods-passkey-remove = Remove
methods-passkey-only-way = This passkey is your only way to sign in, so it stays until there is another one or a password.
methods-passkey-name = Name for a new passkey
methods-passkey-name-hint = So that you know it again, such as the device it is on. You may leave it empty.
methods-passkey-add = Add a passkey
methods-password-set = Set a password
methods-password-none = You have no password.
methods-done-passkey = The passkey was removed. Every other device is signed out. Delete it on your device too.

error-passkey-wrong = This passkey does not sign in here. Try another one, or go on in another way.
error-passkey-over = This page was open for too long. Try again now.
error-passkey-not-added = The passkey could not be added. Try again now.

change-passkey-added = a passkey was added
change-passkey-removed = a passkey was removed, and every other device was signed out
