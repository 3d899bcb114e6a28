//! Keys of clients that prove themselves by signed assertions (`private_key_jwt`), fetched where each publishes its own.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::{Value, json};
use vestibule::clock::Clock;
use vestibule::config::{Egress, HostPort};
use vestibule::model::ClientKeys;
use vestibule::oidc_client::ClientKeySets;
use vestibule::outbound::Fetcher;

use super::federation_stage::MovedClock;
use crate::lying_idp::keys::stranger;
use crate::lying_idp::{LyingIdp, Signer, compact};

/// A client that publishes its keys, and what we know of them.
struct Publisher {
    home: LyingIdp,
    clock: Arc<MovedClock>,
    sets: ClientKeySets,
    keys: ClientKeys,
}

impl Publisher {
    /// `allowed` as the operator's exempt pair, without which nothing on this machine is fetched.
    async fn new(allowed: bool) -> Self {
        let home = LyingIdp::start("portal.localhost", "x", "x").await;
        let (host, port) = home.host_port();
        let allow = if allowed { vec![HostPort { host, port }] } else { Vec::new() };
        let egress = Egress { allow, extra_roots: vec![home.ca_file()] };
        let clock = Arc::new(MovedClock::default());
        let fetcher = Arc::new(Fetcher::new(&egress, Vec::new()).unwrap());
        let sets = ClientKeySets::new(fetcher, Arc::clone(&clock) as Arc<dyn Clock>);
        let keys = ClientKeys::At(format!("{}/jwks", home.issuer).parse().unwrap());
        Self { home, clock, sets, keys }
    }

    /// From now on it publishes the keys with these names alone.
    fn publishes(&self, names: &'static [&str]) {
        self.home.lie(|lies| {
            lies.jwks = Some(Arc::new(move |set: &mut Value| {
                let named = |key: &Value| names.iter().any(|name| key["kid"] == *name);
                set["keys"].as_array_mut().unwrap().retain(named);
            }));
        });
    }

    async fn believes(&self, owner: &str, signer: Signer) -> bool {
        self.believes_header(owner, signer, &json!({ "alg": signer.algorithm(), "kid": signer.kid() })).await
    }

    async fn believes_header(&self, owner: &str, signer: Signer, header: &Value) -> bool {
        let token = compact(signer, &header.to_string(), r#"{"sub":"portal"}"#);
        self.sets.verify(&self.keys, owner, &token).await.is_ok()
    }

    fn later(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::SeqCst);
    }

    fn fetches(&self) -> usize {
        self.home.heard("/jwks").len()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a12_keys_of_a_client_follow_what_it_publishes() {
    let portal = Publisher::new(true).await;
    portal.publishes(&["rsa"]);
    assert!(portal.believes("portal", Signer::Rs256).await);
    assert!(portal.believes("portal", Signer::Rs256).await);
    assert_eq!(portal.fetches(), 1, "fetched once for many");

    // A new key is known at its first use, and the old one goes on counting while it is published.
    portal.publishes(&["rsa", "p256"]);
    assert!(portal.believes("portal", Signer::Es256).await && portal.believes("portal", Signer::Rs256).await);
    assert_eq!(portal.fetches(), 2);

    // A key that was withdrawn stops counting when what we know is outdated, and no sooner than the keys are fetched again.
    portal.publishes(&["p256"]);
    portal.later(3601);
    assert!(!portal.believes("portal", Signer::Rs256).await);
    assert!(portal.believes("portal", Signer::Es256).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a12_a_client_that_names_no_key_or_reuses_a_name_can_change_its_key_as_well() {
    for name in [None, Some("p256")] {
        let portal = Publisher::new(true).await;
        let mut header = json!({ "alg": "ES256" });
        if let Some(name) = name {
            header["kid"] = json!(name);
        }
        assert!(portal.believes_header("portal", Signer::Es256, &header).await);
        portal.home.lie(|lies| {
            lies.jwks = Some(Arc::new(|set: &mut Value| set["keys"] = json!([stranger()])));
        });
        assert!(portal.believes_header("portal", Signer::Stranger, &header).await, "{name:?}");
        assert!(!portal.believes_header("portal", Signer::Es256, &header).await, "{name:?}: its predecessor is over");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a12_whoever_invents_key_names_makes_nobody_fetch() {
    let portal = Publisher::new(true).await;
    portal.publishes(&["rsa"]);
    assert!(portal.believes("portal", Signer::Rs256).await);
    for _ in 0..50 {
        assert!(!portal.believes("portal", Signer::Stranger).await);
    }
    assert_eq!(portal.fetches(), 2, "one more, for the first name that nobody knew");
    portal.later(61);
    assert!(!portal.believes("portal", Signer::Stranger).await);
    assert_eq!(portal.fetches(), 3, "a minute later one more");
    // Whose keys were fetched for one client are another client's affair, even at the same address.
    assert!(portal.believes("other", Signer::Rs256).await);
    assert_eq!(portal.fetches(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a10_a_signature_under_a_published_name_by_another_key_is_refused() {
    let portal = Publisher::new(true).await;
    assert!(portal.believes("portal", Signer::Es256).await);
    assert!(!portal.believes("portal", Signer::Stranger).await, "the same name, another key");
}

#[tokio::test(flavor = "multi_thread")]
async fn h1_keys_of_a_client_are_fetched_by_the_rules_of_egress() {
    let portal = Publisher::new(false).await;
    assert!(!portal.believes("portal", Signer::Rs256).await);
    assert_eq!(portal.fetches(), 0, "an address inside was not even asked");
}
