# Blocking invitation mails, and taking them again. Arguments as in pages.ftl, and $address, $name, $date.

## The link in the invitation mail

block-title = Block invitation mails
block-heading = No more invitation mails?
block-lead = This is about mails to { $address }. Nothing is blocked until you choose and confirm.
block-legend = Whose invitation mails do you want to block?
block-reach-tenant = Those of { $tenant } ({ $domain })
block-reach-everybody = Those of every organization that invites by { $brand }
block-button = Block
block-next = Access that you already have stays as it is, and invitations that you have can still be accepted. You can undo the block at any time.
block-missing = Please choose whose mails you want to block.

block-done-title = Invitation mails are blocked
block-done-heading = Invitation mails are blocked
block-done-tenant = { $tenant } can no longer send invitation mails to { $address }.
block-done-everybody = No organization can send invitation mails to { $address } by { $brand } any more.
block-done-access = Access that you already have stays as it is.
block-done-undo = See what is blocked, and undo it

## What a mailbox does not take

blocks-title = Blocked invitation mails
blocks-heading = Blocked invitation mails
blocks-lead = Type your e-mail address. We send you a code, to make sure that the mailbox is yours; then you see which organizations cannot send invitation mails to it.
blocks-next = Only the owner of a mailbox sees this list. Organizations learn that a mail was not sent, and nothing else.
blocks-code-lead = If { $address } is known here, a code is on its way to it now.
blocks-list-lead = These invitation mails do not reach { $address }:
blocks-none = None: every organization here can send you invitation mails.
blocks-row-tenant = Mails of { $name }
blocks-row-everybody = Mails of every organization
blocks-since = since { $date }
blocks-allow = Take them again
blocks-block-all = Block invitation mails of every organization
blocks-list-next = Each change works at once. Close this page when you are done.
