//! Refresh tokens: each is used once and replaced by the next one; whoever shows one that was replaced a while ago ends the
//! whole family (RFC 9700 §4.14.2, attack row J4).

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::grant::{self, Grant};
use super::shelf;
use crate::app::App;
use crate::keys::token;
use crate::model::{TenantId, Timestamp};
use crate::short_term::{Key, Kind, ShortTermResult};

/// How long the token just replaced gives its successor once more: a client that did not get the answer asks again.
const GRACE: Duration = Duration::from_secs(10);

/// A token that counts.
#[derive(Serialize, Deserialize)]
struct Live {
    grant: String,
}

/// A token that was replaced.
#[derive(Serialize, Deserialize)]
struct Replaced {
    grant: String,
    successor: String,
    at: Timestamp,
}

/// What a token is worth.
#[derive(Debug)]
pub(super) enum Shown {
    /// It counts.
    Live {
        /// Its grant.
        grant: String,
    },
    /// It was replaced a moment ago, and its successor was not used yet: that one is given once more, and no other.
    Again {
        /// Its grant.
        grant: String,
        /// The token that replaced it.
        successor: String,
    },
    /// It was replaced, and somebody shows it all the same.
    Reused {
        /// The grant that must end.
        grant: String,
    },
    /// Nobody made it, or it is over.
    Nothing,
}

/// The first token of a grant.
pub(super) async fn first(app: &App, grant: &Grant) -> ShortTermResult<String> {
    let fresh = token(app.random.as_ref());
    keep(app, grant, &fresh).await?;
    Ok(fresh)
}

/// Looks at a token; changes nothing.
pub(super) async fn look(app: &App, tenant: TenantId, shown: &str) -> ShortTermResult<Shown> {
    if let Some(live) = shelf::get::<Live>(app, &live_key(tenant, shown)).await? {
        return Ok(Shown::Live { grant: live.grant });
    }
    replaced(app, tenant, shown).await
}

async fn replaced(app: &App, tenant: TenantId, shown: &str) -> ShortTermResult<Shown> {
    let Some(replaced) = shelf::get::<Replaced>(app, &replaced_key(tenant, shown)).await? else {
        return Ok(Shown::Nothing);
    };
    let in_time = app.clock.now().since(replaced.at) <= GRACE;
    let used = app.short_term.get(&replaced_key(tenant, &replaced.successor)).await?.is_some();
    Ok(if in_time && !used {
        Shown::Again { grant: replaced.grant, successor: replaced.successor }
    } else {
        Shown::Reused { grant: replaced.grant }
    })
}

/// Replaces a token that counted a moment ago. Of any number of simultaneous callers one replaces it and the others get the
/// same successor, so that there is never a second branch.
pub(super) async fn replace(app: &App, grant: &Grant, shown: &str) -> ShortTermResult<Shown> {
    let successor = token(app.random.as_ref());
    // Before anybody can learn of it, so that whoever does can use it.
    keep(app, grant, &successor).await?;
    let row = Replaced { grant: grant.id.clone(), successor: successor.clone(), at: app.clock.now() };
    let lifetime = grant.ends_at.since(app.clock.now());
    if shelf::put_new(app, &replaced_key(grant.tenant, shown), &row, lifetime).await? {
        app.short_term.remove(&live_key(grant.tenant, shown)).await?;
        return Ok(Shown::Again { grant: grant.id.clone(), successor });
    }
    app.short_term.remove(&live_key(grant.tenant, &successor)).await?;
    replaced(app, grant.tenant, shown).await
}

/// The grant of a token, whatever it is worth: for revocation.
pub(super) async fn grant_of(app: &App, tenant: TenantId, shown: &str) -> ShortTermResult<Option<Grant>> {
    match look(app, tenant, shown).await? {
        Shown::Live { grant } | Shown::Again { grant, .. } | Shown::Reused { grant } => {
            grant::find(app, tenant, &grant).await
        }
        Shown::Nothing => Ok(None),
    }
}

async fn keep(app: &App, grant: &Grant, fresh: &str) -> ShortTermResult<()> {
    let lifetime = grant.ends_at.since(app.clock.now());
    shelf::put(app, &live_key(grant.tenant, fresh), &Live { grant: grant.id.clone() }, lifetime).await
}

fn live_key(tenant: TenantId, shown: &str) -> Key {
    shelf::of_secret(tenant, Kind::Grant, "refresh", shown)
}

fn replaced_key(tenant: TenantId, shown: &str) -> Key {
    shelf::of_secret(tenant, Kind::Grant, "replaced", shown)
}
