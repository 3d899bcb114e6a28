//! Signing out at an app's host: of one organization, or everywhere (decision 8).

use std::sync::Arc;
use std::time::Duration;

use http::header::ACCEPT_LANGUAGE;
use http::request::Parts;
use http::{Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use super::super::seams::SealPurpose;
use super::super::{Arrival, Body, Plane, Visitor, local, on_control, visitor, whole};
use super::journey::set_cookie;
use crate::model::{TenantId, Timestamp};
use crate::session::{LOGIN_COOKIE, SESSION_COOKIE, expired};
use crate::urls::APP_SIGN_OUT;
use crate::web::csrf;
use crate::web::language;
use crate::web::problem::{self, Problem, escape};

/// How long the page may lie open.
const TOKEN_LIFETIME: Duration = Duration::from_secs(3600);
/// Largest form.
const FORM: usize = 4 * 1024;
/// How long the form may take to arrive.
const FORM_TIME: Duration = Duration::from_secs(10);

/// Binds a form to the browser that it was shown to.
#[derive(Serialize, Deserialize)]
struct Token {
    cookie: String,
    at: Timestamp,
}

/// Asks; a GET never ends anything.
pub(super) async fn ask(plane: &Arc<Plane>, arrival: &Arrival, parts: &Parts) -> Result<Response<Body>, Problem> {
    let visitor = visitor(plane, &arrival.app.host, &parts.headers).await?;
    let snapshot = plane.snapshot.load_full();
    let now = plane.clock.now();
    let named = super::tenant_of(&snapshot, arrival, parts, visitor.as_ref())?;
    let live: Vec<(TenantId, String)> = visitor
        .iter()
        .flat_map(|visitor| visitor.handle.sessions())
        .filter(|(id, session)| session.is_live(now) && named.as_ref().is_none_or(|tenant| tenant.id == *id))
        .filter_map(|(id, _)| Some((*id, snapshot.tenant(*id)?.display_name.clone())))
        .collect();
    let language = language::of_browser(parts.headers.get(ACCEPT_LANGUAGE));
    let (Some(visitor), false) = (visitor, live.is_empty()) else {
        let say = |key: &str| escape(&language.say(key));
        let title = say("app-signed-out-title");
        let main =
            format!("<h1>{title}</h1><p>{}</p><p>{}</p>", say("app-signed-out-what"), say("app-signed-out-next"));
        return Ok(whole(problem::document(StatusCode::OK, &language, &title, &main, false)));
    };
    let token = escape(&token(plane, &visitor));
    let form = |scope: &str, label: &str, class: &str| {
        format!(
            "<form method=\"post\" action=\"{APP_SIGN_OUT}\"><input type=\"hidden\" name=\"token\" value=\"{token}\">\
             <input type=\"hidden\" name=\"scope\" value=\"{scope}\"><p><button{class}>{}</button></p></form>",
            escape(label)
        )
    };
    let title = language.say("app-sign-out-title");
    let mut main = format!("<h1>{}</h1><p>{}</p>", escape(&title), escape(&language.say("app-sign-out-what")));
    for (tenant, name) in &live {
        main.push_str(&form(&tenant.to_string(), &language.say_with("app-sign-out-one", &[("tenant", name)]), ""));
    }
    main.push_str(&form("everywhere", &language.say("app-sign-out-everywhere"), " class=\"plain\""));
    Ok(whole(problem::document(StatusCode::OK, &language, &title, &main, false)))
}

/// Ends what the form names, if the form is ours and was shown to this very browser (attack row D4).
pub(super) async fn end(
    plane: &Arc<Plane>,
    arrival: &Arrival,
    parts: &Parts,
    incoming: Incoming,
) -> Result<Response<Body>, Problem> {
    if csrf::check_origin(&parts.headers, &plane.settings.origin_of(&arrival.app.host)).is_err() {
        return Err(Problem::ForeignOrigin);
    }
    let read = tokio::time::timeout(FORM_TIME, Limited::new(incoming, FORM).collect()).await;
    let form = read.ok().and_then(Result::ok).ok_or(Problem::BadRequest)?.to_bytes();
    let field = |wanted: &str| {
        let mut values = form_urlencoded::parse(&form).filter(|(name, _)| name == wanted).map(|(_, value)| value);
        values.next().filter(|_| values.next().is_none())
    };
    let visitor = visitor(plane, &arrival.app.host, &parts.headers).await?;
    let Some(visitor) = visitor else { return Ok(signed_out(plane, arrival, true)) };
    let genuine = field("token").is_some_and(|token| is_genuine(plane, &visitor, &token));
    let scope = field("scope").filter(|_| genuine).ok_or(Problem::ForeignOrigin)?;
    let sessions = Arc::clone(&plane.sessions);
    if scope == "everywhere" {
        let host = arrival.app.host.clone();
        on_control(plane, async move { sessions.end_handle(&host, &visitor.cookie).await }).await?;
        return Ok(signed_out(plane, arrival, true));
    }
    let tenant: TenantId = scope.parse().map_err(|_| Problem::BadRequest)?;
    if let Some(session) = visitor.handle.session(tenant) {
        let id = session.record().id;
        on_control(plane, async move { sessions.end(tenant, id).await }).await?;
    }
    let now = plane.clock.now();
    let last = !visitor.handle.sessions().any(|(_, session)| session.is_live(now));
    Ok(signed_out(plane, arrival, last))
}

fn signed_out(plane: &Plane, arrival: &Arrival, last: bool) -> Response<Body> {
    let mut response = local(plane, &arrival.app, APP_SIGN_OUT);
    if last {
        set_cookie(&mut response, &expired(SESSION_COOKIE));
        set_cookie(&mut response, &expired(LOGIN_COOKIE));
    }
    response
}

fn token(plane: &Plane, visitor: &Visitor) -> String {
    let token = Token { cookie: fingerprint(&visitor.cookie), at: plane.clock.now() };
    plane.seal.seal(SealPurpose::Form, APP_SIGN_OUT, &serde_json::to_vec(&token).unwrap_or_default())
}

fn is_genuine(plane: &Plane, visitor: &Visitor, sealed: &str) -> bool {
    let plain = plane.seal.open_sealed(SealPurpose::Form, APP_SIGN_OUT, sealed);
    let token = plain.and_then(|plain| serde_json::from_slice::<Token>(&plain).ok());
    token.is_some_and(|token| {
        token.cookie == fingerprint(&visitor.cookie) && plane.clock.now().since(token.at) < TOKEN_LIFETIME
    })
}

fn fingerprint(cookie: &str) -> String {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, cookie.as_bytes());
    data_encoding::HEXLOWER.encode(hash.as_ref())
}
