# Blockera inbjudningsmejl och ta emot dem igen.

## The link in the invitation mail

block-title = Blockera inbjudningsmejl
block-heading = Inga fler inbjudningsmejl?
block-lead = Det gäller mejl till { $address }. Ingenting blockeras förrän du har valt och bekräftat.
block-legend = Vems inbjudningsmejl vill du blockera?
block-reach-tenant = De från { $tenant } ({ $domain })
block-reach-everybody = De från alla organisationer som bjuder in via { $brand }
block-button = Blockera
block-next = Den åtkomst du redan har förblir som den är, och inbjudningar som du har kan du fortfarande acceptera. Du kan ångra blockeringen när som helst.
block-missing = Välj vems mejl du vill blockera.

block-done-title = Inbjudningsmejl är blockerade
block-done-heading = Inbjudningsmejl är blockerade
block-done-tenant = { $tenant } kan inte längre skicka inbjudningsmejl till { $address }.
block-done-everybody = Ingen organisation kan längre skicka inbjudningsmejl till { $address } via { $brand }.
block-done-access = Den åtkomst du redan har förblir som den är.
block-done-undo = Se vad som är blockerat, och ångra det

## What a mailbox does not take

blocks-title = Blockerade inbjudningsmejl
blocks-heading = Blockerade inbjudningsmejl
blocks-lead = Skriv din e-postadress. Vi skickar en kod för att kontrollera att postlådan är din. Sedan ser du vilka organisationer som inte kan skicka inbjudningsmejl till den.
blocks-next = Bara postlådans ägare ser listan. Organisationer får veta att ett mejl inte skickades, och ingenting mer.
blocks-code-lead = Om { $address } är känd här är en kod nu på väg dit.
blocks-list-lead = De här inbjudningsmejlen når inte { $address }:
blocks-none = Inga: alla organisationer här kan skicka inbjudningsmejl till dig.
blocks-row-tenant = Mejl från { $name }
blocks-row-everybody = Mejl från alla organisationer
blocks-since = sedan { $date }
blocks-allow = Ta emot dem igen
blocks-block-all = Blockera inbjudningsmejl från alla organisationer
blocks-list-next = Varje ändring gäller genast. Stäng sidan när du är klar.
