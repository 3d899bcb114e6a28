#!/usr/bin/env bash
# Runs the OpenID Foundation's certification plans for providers against Vestibule's demo.
#
#   tests/conformance/openid/run.sh SUITE [PLAN …]
#
# SUITE is a checkout of the conformance suite that runs at https://localhost.emobix.co.uk:8443 (README.md beside this file).
# Without a PLAN all of them run, one after the other.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
suite=${1:?"say where the suite lies: $0 SUITE [PLAN …]"}
shift
if [ $# = 0 ]; then
    set -- \
        'oidcc-config-certification-test-plan' \
        'oidcc-basic-certification-test-plan[server_metadata=discovery][client_registration=static_client]' \
        'oidcc-formpost-basic-certification-test-plan[server_metadata=discovery][client_registration=static_client]' \
        'oidcc-rp-initiated-logout-certification-test-plan[response_type=code][client_registration=static_client]' \
        'oidcc-backchannel-rp-initiated-logout-certification-test-plan[response_type=code][client_registration=static_client]'
fi
words=()
for plan in "$@"; do
    words+=("$plan" "$here/vestibule.json")
done
export CONFORMANCE_SERVER=${CONFORMANCE_SERVER:-https://localhost.emobix.co.uk:8443/}
export CONFORMANCE_DEV_MODE=${CONFORMANCE_DEV_MODE:-1}
# One alias for all plans, so that they must not meet.
exec python3 "$suite/scripts/run-test-plan.py" --no-parallel "${words[@]}"
