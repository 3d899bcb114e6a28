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

clocks-title = The clock of { $provider } and ours do not agree
clocks-ahead-what = There it is about { $span } later than here, so we cannot tell whether its answer is meant for now. You are not signed in, and nothing was shared.
clocks-behind-what = There it is about { $span } earlier than here, so we cannot tell whether its answer is meant for now. You are not signed in, and nothing was shared.
clocks-next = Nothing is wrong with you or your device. Tell the help desk of your own organization, quote the request id below, and try again when the clock is set. If its clock is right, ours is wrong: then tell the person who invited you.
span-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
span-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
span-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}

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
error-viewed = Please open and read the document first. Then you can accept it.

trial-over-title = The trial sign-in is over
trial-over-what = The terminal shows what the identity provider said. Nobody was signed in here.
trial-over-next = You can close this page.

# On the hosts of apps, and before any page of ours: what happened, what was not done, and what to do next.

problem-bad-request-title = This request cannot be understood
problem-bad-request-what = The request does not follow the rules of HTTP, so it was not passed on.
problem-bad-request-next = Open the address again in your browser. If a program sent the request, have its maker look at it.

problem-no-administrator-title = This is for administrators
problem-no-administrator-what = Whoever is signed in does not administer this organization, so nothing was shown and nothing was changed.
problem-no-administrator-next = Sign in as an administrator of this organization.

problem-header-refused-title = This request was refused
problem-header-refused-what = It carries a header field that only this gateway may set.
problem-header-refused-next = If you use a browser extension or a tool that adds header fields, switch it off and try again.

problem-path-refused-title = This address was refused
problem-path-refused-what = The address can be read in more than one way, so it was not passed on.
problem-path-refused-next = Check the address, or start from the first page of the app.

problem-target-too-long-title = This address is too long
problem-target-too-long-what = The address is longer than this gateway passes on.
problem-target-too-long-next = Start from the first page of the app.

problem-too-many-fields-title = This request is too large
problem-too-many-fields-what = The request carries more header fields than this gateway passes on.
problem-too-many-fields-next = Delete the cookies of this site and try again.

problem-method-not-allowed-title = This method is not allowed
problem-method-not-allowed-what = TRACE and CONNECT are not passed on.
problem-method-not-allowed-next = Open the address in your browser.

problem-expectation-failed-title = This expectation cannot be met
problem-expectation-failed-what = The request expects something that this gateway does not do.
problem-expectation-failed-next = Send the request without the Expect field.

problem-misdirected-title = Nothing answers at this address
problem-misdirected-what = This gateway does not serve the host in the address, or your browser reused a connection to another host.
problem-misdirected-next = Check the address for typing mistakes, or reload the page.

problem-common-url-title = This link does not say which organization invited you
problem-common-url-what = The app serves several organizations, and this address names none of them.
problem-common-url-next = Use the link from your invitation mail, or ask the person who invited you for a link with the name of the organization in it.

problem-unknown-tenant-title = There is no such organization here
problem-unknown-tenant-what = The organization in this address is not known, or does not offer this app.
problem-unknown-tenant-next = Check the address, or ask the person who invited you for a new link.

problem-tenants-disagree-title = This link names two organizations
problem-tenants-disagree-what = Two parts of the address name different organizations, so it is not clear which one is meant.
problem-tenants-disagree-next = Use the link from your invitation mail, or ask for a new one.

problem-not-sent-title = You are not signed in, and nothing was sent
problem-not-sent-what = Your session has ended. What you entered was not passed on to the app.
problem-not-sent-next = Go back, copy what you entered, then sign in and send it again.

problem-sign-in-required-title = You need to sign in
problem-sign-in-required-what = This address is for signed-in guests.
problem-sign-in-required-next = Sign in, then try again.

problem-agreement-required-title = Something is left to agree to
problem-agreement-required-what = Before you go on, the organization asks you to agree to something.
problem-agreement-required-next = Open the app in your browser; you will see what it is.

problem-second-factor-required-title = A second step is needed
problem-second-factor-required-what = The organization asks for a code of your authenticator app, or a passkey, before this app opens.
problem-second-factor-required-next = Open the app in your browser; you will be asked there.

problem-open-outside-frame-title = You need to sign in
problem-open-outside-frame-what = A sign-in cannot be shown inside another page.
problem-open-outside-frame-next = Open the app on its own; you can sign in there.

problem-not-assigned-title = You do not have access to this app
problem-not-assigned-what = You are signed in, but this app was not shared with you.
problem-not-assigned-next = Ask the person who invited you to give you access to this app.

problem-foreign-origin-title = This request came from another site
problem-foreign-origin-what = Only the app's own pages may do this.
problem-foreign-origin-next = Start from the first page of the app.

problem-sign-in-failed-title = The sign-in could not be completed here
problem-sign-in-failed-what = The answer to your sign-in is too old, was used already, or belongs to another browser window.
problem-sign-in-failed-next = Start again; if you are still signed in, you will not be asked anything.

problem-not-found-title = There is no such page
problem-not-found-what = Nothing is at this address.
problem-not-found-next = Start from the first page of the app.

problem-app-down-title = The app does not answer
problem-app-down-what = You are signed in, but the app behind this gateway could not be reached.
problem-app-down-next = Try again in a few minutes. If it lasts, tell the person who invited you.

problem-app-slow-title = The app takes too long
problem-app-slow-what = You are signed in, but the app behind this gateway did not answer in time.
problem-app-slow-next = Try again in a few minutes. If it lasts, tell the person who invited you.

problem-loop-title = This request goes round in circles
problem-loop-what = The app's address leads back to this gateway.
problem-loop-next = Tell the operator of this gateway.

problem-maintenance-title = This app is being worked on
problem-maintenance-what = You are signed in, but the app is closed for a while.
problem-maintenance-next = Come back later; your access stays as it is.

problem-unavailable-title = This does not work at the moment
problem-unavailable-what = A part of this gateway does not answer.
problem-unavailable-next = Try again in a minute.

problem-request-id = Request id
problem-sign-in = Sign in
problem-start-again = Start again
app-sign-out-title = Sign out
app-sign-out-what = Do you want to leave one organization, or sign out everywhere?
app-sign-out-one = Sign out of { $tenant }
app-sign-out-everywhere = Sign out everywhere
app-signed-out-title = You are signed out
app-signed-out-what = Nobody is signed in here in this browser.
app-signed-out-next = You can close this window, or open the app again to sign in.

wrong-request-title = An application sent you here by mistake
wrong-request-what = An application asked to sign you in, but its request cannot be answered. Nobody was signed in, and nothing was passed on.
wrong-request-next = Go back to the application and begin again. If that leads here once more, send those who run it the lines below.
wrong-request-for-developers = For those who run the application:

problem-body-too-large-title = This is too large
problem-body-too-large-what = What you sent is larger than this app takes at once, so it was not passed on whole.
problem-body-too-large-next = Send less at once, or ask the people who run the app what it takes.

problem-body-too-slow-title = This came too slowly
problem-body-too-slow-what = The rest of what you sent did not arrive in time, so we stopped waiting for it.
problem-body-too-slow-next = Check your connection, then send it again.

problem-form-gone-title = There is nothing to send here
problem-form-gone-what = What you entered was sent already, was kept for too long, or was entered in another browser.
problem-form-gone-next = Look in the app whether it arrived. If not, enter it again.

problem-cookies-blocked-title = Your browser keeps no cookies for this app
problem-cookies-blocked-what = You signed in, but your browser does not bring back the cookie by which the app would know it, so you would be asked again and again.
problem-cookies-blocked-next = Allow cookies for this site in the settings of your browser, or in the extension that blocks them, then start again.

problem-sign-in-loop-title = Signing in goes round in circles
problem-sign-in-loop-what = You are signed in, but each time you reach the app you are sent back here. Your browser may drop cookies, a clock may be wrong, or the app itself sends you away.
problem-sign-in-loop-next = Close all windows of your browser and start again. If it goes on, tell the people who run the app, and quote the request id below.

app-form-title = Send what you entered?
app-form-what = You were not signed in when you sent this, so nothing has reached { $app } yet.
app-form-where = It goes to
app-form-send = Send it now
app-form-leave = Do not send it
