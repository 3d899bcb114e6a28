//! The end-session endpoint (OpenID Connect RP-Initiated Logout 1.0).

use axum::body::Body;
use http::StatusCode;

use super::answer::{Answer, broken, refused};
use super::asked::Asked;
use super::parameters::Parameters;
use crate::session::{SESSION_COOKIE, read_cookie};
use crate::signin::end;
use crate::tokens::logout::{Logout, LogoutRequest, decide};
use crate::web::answer::without_session;
use crate::web::interstitial::{Destination, see_other};

/// `GET /{tenant}/oauth2/v2.0/logout`.
pub async fn by_query(asked: Asked) -> Answer {
    match Parameters::of_query(asked.query()) {
        Ok(parameters) => log_out(&asked, &parameters).await,
        Err(refusal) => refused(StatusCode::BAD_REQUEST, refusal),
    }
}

/// `POST`: the same, by way of a GET. A form from another site brings no cookies of ours along, and the browser is to come back
/// with them.
pub async fn by_form(asked: Asked, body: Body) -> Answer {
    let parameters = match Parameters::of_body(&asked.headers, body).await {
        Ok(parameters) => parameters,
        Err(refusal) => return refused(StatusCode::BAD_REQUEST, refusal),
    };
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for name in ["id_token_hint", "client_id", "post_logout_redirect_uri", "state"] {
        if let Some(value) = parameters.get(name) {
            query.append_pair(name, value);
        }
    }
    see_other(&format!("{}?{}", asked.uri.path(), query.finish()))
}

async fn log_out(asked: &Asked, parameters: &Parameters) -> Answer {
    let (app, tenant) = (&asked.app, &asked.tenant);
    let request = LogoutRequest {
        id_token_hint: parameters.owned("id_token_hint"),
        client_id: parameters.owned("client_id"),
        post_logout_redirect_uri: parameters.owned("post_logout_redirect_uri"),
        state: parameters.owned("state"),
    };
    let host = app.settings.broker_host();
    let cookie = read_cookie(&asked.headers, SESSION_COOKIE);
    let handle = match cookie {
        Some(cookie) => match app.sessions.lookup(host, cookie).await {
            Ok(handle) => handle,
            Err(error) => return broken(asked, &error),
        },
        None => None,
    };
    let session = handle.as_ref().and_then(|handle| handle.session(tenant.id));
    let record = session.filter(|session| session.is_live(app.clock.now())).map(|session| session.record().clone());
    let ask = format!("/{}/sign-out", tenant.id);
    let onward = |to: Option<String>| match to.as_deref().and_then(Destination::parse) {
        Some(destination) => see_other(destination.as_str()),
        None => see_other(&ask),
    };
    match decide(app, &asked.snapshot, tenant, &request, record.as_deref()) {
        Logout::Ask => see_other(&ask),
        Logout::GoOn { to } => onward(to),
        Logout::End { to } => {
            let (Some(record), Some(cookie)) = (record, cookie) else { return onward(to) };
            match end::sign_out_at(app, host, cookie, &record, false).await {
                Ok(true) => without_session(onward(to)),
                Ok(false) => onward(to),
                Err(error) => broken(asked, &error),
            }
        }
    }
}
