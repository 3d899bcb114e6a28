//! Whether a stream may go on: its session is alive, and what let it in still holds (attack row D10).

use std::sync::Arc;
use std::time::Duration;

use super::Plane;
use super::permit::{Detour, permit};
use crate::model::{AppId, TenantId};
use crate::session::{Session, StreamGuard};

/// How often an open stream is judged anew.
const JUDGE_EVERY: Duration = Duration::from_secs(3);

/// Watches one stream. Cheap to make; nothing runs until somebody waits.
#[derive(Clone)]
pub struct Watch {
    plane: Arc<Plane>,
    session: Arc<Session>,
    tenant: TenantId,
    app: AppId,
}

impl Watch {
    pub(super) fn new(plane: Arc<Plane>, session: Arc<Session>, tenant: TenantId, app: AppId) -> Self {
        Self { plane, session, tenant, app }
    }

    /// Whether the session was ended; one atomic load, asked for each frame.
    pub(super) fn has_ended(&self) -> bool {
        self.session.is_ended()
    }

    /// Bytes that flow count as use.
    pub(super) fn touch(&self) {
        self.session.touch(self.plane.clock.now());
    }

    /// Resolves when the stream has to end.
    pub(super) async fn ended(self) {
        let guard: StreamGuard = self.plane.sessions.register_stream(&self.session);
        let judged = async {
            loop {
                tokio::time::sleep(JUDGE_EVERY).await;
                // Keeps what memory knows young, so that the end on another node is seen here too.
                let record = self.session.record().clone();
                let sessions = Arc::clone(&self.plane.sessions);
                let found =
                    self.plane.control.spawn(async move { sessions.find(record.tenant, record.id).await }).await;
                if !matches!(found, Ok(Ok(Some(_)))) || !self.may_go_on() {
                    return;
                }
            }
        };
        tokio::select! {
            () = guard.ended() => {}
            () = judged => {}
        }
    }

    /// New terms are asked for at the next navigation; everything else ends the stream.
    fn may_go_on(&self) -> bool {
        let snapshot = self.plane.snapshot.load();
        let (Some(app), Some(tenant)) = (snapshot.app(self.app), snapshot.tenant(self.tenant)) else { return false };
        match permit(app, tenant, Some(&self.session), self.plane.clock.now(), &snapshot) {
            Ok(_) | Err(Detour::Agree) => true,
            Err(Detour::SignIn | Detour::NotAssigned | Detour::NoSuchTenant) => false,
        }
    }
}
