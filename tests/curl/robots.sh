#!/usr/bin/env bash
# Mail robots open the link ROBOTS times (50), press every button they find, and change nothing for the guest.
. "$(dirname "$0")/steps.sh"
start_demo
# Everything that is kept about a guest; what lies ahead depends on whether a provider answers at that moment.
standing() { vestibule guest show "$1" --tenant contoso.example --json | jq 'del(.predicted, .warnings)'; }
for guest in guest@fabrikam.example passcode@mail.example; do
    link=$(redeem_url $guest Contoso)
    before=$(standing $guest)
    for robot in $(seq $((${ROBOTS:-50} / 2))); do
        jar=$work/robot-$robot
        request -I "$link"
        opens "$link"
        for button in "Send me a code by e-mail" Continue Accept Cancel; do
            if offers "$button"; then presses "$button"; fi
        done
    done
    check "robots changed nothing for $guest" is "$(standing $guest)" "$before"
    jar=$work/guest-$guest
    opens "$link"
    check "the link of $guest still opens" is "$status" 200
done
check "codes that robots asked for are few" test "$(curl -sS "http://127.0.0.1:$mail_port/api/v1/messages?limit=900" | jq '[.messages[] | select(.Subject | contains("Your code"))] | length')" -le 10
jar=$work/guest-guest@fabrikam.example
opens "$(redeem_url guest@fabrikam.example Contoso)"
signs_in_at_fabrikam guest@fabrikam.example
presses Accept
presses Accept
check "and the guest gets in" is "$status $url" "200 $broker/$CONTOSO/myapps"
finish
