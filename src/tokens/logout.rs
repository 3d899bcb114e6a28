//! A client signs its guest out (OpenID Connect RP-Initiated Logout 1.0): at once where an ID token proves that it may, else
//! the person is asked.

use super::{id_token, pairwise};
use crate::app::App;
use crate::model::{AppId, SessionRecord, Tenant};
use crate::snapshot::Snapshot;

/// What a client sends along.
#[derive(Clone, Debug, Default)]
pub struct LogoutRequest {
    /// An ID token of the client, which may have expired.
    pub id_token_hint: Option<String>,
    /// The client, if it says so besides.
    pub client_id: Option<String>,
    /// Where the browser is to go then.
    pub post_logout_redirect_uri: Option<String>,
    /// What the client gets back untouched.
    pub state: Option<String>,
}

/// What follows from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Logout {
    /// The session of this browser ends, and the browser goes on.
    End {
        /// Where to; `None` to our own page.
        to: Option<String>,
    },
    /// Nobody is signed in here; the browser goes on.
    GoOn {
        /// Where to; `None` to our own page.
        to: Option<String>,
    },
    /// The person is asked, and the browser goes nowhere by itself (attack row J5).
    Ask,
}

/// Decides. `session` is the live session of this browser in this tenant, if there is one.
pub fn decide(
    app: &App,
    snapshot: &Snapshot,
    tenant: &Tenant,
    request: &LogoutRequest,
    session: Option<&SessionRecord>,
) -> Logout {
    let hint = request.id_token_hint.as_deref().and_then(|token| id_token::hint(app, tenant.id, token));
    let Some(hint) = hint else { return Logout::Ask };
    let named = request.client_id.as_deref().map(str::parse::<AppId>);
    if named.is_some_and(|named| named != Ok(hint.app)) {
        return Logout::Ask;
    }
    let Some(registration) = snapshot.registration(tenant, hint.app) else { return Logout::Ask };
    let to = match &request.post_logout_redirect_uri {
        Some(uri) if registration.may_sign_out_to(uri) => Some(with_state(uri, request.state.as_deref())),
        Some(_) => return Logout::Ask,
        None => None,
    };
    match session {
        None => Logout::GoOn { to },
        Some(session) => {
            let subject = pairwise::subject(&app.keys, tenant.id, session.user, hint.app);
            // Somebody else is signed in by now: their session is no business of this client.
            if subject == hint.subject { Logout::End { to } } else { Logout::Ask }
        }
    }
}

/// RP-Initiated Logout 1.0 §3: the state goes along in the query.
fn with_state(uri: &str, state: Option<&str>) -> String {
    let Some(state) = state else { return uri.to_owned() };
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("state", state).finish();
    let joint = if uri.contains('?') { '&' } else { '?' };
    format!("{uri}{joint}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_joins_a_query_that_was_registered() {
        assert_eq!(with_state("https://a/x", None), "https://a/x");
        assert_eq!(with_state("https://a/x", Some("a b")), "https://a/x?state=a+b");
        assert_eq!(with_state("https://a/x?y=1", Some("s")), "https://a/x?y=1&state=s");
    }
}
