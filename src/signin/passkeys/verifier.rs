//! The WebAuthn part of passkeys, by `webauthn-rs-core`: texts and JSON go in and come out, and nothing of the library does.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use webauthn_rs_core::WebauthnCore;
use webauthn_rs_core::error::WebauthnError;
use webauthn_rs_core::proto::{
    AttestationConveyancePreference, AuthenticationState, Credential, CredentialID, PublicKeyCredential,
    RegisterPublicKeyCredential, RegistrationState, UserVerificationPolicy,
};

use super::ceremony::CEREMONY_ENDS;
use super::{Checked, Claim, Fault, Party};

/// Longest id of a credential in bytes (WebAuthn §5.8.3).
const LONGEST_ID: usize = 1023;

/// No subdomain, no other port, no app host; and an address instead of a name is no relying party at all. The library draws
/// its challenges from the operating system's random numbers.
fn relying_party(party: &Party<'_>) -> Option<WebauthnCore> {
    let host = party.origin.domain().filter(|host| *host == party.host)?;
    let origins = vec![party.origin.clone()];
    let timeout = Duration::from_secs(CEREMONY_ENDS.as_secs());
    Some(WebauthnCore::new_unsafe_experts_only(party.brand, host, origins, timeout, Some(false), Some(false)))
}

/// Options and state of asking for one of `known`, or for whichever passkey the browser has for this host if there are none.
pub(super) fn ask(party: &Party<'_>, known: &[&Value]) -> Option<(Value, Value)> {
    let known = known.iter().filter_map(|credential| parsed(credential)).collect::<Vec<Credential>>();
    let core = relying_party(party)?;
    let builder = core.new_challenge_authenticate_builder(known, Some(UserVerificationPolicy::Required)).ok()?;
    let (options, mut state) = core.generate_challenge_authenticate(builder).ok()?;
    // An answer is checked against what is registered then, never against what was registered now.
    state.set_allowed_credentials(Vec::new());
    Some((json(&options.public_key)?, json(&state)?))
}

/// Which passkey an answer names, and whose it says that is.
pub(super) fn claim(answer: &str) -> Option<Claim> {
    let answer: PublicKeyCredential = serde_json::from_str(answer).ok()?;
    let user_handle = answer.get_user_unique_id().filter(|handle| !handle.is_empty());
    Some(Claim {
        id: BASE64URL_NOPAD.encode(answer.get_credential_id()),
        user_handle: user_handle.map(|handle| BASE64URL_NOPAD.encode(handle)),
    })
}

/// Checks an answer against one credential as it is kept (WebAuthn §7.2).
pub(super) fn check(party: &Party<'_>, answer: &str, state: &Value, credential: &Value) -> Result<Checked, Fault> {
    let core = relying_party(party).ok_or(Fault::Wrong)?;
    let answer: PublicKeyCredential = serde_json::from_str(answer).map_err(|_| Fault::Wrong)?;
    let state: AuthenticationState = parsed(state).ok_or(Fault::Wrong)?;
    let mut credential: Credential = parsed(credential).ok_or(Fault::Wrong)?;
    if crosses_origins(&answer.response.client_data_json) {
        return Err(Fault::Wrong);
    }
    let result = match core.authenticate_single_credential(&answer, &state, &credential) {
        Ok(result) => result,
        Err(WebauthnError::CredentialPossibleCompromise) => return Err(Fault::Copied),
        Err(_) => return Err(Fault::Wrong),
    };
    credential.counter = result.counter();
    credential.backup_state = result.backup_state();
    let user_verified = result.user_verified();
    Ok(Checked { credential: json(&credential).ok_or(Fault::Wrong)?, user_verified })
}

/// Whether the answer was given within a page of somebody else. The library looks at that for new credentials alone.
fn crosses_origins(client_data: &[u8]) -> bool {
    let client_data: Option<Value> = serde_json::from_slice(client_data).ok();
    client_data.is_none_or(|data| data.get("crossOrigin").is_some_and(|crosses| *crosses != Value::Bool(false)))
}

/// Options and state of registering one for the owner of `handle`, who is shown as `name`, on an authenticator that holds
/// none of `known`. It is discoverable, so that it signs in without a name being typed, and nobody is asked who made the
/// authenticator.
pub(super) fn offer(
    party: &Party<'_>,
    handle: &[u8],
    (name, display_name): (&str, &str),
    known: &[&str],
) -> Option<(Value, Value)> {
    let known: Vec<CredentialID> = known.iter().filter_map(|id| BASE64URL_NOPAD.decode(id.as_bytes()).ok()).collect();
    let core = relying_party(party)?;
    let builder = core
        .new_challenge_register_builder(handle, name, display_name)
        .ok()?
        .attestation(AttestationConveyancePreference::None)
        .require_resident_key(true)
        .user_verification_policy(UserVerificationPolicy::Required)
        .exclude_credentials(Some(known));
    let (options, state) = core.generate_challenge_register(builder).ok()?;
    Some((json(&options.public_key)?, json(&state)?))
}

/// Checks a new credential (WebAuthn §7.1); returns its id and what to keep.
pub(super) fn accept(party: &Party<'_>, answer: &str, state: &Value) -> Option<(String, Value)> {
    let answer: RegisterPublicKeyCredential = serde_json::from_str(answer).ok()?;
    let state: RegistrationState = parsed(state)?;
    let credential = relying_party(party)?.register_credential(&answer, &state, None).ok()?;
    let id: &[u8] = credential.cred_id.as_ref();
    let fits = !id.is_empty() && id.len() <= LONGEST_ID && credential.user_verified;
    fits.then_some(())?;
    Some((BASE64URL_NOPAD.encode(id), json(&credential)?))
}

fn json<T: Serialize>(of: &T) -> Option<Value> {
    serde_json::to_value(of).ok()
}

fn parsed<T: DeserializeOwned>(json: &Value) -> Option<T> {
    serde_json::from_value(json.clone()).ok()
}
