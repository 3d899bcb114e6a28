#!/usr/bin/env bash
# One guest of two tenants uses Desk in both with one cookie jar, and neither session serves the other.
. "$(dirname "$0")/steps.sh"
start_demo
guest=guest@fabrikam.example

opens "$desk/contoso.example/"
presses Continue "address=$guest"
signs_in_at_fabrikam $guest
presses Accept
presses Accept
check "Desk of Contoso" sees "Tickets of Contoso"
opens "$desk/northwind.example/"
check "the session of Contoso does not serve Northwind" sees "Sign in to Northwind"
request -H 'Accept: application/json' "$desk/northwind.example/"
check "nor does it for machines" is "$status" 401
opens "$desk/northwind.example/"
presses Continue "address=$guest"
check "Northwind asks for itself" sees "Northwind has not provided a link to its privacy statement."
presses Accept
check "Desk of Northwind" sees "Tickets of Northwind"
for tenant in contoso northwind contoso; do
    request "$desk/$tenant.example/?format=json"
    check "$tenant is $tenant" is "$(jq -r .tenant_name "$page" | tr '[:upper:]' '[:lower:]')" $tenant
    check "with an assertion of its own" is "$(jq -r .assertion.valid "$page")" true
    check "and never a prefix of the path" is "$(jq -r .path "$page")" /
done
contoso=$(fact $guest contoso.example id)
northwind=$(fact $guest northwind.example id)
check "the guest is another object in each" test "$contoso" != "$northwind"
request "$desk/contoso.example/?tenantid=northwind.example"
check "two tenants in one address that disagree are not served" test "$status" != 200
opens "$desk/"
check "without a tenant Desk stays closed in spite of both sessions" is "$status" 400

opens "$broker/northwind.example/sign-out"
presses "Sign out of Northwind"
request -H 'Accept: application/json' "$desk/northwind.example/"
check "signed out of Northwind" is "$status" 401
request -H 'Accept: application/json' "$desk/contoso.example/?format=json"
check "and still signed in at Contoso" is "$status" 200
finish
