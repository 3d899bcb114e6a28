//! Fabrikam tells its clients that somebody signed out (OpenID Connect Back-Channel Logout 1.0).

use serde_json::{Value, json};
use url::Url;

use super::{Fabrikam, SignedIn};

/// How long a logout token counts, in seconds.
const TOKEN_SECONDS: i64 = 120;

/// Tells every client to which somebody signed in with this session, aside.
pub(super) fn tell(fabrikam: &Fabrikam, ended: &SignedIn) {
    let now = fabrikam.ambient.now();
    let clients = fabrikam.remember(|memory| memory.clients.take(&ended.session_id, now)).unwrap_or_default();
    let Some(https) = &fabrikam.tells else { return };
    for client in clients {
        let uri = fabrikam.client(&client).and_then(|client| client.backchannel_logout_uri.as_deref());
        let Some(uri) = uri.and_then(|uri| Url::parse(uri).ok()) else { continue };
        let claims = fabrikam.logout_claims(&client, ended.person.subject, &ended.session_id);
        let Ok(token) = fabrikam.logout_token(&claims) else { continue };
        let https = https.clone();
        tokio::spawn(async move {
            // A sample provider tries once: whoever does not hear it notices at the next sign-in.
            let _answer = https.post(&uri, &[("logout_token", &token)]).await;
        });
    }
}

impl Fabrikam {
    /// What a logout token says (§2.4).
    pub fn logout_claims(&self, client: &str, subject: &str, session: &str) -> Value {
        let now = self.ambient.now();
        json!({
            "iss": self.issuer,
            "aud": client,
            "iat": now,
            "exp": now + TOKEN_SECONDS,
            "jti": self.ambient.token(),
            "sub": subject,
            "sid": session,
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        })
    }

    /// A logout token with these claims.
    pub fn logout_token(&self, claims: &Value) -> jsonwebtoken::errors::Result<String> {
        self.sign_as("logout+jwt", claims)
    }
}
