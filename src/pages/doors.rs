//! The doors that lead into a journey: the panel, the mail link, direct sign-on links and the identity provider's callback.

use axum::extract::Path;

use super::assets::content_hash;
use super::coming;
use super::journey::{Remark, go};
use super::notice::Notice;
use super::panel::{AppTile, OrganizationLink, Panel};
use super::visit::{Answer, Here, with_session};
use crate::guests::app_people::apps_of;
use crate::guests::organizations::{Organization, Standing, organizations};
use crate::guests::{self};
use crate::model::{AppId, ConnectionName, InvitationId};
use crate::oidc_client::CallbackParameters;
use crate::signin::advance::may_use;
use crate::signin::arrive::{app_home, client_home};
use crate::signin::{Destination, Scene, Step, Ticket, Visit, advance, federated, trial};
use crate::web::interstitial::see_other;
use crate::web::render;

/// `GET /`: the panel of the tenant in `?tenantid=`, or the page for a common URL.
pub async fn root(here: Here) -> Answer {
    match here.query("tenantid") {
        Some(text) => match here.tenant(&text) {
            Ok((_, tenant)) => see_other(&format!("/{}/myapps{}", tenant.id, here.hints_again())),
            Err(_) if text.is_empty() => here.common(),
            Err(answer) => *answer,
        },
        None => here.common(),
    }
}

/// `GET /{tenant}` and `GET /{tenant}/myapps`: the access panel, once everything is proved and agreed.
pub async fn panel(here: Here, Path(tenant): Path<String>) -> Answer {
    let visit = match here.visit(&tenant, here.hinted(Ticket::to(Destination::Panel))).await {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    match advance(&here.app, &visit).await {
        Ok(scene) if scene.step == Step::Arrived => show_panel(&here, &visit, &scene).await,
        Ok(scene) => with_session(see_other(&here.journey_url(&visit, false)), scene.new_cookie.as_deref()),
        Err(error) => here.failed(&visit, &error),
    }
}

async fn show_panel(here: &Here, visit: &Visit, scene: &Scene) -> Answer {
    let organizations = match &scene.session {
        Some(session) => organizations(&here.app, &visit.snapshot, session).await,
        None => Ok(Vec::new()),
    };
    let organizations = match organizations {
        Ok(organizations) => organizations,
        Err(error) => return here.broken(Some(&visit.tenant), &error),
    };
    let context = guests::context(&here.app, &visit.snapshot, &visit.tenant);
    let owned = match &scene.session {
        Some(session) => apps_of(&context, session.user).await,
        None => Ok(Vec::new()),
    };
    let owned = match owned {
        Ok(owned) => owned,
        Err(error) => return here.broken(Some(&visit.tenant), &error),
    };
    let search = here.query("q").unwrap_or_default();
    let mut apps: Vec<AppTile> = visit
        .tenant
        .service_principals
        .iter()
        .filter(|principal| {
            scene.session.as_ref().is_some_and(|session| may_use(&visit.tenant, session, principal.app))
        })
        .filter_map(|principal| {
            let Some(app) = visit.snapshot.app(principal.app) else { return client_tile(visit, principal.app) };
            let url = app_home(&here.app.settings, &visit.snapshot, &visit.tenant, app.id)?;
            Some(AppTile {
                name: app.display_name.clone(),
                url,
                host: app.host.clone(),
                description: app.description.clone(),
                icon_url: app.icon.as_ref().map(|icon| format!("/icons/{}?v={}", app.id, content_hash(icon))),
                manage_url: owned.contains(&app.id).then(|| format!("/{}/myapps/{}/manage", visit.tenant.id, app.id)),
            })
        })
        .collect();
    apps.sort_by(|one, two| one.name.cmp(&two.name));
    let total = apps.len();
    render::page(&Panel {
        chrome: here.chrome_of(visit, scene),
        action: format!("/{}/myapps", visit.tenant.id),
        apps: Panel::matching(apps, &search),
        coming: if search.is_empty() { coming::lines(here, visit, scene) } else { Vec::new() },
        search,
        total,
        account_url: format!("/{}/account", visit.tenant.id),
        organizations: organizations.into_iter().filter_map(organization_link).collect(),
    })
}

/// The tile of an application that signs people in by OpenID Connect and stands elsewhere.
fn client_tile(visit: &Visit, id: AppId) -> Option<AppTile> {
    let url = client_home(&visit.snapshot, &visit.tenant, id)?;
    let registration = visit.snapshot.registration(&visit.tenant, id)?;
    Some(AppTile {
        name: registration.display_name.clone(),
        host: url.host_str().unwrap_or_default().to_owned(),
        url: url.into(),
        description: registration.description.clone(),
        icon_url: None,
        manage_url: None,
    })
}

/// The way to another organization. Where somebody is blocked there is nothing to open.
fn organization_link(organization: Organization) -> Option<OrganizationLink> {
    (organization.standing != Standing::Blocked).then(|| OrganizationLink {
        url: format!("/{}/myapps", organization.tenant),
        name: organization.name,
        domain: organization.primary_domain,
        current: organization.current,
        invited: organization.standing == Standing::Invited,
    })
}

/// `GET /{tenant}/redeem/{invitation}`: the mail link. It opens a journey and changes nothing (attack row B3).
pub async fn redeem(here: Here, Path((tenant, invitation)): Path<(String, String)>) -> Answer {
    let Some(id) = InvitationId::parse(&invitation) else {
        return match here.tenant(&tenant) {
            Ok((_, tenant)) => here.notice(Some(&tenant), Notice::NotFound),
            Err(answer) => *answer,
        };
    };
    let visit = match here.visit(&tenant, Ticket::to(Destination::Invitation { id })).await {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    match advance(&here.app, &visit).await {
        Ok(scene) if scene.invitation.is_none() => here.notice(Some(&visit.tenant), Notice::NotFound),
        Ok(scene) => with_session(see_other(&here.journey_url(&visit, false)), scene.new_cookie.as_deref()),
        Err(error) => here.failed(&visit, &error),
    }
}

/// `GET /api/signin/{app id}?tenantId=`: the direct sign-on link of one app.
pub async fn direct_link(here: Here, Path(app): Path<String>) -> Answer {
    to_app(&here, &app)
}

/// `GET /signin/{name}/{app id}?tenantId=`: the same in the form of 2019. The name is decoration.
pub async fn direct_link_of_2019(here: Here, Path((_name, app)): Path<(String, String)>) -> Answer {
    to_app(&here, &app)
}

fn to_app(here: &Here, app: &str) -> Answer {
    let Some(text) = here.query("tenantid").filter(|text| !text.is_empty()) else { return here.common() };
    let (snapshot, tenant) = match here.tenant(&text) {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    // An app that this tenant does not use is answered like one that does not exist.
    let used = app.parse::<AppId>().ok().filter(|id| snapshot.service_principal(&tenant, *id).is_some());
    match used {
        Some(app) => {
            let ticket = here.hinted(Ticket::to(Destination::AppHome { app })).seal(&here.app.keys, tenant.id);
            see_other(&format!("/{}/sign-in?t={ticket}", tenant.id))
        }
        None => here.notice(Some(&tenant), Notice::NotFound),
    }
}

/// `GET /{tenant}/idp-test/{id}`: leaves for the trial sign-in that `vestibule idp test` waits for.
pub async fn trial(here: Here, Path((tenant, id)): Path<(String, String)>) -> Answer {
    let visit = match here.visit(&tenant, Ticket::to(Destination::Panel)).await {
        Ok(visit) => visit,
        Err(answer) => return *answer,
    };
    match trial::leave(&here.app, &visit, &id).await {
        Ok(Some(url)) => see_other(&url),
        Ok(None) => here.notice(Some(&visit.tenant), Notice::NotFound),
        Err(error) => here.failed(&visit, &error),
    }
}

/// `GET /{tenant}/federation/{connection}/callback`: back from an identity provider (OpenID Connect Core 1.0 §3.1.2.5).
pub async fn callback(here: Here, Path((tenant, connection)): Path<(String, String)>) -> Answer {
    let (_, known) = match here.tenant(&tenant) {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    let Some(connection) = connection.parse::<ConnectionName>().ok().and_then(|name| known.connection(&name)) else {
        return here.notice(Some(&known), Notice::NotFound);
    };
    let start_again = || here.notice(Some(&known), Notice::StartAgain { url: Some(here.app.urls.panel(known.id)) });
    let mut visit = match here.visit(&tenant, Ticket::to(Destination::Panel)).await {
        Ok(visit) => visit,
        // A browser that never left does not come back: it gets no cookie for trying.
        Err(_) => return start_again(),
    };
    let redirect_uri = here.app.urls.federation_callback(known.id, &connection.name);
    let Ok(parameters) = CallbackParameters::from_query(&redirect_uri, here.uri.query().unwrap_or_default()) else {
        return start_again();
    };
    match trial::come_back(&here.app, &visit, connection, &parameters).await {
        Ok(true) => return here.notice(Some(&known), Notice::TrialOver),
        Ok(false) => {}
        Err(error) => return here.failed(&visit, &error),
    }
    match federated::come_back(&here.app, &mut visit, connection, &parameters).await {
        Ok(federated::Returned::GoOn { ticket, cookie }) => {
            visit.ticket = ticket;
            with_session(see_other(&here.journey_url(&visit, false)), cookie.as_deref())
        }
        Ok(federated::Returned::Failed { ticket, error }) => {
            visit.ticket = ticket;
            match advance(&here.app, &visit).await {
                Ok(scene) if scene.session.is_some() => go(&here, &visit, scene, Remark::default()).await,
                Ok(scene) => super::journey::provider_failed(&here, &visit, &scene, Some(&connection.name), &error),
                Err(error) => here.failed(&visit, &error),
            }
        }
        Ok(federated::Returned::Unknown) => start_again(),
        Err(error) => here.failed(&visit, &error),
    }
}
