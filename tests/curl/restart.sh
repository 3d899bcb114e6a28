#!/usr/bin/env bash
# A restart signs nobody out, and a second process on the same folder or port is told so.
. "$(dirname "$0")/steps.sh"
start_demo
opens "$wiki/"
presses Continue "address=guest@fabrikam.example"
signs_in_at_fabrikam guest@fabrikam.example
presses Accept
cp "$jar" "$work/half-way"
presses Accept
check "signed in" is "$status $url" "200 $wiki/"

"$binary" demo --port "$port" --mail-port "$mail_port" --data "$work/other" >"$work/second" 2>&1
check "a taken port is an error" test $? -ne 0
check "which names it" grep -q "$port\|$mail_port" "$work/second"
free=$(free_ports)
"$binary" demo --port "$free" --mail-port $((free + 3)) --data "$data" >"$work/second" 2>&1
check "a second process on one folder is an error" test $? -ne 0
check "which names the folder" grep -qF "$data" "$work/second"

stop_demo
start_demo
request "$wiki/after?restart=1"
check "signed in after a restart" is "$status $url" "200 $wiki/after?restart=1"
opens "$broker/contoso.example"
check "at the broker too" sees "Your apps at Contoso"
stop_demo -9
start_demo
request "$wiki/after?kill=1"
check "signed in after kill -9" is "$status $url" "200 $wiki/after?kill=1"
check "the guests are as they were" is "$(fact guest@fabrikam.example contoso.example externalUserState)" Accepted
check "the audit chain is whole" vestibule audit
finish
