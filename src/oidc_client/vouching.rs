//! What a well-known provider's claims are worth: who somebody is there, and whether the provider vouches for the address.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::FederationError;
use crate::model::{Connection, Domain, EmailAddress, GOOGLE_DOMAINS, Preset, TENANT_PLACEHOLDER};

/// The issuer that this very token must name. A template is filled in with the token's own `tid`, but only with one that
/// the connection lists (attack row A11).
pub(super) fn expected_issuer(
    connection: &Connection,
    unverified: &Map<String, Value>,
) -> Result<String, FederationError> {
    if !connection.issuer.contains(TENANT_PLACEHOLDER) {
        return Ok(connection.issuer.clone());
    }
    let tenant = listed_tenant(connection, unverified)?;
    Ok(connection.issuer.replace(TENANT_PLACEHOLDER, &tenant.to_string()))
}

/// The issuer and subject that name the person, from a verified token.
pub(super) fn identity(
    connection: &Connection,
    claims: &Map<String, Value>,
) -> Result<(String, String), FederationError> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
    let (issuer, subject) = (text("iss").to_owned(), text("sub").to_owned());
    match connection.preset {
        Some(preset) if preset.is_microsoft() => {
            // `sub` differs from app to app there, and an object id is unique within its tenant alone: the two together
            // are the person (INV4).
            let tenant = listed_tenant(connection, claims)?;
            let object = guid(claims, "oid")?;
            Ok((issuer, format!("{object}.{tenant}")))
        }
        Some(Preset::Google) => {
            if !speaks_for_gmail(connection) && !is_of_listed_workspace(connection, claims) {
                return Err(FederationError::lied("the account belongs to no Workspace of this connection (hd)"));
            }
            Ok((issuer, subject))
        }
        _ => Ok((issuer, subject)),
    }
}

/// Whether the provider has the last word on `address` and gives it in this token (attack row A1).
pub(super) fn vouches(connection: &Connection, claims: &Map<String, Value>, address: &EmailAddress) -> bool {
    // JSON true and nothing like it, from the same token.
    let is_true = |name: &str| claims.get(name) == Some(&Value::Bool(true));
    if !connection.is_authoritative_for(address.domain()) {
        return false;
    }
    match connection.preset {
        // An Entra administrator writes any address into `email`; only this claim says that the domain is theirs.
        Some(preset) if preset.is_microsoft() => is_true("xms_edov"),
        Some(Preset::Google) => {
            let given_by_google = is_gmail(address.domain());
            is_true("email_verified") && (given_by_google || is_of_listed_workspace(connection, claims))
        }
        _ => is_true("email_verified"),
    }
}

/// An address to show while none is known: Entra leaves `email` out unless it was asked for. It proves nothing.
pub(super) fn fallback_address<'a>(connection: &Connection, claims: &'a Map<String, Value>) -> Option<&'a str> {
    let microsoft = connection.preset.is_some_and(Preset::is_microsoft);
    claims.get("preferred_username").and_then(Value::as_str).filter(|_| microsoft)
}

/// The tenant of a Microsoft token, if its people may come.
fn listed_tenant(connection: &Connection, claims: &Map<String, Value>) -> Result<Uuid, FederationError> {
    let tenant = guid(claims, "tid")?;
    if connection.tenant_ids.contains(&tenant) {
        Ok(tenant)
    } else {
        Err(FederationError::lied("the account belongs to no tenant of this connection (tid)"))
    }
}

/// A GUID in its one spelling: another spelling would be another subject for the same person.
fn guid(claims: &Map<String, Value>, name: &'static str) -> Result<Uuid, FederationError> {
    let text = claims.get(name).and_then(Value::as_str).unwrap_or_default();
    match text.parse::<Uuid>() {
        Ok(id) if id.to_string() == text && !id.is_nil() => Ok(id),
        _ => Err(FederationError::lied(format!("the ID token has no proper {name}"))),
    }
}

fn is_of_listed_workspace(connection: &Connection, claims: &Map<String, Value>) -> bool {
    let hosted = claims.get("hd").and_then(Value::as_str).and_then(|text| text.parse::<Domain>().ok());
    hosted.is_some_and(|hosted| !is_gmail(&hosted) && connection.domains.contains(&hosted))
}

fn speaks_for_gmail(connection: &Connection) -> bool {
    connection.domains.is_empty() || connection.domains.iter().any(is_gmail)
}

pub(super) fn is_gmail(domain: &Domain) -> bool {
    GOOGLE_DOMAINS.contains(&domain.as_str())
}
