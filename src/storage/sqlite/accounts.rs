//! Personal accounts: they belong to the instance.

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::rows::{column, parsed, time};
use super::users::one_row;
use crate::model::{AccountId, EmailAddress, PersonalAccount};
use crate::storage::StoreResult;

macro_rules! select_accounts {
    ($rest:literal) => {
        sqlx::query(concat!("SELECT id, address, display_name, password_hash, created_at FROM accounts ", $rest))
    };
}

pub(super) async fn account_by_address(
    db: &mut SqliteConnection,
    address: &EmailAddress,
) -> StoreResult<Option<PersonalAccount>> {
    let row = select_accounts!("WHERE address = ?").bind(address.as_str()).fetch_optional(db).await?;
    row.as_ref().map(account_of).transpose()
}

pub(super) async fn account(db: &mut SqliteConnection, id: AccountId) -> StoreResult<Option<PersonalAccount>> {
    let row = select_accounts!("WHERE id = ?").bind(id.to_string()).fetch_optional(db).await?;
    row.as_ref().map(account_of).transpose()
}

pub(super) async fn insert_account(db: &mut SqliteConnection, account: &PersonalAccount) -> StoreResult<()> {
    sqlx::query("INSERT INTO accounts (id, address, display_name, password_hash, created_at) VALUES (?, ?, ?, ?, ?)")
        .bind(account.id.to_string())
        .bind(account.address.as_str())
        .bind(&account.display_name)
        .bind(account.password_hash.as_deref().unwrap_or_default())
        .bind(account.created_at.micros())
        .execute(db)
        .await?;
    Ok(())
}

pub(super) async fn set_password(db: &mut SqliteConnection, id: AccountId, hash: &str) -> StoreResult<()> {
    let query = sqlx::query("UPDATE accounts SET password_hash = ? WHERE id = ?");
    one_row(query.bind(hash).bind(id.to_string()).execute(db).await?.rows_affected())
}

fn account_of(row: &SqliteRow) -> StoreResult<PersonalAccount> {
    // An account that was made with a passkey has no password until its owner sets one.
    let hash: String = column(row, "password_hash")?;
    Ok(PersonalAccount {
        id: parsed(row, "id")?,
        address: parsed(row, "address")?,
        display_name: column(row, "display_name")?,
        password_hash: Some(hash).filter(|hash| !hash.is_empty()),
        created_at: time(row, "created_at")?,
    })
}
