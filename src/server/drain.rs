//! Stopping: accept no more, finish what runs, tell HTTP/2 clients to go away, and leave after a limit.

use std::time::Duration;

use tokio::signal;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Resolves at SIGTERM, or at Ctrl-C.
pub async fn signalled() {
    let interrupted = async {
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        let Ok(mut terminated) = signal::unix::signal(signal::unix::SignalKind::terminate()) else {
            return interrupted.await;
        };
        tokio::select! {
            () = interrupted => {}
            _ = terminated.recv() => {}
        }
    }
    #[cfg(not(unix))]
    interrupted.await;
}

/// The open connections of one thread, and the word to end them.
#[derive(Clone, Default)]
pub struct Drain {
    stopping: CancellationToken,
    connections: TaskTracker,
}

impl Drain {
    /// Ends when `stopping` is cancelled.
    pub fn new(stopping: CancellationToken) -> Self {
        Self { stopping, connections: TaskTracker::new() }
    }

    /// Resolves when no more requests should be taken.
    pub async fn stopping(&self) {
        self.stopping.cancelled().await;
    }

    /// Counts a connection as open while `connection` runs.
    pub fn track<F: Future>(&self, connection: F) -> impl Future<Output = F::Output> + use<F> {
        self.connections.track_future(connection)
    }

    /// Waits until every connection has ended, at most `limit`; `true` if all did.
    pub async fn finished(&self, limit: Duration) -> bool {
        self.connections.close();
        tokio::time::timeout(limit, self.connections.wait()).await.is_ok()
    }
}
