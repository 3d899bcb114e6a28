//! Ways on: the 303 answers, and the page that leads out of our host after a form was sent.
//!
//! `form-action 'self'` also governs the redirects that answer a form (tried: Chromium blocks a POST that is redirected
//! to another host). So a form of ours is answered by [`see_other`] to a GET page of ours, and that page goes on by
//! `<meta http-equiv=refresh>` and a link, without any script (decision 12, attack row I2).

use http::header::{self, HeaderValue};
use http::{Response, StatusCode};
use url::Url;

use super::headers;

/// A place to go on to: an `https` or `http` address in the form in which a browser would write it, so that nothing in it
/// can end an attribute, a header line or the `url=` of a refresh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination(Url);

impl Destination {
    /// Takes an absolute address; everything but `https` and `http` is refused, and so are user names in it.
    pub fn parse(address: &str) -> Option<Self> {
        let url = Url::parse(address).ok()?;
        let web = matches!(url.scheme(), "https" | "http") && url.host_str().is_some();
        (web && url.username().is_empty() && url.password().is_none()).then_some(Self(url))
    }

    /// Takes an address that a client registered: a web address, or a private-use scheme of a native client, which is a domain
    /// name in reverse and so has a dot (RFC 8252 §7.1). `javascript:`, `data:` and their like have none.
    pub fn of_client(address: &str) -> Option<Self> {
        Self::parse(address).or_else(|| Url::parse(address).ok().filter(|url| url.scheme().contains('.')).map(Self))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Its origin, as a content security policy names it.
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// Host, with the port if it is not the usual one: what the page tells the guest.
    pub fn host(&self) -> String {
        match (self.0.host_str(), self.0.port()) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            (host, _) => host.unwrap_or_default().to_owned(),
        }
    }

    /// The `content` of the refresh.
    pub fn refresh(&self) -> String {
        format!("0;url={}", self.0)
    }
}

/// Answers a form, or sends a GET on, to an address of ours or of an app. Always 303: a form must not be sent twice
/// (RFC 9700 §4.12).
pub fn see_other(location: &str) -> Response<String> {
    let mut response = Response::new(String::new());
    headers::for_page(response.headers_mut(), None);
    match HeaderValue::try_from(location) {
        Ok(location) => {
            *response.status_mut() = StatusCode::SEE_OTHER;
            response.headers_mut().insert(header::LOCATION, location);
        }
        // Only a control character gets here, and an address of ours has none.
        Err(_) => *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR,
    }
    response
}

/// Sends a GET on to an identity provider. The empty fragment at the end keeps the browser from carrying the guest's own
/// fragment there (decision 13; RFC 9110 §10.2.2 lets a redirect without one inherit it).
pub fn see_provider(destination: &Destination) -> Response<String> {
    let mut url = destination.0.clone();
    url.set_fragment(Some(""));
    see_other(url.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b12_only_web_addresses_lead_out() {
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "//evil.example",
            "/path",
            "https://u:p@evil.example/",
            "x",
            "file:///etc",
        ] {
            assert_eq!(Destination::parse(bad), None, "{bad}");
        }
        let good = Destination::parse("https://wiki.example:8443/a b?x=\"'><#<f>").unwrap();
        assert_eq!(good.host(), "wiki.example:8443");
        assert!(!good.refresh().contains(['"', '<', '>', ' ']), "{}", good.refresh());
    }

    #[test]
    fn a_redirect_to_a_provider_ends_its_fragment() {
        let answer = see_provider(&Destination::parse("https://login.example/authorize?x=1").unwrap());
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(answer.headers()["location"], "https://login.example/authorize?x=1#");
    }

    #[test]
    fn a_location_cannot_carry_a_second_header() {
        let answer = see_other("/x\r\nSet-Cookie: a=b");
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!answer.headers().contains_key("location"));
    }
}
