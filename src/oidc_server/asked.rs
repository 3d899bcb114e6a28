//! One request of a client or browser: the tenant in its URL, the configuration that it is decided by, and who sent it.

use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode, Uri};

use super::answer;
use crate::app::App;
use crate::i18n::Language;
use crate::model::Tenant;
use crate::snapshot::Snapshot;
use crate::tenants::resolve;
use crate::web::audience::{Audience, audience};
use crate::web::chrome::{Chrome, TenantLook};
use crate::web::notice::{Notice, NoticePage};
use crate::web::request::{network, way_back};
use crate::web::{ClientInfo, language, render};

/// What every endpoint gets.
pub struct Asked {
    /// The bench.
    pub app: Arc<App>,
    /// The configuration.
    pub snapshot: Arc<Snapshot>,
    /// The tenant in the URL.
    pub tenant: Arc<Tenant>,
    /// Path and query as sent.
    pub uri: Uri,
    /// The headers.
    pub headers: HeaderMap,
    /// Who is at the other end.
    pub client: ClientInfo,
    method: Method,
}

impl FromRequestParts<Arc<App>> for Asked {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let Some(client) = parts.extensions.get::<ClientInfo>().copied() else {
            // A request that did not come through the server: only a wrong wiring makes one.
            return Err(StatusCode::INTERNAL_SERVER_ERROR.into_response());
        };
        let snapshot = app.snapshot.load_full();
        let named = RawPathParams::from_request_parts(parts, app).await.map_err(IntoResponse::into_response)?;
        let named = named.iter().find(|(name, _)| *name == "tenant").map(|(_, value)| value);
        let Some(tenant) = named.and_then(|text| resolve(&snapshot, text)).cloned() else {
            return Err(nowhere(app, parts, client).into_response());
        };
        Ok(Self {
            app: Arc::clone(app),
            snapshot,
            tenant,
            uri: parts.uri.clone(),
            headers: parts.headers.clone(),
            client,
            method: parts.method.clone(),
        })
    }
}

/// The answer for a tenant that is unknown, disabled or missing: a page where people may have come along.
fn nowhere(app: &App, parts: &Parts, client: ClientInfo) -> answer::Answer {
    let for_people =
        ["/oauth2/v2.0/authorize", "/oauth2/v2.0/logout"].iter().any(|end| parts.uri.path().ends_with(end));
    if !for_people || !is_person(&parts.method, &parts.headers) {
        return answer::no_such_tenant();
    }
    let chrome = Chrome {
        language: language::of_request(&app.texts, &parts.headers, "en"),
        brand: app.settings.brand.clone(),
        tenant: None,
        signed_in: None,
        request_id: client.request_id.to_string(),
        here: way_back(&parts.method, &parts.uri, None),
    };
    render::page(&NoticePage { chrome, notice: Notice::NotFound })
}

fn is_person(method: &Method, headers: &HeaderMap) -> bool {
    !matches!(audience(method, headers), Audience::Grpc | Audience::Machine)
}

impl Asked {
    /// Network of the other end, for limits.
    pub fn network(&self) -> String {
        network(self.client.address)
    }

    /// Whether a person waits for the answer, and not a program.
    pub fn by_person(&self) -> bool {
        is_person(&self.method, &self.headers)
    }

    /// The query as sent.
    pub fn query(&self) -> &str {
        self.uri.query().unwrap_or_default()
    }

    /// What stands around a page for the person in the browser.
    pub fn chrome(&self) -> Chrome {
        Chrome {
            language: self.language(),
            brand: self.app.settings.brand.clone(),
            tenant: Some(TenantLook::of(&self.tenant)),
            signed_in: None,
            request_id: self.client.request_id.to_string(),
            here: way_back(&self.method, &self.uri, Some(self.tenant.id)),
        }
    }

    fn language(&self) -> Language {
        language::of_request(&self.app.texts, &self.headers, &self.tenant.language)
    }
}
