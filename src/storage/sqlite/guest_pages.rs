//! Guests page by page, the people of an app, and the tenants that wait for an address.

use async_trait::async_trait;
use sqlx::sqlite::SqliteConnection;

use super::connection::{Access, ask};
use super::instance::InstanceView;
use super::read::View;
use super::rows::parsed;
use super::users::{select_users, user};
use crate::model::{AppId, EmailAddress, TenantId, User};
use crate::storage::{GuestQuery, GuestSource, GuestState, ReadGuestPages, ReadWaiting, StoreResult};

#[async_trait]
impl<A: Access + 'static> ReadGuestPages for View<A> {
    async fn guest_page(&mut self, query: &GuestQuery) -> StoreResult<Vec<User>> {
        ask!(self.access, page, self.tenant, query)
    }

    async fn users_of_app(&mut self, app: AppId, limit: u32) -> StoreResult<Vec<User>> {
        ask!(self.access, of_app, self.tenant, app, limit)
    }
}

#[async_trait]
impl ReadWaiting for InstanceView {
    async fn tenants_inviting(&mut self, address: &EmailAddress) -> StoreResult<Vec<TenantId>> {
        ask!(self.access, inviting, address)
    }
}

/// The index `users_guests` holds everything that is compared here, so that rows are read for the page alone.
async fn page(db: &mut SqliteConnection, tenant: TenantId, wanted: &GuestQuery) -> StoreResult<Vec<User>> {
    let (state, enabled) = match wanted.state {
        None => (None, None),
        Some(GuestState::Pending) => (Some("PendingAcceptance"), Some(true)),
        Some(GuestState::Accepted) => (Some("Accepted"), Some(true)),
        Some(GuestState::Blocked) => (None, Some(false)),
        Some(GuestState::Deleted) => (None, None),
    };
    let deleted = wanted.state == Some(GuestState::Deleted);
    let redeemed = wanted.source.as_ref().map(|source| source.method_kind().is_some());
    let connection = match &wanted.source {
        Some(GuestSource::Connection(name)) => Some(name.to_string()),
        _ => None,
    };
    let query = select_users!(
        "AND user_type = 'Guest' AND (deleted_at IS NOT NULL) = ?7 AND (deleted_at IS NULL OR purged_at IS NULL) \
         AND (?2 IS NULL OR external_user_state = ?2) AND (?3 IS NULL OR account_enabled = ?3) \
         AND (?4 IS NULL OR display_name LIKE ?4 ESCAPE '\\' OR mail LIKE ?4 ESCAPE '\\' \
              OR invited_address LIKE ?4 ESCAPE '\\') \
         AND (?8 IS NULL OR (issuer IS NOT NULL AND external_user_state = 'Accepted') = ?8) \
         AND (?9 IS NULL OR json_extract(method, '$.kind') = ?9) \
         AND (?10 IS NULL OR json_extract(method, '$.name') = ?10) \
         AND (?5 IS NULL OR (display_name, id) > (SELECT display_name, id FROM users WHERE tenant = ?1 AND id = ?5)) \
         ORDER BY display_name, id LIMIT ?6"
    );
    let query = query
        .bind(tenant.to_string())
        .bind(state)
        .bind(enabled)
        .bind(wanted.search.as_deref().map(containing))
        .bind(wanted.after.map(|after| after.to_string()))
        .bind(wanted.limit)
        .bind(deleted)
        .bind(redeemed)
        .bind(wanted.source.as_ref().and_then(GuestSource::method_kind))
        .bind(connection);
    query.fetch_all(db).await?.iter().map(user).collect()
}

/// A pattern for texts that contain `part`; what `LIKE` reads as more than itself is escaped.
fn containing(part: &str) -> String {
    let mut pattern = String::with_capacity(part.len() + 2);
    pattern.push('%');
    for character in part.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

async fn of_app(db: &mut SqliteConnection, tenant: TenantId, app: AppId, limit: u32) -> StoreResult<Vec<User>> {
    let query = select_users!(
        "AND deleted_at IS NULL AND id IN (SELECT user FROM assignments WHERE tenant = ?1 AND app = ?2) \
         ORDER BY display_name, id LIMIT ?3"
    );
    let query = query.bind(tenant.to_string()).bind(app.to_string()).bind(limit);
    query.fetch_all(db).await?.iter().map(user).collect()
}

async fn inviting(db: &mut SqliteConnection, address: &EmailAddress) -> StoreResult<Vec<TenantId>> {
    let query = sqlx::query(
        "SELECT tenant FROM users WHERE invited_address = ?1 AND user_type = 'Guest' AND issuer IS NULL \
         AND account_enabled AND deleted_at IS NULL ORDER BY tenant",
    );
    let rows = query.bind(address.as_str()).fetch_all(db).await?;
    rows.iter().map(|row| parsed(row, "tenant")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_taken_word_for_word() {
        assert_eq!(containing(r"a%_\"), r"%a\%\_\\%");
        assert_eq!(containing("ada"), "%ada%");
    }
}
