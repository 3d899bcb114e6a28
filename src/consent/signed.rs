//! A report that proves where it comes from: readable JSON beside a detached signature with the tenant's key.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::report::Report;
use crate::app::App;
use crate::keys::{KeysError, verify_detached};
use crate::model::TenantId;

/// `typ` of the signature, so that it is worth nothing as a token.
const TYPE: &str = "vestibule-terms-report+json";

/// A signed report.
///
/// The signature is a JWS with detached content (RFC 7515 appendix F): header and signature, with nothing between the two
/// dots. Its content is `report` in canonical form (RFC 8785), so that indenting or sorting the file does not break it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignedReport {
    /// The report.
    pub report: Value,
    /// The detached JWS.
    pub signature: String,
}

/// Why a report proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportFault {
    /// No JSON of the right shape.
    #[error("this is no signed report: it has no `report` and `signature`")]
    Shape,
    /// The report names no tenant.
    #[error("the report names no tenant")]
    Tenant,
    /// Changed, or signed by somebody else.
    #[error("the signature does not fit: the report was changed, or another key signed it")]
    Signature,
}

/// Signs a report with the key of its tenant.
pub fn sign(app: &App, report: &Report) -> Result<SignedReport, KeysError> {
    let tenant = report.tenant_id;
    // A `Value` has its members in order, and this report has neither floats nor non-ASCII names: its compact form is the
    // canonical one.
    let report = serde_json::to_value(report).map_err(|_| KeysError::Claims)?;
    let whole = app.keys.sign(tenant, TYPE, &report)?;
    let (header, rest) = whole.split_once('.').ok_or(KeysError::Claims)?;
    let (_, signature) = rest.split_once('.').ok_or(KeysError::Claims)?;
    Ok(SignedReport { report, signature: format!("{header}..{signature}") })
}

/// The tenant that a report says it is from. Proves nothing.
pub fn tenant_of(text: &[u8]) -> Result<TenantId, ReportFault> {
    let signed: SignedReport = serde_json::from_slice(text).map_err(|_| ReportFault::Shape)?;
    let named = signed.report.get("tenantId").and_then(Value::as_str);
    named.and_then(|id| id.parse().ok()).ok_or(ReportFault::Tenant)
}

/// Checks a report against a JWK Set, which may come from a directory, a file, or an app's `/.vestibule/jwks.json`.
pub fn verify(text: &[u8], keys: &Value) -> Result<Value, ReportFault> {
    let signed: SignedReport = serde_json::from_slice(text).map_err(|_| ReportFault::Shape)?;
    let canonical = serde_json::to_vec(&signed.report).map_err(|_| ReportFault::Shape)?;
    if verify_detached(keys, TYPE, &signed.signature, &canonical) {
        Ok(signed.report)
    } else {
        Err(ReportFault::Signature)
    }
}
