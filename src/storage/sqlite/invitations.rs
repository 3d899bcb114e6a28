//! Invitations: at most one open for each address of a tenant.

use std::time::Duration;

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::rows::{column, from_json, json, nonsense, parsed, parsed_if_any, time, time_if_any, word, worded};
use super::users::one_row;
use crate::model::{EmailAddress, Invitation, InvitationId, TenantId, Timestamp, UserId};
use crate::storage::StoreResult;

macro_rules! select_invitations {
    ($rest:literal) => {
        sqlx::query(concat!(
            "SELECT id, user, address, redirect_url, language, message, inviter, state, created_at, expires_at, \
             redeemed_at, cc, invited_by, route, changed_at, changed_by, link_seconds FROM invitations WHERE tenant = ? ",
            $rest
        ))
    };
}

pub(super) async fn by_id(
    db: &mut SqliteConnection,
    tenant: TenantId,
    id: &InvitationId,
) -> StoreResult<Option<Invitation>> {
    let query = select_invitations!("AND id = ?").bind(tenant.to_string()).bind(id.as_str());
    query.fetch_optional(db).await?.as_ref().map(invitation).transpose()
}

pub(super) async fn of_user(
    db: &mut SqliteConnection,
    tenant: TenantId,
    user: UserId,
) -> StoreResult<Option<Invitation>> {
    let query = select_invitations!(
        "AND user = ? ORDER BY state IN ('pending', 'declined', 'expired', 'bounced') DESC, created_at DESC, id LIMIT 1"
    );
    let query = query.bind(tenant.to_string()).bind(user.to_string());
    query.fetch_optional(db).await?.as_ref().map(invitation).transpose()
}

/// Every invitation of a user, oldest first.
pub(super) async fn all_of_user(
    db: &mut SqliteConnection,
    tenant: TenantId,
    user: UserId,
) -> StoreResult<Vec<Invitation>> {
    let query = select_invitations!("AND user = ? ORDER BY created_at, id");
    query.bind(tenant.to_string()).bind(user.to_string()).fetch_all(db).await?.iter().map(invitation).collect()
}

/// The open invitation of an address, whosever it is.
pub(super) async fn open_of(
    db: &mut SqliteConnection,
    tenant: TenantId,
    address: &EmailAddress,
) -> StoreResult<Option<Invitation>> {
    let query = select_invitations!("AND address = ? AND state IN ('pending', 'declined', 'expired', 'bounced')");
    let query = query.bind(tenant.to_string()).bind(address.as_str());
    query.fetch_optional(db).await?.as_ref().map(invitation).transpose()
}

/// Open invitations whose link ended and that do not say so yet, the longest ended first.
pub(super) async fn ended(
    db: &mut SqliteConnection,
    tenant: TenantId,
    now: Timestamp,
    limit: u32,
) -> StoreResult<Vec<Invitation>> {
    let query = select_invitations!(
        "AND expires_at <= ? AND expires_at IS NOT NULL AND state IN ('pending', 'declined', 'bounced') \
         ORDER BY expires_at, id LIMIT ?"
    );
    let query = query.bind(tenant.to_string()).bind(now.micros()).bind(limit);
    query.fetch_all(db).await?.iter().map(invitation).collect()
}

fn seconds(invitation: &Invitation) -> Option<i64> {
    invitation.link_life.map(|life| i64::try_from(life.as_secs()).unwrap_or(i64::MAX))
}

pub(super) async fn insert(db: &mut SqliteConnection, tenant: TenantId, invitation: &Invitation) -> StoreResult<()> {
    sqlx::query(
        "INSERT INTO invitations (user, address, redirect_url, language, message, inviter, state, created_at, \
         expires_at, redeemed_at, cc, invited_by, route, changed_at, changed_by, link_seconds, tenant, id) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(invitation.user.to_string())
    .bind(invitation.address.as_str())
    .bind(&invitation.redirect_url)
    .bind(&invitation.language)
    .bind(&invitation.message)
    .bind(&invitation.inviter)
    .bind(word(&invitation.state)?)
    .bind(invitation.created_at.micros())
    .bind(invitation.expires_at.map(|at| at.micros()))
    .bind(invitation.redeemed_at.map(|at| at.micros()))
    .bind(invitation.cc.as_ref().map(EmailAddress::as_str))
    .bind(invitation.invited_by.map(|user| user.to_string()))
    .bind(invitation.route.as_ref().map(json).transpose()?)
    .bind(invitation.changed_at.micros())
    .bind(invitation.changed_by.map(|user| user.to_string()))
    .bind(seconds(invitation))
    .bind(tenant.to_string())
    .bind(invitation.id.as_str())
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn update(db: &mut SqliteConnection, tenant: TenantId, invitation: &Invitation) -> StoreResult<()> {
    let changed = sqlx::query(
        "UPDATE invitations SET user = ?, address = ?, redirect_url = ?, language = ?, message = ?, inviter = ?, \
         state = ?, created_at = ?, expires_at = ?, redeemed_at = ?, cc = ?, invited_by = ?, route = ?, changed_at = ?, \
         changed_by = ?, link_seconds = ? WHERE tenant = ? AND id = ?",
    )
    .bind(invitation.user.to_string())
    .bind(invitation.address.as_str())
    .bind(&invitation.redirect_url)
    .bind(&invitation.language)
    .bind(&invitation.message)
    .bind(&invitation.inviter)
    .bind(word(&invitation.state)?)
    .bind(invitation.created_at.micros())
    .bind(invitation.expires_at.map(|at| at.micros()))
    .bind(invitation.redeemed_at.map(|at| at.micros()))
    .bind(invitation.cc.as_ref().map(EmailAddress::as_str))
    .bind(invitation.invited_by.map(|user| user.to_string()))
    .bind(invitation.route.as_ref().map(json).transpose()?)
    .bind(invitation.changed_at.micros())
    .bind(invitation.changed_by.map(|user| user.to_string()))
    .bind(seconds(invitation))
    .bind(tenant.to_string())
    .bind(invitation.id.as_str())
    .execute(db)
    .await?;
    one_row(changed.rows_affected())
}

pub(super) fn invitation(row: &SqliteRow) -> StoreResult<Invitation> {
    Ok(Invitation {
        id: InvitationId::parse(column(row, "id")?).ok_or_else(|| nonsense("id"))?,
        user: parsed(row, "user")?,
        address: parsed(row, "address")?,
        redirect_url: column(row, "redirect_url")?,
        language: column(row, "language")?,
        message: column(row, "message")?,
        inviter: column(row, "inviter")?,
        state: worded(row, "state")?,
        created_at: time(row, "created_at")?,
        expires_at: time_if_any(row, "expires_at")?,
        redeemed_at: time_if_any(row, "redeemed_at")?,
        cc: parsed_if_any(row, "cc")?,
        invited_by: parsed_if_any(row, "invited_by")?,
        route: column::<Option<String>>(row, "route")?.map(|_| from_json(row, "route")).transpose()?,
        changed_at: time(row, "changed_at")?,
        changed_by: parsed_if_any(row, "changed_by")?,
        link_life: column::<Option<i64>>(row, "link_seconds")?
            .map(|seconds| Duration::from_secs(u64::try_from(seconds).unwrap_or(0))),
    })
}
