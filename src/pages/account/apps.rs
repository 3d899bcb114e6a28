//! Other people's applications that were told who the guest is, and the way to take that back (decision 17).

use std::collections::BTreeMap;

use askama::Template;
use axum::body::Body;
use axum::extract::Path;

use super::{form, signed_in};
use crate::model::{AppId, Timestamp};
use crate::pages::answers::read;
use crate::pages::chrome::{Chrome, Form};
use crate::pages::visit::{Answer, Here};
use crate::tokens::client_consent;
use crate::web::interstitial::see_other;
use crate::web::render::{self, Page};

/// The list. Posts `app`.
#[derive(Template)]
#[template(path = "client_list.html")]
pub struct ClientList {
    /// Around the page.
    pub chrome: Chrome,
    /// The form of every line.
    pub form: Form,
    /// The applications, by name.
    pub apps: Vec<ClientLine>,
    /// The account page.
    pub back_url: String,
}

/// One application.
#[derive(Clone, Debug)]
pub struct ClientLine {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The day since when it knows.
    pub since: String,
}

impl Page for ClientList {}

/// `GET /{tenant}/account/apps`.
pub async fn show(here: Here, Path(tenant): Path<String>) -> Answer {
    let (visit, scene, session) = match signed_in(&here, &tenant, "account/apps").await {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    let consents = match client_consent::of_user(&here.app, visit.tenant.id, session.user).await {
        Ok(consents) => consents,
        Err(error) => return here.broken(Some(&visit.tenant), &error),
    };
    let mut since: BTreeMap<AppId, Timestamp> = BTreeMap::new();
    for consent in consents {
        let known = since.entry(consent.app).or_insert(consent.recorded_at);
        *known = consent.recorded_at.min(*known);
    }
    let mut apps: Vec<ClientLine> = since
        .into_iter()
        .map(|(app, at)| ClientLine {
            id: app.to_string(),
            // One that is registered no more is still one that was told.
            name: visit.snapshot.app_name(app).map_or_else(|| app.to_string(), str::to_owned),
            since: at.to_string().chars().take(10).collect(),
        })
        .collect();
    apps.sort_by(|one, other| one.name.cmp(&other.name));
    render::page(&ClientList {
        form: form(&here, &visit, &session, "account/apps"),
        apps,
        back_url: format!("/{}/account", visit.tenant.id),
        chrome: here.chrome_of(&visit, &scene),
    })
}

/// `POST /{tenant}/account/apps`: takes it back from one application.
pub async fn withdraw(here: Here, Path(tenant): Path<String>, body: Body) -> Answer {
    let fields = match read(&here, body).await {
        Ok(fields) => fields,
        Err(answer) => return *answer,
    };
    let (visit, _, session) = match signed_in(&here, &tenant, "account/apps").await {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    let back = see_other(&format!("/{}/account/apps", visit.tenant.id));
    let Ok(app) = fields.text("app").parse::<AppId>() else { return back };
    if !here.is_ours(&visit, Some(session.user), &fields) {
        return back;
    }
    match client_consent::withdraw(&here.app, visit.tenant.id, session.user, app).await {
        Ok(_) => back,
        Err(error) => here.broken(Some(&visit.tenant), &error),
    }
}
