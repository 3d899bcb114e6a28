# Pages for administrators and for owners of apps. $tenant, $domain and $brand are filled in everywhere.

## Signed in, and not let in

no-admin-title = For administrators
no-admin-heading = These pages are for administrators of { $tenant }
no-admin-role-lead = You are signed in as { $address }, who does not administer { $tenant }.
no-admin-role-next = Only members of { $tenant } with the admin role get in. If you have another account that does, sign in with it; else ask somebody who administers { $tenant } to give you the role.
no-admin-factor-lead = You are signed in as { $address } with a password alone, and { $tenant } asks its administrators for a second factor.
no-admin-factor-next = Sign in again with your second factor. If you have none yet, whoever runs { $brand } can let you in without one for as long as you need to set it up: admin_mfa in the file of { $tenant }.
no-admin-switch = Sign in as somebody else

## Around every admin page

admin-sections = Administration
admin-guests = Guests
yes = Yes
no = No
none = none
never = never

## The list of guests

guests-search-label = Name or address
guests-search-button = Search
guests-state-label = State
guests-state-all = All states
guests-state-pending = PendingAcceptance
guests-state-accepted = Accepted
guests-state-blocked = Blocked
guests-none = { $tenant } has no guests yet.
guests-no-match = No guest matches this search.
guests-all = Show all guests
guests-pages = Pages
guests-next-page = Next page
guests-first-page = First page

state-blocked = { $state }, blocked

fact-since = Since
fact-accepted = Invitation accepted
fact-source = Source
fact-route = Route
fact-link-ends = Link ends
fact-access-ends = Access ends
fact-mail = Mail
fact-other-mails = Other mails
fact-principal-name = User principal name
fact-object-id = Object id
fact-made = Made
fact-last-sign-in = Last sign-in
fact-invited-by = Invited by
fact-invitation = Invitation
fact-redeem-url = Redeem URL
fact-way-in = Way in
only-by-invitation-link = Only through the redeem URL

group-guest = Guest
group-invitation = Invitation
group-apps = Apps
group-consent = Review permissions and terms of use

answer-accepted = Accepted { $at }
answer-declined = Declined { $at }
answer-accepted-before-reset = Accepted { $at }, before the reset
answer-declined-before-reset = Declined { $at }, before the reset

route-at = Will sign in at { $name }
route-passcode = Will use a one-time passcode
route-personal-account = Will use a personal account
route-social = Will sign in with { $names }
route-nowhere = Has no way to sign in here

attention-no-mail = Another object of the directory holds this address, so the guest has no mail here. Direct links do not work; the redeem URL does.
attention-bounced = The mail server of the guest did not take the invitation. Check the address, then send it again or pass the redeem URL on yourself.
attention-declined = The guest declined. Any link still lets them come back and accept.
attention-link-ended = The link of the invitation ended. Send it again to renew it.
attention-revoked = The invitation was revoked: no link redeems it. Invite the guest again to open it anew.
attention-no-way-in = Nothing is switched on by which this guest could sign in: no identity provider for the domain, no passcode, no personal accounts.
attention-domain-blocked = Guests of this domain are not let in any more.
attention-access-ended = Access ended by its date. Set a later one to let the guest in again.

## Can this person get in? Said by `vestibule explain` and by the admin page of that name

explain-url = Link
explain-url-shape = This is no complete https:// address.
explain-url-host = Nothing of ours answers on this host and port.
explain-url-common = This address names no organization, so it is refused for everybody: a common URL leads nowhere.
explain-url-unknown = This address names an organization that does not exist here or does not use this app; the two look alike from outside.
explain-url-disagree = This address names two organizations that are not the same.
explain-url-path = This path could be read in two ways, so it is refused.
explain-url-page = No page that anybody is sent to has this address.
explain-url-another = This link leads into another organization.
explain-next-link = Use the address of an app, of the access panel, or of an invitation mail.
explain-next-tenant = Name the organization as the app does it: by its host, in front of the path, or with ?tenantid=. An id or a verified domain will do.
explain-next-another = Ask an administrator of that organization.

explain-tenant = Organization
explain-tenant-host = { $tenant }, because the host lies in one of its domains.
explain-tenant-path = { $tenant }, named in the path.
explain-tenant-query = { $tenant }, named by tenantid in the query.
explain-tenant-pin = { $tenant }, which the browser's session would have pinned.

explain-app = Where it leads
explain-app-assigned = { $app }, for people who are assigned to it.
explain-app-open = { $app }, for everybody who gets into the organization.
explain-app-panel = The access panel.
explain-app-invitation = The mail link of an invitation.
explain-app-admin = The pages of administrators.

explain-person = Person
explain-person-member = { $address } is a member of { $tenant }.
explain-person-member-blocked = { $address } is a member of { $tenant } whose account is blocked.
explain-person-no-member = { $address } lies in a domain of { $tenant } and is no member of it. Addresses of its own domains cannot be invited.
explain-person-nobody = Nobody was invited to { $tenant } as { $address }. Somebody who was invited under another address gets in with that one.
explain-person-blocked = { $address } is a guest of { $tenant } whom an administrator blocked.
explain-person-domain = { $address } is a guest of { $tenant }, which lets in no guests of this domain any more.
explain-person-accepted = { $address } is a guest of { $tenant } and accepted the invitation.
explain-person-pending = { $address } is a guest of { $tenant } and has not redeemed the invitation yet.
explain-person-no-mail = { $address } is a guest of { $tenant } without mail, because another object of the directory holds the address. Only the redeem URL finds this guest.

explain-invitation = Invitation
explain-invitation-pending = Sent on behalf of { $inviter }; its link works.
explain-invitation-declined = Sent on behalf of { $inviter } and declined. Its link still works.
explain-invitation-bounced = Sent on behalf of { $inviter }; the mail server of the guest did not take it. Its link works.
explain-invitation-ended = Sent on behalf of { $inviter }; its link ended.
explain-invitation-revoked = It was revoked: no link redeems it.
explain-invitation-accepted = It was accepted; its link leads to the sign-in.

explain-route = Way to sign in
explain-step-ask = The address is asked for.
explain-step-federate = { $name } signs the person in: it is the identity provider for { $domain }, or the way that was chosen for this guest.
explain-step-home = { $name } signs the person in: { $domain } is a domain of that organization of this instance.
explain-step-choose = No home organization is known for this domain, so a page offers: { $ways }. It is the same for every address.
explain-step-choose-without = No home organization is known for this domain, so a page offers: { $ways }. It is the same for every address. Switched off: { $off }.
explain-step-member = The password of a member.
explain-step-account = The password of a personal account.
explain-step-create = A code proves the mailbox, then the person makes a personal account.
explain-step-code = A code is sent to the mailbox.
explain-step-ended = The page says that the link of the invitation ended.
explain-step-no-way = Nothing is switched on by which this person could sign in.
explain-way-code = a one-time passcode
explain-way-account = a personal account
explain-way-password = a password

explain-matched = Who is let in
explain-match = This very person, signed in with { $method }.
explain-match-another = This very person, after choosing the way used before: { $method }.
explain-nobody = No sign-in that this link offers leads to this guest.
explain-nobody-here = Nobody here matches this address, so everybody sees the same page: how to get the invitation again, and how to switch.
explain-nobody-ended = The link ended, and nobody is let in by it.
explain-nobody-blocked = A blocked guest is let in by no link.
explain-nobody-domain = No guest of this domain is let in.
explain-nobody-bound = This guest signs in with { $method }, and this link does not offer that.
explain-nobody-no-mail = A guest without mail is found by no direct link.
explain-nobody-no-account = This guest has no personal account yet, and one is made only through the link of the invitation mail.

explain-mail = By the mail link
explain-mail-works = The link of the invitation mail works. { $step }
explain-mail-fails = The link of the invitation mail does not help either. { $step }

explain-consent = To agree to
explain-consent-done = Everything is agreed to.
explain-consent-review = Review permissions.
explain-consent-terms = Terms of use: { $documents }.
explain-consent-both = Review permissions, then terms of use: { $documents }.

explain-permit = At the app
explain-permit-passes = { $app } may be used.
explain-permit-agree = { $app } may be used once that is agreed to.
explain-permit-not-assigned = This person is not assigned to { $app }.
explain-permit-no = { $app } cannot be reached.
explain-admin-role = This person does not administer the organization.
explain-admin-factor = This administrator has to show a second factor.

explain-gets-in = Gets in.
explain-after-agreeing = Gets in after agreeing to what { $tenant } asks.
explain-by-mail-only = Does not get in by this link. The link of the invitation mail works.
explain-no = Does not get in.
explain-leads-nowhere = Nobody gets in: the link leads nowhere.

explain-next-agree = Nothing to do: what is left is shown after the sign-in.
explain-next-resend = Send the invitation again, and have the person use the link in that mail: vestibule guest resend { $address } --tenant { $domain }
explain-next-invite = Invite the person: vestibule invite { $address } --tenant { $domain }
explain-next-assign = Assign the person to { $app }: vestibule guest assign { $address } --app { $app } --tenant { $domain }
explain-next-unblock = Unblock the guest: vestibule guest unblock { $address } --tenant { $domain }
explain-next-domain = Let guests of this domain in again: allowed_domains and blocked_domains in the file of the organization.
explain-next-reset = If the person lost that way to sign in, reset the redemption: vestibule guest reset { $address } --tenant { $domain }
explain-next-ways = Switch a way to sign in on, or add an identity provider for the domain: the file of the organization.
explain-next-member = Add the member: vestibule member add { $address } --tenant { $domain }
explain-next-admin = Give the role to the member: vestibule member add --admin, or admin = true in the file of the organization.

explain-page-title = Can this person get in?
explain-page-lead = Type an address and a link as they were given out. The answer is made by the same rules that decide when the person comes, and changes nothing.
explain-address-label = E-mail address of the person
explain-link-label = The link that was opened
explain-button = Explain
explain-next-heading = What to do
explain-address-wrong = This is no e-mail address.
admin-explain = Can this person get in?
explain-to-guest = Show the guest

## What is done with a guest

action-back = Back
action-resend = Send again
action-resend-lead = The invitation mail goes out again, with the same link.
action-revoke = Revoke the invitation
action-revoke-lead = No link redeems this invitation any more, and the pending guest is closed. Inviting the address again opens it anew.

action-reset = Reset the redemption
action-reset-lead = The guest keeps the object and everything that is assigned to it, is signed out at once, and has to redeem a new invitation, with another way to sign in if need be.
action-reset-address = New address, if it changes
action-reset-mail = Send the invitation mail
action-block = Block
action-block-lead = The guest is signed out at once, everywhere, and no link lets them in until you unblock them.
action-unblock = Unblock
action-unblock-lead = The guest may sign in again.
action-expire = Set the end of access
action-expire-lead = Access ends by itself at the end of that day, UTC. Leave the field empty for no end.
action-expire-day = Last day, e.g. 2027-01-31
action-expire-wrong = This is no day. Write it as 2027-01-31.
action-delete = Delete
action-delete-lead = The guest is signed out at once and goes to the bin. Within 30 days the guest can be restored; after that, nothing is left but the proof of what was agreed to.
done-reset = The redemption was reset.
done-block = The guest was blocked and signed out.
done-unblock = The guest was unblocked.
done-expire = The end of access was set.
done-delete = The guest was deleted.
refused-address-taken = This address belongs to another guest by now. Delete that guest first, or use another address.
refused-own-domain = This address lies in a domain of the organization itself; its people are members and need no invitation.
refused-identity-taken = Another guest signs in with the same account by now. Delete that guest first.
refused-ended = The access of this guest has ended. Set a later end first.
refused-past-end = This day lies in the past. To end access now, block the guest.
done-resend = The invitation was sent again.
done-revoke = The invitation was revoked.
done-invited = The guest was invited; the mail is on its way.
done-invited-without-mail = The guest was invited, and no mail was sent. Pass the redeem URL below on yourself.
done-assigned = This guest accepted an earlier invitation; what you chose was assigned, and no mail was sent.

refused-not-allowed = You may not do this for this guest.
refused-no-guest = This guest is not there any more.
refused-no-invitation = This guest has no invitation.
refused-state = The invitation does not allow that any more. Look at its state.
refused-blocked = This guest is blocked. Unblock the guest first.
refused-domain = Guests of this domain are not let in. Change the domain lists of the organization first.
refused-unknown = This organization has no such app, group or role.
refused-mail-blocked = This address blocked invitation mails. Pass the redeem URL on yourself.
refused-too-many = This address was sent enough mails today. Try again tomorrow, or pass the redeem URL on yourself.
refused-broken = This could not be done. Try again; if it goes on, quote the request id that the log shows.

## Inviting

admin-invite = Invite
invite-heading = Invite a guest
invite-address = E-mail address
invite-name = Name
invite-message = Message
invite-message-hint = Plain text, at most 2,000 characters. It stands in the mail as you type it.
invite-language = Language of the mail
invite-language-default = As the guest or the organization prefers
invite-cc = Copy of the mail to
invite-redirect = Where the guest lands
invite-apps = Apps
invite-groups = Groups
invite-sponsors = Sponsors
invite-sponsors-hint = Addresses of up to five people who answer for the guest; you, unless you name others.
invite-days = Days until the link ends
invite-days-hint = Leave it empty for what the organization chose.
invite-mail = Send the invitation mail
invite-preview = Preview
invite-preview-heading = Before anything is sent
invite-send = Send invitation
invite-edit = Change
invite-in-the-way = { $name } holds this address already, so the guest will have no mail here. Direct links will not work; the redeem URL will.
invite-address-wrong = One of the addresses is no e-mail address.
invite-days-wrong = Write the days as a number from 1 to 3650, or leave the field empty.

outcome-new = This will be a new guest.
outcome-renewed = This guest was invited already and will be invited again, with the same link.
outcome-accepted = This guest accepted an earlier invitation: what you choose will be assigned, and no mail is sent.

warning-only-by-link = This guest may have to make a personal account, which works only through the link in the mail.
warning-mail-limit = No mail will be sent: this address was sent enough of them today.
warning-mail-blocked = No mail will be sent: this address blocked invitation mails. Pass the redeem URL on yourself.
warning-provider = The identity provider of this guest does not answer at the moment.

invite-refused-not-allowed = You may not invite guests to this organization.
invite-refused-member = This address belongs to the organization itself; its people are members and need no invitation.
invite-refused-blocked = This guest was blocked by an administrator. Unblock the guest instead.
invite-refused-redirect = The guest can land at an app of this organization or at its access panel, at a complete https:// address.
invite-refused-unknown = An app, group or role that you chose does not exist here any more.
invite-refused-sponsor = One of the sponsors is nobody here. Sponsors are members, or guests who accepted.
invite-refused-sponsors = A guest has at most five sponsors.
invite-refused-not-yours = You may not give this app, group or role to others.
invite-refused-colleague = You may invite colleagues of your own organization only.
invite-refused-life = The link may not live longer than the organization's invitations do.
invite-refused-route = Guests cannot sign in that way here.
invite-refused-text = A text is too long, or holds characters that are not allowed.
invite-refused-too-many = There were too many invitations today. Try again tomorrow.

group-history = History

## Managing an app of one's own

manage-title = Manage { $app }
manage-people = Who has access
manage-nobody = Nobody is assigned to this app yet.
manage-remove = Take access away
manage-remove-person = Take access away from { $person }
manage-remove-heading = Take access away from { $person }?
manage-remove-lead = The person is signed out at once and cannot open { $app } any more. You can invite them again.
manage-remove-button = Take access away
manage-keep = Keep
manage-invite-heading = Invite somebody to this app
manage-invite-address = E-mail address
manage-invite-button = Invite
manage-done-invited = Invited. Somebody who is a guest already can open the app at once; everybody else gets a mail.
manage-done-removed = Access was taken away.
manage-kind-guest = Guest
manage-kind-member = Member
manage-kind-invited = Guest, invited
manage-kind-blocked = Blocked
manage-not-allowed = You may not invite this person. Ask an administrator of { $tenant }.
manage-domain = Guests of this domain may not be invited to { $tenant }.
manage-member = This address belongs to { $tenant } itself. Ask an administrator to assign the app.
manage-blocked = This guest was blocked by an administrator of { $tenant }.
manage-too-many = There were too many invitations today. Try again tomorrow.
manage-refused = This invitation could not be made. Ask an administrator of { $tenant }.
manage-by-group = Members of { $groups } have access as well. Administrators look after groups.

history-invited = Invited by { $by }
history-renewed = Sent again by { $by }
history-accepted = Accepted by { $by }
history-declined = Declined by { $by }
history-expired = The link ended
history-bounced = The mail server did not take the mail
history-revoked = Revoked by { $by }
history-reset = Reset by { $by }
history-by-guest = the guest
history-by-system = the command line or the system
