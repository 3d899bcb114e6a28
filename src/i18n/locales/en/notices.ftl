# Short mails about something that happened or is about to. Arguments: $brand, $host, $tenant, $domain as in mail.ftl, and
# what each notice names: $date, $time, $browser, $method, $guests, $address.

notice-from = { $brand } for { $tenant }
notice-from-instance = { $brand }
notice-link = If the button does not work, open this address:
notice-footer = Sent by { $brand } at { $host }. Please do not answer this mail: nobody reads the answers.

## Access ends soon (to the guest)

notice-access-ends = Your access to { $tenant } ends on { $date }
notice-access-ends-what = You use apps of { $tenant } ({ $domain }) as a guest. On { $date } this access ends by itself.
notice-access-ends-next = If you still need it, ask the person you work with at { $tenant } in good time. If you do not, there is nothing to do.
notice-access-ends-button = Open your apps

## Signed in from a new browser (to the guest)

notice-new-device = Your account was used in a new browser
notice-new-device-what = On { $time }, somebody signed in with your account { $address } in a browser that we did not know: { $browser }.
notice-new-device-you = Was it you? Then there is nothing to do.
notice-new-device-not-you = Was it not you? Then choose a new password at once, and end all sessions that you do not know.
notice-new-device-button = Look at your account

## A way to sign in was added, changed or removed (to the owner of the account)

notice-method-changed = A way to sign in to your account was changed
notice-method-changed-what = On { $time }, this was changed for your account { $address }: { $method }.
notice-method-changed-you = Was it you? Then there is nothing to do.
notice-method-changed-not-you = Was it not you? Then look at your ways to sign in at once, remove what is not yours, and end all sessions.
notice-method-changed-button = Look at your account

## Access review (to a sponsor)

notice-review = Please review the guests of { $tenant }
notice-review-what = You look after guests of { $tenant } ({ $domain }). Please say which of them still need access: { $guests }.
notice-review-until = Please answer by { $date }. After that, { $tenant } decides for you, by the rule it has chosen.
notice-review-button = Review guests

## The invitation or the access has ended (to the guest)

notice-ended = Your access to { $tenant } has ended
notice-ended-what = { $tenant } ({ $domain }) has ended your access as a guest. The link in your invitation mail no longer lets you in.
notice-ended-next = If you think that this is a mistake, ask the person you work with at { $tenant }.

## Invitation mails are blocked (to the owner of the mailbox)

notice-blocked = No more invitation mails from { $tenant }
notice-blocked-all = No more invitation mails
notice-blocked-what = As you asked, { $tenant } ({ $domain }) can no longer send invitation mails to { $address } by { $brand } at { $host }.
notice-blocked-all-what = As you asked, no organization can send invitation mails to { $address } by { $brand } at { $host } any more.
notice-blocked-next = Access that you already have stays as it is. Did you not ask for this, or have you changed your mind? You can undo it on the page of your blocked invitations.
notice-blocked-button = See what is blocked
