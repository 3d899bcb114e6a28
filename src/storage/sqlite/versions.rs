//! Versions of agreements: immutable, each with its content among the evidence.

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::agreements::whole_evidence;
use super::rows::{column, nonsense, parsed, time, time_if_any, word, worded};
use crate::model::{AgreementVersion, Evidence, TenantId};
use crate::storage::StoreResult;

macro_rules! select_versions {
    ($rest:literal) => {
        sqlx::query(concat!(
            "SELECT tenant, agreement, language, number, version, title, major, transition, origin, published_at \
             FROM agreement_versions ",
            $rest
        ))
    };
}

pub(super) async fn insert(db: &mut SqliteConnection, tenant: TenantId, version: &AgreementVersion) -> StoreResult<()> {
    sqlx::query(
        "INSERT INTO agreement_versions (tenant, agreement, language, number, version, title, major, transition, \
         origin, published_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(tenant.to_string())
    .bind(version.agreement.to_string())
    .bind(&version.language)
    .bind(i64::from(version.number))
    .bind(&version.version)
    .bind(&version.title)
    .bind(version.major)
    .bind(version.transition.map(|until| until.micros()))
    .bind(word(&version.origin)?)
    .bind(version.published_at.micros())
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn of_tenant(db: &mut SqliteConnection, tenant: TenantId) -> StoreResult<Vec<AgreementVersion>> {
    let query = select_versions!("WHERE tenant = ? ORDER BY agreement, language, number");
    query.bind(tenant.to_string()).fetch_all(db).await?.iter().map(version).collect()
}

pub(super) async fn all(db: &mut SqliteConnection) -> StoreResult<Vec<(TenantId, AgreementVersion)>> {
    let rows = select_versions!("ORDER BY tenant, agreement, language, number").fetch_all(db).await?;
    rows.iter().map(|row| Ok((parsed(row, "tenant")?, version(row)?))).collect()
}

/// The content of the last version of each language.
pub(super) async fn documents(db: &mut SqliteConnection) -> StoreResult<Vec<(TenantId, String, Evidence)>> {
    let query = sqlx::query(
        "SELECT v.tenant, v.version, e.media_type, e.content FROM agreement_versions v \
         JOIN evidence e ON e.tenant = v.tenant AND e.hash = v.version \
         WHERE v.number = (SELECT MAX(number) FROM agreement_versions o \
             WHERE o.tenant = v.tenant AND o.agreement = v.agreement AND o.language = v.language)",
    );
    let rows = query.fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            let hash: String = column(row, "version")?;
            let evidence = whole_evidence(row, &hash)?;
            Ok((parsed(row, "tenant")?, hash, evidence))
        })
        .collect()
}

fn version(row: &SqliteRow) -> StoreResult<AgreementVersion> {
    Ok(AgreementVersion {
        agreement: parsed(row, "agreement")?,
        language: column(row, "language")?,
        number: u32::try_from(column::<i64>(row, "number")?).map_err(|_| nonsense("number"))?,
        version: column(row, "version")?,
        title: column(row, "title")?,
        major: column(row, "major")?,
        transition: time_if_any(row, "transition")?,
        origin: worded(row, "origin")?,
        published_at: time(row, "published_at")?,
    })
}
