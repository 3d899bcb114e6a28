//! The sessions of one personal account, or of one member abroad, in whatever tenant and whether a guest is bound to it or not.

use std::time::Duration;

use super::Sessions;
use crate::keys::sha256_hex;
use crate::model::{Method, SessionId, SessionRecord, TenantId, Timestamp};
use crate::short_term::{Key, Kind, ShortTermResult};

impl Sessions {
    /// Ends every session that began with this identity at or before `at`. An epoch of the user would miss guests who are
    /// not bound to it yet.
    pub async fn end_identity(&self, issuer: &str, subject: &str, at: Timestamp) -> ShortTermResult<()> {
        let key = of_identity_key(issuer, subject);
        for name in self.short_term.sets().listed(&key).await? {
            let session = match parse(&name) {
                Some((tenant, id)) => self.find(tenant, id).await?,
                None => None,
            };
            match session {
                Some(session) if session.record().signed_in_at > at => {}
                Some(session) => {
                    let record = session.record();
                    self.end(record.tenant, record.id).await?;
                    self.short_term.sets().delist(&key, &name).await?;
                }
                None => self.short_term.sets().delist(&key, &name).await?,
            }
        }
        Ok(())
    }

    /// Remembers whose identity it began with: what this instance itself vouches for in more than one tenant, it also ends there.
    pub(super) async fn remember_identity(&self, record: &SessionRecord, lifetime: Duration) -> ShortTermResult<()> {
        if !matches!(record.identity.method, Method::PersonalAccount | Method::Tenant { .. }) {
            return Ok(());
        }
        let key = of_identity_key(&record.identity.issuer, &record.identity.subject);
        let name = format!("{}/{}", record.tenant, record.id.0.as_hyphenated());
        self.short_term.sets().enlist(&key, &name, lifetime).await
    }
}

fn parse(name: &str) -> Option<(TenantId, SessionId)> {
    let (tenant, id) = name.split_once('/')?;
    Some((tenant.parse().ok()?, SessionId(uuid::Uuid::try_parse(id).ok()?)))
}

/// Accounts belong to the instance. Hashed, since a subject may be anything.
fn of_identity_key(issuer: &str, subject: &str) -> Key {
    Key::instance(Kind::Index, format!("proved:{}", sha256_hex(format!("{issuer}\n{subject}").as_bytes())))
}
