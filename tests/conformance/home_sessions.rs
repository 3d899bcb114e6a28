//! Sessions that came from a home organization, on every short-term store: whoever signs in there a thousand times hides none.

use std::sync::Arc;
use std::time::Duration;

use vestibule::clock::SystemRandom;
use vestibule::model::{
    ConnectionName, HomeProvider, HomeSession, Identity, Method, SessionId, SessionRecord, TenantId, Timestamp, UserId,
    UserType,
};
use vestibule::session::{AtHome, EndedAtHome, RecordSeal, Sessions};
use vestibule::short_term::{Key, Kind, NAMES_PER_SET};

use super::fixtures::{ShortTermGround, guid};

macro_rules! cases {
    ($make:ident) => {
        super::suite!($make:
            k_a_thousand_sign_ins_hide_no_session_from_a_sign_out_at_home,
            k_a_thousand_sign_ins_hide_no_session_of_an_account,
            a16_a_search_that_is_not_allowed_leaves_what_is_not_listed_and_says_so,
            sessions_that_ended_take_no_room,
        );
    };
}

cases!(embedded);
#[cfg(feature = "redis")]
cases!(redis);

const ISSUER: &str = "https://login.fabrikam.example";

/// Says for which place it sealed, and opens nothing that was sealed for another.
struct Seal;

impl RecordSeal for Seal {
    fn seal(&self, place: &Key, plain: &[u8]) -> Vec<u8> {
        [place.flat().as_bytes(), b"\n", plain].concat()
    }

    fn open(&self, place: &Key, sealed: &[u8]) -> Option<Vec<u8>> {
        sealed.strip_prefix(place.flat().as_bytes())?.strip_prefix(b"\n").map(<[u8]>::to_vec)
    }
}

/// A process that just started on what lies in the store.
fn sessions(ground: &ShortTermGround) -> Arc<Sessions> {
    Sessions::new(Arc::clone(&ground.store), Arc::new(Seal), ground.clock(), Arc::new(SystemRandom))
}

fn fabrikam() -> ConnectionName {
    "fabrikam".parse().unwrap()
}

fn record(tenant: TenantId, now: Timestamp, life: Duration) -> SessionRecord {
    SessionRecord {
        id: SessionId(guid()),
        tenant,
        user: UserId::new(guid()),
        user_type: UserType::Guest,
        identity: Identity {
            issuer: ISSUER.to_owned(),
            subject: "fb-1".to_owned(),
            method: Method::Connection { name: fabrikam() },
        },
        verified_address: None,
        display_name: "Guest".to_owned(),
        mail: None,
        groups: Vec::new(),
        app_roles: Vec::new(),
        assigned_apps: Vec::new(),
        reviewed: false,
        acceptances: Vec::new(),
        accepted: false,
        signed_in_at: now,
        absolute_end: now.plus(life),
        idle_seconds: 3600,
        browser: None,
        agent: None,
        last_used_at: now,
        second_factor: None,
        two_steps_wanted: false,
        authenticated_at: None,
        by_passkey: false,
        claimed_address: None,
        home: Some(HomeSession { subject: "fb-1".to_owned(), sid: Some("s-1".to_owned()), through: None }),
    }
}

/// A member of `home`, signed in there through its provider, as a guest of another tenant.
fn abroad(tenant: TenantId, home: TenantId, now: Timestamp, life: Duration) -> SessionRecord {
    let here = record(tenant, now, life);
    let identity = Identity {
        issuer: format!("https://login.example/{home}/v2.0"),
        subject: "member".to_owned(),
        method: Method::Tenant { tenant: home },
    };
    let through = HomeProvider { tenant: home, connection: fabrikam(), issuer: ISSUER.to_owned() };
    let session = here.home.clone().map(|session| HomeSession { through: Some(through), ..session });
    SessionRecord { identity, home: session, ..here }
}

const SHORT: Duration = Duration::from_secs(600);
const LONG: Duration = Duration::from_secs(3_600);

async fn k_a_thousand_sign_ins_hide_no_session_from_a_sign_out_at_home(ground: ShortTermGround) {
    for by_sid in [true, false] {
        let node = sessions(&ground);
        let now = ground.clock().now();
        // Those that end first are pushed off the list: here, and of the same person abroad.
        let victim = record(ground.tenant, now, SHORT);
        let away = abroad(ground.other, ground.tenant, now, SHORT);
        for session in [&victim, &away] {
            node.start(session.clone()).await.unwrap();
        }
        // Somebody else, another session of the same name elsewhere, another connection, another issuer: those stay.
        let mut others: Vec<SessionRecord> = (0..5).map(|_| record(ground.tenant, now, LONG)).collect();
        let somebody = HomeSession { subject: "fb-2".to_owned(), sid: Some("s-2".to_owned()), through: None };
        others[0].home = Some(somebody);
        others[1].tenant = ground.other;
        others[2].identity.method = Method::Connection { name: "rival".parse().unwrap() };
        others[3].identity.issuer = "https://rival.example".to_owned();
        others[4].home = None;
        others.push(abroad(ground.tenant, ground.other, now, LONG));
        for other in &others {
            node.start(other.clone()).await.unwrap();
        }
        let mut crowd = Vec::new();
        for _ in 0..NAMES_PER_SET + 3 {
            let session = record(ground.tenant, now, LONG);
            node.start(session.clone()).await.unwrap();
            crowd.push(session);
        }
        // Told to a process whose memory knows nobody.
        let told = sessions(&ground);
        let connection = fabrikam();
        let (subject, sid) = if by_sid { (None, Some("s-1")) } else { (Some("fb-1"), None) };
        let there = AtHome { tenant: ground.tenant, connection: &connection, issuer: ISSUER, subject, sid };
        let EndedAtHome { ended, unfinished } = told.end_at_home(there, async { Ok(true) }).await.unwrap();
        assert!(!unfinished);
        assert_eq!(ended.len(), crowd.len() + 2, "each of them, once");
        for session in crowd.iter().chain([&victim, &away]) {
            assert!(told.find(session.tenant, session.id).await.unwrap().is_none(), "by_sid: {by_sid}");
        }
        for other in &others {
            assert!(told.find(other.tenant, other.id).await.unwrap().is_some(), "{other:?}");
            told.end(other.tenant, other.id).await.unwrap();
        }
        assert!(told.end_at_home(there, async { Ok(true) }).await.unwrap().ended.is_empty());
    }
}

async fn a16_a_search_that_is_not_allowed_leaves_what_is_not_listed_and_says_so(ground: ShortTermGround) {
    let node = sessions(&ground);
    let now = ground.clock().now();
    // Pushed off the list by all that end later.
    let victim = record(ground.tenant, now, SHORT);
    node.start(victim.clone()).await.unwrap();
    for _ in 0..=NAMES_PER_SET {
        node.start(record(ground.tenant, now, LONG)).await.unwrap();
    }
    let connection = fabrikam();
    let there =
        AtHome { tenant: ground.tenant, connection: &connection, issuer: ISSUER, subject: Some("fb-1"), sid: None };
    let first = node.end_at_home(there, async { Ok(false) }).await.unwrap();
    assert_eq!((first.ended.len(), first.unfinished), (NAMES_PER_SET, true));
    assert!(node.find(victim.tenant, victim.id).await.unwrap().is_some());
    let second = node.end_at_home(there, async { Ok(true) }).await.unwrap();
    // The victim, and the one of the crowd that the list had no room for either.
    assert_eq!((second.ended.len(), second.unfinished), (2, false));
    assert!(node.find(victim.tenant, victim.id).await.unwrap().is_none());
}

async fn k_a_thousand_sign_ins_hide_no_session_of_an_account(ground: ShortTermGround) {
    let node = sessions(&ground);
    let now = ground.clock().now();
    let mine = |life| {
        let identity = Identity {
            issuer: "https://login.example/personal".to_owned(),
            subject: ground.tenant.to_string(),
            method: Method::PersonalAccount,
        };
        SessionRecord { identity, home: None, ..record(ground.tenant, now, life) }
    };
    let victim = mine(SHORT);
    let mut later = mine(SHORT);
    later.signed_in_at = now.plus(Duration::from_secs(1));
    for session in [&victim, &later] {
        node.start(session.clone()).await.unwrap();
    }
    for _ in 0..NAMES_PER_SET + 1 {
        node.start(mine(LONG)).await.unwrap();
    }
    let told = sessions(&ground);
    told.end_identity(&victim.identity.issuer, &victim.identity.subject, now).await.unwrap();
    assert!(told.find(victim.tenant, victim.id).await.unwrap().is_none());
    assert!(told.find(later.tenant, later.id).await.unwrap().is_some(), "what began afterwards goes on");
}

async fn sessions_that_ended_take_no_room(ground: ShortTermGround) {
    let node = sessions(&ground);
    let now = ground.clock().now();
    let first = record(ground.tenant, now, SHORT);
    node.start(first.clone()).await.unwrap();
    for _ in 0..NAMES_PER_SET + 1 {
        let session = record(ground.tenant, now, LONG);
        node.start(session.clone()).await.unwrap();
        node.end(session.tenant, session.id).await.unwrap();
    }
    // Every list that it stands on has room, so nobody has to look through all sessions.
    let connection = fabrikam();
    let there =
        AtHome { tenant: ground.tenant, connection: &connection, issuer: ISSUER, subject: Some("fb-1"), sid: None };
    let nobody_searches = async { panic!("every list is whole") };
    let ended = node.end_at_home(there, nobody_searches).await.unwrap().ended;
    assert_eq!(ended.iter().map(|record| record.id).collect::<Vec<_>>(), [first.id]);
    let keys = ground.store.keys(Kind::Index, None).await.unwrap().keys;
    for key in keys.iter().filter(|key| key.tenant == Some(ground.tenant) && key.id != "ended") {
        assert!(!ground.store.lacks(key).await.unwrap(), "{key:?}");
        assert!(ground.store.listed(key).await.unwrap().is_empty(), "{key:?}");
    }
}
