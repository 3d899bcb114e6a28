//! Reads a form that one of our pages sent: small, urlencoded, each field once.

use std::collections::BTreeMap;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt, Limited};
use percent_encoding::percent_decode_str;

/// Largest body that is read.
pub const BODY_LIMIT: usize = 64 * 1024;
/// No form of ours has more fields: a tick for each app and group is among them.
const FIELD_LIMIT: usize = 256;

/// The fields of a form.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Form {
    fields: BTreeMap<String, String>,
}

/// Why a body is not a form of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// Not `application/x-www-form-urlencoded`, or not only once.
    #[error("the body is not a form")]
    ContentType,
    /// More bytes or fields than any form of ours has.
    #[error("the form is too large")]
    TooLarge,
    /// Not UTF-8, or with a control character in a name.
    #[error("the form is malformed")]
    Malformed,
    /// A field stands there twice: whoever reads the other one would see another form.
    #[error("a field of the form is there twice")]
    Duplicate,
    /// The body ended early.
    #[error("the form did not arrive whole")]
    Incomplete,
}

impl FormError {
    /// The status of the answer.
    pub fn status(self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::ContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Malformed | Self::Duplicate | Self::Incomplete => StatusCode::BAD_REQUEST,
        }
    }
}

impl Form {
    /// Reads the body of a request, at most [`BODY_LIMIT`] bytes of it.
    pub async fn read<B>(headers: &HeaderMap, body: B) -> Result<Self, FormError>
    where
        B: Body,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        check_content_type(headers)?;
        match Limited::new(body, BODY_LIMIT).collect().await {
            Ok(collected) => Self::parse(&collected.to_bytes()),
            Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(FormError::TooLarge),
            Err(_) => Err(FormError::Incomplete),
        }
    }

    /// A form whose fields were read elsewhere, each once and without NUL.
    pub(super) fn of(fields: BTreeMap<String, String>) -> Result<Self, FormError> {
        if fields.len() > FIELD_LIMIT { Err(FormError::TooLarge) } else { Ok(Self { fields }) }
    }

    /// Parses a urlencoded body.
    pub fn parse(body: &[u8]) -> Result<Self, FormError> {
        if body.len() > BODY_LIMIT {
            return Err(FormError::TooLarge);
        }
        let text = std::str::from_utf8(body).map_err(|_| FormError::Malformed)?;
        let mut fields = BTreeMap::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decode(name)?, decode(value)?);
            if name.is_empty() || name.chars().any(char::is_control) || value.contains('\0') {
                return Err(FormError::Malformed);
            }
            if fields.insert(name, value).is_some() {
                return Err(FormError::Duplicate);
            }
            if fields.len() > FIELD_LIMIT {
                return Err(FormError::TooLarge);
            }
        }
        Ok(Self { fields })
    }

    /// The field called `name`, as it was sent; empty if it was not.
    pub fn text(&self, name: &str) -> &str {
        self.fields.get(name).map(String::as_str).unwrap_or_default()
    }

    /// The field called `name` without white space around it: for addresses, names and codes, never for passwords.
    pub fn trimmed(&self, name: &str) -> &str {
        self.text(name).trim()
    }

    /// Every field, by name.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether the field was sent at all, as a checkbox is when it is ticked.
    pub fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }
}

/// Other types are what a foreign page can send without asking us first, disguised as something else (attack row D4).
fn check_content_type(headers: &HeaderMap) -> Result<(), FormError> {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return Err(FormError::ContentType) };
    let essence = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") { Ok(()) } else { Err(FormError::ContentType) }
}

/// The URL standard's `application/x-www-form-urlencoded` decoding, but strict: bytes that are not UTF-8 are refused
/// rather than replaced.
fn decode(text: &str) -> Result<String, FormError> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().map(Into::into).map_err(|_| FormError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use http_body_util::Full;

    const URLENCODED: &str = "application/x-www-form-urlencoded";

    async fn read(content_types: &[&'static str], body: &'static [u8]) -> Result<Form, FormError> {
        let mut headers = HeaderMap::new();
        for value in content_types {
            headers.append(CONTENT_TYPE, HeaderValue::from_static(value));
        }
        Form::read(&headers, Full::new(bytes::Bytes::from_static(body))).await
    }

    #[tokio::test]
    async fn fields_arrive_as_typed() {
        let form = read(&["Application/X-WWW-Form-Urlencoded; charset=UTF-8"], b"a=b+c%2B%C3%A9&empty=&flag&p=+x+")
            .await
            .unwrap();
        assert_eq!(form.text("a"), "b c+é");
        assert_eq!(form.text("p"), " x ");
        assert_eq!(form.trimmed("p"), "x");
        assert!(form.has("flag") && form.has("empty") && !form.has("other"));
        assert_eq!(form.text("other"), "");
    }

    #[tokio::test]
    async fn d4_disguised_and_ambiguous_bodies_are_refused() {
        for types in [
            &[][..],
            &["text/plain"],
            &["application/json"],
            &["multipart/form-data; boundary=x"],
            &[URLENCODED, URLENCODED],
        ] {
            assert_eq!(read(types, b"a=b").await, Err(FormError::ContentType), "{types:?}");
        }
        for (body, error) in [
            (&b"a=1&a=2"[..], FormError::Duplicate),
            (b"a=1&%61=2", FormError::Duplicate),
            (b"a=%ff", FormError::Malformed),
            (b"a=\xff", FormError::Malformed),
            (b"a=x%00", FormError::Malformed),
            (b"a%0a=x", FormError::Malformed),
            (b"=x", FormError::Malformed),
        ] {
            assert_eq!(read(&[URLENCODED], body).await, Err(error), "{body:?}");
        }
        // A lenient reader takes the second value of a field that we checked by its first.
        let naive: BTreeMap<_, _> = url::form_urlencoded::parse(b"a=1&%61=2").collect();
        assert_eq!(naive["a"], "2");
    }

    #[test]
    fn large_forms_are_refused() {
        assert_eq!(Form::parse(&vec![b'a'; BODY_LIMIT + 1]), Err(FormError::TooLarge));
        assert!(Form::parse(&vec![b'a'; BODY_LIMIT]).is_ok());
        let many: String = (0..=FIELD_LIMIT).map(|n| format!("f{n}=x&")).collect();
        assert_eq!(Form::parse(many.as_bytes()), Err(FormError::TooLarge));
    }

    #[tokio::test]
    async fn a_body_beyond_the_limit_is_not_read() {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(URLENCODED));
        let answer = Form::read(&headers, Full::new(bytes::Bytes::from(vec![b'a'; BODY_LIMIT + 1]))).await;
        assert_eq!(answer, Err(FormError::TooLarge));
    }
}
