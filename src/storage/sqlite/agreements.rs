//! What guests answered and what they were shown; both only ever grow. Who answered from where lies beside the answers, and
//! can be erased.

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::failed;
use super::rows::{column, from_json, json, parsed, time, word, worded};
use crate::model::{Acceptance, Circumstances, Evidence, Review, TenantId, UserId};
use crate::storage::{StoreResult, audit_chain};

macro_rules! select_reviews {
    ($rest:literal) => {
        sqlx::query(concat!(
            "SELECT r.user, state, evidence, language, recorded_at, network, identity FROM reviews r \
             LEFT JOIN answer_circumstances c ON c.tenant = r.tenant AND c.user = r.user AND c.kind = 'review' \
             AND c.sequence = r.sequence ",
            $rest
        ))
    };
}

macro_rules! select_acceptances {
    ($rest:literal) => {
        sqlx::query(concat!(
            "SELECT agreement, a.user, version, language, state, recorded_at, network, identity FROM acceptances a \
             LEFT JOIN answer_circumstances c ON c.tenant = a.tenant AND c.user = a.user AND c.kind = 'terms' \
             AND c.sequence = a.sequence ",
            $rest
        ))
    };
}

pub(super) async fn insert_review(db: &mut SqliteConnection, tenant: TenantId, review: &Review) -> StoreResult<()> {
    let query = sqlx::query_scalar(
        "INSERT INTO reviews (tenant, user, sequence, state, evidence, language, recorded_at) \
         SELECT ?1, ?2, COALESCE(MAX(sequence), 0) + 1, ?3, ?4, ?5, ?6 FROM reviews \
         WHERE tenant = ?1 AND user = ?2 RETURNING sequence",
    );
    let sequence: i64 = query
        .bind(tenant.to_string())
        .bind(review.user.to_string())
        .bind(word(&review.state)?)
        .bind(&review.evidence)
        .bind(&review.language)
        .bind(review.recorded_at.micros())
        .fetch_one(&mut *db)
        .await?;
    insert_circumstances(db, tenant, review.user, ("review", sequence), review.circumstances.as_ref()).await
}

pub(super) async fn newest_review(
    db: &mut SqliteConnection,
    tenant: TenantId,
    user: UserId,
) -> StoreResult<Option<Review>> {
    let query = select_reviews!("WHERE r.tenant = ? AND r.user = ? ORDER BY r.sequence DESC LIMIT 1");
    let row = query.bind(tenant.to_string()).bind(user.to_string()).fetch_optional(db).await?;
    row.as_ref().map(review).transpose()
}

pub(super) async fn reviews(db: &mut SqliteConnection, tenant: TenantId, user: UserId) -> StoreResult<Vec<Review>> {
    let query = select_reviews!("WHERE r.tenant = ? AND r.user = ? ORDER BY r.sequence");
    query.bind(tenant.to_string()).bind(user.to_string()).fetch_all(db).await?.iter().map(review).collect()
}

fn review(row: &SqliteRow) -> StoreResult<Review> {
    Ok(Review {
        user: parsed(row, "user")?,
        state: worded(row, "state")?,
        evidence: column(row, "evidence")?,
        language: column(row, "language")?,
        recorded_at: time(row, "recorded_at")?,
        circumstances: circumstances(row)?,
    })
}

pub(super) async fn insert_acceptance(
    db: &mut SqliteConnection,
    tenant: TenantId,
    acceptance: &Acceptance,
) -> StoreResult<()> {
    let query = sqlx::query_scalar(
        "INSERT INTO acceptances (tenant, user, sequence, agreement, version, language, state, recorded_at) \
         SELECT ?1, ?2, COALESCE(MAX(sequence), 0) + 1, ?3, ?4, ?5, ?6, ?7 FROM acceptances \
         WHERE tenant = ?1 AND user = ?2 RETURNING sequence",
    );
    let sequence: i64 = query
        .bind(tenant.to_string())
        .bind(acceptance.user.to_string())
        .bind(acceptance.agreement.to_string())
        .bind(&acceptance.version)
        .bind(&acceptance.language)
        .bind(word(&acceptance.state)?)
        .bind(acceptance.recorded_at.micros())
        .fetch_one(&mut *db)
        .await?;
    insert_circumstances(db, tenant, acceptance.user, ("terms", sequence), acceptance.circumstances.as_ref()).await
}

pub(super) async fn acceptances(
    db: &mut SqliteConnection,
    tenant: TenantId,
    user: UserId,
) -> StoreResult<Vec<Acceptance>> {
    let query = select_acceptances!("WHERE a.tenant = ? AND a.user = ? ORDER BY a.sequence");
    query.bind(tenant.to_string()).bind(user.to_string()).fetch_all(db).await?.iter().map(acceptance).collect()
}

pub(super) async fn all_acceptances(db: &mut SqliteConnection, tenant: TenantId) -> StoreResult<Vec<Acceptance>> {
    let query = select_acceptances!("WHERE a.tenant = ? ORDER BY a.user, a.sequence");
    query.bind(tenant.to_string()).fetch_all(db).await?.iter().map(acceptance).collect()
}

pub(super) fn acceptance(row: &SqliteRow) -> StoreResult<Acceptance> {
    Ok(Acceptance {
        agreement: parsed(row, "agreement")?,
        user: parsed(row, "user")?,
        version: column(row, "version")?,
        language: column(row, "language")?,
        state: worded(row, "state")?,
        recorded_at: time(row, "recorded_at")?,
        circumstances: circumstances(row)?,
    })
}

async fn insert_circumstances(
    db: &mut SqliteConnection,
    tenant: TenantId,
    user: UserId,
    (kind, sequence): (&str, i64),
    circumstances: Option<&Circumstances>,
) -> StoreResult<()> {
    let Some(circumstances) = circumstances else { return Ok(()) };
    sqlx::query(
        "INSERT INTO answer_circumstances (tenant, user, kind, sequence, network, identity) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(tenant.to_string())
    .bind(user.to_string())
    .bind(kind)
    .bind(sequence)
    .bind(&circumstances.network)
    .bind(json(&circumstances.identity)?)
    .execute(db)
    .await?;
    Ok(())
}

fn circumstances(row: &SqliteRow) -> StoreResult<Option<Circumstances>> {
    let Some(network) = column::<Option<String>>(row, "network")? else { return Ok(None) };
    Ok(Some(Circumstances { network, identity: from_json(row, "identity")? }))
}

/// Wiped, not marked: the connection overwrites what it deletes.
pub(super) async fn forget_person(db: &mut SqliteConnection, tenant: TenantId, user: UserId) -> StoreResult<()> {
    let query = sqlx::query("DELETE FROM answer_circumstances WHERE tenant = ? AND user = ?");
    query.bind(tenant.to_string()).bind(user.to_string()).execute(db).await?;
    Ok(())
}

/// Evidence that does not fit its hash would prove nothing later, so it is refused now.
pub(super) async fn keep_evidence(
    db: &mut SqliteConnection,
    tenant: TenantId,
    hash: &str,
    media_type: &str,
    content: &[u8],
) -> StoreResult<()> {
    if audit_chain::sha256_hex(content) != hash {
        return Err(failed("the evidence does not have the hash under which it was to be kept"));
    }
    // No ON CONFLICT: the trigger that stops REPLACE would fire before it.
    sqlx::query(
        "INSERT INTO evidence (tenant, hash, media_type, content) SELECT ?1, ?2, ?3, ?4 \
         WHERE NOT EXISTS (SELECT 1 FROM evidence WHERE tenant = ?1 AND hash = ?2)",
    )
    .bind(tenant.to_string())
    .bind(hash)
    .bind(media_type)
    .bind(content)
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn evidence(db: &mut SqliteConnection, tenant: TenantId, hash: &str) -> StoreResult<Option<Evidence>> {
    let query = sqlx::query("SELECT media_type, content FROM evidence WHERE tenant = ? AND hash = ?");
    let row = query.bind(tenant.to_string()).bind(hash).fetch_optional(db).await?;
    row.as_ref().map(|row| whole_evidence(row, hash)).transpose()
}

/// Evidence out of a row, if it still has its hash.
pub(super) fn whole_evidence(row: &SqliteRow, hash: &str) -> StoreResult<Evidence> {
    let evidence = Evidence { media_type: column(row, "media_type")?, content: column(row, "content")? };
    if audit_chain::sha256_hex(&evidence.content) != hash {
        return Err(failed("the stored evidence was altered"));
    }
    Ok(evidence)
}
