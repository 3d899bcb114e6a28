//! What is known about the targets of an application while it runs: TLS, health, addresses.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustls::ClientConfig;
use rustls::pki_types::ServerName;

use crate::config::upstream_tls;
use crate::model::{AppId, Target, Upstream, UpstreamTls};

/// A name is looked up again after this: what name servers say about how long an answer counts does not pass through the
/// system's resolver.
const NAME_AGES: Duration = Duration::from_secs(30);

/// An application whose targets have state. One that is simple has none ([`Upstream::is_simple`]).
#[derive(Debug)]
pub struct Running {
    /// Tells it from all others, before and after: what was agreed with an old certificate is not what a new one would agree.
    id: u32,
    /// The application.
    pub app: AppId,
    /// Its settings.
    pub upstream: Upstream,
    /// One for each target, in their order.
    pub targets: Box<[TargetState]>,
    /// TLS towards `https` targets.
    pub tls: Option<Tls>,
    /// Whether somebody asks its targets how they are.
    pub watched: AtomicBool,
}

/// TLS of one application. Both remember sessions in one place.
#[derive(Debug, Clone)]
pub struct Tls {
    /// Offers HTTP/1.1 alone, which WebSockets need.
    pub http1: Arc<ClientConfig>,
    /// Offers HTTP/2 before it, if the operator allows.
    pub any: Arc<ClientConfig>,
    /// What the files held, so that a new certificate is noticed.
    files: Vec<Option<Vec<u8>>>,
}

/// State of one target.
#[derive(Debug, Default)]
pub struct TargetState {
    /// Whether the health checks say that it is out.
    sick: AtomicBool,
    /// Requests in a row that it did not answer.
    failures: AtomicU32,
    /// When it may be tried again after too many of those, in milliseconds of [`now`].
    out_until: AtomicU64,
    /// Whether it chose HTTP/2 when we last shook hands.
    multiplexes: AtomicBool,
    /// The name in its certificate.
    server_name: Option<ServerName<'static>>,
    names: Names,
}

/// What a target's name led to.
#[derive(Debug, Default)]
struct Names {
    /// Changes when an address that was in use is gone.
    generation: AtomicU32,
    /// When to look again, in milliseconds of [`now`].
    due: AtomicU64,
    known: Mutex<Arc<[IpAddr]>>,
}

/// Milliseconds since this process first asked.
pub fn now() -> u64 {
    static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);
    // The first one is not zero, which stands for never.
    u64::try_from(BEGIN.elapsed().as_millis()).unwrap_or(u64::MAX).saturating_add(1)
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

impl Running {
    /// State for an application that needs some. A file that cannot be read is logged, and the targets that would need it
    /// cannot be reached until the next reload.
    pub fn start(app: AppId, upstream: &Upstream) -> Self {
        let speaks_tls = upstream.targets.iter().any(|target| matches!(target, Target::Https(_)));
        let tls = speaks_tls.then(|| Tls::load(app, upstream)).flatten();
        let targets = upstream
            .targets
            .iter()
            .map(|target| TargetState { server_name: server_name(target, &upstream.tls), ..TargetState::default() });
        let targets = targets.collect();
        static LAST: AtomicU32 = AtomicU32::new(0);
        let id = LAST.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        Self { id, app, upstream: upstream.clone(), targets, tls, watched: AtomicBool::new(false) }
    }

    /// Whether nothing that `self` was made of has changed since `old` was.
    pub fn is_same(&self, old: &Self) -> bool {
        let files = |running: &Self| running.tls.as_ref().map(|tls| tls.files.clone());
        self.upstream == old.upstream && files(self) == files(old)
    }

    /// What a connection to a target counts as: one that was made by other settings, with other certificates or to an address
    /// that is gone is not used again.
    pub fn generation(&self, target: usize) -> u64 {
        let names = self.targets.get(target).map_or(0, |own| own.names.generation.load(Ordering::Relaxed));
        u64::from(self.id) << 32 | u64::from(names)
    }

    /// Whether a target should get requests.
    pub fn is_well(&self, target: usize) -> bool {
        self.targets.get(target).is_some_and(TargetState::is_well)
    }
}

impl Tls {
    fn load(app: AppId, upstream: &Upstream) -> Option<Self> {
        let files = contents(&upstream.tls);
        let http1 = match upstream_tls::client_config(&upstream.tls) {
            Ok(config) => config,
            Err(fault) => {
                tracing::error!(app.id = %app, fault = %fault, "there can be no TLS to this app");
                return None;
            }
        };
        let mut any = http1.clone();
        if upstream.http2 {
            any.alpn_protocols.insert(0, b"h2".to_vec());
        }
        Some(Self { http1: Arc::new(http1), any: Arc::new(any), files })
    }
}

fn contents(tls: &UpstreamTls) -> Vec<Option<Vec<u8>>> {
    let digest = |bytes: Vec<u8>| aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes).as_ref().to_vec();
    let files = [&tls.ca_file, &tls.certificate_file, &tls.key_file];
    files.map(|file| file.as_ref().and_then(|file| std::fs::read(file).ok()).map(digest)).to_vec()
}

fn server_name(target: &Target, tls: &UpstreamTls) -> Option<ServerName<'static>> {
    let Target::Https(address) = target else { return None };
    match (&tls.server_name, address.ip()) {
        (Some(name), _) => ServerName::try_from(name.clone()).ok(),
        (None, Some(ip)) => Some(ServerName::IpAddress(ip.into())),
        (None, None) => ServerName::try_from(address.host.clone()).ok(),
    }
}

impl TargetState {
    /// Whether it should get requests: nothing speaks against it, or it was out for long enough.
    pub fn is_well(&self) -> bool {
        if self.sick.load(Ordering::Relaxed) {
            return false;
        }
        let until = self.out_until.load(Ordering::Relaxed);
        until == 0 || until <= now()
    }

    /// A request was answered. Says whether that ended a time without.
    pub fn answered(&self) -> bool {
        // Read first: a line that all threads write is one that they wait for.
        if self.failures.load(Ordering::Relaxed) == 0 && self.out_until.load(Ordering::Relaxed) == 0 {
            return false;
        }
        self.failures.store(0, Ordering::Relaxed);
        self.out_until.swap(0, Ordering::Relaxed) != 0
    }

    /// A request was not answered. Says whether the target is out from now on.
    pub fn failed(&self, most: u32, out_for: Duration) -> bool {
        if most == 0 || self.failures.fetch_add(1, Ordering::Relaxed).saturating_add(1) < most {
            return false;
        }
        // Tried again once the time is over; one more failure is then enough.
        let before = self.out_until.swap(now().saturating_add(millis(out_for)), Ordering::Relaxed);
        before == 0
    }

    /// What the health checks found. Says whether that is news.
    pub fn judged(&self, well: bool) -> bool {
        self.sick.swap(!well, Ordering::Relaxed) == well
    }

    /// Whether it chose HTTP/2 when we last shook hands.
    pub fn multiplexes(&self) -> bool {
        self.multiplexes.load(Ordering::Relaxed)
    }

    /// Remembers what it chose.
    pub fn chose(&self, http2: bool) {
        if self.multiplexes() != http2 {
            self.multiplexes.store(http2, Ordering::Relaxed);
        }
    }

    /// The name in its certificate.
    pub fn server_name(&self) -> Option<&ServerName<'static>> {
        self.server_name.as_ref()
    }

    /// The addresses that its name led to; none if nobody looked yet.
    pub fn addresses(&self) -> Arc<[IpAddr]> {
        Arc::clone(&self.known())
    }

    /// Whether the name should be looked up. Whoever is told so does it: nobody else is for a while.
    pub fn is_due(&self) -> bool {
        let (now, due) = (now(), self.names.due.load(Ordering::Relaxed));
        let next = now.saturating_add(millis(NAME_AGES));
        due <= now && self.names.due.compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// Takes over what a look-up found. Connections are made anew if one of the addresses before is gone.
    pub fn learn(&self, found: &[IpAddr]) {
        // A name server that answers with nothing knows no better than what worked until now.
        if found.is_empty() {
            return;
        }
        let mut known = self.known();
        let gone = known.iter().any(|address| !found.contains(address));
        if **known != *found {
            *known = found.into();
        }
        drop(known);
        if gone {
            self.names.generation.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Lets the next request look the name up.
    pub fn look_again(&self) {
        self.names.due.store(0, Ordering::Relaxed);
    }

    fn known(&self) -> MutexGuard<'_, Arc<[IpAddr]>> {
        self.names.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Forwarding;

    fn running(texts: &[&str]) -> Running {
        let mut forwarding = Forwarding::to(texts[0].parse().unwrap());
        forwarding.targets = texts.iter().map(|text| text.parse().unwrap()).collect();
        Running::start(AppId::ADMIN, &Upstream::new(forwarding))
    }

    #[test]
    fn a_target_is_out_after_failures_in_a_row_and_comes_back() {
        let running = running(&["http://127.0.0.1:1", "http://127.0.0.1:2"]);
        let target = &running.targets[0];
        let second = Duration::from_secs(1);
        assert!(!target.failed(3, second) && !target.failed(3, second));
        assert!(!target.answered() && !target.failed(3, second) && running.is_well(0), "only those in a row count");
        assert!(!target.failed(3, second));
        assert!(target.failed(3, second), "the third is news");
        assert!(!target.failed(3, second), "the fourth is none");
        assert!(!running.is_well(0) && running.is_well(1) && !running.is_well(2));
        std::thread::sleep(Duration::from_millis(1100));
        assert!(running.is_well(0), "it may be tried again");
        assert!(target.answered() && !target.answered());
        for _ in 0..100 {
            assert!(!target.failed(0, second), "never by failures");
        }
        assert!(target.judged(false) && !target.judged(false) && !running.is_well(0));
        assert!(!target.answered() && !running.is_well(0), "the checks decide when it is back");
        assert!(target.judged(true) && running.is_well(0));
    }

    #[test]
    fn connections_are_made_anew_when_an_address_is_gone() {
        let running = running(&["http://app.example"]);
        let target = &running.targets[0];
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        assert!(target.is_due() && !target.is_due(), "one of those who ask looks");
        target.learn(&[ip("192.0.2.1")]);
        let first = running.generation(0);
        target.learn(&[ip("192.0.2.1"), ip("192.0.2.2")]);
        assert_eq!(running.generation(0), first, "one more address ends nothing");
        target.learn(&[]);
        assert_eq!((running.generation(0), target.addresses().len()), (first, 2));
        target.learn(&[ip("192.0.2.2")]);
        assert_ne!(running.generation(0), first);
        target.look_again();
        assert!(target.is_due());
    }

    #[test]
    fn state_is_kept_while_settings_and_files_stay() {
        let folder = tempfile::tempdir().unwrap();
        let ca = folder.path().join("ca.pem");
        let pem = || rcgen::generate_simple_self_signed(["a".to_owned()]).unwrap().cert.pem();
        std::fs::write(&ca, pem()).unwrap();
        let mut forwarding = Forwarding::to("https://a".parse().unwrap());
        forwarding.tls.ca_file = Some(ca.clone());
        let start = |forwarding: &Forwarding| Running::start(AppId::ADMIN, &Upstream::new(forwarding.clone()));
        let first = start(&forwarding);
        assert!(first.tls.is_some() && start(&forwarding).is_same(&first));
        std::fs::write(&ca, pem()).unwrap();
        assert!(!start(&forwarding).is_same(&first), "a new authority");
        let second = start(&forwarding);
        forwarding.http2 = false;
        assert!(!start(&forwarding).is_same(&second), "another setting");
        std::fs::write(&ca, "nothing").unwrap();
        assert!(start(&forwarding).tls.is_none());
    }
}
