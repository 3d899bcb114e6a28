#!/usr/bin/env bash
# The mail link: a federated guest types nothing here, signs in once at home, clicks once for each document.
. "$(dirname "$0")/steps.sh"
start_demo
guest=guest@fabrikam.example

link=$(redeem_url $guest Contoso)
opens "$link"
check "the link leads straight to the home organization" sees "Sign in at Fabrikam"
signs_in_at_fabrikam $guest
clicks=0
while offers Accept && [ $clicks -lt 5 ]; do
    clicks=$((clicks + 1))
    presses Accept
done
check "one click for each document" is $clicks 2
check "then the access panel" is "$status $url" "200 $broker/$CONTOSO/myapps"
for app in Wiki Desk Board; do check "which shows $app" sees $app; done
opens "$link"
check "the link stays a way back" is "$status $url" "200 $broker/$CONTOSO/myapps"

vestibule invite fresh@fabrikam.example --tenant contoso.example --app Wiki --redirect-url "$wiki/welcome" --no-mail --json >"$work/invited"
check "an invitation without mail prints its link" jq -e .inviteRedeemUrl "$work/invited"
check "and the direct link of the app" is "$(jq -r '.apps[0].directLink' "$work/invited")" "$broker/api/signin/$WIKI?tenantId=$CONTOSO"
check "and predicts the route" grep -qi fabrikam "$work/invited"
check "no mail went out" is "$(curl -sS "http://127.0.0.1:$mail_port/api/v1/messages?limit=500" | jq '[.messages[] | select(.To[].Address == "fresh@fabrikam.example")] | length')" 0
vestibule invite visitor@mail.example --tenant contoso.example --app Wiki --redirect-url "$wiki/welcome?to=all" --message "See you <b>there</b>" >"$work/said"
check "an invitation says what happens" grep -q "the mail is on its way" "$work/said"
jar=$work/second-jar
opens "$(redeem_url visitor@mail.example Contoso)"
presses "Send me a code by e-mail"
presses Continue "code=$(passcode visitor@mail.example)"
presses Accept
presses Accept
check "the invitation's own address is the end of the way" is "$status $url" "200 $wiki/welcome?to=all"
check "guest list shows both states" is "$(vestibule guest list --tenant contoso.example --json | jq -c '[.. | .externalUserState? // empty] | unique')" '["Accepted","PendingAcceptance"]'
finish
