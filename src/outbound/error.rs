//! What can go wrong on the way out, in words for operators; guests never see them.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use url::{Position, Url};

/// Why a request did not bring an answer. `Display` names scheme, host, port and path, never a query: those carry codes
/// and addresses.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {fault}")]
pub struct FetchError {
    place: Place,
    fault: Fault,
}

impl FetchError {
    pub(super) fn new(url: &Url, fault: impl Into<Fault>) -> Self {
        Self { place: Place::of(url), fault: fault.into() }
    }

    /// What went wrong, without the place.
    pub fn fault(&self) -> &Fault {
        &self.fault
    }

    /// Whether the other side is to blame for what it said, rather than for not answering: trying again is pointless.
    pub fn is_refusal(&self) -> bool {
        matches!(self.fault, Fault::Refused(_) | Fault::TooLarge { .. } | Fault::Encoded)
    }
}

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// We do not go there.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// The name does not resolve.
    #[error("the name does not resolve")]
    Resolve(#[source] std::io::Error),
    /// No address could be connected to.
    #[error("no connection: {0}")]
    Connect(#[source] std::io::Error),
    /// The TLS handshake failed; for a private CA the remedy is `egress.extra_roots`.
    #[error("no TLS: {0}")]
    Tls(#[source] std::io::Error),
    /// Too slow.
    #[error("no answer within {0:?}")]
    TimedOut(Duration),
    /// The body is larger than the caller wants to read.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// The cap.
        limit: usize,
    },
    /// The body came compressed, though we asked for none.
    #[error("the answer is compressed, which was not asked for")]
    Encoded,
    /// Not HTTP/1.1 as we know it.
    #[error("no proper HTTP answer: {0}")]
    Protocol(#[source] hyper::Error),
    /// The request could not be put into words.
    #[error("the request could not be made: {0}")]
    Request(#[source] http::Error),
}

/// Why we do not go there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No URL at all.
    #[error("this is no URL")]
    NoUrl,
    /// Not `https:`, and no loopback pair in `egress.allow`.
    #[error("only https is allowed (plain http only towards a loopback address that egress.allow names)")]
    Scheme,
    /// User name or password in the URL.
    #[error("a URL with a user name or password is not followed")]
    UserInfo,
    /// The host is no proper name.
    #[error("the host is no proper name")]
    Host,
    /// Another port than 443.
    #[error("port {0} is neither 443 nor named with its host in egress.allow")]
    Port(u16),
    /// The name leads inside.
    #[error("{0} is not a public address; name host and port in egress.allow if it is meant")]
    Inside(IpAddr),
    /// The name leads back to us.
    #[error("this is one of our own listeners")]
    OwnListener,
    /// The name leads nowhere.
    #[error("the name has no address")]
    NoAddress,
}

/// Scheme, host, port and path of a URL.
#[derive(Debug)]
struct Place(String);

impl Place {
    fn of(url: &Url) -> Self {
        let mut text = format!("{}://", url.scheme());
        // Neither user name nor password, nor query, nor fragment.
        text.push_str(&url[Position::BeforeHost..Position::AfterPath]);
        if text.len() > 200 {
            text = text.chars().take(200).chain(['…']).collect();
        }
        Self(text)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
