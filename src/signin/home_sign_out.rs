//! Signing out at the home organization as well (OpenID Connect RP-Initiated Logout 1.0), where the provider offers it.

use std::time::Duration;

use super::advance::{SigninError, Visit};
use crate::app::App;
use crate::keys::{Purpose, sha256_hex, token};
use crate::model::{Connection, Method, SessionId, SessionRecord, TenantId};
use crate::short_term::{Key, Kind, ShortTermResult};

/// How long the way from our page to the provider stands open.
const WAY_ENDS: Duration = Duration::from_secs(120);
/// A longer token would make a URL that some servers refuse; without it the provider asks the person.
const LONGEST_HINT: usize = 4096;

/// Keeps the ID token of a sign-in, sealed, for as long as its session may live: the provider recognizes by it whom to
/// sign out. It is read at sign-out and at no other time.
pub(super) async fn keep_hint(
    app: &App,
    visit: &Visit,
    session: &SessionRecord,
    id_token: Option<&str>,
) -> Result<(), SigninError> {
    let Some(id_token) = id_token.filter(|text| text.len() <= LONGEST_HINT) else { return Ok(()) };
    let key = hint_key(visit.tenant.id, session.id);
    let sealed = app.keys.seal(Purpose::Federation, &key.flat(), id_token.as_bytes());
    let life = session.absolute_end.since(app.clock.now());
    Ok(app.short_term.put(&key, sealed.as_bytes(), life).await?)
}

/// The provider at which this session began, if people can sign out there: for the button. A provider that does not
/// answer offers nothing, and signing out here works all the same.
pub async fn offered(app: &App, visit: &Visit, session: &SessionRecord) -> Option<String> {
    let connection = connection_of(visit, session)?;
    let url = sign_out_url(app, visit, connection, None).await?;
    (!url.is_empty()).then(|| connection.display_name.clone())
}

/// Prepares to leave for the provider; the id names the page of ours that leads there (decision 12). Call it before the
/// session ends, for its token goes with it. `browser` is the sign-in cookie that the browser gets with the same answer: the
/// way is worth nothing in another one (attack rows A6, J5). `None` if the provider offers no sign-out.
pub async fn prepare(
    app: &App,
    visit: &Visit,
    session: &SessionRecord,
    browser: &str,
) -> Result<Option<String>, SigninError> {
    let Some(connection) = connection_of(visit, session) else { return Ok(None) };
    let key = hint_key(visit.tenant.id, session.id);
    let hint = app
        .short_term
        .take(&key)
        .await?
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .and_then(|sealed| app.keys.open_sealed(Purpose::Federation, &key.flat(), &sealed))
        .and_then(|plain| String::from_utf8(plain).ok());
    let Some(url) = sign_out_url(app, visit, connection, hint.as_deref()).await else { return Ok(None) };
    let id = token(app.random.as_ref());
    let way = way_key(visit, &id, browser);
    let sealed = app.keys.seal(Purpose::Federation, &way.flat(), url.as_bytes());
    app.short_term.put(&way, sealed.as_bytes(), WAY_ENDS).await?;
    Ok(Some(id))
}

/// Where the prepared way leads; it can be gone once.
pub async fn leave(app: &App, visit: &Visit, id: &str) -> Result<Option<String>, SigninError> {
    let key = way_key(visit, id, &visit.browser);
    let sealed = app.short_term.take(&key).await?.and_then(|bytes| String::from_utf8(bytes).ok());
    let plain = sealed.and_then(|sealed| app.keys.open_sealed(Purpose::Federation, &key.flat(), &sealed));
    Ok(plain.and_then(|plain| String::from_utf8(plain).ok()))
}

/// Forgets the token of a session that ends.
pub(super) async fn forget(app: &App, tenant: TenantId, session: SessionId) -> ShortTermResult<()> {
    app.short_term.remove(&hint_key(tenant, session)).await
}

fn connection_of<'a>(visit: &'a Visit, session: &SessionRecord) -> Option<&'a Connection> {
    match &session.identity.method {
        Method::Connection { name } => visit.tenant.connection(name),
        _ => None,
    }
}

async fn sign_out_url(app: &App, visit: &Visit, connection: &Connection, hint: Option<&str>) -> Option<String> {
    let redirect_uri = app.urls.federation_callback(visit.tenant.id, &connection.name);
    let back = app.urls.sign_out(visit.tenant.id);
    match app.federation.sign_out_url(connection, &redirect_uri, hint, &back).await {
        Ok(url) => url.map(|url| url.to_string()),
        Err(error) => {
            tracing::warn!(tenant.id = %visit.tenant.id, %error, "a provider was not asked whether people can sign out there");
            None
        }
    }
}

fn hint_key(tenant: TenantId, session: SessionId) -> Key {
    Key::of(tenant, Kind::Federation, format!("id-token:{}", session.0.simple()))
}

/// Another browser looks elsewhere, and so cannot use up what is not its own either.
fn way_key(visit: &Visit, id: &str, browser: &str) -> Key {
    let name = sha256_hex(format!("{id}\n{}", sha256_hex(browser.as_bytes())).as_bytes());
    Key::of(visit.tenant.id, Kind::OneTimeLink, format!("sign-out:{name}"))
}
