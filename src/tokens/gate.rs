//! May this guest still get in? Asked at each code, refresh, introspection and userinfo, from the directory as it is now
//! (attack row J12).

use crate::app::App;
use crate::model::{AppId, Registration, SessionId, SessionRecord, Tenant, UserId};
use crate::session::permit;
use crate::signin::facts;
use crate::snapshot::Snapshot;

use super::client_consent;
use super::fault::TokenError;

/// Somebody who may get in, with facts as of now. [`admit`] alone makes one, and tokens about people are made of nothing
/// else.
#[derive(Clone, Debug)]
pub struct Admitted {
    record: SessionRecord,
    app: AppId,
}

impl Admitted {
    /// The facts.
    pub fn record(&self) -> &SessionRecord {
        &self.record
    }

    /// The client that may know them.
    pub fn app(&self) -> AppId {
        self.app
    }
}

/// Somebody's place in one session, as a token names it.
#[derive(Clone, Copy, Debug)]
pub struct Whose<'a> {
    /// The session.
    pub session: SessionId,
    /// The user; a session that is somebody else's by now is none.
    pub user: UserId,
    /// What the client may know.
    pub scopes: &'a [String],
    /// Whether this counts as use of the session: getting tokens does, asking what one is worth does not.
    pub uses: bool,
}

/// The session is live; its user is there, enabled, within their time and bound to the same identity; assigned to the
/// application; everything is agreed to and shown that is demanded; and the client, if it is somebody else's, may still know.
/// There is no default: each way to `Some` passes every check.
pub async fn admit(
    app: &App,
    snapshot: &Snapshot,
    tenant: &Tenant,
    registration: &Registration,
    whose: Whose<'_>,
) -> Result<Option<Admitted>, TokenError> {
    let Some(session) = app.sessions.find(tenant.id, whose.session).await? else { return Ok(None) };
    let known = session.record().clone();
    if known.user != whose.user {
        return Ok(None);
    }
    let Some(fresh) = facts::refresh(app, tenant, &known).await? else { return Ok(None) };
    if permit::judge(registration.app, tenant, Some(&fresh), app.clock.now(), snapshot).is_err() {
        return Ok(None);
    }
    let agreed = !registration.third_party
        || client_consent::knows(app, tenant.id, whose.user, registration.app, whose.scopes).await?;
    if whose.uses && agreed {
        session.touch(app.clock.now());
    }
    Ok(agreed.then_some(Admitted { record: fresh, app: registration.app }))
}
