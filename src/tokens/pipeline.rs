//! The one way to tokens: client → scopes → grant → may this guest still get in? → tokens. A grant fills in its own part and
//! can skip none of the others: tokens about people are made of an [`Admitted`](super::gate::Admitted) alone.

use serde::Serialize;

use super::client::Client;
use super::fault::{Refusal, TokenError};
use super::gate::{Whose, admit};
use super::grant::{self, Grant};
use super::grants::{authorization_code, client_credentials, device_code, refresh_token};
use super::refresh::{self, Shown};
use super::{access_token, back_channel, id_token, scope};
use crate::app::App;
use crate::model::Tenant;
use crate::snapshot::Snapshot;

/// What a client asks for at the token endpoint.
#[derive(Clone)]
pub enum Ask {
    /// `authorization_code`.
    Code {
        /// The code.
        code: String,
        /// The redirect URI of the authorization request.
        redirect_uri: String,
        /// What the code challenge was made of.
        verifier: Option<String>,
    },
    /// `refresh_token`.
    Refresh {
        /// The token.
        token: String,
        /// Fewer scopes than were granted, if the client wants that.
        scope: Option<String>,
    },
    /// A device code.
    Device {
        /// What the device holds.
        device_code: String,
    },
    /// `client_credentials`.
    Application {
        /// One resource, as `…/.default`.
        scope: String,
    },
}

/// What a grant stands for.
pub(super) enum Basis {
    /// A guest who let the client in.
    Guest(Box<OfGuest>),
    /// The application itself.
    Application(scope::Audience),
}

/// A guest's grant, and what is new about it.
pub(super) struct OfGuest {
    /// The grant.
    pub grant: Grant,
    /// The scopes of this answer: those of the grant, or fewer.
    pub scopes: Vec<String>,
    /// Goes into the ID token.
    pub nonce: Option<String>,
    /// What becomes of the refresh token.
    pub refresh: Refreshing,
}

/// What becomes of the refresh token.
pub(super) enum Refreshing {
    /// The grant is new.
    First,
    /// This one is replaced.
    Replace(String),
    /// This one was handed out a moment ago and is handed out once more.
    Again(String),
}

/// The answer of the token endpoint (RFC 6749 §5.1).
#[derive(Debug, Serialize)]
pub struct TokenAnswer {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
}

/// Answers a client that proved who it is.
pub async fn answer(
    app: &App,
    snapshot: &Snapshot,
    tenant: &Tenant,
    client: &Client,
    ask: Ask,
) -> Result<TokenAnswer, TokenError> {
    let basis = match ask {
        Ask::Code { code, redirect_uri, verifier } => {
            authorization_code::basis(app, tenant, client, &code, &redirect_uri, verifier.as_deref()).await?
        }
        Ask::Refresh { token, scope } => refresh_token::basis(app, tenant, client, &token, scope.as_deref()).await?,
        Ask::Device { device_code } => device_code::basis(app, tenant, client, &device_code).await?,
        Ask::Application { scope } => client_credentials::basis(app, snapshot, tenant, client, &scope)?,
    };
    match basis {
        Basis::Application(audience) => for_application(app, snapshot, tenant, client, audience),
        Basis::Guest(basis) => for_guest(app, snapshot, tenant, client, *basis).await,
    }
}

async fn for_guest(
    app: &App,
    snapshot: &Snapshot,
    tenant: &Tenant,
    client: &Client,
    basis: OfGuest,
) -> Result<TokenAnswer, TokenError> {
    let OfGuest { grant, scopes, nonce, refresh } = basis;
    let whose = Whose { session: grant.session, user: grant.user, scopes: &grant.scopes, uses: true };
    let admitted = admit(app, snapshot, tenant, client.registration(), whose).await?.ok_or(Refusal::GRANT)?;
    let narrowed = Grant { scopes, ..grant.clone() };
    let audience = scope::audience(&app.urls, &narrowed.scopes);
    let access_token = access_token::of_guest(app, &admitted, &narrowed, audience)?;
    let has = |scope: &str| narrowed.scopes.iter().any(|granted| granted == scope);
    let id_token = if has("openid") {
        let parts = (access_token.as_str(), nonce.as_deref());
        Some(id_token::sign(app, tenant, client.registration(), &admitted, &narrowed, parts).await?)
    } else {
        None
    };
    back_channel::remember(app, admitted.record(), client.registration()).await?;
    // It may have ended before this client was on the list of those that hear of it.
    if app.sessions.find(tenant.id, grant.session).await?.is_none() {
        return Err(Refusal::GRANT.into());
    }
    // Last, so that a refusal uses nothing up.
    let refresh_token = match refresh {
        Refreshing::First if has("offline_access") => Some(refresh::first(app, &grant).await?),
        Refreshing::First => None,
        Refreshing::Again(successor) => Some(successor),
        Refreshing::Replace(shown) => match refresh::replace(app, &grant, &shown).await? {
            Shown::Again { successor, .. } => Some(successor),
            Shown::Reused { grant } => {
                grant::revoke(app, tenant.id, &grant).await?;
                return Err(Refusal::GRANT.into());
            }
            Shown::Live { .. } | Shown::Nothing => return Err(Refusal::GRANT.into()),
        },
    };
    // Whoever showed the code or token a second time meanwhile has ended all of it.
    if grant::find(app, tenant.id, &grant.id).await?.is_none() {
        return Err(Refusal::GRANT.into());
    }
    let left = grant.ends_at.since(app.clock.now()).as_secs();
    Ok(TokenAnswer {
        access_token,
        token_type: "Bearer",
        expires_in: access_token::OF_A_GUEST.as_secs().min(left),
        scope: narrowed.scopes.join(" "),
        refresh_token,
        id_token,
    })
}

fn for_application(
    app: &App,
    snapshot: &Snapshot,
    tenant: &Tenant,
    client: &Client,
    audience: scope::Audience,
) -> Result<TokenAnswer, TokenError> {
    let roles = client_credentials::permissions(snapshot, tenant, client, audience);
    let access_token = access_token::of_application(app, tenant.id, client.id(), audience, roles)?;
    Ok(TokenAnswer {
        access_token,
        token_type: "Bearer",
        expires_in: access_token::OF_AN_APPLICATION.as_secs(),
        scope: format!("{}/{}", access_token::audience_name(app, tenant.id, audience), scope::DEFAULT),
        refresh_token: None,
        id_token: None,
    })
}
