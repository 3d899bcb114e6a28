//! The audit chain: each line carries the hash of the line before, so that editing history is seen (attack M5).

use aws_lc_rs::digest;
use serde::Serialize;
use serde_json::Value;

use crate::model::{AuditEvent, AuditLine, TenantId, Timestamp};

/// `previous` of the first line of a chain.
const NOTHING_BEFORE: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The first line of a chain that is not what was written, and why it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("audit line {sequence}: {kind}")]
pub struct AuditFault {
    /// Its number, as it stands or as it should stand.
    pub sequence: i64,
    /// What is wrong with it.
    pub kind: AuditFaultKind,
}

/// How a line of the audit chain is bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuditFaultKind {
    /// A line is missing, doubled or out of order here.
    #[error("it does not follow the line before; lines were removed, added or moved")]
    Sequence,
    /// It belongs to the chain of another tenant.
    #[error("it belongs to another chain")]
    Chain,
    /// The hash of the line before is not the one that this line was written with.
    #[error("it was not written after the line before; that line, or this one, was replaced")]
    Previous,
    /// Its content is not what was hashed.
    #[error("its content was changed after it was written")]
    Content,
}

/// Checks a whole chain, from its first line. A chain cut off at its end still verifies: keep its last hash elsewhere.
pub fn verify_chain(lines: &[AuditLine]) -> Result<(), AuditFault> {
    let mut check = ChainCheck::default();
    lines.iter().try_for_each(|line| check.next(line))
}

/// Checks a chain line by line, for chains that are too long to hold.
#[derive(Clone, Debug, Default)]
pub struct ChainCheck {
    last: Option<(Option<TenantId>, i64, String)>,
}

impl ChainCheck {
    /// Checks the next line; the first one given must be the first of its chain.
    pub fn next(&mut self, line: &AuditLine) -> Result<(), AuditFault> {
        let (chain, sequence, previous) = match &self.last {
            Some((chain, sequence, hash)) => (*chain, sequence.saturating_add(1), hash.as_str()),
            None => (line.tenant, 1, NOTHING_BEFORE),
        };
        let fault = if line.sequence != sequence {
            Some(AuditFaultKind::Sequence)
        } else if line.tenant != chain {
            Some(AuditFaultKind::Chain)
        } else if line.previous != previous {
            Some(AuditFaultKind::Previous)
        } else if content_hash(line).as_deref() != Some(line.hash.as_str()) {
            Some(AuditFaultKind::Content)
        } else {
            None
        };
        if let Some(kind) = fault {
            return Err(AuditFault { sequence, kind });
        }
        self.last = Some((chain, sequence, line.hash.clone()));
        Ok(())
    }
}

/// Makes the line that follows `last` (number and hash) in the chain of `tenant`.
pub(super) fn next_line(
    last: Option<(i64, String)>,
    tenant: Option<TenantId>,
    at: Timestamp,
    event: &AuditEvent,
) -> Option<AuditLine> {
    let (sequence, previous) = last.unwrap_or_else(|| (0, NOTHING_BEFORE.to_owned()));
    let sequence = sequence.checked_add(1)?;
    let mut line = AuditLine { sequence, tenant, at, event: event.clone(), previous, hash: String::new() };
    line.hash = content_hash(&line)?;
    Some(line)
}

/// Lower-case hex SHA-256 over the canonical JSON of a line without its own hash.
fn content_hash(line: &AuditLine) -> Option<String> {
    let Value::Object(mut fields) = serde_json::to_value(line).ok()? else { return None };
    fields.remove("hash");
    Some(sha256_hex(canonical_json(&Value::Object(fields)).as_bytes()))
}

/// Lower-case hex SHA-256.
pub(super) fn sha256_hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(digest::digest(&digest::SHA256, bytes).as_ref())
}

/// The canonical JSON of anything that serializes.
pub(super) fn canonical<T: Serialize>(value: &T) -> serde_json::Result<String> {
    serde_json::to_value(value).map(|value| canonical_json(&value))
}

/// One spelling per value, as RFC 8785 has it for what occurs here: members by name, no white space, shortest escapes.
/// The order is made here and not left to `serde_json`, whose maps keep insertion order if any crate in the build asks.
fn canonical_json(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let mut members: Vec<_> = fields.iter().collect();
            // RFC 8785 §3.2.3: by UTF-16 code units.
            members.sort_by(|(left, _), (right, _)| left.encode_utf16().cmp(right.encode_utf16()));
            let members: Vec<String> =
                members.into_iter().map(|(name, value)| format!("{}:{}", text(name), canonical_json(value))).collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical_json).collect::<Vec<_>>().join(",")),
        Value::String(content) => text(content),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

fn text(content: &str) -> String {
    Value::String(content.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::UserId;

    fn tenant(number: u128) -> TenantId {
        TenantId::new(uuid::Uuid::from_u128(number))
    }

    fn chain(tenant: Option<TenantId>, length: i64) -> Vec<AuditLine> {
        let mut lines: Vec<AuditLine> = Vec::new();
        for number in 0..length {
            let last = lines.last().map(|line| (line.sequence, line.hash.clone()));
            let event = AuditEvent::success("Invite external user")
                .by(UserId::new(uuid::Uuid::from_u128(7)))
                .with("number", number)
                .with("odd", "\u{1}\"\\é\n");
            lines.push(next_line(last, tenant, Timestamp::from_seconds(number), &event).unwrap());
        }
        lines
    }

    #[test]
    fn canonical_json_is_one_spelling() {
        let value = serde_json::json!({"b": [1, true, null], "a": {"é": "x\n", "z": -5}, "": "\u{7f}\u{8}"});
        assert_eq!(canonical_json(&value), "{\"\":\"\u{7f}\\b\",\"a\":{\"z\":-5,\"é\":\"x\\n\"},\"b\":[1,true,null]}");
    }

    #[test]
    fn the_hash_of_a_line_never_changes_between_versions() {
        let line =
            next_line(None, Some(tenant(1)), Timestamp::from_seconds(1), &AuditEvent::success("Redeem")).unwrap();
        let written = "{\"at\":1000000,\"event\":{\"activity\":\"Redeem\",\"actor\":null,\"details\":[],\"outcome\":\"success\",\
             \"sealed\":null,\"target\":null},\"previous\":\"0000000000000000000000000000000000000000000000000000000000000000\",\
             \"sequence\":1,\"tenant\":\"00000000-0000-0000-0000-000000000001\"}";
        assert_eq!(line.hash, sha256_hex(written.as_bytes()));
    }

    #[test]
    fn a_whole_chain_verifies_and_a_page_of_it_can_be_checked_on_the_way() {
        let lines = chain(Some(tenant(1)), 50);
        assert_eq!(verify_chain(&lines), Ok(()));
        assert_eq!(verify_chain(&[]), Ok(()));
        assert_eq!(verify_chain(&chain(None, 3)), Ok(()));
        let mut check = ChainCheck::default();
        for page in lines.chunks(7) {
            page.iter().try_for_each(|line| check.next(line)).unwrap();
        }
    }

    /// What a verifier without the chain would do: it believes any line whose own hash fits.
    fn naive_verify(lines: &[AuditLine]) -> bool {
        lines.iter().all(|line| content_hash(line).as_deref() == Some(line.hash.as_str()))
    }

    #[test]
    fn m5_every_edit_of_history_names_the_first_bad_line() {
        let honest = chain(Some(tenant(1)), 20);
        let rehash = |line: &mut AuditLine| line.hash = content_hash(line).unwrap();
        type Edit = fn(&mut Vec<AuditLine>);
        let edits: &[(&str, Edit, i64, AuditFaultKind)] = &[
            ("time", |l| l[4].at = Timestamp::from_seconds(99), 5, AuditFaultKind::Content),
            ("outcome", |l| l[4].event.outcome = crate::model::AuditOutcome::Failure, 5, AuditFaultKind::Content),
            ("actor", |l| l[4].event.actor = None, 5, AuditFaultKind::Content),
            ("target", |l| l[4].event.target = l[4].event.actor, 5, AuditFaultKind::Content),
            ("detail", |l| l[4].event.details[0].1 = "17".into(), 5, AuditFaultKind::Content),
            ("sealed", |l| l[4].event.sealed = Some(String::new()), 5, AuditFaultKind::Content),
            ("activity", |l| l[4].event.activity.push(' '), 5, AuditFaultKind::Content),
            ("hash", |l| l[4].hash = l[3].hash.clone(), 5, AuditFaultKind::Content),
            ("removed", |l| drop(l.remove(4)), 5, AuditFaultKind::Sequence),
            ("head cut", |l| drop(l.remove(0)), 1, AuditFaultKind::Sequence),
            ("doubled", |l| l.insert(4, l[3].clone()), 5, AuditFaultKind::Sequence),
            ("swapped", |l| l.swap(4, 5), 5, AuditFaultKind::Sequence),
            ("other tenant", |l| l[4].tenant = None, 5, AuditFaultKind::Chain),
        ];
        for (name, edit, sequence, kind) in edits {
            let mut lines = honest.clone();
            edit(&mut lines);
            assert_eq!(verify_chain(&lines), Err(AuditFault { sequence: *sequence, kind: *kind }), "{name}");
        }
        // An attacker who also recomputes the hash of the edited line is caught by the line after; the naive one is not.
        let mut lines = honest.clone();
        lines[4].event.actor = None;
        rehash(&mut lines[4]);
        assert_eq!(verify_chain(&lines), Err(AuditFault { sequence: 6, kind: AuditFaultKind::Previous }));
        assert!(naive_verify(&lines), "negative control");
        // One who removes a line and renumbers the rest, hashes included, is caught by the first broken link.
        let mut lines = honest;
        lines.remove(4);
        for line in lines.iter_mut().skip(4) {
            line.sequence -= 1;
            rehash(line);
        }
        assert_eq!(verify_chain(&lines), Err(AuditFault { sequence: 5, kind: AuditFaultKind::Previous }));
        assert!(naive_verify(&lines), "negative control");
    }
}
