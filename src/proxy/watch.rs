//! Whether a stream may go on: its session is alive, and what let it in still holds (attack row D10).

use std::sync::Arc;
use std::time::Duration;

use super::Plane;
use super::permit::{OpenDoor, open, permit};
use crate::model::{AppId, TenantId};
use crate::session::{Session, StreamGuard};
use crate::snapshot::upstreams::Sender;

/// How often an open stream is judged anew, if nothing says that it should be at once.
const JUDGE_EVERY: Duration = Duration::from_secs(1);
/// After so many of those the short-term store is asked as well.
const CONFIRM_AFTER: u32 = 3;

/// Watches one stream. Cheap to make; nothing runs until somebody waits.
#[derive(Clone)]
pub struct Watch {
    plane: Arc<Plane>,
    ground: Ground,
    tenant: TenantId,
    app: AppId,
    trailers: bool,
    /// The beat at which it was judged last.
    judged_at: u32,
}

/// What let a stream in.
#[derive(Clone)]
pub(super) enum Ground {
    /// Somebody's session.
    Session(Arc<Session>),
    /// A door that was open to anybody.
    Open(Arc<OpenDoor>),
}

impl Watch {
    pub(super) fn new(plane: Arc<Plane>, ground: Ground, tenant: TenantId, app: AppId) -> Self {
        let judged_at = plane.sessions.beat();
        Self { plane, ground, tenant, app, trailers: false, judged_at }
    }

    /// The same for an answer whose trailers may pass.
    pub(super) fn with_trailers(self, trailers: bool) -> Self {
        Self { trailers, ..self }
    }

    /// Whether trailers of the answer may pass.
    pub(super) fn carries_trailers(&self) -> bool {
        self.trailers
    }

    /// Whether the session was ended; one atomic load, asked for each frame.
    pub(super) fn has_ended(&self) -> bool {
        match &self.ground {
            Ground::Session(session) => session.is_ended(),
            Ground::Open(_) => false,
        }
    }

    /// Whether it is time to judge a stream that has not paused; asked for each frame, and so no more than one atomic load and
    /// a comparison.
    pub(super) fn is_due(&mut self) -> bool {
        let beat = self.plane.sessions.beat();
        std::mem::replace(&mut self.judged_at, beat) != beat
    }

    /// Bytes that flow count as use.
    pub(super) fn touch(&self) {
        if let Ground::Session(session) = &self.ground {
            session.touch(self.plane.clock.now());
        }
    }

    /// Resolves when the stream has to end.
    pub(super) async fn ended(self) {
        let session = match &self.ground {
            Ground::Session(session) => session,
            Ground::Open(_) => return self.closed().await,
        };
        let guard: StreamGuard = self.plane.sessions.register_stream(session);
        let judged = async {
            let mut looks = 0;
            loop {
                let news = tokio::time::timeout(JUDGE_EVERY, self.plane.sessions.judged_again()).await;
                looks += u32::from(news.is_err());
                if looks == CONFIRM_AFTER {
                    looks = 0;
                    // Keeps what memory knows young, so that the end on another node is seen here too.
                    let record = session.record().clone();
                    let sessions = Arc::clone(&self.plane.sessions);
                    let found =
                        self.plane.control.spawn(async move { sessions.find(record.tenant, record.id).await }).await;
                    if !matches!(found, Ok(Ok(Some(_)))) {
                        return;
                    }
                }
                if !self.may_go_on() {
                    return;
                }
            }
        };
        tokio::select! {
            () = guard.ended() => {}
            () = judged => {}
        }
    }

    /// Resolves when the door by which anybody came is no longer open.
    async fn closed(&self) {
        while self.may_go_on() {
            tokio::time::sleep(JUDGE_EVERY).await;
        }
    }

    /// Whose stream it is.
    pub(super) fn sender(&self) -> Sender {
        match &self.ground {
            Ground::Session(session) => {
                let record = session.record();
                let (issuer, subject) = (record.identity.issuer.clone(), record.identity.subject.clone());
                Sender::Guest { user: record.user, issuer, subject }
            }
            Ground::Open(_) => Sender::Anybody,
        }
    }

    /// Whether the stream belongs to nobody's session.
    pub(super) fn is_open_to_all(&self) -> bool {
        matches!(self.ground, Ground::Open(_))
    }

    /// By the same rule as a request: also a document that became due ends the stream, and its page asks for it when it
    /// comes back.
    pub(crate) fn may_go_on(&self) -> bool {
        let snapshot = self.plane.snapshot.load();
        let (Some(app), Some(tenant)) = (snapshot.app(self.app), snapshot.tenant(self.tenant)) else { return false };
        match &self.ground {
            Ground::Session(session) => permit(app, tenant, Some(session), self.plane.clock.now(), &snapshot).is_ok(),
            Ground::Open(door) => open(app, tenant, door, &snapshot).is_some(),
        }
    }
}
