//! Tells clients that a session ended (OpenID Connect Back-Channel Logout 1.0): those that got tokens in it and want to know.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::pairwise;
use crate::app::App;
use crate::keys::KeysError;
use crate::model::{AppId, Registration, SessionId, SessionRecord, TenantId, UserId};
use crate::outbound::{FetchError, FetchRequest};
use crate::session::Ending;
use crate::short_term::{Key, Kind, ShortTermResult};

/// `typ` of logout tokens (Back-Channel Logout 1.0 §2.4): nothing else that we sign passes as one (attack row J7).
const TYPE: &str = "logout+jwt";
/// How long a logout token counts.
const LIFETIME: Duration = Duration::from_secs(120);
/// How long after each failed try the next one comes.
const PAUSES: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(10), Duration::from_secs(60)];
/// How long a client may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Calls under way at once.
const AT_ONCE: usize = 32;

/// The claims, as they are signed.
#[derive(Serialize)]
struct Claims {
    iss: String,
    aud: AppId,
    iat: i64,
    exp: i64,
    jti: String,
    sub: String,
    sid: String,
    events: Value,
}

/// Remembers that a client got tokens in a session, if it wants to know of its end.
pub(super) async fn remember(app: &App, session: &SessionRecord, registration: &Registration) -> ShortTermResult<()> {
    if registration.backchannel_logout_uri.is_none() {
        return Ok(());
    }
    let name = format!("{} {}", registration.app, session.user);
    let lifetime = session.absolute_end.since(app.clock.now());
    app.short_term.enlist(&clients_key(session.tenant, session.id), &name, lifetime).await
}

/// Tells whoever must know, until `stop`, beginning with what was left undone before. Call it once.
pub async fn run(app: Arc<App>, stop: CancellationToken) {
    let Some(mut endings) = app.sessions.endings() else { return };
    let teller = Arc::new(Teller { app, lanes: Semaphore::new(AT_ONCE), under_way: Mutex::default(), stop });
    let tenants: Vec<TenantId> = teller.app.snapshot.load().tenants().map(|tenant| tenant.id).collect();
    for tenant in tenants {
        match teller.app.sessions.noted_endings(tenant).await {
            Ok(noted) => noted.into_iter().for_each(|ending| teller.begin(ending)),
            Err(error) => tracing::error!(tenant.id = %tenant, %error, "endings of before the start could not be read"),
        }
    }
    loop {
        let ending = tokio::select! {
            () = teller.stop.cancelled() => return,
            ending = endings.recv() => ending,
        };
        let Some(ending) = ending else { return };
        teller.begin(ending);
    }
}

/// Tells clients, many at once.
struct Teller {
    app: Arc<App>,
    lanes: Semaphore,
    /// A session may be ended twice; its clients hear of it once.
    under_way: Mutex<HashSet<Ending>>,
    stop: CancellationToken,
}

impl Teller {
    /// Begins to tell of one session, aside.
    fn begin(self: &Arc<Self>, ending: Ending) {
        if !self.under_way.lock().unwrap_or_else(PoisonError::into_inner).insert(ending) {
            return;
        }
        let teller = Arc::clone(self);
        tokio::spawn(async move {
            let told = tokio::select! {
                // The note stays, and the next start goes on from there.
                () = teller.stop.cancelled() => Ok(()),
                told = teller.tell_all(ending) => told,
            };
            if let Err(error) = told {
                tracing::error!(%error, "applications could not be told that a session ended; the next start tries again");
            }
            teller.under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(&ending);
        });
    }

    async fn tell_all(&self, ending: Ending) -> ShortTermResult<()> {
        let calls = calls(&self.app, ending).await?;
        let delivered = join_all(calls.into_iter().map(|call| self.deliver(ending, call))).await;
        delivered.into_iter().collect::<ShortTermResult<()>>()?;
        self.app.sessions.everybody_knows(ending).await
    }

    /// Tells one client, or gives up; either way it is off the list then.
    async fn deliver(&self, ending: Ending, call: Call) -> ShortTermResult<()> {
        let mut pauses = PAUSES.into_iter();
        loop {
            let told = {
                // Nobody closes the semaphore, so that there is always a place.
                let _place = self.lanes.acquire().await;
                tell(&self.app, &call).await
            };
            let Err(problem) = told else { break };
            match (problem.is_final(), pauses.next()) {
                (false, Some(pause)) => tokio::time::sleep(pause).await,
                _ => {
                    tracing::warn!(tenant.id = %call.tenant, app.id = %call.registration.app, %problem,
                        "an application could not be told that a session ended");
                    break;
                }
            }
        }
        self.app.short_term.delist(&clients_key(ending.tenant, ending.session), &call.name).await
    }
}

/// One client that must know.
struct Call {
    tenant: TenantId,
    /// How it stands on the list.
    name: String,
    registration: Arc<Registration>,
    url: Url,
    subject: String,
    session: String,
}

async fn calls(app: &App, ending: Ending) -> ShortTermResult<Vec<Call>> {
    let names = app.short_term.listed(&clients_key(ending.tenant, ending.session)).await?;
    let snapshot = app.snapshot.load();
    let Some(tenant) = snapshot.tenant(ending.tenant) else { return Ok(Vec::new()) };
    let mut calls = Vec::new();
    for name in names {
        let Some((client, user)) = name.split_once(' ') else { continue };
        let (Ok(client), Ok(user)) = (client.parse::<AppId>(), user.parse::<UserId>()) else { continue };
        let Some(registration) = snapshot.registration(tenant, client).cloned() else { continue };
        let Some(url) = registration.backchannel_logout_uri.clone() else { continue };
        calls.push(Call {
            tenant: tenant.id,
            url,
            subject: pairwise::subject(&app.keys, tenant.id, user, client),
            session: pairwise::session(&app.keys, tenant.id, ending.session, client),
            registration,
            name,
        });
    }
    Ok(calls)
}

/// Why a client was not told.
#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error("it answered {0}")]
    Refused(StatusCode),
    #[error(transparent)]
    Keys(#[from] KeysError),
}

impl Problem {
    /// Whether another try would end the same.
    fn is_final(&self) -> bool {
        match self {
            Self::Fetch(error) => error.is_refusal(),
            // Some of them only mean "not now".
            Self::Refused(StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS) => false,
            Self::Refused(status) => status.is_client_error(),
            Self::Keys(_) => true,
        }
    }
}

async fn tell(app: &App, call: &Call) -> Result<(), Problem> {
    let token = sign(app, call).await?;
    let form = url::form_urlencoded::Serializer::new(String::new()).append_pair("logout_token", &token).finish();
    let request = FetchRequest::post_form(call.url.clone(), form).at_most(16 * 1024).within(PATIENCE);
    let answer = app.fetcher.send(request).await?;
    if answer.status.is_success() { Ok(()) } else { Err(Problem::Refused(answer.status)) }
}

/// Back-Channel Logout 1.0 §2.4: no nonce, so that no client takes it for an ID token.
async fn sign(app: &App, call: &Call) -> Result<String, KeysError> {
    let now = app.clock.now();
    let claims = Claims {
        iss: app.urls.issuer(call.tenant),
        aud: call.registration.app,
        iat: now.seconds(),
        exp: now.plus(LIFETIME).seconds(),
        jti: super::grant::new_id(app),
        sub: call.subject.clone(),
        sid: call.session.clone(),
        events: json!({ "http://schemas.openid.net/event/backchannel-logout": {} }),
    };
    app.keys.ensure_rs256(call.tenant).await?;
    app.keys.sign_as(call.tenant, call.registration.id_token_alg, TYPE, &claims)
}

fn clients_key(tenant: TenantId, session: SessionId) -> Key {
    Key::of(tenant, Kind::Index, format!("clients:{}", session.0.as_hyphenated()))
}
