//! One request for a page: the tenant in its URL, the browser it came from, and what stands around the answer.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{Method, Uri};

use super::chrome::{Chrome, Form, SignedIn, TenantLook};
use super::notice::Notice;
use crate::app::App;
use crate::i18n::Language;
use crate::keys::token;
use crate::model::{EmailAddress, Tenant, UserId};
use crate::session::{
    DEVICE_COOKIE, LOGIN_COOKIE, SESSION_COOKIE, device_cookie, login_cookie, read_cookie, read_sealed_cookie,
};
use crate::signin::{Destination, Device, Scene, SigninError, Ticket, Visit};
use crate::snapshot::Snapshot;
use crate::tenants::resolve;
use crate::web::arrived::{Arrived, NotServed};
use crate::web::browser_name;
use crate::web::csrf::{self, Binding, KeySeal};
use crate::web::form::Form as Fields;
use crate::web::interstitial::see_other;
use crate::web::request::{self, is_common, network};
use crate::web::site::Site;
use crate::web::{answer, language};

pub use crate::web::answer::{Answer, chain, set_cookie, with_session, without_session};

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

/// The value of a sign-in cookie that the browser does not have yet.
pub struct NewBrowser(String);

impl NewBrowser {
    /// The answer that gives it.
    pub fn given(&self, mut answer: Answer) -> Answer {
        set_cookie(&mut answer, &login_cookie(&self.0));
        answer
    }
}

impl Deref for NewBrowser {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Here {
    /// The tenant that the URL names, or the page for anything unknown.
    pub fn tenant(&self, text: &str) -> Result<(Arc<Snapshot>, Arc<Tenant>), Box<Answer>> {
        let snapshot = self.app.snapshot.load_full();
        match resolve(&snapshot, text) {
            Some(tenant) => {
                let tenant = Arc::clone(tenant);
                Ok((snapshot, tenant))
            }
            None if is_common(text) => Err(Box::new(self.common())),
            None => Err(Box::new(self.notice(None, Notice::NotFound))),
        }
    }

    /// The visit that this request is part of. A browser without a sign-in cookie gets one and comes again; if it comes
    /// again without, it keeps no cookies and is told so.
    pub async fn visit(&self, tenant: &str, ticket: Ticket) -> Result<Visit, Box<Answer>> {
        let (snapshot, tenant) = self.tenant(tenant)?;
        let Some(browser) = read_cookie(&self.headers, LOGIN_COOKIE).map(ToOwned::to_owned) else {
            return Err(Box::new(self.introduce(&tenant, &ticket)));
        };
        let cookie = read_cookie(&self.headers, SESSION_COOKIE).map(ToOwned::to_owned);
        let host = self.app.settings.broker_host().to_owned();
        let handle = match &cookie {
            Some(cookie) => match self.app.sessions.lookup(&host, cookie).await {
                Ok(handle) => handle,
                Err(error) => return Err(Box::new(self.broken(Some(&tenant), &error))),
            },
            None => None,
        };
        let device =
            read_sealed_cookie(&self.headers, DEVICE_COOKIE).and_then(|cookie| Device::open(&self.app.keys, cookie));
        let network = network(self.client.address);
        let agent = browser_name::of(&self.headers);
        Ok(Visit { snapshot, tenant, browser, cookie, handle, device, ticket, host, network, agent })
    }

    /// The ticket with the hints that stand in the query of this link.
    pub fn hinted(&self, ticket: Ticket) -> Ticket {
        ticket.with_hints(self.query("login_hint").as_deref(), self.query("domain_hint").as_deref())
    }

    /// The hints of this link as the query of the next address.
    pub fn hints_again(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for name in ["login_hint", "domain_hint"] {
            if let Some(value) = self.query(name) {
                query.append_pair(name, &value);
            }
        }
        let query = query.finish();
        if query.is_empty() { query } else { format!("?{query}") }
    }

    /// Opens the ticket of a tab; a tab without one goes to the panel.
    pub fn ticket(&self, tenant: &Tenant, sealed: &str) -> Ticket {
        Ticket::open(&self.app.keys, tenant.id, sealed).unwrap_or_else(|| Ticket::to(Destination::Panel))
    }

    /// Gives the browser a sign-in cookie and lets it come again.
    fn introduce(&self, tenant: &Tenant, ticket: &Ticket) -> Answer {
        if self.query("fresh").is_some() || !matches!(self.method, Method::GET | Method::HEAD) {
            // Where the tab wanted to go is in its ticket, so nothing is lost by starting again.
            let url = format!("/{}/sign-in?t={}", tenant.id, ticket.seal(&self.app.keys, tenant.id));
            return self.notice(Some(tenant), Notice::StartAgain { url: Some(url) });
        }
        let joint = if self.uri.query().is_some() { '&' } else { '?' };
        let again = format!("{}{joint}fresh=1", self.uri.path_and_query().map_or("/", |path| path.as_str()));
        let mut answer = see_other(&again);
        set_cookie(&mut answer, &login_cookie(&token(self.app.random.as_ref())));
        answer
    }

    /// A new sign-in cookie: whatever was begun, typed or proved in this browser belongs to the old one.
    pub fn forgets_journeys(&self, answer: Answer) -> Answer {
        self.new_browser().given(answer)
    }

    /// A sign-in cookie to be given with an answer, for what must be bound to it before.
    pub fn new_browser(&self) -> NewBrowser {
        NewBrowser(token(self.app.random.as_ref()))
    }

    /// Language of the answer.
    pub fn language(&self, tenant: Option<&Tenant>) -> Language {
        let default = tenant.map_or("en", |tenant| tenant.language.as_str());
        language::of_request(&self.app.texts, &self.headers, default)
    }

    /// What stands around a page that knows nobody.
    pub fn chrome(&self, tenant: Option<&Tenant>) -> Chrome {
        Chrome {
            language: self.language(tenant),
            brand: self.app.settings.brand.clone(),
            tenant: tenant.map(TenantLook::of),
            signed_in: None,
            request_id: self.client.request_id.to_string(),
            here: request::way_back(&self.method, &self.uri, tenant.map(|tenant| tenant.id)),
        }
    }

    /// What stands around a page of a visit: also who is signed in, as far as it is known.
    pub fn chrome_of(&self, visit: &Visit, scene: &Scene) -> Chrome {
        let mut chrome = self.chrome(Some(&visit.tenant));
        let person = match (&scene.session, &scene.journey.stranger) {
            (Some(session), _) => {
                let address = session.mail.as_ref().or(session.verified_address.as_ref()).map(ToString::to_string);
                Some((session.display_name.clone(), address.unwrap_or_else(|| session.display_name.clone())))
            }
            (None, Some(stranger)) => Some((stranger.name.clone().unwrap_or_default(), stranger.label.clone())),
            (None, None) => None,
        };
        chrome.signed_in = person.map(|(name, address)| SignedIn {
            name,
            address,
            account_url: scene.session.is_some().then(|| format!("/{}/account", visit.tenant.id)),
            sign_out_action: format!("/{}/sign-out", visit.tenant.id),
            csrf: self.form_token(visit, scene.user().map(|(user, _)| user)),
        });
        chrome
    }

    /// A form that answers the current step.
    pub fn form(&self, visit: &Visit, scene: &Scene, action: &str) -> Form {
        Form {
            action: format!("/{}/sign-in/{action}", visit.tenant.id),
            ticket: visit.ticket.seal(&self.app.keys, visit.tenant.id),
            csrf: self.form_token(visit, scene.user().map(|(user, _)| user)),
        }
    }

    /// A form token for this browser, tenant and user (attack row D4).
    pub fn form_token(&self, visit: &Visit, user: Option<UserId>) -> String {
        let binding = Binding { browser: &visit.browser, user, tenant: Some(visit.tenant.id) };
        csrf::issue(&KeySeal(&self.app.keys), binding, self.app.clock.now())
    }

    /// Whether a form came from our own page, in this browser, by this user.
    pub fn is_ours(&self, visit: &Visit, user: Option<UserId>, fields: &Fields) -> bool {
        let binding = Binding { browser: &visit.browser, user, tenant: Some(visit.tenant.id) };
        csrf::check(&KeySeal(&self.app.keys), binding, fields.text("csrf"), self.app.clock.now()).is_ok()
    }

    /// Whether the browser says that the form comes from this host.
    pub fn same_origin(&self) -> bool {
        csrf::check_origin(&self.headers, self.app.urls.origin()).is_ok()
    }

    /// What is the matter: a page for people, JSON for machines, with the id to quote for both.
    pub fn notice(&self, tenant: Option<&Tenant>, notice: Notice) -> Answer {
        answer::notice(self.chrome(tenant), notice, &self.method, &self.headers, self.client.request_id)
    }

    /// The page of a common URL: it names no tenant, and so it leads nowhere.
    pub fn common(&self) -> Answer {
        let origin = self.app.urls.origin();
        let examples =
            vec![format!("{origin}/?tenantid=organization.example"), format!("{origin}/organization.example")];
        self.notice(None, Notice::CommonUrl { examples })
    }

    /// Something of ours failed. The cause is logged with the request id and never shown.
    pub fn broken(&self, tenant: Option<&Tenant>, error: &dyn std::error::Error) -> Answer {
        tracing::error!(request.id = %self.client.request_id, error = %chain(error), "a page could not be answered");
        let again = matches!(self.method, Method::GET).then(|| self.uri.to_string());
        self.notice(tenant, Notice::Broken { again_url: again })
    }

    /// The page for a sign-in step that failed.
    pub fn failed(&self, visit: &Visit, error: &SigninError) -> Answer {
        let again = self.journey_url(visit, false);
        match error {
            SigninError::Limited | SigninError::Busy => {
                self.notice(Some(&visit.tenant), Notice::TooMany { again_url: Some(again) })
            }
            SigninError::OutOfStep => see_other(&again),
            SigninError::MailStuck => {
                self.notice(Some(&visit.tenant), Notice::MailDown { again_url: again, other_ways_url: None })
            }
            SigninError::Store(_) | SigninError::ShortTerm(_) | SigninError::Federation(_) => {
                self.broken(Some(&visit.tenant), error)
            }
        }
    }

    /// Address of the journey's page for this tab. `after_form` marks that the browser is still in a form's redirect
    /// chain, where Chromium blocks leaving the host (decision 12).
    pub fn journey_url(&self, visit: &Visit, after_form: bool) -> String {
        let ticket = visit.ticket.seal(&self.app.keys, visit.tenant.id);
        let go = if after_form { "&go=1" } else { "" };
        format!("/{}/sign-in?t={ticket}{go}", visit.tenant.id)
    }
}

/// Remembers that somebody proved `address` in this browser.
pub fn with_device(mut answer: Answer, here: &Here, visit: &Visit, address: Option<&EmailAddress>) -> Answer {
    if let Some(address) = address {
        let cookie = Device::remembering(&here.app, visit.device.as_ref(), address);
        set_cookie(&mut answer, &device_cookie(&cookie));
    }
    answer
}
