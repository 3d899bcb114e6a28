#!/bin/sh
# Checks a signed report of answers to terms with jq and OpenSSL alone: verify-report.sh REPORT JWKS.
set -eu
report=$1 keys=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unbase64url() { tr '_-' '/+' | awk '{ while (length($0) % 4) $0 = $0 "="; print }' | openssl base64 -d -A; }
header=$(jq -r '.signature | split("..")[0]' "$report")
test "$(printf %s "$header" | unbase64url | jq -r '.alg + " " + .typ')" = "ES256 vestibule-terms-report+json"
kid=$(printf %s "$header" | unbase64url | jq -r .kid)
# RFC 7515 §5.1: header and content, each base64url; the content is the report in canonical form (RFC 8785).
payload=$(jq -jcS .report "$report" | openssl base64 -A | tr '/+' '_-' | tr -d '=')
printf '%s.%s' "$header" "$payload" >"$work/signed"
# An ES256 signature is two numbers of 32 bytes; OpenSSL wants them as ASN.1.
hex=$(jq -r '.signature | split("..")[1]' "$report" | unbase64url | od -An -v -tx1 | tr -d ' \n')
printf 'asn1=SEQUENCE:s\n[s]\nr=INTEGER:0x%s\ns=INTEGER:0x%s\n' "$(printf %s "$hex" | cut -c1-64)" "$(printf %s "$hex" | cut -c65-128)" >"$work/asn1"
openssl asn1parse -genconf "$work/asn1" -noout -out "$work/signature"
# A P-256 key in DER begins with the same 26 bytes; then 04, x and y (RFC 5480).
key() { jq -r --arg kid "$kid" ".keys[] | select(.kid == \$kid) | .$1" "$keys" | unbase64url | od -An -v -tx1 | tr -d ' \n'; }
printf '%s' "3059301306072a8648ce3d020106082a8648ce3d03010703420004$(key x)$(key y)" |
    sed 's/../\\x&/g' | xargs -0 printf '%b' >"$work/key"
openssl dgst -sha256 -verify "$work/key" -keyform DER -signature "$work/signature" "$work/signed"
