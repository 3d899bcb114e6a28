//! Who is at the other end of a request, as the listener saw it.

use std::net::{IpAddr, Ipv4Addr};

/// The other end of a request: set by the server on each request before any door sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientInfo {
    /// Address of the client; of a trusted proxy's client where one stands in front.
    pub address: IpAddr,
    /// Names this request on error pages and in logs.
    pub request_id: String,
}

impl Default for ClientInfo {
    /// Nobody in particular: used only where no server stands in front, as in tests of a single handler.
    fn default() -> Self {
        Self { address: IpAddr::V4(Ipv4Addr::UNSPECIFIED), request_id: String::new() }
    }
}
