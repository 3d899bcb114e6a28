//! The sender on a real directory and real sockets: receivers that fail, hang, leave, lie inside, or belong to somebody else.

use std::collections::VecDeque;
use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::config::{Egress, HostPort};
use crate::model::{ManagedBy, SigningSecret, User, UserId, UserType, WebhookEvent};
use crate::storage::sqlite::SqliteStore;
use crate::storage::{DeliveryState, StoredObject};
use crate::test_doubles::{CONTOSO, NORTHWIND, TestClock, TestRandom, contoso, member, northwind};

const OLD: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NEW: &str = "whsec_dmVzdGlidWxlLWRlbW8td2ViaG9vay1zZWNyZXQ=";
const GUEST: UserId = UserId::new(uuid::uuid!("c0a70500-0000-4000-8000-0000000000c9"));

/// One request as it came.
#[derive(Clone)]
struct Got {
    head: String,
    body: String,
}

impl Got {
    fn field(&self, name: &str) -> &str {
        let line = self.head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        line.unwrap_or_else(|| panic!("no {name} in {}", self.head))
    }

    fn kind(&self) -> String {
        let body: Value = serde_json::from_str(&self.body).unwrap();
        body["type"].as_str().unwrap().to_owned()
    }
}

/// A receiver that answers as told, one answer for each request and the last one for ever; an empty answer never comes.
struct Post {
    address: SocketAddr,
    got: Arc<Mutex<Vec<Got>>>,
}

impl Post {
    async fn answering(answers: &[&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, got) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Vec::new())));
        let noted = Arc::clone(&got);
        let mut answers: VecDeque<&'static str> = answers.iter().copied().collect();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let answer = if answers.len() > 1 { answers.pop_front().unwrap() } else { answers[0] };
                let noted = Arc::clone(&noted);
                tokio::spawn(async move {
                    let mut bytes = Vec::new();
                    let (head, length) = loop {
                        let mut part = [0; 1024];
                        let count = stream.read(&mut part).await.unwrap();
                        bytes.extend_from_slice(&part[..count]);
                        let text = String::from_utf8_lossy(&bytes).into_owned();
                        if let Some((head, _)) = text.split_once("\r\n\r\n") {
                            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
                            break (head.to_owned(), length.unwrap().parse::<usize>().unwrap());
                        }
                        assert!(count > 0, "{text}");
                    };
                    while bytes.len() < head.len() + 4 + length {
                        let mut part = [0; 1024];
                        let count = stream.read(&mut part).await.unwrap();
                        bytes.extend_from_slice(&part[..count]);
                    }
                    let body = String::from_utf8(bytes[head.len() + 4..].to_vec()).unwrap();
                    noted.lock().unwrap().push(Got { head, body });
                    if answer.is_empty() {
                        tokio::time::sleep(Duration::from_secs(600)).await;
                    }
                    let _ = stream.write_all(answer.as_bytes()).await;
                });
            }
        });
        Self { address, got }
    }

    fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    fn webhook(&self, name: &str, events: &[WebhookEvent], secrets: &[&str]) -> Webhook {
        Webhook {
            name: name.parse().unwrap(),
            url: format!("http://{}/hook?key=query-secret", self.address).parse().unwrap(),
            events: events.to_vec(),
            secrets: secrets.iter().map(|text| text.parse::<SigningSecret>().unwrap()).collect(),
        }
    }
}

const OK: &str = "HTTP/1.1 204 No Content\r\n\r\n";
const BUSY: &str = "HTTP/1.1 500 Internal Server Error\r\ncontent-length: 5\r\n\r\nsorry";
const GONE: &str = "HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n";

struct Bench {
    store: Arc<dyn Store>,
    snapshot: Arc<ArcSwap<Snapshot>>,
    clock: Arc<TestClock>,
    webhooks: Arc<Webhooks>,
    fetcher: Arc<Fetcher>,
    _folder: tempfile::TempDir,
}

impl Bench {
    async fn with(ours: Vec<Webhook>, theirs: Vec<Webhook>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&folder.path().join("directory.db")).await.unwrap());
        let clock = TestClock::at(1_700_000_000);
        let fetcher = Arc::new(Fetcher::new(&Egress::default(), Vec::new()).unwrap());
        let snapshot = Arc::new(ArcSwap::from_pointee(Snapshot::default()));
        let webhooks = Arc::new(Webhooks::new(
            Arc::clone(&store),
            Arc::clone(&fetcher),
            Arc::clone(&snapshot),
            Arc::clone(&clock) as Arc<dyn Clock>,
            TestRandom::new(),
            Counters::default(),
        ));
        let bench = Self { store, snapshot, clock, webhooks, fetcher, _folder: folder };
        bench.allow(ours.iter().chain(&theirs));
        bench.declare(ours, theirs).await;
        for tenant in [CONTOSO, NORTHWIND] {
            let mut tx = bench.store.begin(tenant).await.unwrap();
            tx.insert_user(&User {
                id: GUEST,
                user_type: UserType::Guest,
                user_principal_name: "g".to_owned(),
                ..member()
            })
            .await
            .unwrap();
            tx.commit().await.unwrap();
        }
        bench
    }

    fn allow<'a>(&self, webhooks: impl Iterator<Item = &'a Webhook>) {
        let pair = |webhook: &Webhook| HostPort { host: "127.0.0.1".to_owned(), port: webhook.url.port().unwrap() };
        let egress = Egress { allow: webhooks.map(pair).collect(), extra_roots: Vec::new() };
        self.fetcher.reload(&egress).unwrap();
    }

    /// As if the files had said so.
    async fn declare(&self, ours: Vec<Webhook>, theirs: Vec<Webhook>) {
        let mut objects = Vec::new();
        for (tenant, webhooks) in [(CONTOSO, &ours), (NORTHWIND, &theirs)] {
            objects.extend(webhooks.iter().map(|webhook| StoredObject {
                tenant: Some(tenant),
                kind: "webhook".to_owned(),
                id: webhook.name.to_string(),
                body: serde_json::json!({ "name": webhook.name, "url": webhook.url, "events": webhook.events }),
                managed_by: ManagedBy::File { place: "contoso.toml:1".to_owned() },
                enabled: true,
            }));
        }
        let mut tx = self.store.begin_instance(InstanceTask::Snapshot).await.unwrap();
        tx.load_files(&objects, self.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        let tenants = [
            crate::model::Tenant { webhooks: ours, ..contoso() },
            crate::model::Tenant { webhooks: theirs, ..northwind() },
        ];
        self.snapshot.store(Arc::new(Snapshot::build(tenants, []).unwrap()));
    }

    async fn happens(&self, tenant: TenantId, event: AuditEvent) {
        let mut tx = self.store.begin(tenant).await.unwrap();
        tx.audit(self.clock.now(), &event).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn blocked(&self, tenant: TenantId) {
        self.happens(tenant, AuditEvent::success("Disable account").on(GUEST)).await;
    }

    async fn step(&self) {
        self.webhooks.send_due().await.unwrap();
    }

    async fn deliveries(&self) -> Vec<Delivery> {
        self.webhooks.list(CONTOSO, None, true, 100).await.unwrap()
    }
}

#[tokio::test]
async fn a_message_comes_signed_once_and_says_ids_alone() {
    let post = Post::answering(&[OK]).await;
    let bench = Bench::with(vec![post.webhook("desk", &WebhookEvent::ALL, &[OLD])], Vec::new()).await;
    bench.blocked(CONTOSO).await;
    bench.step().await;
    bench.step().await;
    let got = post.got();
    assert_eq!(got.len(), 1);
    let got = &got[0];
    assert!(got.head.starts_with("POST /hook?key=query-secret HTTP/1.1"), "{}", got.head);
    assert_eq!((got.field("content-type"), got.field("webhook-timestamp")), ("application/json", "1700000000"));
    let signed = signatures(&[OLD.parse().unwrap()], got.field("webhook-id"), 1_700_000_000, &got.body);
    assert_eq!(got.field("webhook-signature"), signed);
    let body: Value = serde_json::from_str(&got.body).unwrap();
    let expected = serde_json::json!({
        "type": "guest.blocked", "timestamp": "2023-11-14T22:13:20Z",
        "data": { "tenantId": CONTOSO, "guestId": GUEST, "actorId": null, "auditId": "1" },
    });
    assert_eq!(body, expected);
    let known = bench.deliveries().await;
    assert_eq!(
        (known[0].state, known[0].tries, known[0].id.as_str()),
        (DeliveryState::Delivered, 1, got.field("webhook-id"))
    );
}

#[tokio::test]
async fn a_receiver_that_fails_gets_the_same_message_again_under_the_same_id() {
    let post = Post::answering(&[
        BUSY,
        "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
        OK,
    ])
    .await;
    let bench = Bench::with(vec![post.webhook("desk", &WebhookEvent::ALL, &[OLD])], Vec::new()).await;
    bench.blocked(CONTOSO).await;
    bench.step().await;
    bench.step().await;
    assert_eq!(post.got().len(), 1, "not before its time");
    let waiting = bench.deliveries().await.remove(0);
    assert_eq!((waiting.state, waiting.tries), (DeliveryState::Waiting, 1));
    assert_eq!(waiting.last_error.as_deref(), Some("the receiver answered 500 Internal Server Error"));
    let pause = waiting.at.since(bench.clock.now());
    assert!(pause >= Duration::from_secs(4) && pause <= Duration::from_secs(6), "{pause:?}");
    bench.clock.advance(Duration::from_secs(6));
    bench.step().await;
    assert!(
        bench.deliveries().await[0].last_error.as_deref().unwrap().ends_with("302 Found; redirects are not followed")
    );
    bench.clock.advance(Duration::from_secs(36));
    bench.step().await;
    let got = post.got();
    assert_eq!(bench.deliveries().await[0].state, DeliveryState::Delivered);
    assert_eq!(got.len(), 3);
    assert!(got.iter().all(|one| one.body == got[0].body && one.field("webhook-id") == got[0].field("webhook-id")));
    // Replay: each try is signed for its own time, so that a receiver can refuse what is old.
    let times: Vec<&str> = got.iter().map(|one| one.field("webhook-timestamp")).collect();
    assert_eq!(times, ["1700000000", "1700000006", "1700000042"]);
    for one in &got {
        let time = one.field("webhook-timestamp").parse().unwrap();
        assert_eq!(
            one.field("webhook-signature"),
            signatures(&[OLD.parse().unwrap()], one.field("webhook-id"), time, &one.body)
        );
    }
}

#[tokio::test]
async fn a_receiver_may_ask_for_more_time() {
    let post = Post::answering(&["HTTP/1.1 503 Busy\r\nretry-after: 900\r\ncontent-length: 0\r\n\r\n", OK]).await;
    let bench = Bench::with(vec![post.webhook("desk", &WebhookEvent::ALL, &[OLD])], Vec::new()).await;
    bench.blocked(CONTOSO).await;
    bench.step().await;
    assert_eq!(bench.deliveries().await[0].at.since(bench.clock.now()), Duration::from_secs(900));
}

#[tokio::test]
async fn a_message_that_nobody_takes_is_given_up_after_three_days_and_that_is_recorded() {
    let post = Post::answering(&[BUSY]).await;
    let bench = Bench::with(vec![post.webhook("desk", &WebhookEvent::ALL, &[OLD])], Vec::new()).await;
    bench.blocked(CONTOSO).await;
    let start = bench.clock.now();
    let mut tries = 0;
    loop {
        bench.step().await;
        tries += 1;
        let state = bench.deliveries().await.remove(0);
        if state.state == DeliveryState::GivenUp {
            break;
        }
        bench.clock.advance(state.at.since(bench.clock.now()));
    }
    let patience = bench.clock.now().since(start);
    assert!(
        patience > Duration::from_secs(2 * 24 * 3600) && patience < Duration::from_secs(3 * 24 * 3600),
        "{patience:?}"
    );
    assert!((10..=16).contains(&tries) && post.got().len() == tries, "{tries}");
    let lines = bench.store.read(CONTOSO).await.unwrap().audit_lines(1, 10).await.unwrap();
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!(line.event.activity, "Send webhook");
    assert!(!format!("{line:?}").contains("query-secret"));
    // Nobody is told that somebody was not told.
    assert_eq!(bench.deliveries().await.len(), 1);
    // A new try begins anew, with new patience.
    let name: WebhookName = "desk".parse().unwrap();
    assert_eq!(bench.webhooks.retry(CONTOSO, &name, None).await.unwrap(), 1);
    bench.step().await;
    let again = bench.deliveries().await.remove(0);
    assert_eq!((again.state, again.tries, post.got().len()), (DeliveryState::Waiting, 1, tries + 1));
}

#[tokio::test]
async fn one_that_hangs_holds_up_no_other() {
    let (slow, quick) = (Post::answering(&[""]).await, Post::answering(&[OK]).await);
    let webhooks =
        vec![slow.webhook("slow", &WebhookEvent::ALL, &[OLD]), quick.webhook("quick", &WebhookEvent::ALL, &[OLD])];
    let bench = Bench::with(webhooks, Vec::new()).await;
    for _ in 0..40 {
        bench.blocked(CONTOSO).await;
    }
    let stop = CancellationToken::new();
    let running = tokio::spawn(Arc::clone(&bench.webhooks).run(stop.clone()));
    let all = async {
        while quick.got().len() < 40 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), all).await.expect("the quick one waits for the slow one");
    assert_eq!(slow.got().len(), 1, "one connection to each receiver");
    let order: Vec<String> = quick
        .got()
        .iter()
        .map(|got| serde_json::from_str::<Value>(&got.body).unwrap()["data"]["auditId"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(order, (1..=40).map(|number| number.to_string()).collect::<Vec<_>>(), "in the order of the chain");
    // Stopping does not wait for the one that hangs.
    stop.cancel();
    tokio::time::timeout(LAST_MOMENT + Duration::from_secs(2), running).await.expect("it does not stop").unwrap();
    let waiting =
        bench.deliveries().await.into_iter().filter(|delivery| delivery.state == DeliveryState::Waiting).count();
    assert_eq!(waiting, 40, "what was under way is sent again later");
}

#[tokio::test]
async fn a_body_that_never_ends_is_not_waited_for() {
    let endless = "HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\nbeginning";
    let post = Post::answering(&[endless]).await;
    let bench = Bench::with(vec![post.webhook("desk", &WebhookEvent::ALL, &[OLD])], Vec::new()).await;
    bench.blocked(CONTOSO).await;
    tokio::time::timeout(Duration::from_secs(5), bench.step()).await.unwrap();
    assert_eq!(bench.deliveries().await[0].state, DeliveryState::Delivered);
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_left_alone_until_somebody_says_otherwise() {
    let post = Post::answering(&[GONE, OK]).await;
    let webhook = post.webhook("desk", &WebhookEvent::ALL, &[OLD]);
    let bench = Bench::with(vec![webhook.clone()], Vec::new()).await;
    bench.blocked(CONTOSO).await;
    bench.blocked(CONTOSO).await;
    bench.step().await;
    assert_eq!(post.got().len(), 1);
    assert!(bench.deliveries().await.iter().all(|delivery| delivery.state == DeliveryState::GivenUp));
    bench.blocked(CONTOSO).await;
    assert_eq!(bench.deliveries().await.len(), 2, "nothing is queued for it");
    assert_eq!(bench.webhooks.counts(CONTOSO).await.unwrap().1.len(), 1);
    // Another address is another receiver.
    let moved = Webhook { url: format!("http://{}/moved", post.address).parse().unwrap(), ..webhook.clone() };
    bench.declare(vec![moved], Vec::new()).await;
    bench.blocked(CONTOSO).await;
    bench.step().await;
    assert_eq!(post.got().len(), 2);
    bench.declare(vec![webhook], Vec::new()).await;
    // The operator says "try again": what was given up comes, and what happens from now on.
    assert_eq!(bench.webhooks.retry(CONTOSO, &"desk".parse().unwrap(), None).await.unwrap(), 2);
    bench.blocked(CONTOSO).await;
    bench.step().await;
    assert_eq!(post.got().len(), 5);
}

#[tokio::test]
async fn one_message_is_repeated_on_demand() {
    let post = Post::answering(&[OK]).await;
    let bench = Bench::with(vec![post.webhook("desk", &WebhookEvent::ALL, &[OLD])], Vec::new()).await;
    bench.blocked(CONTOSO).await;
    bench.blocked(CONTOSO).await;
    bench.step().await;
    let id = post.got()[0].field("webhook-id").to_owned();
    let name: WebhookName = "desk".parse().unwrap();
    assert_eq!(bench.webhooks.retry(CONTOSO, &name, None).await.unwrap(), 0, "what was delivered stays so");
    assert_eq!(bench.webhooks.retry(CONTOSO, &name, Some("msg_unknown")).await.unwrap(), 0);
    assert_eq!(bench.webhooks.retry(NORTHWIND, &name, Some(&id)).await.unwrap(), 0, "not by another tenant");
    assert_eq!(bench.webhooks.retry(CONTOSO, &name, Some(&id)).await.unwrap(), 1);
    bench.step().await;
    let got = post.got();
    assert_eq!((got.len(), got[2].field("webhook-id")), (3, id.as_str()));
}

#[tokio::test]
async fn two_secrets_give_two_signatures() {
    let post = Post::answering(&[OK]).await;
    let bench = Bench::with(vec![post.webhook("desk", &WebhookEvent::ALL, &[NEW, OLD])], Vec::new()).await;
    bench.blocked(CONTOSO).await;
    bench.step().await;
    let got = &post.got()[0];
    let signed =
        |secret: &str| signatures(&[secret.parse().unwrap()], got.field("webhook-id"), 1_700_000_000, &got.body);
    let both: Vec<&str> = got.field("webhook-signature").split(' ').collect();
    assert_eq!(both, [signed(NEW), signed(OLD)]);
}

#[tokio::test]
async fn t097_an_address_inside_is_refused_unless_the_operator_allows_it() {
    let post = Post::answering(&[OK]).await;
    let inside = Webhook {
        url: format!("https://localhost:{}/", post.address.port()).parse().unwrap(),
        ..post.webhook("name", &WebhookEvent::ALL, &[OLD])
    };
    let metadata = Webhook {
        url: "https://169.254.169.254/latest".parse().unwrap(),
        ..post.webhook("metadata", &WebhookEvent::ALL, &[OLD])
    };
    let plain = post.webhook("plain", &WebhookEvent::ALL, &[OLD]);
    let bench = Bench::with(Vec::new(), Vec::new()).await;
    bench.declare(vec![inside, metadata, plain.clone()], Vec::new()).await;
    bench.blocked(CONTOSO).await;
    bench.step().await;
    assert!(post.got().is_empty());
    for delivery in bench.deliveries().await {
        let error = delivery.last_error.unwrap();
        assert!(error.contains("refused"), "{error}");
        assert!(!error.contains("query-secret"), "{error}");
        assert_eq!(delivery.state, DeliveryState::Waiting, "the operator may allow it yet");
    }
    assert!(bench.webhooks.test(CONTOSO, &plain).await.unwrap_err().is_refusal());
    // The control: the same receiver, once the operator names it.
    bench.allow([plain.clone()].iter());
    bench.clock.advance(Duration::from_secs(60));
    bench.step().await;
    assert_eq!(post.got().len(), 1);
    assert_eq!(bench.webhooks.test(CONTOSO, &plain).await.unwrap().status, 204);
    assert_eq!(post.got()[1].kind(), "webhook.test");
}

#[tokio::test]
async fn c2_messages_of_one_tenant_never_reach_another_ones_receiver() {
    let (ours, theirs) = (Post::answering(&[OK]).await, Post::answering(&[OK]).await);
    let webhook = |post: &Post| post.webhook("desk", &WebhookEvent::ALL, &[OLD]);
    let bench = Bench::with(vec![webhook(&ours)], vec![webhook(&theirs)]).await;
    for _ in 0..3 {
        bench.blocked(CONTOSO).await;
    }
    bench.happens(NORTHWIND, AuditEvent::success("Enable account").on(GUEST)).await;
    bench.step().await;
    let of = |post: &Post| {
        post.got()
            .iter()
            .map(|got| serde_json::from_str::<Value>(&got.body).unwrap()["data"]["tenantId"].to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(of(&ours), vec![format!("\"{CONTOSO}\""); 3]);
    assert_eq!(of(&theirs), [format!("\"{NORTHWIND}\"")]);
}

#[tokio::test]
async fn only_what_was_asked_for_comes_and_only_about_guests() {
    let post = Post::answering(&[OK]).await;
    let webhook = post.webhook("desk", &[WebhookEvent::GuestBlocked, WebhookEvent::TermsAccepted], &[OLD]);
    let bench = Bench::with(vec![webhook], Vec::new()).await;
    let mut tx = bench.store.begin(CONTOSO).await.unwrap();
    tx.insert_user(&member()).await.unwrap();
    tx.commit().await.unwrap();
    bench.happens(CONTOSO, AuditEvent::success("Disable account").on(member().id)).await;
    bench.happens(CONTOSO, AuditEvent::success("Disable account").on(UserId::new(uuid::Uuid::from_u128(1)))).await;
    bench.happens(CONTOSO, AuditEvent::success("Enable account").on(GUEST)).await;
    bench.happens(CONTOSO, AuditEvent::success("User sign-in").by(GUEST).on(GUEST)).await;
    bench.happens(CONTOSO, AuditEvent::success("Accept Terms Of Use").by(GUEST).on(GUEST)).await;
    bench.blocked(CONTOSO).await;
    bench.step().await;
    let kinds: Vec<String> = post.got().iter().map(Got::kind).collect();
    assert_eq!(kinds, ["terms.accepted", "guest.blocked"]);
}

#[tokio::test]
async fn what_was_rolled_back_is_told_to_nobody() {
    let post = Post::answering(&[OK]).await;
    let bench = Bench::with(vec![post.webhook("desk", &WebhookEvent::ALL, &[OLD])], Vec::new()).await;
    let mut tx = bench.store.begin(CONTOSO).await.unwrap();
    tx.audit(bench.clock.now(), &AuditEvent::success("Disable account").on(GUEST)).await.unwrap();
    drop(tx);
    bench.step().await;
    assert!(post.got().is_empty() && bench.deliveries().await.is_empty());
}

#[tokio::test]
async fn a_webhook_that_left_the_files_may_come_back_for_three_days() {
    let post = Post::answering(&[OK]).await;
    let webhook = post.webhook("desk", &WebhookEvent::ALL, &[OLD]);
    let bench = Bench::with(vec![webhook.clone()], Vec::new()).await;
    bench.blocked(CONTOSO).await;
    bench.declare(Vec::new(), Vec::new()).await;
    bench.blocked(CONTOSO).await;
    bench.step().await;
    assert!(post.got().is_empty());
    bench.declare(vec![webhook], Vec::new()).await;
    bench.step().await;
    assert_eq!(post.got().len(), 1, "what was queued before; nothing was queued in between");
    bench.blocked(CONTOSO).await;
    bench.declare(Vec::new(), Vec::new()).await;
    bench.clock.advance(Duration::from_secs(3 * 24 * 3600));
    bench.webhooks.tidy().await.unwrap();
    let states: Vec<DeliveryState> = bench.deliveries().await.iter().map(|delivery| delivery.state).collect();
    assert_eq!(states, [DeliveryState::GivenUp, DeliveryState::Delivered]);
    bench.clock.advance(KEEP_GIVEN_UP + Duration::from_secs(1));
    bench.webhooks.tidy().await.unwrap();
    assert!(bench.deliveries().await.is_empty());
}
