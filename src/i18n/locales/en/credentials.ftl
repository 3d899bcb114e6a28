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

## A block that outlives the guest

invite-refused-barred = This guest was blocked by an administrator and has left since. The block is lifted on the command line: vestibule guest unblock, with the address.

## The end of a personal account

account-erase-account = Erase my personal account
erase-account-title = Erase your personal account
erase-account-heading = Erase your personal account?
erase-account-lead = Its password and its second steps are erased at once, for every organization. Where you are a guest, you stay one: you prove your mailbox and sign in another way.
erase-account-button = Erase my personal account
erase-account-next = You are signed out everywhere. What organizations keep about you as their guest is theirs to keep until you leave; leave first where you want to.
erase-also-account = Erase everything, and my personal account
account-erased-title = Your personal account is erased
account-erased-heading = Your personal account is erased
account-erased-lead = Its password and its second steps are gone, and you are signed out everywhere.
account-erased-next = Where you are still a guest, you can prove your mailbox and sign in another way. You can close this page.
erase-elsewhere-heading = Not from here
erase-elsewhere-lead = Your personal account has a second step of its own, and { $tenant } asks you for another one.
erase-elsewhere-next = Erase the account in an organization that asks for the second step of your account.
sign-in-first-lead-account = To erase your personal account, you must have signed in with it during the last 10 minutes.

change-sign-in-way = how you sign in to { $tenant } was changed, and every other device was signed out
sign-out-changing = You were about to change how you sign in. Signing out gives that up: you sign in as before.
sign-in-first-lead-erase = To erase what is kept about you, you must have signed in during the last 10 minutes, with your second step or passkey if you set one up.
