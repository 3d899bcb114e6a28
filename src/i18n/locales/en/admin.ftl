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
