//! Invitations: at most one pending for each address of a tenant.

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::rows::{column, nonsense, parsed, time, time_if_any, word, worded};
use super::users::one_row;
use crate::model::{Invitation, InvitationId, TenantId, UserId};
use crate::storage::StoreResult;

macro_rules! select_invitations {
    ($rest:literal) => {
        sqlx::query(concat!(
            "SELECT id, user, address, redirect_url, language, message, inviter, state, created_at, expires_at, \
             redeemed_at FROM invitations WHERE tenant = ? ",
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
    let query = select_invitations!("AND user = ? ORDER BY state = 'pending' DESC, created_at DESC, id LIMIT 1");
    let query = query.bind(tenant.to_string()).bind(user.to_string());
    query.fetch_optional(db).await?.as_ref().map(invitation).transpose()
}

pub(super) async fn insert(db: &mut SqliteConnection, tenant: TenantId, invitation: &Invitation) -> StoreResult<()> {
    sqlx::query(
        "INSERT INTO invitations (user, address, redirect_url, language, message, inviter, state, created_at, \
         expires_at, redeemed_at, tenant, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
    .bind(tenant.to_string())
    .bind(invitation.id.as_str())
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn update(db: &mut SqliteConnection, tenant: TenantId, invitation: &Invitation) -> StoreResult<()> {
    let changed = sqlx::query(
        "UPDATE invitations SET user = ?, address = ?, redirect_url = ?, language = ?, message = ?, inviter = ?, \
         state = ?, created_at = ?, expires_at = ?, redeemed_at = ? WHERE tenant = ? AND id = ?",
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
    .bind(tenant.to_string())
    .bind(invitation.id.as_str())
    .execute(db)
    .await?;
    one_row(changed.rows_affected())
}

fn invitation(row: &SqliteRow) -> StoreResult<Invitation> {
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
    })
}
