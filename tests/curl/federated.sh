#!/usr/bin/env bash
# A federated guest by direct link: ends on the page first asked for, with the right identity; consent is asked once.
. "$(dirname "$0")/steps.sh"
start_demo
guest=guest@fabrikam.example

check "the guest is pending before" is "$(fact $guest contoso.example externalUserState)" PendingAcceptance
opens "$wiki/page?x=1"
check "the link leads to the sign-in page of the tenant" sees "Sign in to Contoso"
presses Continue "address=$guest"
check "the address leads to the home organization" sees "Sign in at Fabrikam"
signs_in_at_fabrikam $guest
check "permissions are asked for" sees "Contoso (contoso.example) would like to:"
check "the page says who is signed in" sees "$guest"
presses Accept
check "then the terms of use" sees "Terms of use for guests"
check "the guest is still pending" is "$(fact $guest contoso.example externalUserState)" PendingAcceptance
presses Accept
check "the page first asked for, with its query" is "$url" "$wiki/page?x=1"
check "it answers 200" is "$status" 200
check "it is the app's page" sees "You are in"
check "the guest is accepted" is "$(fact $guest contoso.example externalUserState)" Accepted
check "the invitation is accepted" is "$(fact $guest contoso.example invitationAccepted)" true
check "the source is the home organization" is "$(fact $guest contoso.example source)" "External directory (fabrikam.example)"

request "$wiki/page?x=1&format=json"
header() { jq -r --arg name "$1" '.headers[$name] | join(",")' "$page"; }
id=$(fact $guest contoso.example id)
check "X-Forwarded-User is the guest's object id" is "$(header x-forwarded-user)" "$id"
check "X-Forwarded-Email is the address" is "$(header x-forwarded-email)" "$guest"
check "X-Forwarded-Preferred-Username is the address" is "$(header x-forwarded-preferred-username)" "$guest"
check "X-Forwarded-Groups names the group" is "$(header x-forwarded-groups)" Partners
check "X-Vestibule-Tenant is the tenant" is "$(header x-vestibule-tenant)" $CONTOSO
check "the assertion holds" is "$(jq -r .assertion.valid "$page")" true
check "its audience is the app" is "$(jq -r .assertion.claims.aud "$page")" $WIKI
check "its subject is the guest" is "$(jq -r .assertion.claims.sub "$page")" "$id"
check "no cookie of ours reaches the app" is "$(jq -r '[.headers.cookie // [] | .[] | select(contains("__Host-vestibule"))] | length' "$page")" 0

request "$wiki/.vestibule/me"
check "the app host says who is signed in" is "$(jq -r '.sessions[0].user.mail' "$page")" "$guest"

for spelling in X-Forwarded-User x-forwarded-email X_Forwarded_Email X-Auth-Request-Email Remote-User Vestibule-Assertion; do
    request -H "$spelling: admin@contoso.example" "$wiki/"
    check "a client's own $spelling is refused" is "$status" 400
done

opens "$wiki/again"
check "nothing is asked again in this browser" is "$status $url" "200 $wiki/again"
jar=$work/second-jar
opens "$wiki/page?x=2"
presses Continue "address=$guest"
signs_in_at_fabrikam $guest
check "nor in another one" is "$status $url" "200 $wiki/page?x=2"

jar=$work/third-jar
request -H 'Accept: application/json' "$wiki/page?x=3"
check "a machine without a session gets 401" is "$status" 401
check "and is told where to sign in" is "$(jq -r '[.. | .login_url? // empty] | length' "$page")" 1
finish
