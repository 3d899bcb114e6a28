//! An organization's own domains: claimed first, verified once the DNS record was seen, and then its people are members.

use serde_json::json;

use super::bodies::{DomainBody, Positioned};
use super::snapshot::{SnapshotError, rebuild};
use crate::app::App;
use crate::clock::{Clock, Random, random_bytes};
use crate::model::{AppId, AuditEvent, Domain, ManagedBy, Tenant, Timestamp, UserId};
use crate::outbound::TxtRecords;
use crate::storage::{Store, StoreError};

pub use crate::storage::DomainClaim;

/// Most open claims of one organization.
const MOST_CLAIMS: usize = 20;
/// Stands before the secret in the record.
const PREFIX: &str = "vestibule-verification=";
/// Behind every domain of a file, so that none of these ever names the organization.
const LAST: u32 = u32::MAX;

/// Who brings it about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claimant {
    /// An administrator.
    User(UserId),
    /// An application by its own permissions.
    Application(AppId),
}

impl Claimant {
    pub(super) fn sign(self, event: AuditEvent) -> AuditEvent {
        match self {
            Self::User(user) => event.by(user),
            Self::Application(app) => event.with("application", app),
        }
    }
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum DomainError {
    /// It is one already, or claimed already.
    #[error("this domain is in the list already")]
    Known,
    /// Neither claimed nor verified here.
    #[error("there is no such domain in this organization")]
    Unknown,
    /// Too many open claims.
    #[error("verify or remove some of the domains first; {MOST_CLAIMS} may wait at a time")]
    TooMany,
    /// The record was looked for and is not there, or belongs to somebody else.
    #[error("the DNS record was not found; add it, wait until name servers show it, and try again")]
    NotSeen,
    /// A file manages it.
    #[error("a configuration file manages this domain")]
    Managed(String),
    /// The directory failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It is kept, but requests are still decided by what was before.
    #[error("the domain is kept, but could not be put in force: {0}")]
    NotInForce(#[from] SnapshotError),
}

/// The open claims of an organization.
pub async fn claims(app: &App, tenant: &Tenant) -> Result<Vec<DomainClaim>, StoreError> {
    app.store.read(tenant.id).await?.domain_claims().await
}

/// Claims a domain. Nothing changes for anybody before it is verified: a claim says nothing about who else has it.
pub async fn claim(app: &App, tenant: &Tenant, by: Claimant, domain: Domain) -> Result<DomainClaim, DomainError> {
    begin(app.store.as_ref(), app.random.as_ref(), app.clock.now(), tenant, by, domain).await
}

async fn begin(
    store: &dyn Store,
    random: &dyn Random,
    now: Timestamp,
    tenant: &Tenant,
    by: Claimant,
    domain: Domain,
) -> Result<DomainClaim, DomainError> {
    if tenant.owns(&domain) {
        return Err(DomainError::Known);
    }
    let mut tx = store.begin(tenant.id).await?;
    if tx.domain_claims().await?.len() >= MOST_CLAIMS {
        return Err(DomainError::TooMany);
    }
    let secret = data_encoding::BASE32_NOPAD.encode(&random_bytes::<20>(random)).to_ascii_lowercase();
    let claim = DomainClaim { domain, record: format!("{PREFIX}{secret}"), claimed_at: now };
    match tx.claim_domain(&claim).await {
        Err(StoreError::Conflict) => return Err(DomainError::Known),
        kept => kept?,
    }
    tx.audit(now, &by.sign(AuditEvent::success("Add unverified domain").with("domain", &claim.domain))).await?;
    tx.commit().await?;
    Ok(claim)
}

/// Looks for the record of a claim. Once it is seen, the domain is verified and in force when this returns.
pub async fn verify(app: &App, tenant: &Tenant, by: Claimant, domain: &Domain) -> Result<(), DomainError> {
    prove(app.store.as_ref(), app.records.as_ref(), app.clock.as_ref(), tenant, by, domain).await?;
    rebuild(app).await?;
    Ok(())
}

async fn prove(
    store: &dyn Store,
    records: &dyn TxtRecords,
    clock: &dyn Clock,
    tenant: &Tenant,
    by: Claimant,
    domain: &Domain,
) -> Result<(), DomainError> {
    let open = store.read(tenant.id).await?.domain_claims().await?;
    let claim = open.into_iter().find(|claim| claim.domain == *domain).ok_or(DomainError::Unknown)?;
    let seen = records.txt(domain.as_str()).await;
    let seen = seen.is_ok_and(|texts| texts.iter().any(|text| text.trim() == claim.record));
    let now = clock.now();
    if seen {
        let mut tx = store.begin(tenant.id).await?;
        // Somebody may have removed the claim while name servers were asked.
        if !tx.domain_claims().await?.contains(&claim) {
            return Err(DomainError::Unknown);
        }
        let body = json!(Positioned { position: LAST, body: DomainBody { domain: domain.clone() } });
        match tx.put_object("domain", domain.as_str(), &body, now).await {
            // One that another organization has is answered as one whose record is not there.
            Err(StoreError::Conflict) => {}
            Err(error) => return Err(error.into()),
            Ok(()) => {
                tx.drop_claim(domain).await?;
                tx.audit(now, &by.sign(AuditEvent::success("Verify domain").with("domain", domain))).await?;
                return Ok(tx.commit().await?);
            }
        }
    }
    let mut tx = store.begin(tenant.id).await?;
    tx.audit(now, &by.sign(AuditEvent::failure("Verify domain").with("domain", domain))).await?;
    tx.commit().await?;
    Err(DomainError::NotSeen)
}

/// Removes a claim, or a verified domain that was claimed once.
pub async fn remove(app: &App, tenant: &Tenant, by: Claimant, domain: &Domain) -> Result<(), DomainError> {
    let now = app.clock.now();
    let mut tx = app.store.begin(tenant.id).await?;
    let claimed = tx.drop_claim(domain).await?;
    let verified = tx.end_object("domain", domain.as_str(), now).await?;
    if !claimed && !verified {
        return Err(match &tenant.managed_by {
            ManagedBy::File { place } if tenant.owns(domain) => DomainError::Managed(place.clone()),
            _ => DomainError::Unknown,
        });
    }
    let activity = if verified { "Remove verified domain" } else { "Remove unverified domain" };
    tx.audit(now, &by.sign(AuditEvent::success(activity).with("domain", domain))).await?;
    tx.commit().await?;
    if verified {
        rebuild(app).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::io;
    use std::sync::Mutex;

    use async_trait::async_trait;

    use super::*;
    use crate::storage::InstanceTask;
    use crate::storage::sqlite::SqliteStore;
    use crate::test_doubles::{TestClock, TestRandom, contoso, domain, northwind};

    #[derive(Default)]
    struct Zone(Mutex<HashMap<String, Vec<String>>>);

    #[async_trait]
    impl TxtRecords for Zone {
        async fn txt(&self, name: &str) -> io::Result<Vec<String>> {
            Ok(self.0.lock().unwrap().get(name).cloned().unwrap_or_default())
        }
    }

    const BY: Claimant = Claimant::Application(AppId::ADMIN);

    #[tokio::test]
    async fn a_domain_counts_once_its_own_record_was_seen_and_for_one_organization() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("directory.db")).await.unwrap();
        let (zone, clock, random) = (Zone::default(), TestClock::at(5), TestRandom::new());
        let (contoso, northwind, new) = (contoso(), northwind(), domain("new.example"));
        let says = |name: &str, text: &str| zone.0.lock().unwrap().insert(name.to_owned(), vec![text.to_owned()]);
        let claim = |tenant: Tenant, domain: Domain| {
            let (store, random, now) = (&store, random.clone(), clock.now());
            async move { begin(store, random.as_ref(), now, &tenant, BY, domain).await }
        };
        let look = |tenant: Tenant| {
            let (store, zone, clock, new) = (&store, &zone, clock.clone(), new.clone());
            async move { prove(store, zone, clock.as_ref(), &tenant, BY, &new).await }
        };
        assert!(matches!(look(contoso.clone()).await, Err(DomainError::Unknown)), "nobody claimed it");
        let ours = claim(contoso.clone(), new.clone()).await.unwrap();
        let theirs = claim(northwind.clone(), new.clone()).await.unwrap();
        assert_ne!(ours.record, theirs.record);
        assert!(matches!(claim(contoso.clone(), new.clone()).await, Err(DomainError::Known)));
        assert!(matches!(claim(contoso.clone(), contoso.domains[0].clone()).await, Err(DomainError::Known)));
        // Neither the other one's record nor the right one elsewhere proves anything.
        for (name, text) in [
            ("new.example", theirs.record.as_str()),
            ("www.new.example", &ours.record),
            ("example", &ours.record),
            ("new.example", &ours.record.to_uppercase()),
            ("new.example", &format!("x {}", ours.record)),
        ] {
            zone.0.lock().unwrap().clear();
            says(name, text);
            assert!(matches!(look(contoso.clone()).await, Err(DomainError::NotSeen)), "{name} {text}");
        }
        zone.0.lock().unwrap().insert("new.example".into(), vec![theirs.record.clone(), ours.record.clone()]);
        look(contoso.clone()).await.unwrap();
        assert!(matches!(look(contoso.clone()).await, Err(DomainError::Unknown)), "it is no claim any more");
        // Whoever comes second has the right record, and still not the domain.
        assert!(matches!(look(northwind.clone()).await, Err(DomainError::NotSeen)));
        let mut tx = store.begin_instance(InstanceTask::Snapshot).await.unwrap();
        let objects = tx.objects().await.unwrap();
        assert_eq!(objects.len(), 1);
        assert_eq!((objects[0].tenant, objects[0].id.as_str()), (Some(contoso.id), "new.example"));
        assert_eq!(objects[0].managed_by, ManagedBy::Directory);
        drop(tx);
        // What is stored can be read as a domain of the organization.
        let body: Positioned<DomainBody> = super::super::stored::body(&objects[0]).unwrap();
        assert_eq!((body.position, body.body.domain), (LAST, new));
    }

    #[tokio::test]
    async fn open_claims_have_a_number() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("directory.db")).await.unwrap();
        let random = TestRandom::new();
        for number in 0..MOST_CLAIMS {
            let name = domain(&format!("d{number}.example"));
            begin(&store, random.as_ref(), Timestamp::from_seconds(1), &contoso(), BY, name).await.unwrap();
        }
        let more =
            begin(&store, random.as_ref(), Timestamp::from_seconds(1), &contoso(), BY, domain("x.example")).await;
        assert!(matches!(more, Err(DomainError::TooMany)));
    }
}
