#!/usr/bin/env bash
# kill -9 while consent is being posted, KILLS times (20): no consent that was acknowledged is lost.
. "$(dirname "$0")/steps.sh"
start_demo
acknowledged=0
for round in $(seq "${KILLS:-20}"); do
    guest=round$round@mail.example
    jar=$work/jar-$round
    vestibule invite "$guest" --tenant contoso.example --app Wiki --no-mail >/dev/null
    opens "$wiki/round/$round"
    signs_in_with_code "$guest"
    offers Accept || check "round $round comes to consent" false
    awk -v wanted=Accept -f "$here/form.awk" "$page" >"$work/form"
    fields=()
    while IFS= read -r field; do fields+=(--data-urlencode "$field"); done < <(tail -n +2 "$work/form")
    rm -f "$work/answer"
    curl -sS -o /dev/null -w '%{http_code}' --cacert "$work/ca.pem" -b "$jar" "${fields[@]}" "$broker$(head -n 1 "$work/form")" >"$work/answer" 2>/dev/null &
    posting=$!
    sleep "0.0$((RANDOM % 60 + 10))"
    stop_demo -9
    wait "$posting"
    start_demo
    opens "$wiki/round/$round"
    if [ "$(cat "$work/answer")" = 303 ]; then
        acknowledged=$((acknowledged + 1))
        check "round $round: acknowledged, and kept" sees "Terms of use for guests"
    else
        check "round $round: not acknowledged, and the journey goes on" offers Accept
    fi
done
echo "  $acknowledged of ${KILLS:-20} posts were acknowledged before the kill"
check "some posts were acknowledged before the kill" test "$acknowledged" -gt 0
check "the audit chain is whole" vestibule audit
finish
