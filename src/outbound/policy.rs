//! Where we go and where not: scheme, port, address, and never back to ourselves.

use std::net::{IpAddr, SocketAddr, UdpSocket};

use url::{Host, Url};

use super::Refusal;
use super::address::is_public;
use crate::config::HostPort;

/// The rules of attack row H1.
#[derive(Clone, Debug)]
pub(super) struct Policy {
    /// Pairs of the operator, exempt from the address, port and own-listener rules (decision 28).
    pub(super) allow: Vec<HostPort>,
    /// Where we listen ourselves.
    pub(super) own: Vec<SocketAddr>,
    /// Ports that need no pair.
    pub(super) ports: Vec<u16>,
    /// Which addresses are public.
    pub(super) public: fn(IpAddr) -> bool,
}

/// A URL whose text is in order; its addresses are still to be checked.
#[derive(Clone, Debug)]
pub(super) struct Destination {
    pub(super) host: Host<String>,
    pub(super) port: u16,
    pub(super) tls: bool,
    exempt: bool,
}

impl Policy {
    pub(super) fn new(allow: Vec<HostPort>, own: Vec<SocketAddr>) -> Self {
        Self { allow, own, ports: vec![443], public: is_public }
    }

    /// Checks everything that the text of a URL tells. Literal addresses are checked here already, so that they are
    /// refused when they are configured and not only when they are used.
    pub(super) fn destination(&self, url: &Url) -> Result<Destination, Refusal> {
        let tls = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(Refusal::Scheme),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::UserInfo);
        }
        let host = url.host().ok_or(Refusal::Host)?.to_owned();
        if matches!(&host, Host::Domain(name) if name.ends_with('.') || name.len() > 253) {
            return Err(Refusal::Host);
        }
        let port = url.port_or_known_default().ok_or(Refusal::Scheme)?;
        let exempt = self.is_allowed(&host, port);
        if !tls && !exempt {
            return Err(Refusal::Scheme);
        }
        if !exempt && !self.ports.contains(&port) {
            return Err(Refusal::Port(port));
        }
        let destination = Destination { host, port, tls, exempt };
        match destination.host {
            Host::Ipv4(address) => self.check_address(&destination, address.into())?,
            Host::Ipv6(address) => self.check_address(&destination, address.into())?,
            Host::Domain(_) => {}
        }
        Ok(destination)
    }

    /// Checks all addresses of a destination: one bad one spoils the name, for an honest name has none.
    pub(super) fn check_addresses(&self, destination: &Destination, addresses: &[IpAddr]) -> Result<(), Refusal> {
        if addresses.is_empty() {
            return Err(Refusal::NoAddress);
        }
        addresses.iter().try_for_each(|address| self.check_address(destination, *address))
    }

    fn check_address(&self, destination: &Destination, address: IpAddr) -> Result<(), Refusal> {
        if destination.exempt {
            let in_the_clear = !destination.tls && !address.is_loopback();
            return if in_the_clear { Err(Refusal::Scheme) } else { Ok(()) };
        }
        if self.own.iter().any(|own| own.port() == destination.port && is_our_address(own.ip(), address)) {
            return Err(Refusal::OwnListener);
        }
        if (self.public)(address) { Ok(()) } else { Err(Refusal::Inside(address)) }
    }

    fn is_allowed(&self, host: &Host<String>, port: u16) -> bool {
        let text = host.to_string();
        let bare = text.trim_start_matches('[').trim_end_matches(']');
        self.allow.iter().any(|pair| {
            pair.port == port && pair.host.trim_start_matches('[').trim_end_matches(']').eq_ignore_ascii_case(bare)
        })
    }
}

/// Whether connecting to `address` reaches a socket that listens on `own`.
fn is_our_address(own: IpAddr, address: IpAddr) -> bool {
    let address = address.to_canonical();
    if own.is_unspecified() {
        // A listener on every address of this machine. Only a local address can be bound, so binding tells.
        address.is_unspecified() || address.is_loopback() || UdpSocket::bind((address, 0)).is_ok()
    } else {
        own.to_canonical() == address
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(host: &str, port: u16) -> HostPort {
        HostPort { host: host.to_owned(), port }
    }

    fn verdict(policy: &Policy, url: &str) -> Result<(), Refusal> {
        policy.destination(&Url::parse(url).map_err(|_| Refusal::NoUrl)?).map(|_| ())
    }

    #[test]
    fn h1_what_a_text_tells_is_refused_before_any_lookup() {
        let policy = Policy::new(Vec::new(), Vec::new());
        for url in [
            "http://login.example/",
            "ftp://login.example/",
            "gopher://login.example:443/_x",
            "file:///etc/passwd",
            "data:text/plain,x",
            "javascript:alert(1)",
            "unix:/run/docker.sock",
            "ws://login.example/",
            "https://user@login.example/",
            "https://user:secret@login.example/",
            "https://:secret@login.example/",
            "https://login.example@127.0.0.1/",
            "https://login.example:22/",
            "https://login.example:80/",
            "https://login.example:0/",
            "https://login.example:8443/",
            "https://login.example./",
            "https://localhost./",
            "https://127.0.0.1/",
            "https://127.1/",
            "https://127.0.1/",
            "https://0x7f.1/",
            "https://0x7f000001/",
            "https://2130706433/",
            "https://017700000001/",
            "https://0177.0.0.1/",
            "https://0/",
            "https://0.0.0.0/",
            "https://１２７.0.0.1/",
            "https://127。0。0。1/",
            "https://①②⑦.0.0.1/",
            "https://%31%32%37.0.0.1/",
            "https://127.0.0.1.:443/",
            "https://10.0.0.1/",
            "https://167772161/",
            "https://169.254.169.254/latest/meta-data/",
            "https://0xa9fea9fe/",
            "https://2852039166/",
            "https://168.63.129.16/",
            "https://100.100.100.200/",
            "https://192.168.1.1/",
            "https://172.16.0.1/",
            "https://[::1]/",
            "https://[::]/",
            "https://[0:0:0:0:0:0:0:1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://[::ffff:7f00:1]/",
            "https://[::127.0.0.1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[2002:7f00:1::]/",
            "https://[fd00:ec2::254]/",
            "https://[fe80::1]/",
            "https://[fe80::1%25eth0]/",
            "https://\\\\127.0.0.1/",
            "https:127.0.0.1",
            "https:///127.0.0.1/",
            "https://login.example#@127.0.0.1:22/\u{0}",
            "//127.0.0.1/",
            "",
        ] {
            let verdict = verdict(&policy, url);
            // A fragment is no authority: this one names login.example alone, and that is where it goes.
            let expected_through = url.starts_with("https://login.example#@");
            assert_eq!(verdict.is_ok(), expected_through, "{url}: {verdict:?}");
        }
        assert_eq!(verdict(&policy, "https://login.example/.well-known/openid-configuration"), Ok(()));
        assert_eq!(verdict(&policy, "https://8.8.8.8/"), Ok(()));
        assert_eq!(verdict(&policy, "https://[2606:4700:4700::1111]/"), Ok(()));
    }

    #[test]
    fn one_bad_address_spoils_the_name() {
        let policy = Policy::new(Vec::new(), Vec::new());
        let destination = policy.destination(&Url::parse("https://login.example/").unwrap()).unwrap();
        let (good, bad): (IpAddr, IpAddr) = ("8.8.8.8".parse().unwrap(), "10.0.0.1".parse().unwrap());
        assert_eq!(policy.check_addresses(&destination, &[good]), Ok(()));
        assert_eq!(policy.check_addresses(&destination, &[good, bad]), Err(Refusal::Inside(bad)));
        assert_eq!(policy.check_addresses(&destination, &[]), Err(Refusal::NoAddress));
    }

    #[test]
    fn h1_our_own_listeners_are_refused_wherever_they_are() {
        let check = |own: &str, address: &str| {
            let policy = Policy::new(Vec::new(), vec![own.parse().unwrap()]);
            let destination = policy.destination(&Url::parse("https://login.example/").unwrap()).unwrap();
            policy.check_addresses(&destination, &[address.parse().unwrap()])
        };
        assert_eq!(check("8.8.8.8:443", "8.8.8.8"), Err(Refusal::OwnListener));
        assert_eq!(check("8.8.8.8:443", "::ffff:8.8.8.8"), Err(Refusal::OwnListener));
        assert_eq!(check("8.8.8.8:8443", "8.8.8.8"), Ok(()), "another port is another service");
        assert_eq!(check("0.0.0.0:443", "127.0.0.1"), Err(Refusal::OwnListener));
        assert_eq!(check("[::]:443", "127.0.0.1"), Err(Refusal::OwnListener));
        assert_eq!(check("0.0.0.0:443", "8.8.8.8"), Ok(()), "not an address of this machine");
        assert_eq!(check("0.0.0.0:443", "127.0.0.2"), Err(Refusal::OwnListener));
    }

    #[test]
    fn egress_allow_exempts_exactly_its_pair() {
        let own = vec!["127.0.0.1:8443".parse().unwrap()];
        let policy = Policy::new(vec![pair("login.fabrikam.localhost", 8443), pair("127.0.0.1", 9000)], own);
        assert_eq!(verdict(&policy, "https://login.fabrikam.localhost:8443/"), Ok(()));
        assert_eq!(verdict(&policy, "https://LOGIN.fabrikam.localhost:8443/"), Ok(()));
        assert_eq!(verdict(&policy, "https://127.0.0.1:9000/"), Ok(()));
        assert_eq!(verdict(&policy, "http://127.0.0.1:9000/"), Ok(()));
        assert_eq!(verdict(&policy, "https://login.fabrikam.localhost:8444/"), Err(Refusal::Port(8444)));
        assert_eq!(verdict(&policy, "https://fabrikam.localhost:8443/"), Err(Refusal::Port(8443)));
        assert_eq!(verdict(&policy, "https://x.login.fabrikam.localhost:8443/"), Err(Refusal::Port(8443)));
        assert!(verdict(&policy, "https://127.0.0.1/").is_err());
        let destination = policy.destination(&Url::parse("https://login.fabrikam.localhost:8443/").unwrap()).unwrap();
        assert_eq!(policy.check_addresses(&destination, &["127.0.0.1".parse().unwrap()]), Ok(()));
    }

    #[test]
    fn plain_http_needs_a_pair_that_is_loopback() {
        let policy = Policy::new(vec![pair("127.0.0.1", 80), pair("10.0.0.1", 80), pair("idp.corp", 80)], Vec::new());
        assert_eq!(verdict(&policy, "http://127.0.0.1/"), Ok(()));
        assert_eq!(verdict(&policy, "http://10.0.0.1/"), Err(Refusal::Scheme));
        assert_eq!(verdict(&policy, "https://10.0.0.1:80/"), Ok(()), "with TLS the pair is enough");
        let destination = policy.destination(&Url::parse("http://idp.corp/").unwrap()).unwrap();
        assert_eq!(policy.check_addresses(&destination, &["10.0.0.1".parse().unwrap()]), Err(Refusal::Scheme));
        assert_eq!(policy.check_addresses(&destination, &["127.0.0.1".parse().unwrap()]), Ok(()));
    }
}
