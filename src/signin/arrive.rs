//! Everything is proved and agreed: where the browser goes now.

use url::Url;

use super::advance::{Scene, SigninError, Visit};
use super::client;
use super::ticket::Destination;
use crate::app::App;
use crate::config::Settings;
use crate::guests::redirect::check_redirect;
use crate::model::{AppId, ClientAnswer, Mode, Tenant, UserType};
use crate::session::CodeGrant;
use crate::snapshot::Snapshot;
use crate::urls::{APP_CALLBACK, methods_path};

/// Where to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// The access panel.
    Panel,
    /// Another page of the broker host.
    Here(String),
    /// Another host.
    Away(String),
    /// A guest of the home organization cannot be its member abroad.
    NotAMember,
    /// Back to an OIDC client, with an answer.
    Client(ClientAnswer),
}

/// Opens the way to the destination of the tab. Call it only for a scene whose step is `Arrived`.
pub async fn arrive(app: &App, visit: &Visit, scene: &Scene) -> Result<Arrival, SigninError> {
    let Some(session) = &scene.session else { return Err(SigninError::OutOfStep) };
    let fragment = visit.ticket.fragment.as_deref().map(|fragment| format!("#{fragment}")).unwrap_or_default();
    Ok(match &visit.ticket.destination {
        Destination::Panel => Arrival::Panel,
        Destination::Methods => Arrival::Here(methods_path(visit.tenant.id)),
        Destination::Page { path } => Arrival::Here(format!("/{}/{path}", visit.tenant.id)),
        Destination::ChangeSignIn { .. } => Arrival::Here(format!("/{}/account", visit.tenant.id)),
        Destination::AppHome { app: id } => match app_home(&app.settings, &visit.snapshot, &visit.tenant, *id) {
            Some(url) => Arrival::Away(url),
            None => Arrival::Panel,
        },
        Destination::Invitation { .. } => {
            // Checked when it was made, and again now: the app may have moved since (attack row B12).
            let named = scene.invitation.as_ref().and_then(|invitation| invitation.redirect_url.as_deref());
            let allowed = named.map(|url| check_redirect(&visit.tenant, &visit.snapshot, &app.urls, url));
            match allowed.transpose().unwrap_or_else(|_| Some(app.urls.panel(visit.tenant.id))) {
                Some(url) if url != app.urls.panel(visit.tenant.id) => Arrival::Away(url),
                Some(_) => Arrival::Panel,
                // An invitation to one app leads there, as its mail says.
                None => match session.assigned_apps.as_slice() {
                    [only] => app_home(&app.settings, &visit.snapshot, &visit.tenant, *only)
                        .map_or(Arrival::Panel, Arrival::Away),
                    _ => Arrival::Panel,
                },
            }
        }
        Destination::App { app: id, redirect_uri, state, code_challenge } => {
            let registered = registered_callback(&app.settings, &visit.snapshot, &visit.tenant, *id);
            if registered.as_ref() != Some(redirect_uri) {
                return Ok(Arrival::Panel);
            }
            let grant = CodeGrant {
                tenant: visit.tenant.id,
                session: session.id,
                app: *id,
                redirect_uri: redirect_uri.clone(),
                code_challenge: code_challenge.clone(),
            };
            let code = app.sessions.issue_code(grant).await?;
            let answer = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("code", &code)
                .append_pair("state", state)
                .append_pair("iss", &app.urls.issuer(visit.tenant.id))
                .finish();
            Arrival::Away(format!("{redirect_uri}?{answer}{fragment}"))
        }
        Destination::Client { request } => client::answer(app, visit, session, request).await?,
        Destination::Abroad { tenant, ticket, .. } if session.user_type == UserType::Member => {
            Arrival::Here(format!("/{tenant}/sign-in?t={ticket}"))
        }
        Destination::Abroad { .. } => Arrival::NotAMember,
    })
}

/// The one redirect URI of a client of this tenant: of an app's host, or of the admin host.
pub fn registered_callback(settings: &Settings, snapshot: &Snapshot, tenant: &Tenant, id: AppId) -> Option<String> {
    let host = if id == AppId::ADMIN {
        settings.admin_host()
    } else {
        snapshot.service_principal(tenant, id)?;
        &snapshot.app(id)?.host
    };
    Some(format!("{}{APP_CALLBACK}", settings.origin_of(host)))
}

/// Where people begin with an application that only signs them in by OpenID Connect, if this tenant or whoever registered it
/// says so.
pub fn client_home(snapshot: &Snapshot, tenant: &Tenant, id: AppId) -> Option<Url> {
    let principal = snapshot.service_principal(tenant, id)?;
    let registration = snapshot.registration(tenant, id)?;
    principal.homepage.clone().or_else(|| registration.home_page_url.clone())
}

/// The front page of an app in this tenant.
pub fn app_home(settings: &Settings, snapshot: &Snapshot, tenant: &Tenant, id: AppId) -> Option<String> {
    let principal = snapshot.service_principal(tenant, id)?;
    let app = snapshot.app(id)?;
    if let Some(homepage) = &principal.homepage {
        return Some(homepage.to_string());
    }
    let origin = settings.origin_of(&app.host);
    Some(match app.mode {
        Mode::Host => format!("{origin}/"),
        Mode::Path { .. } => format!("{origin}/{}/", tenant.id),
        Mode::Query => format!("{origin}/?tenantid={}", tenant.id),
    })
}
