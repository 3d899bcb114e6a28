//! The sessions of one personal account, or of one member abroad, in whatever tenant and whether a guest is bound to it or not.

use std::time::Duration;

use super::Sessions;
use crate::keys::sha256_hex;
use crate::model::{Method, SessionRecord, Timestamp};
use crate::short_term::{Key, Kind, ShortTermResult};

impl Sessions {
    /// Ends every session that began with this identity at or before `at`. An epoch of the user would miss guests who are
    /// not bound to it yet.
    pub async fn end_identity(&self, issuer: &str, subject: &str, at: Timestamp) -> ShortTermResult<()> {
        let theirs = |record: &SessionRecord| {
            record.identity.issuer == issuer && record.identity.subject == subject && record.signed_in_at <= at
        };
        for record in self.indexed(&of_identity_key(issuer, subject), theirs).await? {
            self.end(record.tenant, record.id).await?;
        }
        Ok(())
    }

    /// Remembers whose identity it began with: what this instance itself vouches for in more than one tenant, it also ends there.
    pub(super) async fn remember_identity(&self, record: &SessionRecord, lifetime: Duration) -> ShortTermResult<()> {
        match key_of(record) {
            Some(key) => self.list(&key, record, lifetime).await,
            None => Ok(()),
        }
    }

    pub(super) async fn forget_identity(&self, record: &SessionRecord) -> ShortTermResult<()> {
        match key_of(record) {
            Some(key) => self.unlist(&key, record).await,
            None => Ok(()),
        }
    }
}

fn key_of(record: &SessionRecord) -> Option<Key> {
    let ours = matches!(record.identity.method, Method::PersonalAccount | Method::Tenant { .. });
    ours.then(|| of_identity_key(&record.identity.issuer, &record.identity.subject))
}

/// Accounts belong to the instance. Hashed, since a subject may be anything.
fn of_identity_key(issuer: &str, subject: &str) -> Key {
    Key::instance(Kind::Index, format!("proved:{}", sha256_hex(format!("{issuer}\n{subject}").as_bytes())))
}
