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
