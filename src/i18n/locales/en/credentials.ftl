## A new way to sign in

change-confirm-title = Change how you sign in
change-confirm-heading = Sign in this way from now on?
change-confirm-lead = You have just signed in. If this is right, it replaces the way of before, which opens { $tenant } no more.
change-confirm-account = You signed in as
change-confirm-provider = At
change-confirm-guest = Guest of { $tenant }
change-confirm-code = the mailbox, with a code by e-mail
change-confirm-password = the personal account, with its password
change-confirm-button = Use this from now on
change-confirm-switch = Choose another account
change-confirm-stay = Keep the way of before
change-confirm-next = Nothing is changed until you say so. Your apps and what you accepted stay as they are, and every other session ends.
change-refused-heading = This account cannot be used here
change-refused-lead = { $tenant } does not take this account for you: another guest has it already, or its address has to sign in another way. Nothing was changed.

## A password that serves every organization

methods-password-elsewhere = It is the password of your personal account, which serves every organization. { $tenant } asks you for a second step of its own, so change the password in an organization that asks for the second step of your account.
