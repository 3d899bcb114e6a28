//! Personal data in audit lines: sealed under a key of the person, so that destroying the key erases it (decision 22).

use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::clock::{Clock, Random};
use crate::keys::{KeepPersonKeys, PersonKey};
use crate::model::{AuditEvent, AuditLine, EmailAddress, TenantId, UserId};
use crate::storage::{StoreResult, Tx};

/// What an audit line may know about a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonalData {
    /// The address that the event is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<EmailAddress>,
    /// Network of the browser, cut to /24 or /48.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
}

/// Seals personal data; what a verb needs besides its transaction.
#[derive(Clone, Copy)]
pub struct Sealer<'a> {
    /// Keeps the keys of persons.
    pub keys: &'a dyn KeepPersonKeys,
    /// Time.
    pub clock: &'a dyn Clock,
    /// Randomness.
    pub random: &'a dyn Random,
}

impl<'a> Sealer<'a> {
    /// The sealer of the bench.
    pub fn of(app: &'a App) -> Self {
        Self { keys: app.keys.as_ref(), clock: app.clock.as_ref(), random: app.random.as_ref() }
    }

    /// The event with `data` sealed under the key of its target. The key is made where there is none yet. An event without
    /// a target has nobody whose key could seal, and stays as it is.
    pub async fn seal(
        &self,
        tx: &mut dyn Tx,
        tenant: TenantId,
        event: AuditEvent,
        data: &PersonalData,
    ) -> StoreResult<AuditEvent> {
        let Some(person) = event.target else { return Ok(event) };
        let stored = tx.person_key(person).await?;
        let key = match stored.and_then(|stored| self.keys.unwrap_person_key(tenant, person, &stored)) {
            Some(key) => key,
            None => {
                let key = PersonKey::generate(self.random);
                let stored = self.keys.wrap_person_key(tenant, person, &key);
                tx.keep_person_key(person, &stored, self.clock.now()).await?;
                key
            }
        };
        let plain = serde_json::to_vec(data).unwrap_or_default();
        let context = context(tenant, person, &event.activity);
        let sealed = key.seal(&context, &plain, self.random);
        Ok(event.sealing(sealed))
    }
}

/// Opens what an audit line holds about its target; `None` once the key is destroyed.
pub fn open(
    keys: &dyn KeepPersonKeys,
    tenant: TenantId,
    person: UserId,
    stored_key: &str,
    line: &AuditLine,
) -> Option<PersonalData> {
    let key = keys.unwrap_person_key(tenant, person, stored_key)?;
    let context = context(tenant, person, &line.event.activity);
    serde_json::from_slice(&key.open(&context, line.event.sealed.as_deref()?)?).ok()
}

/// A sealed text that is moved to another person's line, or to another event, opens nowhere.
fn context(tenant: TenantId, person: UserId, activity: &str) -> String {
    format!("audit {tenant} {person} {activity}")
}
