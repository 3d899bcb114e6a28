//! Another tenant of this instance is the guest's home organization: its member signs in there.

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
    if visit.snapshot.tenant(home).is_none() {
        return Err(SigninError::OutOfStep);
    }
    let back = visit.ticket.seal(&app.keys, visit.tenant.id);
    // The hint travels with the tab: one tenant's page must not write into another tenant's journey.
    let mut there = Ticket::to(Destination::Abroad {
        tenant: visit.tenant.id,
        ticket: back,
        hint: invitation.map(|invitation| invitation.address.clone()).or_else(|| journey.address.clone()),
        typed: invitation.is_none(),
    });
    // Whoever must sign in anew here does so there.
    there.fresh = visit.ticket.fresh;
    visit.spend_hint(app, journey, Some(home)).await?;
    if journey.switching {
        if let Some(session) = visit.handle.as_ref().and_then(|handle| handle.session(home)) {
            app.sessions.end(home, session.record().id).await?;
        }
        let mut settled = journey.clone();
        settled.switching = false;
        visit.keep(app, &settled).await?;
    }
    Ok(format!("/{home}/sign-in?t={}", there.seal(&app.keys, home)))
}
