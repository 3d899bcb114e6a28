//! Sign out: end this organization's session, or everything that began in this browser.

use super::advance::{SigninError, Visit};
use super::home_sign_out;
use crate::app::App;
use crate::guests::change_sign_in;
use crate::model::{AuditEvent, SessionRecord};

/// Ends the session of this tenant, or every session of the browser on every host. The door gives the browser a new
/// sign-in cookie besides, so that no journey, proof or callback of before is known any more.
pub async fn sign_out(app: &App, visit: &Visit, everywhere: bool) -> Result<(), SigninError> {
    let session = visit
        .handle
        .as_ref()
        .and_then(|handle| handle.session(visit.tenant.id))
        .map(|session| session.record().clone());
    if everywhere && let Some(cookie) = &visit.cookie {
        app.sessions.end_handle(&visit.host, cookie).await?;
        app.sessions.end_browser(&visit.browser_hash()).await?;
    }
    if let Some(session) = session {
        home_sign_out::forget(app, visit.tenant.id, session.id).await?;
        end_session(app, &session, everywhere).await?;
    }
    // A permit to change how somebody signs in began with a session that has ended already.
    change_sign_in::forget(app, visit).await?;
    visit.forget(app).await
}

/// The same on another host of ours, for the session behind its own cookie there. `true` if no session of that cookie is
/// left.
pub async fn sign_out_at(
    app: &App,
    host: &str,
    cookie: &str,
    session: &SessionRecord,
    everywhere: bool,
) -> Result<bool, SigninError> {
    if everywhere {
        app.sessions.end_handle(host, cookie).await?;
    }
    end_session(app, session, everywhere).await?;
    let now = app.clock.now();
    let left = app.sessions.lookup(host, cookie).await?;
    Ok(!left.is_some_and(|handle| handle.sessions().any(|(_, session)| session.is_live(now))))
}

async fn end_session(app: &App, session: &SessionRecord, everywhere: bool) -> Result<(), SigninError> {
    app.sessions.end(session.tenant, session.id).await?;
    let mut tx = app.store.begin(session.tenant).await?;
    let event = AuditEvent::success("User sign-out").by(session.user).on(session.user);
    tx.audit(app.clock.now(), &event.with("everywhere", everywhere)).await?;
    tx.commit().await?;
    Ok(())
}
