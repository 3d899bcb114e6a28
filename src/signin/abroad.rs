//! Another tenant of this instance is the guest's home organization: its member signs in there.

use std::sync::Arc;

use super::advance::{SigninError, Visit};
use super::journey::Journey;
use super::ticket::{Destination, Ticket};
use crate::app::App;
use crate::model::{Invitation, TenantId};

/// Leaves for the home organization's own sign-in page; returns its path. The address is known there already.
pub async fn leave(
    app: &App,
    visit: &Visit,
    home: TenantId,
    journey: &Journey,
    invitation: Option<&Invitation>,
) -> Result<String, SigninError> {
    let Some(tenant) = visit.snapshot.tenant(home) else { return Err(SigninError::OutOfStep) };
    let back = visit.ticket.seal(&app.keys, visit.tenant.id);
    let there = Visit {
        snapshot: Arc::clone(&visit.snapshot),
        tenant: Arc::clone(tenant),
        browser: visit.browser.clone(),
        cookie: visit.cookie.clone(),
        handle: visit.handle.clone(),
        ticket: Ticket::to(Destination::Abroad { tenant: visit.tenant.id, ticket: back }),
        host: visit.host.clone(),
        network: visit.network.clone(),
    };
    let mut beginning = Journey::begin(app.clock.now());
    beginning.address = journey.address.clone().or_else(|| invitation.map(|invitation| invitation.address.clone()));
    there.keep(app, &beginning).await?;
    if journey.switching {
        if let Some(session) = visit.handle.as_ref().and_then(|handle| handle.session(home)) {
            app.sessions.end(home, session.record().id).await?;
        }
        let mut settled = journey.clone();
        settled.switching = false;
        visit.keep(app, &settled).await?;
    }
    Ok(format!("/{home}/sign-in?t={}", there.ticket.seal(&app.keys, home)))
}
