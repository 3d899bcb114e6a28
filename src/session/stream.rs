//! Open streams: each watches its session and learns at once that it ended (attack row D10).

use std::sync::Arc;
use std::time::Duration;

use super::Session;
use crate::clock::Clock;

/// Idle and absolute limits have no event of their own; a stream looks at them this often.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The registration of one open stream. Dropping it deregisters.
pub struct StreamGuard {
    session: Arc<Session>,
    clock: Arc<dyn Clock>,
}

impl StreamGuard {
    pub(super) fn new(session: Arc<Session>, clock: Arc<dyn Clock>) -> Self {
        Self { session, clock }
    }

    /// The watched session.
    pub fn session(&self) -> &Arc<Session> {
        &self.session
    }

    /// Whether the session is over already.
    pub fn has_ended(&self) -> bool {
        !self.session.is_live(self.clock.now())
    }

    /// Counts bytes that flow as a use of the session.
    pub fn touch(&self) {
        self.session.touch(self.clock.now());
    }

    /// Resolves when the session has ended, in whichever way.
    pub async fn ended(&self) {
        loop {
            let ending = self.session.ending.notified();
            tokio::pin!(ending);
            // Registered before looking, so that an end between the two is not missed.
            ending.as_mut().enable();
            if self.has_ended() {
                return;
            }
            // Either the session ended, or it is time to look at its limits.
            let _ = tokio::time::timeout(LOOK_EVERY, ending).await;
        }
    }
}
