#!/usr/bin/env bash
# The README's own app: its two files, its four commands, and a guest who gets in with a passcode from the mail folder.
. "$(dirname "$0")/steps.sh"

cp -R "$repository/docs/examples/own-app" "$work/own-app"
port=$(free_ports)
upstream=$((port + 3))
mkdir "$work/site"
echo '<h1>The intranet of Adatum</h1>' >"$work/site/index.html"
python3 -m http.server $upstream --bind 127.0.0.1 --directory "$work/site" >"$work/upstream.log" 2>&1 &
app=$!
# The ports of the README may be taken on this machine; everything else is as it is there.
export VESTIBULE_CONFIG=$work/own-app/vestibule.toml
export VESTIBULE_PUBLIC_URL=https://login.adatum.localhost:$port VESTIBULE_ADMIN_URL=https://admin.adatum.localhost:$port
export VESTIBULE_LISTEN__HTTPS=127.0.0.1:$port VESTIBULE_LISTEN__HTTP=127.0.0.1:$((port + 1)) VESTIBULE_LISTEN__HEALTH=127.0.0.1:$((port + 2))
export VESTIBULE_TENANTS__ADATUM__APPLICATIONS__INTRANET__UPSTREAM=http://127.0.0.1:$upstream
intranet=https://intranet.adatum.localhost:$port
guest=you@mail.example

check "vestibule check finds no fault" "$binary" check
check "vestibule keys dev makes certificates" "$binary" keys dev
cp "$work/own-app/certs/dev-ca/ca.pem" "$work/ca.pem"
check "and not for somebody else's eyes" test "$(stat -c %a "$work/own-app/certs/login.adatum.localhost/privkey.pem")" = 600
"$binary" serve 2>"$work/demo.err" &
demo=$!
for _ in $(seq 200); do "$binary" health --address "127.0.0.1:$((port + 2))" >/dev/null && break; sleep 0.05; done
check "vestibule serve is ready" "$binary" health --address "127.0.0.1:$((port + 2))"
"$binary" invite $guest --tenant adatum.example --app Intranet >"$work/said"
check "vestibule invite says how the guest will sign in" grep -q "will use a one-time passcode" "$work/said"
link=$(grep -oE 'https://[^ ]+/redeem/[a-z0-9]+' "$work/said" | head -n 1)

newest_code() { # newest mail in the folder that has one
    for _ in $(seq 100); do
        for file in $(ls -t "$work/own-app/data/mail/"*.eml 2>/dev/null); do
            grep -oE '^ +[0-9]{8}\b' "$file" | head -n 1 | tr -d ' ' | grep . && return
        done
        sleep 0.05
    done
}
opens "$link"
check "the redeem URL opens" sees "Adatum"
presses "Send me a code by e-mail"
sleep 0.2
presses Continue "code=$(newest_code)"
check "the code from the mail folder is right" sees "Review permissions"
presses Accept
check "one click, and the app is there" is "$status $url" "200 $intranet/"
check "it is the guest's own app" sees "The intranet of Adatum"
request -I "http://intranet.adatum.localhost:$((port + 1))/"
check "plain HTTP leads to HTTPS" is "$url" "$intranet/"
check "with HSTS" grep -qi '^strict-transport-security' <(curl -sS -D - -o /dev/null --cacert "$work/ca.pem" "$intranet/")
{ kill $app && wait $app; } 2>/dev/null
began=$SECONDS
request "$intranet/"
check "an app that is down is answered in five seconds" test $((SECONDS - began)) -le 5
check "with 502 or 504" test "$status" = 502 -o "$status" = 504
check "on a page of ours, with an id to quote" sees "Request id"
kill "$demo"
wait "$demo"
check "SIGTERM ends it with exit code 0" test $? = 0
demo=
finish
