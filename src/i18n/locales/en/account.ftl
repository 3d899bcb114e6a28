# The guest's own page, leaving, and reviews of access; and the mails about them. Variables as in pages.ftl.

## A guest's access ends soon (to those who answer for the guest). Arguments as in notices.ftl, and $guest.

notice-guest-ends = The access of { $guest } to { $tenant } ends on { $date }
notice-guest-ends-what = You answer for { $guest } as a guest of { $tenant } ({ $domain }). On { $date } the access of this guest ends by itself.
notice-guest-ends-next = If it should go on, ask your administrator to give it another end. If not, there is nothing to do.
notice-guest-ends-button = Open your apps

## Codes that prove a mailbox and sign nobody in.

mail-passcode-subject-leave = Your code to leave { $tenant }
mail-passcode-intro-leave = Somebody who typed your address wants to leave { $tenant } ({ $domain }) as its guest. This code proves only that the mailbox is yours; it signs nobody in.
mail-passcode-subject-change_sign_in = Your code to change how you sign in at { $tenant }
mail-passcode-intro-change_sign_in = You are about to sign in another way as a guest of { $tenant } ({ $domain }). This code proves that the mailbox is yours.

## The guest's own page

account-link = Account
account-title = Your account
account-heading = Your account
account-organizations = Your organizations
account-member = Member
account-guest = Guest
account-invited = Invited
account-blocked = Blocked by this organization
account-here = You are here
account-switch = Go there
account-switch-to = Go there: { $name }
account-leave = Leave
account-leave-it = Leave { $name }
account-sessions = Where you are signed in
account-browser-unknown = A browser
browser-on = { $browser } on { $system }
account-this-browser = this browser
account-started = Signed in
account-used = last used
account-end = Sign out there
account-end-this = Sign out here
account-end-others = Sign out everywhere else
account-end-all = Sign out everywhere
account-settings = Sign-in and agreements
account-change-sign-in = Change how you sign in
account-accepted = What you accepted
account-data = Your data
account-data-lead = What { $tenant } keeps about you as its guest.
account-export = Download everything as a file
account-erase = Leave and erase everything
account-back = Back to your apps
account-stay = Cancel

## Leaving and erasing

leave-title = Leave { $tenant }
leave-heading = Leave { $tenant }?
leave-lead = You can no longer open its apps, and you are signed out everywhere.
leave-button = Leave
leave-next = { $tenant } can take you back within 30 days. After that, what it keeps about you is erased. What you agreed to stays on record without your name.
leave-mailbox-title = Leave { $tenant }
leave-mailbox-heading = Leave { $tenant }?
leave-mailbox-lead = The mailbox is yours. If you leave, nobody gets in with it any more.
leave-mailbox-button = Leave
leave-mailbox-next = { $tenant } can take you back within 30 days. After that, what it keeps about you is erased for good. To erase it at once, sign in and use your account page. What you agreed to stays on record without your name.
erase-title = Erase everything
erase-heading = Leave { $tenant } and erase everything?
erase-lead = What { $tenant } keeps about you as its guest is erased at once. Nobody can bring it back.
erase-button = Erase everything
erase-next = You are signed out everywhere. What you agreed to stays on record without your name. Apps of { $tenant } may keep data of their own; ask { $tenant } about it.
left-title = You have left
left-heading = You have left { $tenant }
left-lead = You are signed out, and you can no longer open its apps.
left-next = To come back, ask the person at { $tenant } who invited you for a new invitation. You can close this page.
erased-title = Everything is erased
erased-heading = You have left { $tenant }
erased-lead = What { $tenant } kept about you as its guest is erased.
erased-next = To come back, ask the person at { $tenant } who invited you for a new invitation. You can close this page.
nobody-title = Nothing to leave
nobody-heading = There is nothing to leave
nobody-lead = The mailbox is yours, and { $tenant } has no guest under its address.
nobody-next = If you were invited under another address, start again with that one. Otherwise you can close this page.

## Proof of a mailbox

dead-end-leave = You are a guest here and want to leave

leave-proof-title = Leave { $tenant }
leave-proof-heading = Leave { $tenant }
leave-proof-lead = Type the address that { $tenant } invited. You get a code that proves the mailbox is yours; you need not be able to sign in.
leave-proof-next = Nothing happens before you have typed the code and confirmed that you want to leave.
change-proof-title = Change how you sign in
change-proof-heading = Change how you sign in
change-proof-lead = First we make sure that { $address } is still yours: you get a code by e-mail.
change-proof-next = After the code you sign in the new way, within 15 minutes. Until then nothing changes; your apps and what you accepted stay as they are.
proof-send = Send me a code
sign-in-first-title = Sign in again first
sign-in-first-heading = Sign in again first
sign-in-first-lead = To change how you sign in, you must have signed in during the last 10 minutes.
sign-in-first-button = Sign in again
sign-in-first-next = You come back to this page and go on from there.

## Review of access

review-access-title = Review of guests
review-access-heading = Do these guests still need access?
review-access-lead = You answer for these guests of { $tenant }. Please say of each whether to keep or remove the access, until { $day }.
review-access-unanswered-keep = Guests without an answer stay.
review-access-unanswered-remove = Guests without an answer lose their access.
review-access-over = This review is over. You see what was answered.
review-access-left = { $count ->
    [0] You have answered for everybody.
    [one] One guest has no answer yet.
   *[other] { $count } guests have no answer yet.
}
review-access-last = last signed in on { $day }
review-access-never = never signed in
review-access-kept = Answered: keep
review-access-removed = Answered: remove
review-access-keep = Keep
review-access-remove = Remove
review-access-keep-one = Keep { $guest }
review-access-remove-one = Remove { $guest }
review-access-next = You can change your answers until the review ends. Only then are they carried out.

invite-refused-full = This organization has as many guests as it may have. Remove guests who need no access any more, or have the limit raised.
