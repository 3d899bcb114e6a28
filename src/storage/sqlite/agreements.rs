//! What guests answered and what they were shown; both only ever grow.

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::failed;
use super::rows::{column, from_json, json, parsed, time, word, worded};
use crate::model::{Acceptance, Identity, Review, TenantId, UserId};
use crate::storage::{Pseudonym, StoreResult, audit_chain};

pub(super) async fn insert_review(db: &mut SqliteConnection, tenant: TenantId, review: &Review) -> StoreResult<()> {
    sqlx::query(
        "INSERT INTO reviews (tenant, user, sequence, state, evidence, language, recorded_at, network, identity) \
         SELECT ?1, ?2, COALESCE(MAX(sequence), 0) + 1, ?3, ?4, ?5, ?6, ?7, ?8 FROM reviews \
         WHERE tenant = ?1 AND user = ?2",
    )
    .bind(tenant.to_string())
    .bind(review.user.to_string())
    .bind(word(&review.state)?)
    .bind(&review.evidence)
    .bind(&review.language)
    .bind(review.recorded_at.micros())
    .bind(&review.network)
    .bind(json(&review.identity)?)
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn newest_review(
    db: &mut SqliteConnection,
    tenant: TenantId,
    user: UserId,
) -> StoreResult<Option<Review>> {
    let query = sqlx::query(
        "SELECT user, state, evidence, language, recorded_at, network, identity FROM reviews \
         WHERE tenant = ? AND user = ? ORDER BY sequence DESC LIMIT 1",
    );
    let row = query.bind(tenant.to_string()).bind(user.to_string()).fetch_optional(db).await?;
    row.as_ref().map(review).transpose()
}

pub(super) async fn reviews(db: &mut SqliteConnection, tenant: TenantId, user: UserId) -> StoreResult<Vec<Review>> {
    let query = sqlx::query(
        "SELECT user, state, evidence, language, recorded_at, network, identity FROM reviews \
         WHERE tenant = ? AND user = ? ORDER BY sequence",
    );
    query.bind(tenant.to_string()).bind(user.to_string()).fetch_all(db).await?.iter().map(review).collect()
}

/// Replaces who answered by a pseudonym, and drops the network. The triggers of both tables allow this change alone.
pub(super) async fn pseudonymize(
    db: &mut SqliteConnection,
    tenant: TenantId,
    user: UserId,
    pseudonym: Pseudonym<'_>,
) -> StoreResult<()> {
    let tables = [
        (
            "SELECT sequence, identity FROM reviews WHERE tenant = ? AND user = ?",
            "UPDATE reviews SET identity = ?, network = 'erased' WHERE tenant = ? AND user = ? AND sequence = ?",
        ),
        (
            "SELECT sequence, identity FROM acceptances WHERE tenant = ? AND user = ?",
            "UPDATE acceptances SET identity = ?, network = 'erased' WHERE tenant = ? AND user = ? AND sequence = ?",
        ),
    ];
    for (select, update) in tables {
        let query = sqlx::query(select).bind(tenant.to_string()).bind(user.to_string());
        for row in query.fetch_all(&mut *db).await? {
            let known: Identity = from_json(&row, "identity")?;
            if known.issuer == "erased" {
                continue;
            }
            let query = sqlx::query(update).bind(json(&pseudonym(&known))?).bind(tenant.to_string());
            let query = query.bind(user.to_string()).bind(column::<i64>(&row, "sequence")?);
            query.execute(&mut *db).await?;
        }
    }
    Ok(())
}

fn review(row: &SqliteRow) -> StoreResult<Review> {
    Ok(Review {
        user: parsed(row, "user")?,
        state: worded(row, "state")?,
        evidence: column(row, "evidence")?,
        language: column(row, "language")?,
        recorded_at: time(row, "recorded_at")?,
        network: column(row, "network")?,
        identity: from_json(row, "identity")?,
    })
}

pub(super) async fn insert_acceptance(
    db: &mut SqliteConnection,
    tenant: TenantId,
    acceptance: &Acceptance,
) -> StoreResult<()> {
    sqlx::query(
        "INSERT INTO acceptances (tenant, user, sequence, agreement, version, language, state, recorded_at, network, \
         identity) SELECT ?1, ?2, COALESCE(MAX(sequence), 0) + 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM acceptances \
         WHERE tenant = ?1 AND user = ?2",
    )
    .bind(tenant.to_string())
    .bind(acceptance.user.to_string())
    .bind(acceptance.agreement.to_string())
    .bind(&acceptance.version)
    .bind(&acceptance.language)
    .bind(word(&acceptance.state)?)
    .bind(acceptance.recorded_at.micros())
    .bind(&acceptance.network)
    .bind(json(&acceptance.identity)?)
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn acceptances(
    db: &mut SqliteConnection,
    tenant: TenantId,
    user: UserId,
) -> StoreResult<Vec<Acceptance>> {
    let query = sqlx::query(
        "SELECT agreement, user, version, language, state, recorded_at, network, identity FROM acceptances \
         WHERE tenant = ? AND user = ? ORDER BY sequence",
    );
    let rows = query.bind(tenant.to_string()).bind(user.to_string()).fetch_all(db).await?;
    rows.iter().map(acceptance).collect()
}

fn acceptance(row: &SqliteRow) -> StoreResult<Acceptance> {
    Ok(Acceptance {
        agreement: parsed(row, "agreement")?,
        user: parsed(row, "user")?,
        version: column(row, "version")?,
        language: column(row, "language")?,
        state: worded(row, "state")?,
        recorded_at: time(row, "recorded_at")?,
        network: column(row, "network")?,
        identity: from_json(row, "identity")?,
    })
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

pub(super) async fn evidence(db: &mut SqliteConnection, tenant: TenantId, hash: &str) -> StoreResult<Option<Vec<u8>>> {
    let query = sqlx::query("SELECT content FROM evidence WHERE tenant = ? AND hash = ?");
    let row = query.bind(tenant.to_string()).bind(hash).fetch_optional(db).await?;
    let Some(content) = row.map(|row| column::<Vec<u8>>(&row, "content")).transpose()? else { return Ok(None) };
    if audit_chain::sha256_hex(&content) != hash {
        return Err(failed("the stored evidence was altered"));
    }
    Ok(Some(content))
}
