//! Resets, reminders, erasure, reviews of access, and who was active.

use async_trait::async_trait;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::connection::{Access, ask};
use super::instance::InstanceView;
use super::keys::bump_epochs_of;
use super::read::View;
use super::rows::{column, from_json, json, parsed, parsed_if_any, time, time_if_any, word, worded, worded_if_any};
use super::users::one_row;
use super::writer::Lease;
use super::{audit, failed, invitations};
use crate::model::{
    AccessReview, AccessReviewId, AccessReviewItem, AuditLine, Invitation, OutgoingMail, Remains, TenantId, Timestamp,
    User, UserId,
};
use crate::storage::{InstanceLife, ReadLife, StoreResult, WriteLife};

#[async_trait]
impl<A: Access + 'static> ReadLife for View<A> {
    async fn last_reset(&mut self, user: UserId) -> StoreResult<Option<Timestamp>> {
        ask!(self.access, last_reset, self.tenant, user)
    }

    async fn last_resets(&mut self) -> StoreResult<Vec<(UserId, Timestamp)>> {
        ask!(self.access, last_resets, self.tenant)
    }

    async fn person_key(&mut self, user: UserId) -> StoreResult<Option<String>> {
        ask!(self.access, person_key, self.tenant, user)
    }

    async fn ended_at(&mut self, user: UserId) -> StoreResult<Option<Timestamp>> {
        ask!(self.access, ended_at, self.tenant, user)
    }

    async fn invitations_of(&mut self, user: UserId) -> StoreResult<Vec<Invitation>> {
        ask!(self.access, invitations::all_of_user, self.tenant, user)
    }

    async fn audit_about(&mut self, user: UserId) -> StoreResult<Vec<AuditLine>> {
        ask!(self.access, audit::about, self.tenant, user)
    }

    async fn active_months(&mut self, user: UserId) -> StoreResult<Vec<String>> {
        ask!(self.access, active_months, self.tenant, user)
    }

    async fn active_guests(&mut self) -> StoreResult<Vec<(String, u64)>> {
        ask!(self.access, active_guests, self.tenant)
    }

    async fn guest_count(&mut self) -> StoreResult<u64> {
        ask!(self.access, guest_count, self.tenant)
    }

    async fn end_noted(&mut self, user: UserId, ends_at: Timestamp, days: i64) -> StoreResult<bool> {
        ask!(self.access, end_noted, self.tenant, user, ends_at, days)
    }

    async fn access_review(&mut self, id: AccessReviewId) -> StoreResult<Option<AccessReview>> {
        ask!(self.access, access_review, self.tenant, id)
    }

    async fn access_reviews(&mut self, limit: u32) -> StoreResult<Vec<AccessReview>> {
        ask!(self.access, access_reviews, self.tenant, limit)
    }

    async fn access_review_item(&mut self, id: AccessReviewId, user: UserId) -> StoreResult<Option<AccessReviewItem>> {
        ask!(self.access, access_review_item, self.tenant, id, user)
    }

    async fn access_review_items(&mut self, id: AccessReviewId) -> StoreResult<Vec<AccessReviewItem>> {
        ask!(self.access, access_review_items, self.tenant, id)
    }
}

#[async_trait]
impl WriteLife for View<Lease> {
    async fn unbind_identity(&mut self, user: UserId) -> StoreResult<()> {
        ask!(self.access, unbind, self.tenant, user)
    }

    async fn note_reset(&mut self, user: UserId, at: Timestamp) -> StoreResult<()> {
        ask!(self.access, note_reset, self.tenant, user, at)
    }

    async fn keep_person_key(&mut self, user: UserId, sealed: &str, at: Timestamp) -> StoreResult<()> {
        ask!(self.access, keep_person_key, self.tenant, user, sealed, at)
    }

    async fn note_active(&mut self, user: UserId, month: &str) -> StoreResult<()> {
        ask!(self.access, note_active, self.tenant, user, month)
    }

    async fn note_end(&mut self, user: UserId, ends_at: Timestamp, days: i64, at: Timestamp) -> StoreResult<()> {
        ask!(self.access, note_end, self.tenant, user, ends_at, days, at)
    }

    async fn end_member_abroad(
        &mut self,
        issuer: &str,
        member: UserId,
        at: Timestamp,
    ) -> StoreResult<Vec<(TenantId, UserId)>> {
        ask!(self.access, bump_epochs_of, issuer, &member.to_string(), at)
    }

    async fn make_husk(&mut self, user: &User, at: Timestamp) -> StoreResult<()> {
        ask!(self.access, make_husk, self.tenant, user, at)
    }

    async fn bury(&mut self, hash: &str, at: Timestamp) -> StoreResult<()> {
        ask!(self.access, bury, hash, at)
    }

    async fn insert_access_review(&mut self, review: &AccessReview, items: &[AccessReviewItem]) -> StoreResult<()> {
        ask!(self.access, insert_access_review, self.tenant, review, items)
    }

    async fn update_access_review(&mut self, review: &AccessReview) -> StoreResult<()> {
        ask!(self.access, update_access_review, self.tenant, review)
    }

    async fn update_access_review_item(&mut self, id: AccessReviewId, item: &AccessReviewItem) -> StoreResult<()> {
        ask!(self.access, update_access_review_item, self.tenant, id, item)
    }
}

#[async_trait]
impl InstanceLife for InstanceView {
    async fn ending_guests(&mut self, at: Timestamp, days: i64, limit: u32) -> StoreResult<Vec<(TenantId, UserId)>> {
        ask!(self.access, ending_guests, at, days, limit)
    }

    async fn bin_since(&mut self, at: Timestamp, limit: u32) -> StoreResult<Vec<(TenantId, UserId)>> {
        ask!(self.access, bin_since, at, limit)
    }

    async fn ended_access_reviews(&mut self, at: Timestamp) -> StoreResult<Vec<(TenantId, AccessReviewId)>> {
        ask!(self.access, ended_access_reviews, at)
    }

    async fn tombstones(&mut self) -> StoreResult<Vec<String>> {
        ask!(self.access, tombstones)
    }

    async fn everybody(&mut self) -> StoreResult<Vec<(TenantId, UserId)>> {
        ask!(self.access, everybody)
    }

    async fn active_guests_by_tenant(&mut self, month: &str) -> StoreResult<Vec<(TenantId, u64)>> {
        ask!(self.access, active_guests_by_tenant, month)
    }
}

async fn last_reset(db: &mut SqliteConnection, tenant: TenantId, user: UserId) -> StoreResult<Option<Timestamp>> {
    let query = sqlx::query("SELECT MAX(at) AS at FROM resets WHERE tenant = ? AND user = ?");
    let row = query.bind(tenant.to_string()).bind(user.to_string()).fetch_one(db).await?;
    time_if_any(&row, "at")
}

async fn last_resets(db: &mut SqliteConnection, tenant: TenantId) -> StoreResult<Vec<(UserId, Timestamp)>> {
    let query = sqlx::query("SELECT user, MAX(at) AS at FROM resets WHERE tenant = ? GROUP BY user");
    let rows = query.bind(tenant.to_string()).fetch_all(db).await?;
    rows.iter().map(|row| Ok((parsed(row, "user")?, time(row, "at")?))).collect()
}

async fn person_key(db: &mut SqliteConnection, tenant: TenantId, user: UserId) -> StoreResult<Option<String>> {
    let query = sqlx::query("SELECT sealed FROM person_keys WHERE tenant = ? AND user = ?");
    let row = query.bind(tenant.to_string()).bind(user.to_string()).fetch_optional(db).await?;
    row.map(|row| column(&row, "sealed")).transpose()
}

async fn ended_at(db: &mut SqliteConnection, tenant: TenantId, user: UserId) -> StoreResult<Option<Timestamp>> {
    let query = sqlx::query("SELECT MAX(ended_at) AS ended_at FROM epochs WHERE tenant = ? AND user IN (?, '')");
    let row = query.bind(tenant.to_string()).bind(user.to_string()).fetch_one(db).await?;
    time_if_any(&row, "ended_at")
}

async fn active_months(db: &mut SqliteConnection, tenant: TenantId, user: UserId) -> StoreResult<Vec<String>> {
    let query = sqlx::query("SELECT month FROM active_guests WHERE tenant = ? AND user = ? ORDER BY month");
    let rows = query.bind(tenant.to_string()).bind(user.to_string()).fetch_all(db).await?;
    rows.iter().map(|row| column(row, "month")).collect()
}

async fn active_guests(db: &mut SqliteConnection, tenant: TenantId) -> StoreResult<Vec<(String, u64)>> {
    let query = sqlx::query(
        "SELECT month, COUNT(*) AS guests FROM active_guests WHERE tenant = ? GROUP BY month ORDER BY month",
    );
    let rows = query.bind(tenant.to_string()).fetch_all(db).await?;
    rows.iter().map(|row| Ok((column(row, "month")?, number(row, "guests")?))).collect()
}

async fn guest_count(db: &mut SqliteConnection, tenant: TenantId) -> StoreResult<u64> {
    let query = sqlx::query(
        "SELECT COUNT(*) AS guests FROM users WHERE tenant = ? AND user_type = 'Guest' AND deleted_at IS NULL",
    );
    number(&query.bind(tenant.to_string()).fetch_one(db).await?, "guests")
}

async fn end_noted(
    db: &mut SqliteConnection,
    tenant: TenantId,
    user: UserId,
    ends_at: Timestamp,
    days: i64,
) -> StoreResult<bool> {
    let query = sqlx::query("SELECT 1 FROM end_notices WHERE tenant = ? AND user = ? AND ends_at = ? AND days = ?");
    let query = query.bind(tenant.to_string()).bind(user.to_string()).bind(ends_at.micros()).bind(days);
    Ok(query.fetch_optional(db).await?.is_some())
}

async fn unbind(db: &mut SqliteConnection, tenant: TenantId, user: UserId) -> StoreResult<()> {
    let query =
        sqlx::query("UPDATE users SET issuer = NULL, subject = NULL, method = NULL WHERE tenant = ? AND id = ?");
    one_row(query.bind(tenant.to_string()).bind(user.to_string()).execute(db).await?.rows_affected())
}

async fn note_reset(db: &mut SqliteConnection, tenant: TenantId, user: UserId, at: Timestamp) -> StoreResult<()> {
    let query = sqlx::query("INSERT INTO resets (tenant, user, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
    query.bind(tenant.to_string()).bind(user.to_string()).bind(at.micros()).execute(db).await?;
    Ok(())
}

async fn keep_person_key(
    db: &mut SqliteConnection,
    tenant: TenantId,
    user: UserId,
    sealed: &str,
    at: Timestamp,
) -> StoreResult<()> {
    sqlx::query("INSERT INTO person_keys (tenant, user, sealed, created_at) VALUES (?, ?, ?, ?)")
        .bind(tenant.to_string())
        .bind(user.to_string())
        .bind(sealed)
        .bind(at.micros())
        .execute(db)
        .await?;
    Ok(())
}

async fn note_active(db: &mut SqliteConnection, tenant: TenantId, user: UserId, month: &str) -> StoreResult<()> {
    let query = sqlx::query("INSERT INTO active_guests (tenant, month, user) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
    query.bind(tenant.to_string()).bind(month).bind(user.to_string()).execute(db).await?;
    Ok(())
}

async fn note_end(
    db: &mut SqliteConnection,
    tenant: TenantId,
    user: UserId,
    ends_at: Timestamp,
    days: i64,
    at: Timestamp,
) -> StoreResult<()> {
    let query = sqlx::query(
        "INSERT INTO end_notices (tenant, user, ends_at, days, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    );
    let query = query.bind(tenant.to_string()).bind(user.to_string()).bind(ends_at.micros()).bind(days);
    query.bind(at.micros()).execute(db).await?;
    Ok(())
}

/// The row stays as a husk for foreign keys; everything that tells who it was is overwritten (`secure_delete` is on).
async fn make_husk(db: &mut SqliteConnection, tenant: TenantId, user: &User, at: Timestamp) -> StoreResult<()> {
    let (tenant_text, id) = (tenant.to_string(), user.id.to_string());
    let changed = sqlx::query(
        "UPDATE users SET user_principal_name = ?3, display_name = '', mail = NULL, invited_address = NULL, \
         other_mails = '[]', issuer = NULL, subject = NULL, method = NULL, account_enabled = FALSE, \
         preferred_language = NULL, sponsors = '[]', expires_at = NULL, password_hash = NULL, last_sign_in_at = NULL, \
         deleted_at = COALESCE(deleted_at, ?4), purged_at = ?4 WHERE tenant = ?1 AND id = ?2",
    )
    .bind(&tenant_text)
    .bind(&id)
    .bind(format!("{id}#ERASED#"))
    .bind(at.micros())
    .execute(&mut *db)
    .await?;
    one_row(changed.rows_affected())?;
    let query = sqlx::query("DELETE FROM client_consents WHERE tenant = ? AND user = ?");
    query.bind(&tenant_text).bind(&id).execute(&mut *db).await?;
    sqlx::query(
        "UPDATE invitations SET address = ?3, cc = NULL, message = NULL, redirect_url = NULL, language = NULL, \
         state = CASE WHEN state = 'accepted' THEN 'accepted' ELSE 'revoked' END, \
         changed_at = CASE WHEN state IN ('accepted', 'revoked') THEN changed_at ELSE ?4 END \
         WHERE tenant = ?1 AND user = ?2",
    )
    .bind(&tenant_text)
    .bind(&id)
    .bind(format!("{id}@erased.invalid"))
    .bind(at.micros())
    .execute(&mut *db)
    .await?;
    forget_mails(db, tenant, user).await?;
    for statement in [
        "DELETE FROM person_keys WHERE tenant = ? AND user = ?",
        "DELETE FROM assignments WHERE tenant = ? AND user = ?",
        "DELETE FROM end_notices WHERE tenant = ? AND user = ?",
        "DELETE FROM group_members WHERE tenant = ? AND user = ?",
        "DELETE FROM app_owners WHERE tenant = ? AND user = ?",
        "DELETE FROM passkeys WHERE tenant = ? AND owner = ?",
        "DELETE FROM second_factors WHERE tenant = ? AND owner = ?",
    ] {
        sqlx::query(statement).bind(&tenant_text).bind(&id).execute(&mut *db).await?;
    }
    Ok(())
}

/// Mail that waits for this person, or speaks of it to others, is not sent any more. The file finds what may be meant; what
/// is meant, the mail itself says: `e@x.example` also stands in the address of `steve@x.example`.
async fn forget_mails(db: &mut SqliteConnection, tenant: TenantId, user: &User) -> StoreResult<()> {
    for address in user.mail.iter().chain(&user.invited_address).chain(&user.other_mails) {
        let query =
            sqlx::query("SELECT id, mail FROM outbox WHERE tenant = ?1 AND mail IS NOT NULL AND instr(mail, ?2) > 0");
        let query = query.bind(tenant.to_string()).bind(address.as_str());
        for row in query.fetch_all(&mut *db).await? {
            let mail: OutgoingMail = from_json(&row, "mail")?;
            let (due, rest) = match mail.without(address) {
                Remains::All(_) => continue,
                Remains::Less(rest) => (true, Some(json(&rest)?)),
                Remains::Nothing => (false, None),
            };
            sqlx::query(
                "UPDATE outbox SET mail = ?1, due_at = CASE WHEN ?2 THEN due_at END, \
                 last_error = CASE WHEN ?2 THEN last_error END WHERE id = ?3",
            )
            .bind(rest)
            .bind(due)
            .bind(column::<&str>(&row, "id")?)
            .execute(&mut *db)
            .await?;
        }
    }
    Ok(())
}

pub(super) async fn bury(db: &mut SqliteConnection, hash: &str, at: Timestamp) -> StoreResult<()> {
    let query = sqlx::query("INSERT INTO tombstones (hash, at) VALUES (?, ?) ON CONFLICT DO NOTHING");
    query.bind(hash).bind(at.micros()).execute(db).await?;
    Ok(())
}

async fn access_review(
    db: &mut SqliteConnection,
    tenant: TenantId,
    id: AccessReviewId,
) -> StoreResult<Option<AccessReview>> {
    let query = sqlx::query(
        "SELECT id, started_at, ends_at, no_answer, removal, applied_at FROM access_reviews WHERE tenant = ? AND id = ?",
    );
    let row = query.bind(tenant.to_string()).bind(id.to_string()).fetch_optional(db).await?;
    row.as_ref().map(review_of).transpose()
}

async fn access_reviews(db: &mut SqliteConnection, tenant: TenantId, limit: u32) -> StoreResult<Vec<AccessReview>> {
    let query = sqlx::query(
        "SELECT id, started_at, ends_at, no_answer, removal, applied_at FROM access_reviews WHERE tenant = ? \
         ORDER BY started_at DESC, id LIMIT ?",
    );
    query.bind(tenant.to_string()).bind(limit).fetch_all(db).await?.iter().map(review_of).collect()
}

async fn access_review_items(
    db: &mut SqliteConnection,
    tenant: TenantId,
    id: AccessReviewId,
) -> StoreResult<Vec<AccessReviewItem>> {
    let query = sqlx::query(
        "SELECT user, reviewers, decision, decided_by, decided_at, applied FROM access_review_items \
         WHERE tenant = ? AND review = ? ORDER BY user",
    );
    query.bind(tenant.to_string()).bind(id.to_string()).fetch_all(db).await?.iter().map(item_of).collect()
}

async fn access_review_item(
    db: &mut SqliteConnection,
    tenant: TenantId,
    id: AccessReviewId,
    user: UserId,
) -> StoreResult<Option<AccessReviewItem>> {
    let query = sqlx::query(
        "SELECT user, reviewers, decision, decided_by, decided_at, applied FROM access_review_items \
         WHERE tenant = ? AND review = ? AND user = ?",
    );
    let query = query.bind(tenant.to_string()).bind(id.to_string()).bind(user.to_string());
    query.fetch_optional(db).await?.as_ref().map(item_of).transpose()
}

async fn insert_access_review(
    db: &mut SqliteConnection,
    tenant: TenantId,
    review: &AccessReview,
    items: &[AccessReviewItem],
) -> StoreResult<()> {
    sqlx::query(
        "INSERT INTO access_reviews (tenant, id, started_at, ends_at, no_answer, removal, applied_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(tenant.to_string())
    .bind(review.id.to_string())
    .bind(review.started_at.micros())
    .bind(review.ends_at.micros())
    .bind(word(&review.no_answer)?)
    .bind(word(&review.removal)?)
    .bind(review.applied_at.map(|at| at.micros()))
    .execute(&mut *db)
    .await?;
    for item in items {
        sqlx::query("INSERT INTO access_review_items (tenant, review, user, reviewers) VALUES (?, ?, ?, ?)")
            .bind(tenant.to_string())
            .bind(review.id.to_string())
            .bind(item.user.to_string())
            .bind(json(&item.reviewers)?)
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}

async fn update_access_review(db: &mut SqliteConnection, tenant: TenantId, review: &AccessReview) -> StoreResult<()> {
    let query = sqlx::query("UPDATE access_reviews SET ends_at = ?, applied_at = ? WHERE tenant = ? AND id = ?");
    let query = query.bind(review.ends_at.micros()).bind(review.applied_at.map(|at| at.micros()));
    one_row(query.bind(tenant.to_string()).bind(review.id.to_string()).execute(db).await?.rows_affected())
}

async fn update_access_review_item(
    db: &mut SqliteConnection,
    tenant: TenantId,
    id: AccessReviewId,
    item: &AccessReviewItem,
) -> StoreResult<()> {
    let changed = sqlx::query(
        "UPDATE access_review_items SET decision = ?, decided_by = ?, decided_at = ?, applied = ? \
         WHERE tenant = ? AND review = ? AND user = ?",
    )
    .bind(item.decision.map(|decision| word(&decision)).transpose()?)
    .bind(item.decided_by.map(|user| user.to_string()))
    .bind(item.decided_at.map(|at| at.micros()))
    .bind(&item.applied)
    .bind(tenant.to_string())
    .bind(id.to_string())
    .bind(item.user.to_string())
    .execute(db)
    .await?;
    one_row(changed.rows_affected())
}

async fn ending_guests(
    db: &mut SqliteConnection,
    at: Timestamp,
    days: i64,
    limit: u32,
) -> StoreResult<Vec<(TenantId, UserId)>> {
    let query = sqlx::query(
        "SELECT tenant, id FROM users WHERE expires_at IS NOT NULL AND deleted_at IS NULL AND expires_at <= ?1 \
         AND user_type = 'Guest' AND NOT EXISTS (SELECT 1 FROM end_notices WHERE end_notices.tenant = users.tenant \
         AND end_notices.user = users.id AND end_notices.ends_at = users.expires_at AND end_notices.days <= ?2) \
         ORDER BY expires_at LIMIT ?3",
    );
    query.bind(at.micros()).bind(days).bind(limit).fetch_all(db).await?.iter().map(place_of).collect()
}

async fn bin_since(db: &mut SqliteConnection, at: Timestamp, limit: u32) -> StoreResult<Vec<(TenantId, UserId)>> {
    let query = sqlx::query(
        "SELECT tenant, id FROM users WHERE deleted_at IS NOT NULL AND deleted_at <= ? AND purged_at IS NULL \
         ORDER BY deleted_at LIMIT ?",
    );
    query.bind(at.micros()).bind(limit).fetch_all(db).await?.iter().map(place_of).collect()
}

async fn ended_access_reviews(
    db: &mut SqliteConnection,
    at: Timestamp,
) -> StoreResult<Vec<(TenantId, AccessReviewId)>> {
    let query = sqlx::query("SELECT tenant, id FROM access_reviews WHERE applied_at IS NULL AND ends_at <= ?");
    let rows = query.bind(at.micros()).fetch_all(db).await?;
    rows.iter().map(|row| Ok((parsed(row, "tenant")?, parsed(row, "id")?))).collect()
}

async fn tombstones(db: &mut SqliteConnection) -> StoreResult<Vec<String>> {
    let rows = sqlx::query("SELECT hash FROM tombstones").fetch_all(db).await?;
    rows.iter().map(|row| column(row, "hash")).collect()
}

async fn everybody(db: &mut SqliteConnection) -> StoreResult<Vec<(TenantId, UserId)>> {
    let rows = sqlx::query("SELECT tenant, id FROM users WHERE purged_at IS NULL").fetch_all(db).await?;
    rows.iter().map(place_of).collect()
}

async fn active_guests_by_tenant(db: &mut SqliteConnection, month: &str) -> StoreResult<Vec<(TenantId, u64)>> {
    let query = sqlx::query("SELECT tenant, COUNT(*) AS guests FROM active_guests WHERE month = ? GROUP BY tenant");
    let rows = query.bind(month).fetch_all(db).await?;
    rows.iter().map(|row| Ok((parsed(row, "tenant")?, number(row, "guests")?))).collect()
}

fn place_of(row: &SqliteRow) -> StoreResult<(TenantId, UserId)> {
    Ok((parsed(row, "tenant")?, parsed(row, "id")?))
}

fn number(row: &SqliteRow, name: &str) -> StoreResult<u64> {
    u64::try_from(column::<i64>(row, name)?).map_err(failed)
}

fn review_of(row: &SqliteRow) -> StoreResult<AccessReview> {
    Ok(AccessReview {
        id: parsed(row, "id")?,
        started_at: time(row, "started_at")?,
        ends_at: time(row, "ends_at")?,
        no_answer: worded(row, "no_answer")?,
        removal: worded(row, "removal")?,
        applied_at: time_if_any(row, "applied_at")?,
    })
}

fn item_of(row: &SqliteRow) -> StoreResult<AccessReviewItem> {
    Ok(AccessReviewItem {
        user: parsed(row, "user")?,
        reviewers: from_json(row, "reviewers")?,
        decision: worded_if_any(row, "decision")?,
        decided_by: parsed_if_any(row, "decided_by")?,
        decided_at: time_if_any(row, "decided_at")?,
        applied: column(row, "applied")?,
    })
}
