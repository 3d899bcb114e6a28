//! What the suites stand on: implementations in fresh folders, a clock to turn, and people.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use uuid::Uuid;
use vestibule::clock::{Clock, SystemClock, SystemRandom, random_bytes, random_guid};
use vestibule::model::{
    Acceptance, AcceptanceState, AgreementId, Circumstances, CreationType, EmailAddress, ExternalUserState, Identity,
    Invitation, InvitationId, InvitationState, MailId, Method, OutgoingMail, Review, RouteOverride, TenantId,
    Timestamp, User, UserId, UserType,
};
use vestibule::short_term::ShortTerm;
use vestibule::short_term::embedded::Embedded;
use vestibule::storage::Store;
use vestibule::storage::sqlite::SqliteStore;

/// A clock that stands still until it is turned.
pub struct TestClock(AtomicI64);

impl TestClock {
    pub fn new() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(1_800_000_000_000_000)))
    }

    pub fn turn(&self, span: Duration) {
        self.0.fetch_add(i64::try_from(span.as_micros()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// A directory under test, with two tenants that nobody else uses.
pub struct Directory {
    pub store: Arc<dyn Store>,
    pub tenant: TenantId,
    pub other: TenantId,
    _folder: tempfile::TempDir,
}

pub async fn sqlite(_case: &str) -> Option<Directory> {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(&folder.path().join("directory.db")).await.unwrap());
    Some(Directory { store, tenant: tenant(), other: tenant(), _folder: folder })
}

/// A short-term store under test.
pub struct ShortTermGround {
    pub store: Arc<dyn ShortTerm>,
    pub tenant: TenantId,
    pub other: TenantId,
    clock: Option<Arc<TestClock>>,
    _folder: Option<tempfile::TempDir>,
}

impl ShortTermGround {
    /// The clock that the store goes by.
    pub fn clock(&self) -> Arc<dyn Clock> {
        match &self.clock {
            Some(clock) => Arc::clone(clock) as Arc<dyn Clock>,
            None => Arc::new(SystemClock),
        }
    }

    /// Lets time pass: by turning the clock, or, where the store has its own, by waiting.
    pub async fn pass(&self, span: Duration) {
        match &self.clock {
            Some(clock) => clock.turn(span),
            None => tokio::time::sleep(span + Duration::from_millis(20)).await,
        }
    }
}

pub async fn embedded(_case: &str) -> Option<ShortTermGround> {
    let folder = tempfile::tempdir().unwrap();
    let clock = TestClock::new();
    let store = Embedded::open(&folder.path().join("short_term.db"), clock.clone()).await.unwrap();
    Some(ShortTermGround {
        store: Arc::new(store),
        tenant: tenant(),
        other: tenant(),
        clock: Some(clock),
        _folder: Some(folder),
    })
}

#[cfg(feature = "redis")]
pub async fn redis(case: &str) -> Option<ShortTermGround> {
    let Ok(url) = std::env::var("VESTIBULE_TEST_REDIS") else {
        eprintln!("left out: short-term suite on Redis, {case} (set VESTIBULE_TEST_REDIS=redis://host:port)");
        return None;
    };
    let store = vestibule::short_term::redis::Redis::connect(&url).await.unwrap();
    Some(ShortTermGround { store: Arc::new(store), tenant: tenant(), other: tenant(), clock: None, _folder: None })
}

pub fn tenant() -> TenantId {
    TenantId::new(guid())
}

pub fn guid() -> Uuid {
    random_guid(&SystemRandom)
}

pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_800_000_000 + seconds)
}

pub fn address(text: &str) -> EmailAddress {
    text.parse().unwrap()
}

/// A pending guest whose optional fields are all filled.
pub fn guest(mail: &str) -> User {
    let address = address(mail);
    User {
        id: UserId::new(guid()),
        user_principal_name: User::guest_principal_name(&address, &"contoso.example".parse().unwrap()),
        display_name: format!("Guest {mail}"),
        user_type: UserType::Guest,
        creation_type: Some(CreationType::Invitation),
        external_user_state: Some(ExternalUserState::PendingAcceptance),
        external_user_state_changed_at: Some(at(1)),
        mail: Some(address.clone()),
        invited_address: Some(address),
        other_mails: vec!["alias@fabrikam.example".parse().unwrap()],
        identity: None,
        account_enabled: true,
        preferred_language: Some("nl".to_owned()),
        admin: false,
        guest_inviter: true,
        sponsors: vec![UserId::new(guid())],
        expires_at: Some(at(900)),
        deleted_at: None,
        created_at: at(0),
        last_sign_in_at: Some(at(2)),
    }
}

pub fn member(mail: &str) -> User {
    User {
        user_principal_name: mail.to_owned(),
        user_type: UserType::Member,
        creation_type: None,
        external_user_state: None,
        external_user_state_changed_at: None,
        invited_address: None,
        other_mails: Vec::new(),
        admin: true,
        last_sign_in_at: None,
        ..guest(mail)
    }
}

pub fn identity(issuer: &str, subject: &str) -> Identity {
    Identity { issuer: issuer.to_owned(), subject: subject.to_owned(), method: Method::OneTimePasscode }
}

pub fn invitation(user: &User) -> Invitation {
    Invitation {
        id: InvitationId::from_random(random_bytes(&SystemRandom)),
        user: user.id,
        address: user.invited_address.clone().unwrap(),
        redirect_url: Some("https://wiki.contoso.example/".to_owned()),
        language: Some("sv".to_owned()),
        message: Some("Welcome.\nSee you.".to_owned()),
        inviter: "Ada".to_owned(),
        state: InvitationState::Pending,
        created_at: at(0),
        expires_at: Some(at(100)),
        redeemed_at: None,
        cc: Some("reader@mail.example".parse().unwrap()),
        invited_by: Some(user.id),
        route: Some(RouteOverride::Connection { name: "fabrikam".parse().unwrap() }),
        changed_at: at(3),
        changed_by: Some(user.id),
        link_life: Some(Duration::from_secs(3600)),
    }
}

fn circumstances(network: &str) -> Circumstances {
    Circumstances { network: network.to_owned(), identity: identity("mail", "subject") }
}

pub fn review(user: &User, state: AcceptanceState, second: i64) -> Review {
    Review {
        user: user.id,
        state,
        evidence: "ab".repeat(32),
        language: "en".to_owned(),
        recorded_at: at(second),
        circumstances: Some(circumstances("192.0.2.0/24")),
    }
}

pub fn acceptance(user: &User, state: AcceptanceState, second: i64) -> Acceptance {
    Acceptance {
        agreement: AgreementId::new(Uuid::from_u128(5)),
        user: user.id,
        version: "cd".repeat(32),
        language: "en".to_owned(),
        state,
        recorded_at: at(second),
        circumstances: Some(circumstances("2001:db8::/48")),
    }
}

pub fn mail_id() -> MailId {
    MailId(guid())
}

pub fn mail(tenant: Option<TenantId>) -> OutgoingMail {
    OutgoingMail {
        tenant,
        to: address("guest@fabrikam.example"),
        cc: Some(address("boss@contoso.example")),
        from_name: "Vestibule Invitations on behalf of Contoso".to_owned(),
        reply_to: None,
        subject: "Your code".to_owned(),
        text: "canary-31415926".to_owned(),
        html: "<p>canary-31415926</p>".to_owned(),
        language: "en".to_owned(),
        short_lived: true,
        invitation: None,
        unsubscribe: None,
        logo: None,
    }
}

/// Adds users in a transaction of their own.
pub async fn add(store: &dyn Store, tenant: TenantId, users: &[&User]) {
    let mut tx = store.begin(tenant).await.unwrap();
    for user in users {
        tx.insert_user(user).await.unwrap();
    }
    tx.commit().await.unwrap();
}
