//! The stage on which federation is attacked: a provider, a connection to it, and the real client.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use url::Url;
use vestibule::clock::{Clock, SystemClock, SystemRandom};
use vestibule::config::{Egress, HostPort};
use vestibule::model::{Connection, ConnectionKind, MfaTrust, Secret, Timestamp};
use vestibule::oidc_client::{
    Asserted, Begin, CallbackParameters, Federation, FederationError, HomeLogout, LoginHint, OidcClient, Transaction,
};
use vestibule::outbound::Fetcher;

use crate::lying_idp::LyingIdp;

/// The redirect URI of T1's connection `hx`.
pub const REDIRECT: &str = "https://login.vestibule.test/t1/federation/hx/callback";
/// The redirect URI of T1's connection `h1`.
pub const OTHER_REDIRECT: &str = "https://login.vestibule.test/t1/federation/h1/callback";

/// The real clock, moved by hand.
#[derive(Default)]
pub struct MovedClock(pub AtomicI64);

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(SystemClock.now().seconds() + self.0.load(Ordering::SeqCst))
    }
}

/// One provider, one connection to it, one client.
pub struct Stage {
    pub idp: Arc<LyingIdp>,
    pub connection: Connection,
    pub clock: Arc<MovedClock>,
    pub client: OidcClient,
}

pub fn client_for(idps: &[&LyingIdp], clock: &Arc<MovedClock>) -> OidcClient {
    let pairs = idps.iter().map(|idp| idp.host_port()).map(|(host, port)| HostPort { host, port });
    let egress = Egress { allow: pairs.collect(), extra_roots: idps.iter().map(|idp| idp.ca_file()).collect() };
    let fetcher = Arc::new(Fetcher::new(&egress, Vec::new()).unwrap());
    OidcClient::new(fetcher, Arc::clone(clock) as Arc<dyn Clock>, Arc::new(SystemRandom))
}

pub fn connection_to(idp: &LyingIdp, name: &str, client_id: &str, domains: &[&str]) -> Connection {
    Connection {
        name: name.parse().unwrap(),
        display_name: name.to_uppercase(),
        kind: ConnectionKind::Oidc,
        preset: None,
        enabled: true,
        issuer: idp.issuer.clone(),
        tenant_ids: Vec::new(),
        client_id: client_id.to_owned(),
        client_secret: Secret::new("s&cret with+signs%"),
        scopes: vec!["openid".to_owned(), "email".to_owned(), "profile".to_owned()],
        domains: domains.iter().map(|domain| domain.parse().unwrap()).collect(),
        verified: true,
        proved: domains.iter().map(|domain| domain.parse().unwrap()).collect(),
        social: false,
        authorization_endpoint: None,
        token_endpoint: None,
        userinfo_endpoint: None,
        mfa_trust: MfaTrust::default(),
        emails_endpoint: None,
        subject_field: None,
    }
}

impl Stage {
    pub async fn new() -> Self {
        let idp = Arc::new(LyingIdp::start("hx.localhost", "vestibule-at-hx", "s&cret with+signs%").await);
        let clock = Arc::new(MovedClock::default());
        let client = client_for(&[&idp], &clock);
        let connection = connection_to(&idp, "hx", "vestibule-at-hx", &["fabrikam.example"]);
        Self { idp, connection, clock, client }
    }

    /// The same stage with empty caches.
    pub fn with_new_client(&self) -> Self {
        let (idp, clock) = (Arc::clone(&self.idp), Arc::clone(&self.clock));
        let client = client_for(&[&idp], &clock);
        Self { idp, clock, client, connection: self.connection.clone() }
    }

    pub async fn begin(&self) -> Result<Begin, FederationError> {
        self.client.begin(&self.connection, REDIRECT, LoginHint::default()).await
    }

    pub async fn finish(&self, transaction: &Transaction, back: &Url) -> Result<Asserted, FederationError> {
        let redirect_uri = back.as_str().split(['?', '#']).next().unwrap();
        let callback = CallbackParameters::from_query(redirect_uri, back.query().unwrap_or_default())?;
        self.client.finish(&self.connection, transaction, &callback).await
    }

    /// Hears a logout token at this connection's address.
    pub async fn signed_out(&self, logout_token: &str) -> Result<HomeLogout, FederationError> {
        self.client.signed_out(&self.connection, REDIRECT, logout_token).await
    }

    /// The logout token is refused, and for this reason.
    pub async fn says_no(&self, logout_token: &str, part: &str) {
        match self.signed_out(logout_token).await {
            Err(FederationError::Lied(reason)) => assert!(reason.contains(part), "{reason}"),
            other => panic!("{part}: {other:?}"),
        }
    }

    pub async fn sign_in(&self) -> Result<Asserted, FederationError> {
        let begin = self.begin().await?;
        self.finish(&begin.transaction, &self.idp.authorize(&begin.authorization_url)).await
    }
}

/// The answer was refused, and for this reason.
pub fn lied(result: Result<Asserted, FederationError>, part: &str) {
    match result {
        Err(FederationError::Lied(reason)) => assert!(reason.contains(part), "{reason}"),
        other => panic!("{part}: {other:?}"),
    }
}
