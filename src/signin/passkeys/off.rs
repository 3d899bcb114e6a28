//! Built without passkeys: none is ever asked for, offered or accepted, and no page shows a button for them.

use serde_json::Value;

use super::{Checked, Claim, Fault, Party};

/// Nothing is asked for.
pub(super) fn ask(_: &Party<'_>, _: &[&Value]) -> Option<(Value, Value)> {
    None
}

/// Nobody is recognized.
pub(super) fn claim(_: &str) -> Option<Claim> {
    None
}

/// Nothing is proved.
pub(super) fn check(_: &Party<'_>, _: &str, _: &Value, _: &Value) -> Result<Checked, Fault> {
    Err(Fault::Wrong)
}

/// Nothing is offered.
pub(super) fn offer(_: &Party<'_>, _: &[u8], _: (&str, &str), _: &[&str]) -> Option<(Value, Value)> {
    None
}

/// Nothing is registered.
pub(super) fn accept(_: &Party<'_>, _: &str, _: &Value) -> Option<(String, Value)> {
    None
}
