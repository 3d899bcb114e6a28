//! Authorization codes: good for a minute, once; whoever shows one a second time ends everything that came of it (RFC 6749
//! §4.1.2, attack row J2).

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{grant, shelf};
use crate::app::App;
use crate::keys::token;
use crate::model::{ClientRequest, SessionId, SessionRecord, TenantId, UserId};
use crate::short_term::{Kind, ShortTermResult};

/// How long a code counts.
const LIFETIME: Duration = Duration::from_secs(60);
/// Longer than any session lives, and so than anything that comes of a code.
pub(super) const LONGEST_SESSION: Duration = Duration::from_secs(7 * 24 * 3600);

/// What a code stands for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Code {
    pub request: ClientRequest,
    pub session: SessionId,
    pub user: UserId,
    /// The grant that it becomes.
    pub grant: String,
}

/// Makes a code for a client whose request was answered with yes by everybody concerned.
pub async fn issue(app: &App, session: &SessionRecord, request: &ClientRequest) -> ShortTermResult<String> {
    let code = token(app.random.as_ref());
    let stored = Code { request: request.clone(), session: session.id, user: session.user, grant: grant::new_id(app) };
    // First what recognizes the second use, then what allows the first one.
    let seen = shelf::of_secret(session.tenant, Kind::Code, "seen", &code);
    shelf::put(app, &seen, &stored.grant, LONGEST_SESSION).await?;
    shelf::put(app, &shelf::of_secret(session.tenant, Kind::Code, "oidc", &code), &stored, LIFETIME).await?;
    Ok(code)
}

/// Uses a code up. Of any number of simultaneous callers one gets it, and the others end what it got.
pub(super) async fn take(app: &App, tenant: TenantId, code: &str) -> ShortTermResult<Option<Code>> {
    if let Some(stored) = shelf::take::<Code>(app, &shelf::of_secret(tenant, Kind::Code, "oidc", code)).await? {
        return Ok(Some(stored));
    }
    let seen = shelf::of_secret(tenant, Kind::Code, "seen", code);
    if let Some(grant) = shelf::get::<String>(app, &seen).await? {
        tracing::warn!(tenant.id = %tenant, "a code was shown a second time; everything that came of it is revoked");
        grant::revoke(app, tenant, &grant).await?;
    }
    Ok(None)
}
