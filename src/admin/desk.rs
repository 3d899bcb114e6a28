//! An administrator at work: nobody gets one without a live session on this host and the role as it is now.

use std::sync::Arc;

use axum::body::Body;
use http::StatusCode;

use super::here::Here;
use super::sign_in;
use crate::guests::{self, GuestContext};
use crate::model::{SessionId, SessionRecord, Tenant};
use crate::signin::administrator::{Administrator, administrator};
use crate::snapshot::Snapshot;
use crate::web::answer::Answer;
use crate::web::chrome::{Chrome, SignedIn};
use crate::web::form::Form;
use crate::web::notice::Notice;

/// An administrator of one tenant, in one request.
pub struct Desk {
    /// The request.
    pub here: Here,
    /// The configuration that it is decided by.
    pub snapshot: Arc<Snapshot>,
    /// The tenant in the URL.
    pub tenant: Arc<Tenant>,
    /// Who.
    pub admin: Administrator,
    /// The session by which they came.
    pub session: SessionId,
}

impl Desk {
    /// Lets an administrator of the tenant in; everybody else gets the answer that says what to do.
    pub async fn enter(here: Here, tenant: &str) -> Result<Self, Box<Answer>> {
        let (snapshot, tenant) = here.tenant(tenant)?;
        let now = here.app.clock.now();
        let handle = here.handle().await?;
        let session = handle.as_ref().and_then(|(_, handle)| handle.session(tenant.id));
        let Some(session) = session.filter(|session| session.is_live(now)) else {
            return Err(Box::new(sign_in::required(&here, &tenant)));
        };
        let record: Arc<SessionRecord> = Arc::clone(&session.record());
        match administrator(&here.app, &tenant, &record).await {
            Ok(Ok(admin)) => {
                session.touch(now);
                Ok(Self { here, snapshot, tenant, admin, session: record.id })
            }
            Ok(Err(_)) => Err(Box::new(sign_in::refused(&here, &tenant))),
            Err(error) => Err(Box::new(here.broken(Some(&tenant), &error))),
        }
    }

    /// Lets an administrator in who sends a form of ours.
    pub async fn enter_with_form(here: Here, tenant: &str, body: Body) -> Result<(Self, Form), Box<Answer>> {
        let fields = here.read(body).await?;
        let desk = Self::enter(here, tenant).await?;
        desk.check(&fields)?;
        Ok((desk, fields))
    }

    /// Refuses a form that was not shown to this very person in this very browser (attack row D4).
    pub fn check(&self, fields: &Form) -> Result<(), Box<Answer>> {
        if self.here.is_ours(&self.tenant, self.admin.user().id, fields) {
            return Ok(());
        }
        let mut answer = self.notice(Notice::StartAgain { url: Some(self.path("guests")) });
        *answer.status_mut() = StatusCode::FORBIDDEN;
        Err(Box::new(answer))
    }

    /// What the verbs about guests need.
    pub fn guests(&self) -> GuestContext<'_> {
        guests::context(&self.here.app, &self.snapshot, &self.tenant)
    }

    /// An address below this tenant.
    pub fn path(&self, rest: &str) -> String {
        format!("/{}/{rest}", self.tenant.id)
    }

    /// The form token of this page.
    pub fn token(&self) -> String {
        self.here.form_token(&self.tenant, self.admin.user().id)
    }

    /// What stands around the page.
    pub fn chrome(&self) -> Chrome {
        let user = self.admin.user();
        let address = user.mail.as_ref().map_or_else(|| user.user_principal_name.clone(), ToString::to_string);
        Chrome {
            signed_in: Some(SignedIn {
                name: user.display_name.clone(),
                address,
                // The guest's own page lies on the broker host.
                account_url: None,
                sign_out_action: self.path("sign-out"),
                csrf: self.token(),
            }),
            ..self.here.chrome(Some(&self.tenant))
        }
    }

    /// What is the matter.
    pub fn notice(&self, notice: Notice) -> Answer {
        self.here.notice(Some(&self.tenant), notice)
    }

    /// Something of ours failed.
    pub fn broken(&self, error: &dyn std::error::Error) -> Answer {
        self.here.broken(Some(&self.tenant), error)
    }
}
