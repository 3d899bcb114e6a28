//! From columns to values and back. A row that makes no sense is an error, never a guess.

use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::failed;
use crate::model::{TenantId, Timestamp};
use crate::storage::{StoreError, StoreResult};

/// How the instance is spelled where a tenant stands.
const INSTANCE: &str = "";

/// A tenant, or the instance, as it stands in the tenant column.
pub(super) fn owner(tenant: Option<TenantId>) -> String {
    tenant.map_or_else(|| INSTANCE.to_owned(), |tenant| tenant.to_string())
}

/// The tenant, or the instance, of a row.
pub(super) fn owner_of(row: &SqliteRow) -> StoreResult<Option<TenantId>> {
    let text: String = row.try_get("tenant")?;
    if text == INSTANCE { Ok(None) } else { parse("tenant", &text).map(Some) }
}

/// A column that is there.
pub(super) fn column<'r, T>(row: &'r SqliteRow, name: &str) -> StoreResult<T>
where
    T: sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
{
    Ok(row.try_get(name)?)
}

/// A text column that is there and has a form.
pub(super) fn parsed<T: FromStr>(row: &SqliteRow, name: &'static str) -> StoreResult<T> {
    parse(name, column::<&str>(row, name)?)
}

/// A text column that may be empty and has a form.
pub(super) fn parsed_if_any<T: FromStr>(row: &SqliteRow, name: &'static str) -> StoreResult<Option<T>> {
    column::<Option<&str>>(row, name)?.map(|text| parse(name, text)).transpose()
}

/// A time.
pub(super) fn time(row: &SqliteRow, name: &str) -> StoreResult<Timestamp> {
    column(row, name).map(Timestamp::from_micros)
}

/// A time that may be missing.
pub(super) fn time_if_any(row: &SqliteRow, name: &str) -> StoreResult<Option<Timestamp>> {
    Ok(column::<Option<i64>>(row, name)?.map(Timestamp::from_micros))
}

/// The name of an enum's variant, or another value that serializes as a bare text.
pub(super) fn word<T: Serialize>(value: &T) -> StoreResult<String> {
    match serde_json::to_value(value).map_err(failed)? {
        Value::String(word) => Ok(word),
        _ => Err(failed("a value that is no word was to be stored as one")),
    }
}

/// The value that a word stands for.
pub(super) fn worded<T: DeserializeOwned>(row: &SqliteRow, name: &'static str) -> StoreResult<T> {
    from_word(name, column::<String>(row, name)?)
}

/// The value that a word stands for, if there is one.
pub(super) fn worded_if_any<T: DeserializeOwned>(row: &SqliteRow, name: &'static str) -> StoreResult<Option<T>> {
    column::<Option<String>>(row, name)?.map(|text| from_word(name, text)).transpose()
}

/// JSON text.
pub(super) fn json<T: Serialize>(value: &T) -> StoreResult<String> {
    serde_json::to_string(value).map_err(failed)
}

/// A column that holds JSON text.
pub(super) fn from_json<T: DeserializeOwned>(row: &SqliteRow, name: &'static str) -> StoreResult<T> {
    serde_json::from_str(column::<&str>(row, name)?).map_err(|_| nonsense(name))
}

/// The error for a row that makes no sense. It names the column but not its content, which may be personal.
pub(super) fn nonsense(column: &'static str) -> StoreError {
    failed(format!("a row of the directory makes no sense in its column {column}"))
}

fn parse<T: FromStr>(name: &'static str, text: &str) -> StoreResult<T> {
    text.parse().map_err(|_| nonsense(name))
}

fn from_word<T: DeserializeOwned>(name: &'static str, word: String) -> StoreResult<T> {
    serde_json::from_value(Value::String(word)).map_err(|_| nonsense(name))
}
