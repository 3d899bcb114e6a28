"""What a sound request takes besides its shape: invitations a landing page that the organization allows and no user without a
reset, searches the header that they demand and nothing else does, and clients keys that could be some."""

import os

import schemathesis

LANDS = os.environ["FUZZ_LANDS"]


def is_meant_well(case):
    return case.meta is not None and case.meta.generation.mode.is_positive


@schemathesis.hook
def before_call(context, case, kwargs):
    """Otherwise nearly every invitation is refused, and nothing behind it is reached. What is meant to be wrong stays so."""
    if "$search" in (case.query or {}) and is_meant_well(case):
        case.headers = {**(case.headers or {}), "ConsistencyLevel": "eventual"}
    if case.operation.label == "PATCH /applications/{id}" and isinstance(case.body, dict) and is_meant_well(case):
        case.body = {"jwksUri": "https://keys.example/jwks.json"}
    if case.operation.label != "POST /invitations" or not isinstance(case.body, dict):
        return
    if not is_meant_well(case):
        return
    case.body["inviteRedirectUrl"] = LANDS
    if case.body.get("resetRedemption") is not True:
        case.body.pop("invitedUser", None)
