//! Parameters of a request to the provider: each once, from the query or from a form.

use http::HeaderMap;

use crate::tokens::{Presented, Refusal};
use crate::web::form::{Form, FormError};

/// RFC 6749 §3.1, §3.2: no parameter may be there twice; whoever reads the other one would see another request.
const TWICE: Refusal = Refusal::new("invalid_request", "A parameter is there twice.");
const NO_FORM: Refusal =
    Refusal::new("invalid_request", "Send the parameters as application/x-www-form-urlencoded, in UTF-8.");
const TOO_LARGE: Refusal = Refusal::new("invalid_request", "That is more than any request of this kind has.");
const HEADER: Refusal = Refusal::new("invalid_request", "The Authorization header cannot be read.");

/// The parameters of a request.
#[derive(Debug, Default)]
pub struct Parameters(Form);

impl Parameters {
    /// From a query.
    pub fn of_query(query: &str) -> Result<Self, Refusal> {
        Form::parse(query.as_bytes()).map(Self).map_err(refusal)
    }

    /// From a form in the body.
    pub async fn of_body(headers: &HeaderMap, body: axum::body::Body) -> Result<Self, Refusal> {
        Form::read(headers, body).await.map(Self).map_err(refusal)
    }

    /// The value of a parameter. An empty one counts as none (RFC 6749 §3.1).
    pub fn get(&self, name: &str) -> Option<&str> {
        Some(self.0.text(name)).filter(|value| !value.is_empty())
    }

    /// The same, as text of its own.
    pub fn owned(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    /// The request as a query of `client`, without what proves the client.
    pub fn query_of_client(&self, client: &str) -> String {
        const PROOFS: [&str; 4] = ["client_id", "client_secret", "client_assertion", "client_assertion_type"];
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("client_id", client);
        query.extend_pairs(self.0.pairs().filter(|(name, _)| !PROOFS.contains(name)));
        query.finish()
    }

    /// What the request shows to prove which client sends it, in the header and in the form.
    pub fn presented(&self, headers: &HeaderMap) -> Result<Presented, Refusal> {
        Ok(Presented {
            basic: basic(headers)?,
            client_id: self.owned("client_id"),
            client_secret: self.owned("client_secret"),
            assertion_type: self.owned("client_assertion_type"),
            assertion: self.owned("client_assertion"),
        })
    }
}

fn refusal(error: FormError) -> Refusal {
    match error {
        FormError::Duplicate => TWICE,
        FormError::TooLarge => TOO_LARGE,
        FormError::ContentType | FormError::Malformed | FormError::Incomplete => NO_FORM,
    }
}

/// Name and secret of a `Basic` header: each form-encoded before they are joined (RFC 6749 §2.3.1). Other schemes are none of
/// a client's.
fn basic(headers: &HeaderMap) -> Result<Option<(String, String)>, Refusal> {
    let mut values = headers.get_all(http::header::AUTHORIZATION).iter();
    let value = match (values.next(), values.next()) {
        (None, _) => return Ok(None),
        (Some(value), None) => value.to_str().map_err(|_| HEADER)?,
        (Some(_), Some(_)) => return Err(HEADER),
    };
    let (scheme, encoded) = value.split_once(' ').ok_or(HEADER)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(HEADER);
    }
    let decoded = data_encoding::BASE64.decode(encoded.trim().as_bytes()).map_err(|_| HEADER)?;
    let decoded = String::from_utf8(decoded).map_err(|_| HEADER)?;
    let (name, secret) = decoded.split_once(':').ok_or(HEADER)?;
    Ok(Some((form_decoded(name)?, form_decoded(secret)?)))
}

fn form_decoded(text: &str) -> Result<String, Refusal> {
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced).decode_utf8().map(Into::into).map_err(|_| HEADER)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use http::header::AUTHORIZATION;

    use super::*;

    fn header(values: &[&str]) -> Result<Option<(String, String)>, Refusal> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_str(value).unwrap());
        }
        basic(&headers)
    }

    #[test]
    fn a_name_and_a_secret_are_decoded_after_they_are_taken_apart() {
        let encoded = |pair: &str| format!("Basic {}", data_encoding::BASE64.encode(pair.as_bytes()));
        let pair = |name: &str, secret: &str| Ok(Some((name.to_owned(), secret.to_owned())));
        assert_eq!(header(&[]), Ok(None));
        assert_eq!(header(&[&encoded("a:b")]), pair("a", "b"));
        assert_eq!(header(&[&encoded("a:b%3Ac+d%25")]), pair("a", "b:c d%"));
        assert_eq!(header(&[&encoded("a:b:c")]), pair("a", "b:c"));
        assert_eq!(header(&[&encoded("a:b").replace("Basic", "bAsIc")]), pair("a", "b"));
        for bad in ["Basic", "Basic !!", "Bearer x", &encoded("ab"), &encoded("a:%ff")] {
            assert!(header(&[bad]).is_err(), "{bad}");
        }
        assert!(header(&[&encoded("a:b"), &encoded("a:b")]).is_err());
    }

    #[test]
    fn a_parameter_twice_is_refused() {
        for query in ["scope=a&scope=b", "scope=a&sc%6fpe=b", "x=1&x=1"] {
            assert_eq!(Parameters::of_query(query).unwrap_err(), TWICE, "{query}");
        }
        let read = Parameters::of_query("scope=a+b&state=&x=1").unwrap();
        assert_eq!((read.get("scope"), read.get("state"), read.get("nonce")), (Some("a b"), None, None));
    }
}
