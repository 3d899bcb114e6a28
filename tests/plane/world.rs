//! A data plane on loopback with two tenants, three apps and a ledger behind each.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arc_swap::ArcSwap;
use async_trait::async_trait;
use rustls::ServerConfig;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;
use vestibule::clock::{Clock, SystemClock, SystemRandom, random_guid};
use vestibule::config::*;
use vestibule::model::*;
use vestibule::outbound::Resolve;
use vestibule::proxy::assertion::AssertionClaims;
use vestibule::proxy::seams::{Seal, SealPurpose, SignAssertion, SignFault};
use vestibule::proxy::{Meter, Plane};
use vestibule::server::front::{ControlService, Front, control_service};
use vestibule::server::listen;
use vestibule::server::plane::DataPlane;
use vestibule::session::{RecordSeal, SESSION_COOKIE, Session, Sessions};
use vestibule::short_term::{Key, Kind, Portion, ShortTerm, ShortTermResult};
use vestibule::snapshot::Snapshot;
use vestibule::urls::Urls;

use crate::ledger::Ledger;

pub const WIKI: &str = "wiki.contoso.localhost";
pub const DESK: &str = "desk.apps.localhost";
pub const BOARD: &str = "board.apps.localhost";
pub const DEAD: &str = "dead.contoso.localhost";
pub const LOOP: &str = "loop.contoso.localhost";
pub const BROKER: &str = "vestibule.localhost";

/// The DNS of the tests: what it knows, how often it was asked, and how long it takes.
#[derive(Default)]
pub struct Names(pub Mutex<HashMap<String, Vec<IpAddr>>>, pub AtomicUsize, pub Mutex<Duration>);

#[async_trait]
impl Resolve for Names {
    async fn resolve(&self, name: &str) -> std::io::Result<Vec<IpAddr>> {
        self.1.fetch_add(1, Ordering::SeqCst);
        let takes = *self.2.lock().unwrap();
        tokio::time::sleep(takes).await;
        let found = self.0.lock().unwrap().get(name).cloned();
        found.ok_or_else(|| std::io::Error::new(std::io::ErrorKind::NotFound, "no such name"))
    }
}

/// Enough of a short-term store for one test.
#[derive(Default)]
pub struct Memory(Mutex<HashMap<String, Vec<u8>>>);

#[async_trait]
impl ShortTerm for Memory {
    async fn put(&self, key: &Key, value: &[u8], _: Duration) -> ShortTermResult<()> {
        self.0.lock().unwrap().insert(key.flat(), value.to_vec());
        Ok(())
    }
    async fn put_new(&self, _: &Key, _: &[u8], _: Duration) -> ShortTermResult<bool> {
        unreachable!("the data plane does not use it")
    }
    async fn get(&self, key: &Key) -> ShortTermResult<Option<Vec<u8>>> {
        Ok(self.0.lock().unwrap().get(&key.flat()).cloned())
    }
    async fn take(&self, key: &Key) -> ShortTermResult<Option<Vec<u8>>> {
        Ok(self.0.lock().unwrap().remove(&key.flat()))
    }
    async fn remove(&self, key: &Key) -> ShortTermResult<()> {
        self.0.lock().unwrap().remove(&key.flat());
        Ok(())
    }
    async fn touch(&self, key: &Key, value: &[u8], lifetime: Duration) -> ShortTermResult<()> {
        self.put(key, value, lifetime).await
    }
    async fn count(&self, key: &Key, _: Duration) -> ShortTermResult<u64> {
        let mut values = self.0.lock().unwrap();
        let count = values.get(&key.flat()).map_or(0, |value| value.len() as u64) + 1;
        values.insert(key.flat(), vec![0; count as usize]);
        Ok(count)
    }
    async fn enlist(&self, _: &Key, _: &str, _: Duration) -> ShortTermResult<()> {
        Ok(())
    }
    async fn delist(&self, _: &Key, _: &str) -> ShortTermResult<()> {
        Ok(())
    }
    async fn listed(&self, _: &Key) -> ShortTermResult<Vec<String>> {
        Ok(Vec::new())
    }
    async fn lacks(&self, _: &Key) -> ShortTermResult<bool> {
        Ok(false)
    }
    async fn keys(&self, _: Kind, _: Option<&str>) -> ShortTermResult<Portion> {
        Ok(Portion::default())
    }
    async fn ping(&self) -> ShortTermResult<()> {
        Ok(())
    }
}

/// Seals under a real key, so that a test cannot pass by reading what it should not.
struct TestKeys([u8; 32]);

impl TestKeys {
    fn key(&self) -> aws_lc_rs::aead::LessSafeKey {
        let key = aws_lc_rs::aead::UnboundKey::new(&aws_lc_rs::aead::AES_256_GCM, &self.0).unwrap();
        aws_lc_rs::aead::LessSafeKey::new(key)
    }
}

impl Seal for TestKeys {
    fn seal(&self, purpose: SealPurpose, context: &str, plain: &[u8]) -> String {
        let nonce: [u8; 12] = vestibule::clock::random_bytes(&SystemRandom);
        let mut bytes = plain.to_vec();
        let aad = aws_lc_rs::aead::Aad::from(format!("{purpose:?}|{context}").into_bytes());
        let nonce_value = aws_lc_rs::aead::Nonce::assume_unique_for_key(nonce);
        self.key().seal_in_place_append_tag(nonce_value, aad, &mut bytes).unwrap();
        data_encoding::BASE64URL_NOPAD.encode(&[&nonce[..], &bytes].concat())
    }

    fn open_sealed(&self, purpose: SealPurpose, context: &str, sealed: &str) -> Option<Vec<u8>> {
        let bytes = data_encoding::BASE64URL_NOPAD.decode(sealed.as_bytes()).ok()?;
        let (nonce, rest) = bytes.split_at_checked(12)?;
        let aad = aws_lc_rs::aead::Aad::from(format!("{purpose:?}|{context}").into_bytes());
        let nonce = aws_lc_rs::aead::Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut rest = rest.to_vec();
        self.key().open_in_place(nonce, aad, &mut rest).ok().map(|plain| plain.to_vec())
    }
}

impl RecordSeal for TestKeys {
    fn seal(&self, place: &Key, plain: &[u8]) -> Vec<u8> {
        [place.flat().as_bytes(), plain].concat()
    }

    fn open(&self, place: &Key, sealed: &[u8]) -> Option<Vec<u8>> {
        sealed.strip_prefix(place.flat().as_bytes()).map(<[u8]>::to_vec)
    }
}

impl SignAssertion for TestKeys {
    fn sign_assertion(&self, _: TenantId, claims: &AssertionClaims) -> Result<String, SignFault> {
        Ok(data_encoding::BASE64URL_NOPAD.encode(&serde_json::to_vec(claims).unwrap()))
    }

    fn jwks(&self, tenant: TenantId) -> serde_json::Value {
        serde_json::json!({ "keys": [{ "kid": tenant.to_string() }] })
    }
}

pub fn tenant_id(number: u128) -> TenantId {
    TenantId::new(uuid::Uuid::from_u128(0xc0a7_0500_0000_4000_8000_0000_0000_0000 + number))
}

pub fn app_id(number: u128) -> AppId {
    AppId::new(uuid::Uuid::from_u128(0xc0a7_0500_0000_4000_8000_0000_0000_00b0 + number))
}

pub fn tenant(number: u128, domains: &[&str], apps: &[u128]) -> Tenant {
    let hour = Duration::from_secs(3600);
    let principal = |app: &u128| ServicePrincipal {
        id: ServicePrincipalId::new(uuid::Uuid::from_u128(number * 1000 + app)),
        app: app_id(*app),
        tenant: tenant_id(number),
        assignment_required: true,
        homepage: None,
        require_mfa: false,
        owners: Vec::new(),
        roles: Vec::new(),
        groups: Vec::new(),
        permissions: Vec::new(),
    };
    Tenant {
        id: tenant_id(number),
        display_name: format!("Tenant {number}"),
        enabled: true,
        domains: domains.iter().map(|domain| domain.parse().unwrap()).collect(),
        language: "en".into(),
        policies: Policies {
            allow_invites_from: AllowInvitesFrom::None,
            allowed_domains: vec![],
            blocked_domains: vec![],
            primary_identity_provider_precedence_order: vec![],
            fallback_identity_provider: FallbackIdentityProvider::DefaultConfiguredIdp,
            email_one_time_passcode: true,
            personal_accounts: false,
            strict_addresses: false,
            relink_guests: true,
            session_idle: hour,
            session_absolute: hour * 24,
            passcode_lifetime: hour,
            invitation_lifetime: None,
            mfa: MfaPolicy::Off,
            guest_lifetime: None,
            max_guests: None,
            allowed_redirects: vec![],
            admin_mfa: true,
        },
        branding: Branding::default(),
        privacy: Privacy::default(),
        connections: vec![],
        waiting_connections: vec![],
        partners: vec![],
        agreements: vec![],
        service_principals: apps.iter().map(principal).collect(),
        contacts: vec![],
        groups: vec![],
        webhooks: vec![],
        managed_by: ManagedBy::Directory,
    }
}

pub fn app(number: u128, host: &str, mode: Mode, upstream: SocketAddr, traffic: &Traffic) -> Application {
    Application {
        id: app_id(number),
        display_name: format!("App {number}"),
        description: String::new(),
        icon: None,
        home_tenant: None,
        host: host.into(),
        mode,
        upstream: format!("http://{upstream}").parse().unwrap(),
        headers: HeaderPreset::OAuth2Proxy,
        allow_odd_header_names: false,
        traffic: traffic.clone(),
        managed_by: ManagedBy::Directory,
    }
}

fn settings(limits: Limits) -> Settings {
    let nowhere: SocketAddr = "127.0.0.1:0".parse().unwrap();
    Settings {
        public_url: "https://vestibule.localhost:8443".parse().unwrap(),
        admin_url: "https://admin.vestibule.localhost:8443".parse().unwrap(),
        brand: "Vestibule".into(),
        listen: Listen { https: vec![], http: vec![], clear: vec![], health: nowhere },
        tls: TlsSettings { certificates: "/nonexistent".into(), hsts: Some(Duration::from_secs(60)) },
        data_dir: "/nonexistent".into(),
        root_key_file: "/nonexistent".into(),
        tenants_dir: "/nonexistent".into(),
        short_term: ShortTermSettings::Embedded,
        mail: MailSettings {
            from: "a@contoso.example".parse().unwrap(),
            transport: MailTransport::Folder("/nonexistent".into()),
        },
        egress: Egress::default(),
        trusted_proxies: vec![],
        limits,
        log: LogSettings { format: LogFormat::Text, filter: String::new() },
        data_plane_threads: 1,
        drain: Duration::from_secs(5),
    }
}

fn snapshot(traffic: &Traffic, ledger: SocketAddr, dead: SocketAddr, own: SocketAddr) -> Snapshot {
    Snapshot::build(
        [
            tenant(1, &["contoso.example", "contoso.localhost"], &[1, 2, 3, 4, 5]),
            tenant(2, &["northwind.example"], &[2, 3]),
        ],
        [
            app(1, WIKI, Mode::Host, ledger, traffic),
            app(2, DESK, Mode::Path { strip: true }, ledger, traffic),
            app(3, BOARD, Mode::Query, ledger, traffic),
            app(4, DEAD, Mode::Host, dead, traffic),
            app(5, LOOP, Mode::Host, own, traffic),
        ],
    )
    .unwrap()
}

pub struct World {
    pub ledger: Ledger,
    pub address: SocketAddr,
    pub sessions: Arc<Sessions>,
    pub front: Arc<Front>,
    pub runtime: Runtime,
    pub stopping: CancellationToken,
    pub names: Arc<Names>,
    dead: SocketAddr,
    plane: Option<DataPlane>,
}

impl World {
    pub fn new() -> Self {
        Self::with(Limits::default(), None)
    }

    /// Whose only listener is the clear one, asked from an address that the operator trusts or does not.
    pub fn behind_proxy(trusted: bool) -> Self {
        let mut settings = settings(Limits::default());
        settings.trusted_proxies = if trusted { vec!["127.0.0.0/8".parse().unwrap()] } else { vec![] };
        Self::made(settings, None, true, Traffic::default())
    }

    /// Behind a proxy that the operator trusts, over TLS.
    pub fn trusting(tls: Arc<ServerConfig>) -> Self {
        let mut settings = settings(Limits::default());
        settings.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
        Self::made(settings, Some(tls), false, Traffic::default())
    }

    pub fn with(limits: Limits, tls: Option<Arc<ServerConfig>>) -> Self {
        Self::made(settings(limits), tls, false, Traffic::default())
    }

    /// Whose apps all allow this.
    pub fn allowing(traffic: Traffic, tls: Option<Arc<ServerConfig>>) -> Self {
        Self::made(settings(Limits::default()), tls, false, traffic)
    }

    fn made(settings: Settings, tls: Option<Arc<ServerConfig>>, behind_proxy: bool, traffic: Traffic) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let ledger = Ledger::start();
        let listeners = listen::bind(&["127.0.0.1:0".parse().unwrap()], 1).unwrap();
        let address = listeners[0][0].local_addr().unwrap();
        let dead = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let snapshot = snapshot(&traffic, ledger.address, dead, address);
        let settings = Arc::new(settings);
        let (clock, random): (Arc<dyn Clock>, _) = (Arc::new(SystemClock), Arc::new(SystemRandom));
        let sessions =
            Sessions::new(Arc::new(Memory::default()), Arc::new(TestKeys([7; 32])), Arc::clone(&clock), random.clone());
        let keys = Arc::new(TestKeys([7; 32]));
        let names = Arc::new(Names::default());
        let plane = Arc::new(Plane {
            urls: Urls::new(&settings.public_url),
            settings,
            snapshot: Arc::new(ArcSwap::from_pointee(snapshot)),
            sessions: Arc::clone(&sessions),
            seal: keys.clone(),
            signer: keys,
            clock,
            random,
            resolver: Arc::clone(&names) as Arc<dyn Resolve>,
            meter: Arc::new(Meter::default()),
            control: runtime.handle().clone(),
        });
        let router = axum::Router::new().fallback(|request: axum::extract::Request| async move {
            let info = request.extensions().get::<vestibule::web::ClientInfo>().copied().unwrap();
            let path = request.uri().path().to_owned();
            let body = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap();
            format!("broker {path} from {} {}", info.address, body.len())
        });
        let services: HashMap<String, ControlService> = [(BROKER.to_owned(), control_service(router))].into();
        let front = Front::new(plane, services);
        let stopping = CancellationToken::new();
        let none = vec![Vec::new()];
        let (open, clear) = if behind_proxy { (none, listeners) } else { (listeners, none) };
        let plane = Some(DataPlane::start(&front, tls.as_ref(), open, clear, &stopping).unwrap());
        runtime.spawn(Arc::clone(&sessions).run_flusher(stopping.clone()));
        Self { ledger, address, sessions, front, runtime, stopping, names, dead, plane }
    }

    /// From now on the apps allow this.
    pub fn allows(&self, traffic: &Traffic) {
        let snapshot = snapshot(traffic, self.ledger.address, self.dead, self.address);
        self.follows(snapshot);
    }

    /// From now on requests are decided by this, and streams are judged anew, as when the configuration is loaded again.
    pub fn follows(&self, snapshot: Snapshot) {
        self.front.plane.snapshot.store(Arc::new(snapshot));
        self.sessions.judge_again();
    }

    /// A guest of `tenant` who has agreed to everything, and his cookie for `host`.
    pub fn signed_in(&self, tenant: u128, host: &str) -> (Arc<Session>, String) {
        self.signed_in_for(tenant, host, Duration::from_secs(24 * 3600))
    }

    /// The same for a session that ends by itself.
    pub fn signed_in_for(&self, tenant: u128, host: &str, lasts: Duration) -> (Arc<Session>, String) {
        self.starts(tenant, host, 7, lasts)
    }

    /// Another guest than everybody else.
    pub fn signed_in_as(&self, person: u128, host: &str) -> String {
        self.starts(1, host, person, Duration::from_secs(3600)).1
    }

    fn starts(&self, tenant: u128, host: &str, person: u128, lasts: Duration) -> (Arc<Session>, String) {
        let now = SystemClock.now();
        let record = SessionRecord {
            id: SessionId(random_guid(&SystemRandom)),
            tenant: tenant_id(tenant),
            user: UserId::new(uuid::Uuid::from_u128(person)),
            user_type: UserType::Guest,
            identity: Identity { issuer: "i".into(), subject: person.to_string(), method: Method::OneTimePasscode },
            verified_address: None,
            display_name: "Guest".into(),
            mail: Some("guest@fabrikam.example".parse().unwrap()),
            groups: vec!["Partners".into()],
            app_roles: vec![],
            assigned_apps: (1..=5).map(app_id).collect(),
            reviewed: true,
            acceptances: vec![],
            accepted: true,
            signed_in_at: now,
            absolute_end: now.plus(lasts),
            idle_seconds: 3600,
            browser: None,
            agent: None,
            last_used_at: now,
            second_factor: None,
            two_steps_wanted: false,
            authenticated_at: Some(now),
            by_passkey: false,
            claimed_address: None,
            home: None,
        };
        self.runtime.block_on(async {
            let session = self.sessions.start(record).await.unwrap();
            let cookie = self.sessions.attach(host, None, &session, false).await.unwrap();
            (session, format!("{SESSION_COOKIE}={cookie}"))
        })
    }

    pub fn end(&self, session: &Session) {
        let (tenant, id) = (session.record().tenant, session.record().id);
        self.runtime.block_on(self.sessions.end(tenant, id)).unwrap();
    }

    pub fn connect(&self) -> Client {
        Client::connect(self.address)
    }

    /// One request on a connection of its own; the whole answer as text.
    pub fn ask(&self, raw: &str) -> String {
        let mut client = self.connect();
        client.send(raw.as_bytes());
        client.response().unwrap_or_default()
    }

    /// A GET by a signed-in guest of Contoso at the wiki.
    pub fn get(&self, path: &str, cookie: &str, extra: &str) -> String {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: {WIKI}:8443\r\nCookie: {cookie}\r\n{extra}\r\n"))
    }

    pub fn stop(&mut self) {
        self.stopping.cancel();
        if let Some(plane) = self.plane.take() {
            plane.join();
        }
    }
}

/// A client that writes what it is told, byte for byte.
pub struct Client {
    pub stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    pub fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(8))).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, buffer: Vec::new() }
    }

    pub fn send(&mut self, bytes: &[u8]) {
        // A refused request may be closed while we still write.
        let _ = self.stream.write_all(bytes);
    }

    fn fill(&mut self) -> bool {
        let mut bytes = [0; 16 * 1024];
        match self.stream.read(&mut bytes) {
            Ok(read @ 1..) => {
                self.buffer.extend_from_slice(&bytes[..read]);
                true
            }
            _ => false,
        }
    }

    /// Reads until `text` has come.
    pub fn until(&mut self, text: &str) -> bool {
        while !self.buffer.windows(text.len()).any(|window| window == text.as_bytes()) {
            if !self.fill() {
                return false;
            }
        }
        true
    }

    /// Whatever has come is as if it had not.
    pub fn forget(&mut self) {
        self.buffer.clear();
    }

    /// Reads exactly so many bytes.
    pub fn exactly(&mut self, length: usize) -> Option<Vec<u8>> {
        while self.buffer.len() < length {
            if !self.fill() {
                return None;
            }
        }
        Some(self.buffer.drain(..length).collect())
    }

    /// Everything until the other side closes.
    pub fn rest(&mut self) -> Vec<u8> {
        while self.fill() {}
        std::mem::take(&mut self.buffer)
    }

    /// One response head; interim ones included.
    pub fn head(&mut self) -> Option<String> {
        if !self.until("\r\n\r\n") {
            return None;
        }
        let at = self.buffer.windows(4).position(|window| window == b"\r\n\r\n")?;
        Some(String::from_utf8_lossy(&self.buffer.drain(..at + 4).collect::<Vec<_>>()).into_owned())
    }

    /// One whole response, by its framing.
    pub fn response(&mut self) -> Option<String> {
        let head = self.head()?;
        let field = |name: &str| {
            head.lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(known, _)| known.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.trim().to_owned())
        };
        let body = if let Some(length) = field("content-length") {
            self.exactly(length.parse().unwrap())?
        } else if field("transfer-encoding").is_some() {
            let mut body = Vec::new();
            loop {
                while !self.buffer.windows(2).any(|window| window == b"\r\n") {
                    if !self.fill() {
                        return None;
                    }
                }
                let at = self.buffer.windows(2).position(|window| window == b"\r\n")?;
                let line: Vec<u8> = self.buffer.drain(..at + 2).take(at).collect();
                let length = usize::from_str_radix(std::str::from_utf8(&line).ok()?, 16).ok()?;
                body.extend(self.exactly(length)?);
                self.exactly(2)?;
                if length == 0 {
                    break body;
                }
            }
        } else {
            Vec::new()
        };
        Some(head + &String::from_utf8_lossy(&body))
    }
}

pub fn status(response: &str) -> u16 {
    response.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0)
}

pub fn field<'a>(response: &'a str, name: &str) -> Option<&'a str> {
    let head = response.split("\r\n\r\n").next()?;
    let line =
        head.split("\r\n").find(|line| line.split(':').next().is_some_and(|known| known.eq_ignore_ascii_case(name)))?;
    line.split_once(':').map(|(_, value)| value.trim())
}
