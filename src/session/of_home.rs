//! The sessions that came from a session at a home organization: ended when it says that somebody signed out there.

use std::sync::Arc;
use std::time::Duration;

use super::Sessions;
use crate::keys::sha256_hex;
use crate::model::{ConnectionName, SessionRecord, TenantId};
use crate::short_term::{Key, Kind, ShortTermResult};

/// Which sessions that began at a tenant's connection, there or with its member abroad: of a person, of a session at the
/// provider, or of both at once.
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

impl<'a> AtHome<'a> {
    /// Whether `record` is one of them. What is not named leaves it open; naming nothing means nobody.
    fn includes(&self, record: &SessionRecord) -> bool {
        let Some(home) = &record.home else { return false };
        home.provider(record.tenant, &record.identity) == Some((self.tenant, self.connection, self.issuer))
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

    /// Every index that lists `record`.
    fn indexes_of(record: &'a SessionRecord) -> impl Iterator<Item = Key> {
        let home = record.home.as_ref();
        let there = home.and_then(|home| Some((home, home.provider(record.tenant, &record.identity)?)));
        let names = there.map(|(home, (tenant, connection, issuer))| {
            let person = AtHome { tenant, connection, issuer, subject: Some(&home.subject), sid: None };
            let session = home.sid.as_deref().map(|sid| AtHome { subject: None, sid: Some(sid), ..person });
            [Some(person), session]
        });
        names.into_iter().flatten().flatten().filter_map(|name| name.index())
    }
}

/// What became of the sessions that came from a home organization.
#[derive(Debug)]
pub struct EndedAtHome {
    /// Those that ended.
    pub ended: Vec<Arc<SessionRecord>>,
    /// Whether others may be left, which only the search that was not allowed would have found.
    pub unfinished: bool,
}

impl Sessions {
    /// Ends the sessions that came from there, and says which. A search through all sessions of the instance, which only somebody
    /// with more than a thousand of them makes necessary, is asked for by `may_search`; what is listed ends in any case.
    pub async fn end_at_home(
        &self,
        there: AtHome<'_>,
        may_search: impl Future<Output = ShortTermResult<bool>>,
    ) -> ShortTermResult<EndedAtHome> {
        let Some(key) = there.index() else { return Ok(EndedAtHome { ended: Vec::new(), unfinished: false }) };
        let includes = |record: &SessionRecord| there.includes(record);
        let mut ended = self.listed(&key, includes).await?;
        self.end_all(&ended).await?;
        let incomplete = self.is_incomplete(&key).await?;
        let searched = incomplete && may_search.await?;
        if searched {
            // What is listed is over by now, and is found no more.
            let others = self.all(includes).await?;
            self.end_all(&others).await?;
            ended.extend(others);
        }
        Ok(EndedAtHome { ended, unfinished: incomplete && !searched })
    }

    async fn end_all(&self, records: &[Arc<SessionRecord>]) -> ShortTermResult<()> {
        for record in records {
            self.end(record.tenant, record.id).await?;
        }
        Ok(())
    }

    /// Remembers where it came from.
    pub(super) async fn remember_home(&self, record: &SessionRecord, lifetime: Duration) -> ShortTermResult<()> {
        for key in AtHome::indexes_of(record) {
            self.list(&key, record, lifetime).await?;
        }
        Ok(())
    }

    pub(super) async fn forget_home(&self, record: &SessionRecord) -> ShortTermResult<()> {
        for key in AtHome::indexes_of(record) {
            self.unlist(&key, record).await?;
        }
        Ok(())
    }
}
