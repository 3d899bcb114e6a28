//! The end of the way to an OIDC client: its code, or the reason why there is none.

use super::advance::{SigninError, Visit};
use super::arrive::Arrival;
use super::journey::Step;
use super::ticket::Destination;
use crate::app::App;
use crate::model::{ClientAnswer, ClientRequest, SessionRecord, Tenant};
use crate::storage::StoreResult;
use crate::tokens::{client_consent, code, device, pairwise};

/// Everything is proved and agreed: the code goes to the client, unless it asked for somebody or something else.
pub(super) async fn answer(
    app: &App,
    visit: &Visit,
    session: &SessionRecord,
    request: &ClientRequest,
) -> Result<Arrival, SigninError> {
    // Checked when the ticket was made, and again now: the registration may have changed since (attack row J1).
    let registration = visit.snapshot.registration(&visit.tenant, request.app);
    if let (Some(wish), Some(_)) = (&request.device, registration) {
        let granted = device::approve(app, session, wish).await?;
        let granted = if granted { "?granted=yes" } else { "" };
        return Ok(Arrival::Here(format!("/{}/device/done{granted}", visit.tenant.id)));
    }
    if !registration.is_some_and(|registration| registration.may_return_to(&request.redirect_uri)) {
        return Ok(Arrival::Panel);
    }
    let stale =
        visit.ticket.fresh.is_some_and(|fresh| !fresh.is_met_by(session.signed_in_at, session.authenticated_at));
    if stale {
        return Ok(refuse(app, &visit.tenant, request, "login_required", "The person did not sign in anew."));
    }
    let subject = || pairwise::subject(&app.keys, visit.tenant.id, session.user, request.app);
    if request.subject.as_ref().is_some_and(|wanted| *wanted != subject()) {
        return Ok(refuse(app, &visit.tenant, request, "login_required", "Somebody else is signed in."));
    }
    let code = code::issue(app, session, request).await?;
    Ok(Arrival::Client(request.with_code(code, app.urls.issuer(visit.tenant.id))))
}

/// Whether the guest has still to agree to what the client learns (decision 17).
pub(super) async fn lacks_consent(app: &App, visit: &Visit, session: &SessionRecord) -> StoreResult<bool> {
    let Some(request) = visit.ticket.client() else { return Ok(false) };
    let Some(registration) = visit.snapshot.registration(&visit.tenant, request.app) else { return Ok(false) };
    if !registration.third_party && !request.ask_consent {
        return Ok(false);
    }
    // A public client proves nothing, so that anybody could ask in its name: it asks each time.
    let anew = request.ask_consent || !registration.is_confidential();
    let since = anew.then_some(request.asked_at);
    Ok(!client_consent::covers(app, visit.tenant.id, session.user, request, since).await?)
}

/// The answer to a request that must not show a page (`prompt=none`), where the way does not end at once. `None` if it may
/// show one, or if it ends.
pub fn silently(app: &App, visit: &Visit, step: &Step) -> Option<ClientAnswer> {
    let request = visit.ticket.client().filter(|request| request.silent)?;
    let (error, description) = match step {
        Step::Arrived => return None,
        Step::Review | Step::Terms(_) | Step::ClientConsent => {
            ("consent_required", "The person has something to agree to first.")
        }
        Step::SecondFactor | Step::EnrollSecondFactor => {
            ("interaction_required", "The person has to show a second factor first.")
        }
        Step::NotAssigned => ("access_denied", "The person is not assigned to this application."),
        _ => ("login_required", "Nobody is signed in."),
    };
    Some(request.refused(error, description, app.urls.issuer(visit.tenant.id)))
}

/// The guest does not want the client to know.
pub fn declined(app: &App, visit: &Visit) -> Option<ClientAnswer> {
    let Destination::Client { request } = &visit.ticket.destination else { return None };
    let issuer = app.urls.issuer(visit.tenant.id);
    Some(request.refused("access_denied", "The person did not agree.", issuer))
}

fn refuse(app: &App, tenant: &Tenant, request: &ClientRequest, error: &str, description: &str) -> Arrival {
    Arrival::Client(request.refused(error, description, app.urls.issuer(tenant.id)))
}
