//! What of a collection can be filtered, searched and ordered: written down once, for documents that strangers check us by.

use std::fmt::Write as _;

use super::schema::{Entity, Kind};

/// What can be asked about a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// A text: `eq`, `ne`, `in`, `startsWith` and its relatives.
    Text(&'static str),
    /// A text: `eq` alone.
    Equal(&'static str),
    /// A time: `eq` and `ne` too.
    Time(&'static str),
    /// A time: before and after.
    Span(&'static str),
    /// True or false: `eq`, `ne`.
    Truth(&'static str),
    /// A number: `eq`, `ne`.
    Number(&'static str),
    /// A list of texts: `any(x:x eq 'text')`.
    AnyText(&'static str),
    /// A list of objects with an id: `any(x:x/id eq 'text')`.
    AnyId(&'static str),
}

/// What can be asked of a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asking {
    /// By what it is filtered.
    pub filters: &'static [Ask],
    /// Whether comparisons are joined by `or` too.
    pub or: bool,
    /// In which properties is searched.
    pub searches: &'static [&'static str],
    /// By which properties it is ordered, and by how many at once.
    pub orders: (&'static [&'static str], usize),
}

/// Text within quotes, without a quote. The API takes any text; this is what documents promise.
const TEXT: &str = "'[ -&(-~]{0,24}'";
const TIME: &str = "20[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z";

/// What filters look like, parentheses and `not` aside: comparisons, joined.
pub fn filter_pattern(entity: Option<&'static Entity>, asking: Option<&Asking>) -> String {
    let (asks, or) = match (asking, entity) {
        (Some(asking), _) => (asking.filters.to_vec(), asking.or),
        (None, Some(entity)) => (entity.properties.iter().filter_map(by_kind).collect(), true),
        (None, None) => (Vec::new(), false),
    };
    let one = comparisons(&asks);
    let joint = if or { "(?:and|or)" } else { "and" };
    format!("^(?:{one})(?: {joint} (?:{one})){{0,3}}$")
}

fn by_kind(property: &super::schema::Property) -> Option<Ask> {
    match property.kind {
        Kind::Text(_) | Kind::Word(_) | Kind::Guid | Kind::Address | Kind::Url => Some(Ask::Text(property.name)),
        Kind::Time => Some(Ask::Time(property.name)),
        Kind::Truth => Some(Ask::Truth(property.name)),
        Kind::Number => Some(Ask::Number(property.name)),
        _ => None,
    }
}

/// The alternatives, properties of one kind together.
fn comparisons(asks: &[Ask]) -> String {
    let names = |wanted: fn(&Ask) -> Option<&'static str>| {
        let found: Vec<&str> = asks.iter().filter_map(wanted).collect();
        (!found.is_empty()).then(|| format!("(?:{})", found.join("|")))
    };
    let texts = names(|ask| if let Ask::Text(name) = ask { Some(name) } else { None });
    let equals = names(|ask| if let Ask::Equal(name) = ask { Some(name) } else { None });
    let times = names(|ask| if let Ask::Time(name) = ask { Some(name) } else { None });
    let spans = names(|ask| if let Ask::Span(name) = ask { Some(name) } else { None });
    let truths = names(|ask| if let Ask::Truth(name) = ask { Some(name) } else { None });
    let numbers = names(|ask| if let Ask::Number(name) = ask { Some(name) } else { None });
    let lists = names(|ask| if let Ask::AnyText(name) = ask { Some(name) } else { None });
    let objects = names(|ask| if let Ask::AnyId(name) = ask { Some(name) } else { None });
    let mut all = String::new();
    let mut add = |one: String| {
        let bar = if all.is_empty() { "" } else { "|" };
        // Writing to a text cannot fail.
        let _ = write!(all, "{bar}{one}");
    };
    if let Some(names) = texts {
        add(format!("{names} (?:eq|ne) {TEXT}"));
        add(format!("{names} in \\({TEXT}(?:,{TEXT}){{0,1}}\\)"));
        add(format!("(?:startsWith|endsWith|contains)\\({names},{TEXT}\\)"));
    }
    if let Some(names) = equals {
        add(format!("{names} eq {TEXT}"));
    }
    if let Some(names) = times {
        add(format!("{names} (?:eq|ne|lt|le|gt|ge) {TIME}"));
    }
    if let Some(names) = spans {
        add(format!("{names} (?:lt|le|gt|ge) {TIME}"));
    }
    if let Some(names) = truths {
        add(format!("{names} (?:eq|ne) (?:true|false)"));
    }
    if let Some(names) = numbers {
        add(format!("{names} (?:eq|ne) [0-9]{{1,6}}"));
    }
    if let Some(names) = lists {
        add(format!("{names}/any\\(x:x eq {TEXT}\\)"));
    }
    if let Some(names) = objects {
        add(format!("{names}/any\\(x:x/id eq {TEXT}\\)"));
    }
    all
}

/// What searches look like.
pub fn search_pattern(entity: Option<&'static Entity>, asking: Option<&Asking>) -> String {
    let names: Vec<&str> = match (asking, entity) {
        (Some(asking), _) => asking.searches.to_vec(),
        (None, Some(entity)) => {
            entity.properties.iter().filter(|one| matches!(one.kind, Kind::Text(_))).map(|one| one.name).collect()
        }
        (None, None) => Vec::new(),
    };
    let name = if names.is_empty() { String::new() } else { format!("(?:(?:{}):)?", names.join("|")) };
    let one = format!("\"{name}[A-Za-z0-9@._-]{{1,24}}\"");
    format!("^{one}(?: (?:AND|OR) {one}){{0,4}}$")
}

/// By what a collection is ordered, and by how many properties at once.
pub fn orders(entity: Option<&'static Entity>, asking: Option<&Asking>) -> (Vec<String>, usize) {
    let (names, most): (Vec<&str>, usize) = match (asking, entity) {
        (Some(asking), _) => (asking.orders.0.to_vec(), asking.orders.1),
        (None, Some(entity)) => {
            let simple = entity.properties.iter().filter(|one| by_kind(one).is_some());
            (simple.map(|one| one.name).collect(), super::odata::MOST_ORDERED)
        }
        (None, None) => (Vec::new(), 0),
    };
    let spelled = |name: &str| [name.to_owned(), format!("{name} asc"), format!("{name} desc")];
    (names.into_iter().flat_map(spelled).collect(), most)
}

#[cfg(test)]
mod tests {
    use proptest::strategy::{Strategy, ValueTree};
    use proptest::test_runner::TestRunner;

    use super::*;
    use crate::graph_api::OPERATIONS;
    use crate::graph_api::odata::QueryOption;
    use crate::graph_api::odata::evaluate;
    use crate::graph_api::odata::filter::Filter;
    use crate::graph_api::odata::search::Search;

    fn samples(pattern: &str) -> Vec<String> {
        // The generator takes what stands between the anchors.
        let inner = pattern.trim_start_matches('^').trim_end_matches('$');
        let (strategy, mut runner) = (proptest::string::string_regex(inner).unwrap(), TestRunner::deterministic());
        (0..50).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
    }

    /// The description promises nothing that is not read.
    #[test]
    fn filters_and_searches_that_the_description_promises_are_read() {
        let mut read = 0;
        for operation in OPERATIONS.iter().flat_map(|operations| operations.iter()) {
            let entity = operation.gives.entity();
            if operation.query.contains(&QueryOption::Filter) {
                for text in samples(&filter_pattern(entity, operation.asking)) {
                    let filter = Filter::parse(&text);
                    assert!(filter.is_ok(), "{}: {text}", operation.id);
                    assert!(entity.is_none_or(|entity| evaluate::check(&filter.unwrap(), entity).is_ok()), "{text}");
                    read += 1;
                }
            }
            if operation.query.contains(&QueryOption::Search) {
                for text in samples(&search_pattern(entity, operation.asking)) {
                    assert!(Search::parse(&text).is_ok(), "{}: {text}", operation.id);
                    read += 1;
                }
            }
        }
        assert!(read > 1_000, "{read}");
    }
}
