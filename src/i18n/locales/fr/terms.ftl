# Conditions d’utilisation : ce qu’il faut ouvrir, ce qui a été refusé pour une application et ce qu’un invité a accepté.

## A document

terms-open = Ouvrir le document
terms-open-first = Veuillez ouvrir le document et le lire. Vous pourrez l’accepter à la fin.
terms-open-pdf-first = Veuillez ouvrir le document et le lire. Revenez ensuite à cette page pour l’accepter.
declined-app-heading = { $app } reste fermée
declined-app-document = Vous n’avez pas accepté « { $document } ».
declined-app = Sans cela, { $app } ne s’ouvre pas. Les autres applications de { $tenant } ne sont pas concernées.
declined-other-apps = Mes autres applications
review-technical-contact = Si quelque chose ne fonctionne pas : { $contact }

## What a guest accepted

accepted-title = Ce que vous avez accepté
accepted-heading = Ce que vous avez accepté
accepted-lead = Tout ce que { $tenant } vous a demandé d’accepter, exactement tel qu’on vous l’a montré.
accepted-none = { $tenant } ne vous a encore rien demandé d’accepter.
accepted-counts = Accepté, et valable.
accepted-until = Accepté, et valable jusqu’au { $day }.
accepted-over = Accepté. Ce n’est plus valable : quelque chose de plus récent l’a remplacé, ou le délai est écoulé.
accepted-declined = Refusé.
accepted-read = Relire
accepted-download = Télécharger
accepted-back = Vers mes applications
accepted-back-to-list = Retour à la liste
accepted-evidence = Conservé sous l’empreinte { $evidence } (SHA-256).
accepted-before-reset = Accepté avant la réinitialisation de votre accès. Ce n’est plus valable.
accepted-declined-before-reset = Refusé avant la réinitialisation de votre accès.
accepted-withdrawn = Accepté. Ce n’est plus demandé.

## A new version before it is asked for

terms-early-lead = Vous avez accepté une version antérieure, valable jusqu’au { $day }. Vous pouvez accepter celle-ci dès maintenant ; rien ne vous y oblige encore.
terms-early-later = Pas maintenant
terms-early-next = Si vous acceptez maintenant, rien ne vous sera demandé ce jour-là. Sinon, la question vous sera posée à cette date.
coming-heading = Conditions qui changent bientôt
coming-lead = La nouvelle version s’applique à partir du { $day }. Jusque-là, ce que vous avez accepté reste valable.
coming-read = Lire et accepter maintenant
coming-read-it = Lire et accepter maintenant : { $title }
