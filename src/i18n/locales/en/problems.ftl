# Pages about trouble: what is the matter, and what to do next. Never why the other side failed.

try-again = Try again
start-again = Start again
other-ways = Sign in another way
to-panel = Go to your apps

common-url-title = This address names no organization
common-url-what = Every organization has its own address here. This one says none, so { $brand } cannot know whose apps you want, and it does not guess.
common-url-next = Use the link in your invitation mail, or ask the organization that invited you. A right link looks like one of these:

not-found-title = There is nothing here
not-found-what = This address leads to no page and to no organization that { $brand } serves.
not-found-next = Check the address for typing errors, or open the link in your invitation mail.

start-again-title = Let us start again
start-again-what = This page was open for too long, or it was started in another browser. Nothing was sent and nothing is lost.
start-again-next = Start again in this browser. If you came from an app, open the app again.

idp-down-title = { $provider } does not answer
idp-down-what = We asked { $provider } to sign you in and got no answer in time.
idp-down-next = Try again in a minute. If it goes on, tell the help desk of your own organization.

idp-fault-title = Signing in at { $provider } did not work
idp-fault-what = { $provider } sent you back with an answer that we cannot use. You are not signed in, and nothing was shared.
idp-fault-next = Try again. If it goes on, tell the help desk of your own organization, and quote the request id below.

mail-down-title = We cannot send mail right now
mail-down-what = Your code could not be sent. This is our fault, not yours.
mail-down-next = Try again in a few minutes.

not-assigned-title = { $app } is not open to you
not-assigned-what = You are signed in, but { $tenant } has not given you { $app }.
not-assigned-next = Ask the person you work with at { $tenant } to give you this app. Your other apps work as before.

too-many-title = Please wait a little
too-many-what = There were too many tries in a short time, so we stopped for a while to keep accounts safe.
too-many-next = Wait a few minutes, then try again.

broken-title = Something went wrong on our side
broken-what = Your request could not be completed. Nothing was lost that you had already confirmed.
broken-next = Try again. If it goes on, tell the person who invited you, and quote the request id below.

admin-coming-title = Administration
admin-coming-what = The admin pages are not built yet: until they are, administrators use the command line and the files in config/tenants.
admin-coming-next = Guests and their apps are not affected.

## Beside form fields

error-address-shape = An e-mail address looks like name@organization.example.
error-address-too-long = This e-mail address is too long.
error-address-domain = The part after the @ is not a domain name.
error-code-wrong = This code is not right. Please check it against the newest mail.
error-code-ended = This code no longer works. Please ask for a new one.
error-code-shape = The code has digits only.
error-password-wrong = The address and password do not match.
error-name-empty = Please type your name.
error-name-too-long = Please shorten your name to 120 characters.
error-passphrase-short = Please use at least 15 characters.
error-passphrase-long = Please use at most 256 characters.
error-passphrase-common = This passphrase is among the first that somebody would try. Please choose one that only you would think of.
error-link-ended = This link does not work any more. Ask your administrator for a new one.
error-viewed = Please open and read the document, then tick the box.

trial-over-title = The trial sign-in is over
trial-over-what = The terminal shows what the identity provider said. Nobody was signed in here.
trial-over-next = You can close this page.
