#!/usr/bin/env bash
# A guest with nothing but a mailbox: the code is read from the mailbox's API, and works once.
. "$(dirname "$0")/steps.sh"
start_demo
guest=passcode@mail.example

opens "$wiki/page?x=1"
presses Continue "address=$guest"
check "one page offers the ways of this tenant" sees "Choose how to sign in"
presses "Send me a code by e-mail"
check "the page says where the code went" sees "$guest"
code=$(passcode $guest)
check "the code has eight digits" grep -qE '^[0-9]{8}$' <<<"$code"
check "the mail says who asks" grep -qF "guest of Contoso (contoso.example)" <<<"$(mail_text $guest "Your code")"
check "the mail warns against passing the code on" grep -qF "Never give this code to anyone" <<<"$(mail_text $guest "Your code")"
cp "$page" "$work/code-page"
presses Continue "code=$(printf '%08d' $(((10#$code + 1) % 100000000)))"
check "a wrong code is told so" sees "This code is not right."
presses Continue "code=$code"
check "the right code leads on" sees "Review permissions"
presses Accept
presses Accept
check "the page first asked for, with its query" is "$status $url" "200 $wiki/page?x=1"
check "the source is the passcode" is "$(fact $guest contoso.example source)" "One-time passcode"
check "the guest is accepted" is "$(fact $guest contoso.example externalUserState)" Accepted
request "$wiki/?format=json"
check "the app learns the address" is "$(jq -r .email "$page")" "$guest"

jar=$work/second-jar
opens "$wiki/page?x=2"
presses Continue "address=$guest"
presses "Send me a code by e-mail"
presses Continue "code=$code"
check "a code works once, and in the browser that asked for it" misses "You are in"
opens "$broker/contoso.example"
check "and signs nobody in" misses "Your apps at Contoso"

jar=$work/third-jar
opens "$broker/contoso.example"
presses Continue "address=nobody@mail.example"
check "an unknown address sees the same page" sees "Choose how to sign in"
presses "Send me a code by e-mail"
check "and the same answer" sees "If nobody@mail.example can sign in here with a code, one is on its way to it now."
finish
