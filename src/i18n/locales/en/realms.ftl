# Where guests sign in: other ways, social providers, addresses that do not fit.

another-way-last-time = I signed in another way last time
way-route-hint = This is where your address leads.
way-account = Make a personal account
way-account-hint = One account for every organization that invites you here.
way-provider-create = Create an account at { $provider }

sign-out-home = Sign out of { $tenant } and also of { $provider }
sign-out-home-hint = You leave for { $provider }, which closes its own apps in this browser as well.

strict-title = Only the invited address may come in
strict-heading = { $tenant } lets in the invited address alone
strict-lead = You are signed in under another address, and { $tenant } does not accept a second address for an invitation.
strict-ask = If you no longer use the invited address, ask { $inviter } to invite the address that you are signed in with.
