//! A home organization says that somebody signed out there (OpenID Connect Back-Channel Logout 1.0 §2.5 to §2.8): the sessions
//! that came from there end, those of its members abroad included, and no others.

use std::collections::BTreeMap;
use std::time::Duration;

use super::home_sign_out;
use crate::app::App;
use crate::keys::sha256_hex;
use crate::model::{
    AuditEvent, Connection, ConnectionName, HomeSession, Identity, SessionRecord, Tenant, TenantId, Timestamp,
};
use crate::oidc_client::{FederationError, HomeLogout};
use crate::session::{AtHome, EndedAtHome};
use crate::short_term::{Key, Kind, ShortTermError, ShortTermResult};
use crate::storage::StoreError;

/// Refused and repeated tokens of one network and minute, as a multiple of what people may try: providers send from few
/// addresses, and what they sign themselves counts nothing the first time.
const NETWORK_FACTOR: u64 = 5;
/// Good tokens of one connection and minute that may each cost a search through all sessions of the instance. There is one
/// search at a time, and whoever signs somebody in a thousand times could otherwise keep it to himself.
const SEARCHES: u64 = 10;
/// The same for all connections of a tenant: a connection is quickly made.
const SEARCHES_OF_TENANT: u64 = 30;
/// How long a sign-in that came from there may still be on its way to a session: as long as a journey lasts, and a bit.
const STRAGGLERS: Duration = Duration::from_secs(65 * 60);

/// What is remembered of a token while it is followed, and once it was. Whoever fails or falls in between leaves the first, which
/// is soon forgotten, so that the provider can send the token again.
const UNDER_WAY: &[u8] = b"under way";
const FOLLOWED: &[u8] = b"followed";
const UNDER_WAY_FOR: Duration = Duration::from_secs(15);

/// Why nobody was signed out.
#[derive(Debug, thiserror::Error)]
pub enum HomeLogoutError {
    /// The token is not believed. Why is for the provider, which wrote it; it learns nothing about who is signed in here.
    #[error("{0}")]
    Refused(String),
    /// It was heard before.
    #[error("this logout token was used already (jti)")]
    Repeated,
    /// It is being followed at this moment, or was until something failed; it may be sent again.
    #[error("this logout token is being followed already")]
    UnderWay,
    /// Too many tokens of this network were refused.
    #[error("too many refused logout tokens from this network")]
    Limited,
    /// What was listed is ended; to look through all sessions for others, this connection has caused too much of that. The same
    /// token may be sent again.
    #[error("too many logout tokens of this connection made us look through all sessions")]
    Searched,
    /// The provider's keys cannot be had at the moment; the same token may be sent again.
    #[error(transparent)]
    Unreachable(FederationError),
    /// The short-term store failed; the same token may be sent again.
    #[error(transparent)]
    ShortTerm(#[from] ShortTermError),
    /// The directory failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Hears `logout_token`, which came to the address of this tenant's `connection` from `network`. Returns how many sessions
/// ended; none is a success as well (§2.7).
pub async fn hear(
    app: &App,
    tenant: &Tenant,
    connection: &Connection,
    network: &str,
    logout_token: &str,
) -> Result<usize, HomeLogoutError> {
    let redirect_uri = app.urls.federation_callback(tenant.id, &connection.name);
    let logout = match app.federation.signed_out(connection, &redirect_uri, logout_token).await {
        Ok(logout) => logout,
        Err(error) => return Err(refuse(app, tenant, network, error).await),
    };
    let used = used_key(tenant.id, connection, &logout);
    if !app.short_term.put_new(&used, UNDER_WAY, UNDER_WAY_FOR).await? {
        if app.short_term.get(&used).await?.is_none_or(|state| state == UNDER_WAY) {
            return Err(HomeLogoutError::UnderWay);
        }
        let limited = is_limited(app, tenant.id, network).await?;
        return Err(if limited { HomeLogoutError::Limited } else { HomeLogoutError::Repeated });
    }
    let followed = follow(app, tenant.id, connection, &logout).await;
    if followed.is_err() {
        // So that the provider need not wait; if this fails as well, it does.
        let _ = app.short_term.remove(&used).await;
        return followed;
    }
    // Last: a token that was remembered and not followed would be refused when the provider sends it again.
    app.short_term.put(&used, FOLLOWED, logout.remember).await?;
    followed
}

async fn follow(
    app: &App,
    tenant: TenantId,
    connection: &Connection,
    logout: &HomeLogout,
) -> Result<usize, HomeLogoutError> {
    let EndedAtHome { ended, unfinished } = end(app, tenant, connection, logout).await?;
    let mut by_tenant = BTreeMap::<TenantId, Vec<&SessionRecord>>::new();
    for session in &ended {
        by_tenant.entry(session.tenant).or_default().push(session);
    }
    for (at, sessions) in by_tenant {
        let mut tx = app.store.begin(at).await?;
        for session in sessions {
            let event = AuditEvent::success("User sign-out").on(session.user);
            // Abroad nobody knows the connections of the member's own tenant, but knows that tenant.
            let event =
                if at == tenant { event.with("connection", &connection.name) } else { event.with("home", tenant) };
            tx.audit(app.clock.now(), &event).await?;
        }
        tx.commit().await?;
    }
    if unfinished { Err(HomeLogoutError::Searched) } else { Ok(ended.len()) }
}

async fn end(
    app: &App,
    tenant: TenantId,
    connection: &Connection,
    logout: &HomeLogout,
) -> ShortTermResult<EndedAtHome> {
    let (subject, sid) = (logout.subject.as_deref(), logout.sid.as_deref());
    // Before the sessions are looked for: one that is listed after that looks here, so that none slips between the two.
    let mark = mark_key(tenant, &connection.name, &logout.issuer, subject, sid);
    let now = app.clock.now().micros().to_string();
    app.short_term.put(&mark, now.as_bytes(), STRAGGLERS).await?;
    let there = AtHome { tenant, connection: &connection.name, issuer: &logout.issuer, subject, sid };
    let ended = app.sessions.end_at_home(there, may_search(app, tenant, &connection.name)).await?;
    for session in &ended.ended {
        home_sign_out::forget(app, session.tenant, session.id).await?;
    }
    Ok(ended)
}

/// Whether a token of this connection may cost one more search through all sessions.
async fn may_search(app: &App, tenant: TenantId, connection: &ConnectionName) -> ShortTermResult<bool> {
    let minute = Duration::from_secs(60);
    let own = Key::of(tenant, Kind::Limit, format!("logout-searches:{connection}"));
    if app.short_term.count(&own, minute).await? > SEARCHES {
        // Its tries beyond that are not counted against the others of its tenant.
        return Ok(false);
    }
    let of_tenant = Key::of(tenant, Kind::Limit, "all-logout-searches");
    Ok(app.short_term.count(&of_tenant, minute).await? <= SEARCHES_OF_TENANT)
}

/// Whether nobody signed out at home since `signed_in_at`, when `identity` was proved there for a sign-in to `tenant`. Asked
/// at each step of a journey, and once more when its session is listed.
pub(super) async fn still_counts(
    app: &App,
    (tenant, identity): (TenantId, &Identity),
    home: Option<&HomeSession>,
    signed_in_at: Timestamp,
) -> ShortTermResult<bool> {
    let Some(home) = home else { return Ok(true) };
    let Some((tenant, name, issuer)) = home.provider(tenant, identity) else { return Ok(true) };
    let (subject, sid) = (Some(home.subject.as_str()), home.sid.as_deref());
    let mut names = vec![(subject, None)];
    if sid.is_some() {
        names.extend([(None, sid), (subject, sid)]);
    }
    for (subject, sid) in names {
        let mark = mark_key(tenant, name, issuer, subject, sid);
        let marked = app.short_term.get(&mark).await?.and_then(|bytes| String::from_utf8(bytes).ok()?.parse().ok());
        if marked.is_some_and(|micros| signed_in_at <= Timestamp::from_micros(micros)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Counts a token that was not followed. Whoever sends too many of them is told to wait; a good one is heard all the same.
async fn refuse(app: &App, tenant: &Tenant, network: &str, error: FederationError) -> HomeLogoutError {
    match is_limited(app, tenant.id, network).await {
        Ok(true) => HomeLogoutError::Limited,
        Ok(false) if matches!(error, FederationError::Down(_)) => HomeLogoutError::Unreachable(error),
        Ok(false) => HomeLogoutError::Refused(reason_of(error)),
        Err(error) => error.into(),
    }
}

async fn is_limited(app: &App, tenant: TenantId, network: &str) -> ShortTermResult<bool> {
    let key = Key::of(tenant, Kind::Limit, format!("logout-tokens:{network}"));
    let most = app.settings.limits.attempts_per_minute.saturating_mul(NETWORK_FACTOR);
    Ok(app.short_term.count(&key, Duration::from_secs(60)).await? > most)
}

fn reason_of(error: FederationError) -> String {
    match error {
        FederationError::Lied(reason) | FederationError::Misconfigured(reason) | FederationError::Down(reason) => {
            reason
        }
        FederationError::ClocksDiffer { .. } | FederationError::Declined | FederationError::Expired => {
            error.to_string()
        }
    }
}

fn used_key(tenant: TenantId, connection: &Connection, logout: &HomeLogout) -> Key {
    let name = sha256_hex(format!("{}\n{}", logout.issuer, logout.id).as_bytes());
    Key::of(tenant, Kind::Federation, format!("logout-token:{}:{name}", connection.name))
}

/// Where it stands that somebody signed out there. Hashed, since the names may be anything.
fn mark_key(
    tenant: TenantId,
    connection: &ConnectionName,
    issuer: &str,
    subject: Option<&str>,
    sid: Option<&str>,
) -> Key {
    // As JSON, which says where one name ends and the next begins.
    let names = serde_json::json!([issuer, subject, sid]).to_string();
    Key::of(tenant, Kind::Federation, format!("signed-out:{connection}:{}", sha256_hex(names.as_bytes())))
}
