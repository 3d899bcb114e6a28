# The guest's own page, leaving, and reviews of access; and the mails about them. Variables as in pages.ftl.

## Mails about a change. Arguments: $guest (a person's name), $day (a date), $count (a number).

mail-notice-from = { $brand } for { $tenant }
mail-notice-footer = Sent by { $brand } at { $host } on behalf of { $tenant } ({ $domain }).
mail-access-ends-subject = Your access to { $tenant } ends on { $day }
mail-access-ends-title = Your access ends soon
mail-access-ends-what = Your access as a guest of { $tenant } ends on { $day }. After that you can no longer open its apps.
mail-access-ends-next = If you still need it, tell the person at { $tenant } who invited you. You need not do anything to let it end.
mail-access-ends-button = Open my apps
mail-guest-ends-subject = The access of { $guest } to { $tenant } ends on { $day }
mail-guest-ends-title = A guest’s access ends soon
mail-guest-ends-what = You answer for { $guest } as a guest of { $tenant }. The access of this guest ends on { $day }.
mail-guest-ends-next = If it should go on, ask your administrator to give it another end. Otherwise nothing needs to be done.
mail-guest-ends-button = Open my apps
mail-review-access-subject = Please review your guests of { $tenant } until { $day }
mail-review-access-title = Do your guests still need access?
mail-review-access-what = { $tenant } reviews who has access as a guest. { $count ->
    [one] One guest is
   *[other] { $count } guests are
} yours to answer for.
mail-review-access-next = Please say of each whether to keep or remove the access, until { $day }. Sign in as yourself; the link opens nothing for anybody else.
mail-review-access-button = Review my guests

## Codes that prove a mailbox and sign nobody in.

mail-passcode-subject-leave = Your code to leave { $tenant }
mail-passcode-intro-leave = Somebody who typed your address wants to leave { $tenant } ({ $domain }) as its guest. This code proves only that the mailbox is yours; it signs nobody in.
mail-passcode-subject-change_sign_in = Your code to change how you sign in at { $tenant }
mail-passcode-intro-change_sign_in = You are about to sign in another way as a guest of { $tenant } ({ $domain }). This code proves that the mailbox is yours.
