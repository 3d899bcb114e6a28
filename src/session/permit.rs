//! Phase 2: may this session use this app of this tenant, now? Pure, and the only place that can say yes.

use std::sync::Arc;

use http::Method;

use crate::model::{AppId, Application, Preflight, SessionRecord, Tenant, Timestamp, UserType};
use crate::session::Session;
use crate::snapshot::Snapshot;
use crate::snapshot::path::CanonicalPath;

/// Proof that a request may reach an app. [`permit`] alone can make one: the field that holds the facts is private to
/// this module.
#[derive(Debug)]
pub struct Permit<'a> {
    app: &'a Application,
    tenant: &'a Tenant,
    record: Arc<SessionRecord>,
}

impl Permit<'_> {
    /// The app that may be reached.
    pub fn app(&self) -> &Application {
        self.app
    }

    /// The tenant on whose behalf.
    pub fn tenant(&self) -> &Tenant {
        self.tenant
    }

    /// The facts about the guest that were judged; headers are made from these and no others.
    pub fn record(&self) -> &Arc<SessionRecord> {
        &self.record
    }
}

/// Proof that a request may reach an app although nobody is signed in, and then with no identity at all. [`open`] alone can
/// make one.
#[derive(Clone, Copy, Debug)]
pub struct Open<'a> {
    app: &'a Application,
    tenant: &'a Tenant,
}

/// What a request without a session asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenDoor {
    /// An address that may be public: the method, and the path below the tenant.
    Public(Method, String),
    /// A CORS preflight.
    Preflight,
}

/// Proof of either kind: nothing is forwarded without one.
#[derive(Debug)]
pub enum Pass<'a> {
    /// A guest or member who may use the app.
    Guest(Permit<'a>),
    /// Anybody, to what is open.
    Anybody(Open<'a>),
}

impl Pass<'_> {
    /// The app that may be reached.
    pub fn app(&self) -> &Application {
        match self {
            Self::Guest(permit) => permit.app,
            Self::Anybody(open) => open.app,
        }
    }

    /// The tenant on whose behalf.
    pub fn tenant(&self) -> &Tenant {
        match self {
            Self::Guest(permit) => permit.tenant,
            Self::Anybody(open) => open.tenant,
        }
    }
}

/// Whether anybody may pass by this door (attack row E5). The path is looked at in its one spelling, the query never; what
/// could be read in two ways is no public address, and needs a session.
pub fn open<'a>(app: &'a Application, tenant: &'a Tenant, door: &OpenDoor, snapshot: &Snapshot) -> Option<Open<'a>> {
    snapshot.tenant(tenant.id)?;
    snapshot.service_principal(tenant, app.id).filter(|principal| principal.tenant == tenant.id)?;
    let is_open = match door {
        OpenDoor::Public(method, path) => {
            CanonicalPath::check(path, true).is_ok_and(|path| app.traffic.is_public(method, path.as_str()))
        }
        OpenDoor::Preflight => app.traffic.preflight == Preflight::Forward,
    };
    is_open.then_some(Open { app, tenant })
}

/// Why a request may not pass, and so where it goes instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detour {
    /// Nobody is signed in to this tenant.
    SignIn,
    /// Somebody is, and a second factor is demanded that was not shown in this session.
    SecondFactor,
    /// Somebody is, but has something left to agree to.
    Agree,
    /// Somebody is, and is not assigned to this app.
    NotAssigned,
    /// The tenant is gone or does not use the app any more.
    NoSuchTenant,
}

/// Decides by facts in memory alone. There is no default: each way to `Ok` passes every check.
pub fn permit<'a>(
    app: &'a Application,
    tenant: &'a Tenant,
    session: Option<&Session>,
    now: Timestamp,
    snapshot: &Snapshot,
) -> Result<Permit<'a>, Detour> {
    let session = session.filter(|session| session.is_live(now)).map(|session| Arc::clone(&session.record()));
    judge(app.id, tenant, session.as_deref(), now, snapshot)?;
    // Judged well only with facts.
    session.map(|record| Permit { app, tenant, record }).ok_or(Detour::SignIn)
}

/// The decision alone, over the facts of a live session, for whoever wants to know it without passing: also for clients of
/// the OIDC provider, which stand behind no proxy.
pub fn judge(
    app: AppId,
    tenant: &Tenant,
    record: Option<&SessionRecord>,
    now: Timestamp,
    snapshot: &Snapshot,
) -> Result<(), Detour> {
    if snapshot.tenant(tenant.id).is_none() {
        return Err(Detour::NoSuchTenant);
    }
    let principal = snapshot.service_principal(tenant, app).ok_or(Detour::NoSuchTenant)?;
    let record = record.ok_or(Detour::SignIn)?;
    // A session of another tenant is no source at all (decision 11).
    if record.tenant != tenant.id || principal.tenant != tenant.id {
        return Err(Detour::SignIn);
    }
    if record.lacks_second_factor(tenant, principal.require_mfa) {
        return Err(Detour::SecondFactor);
    }
    // What must be agreed to comes first: a guest who has not agreed learns nothing about apps.
    if record.user_type == UserType::Guest && !has_agreed(record, tenant, app, now) {
        return Err(Detour::Agree);
    }
    if principal.assignment_required && !record.assigned_apps.contains(&app) {
        return Err(Detour::NotAssigned);
    }
    Ok(())
}

/// Judged for each request by the documents in force now and for this app: a version that was published, or an acceptance
/// that expired, is asked about on the very next navigation. Allocates nothing.
fn has_agreed(record: &SessionRecord, tenant: &Tenant, app: AppId, now: Timestamp) -> bool {
    let satisfied = |agreement: &crate::model::Agreement| {
        record
            .acceptances
            .iter()
            .any(|acceptance| acceptance.user == record.user && agreement.is_satisfied_by(acceptance, now))
    };
    record.reviewed
        && record.accepted
        && tenant.agreements.iter().filter(|agreement| agreement.concerns(Some(app))).all(satisfied)
}

#[cfg(test)]
mod tests;
