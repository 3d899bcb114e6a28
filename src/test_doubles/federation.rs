//! Identity providers that answer, or do not.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;

use crate::model::{Connection, ConnectionName};
use crate::oidc_client::{
    Asserted, Begin, CallbackParameters, Federation, FederationError, HomeLogout, Inspection, LoginHint, Transaction,
    Trial,
};

/// Says that every provider is there, except those that are down.
#[derive(Default)]
pub(crate) struct TestFederation {
    down: Mutex<HashSet<ConnectionName>>,
    asked: AtomicU32,
}

impl TestFederation {
    pub(crate) fn take_down(&self, name: &str) {
        self.down.lock().unwrap().insert(name.parse().unwrap());
    }

    pub(crate) fn times_asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }

    fn silence<T>() -> Result<T, FederationError> {
        Err(FederationError::Down("the double does not answer".to_owned()))
    }
}

#[async_trait]
impl Federation for TestFederation {
    async fn begin(&self, _: &Connection, _: &str, _: LoginHint) -> Result<Begin, FederationError> {
        Self::silence()
    }

    async fn finish(
        &self,
        _: &Connection,
        _: &Transaction,
        _: &CallbackParameters,
    ) -> Result<Asserted, FederationError> {
        Self::silence()
    }

    async fn trial(&self, _: &Connection, _: &Transaction, _: &CallbackParameters) -> Result<Trial, FederationError> {
        Self::silence()
    }

    async fn sign_out_url(
        &self,
        _: &Connection,
        _: &str,
        _: Option<&str>,
        _: &str,
    ) -> Result<Option<url::Url>, FederationError> {
        Self::silence()
    }

    async fn signed_out(&self, _: &Connection, _: &str, _: &str) -> Result<HomeLogout, FederationError> {
        Self::silence()
    }

    async fn inspect(&self, connection: &Connection) -> Result<Inspection, FederationError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.down.lock().unwrap().contains(&connection.name) {
            return Self::silence();
        }
        Ok(Inspection {
            issuer: connection.issuer.clone(),
            authorization_endpoint: String::new(),
            token_endpoint: String::new(),
            userinfo_endpoint: None,
            jwks_uri: String::new(),
            end_session_endpoint: None,
            client_authentication: "none",
            algorithms: Vec::new(),
            keys: Vec::new(),
            clock_ahead: None,
            remarks: Vec::new(),
        })
    }
}
