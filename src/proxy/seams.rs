//! What the proxy asks of the keys shelf: sealing and signing, nothing else.

use super::assertion::AssertionClaims;
use crate::model::TenantId;

/// An assertion could not be signed; the request is not forwarded (INV8).
#[derive(Debug, thiserror::Error)]
#[error("the assertion could not be signed: {0}")]
pub struct SignFault(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// What a sealed text is for; texts of one purpose do not open as another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealPurpose {
    /// `state` of the detour through the broker.
    AppState,
    /// Token of a form.
    Form,
}

/// Authenticated encryption of short texts that travel through a browser.
pub trait Seal: Send + Sync + 'static {
    /// Seals `plain` for `purpose`; it opens with the same purpose and context alone.
    fn seal(&self, purpose: SealPurpose, context: &str, plain: &[u8]) -> String;
    /// Opens what [`Seal::seal`] made, or nothing.
    fn open_sealed(&self, purpose: SealPurpose, context: &str, sealed: &str) -> Option<Vec<u8>>;
}

/// Signs assertions with the tenant's key.
pub trait SignAssertion: Send + Sync + 'static {
    /// A compact ES256 JWS with `typ` [`super::assertion::ASSERTION_TYPE`].
    fn sign_assertion(&self, tenant: TenantId, claims: &AssertionClaims) -> Result<String, SignFault>;
    /// The tenant's public keys as a JWK set (RFC 7517 §5).
    fn jwks(&self, tenant: TenantId) -> serde_json::Value;
}
