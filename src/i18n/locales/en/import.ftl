# Inviting many by a file, on the pages for administrators, and what an invite form asks for besides.

admin-import = Invite many
import-heading = Invite many guests by a file
import-lead = One row for each guest, in a CSV file whose first line holds headings. Every row is shown before anything is sent.
import-last = Show the file that you uploaded last
import-columns = Headings that are understood
import-columns-needed = This column must be there:
import-columns-known = These may be there:
import-columns-several = Several in one cell stand apart by semicolons; a role is written with its app; a life of the link with its unit:
import-columns-original = The headings of Microsoft Entra’s bulk invitation template are understood too, and so is the template itself.
import-defaults = For rows that do not say otherwise
import-message = Message
import-redirect = Where the guest lands
import-mail = Send the invitation mail
import-again = Also invite again whom an earlier file invited in the same way
import-apps = Apps for everybody in the file
import-roles = App roles for everybody in the file
import-groups = Groups for everybody in the file
import-file = CSV file
import-file-hint = UTF-8, at most { $size } and { $rows } rows.
import-read = Show what would happen

import-no-file = Choose a file first.
import-too-large = The file is larger than { $size }. Split it.
import-not-text = The file is no UTF-8 text. Save it in your spreadsheet as “CSV UTF-8”.
import-empty = The file has no rows. Its first line must be headings, for example email,name,message.
import-no-address = No heading names the address. Call that column email.
import-heading-twice = Two columns mean the same: { $heading }. Remove one.
import-too-long = The file has more than { $rows } rows. Split it.
import-too-wide = The file has more than { $columns } columns. It must be a table of people, one row each.
import-gone = That file is not here any more: it was replaced, forgotten, or kept for an hour and no longer, or you have signed in anew since. Upload it again; rows that were done are not done twice.
import-busy = The guests of your last file are still being invited. Look at it, and upload this one when it is done.

import-foreseen = Before anything is sent
import-foreseen-lead = { $count ->
    [one] One row was read. Nothing has been done yet.
   *[other] { $count } rows were read. Nothing has been done yet.
}
import-running = The guests are being invited
import-running-lead = { $count ->
    [one] One row is being worked on. This page looks again by itself; below stands what was foreseen.
   *[other] { $count } rows are being worked on. This page looks again by itself; below stands what was foreseen.
}
import-begun = This was begun and not finished
import-begun-lead = { $count ->
    [one] The row is done or untouched, nothing between. Go on: what is done is not done twice.
   *[other] Each of the { $count } rows is done or untouched, nothing between. Go on: what is done is not done twice.
}
import-done = What became of each row
import-done-lead = { $count ->
    [one] The row was worked on.
   *[other] All { $count } rows were worked on.
}
import-counts = Rows by result
import-all-rows = All rows
import-invited = New guest
import-renewed = Invited again
import-assigned = Accepted before; assigned
import-unchanged = Unchanged
import-failed = Not possible
import-line = Line { $line }
import-run = Invite these guests
import-go-on = Go on
import-forget = Forget the file
import-download = Download as CSV
import-to-guests = Show the guests
import-previous-page = Previous page
import-budget = This organization may send { $most } invitations a day. Rows beyond that will fail; upload the file again tomorrow for the rest.
import-ignored = These columns mean nothing here and are ignored: { $headings }

row-no-address = The address is missing.
row-address = “{ $text }” is no e-mail address.
row-twice = The address stands already in line { $line }.
row-yes-or-no = “{ $text }” is neither true nor false.
row-cc = “{ $text }”, who is to get a copy, is no e-mail address.
row-link-life = “{ $text }” is no life of a link. Write a number and a unit, such as 12h or 14d.
row-app = There is no app “{ $text }”.
row-group = There is no group “{ $text }”.
row-role = There is no role “{ $text }”. Write the app, a colon and the role.
row-sponsor = “{ $text }”, who is to be a sponsor, is no e-mail address.

invite-roles = App roles
invite-route = How the guest signs in
invite-route-default = As the address says
invite-route-passcode = One-time passcode
invite-route-account = Personal account
invite-route-hint = For this guest alone. Leave it as it is unless the usual way does not fit.
warning-no-copy = No copy of the mail is sent: that mailbox takes no invitation mails, or had enough of them today.

## What an owner of an app may add

manage-invite-more = Name, message and more
manage-invite-name = Name
manage-invite-message = Message
manage-invite-message-hint = Plain text, at most 2,000 characters. It stands in the mail as you type it.
manage-invite-language = Language of the mail
manage-invite-roles = Roles in { $app }
manage-invite-cc = Copy of the mail to
manage-invite-sponsors = Sponsors
manage-invite-sponsors-hint = Addresses of up to five people who answer for the guest; you, unless you name others.
manage-invite-redirect = Where the guest lands in { $app }
manage-invite-redirect-wrong = The guest can land only in { $app }, at a complete https:// address.
manage-invite-days = Days until the link ends
manage-invite-days-hint = Leave it empty for what { $tenant } chose.
manage-invite-mail = Send the invitation mail
manage-done-without-mail = Invited, and no mail was sent. Pass this link on yourself: { $url }
manage-done-assigned = This person is a guest already and can open the app at once.

## More of the list and of a guest

guests-total = { $count ->
    [one] One guest
   *[other] { $count } guests
}
guests-state-deleted = Deleted
guests-source-label = Source
guests-source-all = All sources
guests-source-invited = Invited user
guests-source-passcode = One-time passcode
guests-source-account = Personal account
guests-source-organization = Another organization here
state-deleted = Deleted
guest-deleted = This guest was deleted on { $at } and can be restored within 30 days of it.
guest-mail-error = The last invitation mail was not taken: { $error }
in-the-way-contact = The contact { $name } ({ $id }) holds this address, so the guest has no mail here and only the redeem URL works. Remove the contact, then invite again.
in-the-way-member = The member { $name } ({ $id }) holds this address, so the guest has no mail here and only the redeem URL works. Take the address away from the member, then invite again.
in-the-way-guest = The guest { $name } ({ $id }) holds this address, so this guest has no mail here and only the redeem URL works. Take the address away from that guest, then invite again.
fact-sponsors = Sponsors
fact-guest-inviter = May bring colleagues
fact-invitation-mail = Invitation mail
fact-roles = App roles
fact-groups = Groups
action-restore = Restore
action-restore-lead = The guest comes back with everything that was assigned. Whoever had not redeemed gets a new link, which you can then send.
done-restore = The guest was restored.
action-reset-factor = Reset the second factor
action-reset-factor-lead = What the guest registered as a second factor for this organization goes, the guest is signed out at once and told by mail, and registers a new one at the next sign-in that asks for it.
done-reset-factor = The second factor was reset.
mail-waiting = Waits; next try { $at }
mail-sent = Sent { $at }
mail-bounced = Came back { $at }
mail-given-up = Given up
manage-search = Search among them
manage-no-match = Nobody matches this search.
