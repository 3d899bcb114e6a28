//! When a message that was not taken is tried again: sooner at first, ever later, never in step with others.

use std::time::Duration;

use crate::clock::{Random, random_bytes};

/// The pause after each failed try; the last one repeats.
const PAUSES: [u64; 10] = [5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200];
/// A receiver that asks for more time gets at most so much.
const LONGEST_WISH: Duration = Duration::from_secs(24 * 3600);

/// How long to wait after the try with this number, from 0: a fifth more or less than planned, so that what failed together
/// does not come back together, and never sooner than the receiver asked for (`Retry-After`).
pub(super) fn pause(tries: u32, wish: Option<Duration>, random: &dyn Random) -> Duration {
    let step = usize::try_from(tries).unwrap_or(usize::MAX).min(PAUSES.len() - 1);
    let planned = Duration::from_secs(PAUSES.get(step).copied().unwrap_or_default());
    let [low, high] = random_bytes::<2>(random);
    // 80 % to 120 %.
    let share = 0.8 + 0.4 * f64::from(u16::from_le_bytes([low, high])) / f64::from(u16::MAX);
    planned.mul_f64(share).max(wish.unwrap_or_default().min(LONGEST_WISH))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same byte for ever.
    struct Constant(u8);

    impl Random for Constant {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn pauses_grow_from_seconds_to_hours_and_lie_apart() {
        let (short, long) = (Constant(0), Constant(255));
        for (tries, seconds) in [(0, 5), (1, 30), (4, 1_800), (9, 43_200), (10, 43_200), (u32::MAX, 43_200)] {
            let planned = Duration::from_secs(seconds);
            assert_eq!(pause(tries, None, &short), planned.mul_f64(0.8), "{tries}");
            assert_eq!(pause(tries, None, &long), planned.mul_f64(1.2), "{tries}");
        }
        let tries = (0..).scan(Duration::ZERO, |sum, tries| {
            *sum += pause(tries, None, &Constant(128));
            Some(*sum)
        });
        let within_three_days = tries.take_while(|sum| *sum < Duration::from_secs(3 * 24 * 3600)).count();
        assert!((10..=16).contains(&within_three_days), "{within_three_days}");
    }

    #[test]
    fn a_receiver_may_ask_for_more_time_but_not_for_ever() {
        let wish = |seconds| Some(Duration::from_secs(seconds));
        assert_eq!(pause(0, wish(600), &Constant(0)), Duration::from_secs(600));
        assert_eq!(pause(5, wish(1), &Constant(0)), Duration::from_secs(2_880));
        assert_eq!(pause(0, wish(u64::MAX), &Constant(0)), LONGEST_WISH);
    }
}
