# Mails to guests. Arguments: $brand (product name), $tenant (inviting organization), $domain (its primary domain),
# $inviter (who invites), $place (app or page the link leads to), $host (our own host name), $minutes, $browser, $app.

## Invitation

mail-invitation-from = { $brand } Invitations on behalf of { $tenant }
mail-invitation-subject = { $inviter } invited you to use apps of { $tenant }
mail-invitation-preview = { $inviter } of { $tenant } invites you as a guest.
mail-invitation-warning-title = Did you expect this?
mail-invitation-warning = Follow the link only if you know { $inviter } and expected an invitation from { $tenant }. If you are unsure, ask them first, by phone or another way you already know.
mail-invitation-title = You are invited by { $tenant }
mail-invitation-organization = Organization
mail-invitation-domain = Domain
mail-invitation-inviter = Invited by
mail-invitation-message = Message from { $inviter }
mail-invitation-message-note = Written by { $inviter }, not checked by us.
mail-invitation-place-app = This link takes you to { $place }, an app of { $tenant }.
mail-invitation-place-url = This link takes you to { $place }.
mail-invitation-place-panel = This link takes you to your access panel, the page with all the apps { $tenant } shares with you.
mail-invitation-how = You sign in with an account or mailbox you already have. The link belongs to this mail address and keeps working as your way back.
mail-invitation-button = Get started
mail-invitation-link = If the button does not work, open this address:
mail-invitation-privacy = { $tenant } explains in its privacy statement how it handles your data:
mail-invitation-privacy-link = Privacy statement of { $tenant }
mail-invitation-privacy-none = { $tenant } has not provided a link to a privacy statement.
mail-invitation-block = Block future invitations from { $tenant }
mail-invitation-footer = Sent by { $brand } at { $host } because { $inviter } entered your address. As long as you do nothing, nobody gets in with it.

## One-time passcode

mail-passcode-from = { $brand } for { $tenant }
mail-passcode-subject-sign_in = Your code to sign in at { $tenant }
mail-passcode-subject-redeem = Your code to accept the invitation of { $tenant }
mail-passcode-subject-create_account = Your code to confirm your mailbox for { $tenant }
mail-passcode-subject-blocks = Your code to see your blocked invitation mails
mail-passcode-preview = Your code for { $tenant }
mail-passcode-title = Your one-time code
mail-passcode-intro-sign_in = Somebody who typed your address wants to sign in as a guest of { $tenant } ({ $domain }).
mail-passcode-intro-redeem = Somebody opened your invitation from { $tenant } ({ $domain }) and wants to accept it with this mailbox.
mail-passcode-intro-create_account = Somebody is creating a personal account with your address, to get in as a guest of { $tenant } ({ $domain }). This code proves only that the mailbox is yours.
mail-passcode-intro-blocks = Somebody who typed your address wants to see and change which invitation mails this mailbox blocks. The code does not sign anybody in.
mail-passcode-app = The app asked for: { $app }
mail-passcode-browser = Asked from: { $browser }
mail-passcode-valid = The code works once, for { $minutes } minutes, and only in the browser that asked for it.
mail-passcode-warning-title = Never give this code to anyone
mail-passcode-warning = Nobody from { $tenant } or { $brand } will ever ask you for it by phone, chat or mail. Type it only on a page whose address begins with { $host }/
mail-passcode-not-you = Was it not you? Then do nothing: without the code nobody gets in with your address.
mail-passcode-footer = Sent by { $brand } at { $host }
