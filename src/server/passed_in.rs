//! Listening sockets that systemd or another supervisor opened for us (`LISTEN_FDS`, sd_listen_fds(3)): ports below 1024 without
//! any privilege, and a restart during which connections wait instead of being refused.

use std::io;
use std::net::TcpListener;

use super::listen::{ListenError, ThreadListeners};

/// What was passed in, by what it is for. An empty list leaves it to the configuration.
#[derive(Default)]
pub(super) struct PassedIn {
    /// Instead of `listen.https`.
    pub(super) https: Vec<TcpListener>,
    /// Instead of `listen.http`.
    pub(super) http: Vec<TcpListener>,
    /// Instead of `listen.clear`.
    pub(super) clear: Vec<TcpListener>,
}

impl PassedIn {
    /// Takes them over. One that cannot be used is an error: whoever passed it in counts on it.
    pub(super) fn take() -> Result<Self, ListenError> {
        // Taking them removes the variables that say whom they are for, but not the names.
        let mut passed = listenfd::ListenFd::from_env();
        #[expect(clippy::disallowed_methods, reason = "it belongs to the sockets, which listenfd reads from there too")]
        let names = std::env::var("LISTEN_FDNAMES").unwrap_or_default();
        let mut names = names.split(':');
        let mut all = Self::default();
        for index in 0..passed.len() {
            let unusable = |error| ListenError::PassedIn { number: index + 1, error };
            let missing = || unusable(io::ErrorKind::NotFound.into());
            let listener = passed.take_tcp_listener(index).map_err(unusable)?.ok_or_else(missing)?;
            listener.set_nonblocking(true).map_err(unusable)?;
            all.of(names.next().unwrap_or_default()).push(listener);
        }
        Ok(all)
    }

    /// Without a name of its own, a socket has that of its unit.
    fn of(&mut self, name: &str) -> &mut Vec<TcpListener> {
        match name {
            "http" => &mut self.http,
            "clear" => &mut self.clear,
            _ => &mut self.https,
        }
    }
}

/// The same sockets for each of the threads.
pub(super) fn shared(listeners: &[TcpListener], threads: usize) -> io::Result<ThreadListeners> {
    (0..threads.max(1)).map(|_| listeners.iter().map(TcpListener::try_clone).collect()).collect()
}
