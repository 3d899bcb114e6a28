//! Gather what is known about a visit and ask the dispatcher what comes next.

use std::sync::Arc;
use std::time::Duration;

use super::administrator::{Missing, administrator};
use super::device::Device;
use super::email_code::CodePurpose;
use super::factors::standing;
use super::journey::{Facts, InvitationFacts, Journey, SecondFactorFacts, SessionFacts, Step, Stranger, next_step};
use super::may_bind::{Claim, Rules, may_come_in};
use super::ticket::{Destination, Ticket};
use super::{client, facts, finish, home_logout, home_realm, proofs, relink};
use crate::app::App;
use crate::consent::by_policy;
use crate::consent::needed::needed;
use crate::consent::record::{self, Answer, ConsentError};
use crate::guests::change_sign_in;
use crate::keys::{Purpose, sha256_hex};
use crate::mail::browser::Asker;
use crate::model::{
    AcceptanceState, AppId, EmailAddress, Identity, Invitation, InvitationState, Method, RouteOverride, SessionRecord,
    Tenant, TenantId, Timestamp, UserId, UserType,
};
use crate::oidc_client::FederationError;
use crate::session::{Handle, Session};
use crate::short_term::{Key, Kind, ShortTermError};
use crate::snapshot::Snapshot;
use crate::storage::{InstanceTask, Read, StoreError};

/// How long a journey lives after its last step, and in all (decision 9).
const JOURNEY_SLIDES: Duration = Duration::from_secs(30 * 60);
const JOURNEY_ENDS: Duration = Duration::from_secs(60 * 60);

/// Why a step could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum SigninError {
    /// The directory failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The short-term store failed.
    #[error(transparent)]
    ShortTerm(#[from] ShortTermError),
    /// The identity provider failed or lied.
    #[error(transparent)]
    Federation(#[from] FederationError),
    /// Too many tries; come back later.
    #[error("too many attempts")]
    Limited,
    /// More password checks are waiting than may wait.
    #[error("too many password checks are waiting")]
    Busy,
    /// Mail cannot leave at the moment.
    #[error("mail cannot leave at the moment")]
    MailStuck,
    /// This page was left behind: another browser, an old link, a step that is not the current one.
    #[error("this step is not the current one")]
    OutOfStep,
}

/// One browser at one tenant, on its way somewhere.
pub struct Visit {
    /// The configuration that this request is decided by.
    pub snapshot: Arc<Snapshot>,
    /// The tenant in the URL.
    pub tenant: Arc<Tenant>,
    /// Value of the browser's sign-in cookie.
    pub browser: String,
    /// Value of the browser's session cookie on this host, and what it stands for.
    pub cookie: Option<String>,
    /// The sessions behind the cookie.
    pub handle: Option<Arc<Handle>>,
    /// The browser, if somebody signed in with it before.
    pub device: Option<Device>,
    /// Where the tab wants to go.
    pub ticket: Ticket,
    /// The host that holds the cookie.
    pub host: String,
    /// Network of the browser, cut to /24 or /48: for limits and for the proof of consent.
    pub network: String,
    /// The browser as its owner knows it, e.g. `Firefox on Linux`.
    pub agent: Option<String>,
}

/// What came out: the step, and everything its page shows.
pub struct Scene {
    /// What comes next.
    pub step: Step,
    /// The journey as it stands.
    pub journey: Journey,
    /// The live session, with fresh facts.
    pub session: Option<Arc<SessionRecord>>,
    /// The invitation whose mail link was opened.
    pub invitation: Option<Invitation>,
    /// The ways that this tenant has on.
    pub ways: home_realm::Ways,
    /// The mailbox that whoever signed in may still prove: that of the mail link beside another sign-in, or the address that
    /// the provider named and does not vouch for.
    pub to_prove: Option<EmailAddress>,
    /// Where the domain of the address leads.
    pub route: Option<home_realm::Route>,
    /// Whether the invited address has no personal account yet; known on a mail link alone.
    pub account_missing: bool,
    /// A new value for the session cookie, where this step signed somebody in.
    pub new_cookie: Option<String>,
}

impl Visit {
    /// Who asks, for a mail about it.
    pub fn asker(&self) -> Asker<'_> {
        Asker { agent: self.agent.as_deref(), network: &self.network }
    }

    /// Key of this browser's journey in this tenant.
    fn journey_key(&self) -> Key {
        let subject = self.ticket.subject();
        Key::of(self.tenant.id, Kind::Journey, format!("{}:{subject}", sha256_hex(self.browser.as_bytes())))
    }

    /// Reads the journey, or begins one.
    pub async fn journey(&self, app: &App) -> Result<Journey, SigninError> {
        let key = self.journey_key();
        let stored = app.short_term.get(&key).await?;
        let now = app.clock.now();
        let journey = stored
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .and_then(|sealed| app.keys.open_sealed(Purpose::Row, &key.flat(), &sealed))
            .and_then(|plain| serde_json::from_slice::<Journey>(&plain).ok())
            .filter(|journey| now.since(journey.started_at) < JOURNEY_ENDS);
        let mut journey = journey.unwrap_or_else(|| Journey::begin(now));
        if let Some(stranger) = &journey.stranger {
            let (who, since) = (&stranger.identity, stranger.signed_in_at);
            let at_home = home_logout::still_counts(app, (self.tenant.id, who), stranger.home.as_ref(), since).await?;
            if !at_home || !proofs::still_counts(app, who, since).await? {
                journey.stranger = None;
            }
        }
        if let Some(permit) = &journey.change
            && !proofs::still_counts(app, &permit.identity, permit.given_at).await?
        {
            journey.change = None;
        }
        if journey.address.is_none() && !journey.switching && !journey.hint_spent {
            journey.address = self.ticket.hint().map(|(hint, _)| hint.clone());
        }
        Ok(journey)
    }

    /// Remembers that the hints of this tab's link led away: the next time the address is asked for.
    pub async fn spend_hint(&self, app: &App, journey: &Journey, abroad: Option<TenantId>) -> Result<(), SigninError> {
        let hinted = self.ticket.hint().map(|(hint, _)| hint);
        let by_address = hinted.is_some() && journey.address.as_ref() == hinted;
        let by_domain = journey.address.is_none() && self.ticket.domain_hint.is_some();
        if journey.hint_spent || !(by_address || by_domain) {
            return Ok(());
        }
        let spent = Journey { address: None, hint_spent: true, went_abroad: abroad, ..journey.clone() };
        self.keep(app, &spent).await
    }

    /// Keeps the journey; it slides by half an hour with each step.
    pub async fn keep(&self, app: &App, journey: &Journey) -> Result<(), SigninError> {
        let left = JOURNEY_ENDS.saturating_sub(app.clock.now().since(journey.started_at));
        let key = self.journey_key();
        // It names people, so it is sealed for this tenant and browser (attack row L7).
        let sealed = app.keys.seal(Purpose::Row, &key.flat(), &serde_json::to_vec(journey).unwrap_or_default());
        Ok(app.short_term.put(&key, sealed.as_bytes(), JOURNEY_SLIDES.min(left)).await?)
    }

    /// Forgets the journey.
    pub async fn forget(&self, app: &App) -> Result<(), SigninError> {
        Ok(app.short_term.remove(&self.journey_key()).await?)
    }

    /// Key under which this browser is known to limits and codes.
    pub fn browser_hash(&self) -> String {
        sha256_hex(self.browser.as_bytes())
    }

    /// The id of this browser, if `address` was proved in it before.
    pub fn known_device(&self, app: &App, address: &EmailAddress) -> Option<&str> {
        self.device.as_ref()?.known_for(&app.keys, address)
    }

    /// Whether somebody is signed in to this tenant in this browser, lately enough for where the tab wants to go.
    pub fn has_live_session(&self, app: &App) -> bool {
        self.live_session(app).is_some()
    }

    /// The live session of this browser in this tenant.
    fn live_session(&self, app: &App) -> Option<Arc<Session>> {
        let session = self.handle.as_ref()?.session(self.tenant.id)?;
        let counts = session.is_live(app.clock.now()) && self.ticket.counts(&session.record());
        counts.then(|| Arc::clone(session))
    }
}

/// Decides the next step of a visit. Reads everything afresh; changes nothing except that a member of another tenant
/// of this instance, who is signed in there in this very browser, is recognized here.
pub async fn advance(app: &App, visit: &Visit) -> Result<Scene, SigninError> {
    let mut journey = visit.journey(app).await?;
    let invitation = invitation_of(app, visit).await?;
    let mut session = fresh_session(app, visit).await?;
    let mut new_cookie = None;
    let mut facts = gather(app, visit, &journey, session.as_deref(), invitation.as_ref()).await?;
    let mut step = step_of(visit, &journey, &facts, invitation.as_ref());
    let home = match &step {
        Step::HomeTenant(home) => Some(*home),
        Step::AskAddress => journey.went_abroad,
        _ => None,
    };
    if let Some(home) = home
        && !journey.switching
        && let Some(stranger) = finish::member_abroad(app, visit, home)
        && visit.ticket.fresh.is_none_or(|fresh| fresh.is_met_by(stranger.signed_in_at, stranger.authenticated_at))
    {
        if let finish::Finished::SignedIn { record, cookie } =
            finish::finish(app, visit, &mut journey, invitation.as_ref(), stranger).await?
        {
            session = Some(record);
            new_cookie = Some(cookie);
        }
        facts = gather(app, visit, &journey, session.as_deref(), invitation.as_ref()).await?;
        step = step_of(visit, &journey, &facts, invitation.as_ref());
    }
    if step == Step::Review
        && let Some(known) = session.as_deref()
        && let Some(redeemed) = redeem_by_policy(app, visit, known).await?
    {
        session = Some(redeemed);
        facts = gather(app, visit, &journey, session.as_deref(), invitation.as_ref()).await?;
        step = step_of(visit, &journey, &facts, invitation.as_ref());
    }
    if step == Step::Arrived
        && let Some(unsettled) = session.as_deref().filter(|session| !session.accepted)
    {
        session = settle(app, visit, unsettled).await?;
        facts = gather(app, visit, &journey, session.as_deref(), invitation.as_ref()).await?;
        step = step_of(visit, &journey, &facts, invitation.as_ref());
    }
    let (ways, to_prove, route) = (facts.ways, facts.to_prove, facts.route);
    let account_missing = facts.invitation.is_some_and(|invitation| !invitation.account_exists);
    Ok(Scene { step, journey, session, invitation, ways, to_prove, route, account_missing, new_cookie })
}

/// A member of another tenant of this instance who need not review permissions here, since both tenants agree.
async fn redeem_by_policy(
    app: &App,
    visit: &Visit,
    session: &SessionRecord,
) -> Result<Option<Arc<SessionRecord>>, SigninError> {
    let Method::Tenant { tenant: home } = &session.identity.method else { return Ok(None) };
    let Some(home) = visit.snapshot.tenant(*home) else { return Ok(None) };
    let answer = Answer { state: AcceptanceState::Accepted, language: &visit.tenant.language, network: &visit.network };
    match by_policy::redeem_by_policy(app, &visit.tenant, home, session, answer).await {
        Ok(None) => Ok(None),
        Ok(Some(facts)) => {
            app.sessions.replace(facts.clone()).await?;
            Ok(Some(Arc::new(facts)))
        }
        Err(ConsentError::Store(error)) => Err(error.into()),
        // Whatever changed meanwhile is seen when the page asks.
        Err(ConsentError::Gone | ConsentError::Outdated) => Ok(None),
    }
}

/// A guest who has answered everything that is asked is let in, also where the last thing missing was withdrawn rather
/// than answered; else the permit would go on sending them here.
async fn settle(app: &App, visit: &Visit, session: &SessionRecord) -> Result<Option<Arc<SessionRecord>>, SigninError> {
    match record::settle(app, &visit.tenant, session).await {
        Ok(facts) => {
            app.sessions.replace(facts.clone()).await?;
            Ok(Some(Arc::new(facts)))
        }
        Err(ConsentError::Store(error)) => Err(error.into()),
        Err(ConsentError::Gone | ConsentError::Outdated) => {
            app.sessions.end(visit.tenant.id, session.id).await?;
            Ok(None)
        }
    }
}

/// A mail link that names no invitation of this tenant ends like one that was revoked.
pub(super) fn step_of(visit: &Visit, journey: &Journey, facts: &Facts, invitation: Option<&Invitation>) -> Step {
    if visit.ticket.invitation().is_some() && invitation.is_none() {
        return Step::InvitationEnded;
    }
    next_step(journey, facts)
}

/// The invitation whose mail link the tab opened.
pub(super) async fn invitation_of(app: &App, visit: &Visit) -> Result<Option<Invitation>, SigninError> {
    match visit.ticket.invitation() {
        Some(id) => Ok(app.store.read(visit.tenant.id).await?.invitation(id).await?),
        None => Ok(None),
    }
}

/// The session with facts as the directory has them now. A user who is gone or blocked is signed out on the spot.
async fn fresh_session(app: &App, visit: &Visit) -> Result<Option<Arc<SessionRecord>>, SigninError> {
    let Some(session) = visit.live_session(app) else { return Ok(None) };
    let known = session.record().clone();
    match facts::refresh(app, &visit.tenant, &known).await? {
        Some(fresh) if fresh == *known => Ok(Some(known)),
        Some(fresh) => {
            app.sessions.replace(fresh.clone()).await?;
            Ok(Some(Arc::new(fresh)))
        }
        None => {
            app.sessions.end(visit.tenant.id, known.id).await?;
            Ok(None)
        }
    }
}

/// Reads everything that the dispatcher decides by; changes nothing.
pub(super) async fn gather(
    app: &App,
    visit: &Visit,
    journey: &Journey,
    session: Option<&SessionRecord>,
    invitation: Option<&Invitation>,
) -> Result<Facts, SigninError> {
    let tenant = &visit.tenant;
    let app_id = visit.ticket.app().filter(|app| *app != AppId::ADMIN);
    let mut facts = Facts { ways: home_realm::ways(tenant), app: app_id, ..Facts::at(app.clock.now()) };
    if let Some(session) = session {
        facts.session = Some(SessionFacts {
            user: session.user,
            user_type: session.user_type,
            reviewed: session.reviewed,
            may_use_app: app_id.is_none_or(|app_id| may_use(tenant, session, app_id)),
            second_factor: second_factor_facts(app, visit, session).await?,
            client_consent: client::lacks_consent(app, visit, session).await?,
        });
        let mut needed = needed(tenant, &session.acceptances, app_id, app.clock.now());
        facts.needed = needed.next().map(|agreement| agreement.id);
        if visit.ticket.app() == Some(AppId::ADMIN) {
            facts.lacks_for_admin = administrator(app, tenant, session).await?.err();
        }
    }
    if let Some(invitation) = invitation {
        facts.invitation = Some(invitation_facts(app, visit, invitation).await?);
    }
    let address = invitation.map(|invitation| &invitation.address).or(journey.address.as_ref());
    let hinted = visit.ticket.domain_hint.as_ref().filter(|_| !journey.hint_spent && !journey.switching);
    if let Some(domain) = address.map(EmailAddress::domain).or(hinted) {
        facts.own_domain = tenant.owns(domain);
        facts.route = home_realm::by_domain(tenant, &visit.snapshot, domain);
    }
    if let Some(stranger) = &journey.stranger
        && facts.session.is_none()
    {
        facts.change = change_sign_in::judge(app, visit, journey, stranger, facts.now).await?;
        facts.claims_invited =
            invitation.is_some_and(|invitation| stranger.claimed.as_ref() == Some(&invitation.address));
        let mut read = app.store.read(tenant.id).await?;
        facts.to_prove = to_prove(app, read.as_mut(), visit, journey, invitation, stranger, facts.now).await?;
    }
    Ok(facts)
}

/// Where the second factor stands: demanded by the tenant, by the app at the end of the way, or by its owner. Whoever has
/// one registered shows it before changing anything about it (attack rows T016, T143).
async fn second_factor_facts(
    app: &App,
    visit: &Visit,
    session: &SessionRecord,
) -> Result<SecondFactorFacts, SigninError> {
    let app_demands = visit.ticket.app().is_some_and(|id| match id {
        AppId::ADMIN => visit.tenant.policies.admin_mfa && session.user_type == UserType::Member,
        _ => visit.tenant.service_principals.iter().any(|principal| principal.app == id && principal.require_mfa),
    });
    let request = visit.ticket.client();
    // A token for the API opens to administrators what the admin pages do.
    let administers = request.is_some_and(|request| request.api)
        && visit.tenant.policies.admin_mfa
        && administrator(app, &visit.tenant, session).await?.err() != Some(Missing::Role);
    let app_demands = app_demands || administers || request.is_some_and(|request| request.second_factor);
    let lacking = session.lacks_second_factor(&visit.tenant, app_demands);
    let changing = visit.ticket.destination == Destination::Methods && session.second_factor.is_none();
    if !lacking && !changing {
        return Ok(SecondFactorFacts::Settled);
    }
    let registered = standing(app, session).await?.factors.is_registered();
    Ok(match (registered, lacking) {
        (true, _) => SecondFactorFacts::ToShow,
        (false, true) => SecondFactorFacts::ToRegister,
        (false, false) => SecondFactorFacts::Settled,
    })
}

/// The mailbox whose proof would match whoever signed in with a guest. Asked only after a sign-in (decision 4), and on a
/// direct link the answer depends on what the provider said and on the tenant's settings; only for an address that the
/// provider vouches for it also depends on who waits for it.
async fn to_prove(
    app: &App,
    read: &mut dyn Read,
    visit: &Visit,
    journey: &Journey,
    invitation: Option<&Invitation>,
    stranger: &Stranger,
    now: Timestamp,
) -> Result<Option<EmailAddress>, SigninError> {
    // A mailbox is proved already by whoever signed in with its code.
    if stranger.identity.method == Method::OneTimePasscode {
        return Ok(None);
    }
    let Some(address) = invitation.map(|invitation| &invitation.address).or(stranger.claimed.as_ref()) else {
        return Ok(None);
    };
    let done = journey.proved_mailbox(now) == Some(address);
    if done || !may_come_in(Rules::of(app, visit), invitation, Claim::of(stranger, Some(address))) {
        return Ok(None);
    }
    let could = match invitation {
        Some(invitation) => {
            let waiting = read.user(invitation.user).await?.is_some_and(|user| user.identity.is_none());
            let lost = relink::lost_guest(read, visit, address).await?;
            waiting || lost.is_some_and(|user| user.id == invitation.user)
        }
        None if stranger.verified.is_some() => relink::lost_guest(read, visit, address).await?.is_some(),
        None => true,
    };
    Ok(could.then(|| address.clone()))
}

/// Whether this user may open this app of the tenant. The permit asks the same of each request.
pub fn may_use(tenant: &Tenant, session: &SessionRecord, app: AppId) -> bool {
    tenant.service_principals.iter().any(|principal| {
        principal.app == app && (!principal.assignment_required || session.assigned_apps.contains(&app))
    })
}

async fn invitation_facts(app: &App, visit: &Visit, invitation: &Invitation) -> Result<InvitationFacts, SigninError> {
    let user = app.store.read(visit.tenant.id).await?.user(invitation.user).await?;
    let mut accounts = app.store.begin_instance(InstanceTask::PersonalAccounts).await?;
    let account_exists = accounts.account_by_address(&invitation.address).await?.is_some();
    // A domain that was blocked later keeps out who has not redeemed yet, as in the original; others an administrator
    // blocks one by one.
    let let_in = visit.tenant.allows_domain(invitation.address.domain());
    let alive = user.as_ref().is_some_and(|user| user.account_enabled && (let_in || !user.is_pending()));
    // A way that was switched off leads nowhere; its guests take the way of their domain, and are re-linked.
    let gone = |identity: &Identity| home_realm::identity_is_gone(&visit.tenant, &visit.snapshot, identity);
    let bound = user.and_then(|user| user.identity).filter(|bound| !gone(bound)).map(|bound| bound.method);
    let ways = home_realm::ways(&visit.tenant);
    let wanted = invitation.route.clone().filter(|wanted| match wanted {
        RouteOverride::Connection { name } => visit.tenant.connection(name).is_some(),
        RouteOverride::Passcode => ways.passcode,
        RouteOverride::PersonalAccount => ways.personal_account,
    });
    Ok(InvitationFacts {
        user: invitation.user,
        address: invitation.address.clone(),
        link_works: alive && invitation.state != InvitationState::Revoked && invitation.link_works(app.clock.now()),
        bound,
        wanted,
        account_exists,
        alias_allowed: !visit.tenant.policies.strict_addresses,
    })
}

impl Scene {
    /// The address that this journey is about: the invited one on a mail link, else the one that was typed.
    pub fn address(&self) -> Option<EmailAddress> {
        let invited = self.invitation.as_ref().map(|invitation| &invitation.address);
        invited.or(self.journey.address.as_ref()).cloned()
    }

    /// The mailbox that a code for `purpose` proves.
    pub fn mailbox(&self, purpose: CodePurpose) -> Option<EmailAddress> {
        match purpose {
            CodePurpose::Redeem => self.to_prove.clone(),
            CodePurpose::SignIn | CodePurpose::CreateAccount | CodePurpose::ResetPassword => self.address(),
            // No step of a journey: see `mailbox_owner`.
            CodePurpose::Blocks | CodePurpose::Leave | CodePurpose::ChangeSignIn => None,
        }
    }

    /// Who is signed in here, member or guest.
    pub fn user(&self) -> Option<(UserId, UserType)> {
        self.session.as_ref().map(|session| (session.user, session.user_type))
    }
}
