//! The client against canaries, hostile names, and servers that are slow, huge or pushy.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::config::HostPort;

/// A service on our inside. It must never be connected to; it answers like any web server, so that an attack that gets
/// through is seen to succeed.
struct Canary {
    port: u16,
    connects: Arc<AtomicUsize>,
}

impl Canary {
    async fn listen_on(address: &str) -> Self {
        Self::answering(address, b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret").await
    }

    async fn answering(address: &str, answer: &'static [u8]) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let connects = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connects);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    let mut head = [0; 4096];
                    let _ = stream.read(&mut head).await;
                    let _ = stream.write_all(answer).await;
                    let _ = stream.shutdown().await;
                });
            }
        });
        Self { port, connects }
    }

    fn connects(&self) -> usize {
        self.connects.load(Ordering::SeqCst)
    }

    /// Waits until so many connections were accepted: the kernel completes a connection before we see it.
    async fn reached(&self, times: usize) -> bool {
        let reached = async {
            while self.connects() < times {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(5), reached).await.is_ok() && self.connects() == times
    }
}

/// Knows one answer for every name.
struct Always(Vec<IpAddr>);

#[async_trait]
impl Resolve for Always {
    async fn resolve(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        Ok(self.0.clone())
    }
}

/// DNS rebinding: a name that lives at one address when it is checked and at another when it is used.
struct Rebinding {
    addresses: [IpAddr; 2],
    asked: AtomicUsize,
}

#[async_trait]
impl Resolve for Rebinding {
    async fn resolve(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        Ok(vec![self.addresses[self.asked.fetch_add(1, Ordering::SeqCst) % 2]])
    }
}

fn trust() -> Arc<ClientConfig> {
    trust::client_config(&[]).unwrap()
}

/// The product's rules, save that `port` counts as a usual one: the canary cannot sit on 443, and the port rule alone
/// would otherwise hide what the address rule does.
fn fetcher(port: u16, resolver: impl Resolve) -> Fetcher {
    let mut policy = Policy::new(Vec::new(), Vec::new());
    policy.ports.push(port);
    Fetcher::of(policy, trust(), Arc::new(resolver))
}

fn allowing(host: &str, port: u16) -> Fetcher {
    let egress = Egress { allow: vec![HostPort { host: host.to_owned(), port }], extra_roots: Vec::new() };
    Fetcher::new(&egress, Vec::new()).unwrap()
}

fn get(url: &str) -> FetchRequest {
    FetchRequest::get(Url::parse(url).unwrap()).within(Duration::from_secs(2))
}

/// What most programs do: parse, connect.
async fn naive_fetch(url: &str) {
    let Ok(url) = Url::parse(url) else { return };
    let (Some(host), Some(port)) = (url.host(), url.port()) else { return };
    let _ = match host {
        Host::Ipv4(address) => TcpStream::connect((address, port)).await,
        Host::Ipv6(address) => TcpStream::connect((address, port)).await,
        Host::Domain(name) => TcpStream::connect((name.trim_end_matches('.'), port)).await,
    };
}

#[tokio::test]
async fn h1_no_spelling_of_an_inner_address_is_ever_connected_to() {
    let canary = Canary::listen_on("127.0.0.1:0").await;
    let fetcher = fetcher(canary.port, SystemResolver);
    let spellings = [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "0x7f.1",
        "0x7f000001",
        "2130706433",
        "017700000001",
        "0177.0.0.01",
        "%31%32%37.0.0.1",
        "１２７.0.0.1",
        "127。0。0。1",
        "0.0.0.0",
        "0",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "localhost",
        "LOCALHOST",
        "localhost.",
    ];
    let mut reached_by_the_naive = 0;
    for host in spellings {
        for form in [format!("https://{host}:{}/x", canary.port), format!("http://{host}:{}/x", canary.port)] {
            let Ok(url) = Url::parse(&form) else { panic!("{form} is no URL, so it proves nothing") };
            let error = fetcher.send(FetchRequest::get(url)).await.unwrap_err();
            assert!(error.is_refusal(), "{form}: {error}");
            assert_eq!(canary.connects(), 0, "{form} reached the inside");
            assert!(!matches!(fetcher.check(&form), Ok(url) if url.host_str() != Some("localhost")), "{form}");
        }
    }
    for host in spellings {
        naive_fetch(&format!("https://{host}:{}/x", canary.port)).await;
        reached_by_the_naive += 1;
    }
    assert!(
        canary.reached(reached_by_the_naive).await,
        "negative control: every spelling leads the naive client inside"
    );
}

#[tokio::test]
async fn h1_names_that_lead_inside_are_refused_wherever_they_lead() {
    let canary = Canary::listen_on("127.0.0.1:0").await;
    for address in ["127.0.0.1", "169.254.169.254", "10.1.2.3", "::1", "fd00:ec2::254", "::ffff:127.0.0.1", "0.0.0.0"] {
        for others in [vec![], vec!["8.8.8.8".parse().unwrap()]] {
            let addresses = others.into_iter().chain([address.parse().unwrap()]).collect();
            let fetcher = fetcher(canary.port, Always(addresses));
            let error = fetcher.send(get(&format!("https://metadata.example:{}/", canary.port))).await.unwrap_err();
            assert!(matches!(error.fault(), Fault::Refused(Refusal::Inside(_))), "{address}: {error}");
        }
    }
    assert_eq!(canary.connects(), 0);
}

#[tokio::test]
async fn h1_other_schemes_ports_and_users_go_nowhere() {
    let canary = Canary::listen_on("127.0.0.1:0").await;
    let port = canary.port;
    let fetcher =
        Fetcher::of(Policy::new(Vec::new(), Vec::new()), trust(), Arc::new(Always(vec!["127.0.0.1".parse().unwrap()])));
    for url in [
        "gopher://login.example:70/_x".to_owned(),
        "file:///etc/passwd".to_owned(),
        "ftp://login.example/".to_owned(),
        "https://login.example:22/".to_owned(),
        format!("https://login.example:{port}/"),
        format!("https://login.example@127.0.0.1:{port}/"),
        format!("https://login.example:443@127.0.0.1:{port}/"),
        format!("https://127.0.0.1:{port}\\@login.example/"),
        "http://login.example/".to_owned(),
    ] {
        let error = fetcher.send(get(&url)).await.unwrap_err();
        assert!(matches!(error.fault(), Fault::Refused(_)), "{url}: {error}");
    }
    assert_eq!(canary.connects(), 0);
}

#[tokio::test]
async fn h1_dns_rebinding_never_reaches_the_inside() {
    // 127.0.0.2 plays a public server of the attacker, 127.0.0.1 our inside.
    let canary = Canary::listen_on("127.0.0.1:0").await;
    let outside = Canary::answering(&format!("127.0.0.2:{}", canary.port), b"").await;
    let public: IpAddr = "127.0.0.2".parse().unwrap();
    let rebinding = || Rebinding { addresses: [public, "127.0.0.1".parse().unwrap()], asked: AtomicUsize::new(0) };
    let mut policy = Policy::new(Vec::new(), Vec::new());
    policy.ports.push(canary.port);
    policy.public = |address| address == IpAddr::from([127, 0, 0, 2]);
    let fetcher = Fetcher::of(policy.clone(), trust(), Arc::new(rebinding()));
    let url = format!("https://rebind.example:{}/", canary.port);
    for _ in 0..1_000 {
        assert!(fetcher.send(get(&url)).await.is_err());
    }
    assert_eq!(canary.connects(), 0, "the inside was reached");
    assert!(outside.reached(500).await, "every other answer was public, and only that was connected to");

    // Negative control: check one answer, connect to the next.
    let (naive, url) = (rebinding(), Url::parse(&url).unwrap());
    let destination = policy.destination(&url).unwrap();
    let checked = naive.resolve("rebind.example").await.unwrap();
    assert_eq!(policy.check_addresses(&destination, &checked), Ok(()));
    let used = naive.resolve("rebind.example").await.unwrap();
    assert!(exchange::connect(&used, &destination, Duration::from_secs(1)).await.is_ok());
    assert!(canary.reached(1).await, "the naive client is led inside");
}

#[tokio::test]
async fn h1_redirects_are_answers_and_are_not_followed() {
    let canary = Canary::listen_on("127.0.0.1:0").await;
    let answer =
        format!("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{}/\r\nContent-Length: 0\r\n\r\n", canary.port);
    let pushy = Canary::answering("127.0.0.1:0", answer.leak().as_bytes()).await;
    let fetcher = allowing("127.0.0.1", pushy.port);
    let response = fetcher.send(get(&format!("http://127.0.0.1:{}/", pushy.port))).await.unwrap();
    assert_eq!(response.status, StatusCode::FOUND);
    assert_eq!((pushy.connects(), canary.connects()), (1, 0));
}

#[tokio::test]
async fn egress_allow_opens_exactly_one_door() {
    let (open, closed) = (Canary::listen_on("127.0.0.1:0").await, Canary::listen_on("127.0.0.1:0").await);
    let fetcher = allowing("idp.localhost", open.port);
    let response = fetcher.send(get(&format!("http://idp.localhost:{}/", open.port))).await.unwrap();
    assert_eq!(response.body.as_ref(), b"secret");
    for url in [
        format!("http://idp.localhost:{}/", closed.port),
        format!("http://localhost:{}/", open.port),
        format!("http://127.0.0.1:{}/", open.port),
    ] {
        assert!(fetcher.send(get(&url)).await.unwrap_err().is_refusal(), "{url}");
    }
    assert_eq!((open.connects(), closed.connects()), (1, 0));
}

#[tokio::test]
async fn our_own_listener_is_refused_and_a_pair_exempts_it() {
    let canary = Canary::listen_on("127.0.0.1:0").await;
    let own = vec![SocketAddr::from(([0, 0, 0, 0], canary.port))];
    let mut policy = Policy::new(Vec::new(), own.clone());
    policy.ports.push(canary.port);
    policy.public = |_| true;
    let fetcher = Fetcher::of(policy, trust(), Arc::new(SystemResolver));
    let url = format!("https://login.fabrikam.localhost:{}/", canary.port);
    let error = fetcher.send(get(&url)).await.unwrap_err();
    assert!(matches!(error.fault(), Fault::Refused(Refusal::OwnListener)), "{error}");
    assert_eq!(canary.connects(), 0);

    let pair = HostPort { host: "login.fabrikam.localhost".to_owned(), port: canary.port };
    let fetcher = Fetcher::new(&Egress { allow: vec![pair], extra_roots: Vec::new() }, own).unwrap();
    assert!(fetcher.send(get(&url.replace("https", "http"))).await.is_ok());
    assert_eq!(canary.connects(), 1);
}

#[tokio::test]
async fn h1_huge_answers_are_cut_off() {
    let announced = b"HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\nxxxx";
    let chunked: &'static [u8] =
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n{}\r\n", "x".repeat(0x400))
            .leak()
            .as_bytes();
    let until_closed: &'static [u8] = format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(2_000_000)).leak().as_bytes();
    let head: &'static [u8] = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "x".repeat(200_000)).leak().as_bytes();
    let fields: &'static [u8] = format!("HTTP/1.1 200 OK\r\n{}\r\n", "X: x\r\n".repeat(500)).leak().as_bytes();
    for (answer, limit, too_large) in [
        (announced.as_slice(), 64 * 1024, true),
        (chunked, 1_000, true),
        (until_closed, usize::MAX, true),
        (head, 1_000, false),
        (fields, 1_000, false),
    ] {
        let server = Canary::answering("127.0.0.1:0", answer).await;
        let fetcher = allowing("127.0.0.1", server.port);
        let error = fetcher.send(get(&format!("http://127.0.0.1:{}/", server.port)).at_most(limit)).await.unwrap_err();
        assert_eq!(matches!(error.fault(), Fault::TooLarge { .. }), too_large, "{error}");
    }
    let server = Canary::answering("127.0.0.1:0", b"HTTP/1.1 200 OK\r\n\r\n123456").await;
    let fetcher = allowing("127.0.0.1", server.port);
    let url = format!("http://127.0.0.1:{}/", server.port);
    assert_eq!(fetcher.send(get(&url).at_most(6)).await.unwrap().body.as_ref(), b"123456");
    assert!(fetcher.send(get(&url).at_most(5)).await.is_err());
}

#[tokio::test]
async fn h1_slow_answers_end_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
                while stream.write_all(b"x").await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            });
        }
    });
    let fetcher = allowing("127.0.0.1", port);
    let before = tokio::time::Instant::now();
    let request = get(&format!("http://127.0.0.1:{port}/")).within(Duration::from_millis(300));
    let error = fetcher.send(request).await.unwrap_err();
    assert!(matches!(error.fault(), Fault::TimedOut(_)), "{error}");
    assert!(before.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn compressed_answers_are_refused_and_not_unpacked() {
    let answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b";
    let server = Canary::answering("127.0.0.1:0", answer).await;
    let fetcher = allowing("127.0.0.1", server.port);
    let error = fetcher.send(get(&format!("http://127.0.0.1:{}/", server.port))).await.unwrap_err();
    assert!(matches!(error.fault(), Fault::Encoded), "{error}");
}

#[tokio::test]
async fn errors_tell_operators_where_but_never_the_query() {
    let fetcher = Fetcher::new(&Egress::default(), Vec::new()).unwrap();
    let error =
        fetcher.send(get("https://user:pass@127.0.0.1/token?code=topsecret#frag")).await.unwrap_err().to_string();
    assert!(error.starts_with("https://127.0.0.1/token: refused"), "{error}");
    for hidden in ["topsecret", "user", "pass@", "frag"] {
        assert!(!error.replace("user name", "").contains(hidden), "{error}");
    }
}

#[tokio::test]
async fn one_slow_destination_does_not_hold_up_another() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent_port = silent.local_addr().unwrap().port();
    let quick = Canary::listen_on("127.0.0.1:0").await;
    let pair = |port| HostPort { host: "127.0.0.1".to_owned(), port };
    let egress = Egress { allow: vec![pair(silent_port), pair(quick.port)], extra_roots: Vec::new() };
    let fetcher = Arc::new(Fetcher::new(&egress, Vec::new()).unwrap());
    for _ in 0..200 {
        let fetcher = Arc::clone(&fetcher);
        tokio::spawn(async move { fetcher.send(get(&format!("http://127.0.0.1:{silent_port}/"))).await });
    }
    tokio::task::yield_now().await;
    let answer = fetcher.send(get(&format!("http://127.0.0.1:{}/", quick.port))).await;
    assert_eq!(answer.unwrap().status, StatusCode::OK);
}
