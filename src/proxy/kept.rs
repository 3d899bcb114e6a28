//! A form that was sent while nobody was signed in, kept over the sign-in: shown to the browser that sent it, and sent once when
//! the person says so. Off by default; a form that changes something must never be sent by anybody else's doing.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, ORIGIN, REFERER, TRANSFER_ENCODING};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use super::permit;
use super::seams::SealPurpose;
use super::{Arrival, Body, Plane, entry, on_control, reserved, visitor, whole};
use crate::i18n::Language;
use crate::keys::{sha256_hex, token};
use crate::model::{Tenant, TenantId, Timestamp};
use crate::session::{KeptForm, LOGIN_COOKIE, is_token, read_cookie};
use crate::urls::APP_FORM;
use crate::web::code_flow::State;
use crate::web::csrf;
use crate::web::language;
use crate::web::problem::{self, Problem, escape};
use crate::web::request::network;

/// The parameter of an address by which a kept form is sent there.
const PARAMETER: &str = "vestibule-form";
/// How long the page that asks may lie open.
const TOKEN_LIFETIME: Duration = Duration::from_secs(3600);
/// Largest form of ours: a token.
const OWN_FORM: usize = 4 * 1024;
/// How long a form may take to arrive.
const FORM_TIME: Duration = Duration::from_secs(10);
/// What is shown of a value.
const SHOWN: usize = 120;
/// Most fields that are shown.
const FIELDS: usize = 40;

/// Binds the button to the browser and to one form.
#[derive(Serialize, Deserialize)]
struct Token {
    session: String,
    at: Timestamp,
}

/// Which form: a secret of 256 bits, and the tenant in whose part of the store it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Ticket {
    tenant: TenantId,
    id: String,
}

impl Ticket {
    fn parse(text: &str) -> Option<Self> {
        let (tenant, id) = text.split_once('.')?;
        is_token(id).then(|| Some(Self { tenant: tenant.parse().ok()?, id: id.to_owned() }))?
    }

    fn text(&self) -> String {
        format!("{}.{}", self.tenant, self.id)
    }
}

/// Keeps the form if it may be kept, and leads to the broker. `None`: it is refused as if the app did not want this.
pub(super) async fn keep(
    plane: &Arc<Plane>,
    arrival: &Arrival,
    tenant: &Tenant,
    parts: &Parts,
    incoming: Incoming,
) -> Option<Response<Body>> {
    let app = &arrival.app;
    let content_type = only(&parts.headers, CONTENT_TYPE).filter(|kind| is_form(kind))?.to_str().ok()?.to_owned();
    // The browser itself has to say that a page of the app sent it.
    if parts.method != Method::POST || !is_from_here(&parts.headers, &plane.settings.origin_of(&app.host)) {
        return None;
    }
    let read = Limited::new(incoming, plane.settings.limits.form_bytes).collect();
    let body = tokio::time::timeout(FORM_TIME, read).await.ok()?.ok()?.to_bytes();
    let body = std::str::from_utf8(&body).ok().filter(|body| body.is_ascii())?.to_owned();
    let to = parts.uri.path_and_query()?.as_str().to_owned();
    let ticket = Ticket { tenant: tenant.id, id: token(plane.random.as_ref()) };
    let state = State::new(tenant.id, &format!("{APP_FORM}?f={}", ticket.text()), plane.clock.now());
    let (response, binding) = reserved::leave(plane, app, state, &parts.headers);
    let form = KeptForm { app: app.id, to, content_type, body, browser: sha256_hex(binding.as_bytes()) };
    let (sessions, network) = (Arc::clone(&plane.sessions), network(arrival.client));
    let kept = on_control(plane, async move { sessions.keep_form(ticket.tenant, &ticket.id, &form, &network).await });
    kept.await.ok().filter(|kept| *kept).map(|_| response)
}

/// Asks whether the form is to be sent: what it says, and where it goes.
pub(super) async fn ask(plane: &Arc<Plane>, arrival: &Arrival, parts: &Parts) -> Result<Response<Body>, Problem> {
    let app = &arrival.app;
    let ticket = parameter(parts.uri.query(), "f").and_then(|text| Ticket::parse(&text)).ok_or(Problem::FormGone)?;
    let (sessions, wanted) = (Arc::clone(&plane.sessions), ticket.clone());
    let found = on_control(plane, async move { sessions.kept_form(wanted.tenant, &wanted.id).await }).await?;
    let form = found.filter(|form| is_for(form, arrival, &parts.headers)).ok_or(Problem::FormGone)?;
    let visitor = visitor(plane, &app.host, &parts.headers).await?;
    let now = plane.clock.now();
    let live =
        visitor.filter(|visitor| visitor.handle.session(ticket.tenant).is_some_and(|session| session.is_live(now)));
    let Some(visitor) = live else {
        let state = State::new(ticket.tenant, parts.uri.path_and_query().map_or("/", |to| to.as_str()), now);
        return Ok(reserved::depart(plane, app, state, &parts.headers));
    };
    let language = language::of_browser(parts.headers.get(ACCEPT_LANGUAGE));
    let seal = Token { session: sha256_hex(visitor.cookie.as_bytes()), at: now };
    let sealed = plane.seal.seal(SealPurpose::Form, &context(&ticket), &serde_json::to_vec(&seal).unwrap_or_default());
    let joint = if form.to.contains('?') { '&' } else { '?' };
    let action = plane.settings.origin_of(&app.host);
    // Absolute, so that a path with two slashes in front is no other host.
    let action = format!("{action}{}{joint}{PARAMETER}={}", form.to, ticket.text());
    let snapshot = plane.snapshot.load();
    let home = snapshot.tenant(ticket.tenant).map_or_else(|| "/".to_owned(), |tenant| entry(plane, app, tenant));
    let asked =
        Asked { app: &app.display_name, host: &app.host, form: &form, action: &action, token: &sealed, home: &home };
    Ok(whole(asked.page(&language)))
}

/// What the person is asked to send.
pub(crate) struct Asked<'a> {
    /// What people call the app.
    pub app: &'a str,
    /// Its host.
    pub host: &'a str,
    /// What was kept.
    pub form: &'a KeptForm,
    /// Where the button sends it.
    pub action: &'a str,
    /// Binds the button to this browser and this form.
    pub token: &'a str,
    /// Where to go instead.
    pub home: &'a str,
}

impl Asked<'_> {
    /// The page that asks, with the fields as far as they may stand on a screen.
    pub(crate) fn page(&self, language: &Language) -> Response<Bytes> {
        let path = self.form.to.split('?').next().unwrap_or_default();
        let title = language.say_with("app-form-title", &[("app", self.app)]);
        let say = |key: &str| escape(&language.say_with(key, &[("app", self.app)]));
        let fields: String = form_urlencoded::parse(self.form.body.as_bytes())
            .take(FIELDS)
            .map(|(name, value)| format!("<dt>{}</dt><dd>{}</dd>", escape(&shown(&name)), escape(&told(&name, &value))))
            .collect();
        let main = format!(
            "<h1>{}</h1><p>{}</p><p>{} <code>{}{}</code></p><dl>{fields}</dl>\
             <form method=\"post\" action=\"{}\"><input type=\"hidden\" name=\"token\" value=\"{}\"><p><button>{}</button></p>\
             </form><p><a href=\"{}\">{}</a></p>",
            escape(&title),
            say("app-form-what"),
            say("app-form-where"),
            escape(self.host),
            escape(path),
            escape(self.action),
            escape(self.token),
            say("app-form-send"),
            escape(self.home),
            say("app-form-leave"),
        );
        problem::document(StatusCode::OK, language, &title, &main, false)
    }
}

/// Whether a request is the one press that sends a kept form.
pub(super) fn is_press(parts: &Parts) -> bool {
    parts.method == Method::POST
        && parts.uri.query().is_some_and(|query| query.contains(PARAMETER))
        && parameter(parts.uri.query(), PARAMETER).is_some()
}

/// The request that was kept, in place of the press, and the tenant that it was sent to: taken out of the store, so that a second
/// press finds nothing.
pub(super) async fn press(
    plane: &Arc<Plane>,
    arrival: &Arrival,
    mut parts: Parts,
    incoming: Incoming,
) -> Result<(Parts, Bytes, TenantId), Problem> {
    let app = &arrival.app;
    let origin = plane.settings.origin_of(&app.host);
    if !is_from_here(&parts.headers, &origin) {
        return Err(Problem::ForeignOrigin);
    }
    let ticket =
        parameter(parts.uri.query(), PARAMETER).and_then(|text| Ticket::parse(&text)).ok_or(Problem::FormGone)?;
    let read = tokio::time::timeout(FORM_TIME, Limited::new(incoming, OWN_FORM).collect()).await;
    let own = read.ok().and_then(Result::ok).ok_or(Problem::BadRequest)?.to_bytes();
    let sealed =
        std::str::from_utf8(&own).ok().and_then(|own| parameter(Some(own), "token")).ok_or(Problem::ForeignOrigin)?;
    let visitor = visitor(plane, &app.host, &parts.headers).await?.ok_or(Problem::NotSent)?;
    let now = plane.clock.now();
    let plain = plane.seal.open_sealed(SealPurpose::Form, &context(&ticket), &sealed);
    let token = plain.and_then(|plain| serde_json::from_slice::<Token>(&plain).ok()).ok_or(Problem::ForeignOrigin)?;
    if token.session != sha256_hex(visitor.cookie.as_bytes()) || now.since(token.at) > TOKEN_LIFETIME {
        return Err(Problem::ForeignOrigin);
    }
    let snapshot = plane.snapshot.load_full();
    let tenant = snapshot.tenant(ticket.tenant).ok_or(Problem::UnknownTenant)?;
    let session = visitor.handle.session(ticket.tenant);
    if permit::permit(app, tenant, session.map(Arc::as_ref), now, &snapshot).is_err() {
        // Still kept: whoever signs in again, agrees or shows a second factor finds it.
        return Err(Problem::NotSent);
    }
    if app.upstream.maintenance.is_some() {
        // Still kept: it can be sent once the app is open again.
        return Err(Problem::Maintenance);
    }
    let (sessions, tenant) = (Arc::clone(&plane.sessions), ticket.tenant);
    let taken = on_control(plane, async move { sessions.take_form(ticket.tenant, &ticket.id).await }).await?;
    let form = taken.filter(|form| is_for(form, arrival, &parts.headers)).ok_or(Problem::FormGone)?;
    parts.uri = form.to.parse::<Uri>().map_err(|_| Problem::BadRequest)?;
    for name in [CONTENT_LENGTH, TRANSFER_ENCODING, REFERER] {
        parts.headers.remove(name);
    }
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_str(&form.content_type).map_err(|_| Problem::BadRequest)?);
    // What the app's own page said when it sent it; ours says `null`.
    parts.headers.insert(ORIGIN, HeaderValue::from_str(&origin).map_err(|_| Problem::BadRequest)?);
    Ok((parts, Bytes::from(form.body), tenant))
}

/// Whether a form was kept for this app and this very browser.
fn is_for(form: &KeptForm, arrival: &Arrival, headers: &HeaderMap) -> bool {
    let browser = read_cookie(headers, LOGIN_COOKIE).map(|cookie| sha256_hex(cookie.as_bytes()));
    form.app == arrival.app.id && browser.is_some_and(|browser| browser == form.browser)
}

/// Whether the browser says, and not merely does not deny, that a page of this host sent the form.
fn is_from_here(headers: &HeaderMap, origin: &str) -> bool {
    let named = headers.contains_key(ORIGIN) || headers.contains_key("sec-fetch-site");
    named && csrf::check_origin(headers, origin).is_ok()
}

fn is_form(kind: &HeaderValue) -> bool {
    let media_type = kind.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default();
    media_type.trim_ascii().eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
}

fn only(headers: &HeaderMap, name: http::HeaderName) -> Option<&HeaderValue> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none())
}

/// The value of a parameter that comes once.
fn parameter(query: Option<&str>, wanted: &str) -> Option<String> {
    let mut values = form_urlencoded::parse(query?.as_bytes()).filter(|(name, _)| name == wanted);
    let (_, value) = values.next().filter(|_| values.next().is_none())?;
    Some(value.into_owned())
}

fn context(ticket: &Ticket) -> String {
    format!("{APP_FORM} {}", ticket.text())
}

fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// A value as it may stand on a screen.
fn told(name: &str, value: &str) -> String {
    let name = name.to_ascii_lowercase();
    let secret = ["pass", "secret", "token", "csrf", "pin", "key"].iter().any(|part| name.contains(part));
    if secret { "•••".to_owned() } else { shown(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d4_only_a_browser_that_says_where_it_comes_from_is_believed() {
        let origin = "https://wiki.example";
        let says = |fields: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in fields {
                headers.append(*name, HeaderValue::from_static(value));
            }
            is_from_here(&headers, origin)
        };
        assert!(says(&[("origin", "https://wiki.example")]));
        assert!(says(&[("origin", "null"), ("sec-fetch-site", "same-origin")]));
        for fields in [
            &[][..],
            &[("referer", "https://wiki.example/a")],
            &[("origin", "null")],
            &[("origin", "https://evil.example")],
            &[("origin", "https://wiki.example"), ("sec-fetch-site", "cross-site")],
            &[("origin", "https://wiki.example"), ("sec-fetch-site", "same-site")],
            &[("origin", "https://wiki.example"), ("origin", "https://wiki.example")],
        ] {
            assert!(!says(fields), "{fields:?}");
        }
    }

    /// For the tests that look at each page.
    #[test]
    #[expect(clippy::disallowed_methods, reason = "a switch of the tests, not of the product")]
    fn kept_form_samples_are_written_and_say_nothing_as_markup() {
        let form = |body: &str| KeptForm {
            app: crate::model::AppId::ADMIN,
            to: "/pages/new?draft=<1>".into(),
            content_type: "application/x-www-form-urlencoded".into(),
            body: body.into(),
            browser: String::new(),
        };
        let (harmless, hostile) = (
            form("title=Minutes+of+Monday&text=We+met+at+nine+and+agreed+on+the+plan.&csrf_token=x"),
            form("%3Cb%3E=%22%3E%3Cscript%3Ealert(1)%3C/script%3E"),
        );
        let asked = |form| Asked {
            app: "Wiki <\"&>",
            host: "wiki.contoso.example",
            form,
            action: "https://wiki.contoso.example/pages/new?\"><script>",
            token: "sealed",
            home: "https://wiki.contoso.example/",
        };
        for language in crate::i18n::Texts::load().languages() {
            let page = |form| String::from_utf8(asked(form).page(language).into_body().to_vec()).unwrap();
            assert!(!page(&hostile).contains("<script>alert") && !page(&hostile).contains("\"><script>"));
            assert!(page(&harmless).contains("Minutes of Monday") && page(&harmless).contains("•••"));
            if let Ok(folder) = std::env::var("VESTIBULE_SAMPLES") {
                let within = std::path::Path::new(&folder).join(language.tag());
                std::fs::create_dir_all(&within).unwrap();
                std::fs::write(within.join("app-host-form.html"), page(&harmless)).unwrap();
            }
        }
    }

    #[test]
    fn a_form_is_one_of_the_plain_kind_and_secrets_are_not_shown() {
        for kind in ["application/x-www-form-urlencoded", "Application/X-WWW-Form-Urlencoded; charset=UTF-8"] {
            assert!(is_form(&HeaderValue::from_static(kind)), "{kind}");
        }
        for kind in [
            "multipart/form-data; boundary=x",
            "text/plain",
            "application/json",
            "application/x-www-form-urlencodedx",
            "",
        ] {
            assert!(!is_form(&HeaderValue::from_static(kind)), "{kind}");
        }
        assert_eq!(
            (told("title", "a"), told("Password", "a"), told("csrf_token", "a")),
            ("a".into(), "•••".into(), "•••".into())
        );
        assert_eq!(told("text", &"é".repeat(500)).chars().count(), SHOWN + 1);
        let ticket = Ticket { tenant: TenantId::new(uuid::Uuid::from_u128(7)), id: "A".repeat(43) };
        assert_eq!(Ticket::parse(&ticket.text()), Some(ticket));
        assert!(
            ["", ".", "x.y", "00000000-0000-0000-0000-000000000007.short"]
                .iter()
                .all(|text| Ticket::parse(text).is_none())
        );
    }
}
