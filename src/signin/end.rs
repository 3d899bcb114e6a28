//! Sign out: end this organization's session, or everything that began in this browser.

use super::advance::{SigninError, Visit};
use super::home_sign_out;
use crate::app::App;
use crate::model::AuditEvent;

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
        app.sessions.end(visit.tenant.id, session.id).await?;
        home_sign_out::forget(app, visit, session.id).await?;
        let mut tx = app.store.begin(visit.tenant.id).await?;
        let event = AuditEvent::success("User sign-out").by(session.user).on(session.user);
        tx.audit(app.clock.now(), &event.with("everywhere", everywhere)).await?;
        tx.commit().await?;
    }
    visit.forget(app).await
}
