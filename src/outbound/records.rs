//! DNS TXT records, by which the owner of a domain says something about it.

use std::io;

use async_trait::async_trait;
use hickory_resolver::TokioResolver;
use hickory_resolver::proto::rr::RData;

/// Most records of one name that are looked at.
const MOST: usize = 64;
/// Longest text of a record: longer ones are not ours.
const LONGEST: usize = 2048;

/// Looks up TXT records. A trait, so that tests can be the DNS.
#[async_trait]
pub trait TxtRecords: Send + Sync + 'static {
    /// The texts at exactly `name`. None at all is an answer; an error means that nobody knows.
    async fn txt(&self, name: &str) -> io::Result<Vec<String>>;
}

/// The name servers of the operating system.
pub struct SystemRecords;

#[async_trait]
impl TxtRecords for SystemRecords {
    async fn txt(&self, name: &str) -> io::Result<Vec<String>> {
        // Made for each question, of which there are few: the settings of the system may have changed, and no cache of
        // ours may stand between a record that was just added and the person who added it.
        let mut builder = TokioResolver::builder_tokio().map_err(io::Error::other)?;
        builder.options_mut().cache_size = 0;
        let resolver = builder.build().map_err(io::Error::other)?;
        // The dot keeps search domains out: another name's record proves nothing for this one.
        match resolver.txt_lookup(format!("{name}.")).await {
            Ok(found) => Ok(texts(found.answers().iter().map(|record| &record.data))),
            Err(error) if error.is_no_records_found() || error.is_nx_domain() => Ok(Vec::new()),
            Err(error) => Err(io::Error::other(error)),
        }
    }
}

/// RFC 7208 §3.3: the strings of one record belong together without a space between them.
fn texts<'a>(records: impl Iterator<Item = &'a RData>) -> Vec<String> {
    let texts = records.filter_map(|data| match data {
        RData::TXT(txt) => {
            let whole: Vec<u8> = txt.txt_data.iter().flat_map(|part| part.iter().copied()).collect();
            String::from_utf8(whole).ok().filter(|text| text.len() <= LONGEST)
        }
        _ => None,
    });
    texts.take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use hickory_resolver::proto::rr::rdata::{A, TXT};

    use super::*;

    #[test]
    fn the_strings_of_a_record_are_one_text_and_other_records_are_none() {
        let records = [
            RData::TXT(TXT::new(vec!["DirectFedAuthUrl=https://idp".to_owned(), ".example".to_owned()])),
            RData::A(A::new(192, 0, 2, 1)),
            RData::TXT(TXT::new(vec!["v=spf1 -all".to_owned()])),
            RData::TXT(TXT::new(vec!["x".repeat(255); 9])),
        ];
        assert_eq!(texts(records.iter()), ["DirectFedAuthUrl=https://idp.example", "v=spf1 -all"]);
    }
}
