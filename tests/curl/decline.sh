#!/usr/bin/env bash
# Declining gives no access and leaves the invitation pending; any link leads back to the same question.
. "$(dirname "$0")/steps.sh"
start_demo
guest=guest@fabrikam.example
state() { fact $guest contoso.example externalUserState; }
closed() {
    request -H 'Accept: application/json' "$wiki/"
    [ "$status" = 401 ] || [ "$status" = 403 ]
}

opens "$wiki/"
presses Continue "address=$guest"
signs_in_at_fabrikam $guest
presses Decline
check "declining the permissions is answered by a page" sees "Nothing was shared"
check "the guest stays pending" is "$(state)" PendingAcceptance
check "the app stays closed" closed
opens "$wiki/back"
check "any link leads back" sees "Review permissions"
presses Accept
presses Decline
check "declining the terms is answered by a page" sees "The apps stay closed"
check "the guest stays pending" is "$(state)" PendingAcceptance
check "the app stays closed" closed
opens "$desk/contoso.example/"
check "another app leads to the same question" sees "Terms of use for guests"
presses Accept
check "accepting opens the app that was asked for" is "$status $url" "200 $desk/contoso.example/"
check "the guest is accepted" is "$(state)" Accepted
check "both answers are on record" is "$(vestibule guest show $guest --tenant contoso.example --json | jq -c '[.agreements[].state] | sort | unique')" '["accepted","declined"]'
check "the audit chain is whole" vestibule audit
finish
