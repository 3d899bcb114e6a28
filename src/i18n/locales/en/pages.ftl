# Pages that guests see. $tenant is the inviting organization, $domain its first verified domain, $brand the name of this
# instance; pages fill them in everywhere. Keep sentences whole: no text is glued together from parts.

## Around every page

skip-to-content = Skip to content
signed-in-as = Signed in as
sign-out = Sign out
footer = { $brand } lets guests into the apps of other organizations.
footer-privacy = Organizations see only what you agree to share.
footer-languages = Language
request-id = Request id
happens-next = What happens next

## Address

sign-in-title = Sign in
sign-in-heading = Sign in to { $tenant }
sign-in-lead = Type the e-mail address that { $tenant } invited.
sign-in-lead-app = { $app } is ready for you. Type the e-mail address that { $tenant } invited.
address-label = E-mail address
sign-in-button = Continue
sign-in-next = You sign in with the account you already have at work or at school. If there is none, you get a way to sign in by e-mail.

## Ways to sign in

choose-title = Choose how to sign in
choose-heading = Choose how to sign in
choose-lead = These are the ways to sign in that { $tenant } offers to { $address }.
use-another-address = Use another address
way-code = Send me a code by e-mail
way-code-hint = You type it on the next page.
way-password = Use my { $brand } password
way-password-hint = For people who made a personal account here.
way-or = or
way-provider = Continue with { $provider }
choose-next = Once you are signed in, you see what { $tenant } asks for before anything is shared.

## Code by e-mail

offer-title = Get a code
offer-heading-sign-in = Sign in with a code
offer-heading-mailbox = Is this mailbox yours?
offer-lead-sign-in = We send a code to { $address }. It signs you in to { $tenant }.
offer-lead-mailbox = Before you go on, we make sure that this invitation is yours: we send a code to { $address }.
offer-button = Send me a code by e-mail

code-title = Enter your code
code-heading = Check your mail
code-lead-sign-in = If { $address } can sign in here with a code, one is on its way to it now.
code-lead-mailbox = To make sure that this invitation is yours, we sent a code to { $address }.
code-sender = It comes from { $sender }.
code-label = { $count ->
    [one] Code ({ $count } digit)
   *[other] Code ({ $count } digits)
}
code-minutes = { $count ->
    [one] The code works for { $count } minute.
   *[other] The code works for { $count } minutes.
}
code-button = Continue
code-warning = Type the code on this page only. { $tenant } and { $brand } never ask for it by phone, chat or mail.
code-resend-question = No mail? Look into the spam folder first.
code-resend = Send a new code
code-resent = If the address is right, a new code is on its way. Only the newest code works.
code-next-sign-in = { $tenant } learns your address once the code is right and you have agreed to share it.
code-next-mailbox = After this you sign in, and the invitation is yours.

## Passwords

password-title = Sign in with your personal account
password-heading = Sign in with your personal account
password-lead = This is the password you chose for { $address } when you made your personal account with { $brand }. It is not the password of your mailbox.
password-label = Password
password-button = Sign in
sign-in-another-way = Sign in another way
password-next = { $tenant } never sees your password.
member-title = Sign in
member-heading = Sign in at { $organization }
member-lead = Type the password of { $address }.

## Creating a personal account

create-title = Create a personal account
create-heading = Create your personal account
create-lead = You make it once, with { $brand }. It opens the apps of { $tenant }, and of every other organization here that invites you.
create-address-label = E-mail address
create-address-hint = This address is proved and belongs to the invitation.
create-name-label = Your name
create-name-hint = As the people who work with you know it.
passphrase-label = Passphrase
passphrase-hint = At least 15 characters. A few words in a row are easy to remember; spaces are fine.
create-button = Create account
create-next = You see what { $tenant } asks for before anything is shared.
set-password-title = Choose your passphrase
set-password-heading = Choose your passphrase
set-password-lead = The link that your administrator gave you works once. Choose the passphrase you will sign in with.
set-password-token-label = Your link
set-password-token-hint = Paste the whole link that you were given.
set-password-button = Save passphrase
set-password-next = You sign in with your address and this passphrase. If you have signed in before, every device is signed out, and passkeys that you made before do not sign in by themselves any more: add yours anew afterwards.

## Somebody else, or nobody we know

wrong-title = This invitation is for somebody else
wrong-heading = You are signed in with another account
wrong-signed-in = Signed in
wrong-invited = Invited
wrong-lead = { $tenant } invited a different address than the one you are signed in with.
wrong-button = Switch to the invited address
wrong-hint = This signs you out here first. You stay signed in at your own organization.
wrong-prove-heading = Are both addresses yours?
wrong-prove-lead = Then keep the account you are signed in with. We send a code to the invited address to make sure.
wrong-prove-button = Send a code to the invited address
wrong-next = Once the invitation is yours, you see what { $tenant } asks for before anything is shared.
dead-end-title = No way in yet
dead-end-heading = We cannot let you in yet
dead-end-lead = { $tenant } has no invitation that this sign-in can use.
dead-end-invited = If you were invited, open the link in your invitation mail. The link tells us which invitation is yours.
dead-end-resend-heading = Cannot find the mail?
dead-end-address-label = Address that was invited
dead-end-resend = Send it to me again
dead-end-sent = If { $tenant } invited this address, the mail is on its way again. Please also look into the spam folder.
dead-end-switch-heading = Signed in with the wrong account?
dead-end-switch = Use another account
dead-end-next = If nobody has invited you yet, ask the person you work with at { $tenant }.
invitation-ended-title = This link has ended
invitation-ended-heading = This invitation link has ended
invitation-ended-lead = Links of { $tenant } work for a limited time. You can have a new one.
invitation-ended-button = Send a new mail
invitation-ended-hint = It goes to the address that was invited, and to no other.
invitation-ended-sent = If the invitation still stands, a mail with a new link is on its way to the address that was invited.
invitation-ended-next = Open the new mail and select Get started.

## Review permissions

review-title = Review permissions
review-heading = Review permissions
review-lead = { $tenant } asks for this before its apps open. You are asked once.
review-organization = { $tenant } ({ $domain }) would like to:
review-sign-in = Sign you in to its apps
review-receive = Receive your name, your e-mail address, and the identifier of your account at the place where you sign in
review-record = Keep a record of when you sign in and which of its apps you open
review-not-password = { $tenant } does not receive your password, and cannot act in your name anywhere else.
review-privacy-link = Privacy statement of { $tenant }
review-privacy-none = { $tenant } has not provided a link to its privacy statement.
review-privacy-contact = Questions about privacy: { $contact }
review-leave = You agree only if you trust { $domain }. You can stop at any time by asking { $tenant } to remove you.
accept = Accept
decline = Decline
review-next = If you decline, nothing is shared and you can come back later.

## Terms of use

terms-title = Terms of use
terms-lead = Please read this document. { $tenant } asks everybody who uses its apps to agree to it.
terms-position = Document { $number } of { $of }
terms-version = Version { $version }
terms-languages = Read it in
terms-open-pdf = Open the document (PDF)
terms-region = Text of the document
terms-next = If you decline, the apps of { $tenant } stay closed to you. You can come back and accept later.
declined-title = You declined
declined-heading = Nothing was shared
declined-terms-heading = The apps stay closed
declined-review = You did not agree to share your details with { $tenant }. So its apps stay closed, and { $tenant } learns only that you declined.
declined-terms = You did not accept “{ $document }”. Without it, { $tenant } does not open its apps to you.
declined-again = Look at it again
declined-next = Nothing else happens. Any link of { $tenant } brings you back to the same question.

## Access panel

panel-title = Apps
panel-heading = Your apps at { $tenant }
panel-search-label = Search apps
panel-search-button = Search
panel-search-clear = Show all apps
panel-none = { $tenant } has not given you any app yet. As soon as it does, the app appears here.
panel-none-next = If you expected one, tell the person who invited you which app you need. You may also be signed in with another address than the one that was invited.
panel-account = Your account
panel-organizations = Your organizations
panel-invited = Invited
panel-manage = Manage
panel-manage-app = Manage { $app }
panel-no-match = No app of yours matches “{ $search }”.
panel-matches = { $count ->
    [one] { $count } app found
   *[other] { $count } apps found
}

## Going on and leaving

continue-title = One moment
continue-heading = One moment
continue-lead = You are on the way to { $host }.
continue-button = Continue
sign-out-title = Sign out
sign-out-heading = Sign out
sign-out-lead = Where do you want to sign out?
sign-out-tenant = Sign out of { $tenant }
sign-out-tenant-hint = Closes its apps in this browser.
sign-out-everywhere = Sign out everywhere
sign-out-everywhere-hint = Closes the apps of every organization that you opened in this browser.
sign-out-stay = Stay signed in
signed-out-title = Signed out
signed-out-heading = You are signed out
signed-out-lead = The apps are closed in this browser.
signed-out-home = If this is a shared computer, also sign out at the place where you signed in, for example your organization, and close the browser.
signed-out-again = Sign in again
