"""What a sound invitation takes besides its shape: a landing page that the organization allows, and no user without a reset."""

import os

import schemathesis

LANDS = os.environ["FUZZ_LANDS"]


@schemathesis.hook
def before_call(context, case, kwargs):
    """Otherwise nearly every invitation is refused, and nothing behind it is reached. What is meant to be wrong stays so."""
    if case.operation.label != "POST /invitations" or not isinstance(case.body, dict):
        return
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    case.body["inviteRedirectUrl"] = LANDS
    if case.body.get("resetRedemption") is not True:
        case.body.pop("invitedUser", None)
