//! What is known about the targets of an application while it runs: TLS, health, addresses.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustls::ClientConfig;
use rustls::pki_types::ServerName;

use crate::config::upstream_tls;
use crate::model::{AppId, Failures, Target, Upstream, UpstreamTls, UserId};

/// A name is looked up again after this: what name servers say about how long an answer counts does not pass through the
/// system's resolver.
const NAME_AGES: Duration = Duration::from_secs(30);
/// So long nobody asks again for a name that nobody knew.
const UNKNOWN_FOR: Duration = Duration::from_secs(2);
/// How long it counts that somebody's request got no answer.
const DOUBT_AGES: Duration = Duration::from_secs(60);
/// Requests that break off within this time are one event: a connection that people share takes all of theirs along, whoever made
/// the app close it.
const TOGETHER: Duration = Duration::from_millis(100);

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
    /// Connections in a row that could not be made.
    failures: AtomicU32,
    /// Whether there are any `doubts`.
    doubted: AtomicBool,
    doubts: Mutex<Doubts>,
    /// When it may be tried again after too many of either, in milliseconds of [`now`].
    out_until: AtomicU64,
    /// Whether it chose HTTP/2 when we last shook hands.
    multiplexes: AtomicBool,
    /// The name in its certificate.
    server_name: Option<ServerName<'static>>,
    names: Names,
}

/// Whose request it was that a target took and did not answer.
#[derive(Clone, Debug)]
pub enum Sender {
    /// A guest or member.
    Guest {
        /// In this tenant.
        user: UserId,
        /// Who vouches for the person, in whatever tenant.
        issuer: String,
        /// The person's name there.
        subject: String,
    },
    /// Somebody who is not signed in. All of them are one: addresses cost nothing.
    Anybody,
}

impl Sender {
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Anybody, Self::Anybody) => true,
            (Self::Guest { user, issuer, subject }, Self::Guest { user: other, issuer: at, subject: named }) => {
                user == other || (issuer == at && subject == named)
            }
            _ => false,
        }
    }
}

/// Those who got no answer lately, each once.
#[derive(Debug, Default)]
struct Doubts {
    by: Vec<(Sender, u64)>,
    /// When the last one was added.
    last: u64,
}

/// What a target's name led to.
#[derive(Debug, Default)]
struct Names {
    /// Changes when an address that was in use is gone.
    generation: AtomicU32,
    /// When to look again, in milliseconds of [`now`].
    due: AtomicU64,
    known: Mutex<Arc<[IpAddr]>>,
    /// Held by whoever looks it up, until there is an answer.
    looking: Arc<tokio::sync::Mutex<()>>,
    /// Until when it counts that nobody knew it, in milliseconds of [`now`].
    unknown_until: AtomicU64,
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
        if self.failures.load(Ordering::Relaxed) == 0
            && !self.doubted.load(Ordering::Relaxed)
            && self.out_until.load(Ordering::Relaxed) == 0
        {
            return false;
        }
        self.failures.store(0, Ordering::Relaxed);
        self.doubts.lock().unwrap_or_else(PoisonError::into_inner).by.clear();
        self.doubted.store(false, Ordering::Relaxed);
        self.out_until.swap(0, Ordering::Relaxed) != 0
    }

    /// No connection could be made, which is nobody's doing but the target's. Says whether it is out from now on.
    pub fn failed(&self, failures: Failures) -> bool {
        let Failures { count, out_for } = failures;
        // Tried again once the time is over; one more failure is then enough.
        count != 0
            && self.failures.fetch_add(1, Ordering::Relaxed).saturating_add(1) >= count
            && self.leave_out(out_for)
    }

    /// A request was taken and not answered, which may be the doing of whoever sent it: only those of different people count, and
    /// never those of one alone. Says whether the target is out from now on.
    pub fn let_down(&self, sender: Sender, failures: Failures) -> bool {
        let Failures { count, out_for } = failures;
        if count == 0 {
            return false;
        }
        let (now, enough) = (now(), usize::try_from(count).unwrap_or(usize::MAX).max(2));
        let mut doubts = self.doubts.lock().unwrap_or_else(PoisonError::into_inner);
        doubts.by.retain(|(_, at)| now.saturating_sub(*at) < millis(DOUBT_AGES));
        if let Some((_, at)) = doubts.by.iter_mut().find(|(known, _)| known.is_same(&sender)) {
            *at = now;
        } else if doubts.by.is_empty() || now.saturating_sub(doubts.last) >= millis(TOGETHER) {
            if doubts.by.len() >= enough {
                doubts.by.remove(0);
            }
            doubts.by.push((sender, now));
            doubts.last = now;
        }
        self.doubted.store(true, Ordering::Relaxed);
        doubts.by.len() >= enough && self.leave_out(out_for)
    }

    fn leave_out(&self, out_for: Duration) -> bool {
        self.out_until.swap(now().saturating_add(millis(out_for)), Ordering::Relaxed) == 0
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

    /// Held while the name is looked up: whoever waits for it finds what was learned, and need not ask.
    pub fn looking(&self) -> Arc<tokio::sync::Mutex<()>> {
        Arc::clone(&self.names.looking)
    }

    /// Nobody knew the name, or nobody answered.
    pub fn not_found(&self) {
        self.names.unknown_until.store(now().saturating_add(millis(UNKNOWN_FOR)), Ordering::Relaxed);
    }

    /// Whether that was a moment ago.
    pub fn is_unknown(&self) -> bool {
        now() < self.names.unknown_until.load(Ordering::Relaxed)
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

    fn guest(number: u128) -> Sender {
        let user = UserId::new(uuid::Uuid::from_u128(number));
        Sender::Guest { user, issuer: "i".into(), subject: number.to_string() }
    }

    /// Longer than what counts as one event.
    fn a_moment() {
        std::thread::sleep(TOGETHER + Duration::from_millis(20));
    }

    #[test]
    fn a_target_is_out_after_failures_in_a_row_and_comes_back() {
        let running = running(&["http://127.0.0.1:1", "http://127.0.0.1:2"]);
        let target = &running.targets[0];
        let three = Failures { count: 3, out_for: Duration::from_secs(1) };
        assert!(!target.failed(three) && !target.failed(three));
        assert!(!target.answered() && !target.failed(three) && running.is_well(0), "only those in a row count");
        assert!(!target.failed(three));
        assert!(target.failed(three), "the third is news");
        assert!(!target.failed(three), "the fourth is none");
        assert!(!running.is_well(0) && running.is_well(1) && !running.is_well(2));
        std::thread::sleep(Duration::from_millis(1100));
        assert!(running.is_well(0), "it may be tried again");
        assert!(target.answered() && !target.answered());
        let never = Failures { count: 0, ..three };
        for number in 0..100 {
            assert!(!target.failed(never) && !target.let_down(guest(number), never), "never by failures");
        }
        assert!(target.judged(false) && !target.judged(false) && !running.is_well(0));
        assert!(!target.answered() && !running.is_well(0), "the checks decide when it is back");
        assert!(target.judged(true) && running.is_well(0));
    }

    #[test]
    fn c5_nobody_alone_takes_a_target_out_by_requests() {
        for count in [1, 2, 3] {
            let running = running(&["http://127.0.0.1:1", "http://127.0.0.1:2"]);
            let target = &running.targets[0];
            let failures = Failures { count, out_for: Duration::from_secs(60) };
            let senders = [
                guest(1),
                // The same person as a guest of another tenant, and with another way to sign in.
                Sender::Guest { user: UserId::new(uuid::Uuid::from_u128(99)), issuer: "i".into(), subject: "1".into() },
                Sender::Guest { user: UserId::new(uuid::Uuid::from_u128(1)), issuer: "o".into(), subject: "x".into() },
            ];
            a_moment();
            for sender in senders.iter().cycle().take(30) {
                assert!(!target.let_down(sender.clone(), failures) && running.is_well(0), "{count}");
            }
            for _ in 0..10 {
                a_moment();
                assert!(!target.let_down(guest(1), failures) && running.is_well(0), "{count}");
            }
            // Strangers are one, however many addresses they have.
            target.answered();
            for _ in 0..10 {
                assert!(!target.let_down(Sender::Anybody, failures) && running.is_well(0), "{count}");
            }
            // The control: as many people as it takes, in a row.
            target.answered();
            let enough = u128::from(count.max(2));
            for number in 1..enough {
                assert!(!target.let_down(guest(number), failures), "{count}: {number}");
                a_moment();
            }
            assert!(target.let_down(guest(enough), failures) && !running.is_well(0) && running.is_well(1), "{count}");
        }
    }

    #[test]
    fn c5_a_connection_that_breaks_under_many_counts_once() {
        let running = running(&["http://127.0.0.1:1", "http://127.0.0.1:2"]);
        let target = &running.targets[0];
        let three = Failures { count: 3, out_for: Duration::from_secs(60) };
        for number in 0..50 {
            assert!(!target.let_down(guest(number), three));
        }
        assert!(running.is_well(0));
        // An answer to anybody in between begins anew.
        a_moment();
        assert!(!target.let_down(guest(100), three));
        target.answered();
        a_moment();
        assert!(!target.let_down(guest(101), three));
        assert!(running.is_well(0));
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
