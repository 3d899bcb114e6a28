//! Look for the DNS records by which domains name their identity providers, and remember what was seen.

use std::time::Duration;

use crate::app::App;
use crate::clock::Clock;
use crate::model::{AuditEvent, Connection, Domain, Tenant, TenantId};
use crate::outbound::TxtRecords;
use crate::storage::{DomainProof, InstanceTask, Store, StoreResult};

/// How often everything is looked up again.
const EVERY: Duration = Duration::from_secs(3600);
/// A record that was seen counts so long while no name server answers at all.
const PATIENCE: Duration = Duration::from_secs(7 * 24 * 3600);

/// What one look found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sighting {
    /// No record is needed; this vouches for the domain.
    NotNeeded(&'static str),
    /// The record is there.
    Seen,
    /// The name servers answered, and it is not.
    Missing,
    /// No name server answered.
    Unknown(String),
}

/// A domain of a connection, and what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainSighting {
    /// The domain.
    pub domain: Domain,
    /// The record that its owner adds, without the name.
    pub record: String,
    /// What was found.
    pub sighting: Sighting,
}

/// Looks up the records of one connection now, and remembers the answers; whether anything changed comes along, and then
/// the snapshot is to be built anew.
pub async fn look(
    store: &dyn Store,
    records: &dyn TxtRecords,
    clock: &dyn Clock,
    tenant: TenantId,
    connection: &Connection,
) -> StoreResult<(Vec<DomainSighting>, bool)> {
    let known = store.begin_instance(InstanceTask::Snapshot).await?.domain_proofs().await?;
    let (mut found, mut changed) = (Vec::new(), false);
    for domain in &connection.domains {
        let before = known.iter().find(|proof| {
            proof.tenant == tenant
                && proof.connection == connection.name
                && proof.domain == *domain
                && proof.issuer == connection.issuer
        });
        let sighting = match vouched(connection, domain) {
            Some(by) => Sighting::NotNeeded(by),
            None => ask(records, connection, domain).await,
        };
        let seen = match &sighting {
            Sighting::NotNeeded(_) => None,
            Sighting::Seen => Some(true),
            Sighting::Missing => Some(false),
            // Nobody answers: what was seen counts on for a while, and no longer.
            Sighting::Unknown(_) => {
                before.filter(|proof| proof.seen && clock.now().since(proof.checked_at) > PATIENCE).map(|_| false)
            }
        };
        if let Some(seen) = seen {
            changed |= before.is_some_and(|proof| proof.seen) != seen;
            remember(store, clock, tenant, connection, domain, seen, before).await?;
        }
        found.push(DomainSighting { domain: domain.clone(), record: connection.record(), sighting });
    }
    Ok((found, changed))
}

/// Looks again at every domain that needs a record, at once and then each hour, until `stopped`.
pub async fn run(app: &App, stopped: impl Future<Output = ()>) {
    tokio::pin!(stopped);
    let mut tick = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            () = &mut stopped => return,
            _ = tick.tick() => look_everywhere(app).await,
        }
    }
}

/// Looks up the records of every connection that needs one.
pub async fn look_everywhere(app: &App) {
    let snapshot = app.snapshot.load_full();
    let mut changed = false;
    for tenant in snapshot.tenants() {
        for connection in needing(tenant) {
            match look(app.store.as_ref(), app.records.as_ref(), app.clock.as_ref(), tenant.id, connection).await {
                Ok((_, changes)) => changed |= changes,
                Err(error) => tracing::error!(tenant.id = %tenant.id, %error, "a DNS record could not be remembered"),
            }
        }
    }
    if changed && let Err(error) = super::rebuild(app).await {
        tracing::error!(%error, "the proof of a domain changed, and the configuration could not be read again");
    }
}

fn needing(tenant: &Tenant) -> impl Iterator<Item = &Connection> {
    tenant.connections.iter().filter(|one| one.domains.iter().any(|domain| one.needs_record(domain)))
}

/// What vouches for a domain without any record.
fn vouched(connection: &Connection, domain: &Domain) -> Option<&'static str> {
    if connection.needs_record(domain) {
        None
    } else if connection.preset.is_some() {
        Some("the provider proves it in each sign-in")
    } else if connection.verified {
        Some("the operator says so (verified = true)")
    } else {
        Some("the issuer's host lies in it")
    }
}

async fn ask(records: &dyn TxtRecords, connection: &Connection, domain: &Domain) -> Sighting {
    let wanted = connection.record();
    match records.txt(domain.as_str()).await {
        // Byte for byte, as issuers are compared everywhere; only white space around it is forgiven.
        Ok(texts) if texts.iter().any(|text| text.trim() == wanted) => Sighting::Seen,
        Ok(_) => Sighting::Missing,
        Err(error) => Sighting::Unknown(error.to_string()),
    }
}

async fn remember(
    store: &dyn Store,
    clock: &dyn Clock,
    tenant: TenantId,
    connection: &Connection,
    domain: &Domain,
    seen: bool,
    before: Option<&DomainProof>,
) -> StoreResult<()> {
    let now = clock.now();
    let mut tx = store.begin(tenant).await?;
    tx.keep_domain_proof(&DomainProof {
        tenant,
        connection: connection.name.clone(),
        domain: domain.clone(),
        issuer: connection.issuer.clone(),
        seen,
        checked_at: now,
    })
    .await?;
    if before.is_some_and(|proof| proof.seen) != seen {
        let event = if seen { AuditEvent::success("Verify domain") } else { AuditEvent::failure("Verify domain") };
        tx.audit(now, &event.with("connection", &connection.name).with("domain", domain)).await?;
    }
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::io;
    use std::sync::{Arc, Mutex};

    use async_trait::async_trait;

    use super::*;
    use crate::test_doubles::{CONTOSO, MemoryStore, TestClock, connection, domain};

    #[derive(Default)]
    struct Zone(Mutex<HashMap<String, Vec<String>>>, Mutex<bool>);

    impl Zone {
        fn says(&self, name: &str, texts: &[&str]) {
            self.0.lock().unwrap().insert(name.to_owned(), texts.iter().map(|text| (*text).to_owned()).collect());
        }
    }

    #[async_trait]
    impl TxtRecords for Zone {
        async fn txt(&self, name: &str) -> io::Result<Vec<String>> {
            if *self.1.lock().unwrap() {
                return Err(io::Error::other("no name server answered"));
            }
            Ok(self.0.lock().unwrap().get(name).cloned().unwrap_or_default())
        }
    }

    fn foreign() -> Connection {
        let mut foreign = connection("fabrikam", &["fabrikam.example"], false);
        (foreign.verified, foreign.proved) = (false, Vec::new());
        "https://idp.example".clone_into(&mut foreign.issuer);
        foreign
    }

    struct Ground {
        store: MemoryStore,
        zone: Zone,
        clock: Arc<TestClock>,
    }

    impl Ground {
        async fn look(&self, connection: &Connection) -> (Sighting, bool) {
            let (found, changed) =
                look(&self.store, &self.zone, self.clock.as_ref(), CONTOSO, connection).await.unwrap();
            (found[0].sighting.clone(), changed)
        }

        fn seen(&self) -> bool {
            self.store.content().proofs.iter().any(|proof| proof.seen)
        }
    }

    fn ground() -> Ground {
        Ground { store: MemoryStore::default(), zone: Zone::default(), clock: TestClock::at(1_800_000_000) }
    }

    #[tokio::test]
    async fn the_record_of_exactly_this_domain_and_issuer_proves_it() {
        let ground = ground();
        let foreign = foreign();
        assert_eq!(ground.look(&foreign).await, (Sighting::Missing, false));
        for wrong in [
            "DirectFedAuthUrl=https://idp.example.evil",
            "DirectFedAuthUrl=https://idp.example/",
            "DirectFedAuthUrl=http://idp.example",
            "DirectFedAuthUrl=https://IDP.example",
            "directfedauthurl=https://idp.example",
            "x DirectFedAuthUrl=https://idp.example",
            "https://idp.example",
        ] {
            ground.zone.says("fabrikam.example", &[wrong]);
            assert_eq!(ground.look(&foreign).await, (Sighting::Missing, false), "{wrong}");
        }
        for elsewhere in ["example", "sub.fabrikam.example", "_vestibule.fabrikam.example", "fabrikam.co.example"] {
            ground.zone.says("fabrikam.example", &[]);
            ground.zone.says(elsewhere, &["DirectFedAuthUrl=https://idp.example"]);
            assert_eq!(ground.look(&foreign).await, (Sighting::Missing, false), "{elsewhere}");
        }
        ground.zone.says("fabrikam.example", &["v=spf1 -all", "DirectFedAuthUrl=https://idp.example"]);
        assert_eq!(ground.look(&foreign).await, (Sighting::Seen, true));
        assert_eq!(ground.look(&foreign).await, (Sighting::Seen, false), "seen already");
        assert!(ground.seen());
        // Another issuer of the same connection is another question.
        let moved = Connection { issuer: "https://other.example".to_owned(), ..foreign.clone() };
        assert_eq!(ground.look(&moved).await.0, Sighting::Missing);
    }

    #[tokio::test]
    async fn a_record_that_is_taken_away_counts_no_more_and_silence_is_borne_for_a_week() {
        let ground = ground();
        let foreign = foreign();
        ground.zone.says("fabrikam.example", &["DirectFedAuthUrl=https://idp.example"]);
        ground.look(&foreign).await;
        *ground.zone.1.lock().unwrap() = true;
        assert!(matches!(ground.look(&foreign).await, (Sighting::Unknown(_), false)));
        assert!(ground.seen());
        ground.clock.advance(PATIENCE);
        ground.look(&foreign).await;
        assert!(ground.seen());
        ground.clock.advance(Duration::from_secs(1));
        assert!(matches!(ground.look(&foreign).await, (Sighting::Unknown(_), true)));
        assert!(!ground.seen());
        *ground.zone.1.lock().unwrap() = false;
        assert_eq!(ground.look(&foreign).await, (Sighting::Seen, true));
        ground.zone.says("fabrikam.example", &[]);
        assert_eq!(ground.look(&foreign).await, (Sighting::Missing, true));
        assert!(!ground.seen());
        let audited = ground.store.content().audit;
        assert_eq!(audited.len(), 4, "each change and nothing else: {audited:?}");
    }

    #[tokio::test]
    async fn nobody_is_asked_where_something_else_vouches() {
        let ground = ground();
        *ground.zone.1.lock().unwrap() = true;
        let own = connection("fabrikam", &["fabrikam.example"], false);
        assert!(matches!(ground.look(&own).await, (Sighting::NotNeeded(_), false)));
        assert!(ground.store.content().proofs.is_empty());
        assert!(!own.needs_record(&domain("fabrikam.example")));
    }
}
