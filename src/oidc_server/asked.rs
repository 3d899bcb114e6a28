//! One request of a client or browser: the tenant in its URL, the configuration that it is decided by, and who sent it.

use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, StatusCode, Uri};

use super::answer;
use crate::app::App;
use crate::i18n::Language;
use crate::model::Tenant;
use crate::snapshot::Snapshot;
use crate::tenants::resolve;
use crate::web::chrome::{Chrome, TenantLook};
use crate::web::request::{network, way_back};
use crate::web::{ClientInfo, language};

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
    method: http::Method,
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
            return Err(answer::no_such_tenant().into_response());
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

impl Asked {
    /// Network of the other end, for limits.
    pub fn network(&self) -> String {
        network(self.client.address)
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
