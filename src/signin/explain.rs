//! Explain whether a person gets in by a link, and why: every step of the journey is asked of the functions that decide it,
//! with what the directory says now, and nothing is changed.

use std::sync::Arc;

use serde::Serialize;

use super::advance::{SigninError, Visit, gather, may_use, step_of};
use super::explain_words::Teller;
use super::facts::fill;
use super::finish::guest_of;
use super::front_door::{Door, DoorFault, read_door};
use super::journey::{Journey, Step, Stranger};
use super::mailbox::MAIL_ISSUER;
use super::may_bind::{Claim, Opened, Rules, may_be_bound};
use super::relink::lost_guest;
use super::ticket::{Destination, Ticket};
use crate::app::App;
use crate::consent::needed::needed;
use crate::i18n::Language;
use crate::model::{
    ConnectionName, EmailAddress, Identity, Invitation, Method, PersonalAccount, SessionId, SessionRecord, Tenant,
    TenantId, User, UserId, UserType,
};
use crate::session::permit::{Detour, judge};
use crate::snapshot::Snapshot;
use crate::storage::InstanceTask;

/// How it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// Gets in.
    GetsIn,
    /// Gets in after agreeing to what is listed.
    AfterAgreeing,
    /// Does not get in by this link; by the mail link of the invitation, yes.
    ByMailLinkOnly,
    /// Does not get in.
    No,
    /// The link leads nowhere, whoever opens it.
    LeadsNowhere,
}

/// One step of the decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Name of the step: `url`, `tenant`, `app`, `person`, `invitation`, `route`, `match`, `mailLink`, `consent`, `permit`.
    pub step: &'static str,
    /// Its heading in words.
    pub heading: String,
    /// What was decided, and why.
    pub found: String,
    /// Whether the way goes on from here.
    pub passes: bool,
}

/// The whole decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// Who.
    pub address: EmailAddress,
    /// Which link.
    pub url: String,
    /// How it ends.
    pub verdict: Verdict,
    /// The verdict in words.
    pub conclusion: String,
    /// The decision, step by step.
    pub findings: Vec<Finding>,
    /// What to do next.
    pub next: Vec<String>,
    /// The guest of the tenant whom the address names, if there is one.
    pub guest: Option<UserId>,
}

/// What to explain.
pub struct Question<'a> {
    /// Who.
    pub address: &'a EmailAddress,
    /// The link as it was given out.
    pub url: &'a str,
    /// The tenant that is assumed where a link keeps the tenant with the session (`query` mode).
    pub pinned: Option<TenantId>,
    /// Nothing about other tenants is told.
    pub only: Option<TenantId>,
    /// The language of the answer.
    pub language: &'a Language,
}

/// Explains. Reads what the journey would read; writes nothing, sends nothing, counts nothing.
pub async fn explain(app: &App, snapshot: Arc<Snapshot>, question: Question<'_>) -> Result<Explanation, SigninError> {
    let teller = Teller::new(question.language);
    let door = read_door(&app.settings, &app.urls, &snapshot, question.url, question.pinned);
    let foreign = |door: &Door| question.only.is_some_and(|only| only != door.tenant.id);
    let door = match door {
        Ok(door) if !foreign(&door) => door,
        // To an administrator another tenant's link is one that leads nowhere here.
        Ok(_) => return Ok(nowhere(&teller, &question, DoorFault::AnotherTenant)),
        Err(fault) => return Ok(nowhere(&teller, &question, fault)),
    };
    let case = Case::open(app, snapshot, question.address.clone(), &door).await?;
    let mut findings = vec![teller.door(&door)];
    if let Some(finding) = teller.app(&case.visit, &door) {
        findings.push(finding);
    }
    findings.push(teller.person(&case));
    if let (Some(invitation), Some(user)) = (&case.invitation, &case.guest)
        && user.is_pending()
    {
        findings.push(teller.invitation(invitation, app.clock.now()));
    }
    let direct = case.by_this_link().await?;
    findings.extend(teller.way(&case, &direct));
    let (verdict, more) = match &direct.user {
        Some(user) => case.once_signed_in(&teller, &direct, user, &door).await?,
        None => {
            let by_mail = case.by_mail_link().await?;
            let works = by_mail.as_ref().is_some_and(|way| way.user.is_some());
            let found = by_mail.map(|way| teller.mail_link(&case, &way)).into_iter().collect();
            (if works { Verdict::ByMailLinkOnly } else { Verdict::No }, found)
        }
    };
    findings.extend(more);
    let next = teller.next(&case, &door, verdict, &direct);
    Ok(Explanation {
        address: question.address.clone(),
        url: question.url.to_owned(),
        verdict,
        conclusion: teller.conclusion(verdict, &case.visit.tenant),
        findings,
        next,
        guest: case.guest.as_ref().map(|user| user.id),
    })
}

fn nowhere(teller: &Teller<'_>, question: &Question<'_>, fault: DoorFault) -> Explanation {
    Explanation {
        address: question.address.clone(),
        url: question.url.to_owned(),
        verdict: Verdict::LeadsNowhere,
        conclusion: teller.leads_nowhere(),
        findings: vec![teller.door_fault(fault)],
        next: vec![teller.right_link(fault)],
        guest: None,
    }
}

/// One person at one door.
pub(super) struct Case<'a> {
    app: &'a App,
    /// A visit of nobody's browser: without cookies, so that nobody is signed in.
    pub(super) visit: Visit,
    pub(super) address: EmailAddress,
    /// The member with this address.
    pub(super) member: Option<User>,
    /// The guest who was invited under this address.
    pub(super) guest: Option<User>,
    /// The guest's invitation.
    pub(super) invitation: Option<Invitation>,
    /// The personal account of the guest; of nobody else one is looked for (decision 4).
    pub(super) account: Option<PersonalAccount>,
}

/// How far somebody comes along one way.
pub(super) struct Way {
    /// The step that the dispatcher names first.
    pub(super) first: Step,
    /// How the person signs in, where somebody matches.
    pub(super) method: Option<Method>,
    /// Whether it takes *I signed in another way last time*.
    pub(super) another_way: bool,
    /// Who is let in.
    pub(super) user: Option<User>,
}

impl<'a> Case<'a> {
    async fn open(
        app: &'a App,
        snapshot: Arc<Snapshot>,
        address: EmailAddress,
        door: &Door,
    ) -> Result<Case<'a>, SigninError> {
        let tenant = Arc::clone(&door.tenant);
        let mut read = app.store.read(tenant.id).await?;
        let member = if tenant.owns(address.domain()) { read.member(&address).await? } else { None };
        let guest = read.guest_invited_as(&address).await?;
        let invitation = match (&door.destination, &guest) {
            (Destination::Invitation { id }, _) => read.invitation(id).await?,
            (_, Some(guest)) => read.invitation_of(guest.id).await?,
            _ => None,
        };
        let account = match &guest {
            Some(_) => {
                let mut accounts = app.store.begin_instance(InstanceTask::PersonalAccounts).await?;
                accounts.account_by_address(&address).await?
            }
            None => None,
        };
        let visit = Visit {
            snapshot,
            tenant,
            browser: String::new(),
            cookie: None,
            handle: None,
            device: None,
            ticket: Ticket::to(door.destination.clone()),
            host: app.settings.broker_host().to_owned(),
            network: String::new(),
            agent: None,
        };
        Ok(Self { app, visit, address, member, guest, invitation, account })
    }

    /// The link as it is. A mail link needs no address; elsewhere it is typed.
    async fn by_this_link(&self) -> Result<Way, SigninError> {
        match &self.visit.ticket.destination {
            Destination::Invitation { .. } => match &self.invitation {
                Some(invitation) => self.by_invitation(&self.visit, invitation).await,
                None => Ok(Way { first: Step::InvitationEnded, method: None, another_way: false, user: None }),
            },
            _ => self.by_direct_link().await,
        }
    }

    async fn by_direct_link(&self) -> Result<Way, SigninError> {
        let mut journey = Journey { address: Some(self.address.clone()), ..Journey::begin(self.app.clock.now()) };
        let first = self.step(&self.visit, &journey, None).await?;
        if first == Step::MemberPassword {
            let user = self.member.clone().filter(|member| member.account_enabled);
            return Ok(Way { first, method: Some(Method::MemberPassword), another_way: false, user });
        }
        if let Step::Federate(name) = &first
            && self.visit.tenant.owns(self.address.domain())
        {
            // The organization's own provider, whose people are members here.
            let user = self.member.clone().filter(|member| member.account_enabled);
            let method = Some(Method::Connection { name: name.clone() });
            return Ok(Way { first, method, another_way: false, user });
        }
        if let Some((method, user)) = self.try_step(&self.visit, &first, None).await? {
            return Ok(Way { first, method: Some(method), another_way: false, user: Some(user) });
        }
        // The page has *I signed in another way last time* where the domain leads away.
        journey.another_way = true;
        let other = self.step(&self.visit, &journey, None).await?;
        if other != first
            && let Some((method, user)) = self.try_step(&self.visit, &other, None).await?
        {
            return Ok(Way { first, method: Some(method), another_way: true, user: Some(user) });
        }
        Ok(Way { first, method: None, another_way: false, user: None })
    }

    /// The same person by the mail link of the invitation, if there is one.
    async fn by_mail_link(&self) -> Result<Option<Way>, SigninError> {
        if matches!(self.visit.ticket.destination, Destination::Invitation { .. }) {
            return Ok(None);
        }
        let Some(invitation) = self.invitation.as_ref().filter(|_| self.guest.is_some()) else { return Ok(None) };
        let ticket = Ticket::to(Destination::Invitation { id: invitation.id.clone() });
        let visit = Visit {
            snapshot: Arc::clone(&self.visit.snapshot),
            tenant: Arc::clone(&self.visit.tenant),
            browser: String::new(),
            cookie: None,
            handle: None,
            device: None,
            ticket,
            host: self.visit.host.clone(),
            network: String::new(),
            agent: None,
        };
        self.by_invitation(&visit, invitation).await.map(Some)
    }

    async fn by_invitation(&self, visit: &Visit, invitation: &Invitation) -> Result<Way, SigninError> {
        let journey = Journey::begin(self.app.clock.now());
        let first = self.step(visit, &journey, Some(invitation)).await?;
        let tried = self.try_step(visit, &first, Some(invitation)).await?;
        let (method, user) = tried.map_or((None, None), |(method, user)| (Some(method), Some(user)));
        Ok(Way { first, method, another_way: false, user })
    }

    async fn step(
        &self,
        visit: &Visit,
        journey: &Journey,
        invitation: Option<&Invitation>,
    ) -> Result<Step, SigninError> {
        let facts = gather(self.app, visit, journey, None, invitation).await?;
        Ok(step_of(visit, journey, &facts, invitation))
    }

    /// Tries every way that a step offers: who would be let in, had this person signed in so?
    async fn try_step(
        &self,
        visit: &Visit,
        step: &Step,
        invitation: Option<&Invitation>,
    ) -> Result<Option<(Method, User)>, SigninError> {
        for method in self.methods(visit, step) {
            // The mailbox of a personal account that is only made now was proved on the way.
            let Some(stranger) = self.stranger(visit, &method, step) else { continue };
            // A provider that vouches for no address has the mailbox proved beside it.
            let mailbox = stranger.verified.is_none().then_some(&self.address);
            let mut read = self.app.store.read(visit.tenant.id).await?;
            if let Some(user) =
                guest_of(self.app, read.as_mut(), visit, mailbox, invitation, &stranger, self.app.clock.now()).await?
            {
                return Ok(Some((method, user)));
            }
            // Whose own way was switched off proves the mailbox and is linked anew.
            if let Some(user) = lost_guest(read.as_mut(), visit, &self.address).await?
                && invitation.is_none_or(|invitation| invitation.user == user.id)
            {
                let (opened, claim) = (Opened::Link(invitation), Claim::of(&stranger, Some(&self.address)));
                let now = self.app.clock.now();
                if may_be_bound(read.as_mut(), Rules::of(self.app, visit), &user, opened, claim, now).await? {
                    return Ok(Some((method, user)));
                }
            }
        }
        Ok(None)
    }

    fn methods(&self, visit: &Visit, step: &Step) -> Vec<Method> {
        let connection = |name: &ConnectionName| Method::Connection { name: name.clone() };
        match step {
            Step::Federate(name) => vec![connection(name)],
            Step::HomeTenant(tenant) => vec![Method::Tenant { tenant: *tenant }],
            Step::PersonalPassword | Step::CreateAccount => vec![Method::PersonalAccount],
            Step::OfferCode(super::email_code::CodePurpose::CreateAccount) => vec![Method::PersonalAccount],
            Step::OfferCode(_) | Step::EnterCode(_) => vec![Method::OneTimePasscode],
            Step::Choose => {
                let ways = super::home_realm::ways(&visit.tenant);
                let own = [
                    ways.passcode.then_some(Method::OneTimePasscode),
                    ways.personal_account.then_some(Method::PersonalAccount),
                ];
                own.into_iter().flatten().chain(ways.social.iter().map(connection)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// This person, had they signed in by `method`; `None` where they cannot.
    fn stranger(&self, visit: &Visit, method: &Method, step: &Step) -> Option<Stranger> {
        let (issuer, known, vouched) = match method {
            Method::OneTimePasscode => (MAIL_ISSUER.to_owned(), Some(self.address.to_string()), true),
            Method::PersonalAccount => {
                let makes = matches!(step, Step::OfferCode(_) | Step::CreateAccount);
                let subject = self.account.as_ref().map(|account| account.id.to_string());
                if subject.is_none() && !makes {
                    return None;
                }
                (self.app.urls.personal_issuer(), subject, true)
            }
            Method::Tenant { tenant } => (self.app.urls.issuer(*tenant), None, true),
            Method::Connection { name } => {
                let connection = visit.tenant.connection(name)?;
                let vouched = connection.is_authoritative_for(self.address.domain());
                (connection.issuer.clone(), None, vouched)
            }
            Method::MemberPassword => return None,
        };
        // Somebody who signed in so before has the name there that was remembered.
        let bound = self.guest.as_ref().and_then(|guest| guest.identity.as_ref());
        let bound = bound.filter(|identity| identity.issuer == issuer).map(|identity| identity.subject.clone());
        Some(Stranger {
            identity: Identity { issuer, subject: known.or(bound).unwrap_or_default(), method: method.clone() },
            claimed: Some(self.address.clone()),
            verified: vouched.then(|| self.address.clone()),
            label: self.address.to_string(),
            name: None,
            signed_in_at: self.app.clock.now(),
            second_factor: None,
            authenticated_at: None,
            by_passkey: false,
            home: None,
        })
    }

    /// What comes after the sign-in: the documents, then the app.
    async fn once_signed_in(
        &self,
        teller: &Teller<'_>,
        way: &Way,
        user: &User,
        door: &Door,
    ) -> Result<(Verdict, Vec<Finding>), SigninError> {
        let (app, visit, now) = (self.app, &self.visit, self.app.clock.now());
        let record = self.record(way, user).await?;
        let facts = gather(app, visit, &Journey::begin(now), Some(&record), None).await?;
        if let Some(missing) = facts.lacks_for_admin {
            return Ok((Verdict::No, vec![teller.no_administrator(missing)]));
        }
        let mut found = Vec::new();
        let target = door.app();
        let open: Vec<String> = match user.user_type {
            UserType::Member => Vec::new(),
            UserType::Guest => needed(&visit.tenant, &record.acceptances, target, now)
                .map(|agreement| agreement.display_name.clone())
                .collect(),
        };
        let agrees = user.user_type == UserType::Guest && (!record.reviewed || !open.is_empty());
        if user.user_type == UserType::Guest {
            found.push(teller.consent(record.reviewed, &open));
        }
        let verdict = if agrees { Verdict::AfterAgreeing } else { Verdict::GetsIn };
        let Some(application) = target.and_then(|id| visit.snapshot.app(id)) else { return Ok((verdict, found)) };
        let may_use = may_use(&visit.tenant, &record, application.id);
        let judged = judge(application.id, &visit.tenant, Some(&record), now, &visit.snapshot);
        let passes = may_use && matches!(judged, Ok(()) | Err(Detour::Agree));
        found.push(teller.permit(&application.display_name, judged, may_use));
        Ok((if passes { verdict } else { Verdict::No }, found))
    }

    /// The session that this sign-in would open, with the facts as the directory has them.
    async fn record(&self, way: &Way, user: &User) -> Result<SessionRecord, SigninError> {
        let now = self.app.clock.now();
        let tenant: &Tenant = &self.visit.tenant;
        let identity = user.identity.clone().unwrap_or_else(|| Identity {
            issuer: String::new(),
            subject: String::new(),
            method: way.method.clone().unwrap_or(Method::MemberPassword),
        });
        let mut record = SessionRecord::begin(SessionId(uuid::Uuid::nil()), tenant, user, identity, now);
        let mut read = self.app.store.read(tenant.id).await?;
        fill(read.as_mut(), tenant, user, &mut record, now).await?;
        Ok(record)
    }
}
