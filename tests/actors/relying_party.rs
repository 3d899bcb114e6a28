//! An application that signs people in by OpenID Connect, as a careful client does it.

use std::collections::BTreeMap;

use data_encoding::{BASE64, BASE64URL_NOPAD};
use http::Method;
use serde_json::Value;
use url::form_urlencoded;
use vestibule::clock::{SystemRandom, random_bytes};
use vestibule::keys::sha256;

use super::{Browser, CONTOSO, Page, World};

pub const PORTAL: &str = "c0a70500-0000-4000-8000-0000000000b4";
pub const POCKET: &str = "c0a70500-0000-4000-8000-0000000000b5";
pub const CONSOLE: &str = "c0a70500-0000-4000-8000-0000000000b6";
pub const SCRIPTS: &str = "c0a70500-0000-4000-8000-0000000000a1";
pub const SECRET: &str = "demo-secret";

/// A client of one tenant.
#[derive(Clone)]
pub struct RelyingParty {
    pub id: &'static str,
    pub secret: Option<&'static str>,
    pub redirect_uri: String,
    pub tenant: String,
    pub scope: String,
    pub verifier: String,
    pub broker: String,
    pub backstage: Browser,
}

/// What came back through the browser.
#[derive(Debug)]
pub struct Reply(pub BTreeMap<String, String>);

impl Reply {
    /// Reads the query, the fragment or the form of the page at which the browser stopped.
    pub fn of(page: &Page) -> Self {
        let form = page.forms().into_iter().find(|form| form.fields.iter().any(|(name, _)| name == "iss"));
        if let Some(form) = form {
            return Self(form.fields.into_iter().collect());
        }
        let text = page.url.query().or(page.url.fragment()).unwrap_or_default();
        Self(form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    #[track_caller]
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).unwrap_or_else(|| panic!("no {name} in {:?}", self.0))
    }

    #[track_caller]
    pub fn code(&self) -> &str {
        assert!(!self.0.contains_key("error"), "{:?}", self.0);
        self.get("code")
    }
}

impl RelyingParty {
    /// Contoso's own application on a server.
    pub fn portal(world: &World) -> Self {
        Self::new(world, PORTAL, Some(SECRET), &world.at("portal.contoso.localhost", "/callback"))
    }

    /// Somebody else's single page.
    pub fn pocket(world: &World) -> Self {
        Self::new(world, POCKET, None, &world.at("pocket.localhost", "/"))
    }

    /// A program on somebody's device.
    pub fn console(world: &World) -> Self {
        Self::new(world, CONSOLE, None, "http://127.0.0.1:49152/callback")
    }

    fn new(world: &World, id: &'static str, secret: Option<&'static str>, redirect_uri: &str) -> Self {
        Self {
            id,
            secret,
            redirect_uri: redirect_uri.to_owned(),
            tenant: CONTOSO.to_owned(),
            scope: "openid profile email offline_access".to_owned(),
            verifier: BASE64URL_NOPAD.encode(&random_bytes::<32>(&SystemRandom)),
            broker: world.broker(""),
            backstage: world.browser(),
        }
    }

    pub fn endpoint(&self, name: &str) -> String {
        format!("{}/{}/{name}", self.broker, self.tenant)
    }

    pub fn issuer(&self) -> String {
        self.endpoint("v2.0")
    }

    /// The parameters of a good request, some of them changed or left out.
    pub fn request(&self, changes: &[(&str, Option<&str>)]) -> String {
        let challenge = BASE64URL_NOPAD.encode(&sha256(self.verifier.as_bytes()));
        let mut pairs = vec![
            ("client_id", self.id.to_owned()),
            ("redirect_uri", self.redirect_uri.clone()),
            ("response_type", "code".to_owned()),
            ("scope", self.scope.clone()),
            ("state", "a state".to_owned()),
            ("nonce", "a nonce".to_owned()),
            ("code_challenge", challenge),
            ("code_challenge_method", "S256".to_owned()),
        ];
        for (name, value) in changes {
            pairs.retain(|(key, _)| key != name);
            pairs.extend(value.map(|value| (*name, value.to_owned())));
        }
        form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    }

    pub fn authorize_url(&self, changes: &[(&str, Option<&str>)]) -> String {
        format!("{}?{}", self.endpoint("oauth2/v2.0/authorize"), self.request(changes))
    }

    /// Sends the browser off and returns the page at which it stands: ours, or where it came back.
    pub async fn sends(&self, browser: &Browser, changes: &[(&str, Option<&str>)]) -> Page {
        browser.stops_at(&self.redirect_uri);
        browser.opens(&self.authorize_url(changes)).await
    }

    /// The same for somebody who is signed in already.
    pub async fn asks(&self, browser: &Browser, changes: &[(&str, Option<&str>)]) -> Reply {
        let page = self.sends(browser, changes).await;
        assert!(page.url.as_str().starts_with(&self.redirect_uri), "{} ({}): {}", page.url, page.status, page.text());
        Reply::of(&page)
    }

    /// A member signs in on the way.
    pub async fn signs_member_in(&self, browser: &Browser, changes: &[(&str, Option<&str>)]) -> Reply {
        let page = self.sends(browser, changes).await;
        let page = browser.presses(&page, "Continue", &[("address", "member@contoso.example")]).await;
        let page = browser.presses(&page, "Sign in", &[("password", "demo")]).await;
        Reply::of(&page)
    }

    /// Asks the token endpoint as this client does by default.
    pub async fn token(&self, fields: &[(&str, &str)]) -> Page {
        let mut fields = fields.to_vec();
        let basic =
            self.secret.map(|secret| format!("Basic {}", BASE64.encode(format!("{}:{secret}", self.id).as_bytes())));
        if basic.is_none() {
            fields.push(("client_id", self.id));
        }
        let headers: Vec<(&str, &str)> = basic.iter().map(|basic| ("authorization", basic.as_str())).collect();
        self.posts("oauth2/v2.0/token", &headers, &fields).await
    }

    pub async fn exchanges(&self, code: &str) -> Page {
        let (redirect_uri, verifier) = (self.redirect_uri.clone(), self.verifier.clone());
        self.token(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &redirect_uri),
            ("code_verifier", &verifier),
        ])
        .await
    }

    pub async fn refreshes(&self, token: &str) -> Page {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    /// Introspection or revocation, as this client.
    pub async fn tells(&self, endpoint: &str, token: &str) -> Page {
        let basic = format!("Basic {}", BASE64.encode(format!("{}:{}", self.id, self.secret.unwrap_or("")).as_bytes()));
        self.posts(&format!("oauth2/v2.0/{endpoint}"), &[("authorization", &basic)], &[("token", token)]).await
    }

    pub async fn userinfo(&self, token: &str) -> Page {
        let bearer = format!("Bearer {token}");
        let url = self.endpoint("openid/userinfo");
        self.backstage.asks(Method::GET, &url, &[("authorization", bearer.as_str())], "").await
    }

    pub async fn posts(&self, endpoint: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Page {
        let mut headers = headers.to_vec();
        headers.push(("content-type", "application/x-www-form-urlencoded"));
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.backstage.asks(Method::POST, &self.endpoint(endpoint), &headers, &body).await
    }

    pub async fn gets(&self, endpoint: &str, headers: &[(&str, &str)]) -> Page {
        self.backstage.asks(Method::GET, &self.endpoint(endpoint), headers, "").await
    }

    /// The claims of an ID token, once it is checked as OpenID Connect Core 1.0 §3.1.3.7 has it, by a library that is not
    /// ours.
    pub async fn believes(&self, id_token: &str) -> Value {
        let header = jsonwebtoken::decode_header(id_token).unwrap();
        let keys: jsonwebtoken::jwk::JwkSet =
            serde_json::from_value(self.gets("discovery/v2.0/keys", &[]).await.json()).unwrap();
        let key = keys.find(header.kid.as_ref().unwrap()).expect("a published key");
        let mut rules = jsonwebtoken::Validation::new(header.alg);
        rules.set_audience(&[self.id]);
        rules.set_issuer(&[self.issuer()]);
        rules.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
        let key = jsonwebtoken::DecodingKey::from_jwk(key).unwrap();
        jsonwebtoken::decode::<Value>(id_token, &key, &rules).unwrap().claims
    }
}
