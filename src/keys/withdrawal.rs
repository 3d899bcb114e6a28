//! Signing keys that somebody else may know are withdrawn at once, not a day later as in a rotation (attack row J11).

use std::sync::Arc;

use super::signing::SigningKey;
use super::{Keys, KeysError, SigningKeys, oldest_first, opened, purpose_of, rotation, stored};
use crate::model::{AuditEvent, SigningAlgorithm, TenantId};
use crate::storage::{InstanceTask, StoredKey};

/// What became of a tenant's keys of one algorithm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// The algorithm.
    pub algorithm: SigningAlgorithm,
    /// The keys that are gone, by their `kid`, oldest first.
    pub withdrawn: Vec<String>,
    /// The key that signs from now on.
    pub signs: String,
}

impl Keys {
    /// Destroys signing keys of a tenant, all of them or the one called `only`: nothing that they signed is believed here
    /// any more. Where the key that signs is among them, the one that waits for its turn signs at once, because whoever keeps
    /// our keys may know it already; without one, a new key does.
    pub async fn withdraw(&self, tenant: TenantId, only: Option<&str>) -> Result<Vec<Withdrawal>, KeysError> {
        // Nobody makes a key meanwhile.
        let _none_aside = self.making_aside.lock().await;
        let _none = self.making.lock().await;
        let now = self.clock.now();
        let mut spare = Vec::new();
        for algorithm in SigningAlgorithm::ALL {
            // Made before the transaction, for which everybody else would wait.
            let mut made = SigningKey::generate_aside(algorithm, now).await?;
            made.0.created_at = rotation::signing_since(now);
            spare.push(made);
        }

        let mut tx = self.store.begin_instance(InstanceTask::Keys).await?;
        let mut all = tx.keys().await?;
        all.retain(|row| row.tenant == Some(tenant));
        oldest_first(&mut all);
        let (mut done, mut left) = (Vec::new(), Vec::new());
        for (key, plain) in spare {
            let algorithm = key.algorithm();
            let rows: Vec<&StoredKey> = all.iter().filter(|row| row.purpose == purpose_of(algorithm)).collect();
            let mut keys = Vec::new();
            for row in &rows {
                let plain = opened(&self.root, row)?;
                keys.push(Arc::new(SigningKey::from_pkcs8(algorithm, &plain, row.created_at)?));
            }
            let is_bad = |kid: &str| only.is_none_or(|only| only == kid);
            let withdrawn: Vec<String> =
                keys.iter().map(|key| key.kid().to_owned()).filter(|kid| is_bad(kid)).collect();
            let signer = rotation::signer(&keys, algorithm, now).map(|key| key.kid().to_owned());
            let waiting = rotation::waiting(&keys, algorithm, now).map(|key| key.kid().to_owned());
            keys.retain(|key| !is_bad(key.kid()));
            if withdrawn.is_empty() {
                left.extend(keys);
                continue;
            }
            for kid in &withdrawn {
                tx.delete_key(Some(tenant), kid).await?;
                let event =
                    AuditEvent::success("Withdraw signing key").with("tenant", tenant).with("key", kid.as_str());
                tx.audit(now, &event).await?;
            }
            let signs = match (signer.filter(|kid| !is_bad(kid)), waiting.filter(|kid| !is_bad(kid))) {
                (Some(signer), _) => signer,
                (None, Some(next)) => {
                    let Some(row) = rows.iter().find(|row| row.id == next) else { return Err(KeysError::Crypto) };
                    let sooner = StoredKey { created_at: rotation::signing_since(now), ..(*row).clone() };
                    tx.delete_key(Some(tenant), &next).await?;
                    tx.insert_key(&sooner).await?;
                    let plain = opened(&self.root, &sooner)?;
                    keys.retain(|key| key.kid() != next);
                    keys.push(Arc::new(SigningKey::from_pkcs8(algorithm, &plain, sooner.created_at)?));
                    next
                }
                (None, None) => {
                    let (purpose, signs) = (purpose_of(algorithm), key.kid().to_owned());
                    let row =
                        stored(&self.root, purpose, Some(tenant), signs.clone(), &plain, &*self.clock, &*self.random)?;
                    tx.insert_key(&StoredKey { created_at: key.created_at, ..row }).await?;
                    keys.push(Arc::new(key));
                    signs
                }
            };
            left.extend(keys);
            done.push(Withdrawal { algorithm, withdrawn, signs });
        }
        if let (true, Some(kid)) = (done.is_empty(), only) {
            return Err(KeysError::UnknownKey { tenant, kid: kid.to_owned() });
        }
        tx.commit().await?;
        self.signing.rcu(|old| {
            let mut all = SigningKeys::clone(old);
            all.insert(tenant, left.clone());
            all
        });
        Ok(done)
    }
}
