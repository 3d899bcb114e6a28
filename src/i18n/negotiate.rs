//! Which language: `Accept-Language` in the order the browser means, matched against the languages there are.

use fluent_langneg::{NegotiationStrategy, negotiate_languages};
use unic_langid::LanguageIdentifier;

/// Longest header that is looked at, and most languages taken from it: nobody reads twenty.
const HEADER_LIMIT: usize = 1024;
const LANGUAGE_LIMIT: usize = 20;

/// The languages of an `Accept-Language` header, best first; those with weight 0 are refused ones (RFC 9110 §12.5.4).
pub(super) fn accepted(header: &str) -> Vec<LanguageIdentifier> {
    if header.len() > HEADER_LIMIT {
        return Vec::new();
    }
    let mut weighted: Vec<(u16, LanguageIdentifier)> = header
        .split(',')
        .take(LANGUAGE_LIMIT)
        .filter_map(|item| {
            let (range, parameters) = item.split_once(';').unwrap_or((item, ""));
            let weight = weight(parameters)?;
            Some((weight, range.trim().parse().ok()?)).filter(|(weight, _)| *weight > 0)
        })
        .collect();
    weighted.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    weighted.into_iter().map(|(_, language)| language).collect()
}

/// `q=0.8` in thousandths; no weight means 1.
fn weight(parameters: &str) -> Option<u16> {
    let parameters = parameters.trim();
    if parameters.is_empty() {
        return Some(1000);
    }
    let value: f32 = parameters.strip_prefix("q=").or_else(|| parameters.strip_prefix("Q="))?.trim().parse().ok()?;
    // The range check also refuses NaN, so that the cast is exact enough to sort by.
    (0.0..=1.0).contains(&value).then_some((value * 1000.0) as u16)
}

/// Position of the best language in `available`, if one of them is wanted at all.
pub(super) fn best<'a>(
    wanted: &[LanguageIdentifier],
    available: impl Iterator<Item = &'a LanguageIdentifier>,
) -> Option<usize> {
    let available: Vec<&LanguageIdentifier> = available.collect();
    let found = negotiate_languages(wanted, &available, None, NegotiationStrategy::Filtering);
    let first = found.first()?;
    available.iter().position(|language| language == *first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(header: &str) -> Vec<String> {
        accepted(header).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_weight_decides_and_zero_refuses() {
        assert_eq!(tags("fr;q=0.2, sv-SE, nl;q=0.9"), ["sv-SE", "nl", "fr"]);
        assert_eq!(tags("en;q=0, nl"), ["nl"]);
        assert_eq!(tags("nl;q=NaN, fr;q=2, *;q=0.1, ;;, sv;q=x"), Vec::<String>::new());
        assert_eq!(tags(&"nl,".repeat(2000)), Vec::<String>::new());
    }

    #[test]
    fn a_region_finds_its_language() {
        let available: Vec<LanguageIdentifier> =
            ["en", "nl", "sv", "fr"].iter().map(|tag| tag.parse().unwrap()).collect();
        let best_of = |header: &str| best(&accepted(header), available.iter()).map(|at| available[at].to_string());
        assert_eq!(best_of("nl-BE"), Some("nl".to_owned()));
        assert_eq!(best_of("de, fr-CA;q=0.5"), Some("fr".to_owned()));
        assert_eq!(best_of("ja"), None);
        assert_eq!(best_of(""), None);
    }
}
