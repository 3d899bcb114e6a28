//! Which of a tenant's keys signs and which are published: decided by age alone, so that every node decides alike.

use std::sync::Arc;
use std::time::Duration;

use super::signing::SigningKey;
use crate::model::{SigningAlgorithm, Timestamp};

/// A new key is published this long before it signs, so that whoever keeps our keys for a day knows it by then (attack row
/// J11).
pub(super) const PUBLISHED_AHEAD: Duration = Duration::from_secs(24 * 3600);
/// A key that signs no more stays published this long: longer than any token lives.
pub(super) const PUBLISHED_AFTER: Duration = Duration::from_secs(48 * 3600);

/// The key that signs now. The first one of a tenant signs at once: nobody knows an older one.
pub(super) fn signer(
    keys: &[Arc<SigningKey>],
    algorithm: SigningAlgorithm,
    now: Timestamp,
) -> Option<&Arc<SigningKey>> {
    let mut of_kind = keys.iter().filter(|key| key.algorithm() == algorithm);
    let first = of_kind.next()?;
    Some(of_kind.rfind(|key| signs_from(key) <= now).unwrap_or(first))
}

/// The keys that are published now.
pub(super) fn published(keys: &[Arc<SigningKey>], now: Timestamp) -> impl Iterator<Item = &Arc<SigningKey>> {
    keys.iter().enumerate().filter_map(move |(at, key)| {
        let mut later = keys.iter().skip(at + 1).filter(|other| other.algorithm() == key.algorithm());
        let gone = later.any(|other| signs_from(other).plus(PUBLISHED_AFTER) <= now);
        (!gone).then_some(key)
    })
}

/// The key that is published and does not sign yet.
pub(super) fn waiting(
    keys: &[Arc<SigningKey>],
    algorithm: SigningAlgorithm,
    now: Timestamp,
) -> Option<&Arc<SigningKey>> {
    keys.iter().filter(|key| key.algorithm() == algorithm).skip(1).find(|key| signs_from(key) > now)
}

/// From when on a key signs that is not its tenant's first.
pub(super) fn signs_from(key: &SigningKey) -> Timestamp {
    key.created_at.plus(PUBLISHED_AHEAD)
}

/// When a key was made that signs from `now` on, though nobody was told of it a day ahead.
pub(super) fn signing_since(now: Timestamp) -> Timestamp {
    Timestamp::from_micros(now.micros().saturating_sub(i64::try_from(PUBLISHED_AHEAD.as_micros()).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn made_at(hours: u32) -> Arc<SigningKey> {
        let at = Timestamp::from_seconds(0).plus(HOUR.saturating_mul(hours));
        Arc::new(SigningKey::generate(SigningAlgorithm::Es256, at).unwrap().0)
    }

    #[test]
    fn j11_a_key_is_known_for_a_day_before_it_signs_and_until_its_last_token_is_over() {
        let keys = [made_at(0), made_at(100), made_at(1_000)];
        let at = |hours: u32| {
            let now = Timestamp::from_seconds(0).plus(HOUR.saturating_mul(hours));
            let signs = signer(&keys, SigningAlgorithm::Es256, now).unwrap();
            let signs = keys.iter().position(|key| Arc::ptr_eq(key, signs)).unwrap();
            (signs, published(&keys, now).count())
        };
        assert_eq!(at(0), (0, 3), "the first key signs at once");
        assert_eq!(at(123), (0, 3));
        assert_eq!(at(124), (1, 3), "a day after it was published");
        assert_eq!(at(171), (1, 3), "its predecessor is published still");
        assert_eq!(at(172), (1, 2), "48 hours after it signed last");
        assert_eq!(at(1_024), (2, 2));
        assert_eq!(at(1_072), (2, 1));
        let alone = signer(&keys, SigningAlgorithm::Rs256, Timestamp::from_seconds(0));
        assert!(alone.is_none(), "a key of one algorithm is none of another");
    }

    #[test]
    fn a_key_waits_once() {
        let keys = [made_at(0), made_at(100)];
        let waits = |hours: u32| {
            waiting(&keys, SigningAlgorithm::Es256, Timestamp::from_seconds(0).plus(HOUR.saturating_mul(hours)))
                .is_some()
        };
        assert!(waits(110) && !waits(124));
        assert!(waiting(&keys[..1], SigningAlgorithm::Es256, Timestamp::from_seconds(0)).is_none());
    }
}
