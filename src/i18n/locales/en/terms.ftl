# Terms of use: what must be opened, what was declined for one app, and what a guest accepted. $tenant is the inviting
# organization; pages fill it in everywhere.

## A document

terms-open = Open the document
terms-open-first = Please open the document and read it. You can accept it at its end.
terms-open-pdf-first = Please open the document and read it. Then come back to this page to accept it.
declined-app-heading = { $app } stays closed
declined-app-document = You did not accept “{ $document }”.
declined-app = Without it, { $app } does not open. The other apps of { $tenant } are not affected.
declined-other-apps = My other apps
review-technical-contact = If something does not work: { $contact }

## What a guest accepted

accepted-title = What you accepted
accepted-heading = What you accepted
accepted-lead = Everything that { $tenant } asked you to agree to, exactly as it was shown to you.
accepted-none = { $tenant } has not asked you to agree to anything yet.
accepted-counts = Accepted, and it counts.
accepted-until = Accepted, and it counts until { $day }.
accepted-over = Accepted. It no longer counts: something newer has replaced it, or its time is over.
accepted-declined = Declined.
accepted-read = Read it again
accepted-download = Download
accepted-back = To my apps
accepted-back-to-list = Back to the list
accepted-evidence = Kept under the fingerprint { $evidence } (SHA-256).
accepted-before-reset = Accepted before your access was set up anew. It no longer counts.
accepted-declined-before-reset = Declined before your access was set up anew.
accepted-withdrawn = Accepted. It is asked for no longer.

## A new version before it is asked for

terms-early-lead = You have accepted an earlier version, and it counts until { $day }. You may accept this one now; nobody has to yet.
terms-early-later = Not now
terms-early-next = If you accept now, nothing will be asked on that day. If you do not, you will be asked then.
coming-heading = Terms that change soon
coming-lead = The new version applies from { $day } on. Until then, what you accepted before counts.
coming-read = Read and accept it now
coming-read-it = Read and accept it now: { $title }
