//! The demo's sample apps, as plain HTTP servers that stand behind the proxy: Wiki, Desk and Board.

mod assertion;
mod board;
mod desk;
mod keys;
mod live;
mod report;
mod wiki;

use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::{any, get, post};
use http::HeaderMap;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

pub use self::keys::over_https;
use super::ambient::Ambient;

/// Which sample app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sample {
    /// Shows the request that it got; has a WebSocket and an event stream. Belongs to one tenant.
    Wiki,
    /// Tickets, shared by tenants; the tenant is in the path.
    Desk,
    /// A notice board, shared by tenants; the tenant was in the query.
    Board,
}

/// The set of keys that assertions are checked with, as JSON, or why there is none.
pub type KeySet = Pin<Box<dyn Future<Output = Result<Value, String>> + Send>>;
/// Gets the key set.
pub type Jwks = Arc<dyn Fn() -> KeySet + Send + Sync>;

/// What an app must know about its surroundings.
#[derive(Clone)]
pub struct Options {
    /// Its own id: the assertion's audience.
    pub app_id: String,
    /// Whose assertions it believes.
    pub issuers: Vec<String>,
    /// Where the keys come from.
    pub jwks: Jwks,
    /// Names of tenants by their id.
    pub tenants: Vec<(String, String)>,
    /// Time and randomness.
    pub ambient: Ambient,
    /// Ends the streams that are open.
    pub stop: CancellationToken,
}

/// One running app.
struct App {
    sample: Sample,
    options: Options,
    checker: assertion::Checker,
    /// Notes on the board, each tenant's own.
    notes: Mutex<HashMap<String, VecDeque<board::Note>>>,
}

/// The app as a router.
pub fn router(sample: Sample, options: Options) -> Router {
    let checker = assertion::Checker::new(&options);
    let app = Arc::new(App { sample, options, checker, notes: Mutex::new(HashMap::new()) });
    let router = Router::new().route("/ws", get(live::echo)).route("/events", get(live::events));
    let router = match sample {
        Sample::Wiki => router.route("/live", get(live::page)).fallback(any(wiki::show)),
        Sample::Desk => {
            router.route("/", get(desk::list)).route("/tickets/{number}", get(desk::ticket)).fallback(any(wiki::show))
        }
        Sample::Board => {
            router.route("/", get(board::show)).route("/notes", post(board::add)).fallback(any(wiki::show))
        }
    };
    router.with_state(app)
}

/// Who is there, as the proxy says in its headers.
struct Visitor {
    email: String,
    name: String,
    tenant: String,
    tenant_name: String,
}

impl App {
    fn visitor(&self, headers: &HeaderMap) -> Visitor {
        let header = |name: &str| {
            headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).unwrap_or_default()
        };
        let tenant = header("x-vestibule-tenant");
        let tenant_name = self.options.tenants.iter().find(|(id, _)| *id == tenant).map(|(_, name)| name.clone());
        Visitor {
            email: [header("x-forwarded-email"), header("remote-email")]
                .into_iter()
                .find(|mail| !mail.is_empty())
                .unwrap_or_default(),
            name: header("remote-name"),
            tenant_name: tenant_name
                .unwrap_or_else(|| if tenant.is_empty() { "no tenant".to_owned() } else { tenant.clone() }),
            tenant,
        }
    }
}

#[cfg(test)]
mod tests;
