//! Names of people and sessions towards one client: two clients cannot tell that they speak of the same one (OpenID Connect
//! Core 1.0 §8.1). Across apps of one tenant `oid` does that job.

use data_encoding::BASE64URL_NOPAD;
use uuid::Uuid;

use crate::keys::{Keys, Purpose};
use crate::model::{AppId, SessionId, TenantId, UserId};

/// `sub` of a user towards a client.
pub fn subject(keys: &Keys, tenant: TenantId, user: UserId, app: AppId) -> String {
    BASE64URL_NOPAD.encode(&hash(keys, b"sub", [tenant.uuid(), user.uuid(), app.uuid()]))
}

/// `sid` of a session towards a client.
pub fn session(keys: &Keys, tenant: TenantId, session: SessionId, app: AppId) -> String {
    let hash = hash(keys, b"sid", [tenant.uuid(), session.0, app.uuid()]);
    BASE64URL_NOPAD.encode(hash.get(..16).unwrap_or_default())
}

fn hash(keys: &Keys, what: &[u8], ids: [Uuid; 3]) -> [u8; 32] {
    let [one, two, three] = &ids;
    keys.keyed_hash(Purpose::Pairwise, &[what, one.as_bytes(), two.as_bytes(), three.as_bytes()])
}
