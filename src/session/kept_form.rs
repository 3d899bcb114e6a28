//! A form that came without a session: kept, sealed, while the person who sent it signs in. And how often a browser came back
//! from signing in, so that a loop ends.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Sessions;
use crate::keys::sha256_hex;
use crate::model::{AppId, TenantId, Timestamp};
use crate::short_term::{Key, Kind, ShortTermResult};

/// As long as a journey lives at most (decision 9).
const LIFETIME: Duration = Duration::from_secs(3600);
/// Most forms of one network and hour: nobody has signed in yet, and each takes room in the store (attack row K4).
const PER_NETWORK: u64 = 20;
/// Most forms of one tenant and hour.
const PER_TENANT: u64 = 500;
/// Most forms of the instance and hour: at 64 KiB each, 128 MiB.
const IN_ALL: u64 = 2000;
/// Comings to the same place within this time belong together.
const ROUND: Duration = Duration::from_secs(30);

/// What somebody sent, and what it takes to send it on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeptForm {
    /// The app it was sent to.
    pub app: AppId,
    /// Path and query, as the browser wrote them.
    pub to: String,
    /// `Content-Type`, as the browser wrote it.
    pub content_type: String,
    /// The form itself, percent-encoded.
    pub body: String,
    /// Hash of the cookie of the browser that sent it; no other gets to see it.
    pub browser: String,
}

impl Sessions {
    /// Keeps a form under `id`. `false` if there are too many: then nothing is kept.
    pub async fn keep_form(&self, tenant: TenantId, id: &str, form: &KeptForm, network: &str) -> ShortTermResult<bool> {
        // A network counts for the whole instance, however many tenants it tries.
        let limits = [
            (Key::instance(Kind::Limit, format!("kept-forms:{network}")), PER_NETWORK),
            (Key::of(tenant, Kind::Limit, "kept-forms"), PER_TENANT),
            (Key::instance(Kind::Limit, "kept-forms"), IN_ALL),
        ];
        for (key, most) in limits {
            if self.short_term.sets().count(&key, LIFETIME).await? > most {
                return Ok(false);
            }
        }
        self.short_term.put(&form_key(tenant, id), form, LIFETIME).await?;
        Ok(true)
    }

    /// A kept form, to be looked at.
    pub async fn kept_form(&self, tenant: TenantId, id: &str) -> ShortTermResult<Option<KeptForm>> {
        self.short_term.get(&form_key(tenant, id)).await
    }

    /// Takes a kept form; nobody gets it a second time.
    pub async fn take_form(&self, tenant: TenantId, id: &str) -> ShortTermResult<Option<KeptForm>> {
        self.short_term.take(&form_key(tenant, id)).await
    }

    /// How many times in turn the browser with this sign-in cookie left for a sign-in at `left`, came back to the same place,
    /// and left again. Tabs that left together count once.
    pub async fn count_return(
        &self,
        tenant: TenantId,
        browser: &str,
        to: &str,
        left: Timestamp,
    ) -> ShortTermResult<u64> {
        let name = format!("returns:{}", sha256_hex(format!("{browser}\n{to}").as_bytes()));
        let key = Key::of(tenant, Kind::Limit, name);
        let (came, before): (Timestamp, u64) = self.short_term.get(&key).await?.unwrap_or((left, 0));
        if before > 0 && left < came {
            return Ok(before);
        }
        self.short_term.put(&key, &(self.clock.now(), before + 1), ROUND).await?;
        Ok(before + 1)
    }
}

fn form_key(tenant: TenantId, id: &str) -> Key {
    Key::of(tenant, Kind::KeptForm, sha256_hex(id.as_bytes()))
}
