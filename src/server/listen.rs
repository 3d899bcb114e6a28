//! Listeners: a taken port is an error that names it, and each thread of the data plane gets a listener of its own.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use socket2::{Domain, Protocol, Socket, Type};

/// Connections that wait to be accepted.
const BACKLOG: i32 = 1024;

/// A listener could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Somebody listens there.
    #[error("port {port} on {address} is taken: another program, or another Vestibule, listens there")]
    Taken {
        /// The address.
        address: IpAddr,
        /// The port.
        port: u16,
    },
    /// A socket that a supervisor opened for us is of no use.
    #[error("socket {number} of those that were passed in (LISTEN_FDS) is no TCP listener that can be used")]
    PassedIn {
        /// Which one, counted from 1.
        number: usize,
        /// What the system said.
        #[source]
        error: io::Error,
    },
    /// Anything else, such as a port below 1024 without permission.
    #[error("cannot listen on {address}")]
    Failed {
        /// The address and port.
        address: SocketAddr,
        /// What the system said.
        #[source]
        error: io::Error,
    },
}

/// For each address, one listener per thread.
pub type ThreadListeners = Vec<Vec<TcpListener>>;

/// Binds `addresses` for `threads` threads. First once without sharing and released again: with `SO_REUSEPORT` alone a
/// second process would bind silently and take half of the connections (decision 26).
pub fn bind(addresses: &[SocketAddr], threads: usize) -> Result<ThreadListeners, ListenError> {
    let threads = threads.max(1);
    let mut all: ThreadListeners = (0..threads).map(|_| Vec::new()).collect();
    for address in addresses {
        let alone = open(*address, false).map_err(|error| failed(*address, error))?;
        // Port 0 asks for any free one; every thread must then share that.
        let address = alone.local_addr().map_err(|error| failed(*address, error))?;
        drop(alone);
        let first = if cfg!(target_os = "linux") && threads > 1 { None } else { Some(open(address, false)) };
        let shared = first.transpose().map_err(|error| failed(address, error))?;
        for thread in &mut all {
            let listener = match &shared {
                Some(listener) => listener.try_clone(),
                None => open(address, true),
            };
            thread.push(listener.map_err(|error| failed(address, error))?);
        }
    }
    Ok(all)
}

/// One listener for a service that needs no threads.
pub fn bind_one(address: SocketAddr) -> Result<TcpListener, ListenError> {
    open(address, false).map_err(|error| failed(address, error))
}

fn open(address: SocketAddr, shared: bool) -> io::Result<TcpListener> {
    let domain = if address.is_ipv4() { Domain::IPV4 } else { Domain::IPV6 };
    let socket = Socket::new(domain, Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() {
        // Both families are listed, so that neither depends on the system's default.
        socket.set_only_v6(true)?;
    }
    // A restart must not wait for the connections of the last run.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    #[cfg(unix)]
    if shared {
        socket.set_reuse_port(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

fn failed(address: SocketAddr, error: io::Error) -> ListenError {
    match error.kind() {
        io::ErrorKind::AddrInUse => ListenError::Taken { address: address.ip(), port: address.port() },
        _ => ListenError::Failed { address, error },
    }
}

/// From which file descriptor on no connection is taken: what is set, or else 80 % of what the process may have. The rest is for
/// apps, files and the way out (attack row K6).
pub fn most_descriptors(set: usize) -> Option<usize> {
    if set > 0 {
        return Some(set);
    }
    #[cfg(target_os = "linux")]
    {
        let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
        let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
        let most: usize = line.split_whitespace().next()?.parse().ok()?;
        Some(most / 5 * 4)
    }
    #[cfg(not(target_os = "linux"))]
    None
}

/// Whether so many file descriptors are taken that this connection is one too many. The system gives out the lowest that is free,
/// so that a new one's number says how many there are at least.
pub fn is_scarce(stream: &impl Descriptor, most: Option<usize>) -> bool {
    most.is_some_and(|most| stream.descriptor() >= most)
}

/// Something with a number that the system counts.
pub trait Descriptor {
    /// Its number; zero where the system has none.
    fn descriptor(&self) -> usize;
}

#[cfg(unix)]
impl<T: std::os::fd::AsRawFd> Descriptor for T {
    fn descriptor(&self) -> usize {
        usize::try_from(self.as_raw_fd()).unwrap_or_default()
    }
}

#[cfg(not(unix))]
impl<T> Descriptor for T {
    fn descriptor(&self) -> usize {
        0
    }
}

/// How many connections are open, in all and from each address (attack row K1).
pub struct Connections {
    most: usize,
    most_per_address: usize,
    open: AtomicUsize,
    by_address: Vec<Mutex<HashMap<IpAddr, usize>>>,
}

const SHARDS: usize = 16;

/// One open connection; dropping it makes room.
pub struct Slot {
    connections: Arc<Connections>,
    address: IpAddr,
}

impl Connections {
    /// With these limits.
    pub fn new(most: usize, most_per_address: usize) -> Arc<Self> {
        let by_address = (0..SHARDS).map(|_| Mutex::default()).collect();
        Arc::new(Self { most, most_per_address, open: AtomicUsize::new(0), by_address })
    }

    /// Takes a place, if there is one. Behind a proxy that the operator trusts stand many people: it is held to the limit
    /// in all, not to the one for each address.
    pub fn admit(self: &Arc<Self>, address: IpAddr, trusted: bool) -> Option<Slot> {
        let address = group(address);
        if self.open.fetch_add(1, Ordering::Relaxed) >= self.most {
            self.open.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        let mut counts = self.shard(address)?.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address).or_insert(0);
        if *count >= self.most_per_address && !trusted {
            drop(counts);
            self.open.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        *count += 1;
        drop(counts);
        Some(Slot { connections: Arc::clone(self), address })
    }

    /// How many are open.
    pub fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    fn shard(&self, address: IpAddr) -> Option<&Mutex<HashMap<IpAddr, usize>>> {
        let last = match address {
            IpAddr::V4(address) => address.octets()[3],
            IpAddr::V6(address) => address.octets()[7],
        };
        self.by_address.get(usize::from(last) % SHARDS)
    }
}

/// Who counts as one: an IPv4 address, or the /64 that one IPv6 customer has for himself.
fn group(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(std::net::Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        four => four,
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.connections.open.fetch_sub(1, Ordering::Relaxed);
        if let Some(shard) = self.connections.shard(self.address) {
            let mut counts = shard.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(count) = counts.get_mut(&self.address) {
                *count -= 1;
                if *count == 0 {
                    counts.remove(&self.address);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_named_even_by_a_second_vestibule() {
        let any = "127.0.0.1:0".parse().unwrap();
        let first = bind(&[any], 2).unwrap();
        let taken = first[0][0].local_addr().unwrap();
        assert_eq!(first[1][0].local_addr().unwrap(), taken);
        let error = bind(&[taken], 2).unwrap_err();
        assert!(error.to_string().contains(&format!("port {} on 127.0.0.1 is taken", taken.port())), "{error}");
        drop(first);
        assert!(bind(&[taken], 2).is_ok());
    }

    #[test]
    fn k1_connections_are_capped_in_all_and_per_address() {
        let connections = Connections::new(3, 2);
        let (one, two) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let first = connections.admit(one, false).unwrap();
        let _second = connections.admit(one, false).unwrap();
        assert!(connections.admit(one, false).is_none(), "per address");
        let _third = connections.admit(two, false).unwrap();
        assert!(connections.admit(two, false).is_none(), "in all");
        drop(first);
        assert!(connections.admit(one, false).is_some());
        let (six, neighbour) = ("2001:db8::1".parse().unwrap(), "2001:db8::2".parse().unwrap());
        let connections = Connections::new(10, 1);
        let _kept = connections.admit(six, false).unwrap();
        assert!(connections.admit(neighbour, false).is_none(), "one /64 is one customer");
    }
}
