//! The sessions that came from a session at a home organization: ended when it says that somebody signed out there.

use std::sync::Arc;
use std::time::Duration;

use super::Sessions;
use crate::keys::sha256_hex;
use crate::model::{ConnectionName, Method, SessionId, SessionRecord, TenantId};
use crate::short_term::{Key, Kind, ShortTermResult};

/// Which sessions of a tenant's connection: of a person, of a session there, or of both at once.
#[derive(Clone, Copy, Debug)]
pub struct AtHome<'a> {
    /// The tenant.
    pub tenant: TenantId,
    /// Its connection, by name.
    pub connection: &'a ConnectionName,
    /// The issuer that signed it.
    pub issuer: &'a str,
    /// The provider's name for the person.
    pub subject: Option<&'a str>,
    /// The provider's name for the session.
    pub sid: Option<&'a str>,
}

impl AtHome<'_> {
    /// Whether `record` is one of them. What is not named leaves it open; naming nothing means nobody.
    fn includes(&self, record: &SessionRecord) -> bool {
        let Some(home) = &record.home else { return false };
        let by_connection = matches!(&record.identity.method, Method::Connection { name } if name == self.connection);
        by_connection
            && record.tenant == self.tenant
            && record.identity.issuer == self.issuer
            && (self.subject.is_some() || self.sid.is_some())
            && self.subject.is_none_or(|subject| subject == home.subject)
            && self.sid.is_none_or(|sid| home.sid.as_deref() == Some(sid))
    }

    /// Where the ids of those sessions stand: under the session there, which is the narrower name, else under the person.
    fn index(&self) -> Option<Key> {
        let (kind, name) = self.sid.map(|sid| ("sid", sid)).or(self.subject.map(|subject| ("sub", subject)))?;
        let name = sha256_hex(format!("{}\n{kind}\n{name}", self.issuer).as_bytes());
        Some(Key::of(self.tenant, Kind::Index, format!("home:{}:{name}", self.connection)))
    }
}

impl Sessions {
    /// Ends the sessions that came from there, and says which.
    pub async fn end_at_home(&self, there: AtHome<'_>) -> ShortTermResult<Vec<Arc<SessionRecord>>> {
        let mut ended = Vec::new();
        let Some(key) = there.index() else { return Ok(ended) };
        for name in self.short_term.sets().listed(&key).await? {
            let id = uuid::Uuid::try_parse(&name).ok().map(SessionId);
            let session = match id {
                Some(id) => self.find(there.tenant, id).await?,
                None => None,
            };
            let Some(session) = session else {
                self.short_term.sets().delist(&key, &name).await?;
                continue;
            };
            let record = session.record().clone();
            if there.includes(&record) {
                self.end(record.tenant, record.id).await?;
                self.short_term.sets().delist(&key, &name).await?;
                ended.push(record);
            }
        }
        Ok(ended)
    }

    /// Remembers where it came from.
    pub(super) async fn remember_home(&self, record: &SessionRecord, lifetime: Duration) -> ShortTermResult<()> {
        let (Some(home), Method::Connection { name }) = (&record.home, &record.identity.method) else { return Ok(()) };
        let person = AtHome {
            tenant: record.tenant,
            connection: name,
            issuer: &record.identity.issuer,
            subject: Some(&home.subject),
            sid: None,
        };
        let session = home.sid.as_deref().map(|sid| AtHome { subject: None, sid: Some(sid), ..person });
        let id = record.id.0.as_hyphenated().to_string();
        for key in [Some(person), session].iter().flatten().filter_map(AtHome::index) {
            self.short_term.sets().enlist(&key, &id, lifetime).await?;
        }
        Ok(())
    }
}
