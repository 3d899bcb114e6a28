//! What our pages read off a request besides its form: one value of the query, the network, words that name no tenant.

use std::net::IpAddr;

use http::{Method, Uri};

use crate::model::TenantId;

/// The one value of a query parameter. Names are compared without case; twice the same name is none.
pub fn query(uri: &Uri, name: &str) -> Option<String> {
    let mut found = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
        .filter(|(key, _)| key.eq_ignore_ascii_case(name));
    match (found.next(), found.next()) {
        (Some((_, value)), None) => Some(value.into_owned()),
        _ => None,
    }
}

/// The words that name no tenant in the original's addresses.
pub fn is_common(text: &str) -> bool {
    ["common", "organizations", "consumers"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// The network of an address: /24 of IPv4, /48 of IPv6 (decision 23).
pub fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
    }
}

/// Where a page is found again, e.g. in another language: its own address, or the journey's page if it answers a form.
pub fn way_back(method: &Method, uri: &Uri, tenant: Option<TenantId>) -> String {
    match (method, tenant) {
        (&Method::GET | &Method::HEAD, _) => uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        (_, Some(tenant)) => format!("/{tenant}/sign-in"),
        (_, None) => "/".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_cut_to_its_network() {
        assert_eq!(network("203.0.113.77".parse().unwrap()), "203.0.113.0/24");
        assert_eq!(network("::ffff:203.0.113.77".parse().unwrap()), "203.0.113.0/24");
        assert_eq!(network("2001:db8:1:2:3::4".parse().unwrap()), "2001:db8:1::/48");
    }

    #[test]
    fn c3_a_parameter_that_stands_there_twice_is_none() {
        let query = |uri: &str| query(&uri.parse().unwrap(), "tenantid");
        assert_eq!(query("/?TenantId=a").as_deref(), Some("a"));
        assert_eq!(query("/?tenantid=a&tenantId=b"), None);
        assert_eq!(query("/?tenantid=a&%74enantid=a"), None);
        assert_eq!(query("/?tenant=a"), None);
    }
}
