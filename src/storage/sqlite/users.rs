//! Users: who they are, and the one identity that is bound to each.

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::failed;
use super::rows::{
    column, from_json, json, nonsense, parsed, parsed_if_any, time, time_if_any, word, worded, worded_if_any,
};
use crate::model::{AppId, EmailAddress, Identity, TenantId, Timestamp, User, UserId};
use crate::storage::{StoreResult, UserFilter};

macro_rules! select_users {
    ($rest:literal) => {
        sqlx::query(concat!(
            "SELECT id, user_principal_name, display_name, user_type, creation_type, external_user_state, \
             external_user_state_changed_at, mail, invited_address, other_mails, issuer, subject, method, \
             account_enabled, preferred_language, admin, guest_inviter, sponsors, expires_at, deleted_at, created_at, \
             last_sign_in_at FROM users WHERE tenant = ?1 ",
            $rest
        ))
    };
}

pub(super) use select_users;

pub(super) async fn by_id(db: &mut SqliteConnection, tenant: TenantId, id: UserId) -> StoreResult<Option<User>> {
    let query = select_users!("AND id = ?2 AND deleted_at IS NULL").bind(tenant.to_string()).bind(id.to_string());
    query.fetch_optional(db).await?.as_ref().map(user).transpose()
}

/// A user in the bin.
pub(super) async fn deleted(db: &mut SqliteConnection, tenant: TenantId, id: UserId) -> StoreResult<Option<User>> {
    let query = select_users!("AND id = ?2 AND deleted_at IS NOT NULL AND purged_at IS NULL")
        .bind(tenant.to_string())
        .bind(id.to_string());
    query.fetch_optional(db).await?.as_ref().map(user).transpose()
}

/// The bin, oldest first.
pub(super) async fn all_deleted(db: &mut SqliteConnection, tenant: TenantId, limit: u32) -> StoreResult<Vec<User>> {
    let query = select_users!("AND deleted_at IS NOT NULL AND purged_at IS NULL ORDER BY deleted_at, id LIMIT ?2");
    query.bind(tenant.to_string()).bind(limit).fetch_all(db).await?.iter().map(user).collect()
}

pub(super) async fn by_identity(
    db: &mut SqliteConnection,
    tenant: TenantId,
    issuer: &str,
    subject: &str,
) -> StoreResult<Option<User>> {
    let query = select_users!("AND issuer = ?2 AND subject = ?3 AND deleted_at IS NULL")
        .bind(tenant.to_string())
        .bind(issuer)
        .bind(subject);
    query.fetch_optional(db).await?.as_ref().map(user).transpose()
}

/// INV4: the address finds only a guest to whom nobody is bound yet.
pub(super) async fn unbound_guest(
    db: &mut SqliteConnection,
    tenant: TenantId,
    invited: &EmailAddress,
) -> StoreResult<Option<User>> {
    let query = select_users!(
        "AND invited_address = ?2 AND user_type = 'Guest' AND issuer IS NULL AND deleted_at IS NULL \
         AND external_user_state = 'PendingAcceptance'"
    );
    let query = query.bind(tenant.to_string()).bind(invited.as_str());
    query.fetch_optional(db).await?.as_ref().map(user).transpose()
}

pub(super) async fn invited_as(
    db: &mut SqliteConnection,
    tenant: TenantId,
    address: &EmailAddress,
) -> StoreResult<Option<User>> {
    let query = select_users!("AND invited_address = ?2 AND user_type = 'Guest' AND deleted_at IS NULL");
    let query = query.bind(tenant.to_string()).bind(address.as_str());
    query.fetch_optional(db).await?.as_ref().map(user).transpose()
}

/// Members have no `invited_address` and are no guests; whoever is not bound is found by `unbound_guest`.
pub(super) async fn bound_with_mail(
    db: &mut SqliteConnection,
    tenant: TenantId,
    mail: &EmailAddress,
) -> StoreResult<Vec<User>> {
    let query = select_users!("AND mail = ?2 AND user_type = 'Guest' AND issuer IS NOT NULL AND deleted_at IS NULL");
    query.bind(tenant.to_string()).bind(mail.as_str()).fetch_all(db).await?.iter().map(user).collect()
}

pub(super) async fn member(
    db: &mut SqliteConnection,
    tenant: TenantId,
    mail: &EmailAddress,
) -> StoreResult<Option<User>> {
    let query = select_users!("AND mail = ?2 AND user_type = 'Member' AND deleted_at IS NULL")
        .bind(tenant.to_string())
        .bind(mail.as_str());
    query.fetch_optional(db).await?.as_ref().map(user).transpose()
}

/// Who holds an address, as mail or among the other mails (a JSON list of texts without quotes in them).
pub(super) async fn holder(
    db: &mut SqliteConnection,
    tenant: TenantId,
    address: &EmailAddress,
    except: Option<UserId>,
) -> StoreResult<Option<User>> {
    // Two questions, so that each goes by its index.
    let by_mail = select_users!("AND mail = ?2 AND id <> ?3 AND deleted_at IS NULL ORDER BY id LIMIT 1");
    let except = except.map(|id| id.to_string()).unwrap_or_default();
    let row = by_mail.bind(tenant.to_string()).bind(address.as_str()).bind(&except).fetch_optional(&mut *db).await?;
    if let Some(row) = row {
        return user(&row).map(Some);
    }
    let by_other = select_users!(
        "AND other_mails <> '[]' AND instr(other_mails, ?2) > 0 AND id <> ?3 AND deleted_at IS NULL ORDER BY id LIMIT 1"
    );
    let query = by_other.bind(tenant.to_string()).bind(json(address)?).bind(&except);
    query.fetch_optional(db).await?.as_ref().map(user).transpose()
}

pub(super) async fn list(db: &mut SqliteConnection, tenant: TenantId, filter: UserFilter) -> StoreResult<Vec<User>> {
    let wanted = filter.user_type.map(|user_type| word(&user_type)).transpose()?;
    let query =
        select_users!("AND (?2 IS NULL OR user_type = ?2) AND deleted_at IS NULL ORDER BY display_name, id LIMIT ?3");
    let query = query.bind(tenant.to_string()).bind(wanted).bind(filter.limit);
    query.fetch_all(db).await?.iter().map(user).collect()
}

pub(super) async fn password_hash(
    db: &mut SqliteConnection,
    tenant: TenantId,
    id: UserId,
) -> StoreResult<Option<String>> {
    let query = sqlx::query("SELECT password_hash FROM users WHERE tenant = ? AND id = ?");
    let row = query.bind(tenant.to_string()).bind(id.to_string()).fetch_optional(db).await?;
    Ok(row.map(|row| column(&row, "password_hash")).transpose()?.flatten())
}

pub(super) async fn passkeys_since(
    db: &mut SqliteConnection,
    tenant: TenantId,
    id: UserId,
) -> StoreResult<Option<Timestamp>> {
    let query = sqlx::query("SELECT passkeys_since FROM users WHERE tenant = ? AND id = ?");
    let row = query.bind(tenant.to_string()).bind(id.to_string()).fetch_optional(db).await?;
    row.map(|row| time(&row, "passkeys_since")).transpose()
}

pub(super) async fn insert(db: &mut SqliteConnection, tenant: TenantId, user: &User) -> StoreResult<()> {
    sqlx::query(
        "INSERT INTO users (tenant, id, user_principal_name, display_name, user_type, creation_type, \
         external_user_state, external_user_state_changed_at, mail, invited_address, other_mails, account_enabled, \
         preferred_language, admin, guest_inviter, sponsors, expires_at, deleted_at, created_at, last_sign_in_at, \
         issuer, subject, method) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(tenant.to_string())
    .bind(user.id.to_string())
    .bind(&user.user_principal_name)
    .bind(&user.display_name)
    .bind(word(&user.user_type)?)
    .bind(user.creation_type.map(|kind| word(&kind)).transpose()?)
    .bind(user.external_user_state.map(|state| word(&state)).transpose()?)
    .bind(user.external_user_state_changed_at.map(|at| at.micros()))
    .bind(user.mail.as_ref().map(EmailAddress::as_str))
    .bind(user.invited_address.as_ref().map(EmailAddress::as_str))
    .bind(json(&user.other_mails)?)
    .bind(user.account_enabled)
    .bind(&user.preferred_language)
    .bind(user.admin)
    .bind(user.guest_inviter)
    .bind(json(&user.sponsors)?)
    .bind(user.expires_at.map(|at| at.micros()))
    .bind(user.deleted_at.map(|at| at.micros()))
    .bind(user.created_at.micros())
    .bind(user.last_sign_in_at.map(|at| at.micros()))
    .bind(user.identity.as_ref().map(|identity| &identity.issuer))
    .bind(user.identity.as_ref().map(|identity| &identity.subject))
    .bind(user.identity.as_ref().map(|identity| json(&identity.method)).transpose()?)
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn update(db: &mut SqliteConnection, tenant: TenantId, user: &User) -> StoreResult<()> {
    let changed = sqlx::query(
        "UPDATE users SET user_principal_name = ?, display_name = ?, user_type = ?, creation_type = ?, \
         external_user_state = ?, external_user_state_changed_at = ?, mail = ?, invited_address = ?, other_mails = ?, \
         account_enabled = ?, preferred_language = ?, admin = ?, guest_inviter = ?, sponsors = ?, expires_at = ?, \
         deleted_at = ?, created_at = ?, last_sign_in_at = ? \
         WHERE tenant = ? AND id = ?",
    )
    .bind(&user.user_principal_name)
    .bind(&user.display_name)
    .bind(word(&user.user_type)?)
    .bind(user.creation_type.map(|kind| word(&kind)).transpose()?)
    .bind(user.external_user_state.map(|state| word(&state)).transpose()?)
    .bind(user.external_user_state_changed_at.map(|at| at.micros()))
    .bind(user.mail.as_ref().map(EmailAddress::as_str))
    .bind(user.invited_address.as_ref().map(EmailAddress::as_str))
    .bind(json(&user.other_mails)?)
    .bind(user.account_enabled)
    .bind(&user.preferred_language)
    .bind(user.admin)
    .bind(user.guest_inviter)
    .bind(json(&user.sponsors)?)
    .bind(user.expires_at.map(|at| at.micros()))
    .bind(user.deleted_at.map(|at| at.micros()))
    .bind(user.created_at.micros())
    .bind(user.last_sign_in_at.map(|at| at.micros()))
    .bind(tenant.to_string())
    .bind(user.id.to_string())
    .execute(db)
    .await?;
    one_row(changed.rows_affected())
}

/// One column: whoever signs in must not write back what somebody changed meanwhile.
pub(super) async fn note_sign_in(
    db: &mut SqliteConnection,
    tenant: TenantId,
    user: UserId,
    at: Timestamp,
) -> StoreResult<()> {
    let query = sqlx::query("UPDATE users SET last_sign_in_at = ? WHERE tenant = ? AND id = ?");
    let done = query.bind(at.micros()).bind(tenant.to_string()).bind(user.to_string()).execute(db).await?;
    one_row(done.rows_affected())
}

/// INV5 and attack B4: a compare-and-set in one statement; the unique index would stop what it overlooked.
pub(super) async fn bind_identity(
    db: &mut SqliteConnection,
    tenant: TenantId,
    user: UserId,
    identity: &Identity,
) -> StoreResult<bool> {
    let changed = sqlx::query(
        "UPDATE users SET issuer = ?3, subject = ?4, method = ?5 WHERE tenant = ?1 AND id = ?2 AND issuer IS NULL \
         AND NOT EXISTS (SELECT 1 FROM users WHERE tenant = ?1 AND issuer = ?3 AND subject = ?4 \
         AND deleted_at IS NULL)",
    )
    .bind(tenant.to_string())
    .bind(user.to_string())
    .bind(&identity.issuer)
    .bind(&identity.subject)
    .bind(json(&identity.method)?)
    .execute(db)
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// Unbinds and binds, each as a compare-and-set, so that the rule of `users_bound_once` holds: nobody is handed straight
/// from one identity to another, and nobody whose identity is not the expected one.
pub(super) async fn relink_identity(
    db: &mut SqliteConnection,
    tenant: TenantId,
    user: UserId,
    old: &Identity,
    new: &Identity,
) -> StoreResult<bool> {
    let unbound = sqlx::query(
        "UPDATE users SET issuer = NULL, subject = NULL, method = NULL \
         WHERE tenant = ? AND id = ? AND issuer = ? AND subject = ? AND deleted_at IS NULL",
    )
    .bind(tenant.to_string())
    .bind(user.to_string())
    .bind(&old.issuer)
    .bind(&old.subject)
    .execute(&mut *db)
    .await?;
    if unbound.rows_affected() != 1 {
        return Ok(false);
    }
    bind_identity(db, tenant, user, new).await
}

pub(super) async fn set_password(
    db: &mut SqliteConnection,
    tenant: TenantId,
    user: UserId,
    hash: &str,
) -> StoreResult<()> {
    let query = sqlx::query("UPDATE users SET password_hash = ? WHERE tenant = ? AND id = ? AND user_type = 'Member'");
    let changed = query.bind(hash).bind(tenant.to_string()).bind(user.to_string()).execute(db).await?;
    one_row(changed.rows_affected())
}

pub(super) async fn suspend_passkeys(
    db: &mut SqliteConnection,
    tenant: TenantId,
    user: UserId,
    at: Timestamp,
) -> StoreResult<()> {
    let query = sqlx::query("UPDATE users SET passkeys_since = MAX(passkeys_since, ?) WHERE tenant = ? AND id = ?");
    let query = query.bind(at.micros()).bind(tenant.to_string()).bind(user.to_string());
    one_row(query.execute(db).await?.rows_affected())
}

pub(super) async fn assigned_apps(
    db: &mut SqliteConnection,
    tenant: TenantId,
    user: UserId,
) -> StoreResult<Vec<AppId>> {
    let query = sqlx::query("SELECT app FROM assignments WHERE tenant = ? AND user = ? ORDER BY app");
    let rows = query.bind(tenant.to_string()).bind(user.to_string()).fetch_all(db).await?;
    rows.iter().map(|row| parsed(row, "app")).collect()
}

pub(super) async fn assign_app(
    db: &mut SqliteConnection,
    tenant: TenantId,
    user: UserId,
    app: AppId,
) -> StoreResult<()> {
    let query = sqlx::query("INSERT INTO assignments (tenant, user, app) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
    query.bind(tenant.to_string()).bind(user.to_string()).bind(app.to_string()).execute(db).await?;
    Ok(())
}

/// The tenants where an identity is bound: one of the few questions that cross tenants.
pub(super) async fn tenants_of(db: &mut SqliteConnection, issuer: &str, subject: &str) -> StoreResult<Vec<TenantId>> {
    let query =
        sqlx::query("SELECT tenant FROM users WHERE issuer = ? AND subject = ? AND deleted_at IS NULL ORDER BY tenant");
    let rows = query.bind(issuer).bind(subject).fetch_all(db).await?;
    rows.iter().map(|row| parsed(row, "tenant")).collect()
}

/// An update of something that must be there.
pub(super) fn one_row(changed: u64) -> StoreResult<()> {
    if changed == 1 { Ok(()) } else { Err(failed("the object to be changed is not there")) }
}

pub(super) fn user(row: &SqliteRow) -> StoreResult<User> {
    let issuer: Option<String> = column(row, "issuer")?;
    let subject: Option<String> = column(row, "subject")?;
    let identity = match (issuer, subject) {
        (Some(issuer), Some(subject)) => Some(Identity { issuer, subject, method: from_json(row, "method")? }),
        (None, None) => None,
        _ => return Err(nonsense("issuer")),
    };
    Ok(User {
        id: parsed(row, "id")?,
        user_principal_name: column(row, "user_principal_name")?,
        display_name: column(row, "display_name")?,
        user_type: worded(row, "user_type")?,
        creation_type: worded_if_any(row, "creation_type")?,
        external_user_state: worded_if_any(row, "external_user_state")?,
        external_user_state_changed_at: time_if_any(row, "external_user_state_changed_at")?,
        mail: parsed_if_any(row, "mail")?,
        invited_address: parsed_if_any(row, "invited_address")?,
        other_mails: from_json(row, "other_mails")?,
        identity,
        account_enabled: column(row, "account_enabled")?,
        preferred_language: column(row, "preferred_language")?,
        admin: column(row, "admin")?,
        guest_inviter: column(row, "guest_inviter")?,
        sponsors: from_json(row, "sponsors")?,
        expires_at: time_if_any(row, "expires_at")?,
        deleted_at: time_if_any(row, "deleted_at")?,
        created_at: time(row, "created_at")?,
        last_sign_in_at: time_if_any(row, "last_sign_in_at")?,
    })
}
