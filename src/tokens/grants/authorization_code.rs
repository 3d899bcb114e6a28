//! `authorization_code` (RFC 6749 §4.1.3, RFC 7636 §4.6).

use data_encoding::BASE64URL_NOPAD;
use subtle::ConstantTimeEq;

use crate::app::App;
use crate::keys::sha256;
use crate::model::Tenant;
use crate::tokens::client::Client;
use crate::tokens::code;
use crate::tokens::fault::{Refusal, TokenError};
use crate::tokens::grant::{self, Grant};
use crate::tokens::pipeline::{Basis, OfGuest, Refreshing};

/// Uses the code up, whoever shows it: a guess at client, redirect URI or verifier cannot be repeated.
pub(in crate::tokens) async fn basis(
    app: &App,
    tenant: &Tenant,
    client: &Client,
    shown: &str,
    redirect_uri: &str,
    verifier: Option<&str>,
) -> Result<Basis, TokenError> {
    let code = code::take(app, tenant.id, shown).await?.ok_or(Refusal::GRANT)?;
    let request = code.request;
    let proved = proves(request.code_challenge.as_deref(), verifier);
    if request.app != client.id() || request.redirect_uri != redirect_uri || !proved {
        return Err(Refusal::GRANT.into());
    }
    let Some(session) = app.sessions.find(tenant.id, code.session).await? else { return Err(Refusal::GRANT.into()) };
    let grant = Grant {
        id: code.grant,
        tenant: tenant.id,
        app: request.app,
        user: code.user,
        session: code.session,
        scopes: request.scopes.clone(),
        claims: request.claims,
        nonce: request.nonce.clone(),
        ends_at: session.record().absolute_end,
    };
    grant::keep(app, &grant).await?;
    Ok(Basis::Guest(Box::new(OfGuest {
        grant,
        scopes: request.scopes,
        nonce: request.nonce,
        refresh: Refreshing::First,
    })))
}

/// Whether the verifier is the one behind the challenge. A verifier without a challenge is an attempt to use a code that was
/// asked for without PKCE (RFC 9700 §4.8.2, attack row J3).
fn proves(challenge: Option<&str>, verifier: Option<&str>) -> bool {
    match (challenge, verifier) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => {
            let shaped = (43..=128).contains(&verifier.len())
                && verifier.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
            let hashed = BASE64URL_NOPAD.encode(&sha256(verifier.as_bytes()));
            shaped && bool::from(hashed.as_bytes().ct_eq(challenge.as_bytes()))
        }
        (None, Some(_)) | (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn j3_a_verifier_fits_its_challenge_and_nothing_else() {
        // RFC 7636 appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(proves(Some(challenge), Some(verifier)));
        assert!(proves(None, None));
        for (challenge, verifier) in [
            (Some(challenge), None),
            (None, Some(verifier)),
            (Some(challenge), Some("")),
            // `plain`: the challenge itself.
            (Some(challenge), Some(challenge)),
            (Some(verifier), Some(verifier)),
            (Some(challenge), Some("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK")),
            (Some(challenge), Some("short")),
            (Some(""), Some("")),
        ] {
            assert!(!proves(challenge, verifier), "{challenge:?} {verifier:?}");
        }
    }
}
