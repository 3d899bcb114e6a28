//! One request on the admin host: its tenant, its browser, and the answers that every page shares.

use std::ops::Deref;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{Method, StatusCode, Uri};

use crate::app::App;
use crate::keys::Purpose;
use crate::model::{AppId, Tenant, UserId};
use crate::session::{Handle, LOGIN_COOKIE, SESSION_COOKIE, read_cookie};
use crate::snapshot::Snapshot;
use crate::tenants::resolve;
use crate::web::answer::{self, Answer, chain};
use crate::web::arrived::{Arrived, NotServed};
use crate::web::chrome::{Chrome, TenantLook};
use crate::web::code_flow::Client;
use crate::web::csrf::{self, Binding, KeySeal, Seal};
use crate::web::form::Form;
use crate::web::language;
use crate::web::notice::Notice;
use crate::web::request::is_common;
use crate::web::site::Site;

/// What every handler gets.
pub struct Here(Arrived<App>);

impl Deref for Here {
    type Target = Arrived<App>;

    fn deref(&self) -> &Arrived<App> {
        &self.0
    }
}

impl FromRequestParts<Arc<App>> for Here {
    type Rejection = NotServed;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, NotServed> {
        Arrived::from_request_parts(parts, app).await.map(Self)
    }
}

impl Site<App> for Here {
    fn uri(&self) -> &Uri {
        &self.0.uri
    }

    fn tenant_named(&self, text: &str) -> Result<Arc<Tenant>, Box<Answer>> {
        self.tenant(text).map(|(_, tenant)| tenant)
    }

    fn says(&self, notice: Notice) -> Answer {
        self.notice(None, notice)
    }
}

/// Seals the `state` of this host.
struct StateSeal<'a>(&'a App);

impl Seal for StateSeal<'_> {
    fn seal(&self, context: &str, plain: &[u8]) -> String {
        self.0.keys.seal(Purpose::AppState, context, plain)
    }

    fn open(&self, context: &str, sealed: &str) -> Option<Vec<u8>> {
        self.0.keys.open_sealed(Purpose::AppState, context, sealed)
    }
}

impl Here {
    /// The canonical name of this host.
    pub fn host(&self) -> &str {
        self.app.settings.admin_host()
    }

    /// The origin of this host.
    pub fn origin(&self) -> String {
        self.app.settings.origin_of(self.host())
    }

    /// This host as a client of the broker.
    pub fn with_client<T>(&self, work: impl FnOnce(&Client<'_>) -> T) -> T {
        work(&Client {
            id: AppId::ADMIN,
            host: self.host(),
            origin: self.origin(),
            seal: &StateSeal(&self.app),
            urls: &self.app.urls,
            random: self.app.random.as_ref(),
        })
    }

    /// Path and query of this request.
    pub fn target(&self) -> &str {
        self.uri.path_and_query().map_or("/", |target| target.as_str())
    }

    /// The tenant that the path names, or the page for anything unknown.
    pub fn tenant(&self, text: &str) -> Result<(Arc<Snapshot>, Arc<Tenant>), Box<Answer>> {
        let snapshot = self.app.snapshot.load_full();
        match resolve(&snapshot, text) {
            Some(tenant) => {
                let tenant = Arc::clone(tenant);
                Ok((snapshot, tenant))
            }
            None if text.is_empty() || is_common(text) => Err(Box::new(self.common())),
            None => Err(Box::new(self.notice(None, Notice::NotFound))),
        }
    }

    /// What stands around a page that knows nobody.
    pub fn chrome(&self, tenant: Option<&Tenant>) -> Chrome {
        let default = tenant.map_or("en", |tenant| tenant.language.as_str());
        Chrome {
            language: language::of_request(&self.app.texts, &self.headers, default),
            brand: self.app.settings.brand.clone(),
            tenant: tenant.map(TenantLook::of),
            signed_in: None,
            request_id: self.client.request_id.to_string(),
            here: match (&self.method, tenant) {
                (&Method::GET | &Method::HEAD, _) => self.target().to_owned(),
                (_, Some(tenant)) => format!("/{}", tenant.id),
                (_, None) => "/".to_owned(),
            },
        }
    }

    /// What is the matter.
    pub fn notice(&self, tenant: Option<&Tenant>, notice: Notice) -> Answer {
        answer::notice(self.chrome(tenant), notice, &self.method, &self.headers, self.client.request_id)
    }

    /// The page of a common URL: it names no tenant, and so it leads nowhere.
    pub fn common(&self) -> Answer {
        let examples = vec![format!("{}/organization.example", self.origin())];
        self.notice(None, Notice::CommonUrl { examples })
    }

    /// Something of ours failed. The cause is logged with the request id and never shown.
    pub fn broken(&self, tenant: Option<&Tenant>, error: &dyn std::error::Error) -> Answer {
        tracing::error!(request.id = %self.client.request_id, error = %chain(error), "an admin page could not be answered");
        let again_url = matches!(self.method, Method::GET).then(|| self.target().to_owned());
        self.notice(tenant, Notice::Broken { again_url })
    }

    /// The sessions behind this browser's cookie on this host, and the cookie.
    pub async fn handle(&self) -> Result<Option<(String, Arc<Handle>)>, Box<Answer>> {
        let Some(cookie) = read_cookie(&self.headers, SESSION_COOKIE) else { return Ok(None) };
        match self.app.sessions.lookup(self.host(), cookie).await {
            Ok(handle) => Ok(handle.map(|handle| (cookie.to_owned(), handle))),
            Err(error) => Err(Box::new(self.broken(None, &error))),
        }
    }

    /// A form token for this browser, tenant and user (attack row D4).
    pub fn form_token(&self, tenant: &Tenant, user: UserId) -> String {
        csrf::issue(&KeySeal(&self.app.keys), self.binding(tenant, user), self.app.clock.now())
    }

    /// Whether a form came from our own page, in this browser, by this user.
    pub fn is_ours(&self, tenant: &Tenant, user: UserId, fields: &Form) -> bool {
        let known = read_cookie(&self.headers, LOGIN_COOKIE).is_some();
        let seal = KeySeal(&self.app.keys);
        known && csrf::check(&seal, self.binding(tenant, user), fields.text("csrf"), self.app.clock.now()).is_ok()
    }

    /// The cookie that was set before the first detour stands for the browser: it outlives changes of the handle.
    fn binding(&self, tenant: &Tenant, user: UserId) -> Binding<'_> {
        let browser = read_cookie(&self.headers, LOGIN_COOKIE).unwrap_or_default();
        Binding { browser, user: Some(user), tenant: Some(tenant.id) }
    }

    /// Reads the form, if it comes from a page of this host.
    pub async fn read(&self, body: Body) -> Result<Form, Box<Answer>> {
        self.check_origin()?;
        Form::read(&self.headers, body).await.map_err(|error| Box::new(self.start_again(error.status())))
    }

    /// Refuses what the browser says comes from elsewhere.
    pub fn check_origin(&self) -> Result<(), Box<Answer>> {
        csrf::check_origin(&self.headers, &self.origin()).map_err(|_| Box::new(self.start_again(StatusCode::FORBIDDEN)))
    }

    /// The page for a form that is not ours or not whole.
    pub fn start_again(&self, status: StatusCode) -> Answer {
        let mut answer = self.notice(None, Notice::StartAgain { url: None });
        *answer.status_mut() = status;
        answer
    }
}
