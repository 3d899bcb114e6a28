//! A calendar by which every acceptance of an agreement expires: from a day on, every year, half-year, quarter or month.

use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::Timestamp;

/// How often acceptances expire (Graph `termsExpiration.frequency`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TermsFrequency {
    /// Every year.
    Annually,
    /// Every six months.
    Biannually,
    /// Every three months.
    Quarterly,
    /// Every month.
    Monthly,
}

impl TermsFrequency {
    /// Length in months.
    pub fn months(self) -> i32 {
        match self {
            Self::Annually => 12,
            Self::Biannually => 6,
            Self::Quarterly => 3,
            Self::Monthly => 1,
        }
    }

    /// The word that files and exports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Annually => "annually",
            Self::Biannually => "biannually",
            Self::Quarterly => "quarterly",
            Self::Monthly => "monthly",
        }
    }
}

/// Graph `termsExpiration`: everybody's acceptance expires on `start` and then in step, at midnight UTC. Who accepted on a
/// boundary keeps it until the next one; a day that a month does not have is its last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermsExpiration {
    /// The first expiry.
    pub start: Date,
    /// How often after that.
    pub frequency: TermsFrequency,
}

impl TermsExpiration {
    /// Whether a boundary lies after `recorded` and not after `now`.
    pub fn has_expired(self, recorded: Timestamp, now: Timestamp) -> bool {
        self.last_until(now).is_some_and(|boundary| recorded < boundary)
    }

    /// The first boundary after `now`.
    pub fn next_after(self, now: Timestamp) -> Option<Timestamp> {
        let steps = self.steps_until(now)?;
        self.boundary(steps.max(-1).checked_add(1)?)
    }

    /// The last boundary that is not after `now`.
    fn last_until(self, now: Timestamp) -> Option<Timestamp> {
        let steps = self.steps_until(now)?;
        if steps < 0 { None } else { self.boundary(steps) }
    }

    /// Index of the last boundary that is not after `now`; negative before the first one. Counted in whole months from
    /// `start`, so that a short month does not shift those after it.
    fn steps_until(self, now: Timestamp) -> Option<i32> {
        let today = jiff::Timestamp::from_microsecond(now.micros()).ok()?.to_zoned(TimeZone::UTC).date();
        let months = (i32::from(today.year()) - i32::from(self.start.year())) * 12 + i32::from(today.month())
            - i32::from(self.start.month());
        let steps = months.div_euclid(self.frequency.months());
        // Within the month of a boundary, its day may still be to come.
        if self.boundary(steps)? > now { Some(steps - 1) } else { Some(steps) }
    }

    fn boundary(self, steps: i32) -> Option<Timestamp> {
        let months = steps.checked_mul(self.frequency.months())?;
        let day = self.start.checked_add(months.months()).ok()?;
        let midnight = day.to_zoned(TimeZone::UTC).ok()?;
        Some(Timestamp::from_micros(midnight.timestamp().as_microsecond()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::from_micros(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
    }

    fn from(day: &str, frequency: TermsFrequency) -> TermsExpiration {
        TermsExpiration { start: day.parse().unwrap(), frequency }
    }

    /// The example of the original's documentation: start on 1 January, monthly.
    #[test]
    fn everybody_expires_on_the_same_days() {
        let monthly = from("2026-01-01", TermsFrequency::Monthly);
        for accepted in ["2026-01-01T00:00:00Z", "2026-01-01T09:00:00Z", "2026-01-15T12:00:00Z"] {
            assert!(!monthly.has_expired(at(accepted), at("2026-01-31T23:59:59Z")), "{accepted}");
            assert!(monthly.has_expired(at(accepted), at("2026-02-01T00:00:00Z")), "{accepted}");
        }
        assert!(monthly.has_expired(at("2025-12-15T00:00:00Z"), at("2026-01-01T00:00:00Z")), "given before the start");
        assert!(!monthly.has_expired(at("2025-12-15T00:00:00Z"), at("2025-12-31T23:59:59Z")));
        assert_eq!(monthly.next_after(at("2026-01-15T00:00:00Z")), Some(at("2026-02-01T00:00:00Z")));
        assert_eq!(monthly.next_after(at("2026-02-01T00:00:00Z")), Some(at("2026-03-01T00:00:00Z")));
        assert_eq!(monthly.next_after(at("2020-05-05T00:00:00Z")), Some(at("2026-01-01T00:00:00Z")));
    }

    #[test]
    fn a_short_month_does_not_shift_the_next_ones() {
        let monthly = from("2026-01-31", TermsFrequency::Monthly);
        assert_eq!(monthly.next_after(at("2026-02-01T00:00:00Z")), Some(at("2026-02-28T00:00:00Z")));
        assert_eq!(monthly.next_after(at("2026-02-28T00:00:00Z")), Some(at("2026-03-31T00:00:00Z")));
        assert_eq!(monthly.next_after(at("2026-03-30T23:59:59Z")), Some(at("2026-03-31T00:00:00Z")));
    }

    #[test]
    fn every_frequency_has_its_step() {
        for (frequency, next) in [
            (TermsFrequency::Annually, "2027-03-15T00:00:00Z"),
            (TermsFrequency::Biannually, "2026-09-15T00:00:00Z"),
            (TermsFrequency::Quarterly, "2026-06-15T00:00:00Z"),
            (TermsFrequency::Monthly, "2026-04-15T00:00:00Z"),
        ] {
            let expiration = from("2026-03-15", frequency);
            assert_eq!(expiration.next_after(at("2026-03-15T00:00:00Z")), Some(at(next)), "{frequency:?}");
            let eve = Timestamp::from_micros(at(next).micros() - 1);
            assert!(!expiration.has_expired(at("2026-03-15T00:00:00Z"), eve), "{frequency:?}");
            assert!(expiration.has_expired(at("2026-03-15T00:00:00Z"), at(next)), "{frequency:?}");
        }
    }
}
