# Other people's applications: what they learn about a guest, and how that is taken back. $app is the application.

client-consent-title = Share who you are
client-consent-heading = { $app } asks who you are
client-consent-lead = { $app } is somebody else's application, which { $tenant } lets its guests use. It learns nothing until you agree.
client-consent-lead-own = { $app } asks you to confirm what it learns about you at { $tenant }.
client-consent-learns = It would learn:
client-consent-host = The answer goes to { $host }.
client-consent-next = If you decline, { $app } learns nothing about you. If you agree, you can take it back later on your account page.
client-scope-openid = that you are signed in, how you signed in, and an identifier of you at this organization
client-scope-profile = your name, your groups, and your roles in this application
client-scope-email = your e-mail address
client-scope-offline = the same again later, until you sign out
client-scope-permission = what the permission “{ $permission }” allows, in your name

## A device without a keyboard

device-title = Sign in on a device
device-heading = Enter the code that your device shows
device-lead = A device or program wants to sign you in at { $tenant }. Enter the code only if you have just started that yourself.
device-label = Code
device-hint = Eight letters, with or without the hyphen.
device-button = Continue
device-wrong = No device waits with this code. Look at the device again; codes count for 15 minutes.
device-next = You sign in as usual, and then you are asked once more whether it is your device.
device-consent = Your device must show the code { $code }. If you did not start this yourself, decline: somebody may be trying to sign in with your account.
device-done-heading = Your device goes on
device-done = You can close this page.
device-over-heading = Nothing was allowed
device-over = The device was not let in, or it does not wait any more. You can close this page, or start again on the device.

## Applications on the account page

client-list-title = Applications that know you
client-list-heading = Applications that know you
client-list-lead = These applications of others were told who you are at { $tenant }, because you agreed.
client-list-none = No application of somebody else was told who you are at { $tenant }.
client-list-since = Since { $day }
client-list-withdraw = Take it back
client-list-withdraw-from = Take it back from { $app }
client-list-back = Back to my account
client-list-link = Applications that know me
