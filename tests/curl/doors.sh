#!/usr/bin/env bash
# Every form of a link: with the tenant it leads to consent and the right place, without it is refused and explained.
. "$(dirname "$0")/steps.sh"
start_demo
guest=guest@fabrikam.example

refused() { # URL WORDS
    request "$1"
    check "$1 is refused" is "$status" 400
    check "… and explained" sees "$2"
    check "… and lists no tenant" misses northwind
    check "… with an id to quote" sees "Request id"
    request -H 'Accept: application/json' -H 'Sec-Fetch-Mode: cors' -H 'Sec-Fetch-Dest: empty' "$1"
    check "… and as JSON to machines" jq -e . "$page"
}
for path in / /common /common/ /organizations /organizations/ /consumers /consumers/v2.0 "/?tenantid=" \
    "/api/signin/$WIKI" "/signin/Wiki/$WIKI"; do
    refused "$broker$path" "This address names no organization"
done
refused "$desk/" "This link does not say which organization invited you"
refused "$board/" "This link does not say which organization invited you"
for path in v2.0/.well-known/openid-configuration oauth2/v2.0/authorize discovery/v2.0/keys; do
    request "$broker/common/$path"
    check "/common/$path is not found" is "$status" 404
    check "… with an error as OpenID Connect shapes it" jq -e '.error | strings' "$page"
done
request "$broker/nobody.example"
unknown=$(visible | sed 's/Request id *[0-9a-f]*//')
check "an unknown organization is not found" is "$status" 404
request "$broker/c0a70500-0000-4000-8000-00000000dead"
check "and looks like any other unknown one" is "$(visible | sed 's/Request id *[0-9a-f]*//')" "$unknown"

first=1
arrives() { # LINK PLACE
    jar=$work/jar-$RANDOM$RANDOM
    opens "$broker$1"
    presses Continue "address=$guest"
    signs_in_at_fabrikam $guest
    if [ -n "$first" ]; then
        check "$1 leads to consent" sees "Review permissions"
        presses Accept
        presses Accept
        first=
    fi
    check "$1 leads to ${2#https://}" is "$status $url" "200 $2"
}
arrives "/?tenantid=contoso.example" "$broker/$CONTOSO/myapps"
arrives "/?tenantId=$CONTOSO" "$broker/$CONTOSO/myapps"
arrives /contoso.example "$broker/$CONTOSO/myapps"
arrives /$CONTOSO "$broker/$CONTOSO/myapps"
arrives "/api/signin/$WIKI?tenantId=contoso.example" "$wiki/"
arrives "/api/signin/$DESK?tenantId=$CONTOSO" "$desk/$CONTOSO/"
arrives "/signin/Wiki/$WIKI?tenantId=$CONTOSO" "$wiki/"
arrives "/signin/Board/$BOARD?tenantId=contoso.example" "$board/"
finish
