//! The steps of a signed-in request that touch no socket: cookie, session, path, route, decision, and the fields of its head.

use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use uuid::Uuid;
use vestibule::app::App;
use vestibule::config::{Environment, load};
use vestibule::model::{AppId, Identity, Method as SignInMethod, SessionId, SessionRecord, TenantId, UserId, UserType};
use vestibule::proxy::identity::{self, Statement};
use vestibule::proxy::path::CanonicalPath;
use vestibule::proxy::permit::permit;
use vestibule::proxy::{hop, route};
use vestibule::session::{SESSION_COOKIE, read_cookie};
use vestibule::snapshot::Snapshot;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// An app of the example configuration that comes with the product.
const HOST: &str = "wiki.contoso.localhost";
/// As many others are signed in.
const SESSIONS: u128 = 10_000;
const TARGET: &str = "/articles/2026/11/what-guests-see?page=2&sort=newest";

/// The product with everybody signed in, and the cookie of one of them.
struct World {
    _folder: tempfile::TempDir,
    runtime: tokio::runtime::Runtime,
    app: Arc<App>,
    snapshot: Arc<Snapshot>,
    tenant: TenantId,
    cookie: String,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let place = folder.path().to_str().expect("its name is text");
        let environment = Environment::of([("VESTIBULE_DATA_DIR", place), ("VESTIBULE_TLS__CERTIFICATES", place)]);
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/vestibule.toml");
        let loaded = load(&file, &environment).expect("the example configuration has no faults");
        let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
        let app = runtime.block_on(vestibule::cli::serve::open(loaded)).expect("the product can be opened");
        let snapshot = app.snapshot.load_full();
        let tenant = snapshot.tenant_by_host(HOST).expect("the example has this host").id;
        let wiki = snapshot.app_by_host(HOST).expect("and an app there").id;
        let mut cookie = String::new();
        for number in 0..SESSIONS {
            let signed_in = async {
                let session = app.sessions.start(record(&app, tenant, wiki, number)).await?;
                app.sessions.attach(HOST, None, &session, false).await
            };
            cookie = runtime.block_on(signed_in).expect("a session can begin");
        }
        Self { _folder: folder, runtime, app, snapshot, tenant, cookie }
    }

    /// What a browser sends, with the session's cookie among those of the app.
    fn head(&self) -> HeaderMap {
        let cookie = format!("theme=dark; app-session=7f2a8c1d9e; {SESSION_COOKIE}={}; seen=2026-11-28", self.cookie);
        let fields = [
            ("host", HOST),
            ("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"),
            ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
            ("accept-language", "en-US,en;q=0.5"),
            ("accept-encoding", "gzip, deflate, br, zstd"),
            ("referer", "https://wiki.contoso.localhost/articles"),
            ("cookie", &cookie),
            ("upgrade-insecure-requests", "1"),
            ("sec-fetch-dest", "document"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-site", "same-origin"),
            ("priority", "u=0, i"),
            ("connection", "keep-alive"),
        ];
        let field = |(name, value): (&'static str, &str)| {
            (HeaderName::from_static(name), HeaderValue::from_str(value).expect("the value may be sent"))
        };
        fields.into_iter().map(field).collect()
    }
}

fn record(app: &App, tenant: TenantId, wiki: AppId, number: u128) -> SessionRecord {
    let now = app.clock.now();
    SessionRecord {
        id: SessionId(Uuid::from_u128(number.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835))),
        tenant,
        user: UserId::new(Uuid::from_u128(number + 1)),
        user_type: UserType::Member,
        identity: Identity {
            issuer: "vestibule".into(),
            subject: number.to_string(),
            method: SignInMethod::MemberPassword,
        },
        verified_address: None,
        display_name: "Max Member".into(),
        mail: None,
        groups: vec!["staff".into(), "wiki".into()],
        app_roles: vec![],
        assigned_apps: vec![wiki],
        reviewed: true,
        acceptances: vec![],
        accepted: true,
        signed_in_at: now,
        absolute_end: now.plus(Duration::from_secs(24 * 3600)),
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
    }
}

/// The fields that say who the guest is, as large as they are.
fn identity_fields() -> Vec<(HeaderName, HeaderValue)> {
    let names = [
        ("x-forwarded-user", 36),
        ("x-forwarded-email", 23),
        ("x-forwarded-preferred-username", 23),
        ("x-forwarded-groups", 10),
        ("x-auth-request-user", 36),
        ("x-auth-request-email", 23),
        ("x-auth-request-groups", 10),
        ("vestibule-assertion", 700),
    ];
    let value = |size| HeaderValue::from_str(&"a".repeat(size)).expect("letters may be sent");
    names.into_iter().map(|(name, size)| (HeaderName::from_static(name), value(size))).collect()
}

fn parts(criterion: &mut Criterion) {
    let world = World::new();
    let head = world.head();
    let app = world.snapshot.app_by_host(HOST).expect("the example has this app");
    let tenant = world.snapshot.tenant(world.tenant).expect("and this tenant");
    let (path, query) = TARGET.split_once('?').expect("there is a query");

    criterion.bench_function("cookie: parse", |bencher| {
        assert_eq!(read_cookie(&head, SESSION_COOKIE), Some(&*world.cookie));
        bencher.iter(|| read_cookie(black_box(&head), SESSION_COOKIE).map(str::len));
    });

    criterion.bench_function("path: canonical", |bencher| {
        assert!(CanonicalPath::check(path, false).is_ok());
        bencher.iter(|| CanonicalPath::check(black_box(path), false).is_ok());
    });

    criterion.bench_function("route: app, tenant and target", |bencher| {
        let routed = || route::route(&world.snapshot, app, black_box(path), Some(query), None, true);
        assert!(matches!(routed(), Ok(route::Route::App(_))));
        bencher.iter(routed);
    });

    criterion.bench_function("session: find by cookie", |bencher| {
        bencher.iter_batched(
            || {
                // Memory counts for four seconds; the store confirms it, which is not what is measured.
                if world.app.sessions.cached(HOST, &world.cookie).is_none() {
                    let found = world.app.sessions.lookup(HOST, &world.cookie);
                    assert!(world.runtime.block_on(found).expect("the store answers").is_some());
                }
            },
            |()| {
                let handle = world.app.sessions.cached(HOST, black_box(&world.cookie));
                assert!(handle.is_some_and(|handle| handle.session(world.tenant).is_some()));
            },
            BatchSize::SmallInput,
        );
    });

    criterion.bench_function("permit: decide", |bencher| {
        let handle = world.runtime.block_on(world.app.sessions.lookup(HOST, &world.cookie));
        let handle = handle.expect("the store answers").expect("the session is there");
        let session = handle.session(world.tenant).expect("of this tenant");
        let now = world.app.clock.now();
        assert!(permit(app, tenant, Some(session), now, &world.snapshot).is_ok());
        bencher.iter(|| permit(app, tenant, black_box(Some(session)), now, &world.snapshot).is_ok());
    });

    criterion.bench_function("head: screen, clean and state", |bencher| {
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let (value, authority) = (identity::address_value(address), HeaderValue::from_static(HOST));
        let fields = identity_fields();
        bencher.iter_batched(
            || head.clone(),
            |mut headers| {
                identity::screen(&mut headers, false, false).expect("a browser's head is fine");
                hop::clean_request(&mut headers, &Method::GET).expect("and so are its fields");
                let statement = Statement {
                    address: &value,
                    peer: address,
                    trusted: false,
                    authority: &authority,
                    port: 443,
                    prefix: None,
                    request_id: HeaderValue::from_static("5f0b6f0e-6d0a-4c55-9a5e-0d6a1c0a7f11"),
                };
                identity::state(&mut headers, &statement, &fields);
                headers
            },
            BatchSize::SmallInput,
        );
    });
}

criterion_group!(benches, parts);
criterion_main!(benches);
