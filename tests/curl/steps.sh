# Steps of a journey by curl alone: a cookie jar, redirects, refresh pages and forms, and no JavaScript. Sourced by the journeys.

set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../.." && pwd)
binary=${BINARY:-$repository/target/debug/vestibule}
work=$(mktemp -d "${TMPDIR:-/tmp}/vestibule-curl.XXXXXX")
data=$work/data
page=$work/page.html
jar=$work/jar
status= url= demo= passed=0 failed=0
CONTOSO=c0a70500-0000-4000-8000-000000000001
NORTHWIND=c0a70500-0000-4000-8000-000000000002
WIKI=c0a70500-0000-4000-8000-0000000000b1
DESK=c0a70500-0000-4000-8000-0000000000b2
BOARD=c0a70500-0000-4000-8000-0000000000b3

# Nobody's configuration or authority: a home of its own.
while read -r name; do unset "$name"; done < <(compgen -e | grep '^VESTIBULE_')
export HOME=$work XDG_DATA_HOME=$work/share

clean_up() {
    [ -z "$demo" ] || stop_demo
    local rest
    rest=$(jobs -p)
    [ -z "$rest" ] || kill $rest 2>/dev/null
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# Free ports below the range from which the system hands out ports by itself, so that nobody takes them meanwhile.
free_ports() {
    local port
    for _ in $(seq 200); do
        port=$((10000 + RANDOM % 20000))
        for each in 0 1 2 3; do
            (exec 3<>"/dev/tcp/127.0.0.1/$((port + each))") 2>/dev/null && continue 2
        done
        echo "$port"
        return
    done
    echo "no free ports" >&2
    exit 1
}

# Starts the demo on this journey's folder; again after it was stopped or killed, on the same ports.
start_demo() {
    port=${port:-$(free_ports)}
    mail_port=$((port + 3))
    "$binary" demo --port "$port" --mail-port "$mail_port" --data "$data" >"$work/demo.out" 2>>"$work/demo.err" &
    demo=$!
    for _ in $(seq 600); do
        if curl -sf "http://127.0.0.1:$((port + 2))/readyz" >"$work/ready" 2>/dev/null; then
            curl -sf "http://127.0.0.1:$mail_port/ca.pem" -o "$work/ca.pem"
            broker=https://vestibule.localhost:$port
            wiki=https://wiki.contoso.localhost:$port
            desk=https://desk.apps.localhost:$port
            board=https://board.apps.localhost:$port
            return
        fi
        kill -0 "$demo" 2>/dev/null || break
        sleep 0.05
    done
    echo "the demo did not start: $(cat "$work/demo.err" "$work/demo.out")" >&2
    demo=
    exit 1
}

# Ends the demo, by SIGTERM unless told otherwise. The shell's own remark about it is not wanted.
stop_demo() {
    { kill "${1:--TERM}" "$demo" && wait "$demo"; } 2>/dev/null
    demo=
}

vestibule() { "$binary" "$@" --data "$data"; }

# What `guest show` says of one fact of a guest: fact ADDRESS TENANT NAME
fact() { vestibule guest show "$1" --tenant "$2" --json | jq -r --arg name "$3" '.[$name]'; }

# One request and all redirects after it; sets status and url, and leaves the page in $page.
request() {
    local said
    said=$(curl -sS --max-time 30 --cacert "$work/ca.pem" -b "$jar" -c "$jar" -L --max-redirs 20 -o "$page" \
        -w '%{http_code} %{url_effective}' "$@") || { status=000; echo "curl: $*" >&2; return; }
    status=${said%% *}
    url=${said#* }
}

# Opens an address, and goes on where a page of ours does so by itself (a refresh after 0 seconds).
opens() {
    request "$@"
    for _ in 1 2 3 4 5; do
        local next
        next=$(grep -o 'http-equiv="refresh" content="0;url=[^"]*"' "$page" | sed 's/.*0;url=//; s/"$//; s/&#38;/\&/g; s/&amp;/\&/g')
        [ -n "$next" ] || return 0
        request "$next"
    done
}

# Presses a button: presses WORDS [name=value …]. Hidden fields and prefilled ones go along; those given replace them.
presses() {
    local words=$1 action fields=() name
    shift
    if ! awk -v wanted="$words" -f "$here/form.awk" "$page" >"$work/form"; then
        echo "no button “$words” on $url: $(visible | head -c 600)" >&2
        status=000
        return
    fi
    action=$(head -n 1 "$work/form")
    while IFS= read -r field; do
        name=${field%%=*}
        for typed in "$@"; do [ "${typed%%=*}" = "$name" ] && continue 2; done
        fields+=(--data-urlencode "$field")
    done < <(tail -n +2 "$work/form")
    for typed in "$@"; do fields+=(--data-urlencode "$typed"); done
    [[ $action == https://* ]] || action=$(printf '%s' "$url" | grep -oE '^https?://[^/]+')$action
    opens "${fields[@]}" "$action"
}

# The words of the page, without its tags.
visible() { sed -e 's/<wbr>//g' -e 's/<style[^>]*>.*<\/style>//g' -e 's/<[^>]*>/ /g' "$page" | tr -s ' \n' ' ' | sed 's/&#39;/'"'"'/g; s/&#38;/\&/g; s/&amp;/\&/g'; }
sees() { visible | grep -qF -- "$1"; }
misses() { ! sees "$1"; }
is() { [ "$1" = "$2" ] || { echo "      “$1” is not “$2”"; false; }; }
offers() { awk -v wanted="$1" -f "$here/form.awk" "$page" >/dev/null; }

# One thing that must hold: check "what" command …
check() {
    local what=$1
    shift
    if "$@" >"$work/why" 2>&1; then
        passed=$((passed + 1))
        echo "  ok     $what"
    else
        failed=$((failed + 1))
        echo "  FAILED $what"
        cat "$work/why"
        echo "      at $url ($status): $(visible 2>/dev/null | head -c 800)"
        tail -n 5 "$work/demo.err" 2>/dev/null | sed 's/^/      /'
    fi
}

# Waits for a mail: mail ADDRESS SUBJECT prints the id of the newest.
mail() {
    local id
    for _ in $(seq 200); do
        id=$(curl -sS "http://127.0.0.1:$mail_port/api/v1/messages?limit=500" | jq -r --arg to "$1" --arg subject "$2" \
            'first(.messages[] | select(any(.To[]; .Address == $to) and (.Subject | contains($subject))) | .ID) // empty')
        if [ -n "$id" ]; then
            echo "$id"
            return
        fi
        sleep 0.05
    done
    echo "no mail to $1 about $2" >&2
}
mail_text() { curl -sS "http://127.0.0.1:$mail_port/api/v1/message/$(mail "$1" "$2")" | jq -r .Text; }
passcode() { mail_text "$1" "Your code" | grep -oE '\b[0-9]{8}\b' | head -n 1; }
redeem_url() { mail_text "$1" "use apps of $2" | grep -oE 'https://[^ ]+/redeem/[a-z0-9]+' | head -n 1; }

signs_in_at_fabrikam() { presses "Sign in" "username=$1" "password=demo"; }
signs_in_with_code() {
    presses Continue "address=$1"
    presses "Send me a code by e-mail"
    presses Continue "code=$(passcode "$1")"
}

finish() {
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}
