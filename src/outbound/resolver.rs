//! Names to addresses: the system's resolver, except for `localhost`, which we answer ourselves.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use async_trait::async_trait;

/// Turns a host name into addresses. A trait, so that tests can be a hostile DNS.
#[async_trait]
pub trait Resolve: Send + Sync + 'static {
    /// All addresses of `name`, the preferred one first.
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// The operating system's resolver.
pub struct SystemResolver;

#[async_trait]
impl Resolve for SystemResolver {
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        if is_localhost(name) {
            return Ok(vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]);
        }
        let found = tokio::net::lookup_host((name, 0)).await?;
        let mut addresses = Vec::new();
        for address in found.map(|socket| socket.ip()) {
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        Ok(addresses)
    }
}

/// RFC 6761 §6.3: these names are loopback and never asked of a name server; not every C library knows that.
fn is_localhost(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn localhost_and_everything_below_is_loopback_without_dns() {
        let loopback: [IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        for name in ["localhost", "LOCALHOST", "localhost.", "login.fabrikam.localhost", "a.b.localhost."] {
            assert_eq!(SystemResolver.resolve(name).await.unwrap(), loopback, "{name}");
        }
        assert!(!is_localhost("notlocalhost") && !is_localhost("localhost.example"));
    }
}
