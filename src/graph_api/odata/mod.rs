//! The query options of OData that the API has: read once, with caps on everything.

pub mod evaluate;
pub mod filter;
pub mod page;
pub mod search;

use self::filter::Filter;
use self::search::Search;
use super::errors::GraphError;

/// Most rows of one page.
pub const MOST: u32 = 999;
/// Rows of one page where nobody says how many.
pub const DEFAULT: u32 = 100;
/// Most rows that are passed over.
pub const MOST_SKIPPED: u32 = 10_000;
/// Longest query, in bytes.
const LONGEST_QUERY: usize = 6 * 1024;
/// Most properties in `$select`.
pub const MOST_SELECTED: usize = 50;
/// Most properties in `$orderby`.
pub const MOST_ORDERED: usize = 3;

/// One option, for the table of operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueryOption {
    /// `$select`
    Select,
    /// `$filter`
    Filter,
    /// `$search`
    Search,
    /// `$orderby`
    OrderBy,
    /// `$top`
    Top,
    /// `$skip`
    Skip,
    /// `$count`
    Count,
}

impl QueryOption {
    /// Its name with the dollar sign.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Select => "$select",
            Self::Filter => "$filter",
            Self::Search => "$search",
            Self::OrderBy => "$orderby",
            Self::Top => "$top",
            Self::Skip => "$skip",
            Self::Count => "$count",
        }
    }
}

/// What collections have that are paged in the directory.
pub const LIST: &[QueryOption] = &[
    QueryOption::Select,
    QueryOption::Filter,
    QueryOption::Search,
    QueryOption::OrderBy,
    QueryOption::Top,
    QueryOption::Skip,
    QueryOption::Count,
];
/// What collections have whose order is given.
pub const FILTERED: &[QueryOption] = &[QueryOption::Select, QueryOption::Filter, QueryOption::Top];
/// What single objects have.
pub const ONE: &[QueryOption] = &[QueryOption::Select];
/// What everything else has.
pub const NONE: &[QueryOption] = &[];

/// The options of one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// `$select`: names as typed.
    pub select: Option<Vec<String>>,
    /// `$filter`.
    pub filter: Option<Filter>,
    /// `$search`.
    pub search: Option<Search>,
    /// `$orderby`: property, and whether it descends.
    pub order: Vec<(String, bool)>,
    /// `$top`.
    pub top: Option<u32>,
    /// `$skip`.
    pub skip: u32,
    /// `$count`.
    pub count: bool,
    /// `$skiptoken`, still sealed.
    pub token: Option<String>,
    /// Every option but the token, in one spelling: what a token is sealed for.
    pub canonical: String,
}

impl Options {
    /// Reads the query of a request. Options that `allowed` does not name are refused, and so is every one that stands
    /// there twice; names without meaning are ignored, as the original does.
    pub fn read(query: Option<&str>, allowed: &[QueryOption]) -> Result<Self, GraphError> {
        let query = query.unwrap_or_default();
        if query.len() > LONGEST_QUERY {
            return Err(GraphError::bad(format!("The query may have {LONGEST_QUERY} bytes at most.")));
        }
        let mut options = Self::default();
        let mut seen: Vec<(String, String)> = Vec::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let plain = name.strip_prefix('$').unwrap_or(&name).to_ascii_lowercase();
            let known = ["select", "filter", "search", "orderby", "top", "skip", "count", "skiptoken"];
            if !known.contains(&plain.as_str()) {
                if name.starts_with('$') {
                    return Err(GraphError::field(&*name, format!("The query option {name} is not supported here.")));
                }
                continue;
            }
            let full = format!("${plain}");
            if seen.iter().any(|(before, _)| *before == full) {
                return Err(GraphError::field(full.clone(), format!("{full} is there twice.")));
            }
            let paged = allowed.contains(&QueryOption::Top);
            let next_page = full == "$skiptoken" && paged;
            if !next_page && !allowed.iter().any(|option| option.as_str() == full) {
                return Err(GraphError::field(full.clone(), format!("{full} is not supported here.")));
            }
            options.take(&plain, &value).map_err(|words| GraphError::field(full.clone(), words))?;
            seen.push((full, value.into_owned()));
        }
        seen.retain(|(name, _)| name != "$skiptoken");
        seen.sort();
        let mut canonical = url::form_urlencoded::Serializer::new(String::new());
        seen.iter().for_each(|(name, value)| {
            canonical.append_pair(name, value);
        });
        options.canonical = canonical.finish();
        Ok(options)
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "select" => self.select = Some(names(value, MOST_SELECTED)?),
            "filter" => self.filter = Some(Filter::parse(value)?),
            "search" => self.search = Some(Search::parse(value)?),
            "orderby" => self.order = order(value)?,
            "top" => self.top = Some(number(value, 1, MOST)?),
            "skip" => self.skip = number(value, 0, MOST_SKIPPED)?,
            "count" => {
                self.count = match value.to_ascii_lowercase().as_str() {
                    "true" => true,
                    "false" => false,
                    _ => return Err("Write true or false.".to_owned()),
                }
            }
            _ => self.token = Some(value.to_owned()),
        }
        Ok(())
    }

    /// Rows of one page.
    pub fn limit(&self) -> u32 {
        self.top.unwrap_or(DEFAULT)
    }
}

fn number(text: &str, least: u32, most: u32) -> Result<u32, String> {
    let fault = || format!("Write a whole number from {least} to {most}.");
    if text.is_empty() || text.len() > 9 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(fault());
    }
    text.parse().ok().filter(|number| (least..=most).contains(number)).ok_or_else(fault)
}

fn names(text: &str, most: usize) -> Result<Vec<String>, String> {
    let names: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
    if names.len() > most || names.iter().any(|name| !is_name(name)) {
        return Err(format!("Write the names of at most {most} properties, separated by commas."));
    }
    Ok(names)
}

fn order(text: &str) -> Result<Vec<(String, bool)>, String> {
    let mut order = Vec::new();
    for part in text.split(',') {
        let mut words = part.split_ascii_whitespace();
        let (name, direction, more) = (words.next().unwrap_or_default(), words.next(), words.next());
        let descending = match direction.map(str::to_ascii_lowercase).as_deref() {
            None | Some("asc") => false,
            Some("desc") => true,
            Some(_) => return Err("Write asc or desc after a property, or nothing.".to_owned()),
        };
        if more.is_some() || !is_name(name) || order.len() >= MOST_ORDERED {
            return Err(format!("Write at most {MOST_ORDERED} properties, each with asc or desc or nothing."));
        }
        order.push((name.to_owned(), descending));
    }
    Ok(order)
}

/// A property, possibly of an object: letters, digits, `_` and `/`.
fn is_name(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'/' | b'@' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(query: &str) -> Result<Options, GraphError> {
        Options::read(Some(query), LIST)
    }

    #[test]
    fn options_are_read_with_and_without_the_dollar() {
        let options = read("$select=id,displayName&top=5&%24orderby=displayName%20desc&$count=true&$skip=10").unwrap();
        assert_eq!(options.select.as_deref(), Some(&["id".to_owned(), "displayName".to_owned()][..]));
        assert_eq!((options.limit(), options.skip, options.count), (5, 10, true));
        assert_eq!(options.order, [("displayName".to_owned(), true)]);
        assert_eq!(read("tenant=x&api-version=1").unwrap(), Options::default(), "names without meaning");
    }

    #[test]
    fn m2_what_is_too_much_twice_or_unknown_is_refused_by_name() {
        for (query, target) in [
            ("$top=1000", "$top"),
            ("$top=0", "$top"),
            ("$top=1e9", "$top"),
            ("$top=-1", "$top"),
            ("$top=+5", "$top"),
            ("$skip=10001", "$skip"),
            ("$top=5&top=6", "$top"),
            ("$expand=manager", "$expand"),
            ("$apply=groupby((x))", "$apply"),
            ("$count=yes", "$count"),
            ("$orderby=displayName down", "$orderby"),
            ("$orderby=a,b,c,d", "$orderby"),
            ("$orderby=a;drop", "$orderby"),
            ("$select=", "$select"),
            ("$select=a b", "$select"),
            ("$filter=", "$filter"),
        ] {
            assert_eq!(read(query).unwrap_err().target.as_deref(), Some(target), "{query}");
        }
        assert!(read(&format!("x={}", "a".repeat(LONGEST_QUERY))).is_err());
        let many = vec!["a"; MOST_SELECTED + 1].join(",");
        assert!(read(&format!("$select={many}")).is_err());
    }

    #[test]
    fn two_spellings_of_one_query_are_one() {
        let one = read("$top=5&$filter=mail%20eq%20'a@b.c'").unwrap();
        let other = read("filter=mail+eq+'a@b.c'&$TOP=5&$skiptoken=abc").unwrap();
        assert_eq!(one.canonical, other.canonical);
        assert_ne!(one.canonical, read("$top=6&$filter=mail%20eq%20'a@b.c'").unwrap().canonical);
    }

    proptest! {
        #[test]
        fn m2_no_query_makes_it_panic(query in "[$a-z=&%0-9A-F+' (),:/]{0,200}|\\PC{0,200}") {
            let _ = read(&query);
        }
    }
}
