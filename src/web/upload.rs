//! Reads a form with one file in it (RFC 7578): only on the pages that ask for one, within a limit, each field once.

use std::collections::BTreeMap;
use std::convert::Infallible;

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use http_body::Body;
use http_body_util::BodyExt;

use super::form::{BODY_LIMIT, Form, FormError};

/// The name of the field with the file. The fields before it arrive even if it is too large.
pub const FILE: &str = "file";
/// What is read and thrown away of a body that is too large: a browser that is cut off while it sends shows its own error
/// and not our page.
const DRAINED: usize = 8 * 1024 * 1024;

/// A form and its file.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Upload {
    /// The fields besides the file.
    pub fields: Form,
    /// The bytes of the file, or why they are not here. What the browser calls the file is not looked at.
    pub file: Option<Result<Bytes, FormError>>,
}

impl Upload {
    /// Reads the body of a request with a file of at most `limit` bytes.
    pub async fn read<B>(headers: &HeaderMap, body: B, limit: usize) -> Result<Self, FormError>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let boundary = boundary(headers)?;
        let (bytes, whole) = collect(body, limit.saturating_add(BODY_LIMIT)).await?;
        parse(bytes, whole, boundary, limit).await
    }
}

fn boundary(headers: &HeaderMap) -> Result<String, FormError> {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return Err(FormError::ContentType) };
    let text = value.to_str().map_err(|_| FormError::ContentType)?;
    multer::parse_boundary(text).map_err(|_| FormError::ContentType)
}

/// The first `limit` bytes of a body, and whether that is all of it.
async fn collect<B>(body: B, limit: usize) -> Result<(Bytes, bool), FormError>
where
    B: Body<Data = Bytes>,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut body = std::pin::pin!(body);
    let (mut kept, mut seen) = (BytesMut::new(), 0_usize);
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return Err(FormError::Incomplete) };
        let Ok(data) = frame.into_data() else { continue };
        seen = seen.saturating_add(data.len());
        let room = limit.saturating_sub(kept.len()).min(data.len());
        kept.extend_from_slice(data.get(..room).unwrap_or_default());
        if seen > limit.saturating_add(DRAINED) {
            break;
        }
    }
    Ok((kept.freeze(), seen <= limit))
}

async fn parse(bytes: Bytes, whole: bool, boundary: String, limit: usize) -> Result<Upload, FormError> {
    let stream = futures_util::stream::iter([Ok::<_, Infallible>(bytes)]);
    let mut parts = multer::Multipart::new(stream, boundary);
    let (mut fields, mut file, mut text_bytes) = (BTreeMap::new(), None, 0_usize);
    loop {
        let part = match parts.next_field().await {
            Ok(Some(part)) => part,
            Ok(None) => break,
            // Cut off where the file grew too long; what stands before it is known.
            Err(_) if !whole => {
                file = Some(Err(FormError::TooLarge));
                break;
            }
            Err(_) => return Err(FormError::Malformed),
        };
        let name = part.name().unwrap_or_default().to_owned();
        if name.is_empty() || name.chars().any(char::is_control) {
            return Err(FormError::Malformed);
        }
        let value = match part.bytes().await {
            Ok(value) => value,
            Err(_) if !whole && name == FILE => {
                file = Some(Err(FormError::TooLarge));
                break;
            }
            Err(_) => return Err(if whole { FormError::Malformed } else { FormError::TooLarge }),
        };
        if name == FILE {
            let fits = value.len() <= limit;
            if file.replace(if fits { Ok(value) } else { Err(FormError::TooLarge) }).is_some() {
                return Err(FormError::Duplicate);
            }
            continue;
        }
        text_bytes += name.len() + value.len();
        if text_bytes > BODY_LIMIT {
            return Err(FormError::TooLarge);
        }
        let value = String::from_utf8(value.into()).map_err(|_| FormError::Malformed)?;
        if value.contains('\0') {
            return Err(FormError::Malformed);
        }
        if fields.insert(name, value).is_some() {
            return Err(FormError::Duplicate);
        }
    }
    Ok(Upload { fields: Form::of(fields)?, file })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use http_body_util::Full;

    const TYPE: &str = "multipart/form-data; boundary=line";

    async fn read(content_types: &[&'static str], body: impl Into<Bytes>, limit: usize) -> Result<Upload, FormError> {
        let mut headers = HeaderMap::new();
        for value in content_types {
            headers.append(CONTENT_TYPE, HeaderValue::from_static(value));
        }
        Upload::read(&headers, Full::new(body.into()), limit).await
    }

    fn part(name: &str, value: &str) -> String {
        format!("--line\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    }

    fn with_file(bytes: &[u8]) -> Vec<u8> {
        let mut body = part("csrf", "token").into_bytes();
        body.extend_from_slice(
            b"--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../evil.csv\"\r\n\
              Content-Type: text/csv\r\n\r\n",
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--line--\r\n");
        body
    }

    #[tokio::test]
    async fn the_file_arrives_byte_for_byte() {
        let bytes = b"a,b\r\n\xff\0--lin\r\n--lin--\r\nx";
        let upload = read(&[TYPE], with_file(bytes), 1024).await.unwrap();
        assert_eq!(upload.fields.text("csrf"), "token");
        assert_eq!(upload.file.unwrap().unwrap().as_ref(), bytes);
        let none = read(&[TYPE], part("csrf", "token") + "--line--\r\n", 1024).await.unwrap();
        assert_eq!(none.file, None);
    }

    #[tokio::test]
    async fn a_file_beyond_the_limit_is_refused_and_the_fields_before_it_are_kept() {
        for size in [101, 70_000, 3_000_000, 20_000_000] {
            let upload = read(&[TYPE], with_file(&vec![b'x'; size]), 100).await.unwrap();
            assert_eq!(upload.fields.text("csrf"), "token", "{size}");
            assert_eq!(upload.file, Some(Err(FormError::TooLarge)), "{size}");
        }
        assert!(read(&[TYPE], with_file(&[b'x'; 100]), 100).await.unwrap().file.unwrap().is_ok());
    }

    #[tokio::test]
    async fn d4_ambiguous_and_broken_bodies_are_refused() {
        let end = "--line--\r\n";
        let many: String = (0..300).map(|number| part(&format!("f{number}"), "x")).collect();
        for (body, error) in [
            (part("a", "1") + &part("a", "2") + end, FormError::Duplicate),
            (part("file", "1") + &part("file", "2") + end, FormError::Duplicate),
            (part("", "1") + end, FormError::Malformed),
            (part("a", "x\0") + end, FormError::Malformed),
            (part("a", "1"), FormError::Malformed),
            (part("a", &"x".repeat(BODY_LIMIT)) + end, FormError::TooLarge),
            (many + end, FormError::TooLarge),
        ] {
            assert_eq!(read(&[TYPE], body.clone(), 1 << 20).await, Err(error), "{}", &body[..60.min(body.len())]);
        }
        let latin = [part("a", "").trim_end().as_bytes(), b"\r\n\r\n\xe9\r\n", end.as_bytes()].concat();
        assert_eq!(read(&[TYPE], latin, 1024).await, Err(FormError::Malformed));
        let urlencoded = "application/x-www-form-urlencoded";
        for types in [&[][..], &["text/plain"], &[urlencoded], &[TYPE, TYPE], &["multipart/form-data"]] {
            assert_eq!(read(types, with_file(b"x"), 1024).await, Err(FormError::ContentType), "{types:?}");
        }
    }
}
