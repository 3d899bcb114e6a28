//! Every address of the product, in one place: doors mount these, verbs and mails build them.

use url::Url;

use crate::model::{AccessReviewId, AppId, ConnectionName, InvitationId, TenantId};

/// Prefix that each app host reserves; everything else there belongs to the app.
pub const RESERVED: &str = "/.vestibule/";
/// Where an app host receives the code from the broker.
pub const APP_CALLBACK: &str = "/.vestibule/callback";
/// Where an app host ends a session.
pub const APP_SIGN_OUT: &str = "/.vestibule/sign-out";
/// Who is signed in at an app host, as JSON.
pub const APP_ME: &str = "/.vestibule/me";
/// Answers other proxies' authorization sub-requests.
pub const APP_AUTH: &str = "/.vestibule/auth";
/// Where an app host asks whether a form that was kept over the sign-in is to be sent.
pub const APP_FORM: &str = "/.vestibule/form";
/// Public keys of the assertion.
pub const APP_JWKS: &str = "/.vestibule/jwks.json";

/// The page of the sign-in methods, on the broker host.
pub fn methods_path(tenant: TenantId) -> String {
    format!("/{tenant}/account/methods")
}

/// Where the language switch of the footer leads.
pub const LANGUAGE: &str = "/language";

/// Chooses a language and comes back to `here`, a path with its query on the same host.
pub fn choose_language(tag: &str, here: &str) -> String {
    let query =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("to", tag).append_pair("back", here).finish();
    format!("{LANGUAGE}?{query}")
}

/// Builds addresses on the broker host.
#[derive(Clone, Debug)]
pub struct Urls {
    /// Origin of the broker host without a trailing slash, e.g. `https://login.example`.
    origin: String,
}

impl Urls {
    /// From the configured `public_url`.
    pub fn new(public_url: &Url) -> Self {
        Self { origin: public_url.origin().ascii_serialization() }
    }

    /// The broker's origin.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Issuer of a tenant's tokens and assertions.
    pub fn issuer(&self, tenant: TenantId) -> String {
        format!("{}/{tenant}/v2.0", self.origin)
    }

    /// Issuer of personal accounts, which belong to the instance.
    pub fn personal_issuer(&self) -> String {
        format!("{}/personal", self.origin)
    }

    /// The access panel of a tenant.
    pub fn panel(&self, tenant: TenantId) -> String {
        format!("{}/{tenant}/myapps", self.origin)
    }

    /// The redeem URL of an invitation.
    pub fn redeem(&self, tenant: TenantId, invitation: &InvitationId) -> String {
        format!("{}/{tenant}/redeem/{invitation}", self.origin)
    }

    /// The direct sign-on link of one app.
    pub fn direct_link(&self, tenant: TenantId, app: AppId) -> String {
        format!("{}/api/signin/{app}?tenantId={tenant}", self.origin)
    }

    /// The page that every journey returns to; it decides what comes next.
    pub fn journey(&self, tenant: TenantId) -> String {
        format!("{}/{tenant}/sign-in", self.origin)
    }

    /// Where the proxy sends a guest who must sign in or agree.
    pub fn authorize(&self, tenant: TenantId) -> String {
        format!("{}/{tenant}/oauth2/v2.0/authorize", self.origin)
    }

    /// Where clients exchange what they were granted for tokens.
    pub fn token(&self, tenant: TenantId) -> String {
        self.oauth2(tenant, "token")
    }

    /// One of the OAuth 2.0 endpoints of a tenant: `authorize`, `token`, `logout`, …
    pub fn oauth2(&self, tenant: TenantId, endpoint: &str) -> String {
        format!("{}/{tenant}/oauth2/v2.0/{endpoint}", self.origin)
    }

    /// Where people let a device in.
    pub fn device(&self, tenant: TenantId) -> String {
        format!("{}/{tenant}/device", self.origin)
    }

    /// Where clients read who a token is about; also the audience of such tokens.
    pub fn userinfo(&self, tenant: TenantId) -> String {
        format!("{}/{tenant}/openid/userinfo", self.origin)
    }

    /// The public keys of a tenant.
    pub fn keys(&self, tenant: TenantId) -> String {
        format!("{}/{tenant}/discovery/v2.0/keys", self.origin)
    }

    /// The redirect URI of one connection of one tenant.
    pub fn federation_callback(&self, tenant: TenantId, connection: &ConnectionName) -> String {
        format!("{}/{tenant}/federation/{connection}/callback", self.origin)
    }

    /// Where the identity provider of one connection of one tenant says that somebody signed out there
    /// (`backchannel_logout_uri` of OpenID Connect Back-Channel Logout 1.0 §2.2).
    pub fn federation_logout(&self, tenant: TenantId, connection: &ConnectionName) -> String {
        format!("{}/{tenant}/federation/{connection}/backchannel-logout", self.origin)
    }

    /// Starts the trial sign-in of `vestibule idp test`.
    pub fn trial(&self, tenant: TenantId, id: &str) -> String {
        format!("{}/{tenant}/idp-test/{id}", self.origin)
    }

    /// Ends the broker session.
    pub fn sign_out(&self, tenant: TenantId) -> String {
        format!("{}/{tenant}/sign-out", self.origin)
    }

    /// The guest's own page.
    pub fn account(&self, tenant: TenantId) -> String {
        format!("{}/{tenant}/account", self.origin)
    }

    /// Where a guest leaves by proof of the mailbox alone.
    pub fn leave(&self, tenant: TenantId) -> String {
        format!("{}/{tenant}/leave", self.origin)
    }

    /// Where those who were asked review access.
    pub fn access_review(&self, tenant: TenantId, review: AccessReviewId) -> String {
        format!("{}/{tenant}/reviews/{review}", self.origin)
    }

    /// Blocks invitation mails, or shows the page that asks first. `token` is the sealed right to do so.
    pub fn block(&self, tenant: TenantId, token: &str) -> String {
        format!("{}/{tenant}/blocks/{token}", self.origin)
    }

    /// Where the owner of a mailbox sees and undoes what is blocked.
    pub fn blocks(&self, tenant: TenantId) -> String {
        format!("{}/{tenant}/blocks", self.origin)
    }

    /// Where a new member sets the first password.
    pub fn set_password(&self, tenant: TenantId, token: &str) -> String {
        format!("{}/{tenant}/set-password#{token}", self.origin)
    }
}
