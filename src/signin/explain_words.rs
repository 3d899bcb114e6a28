//! The words of an explanation: each finding as a sentence that says what was decided and why.

use super::Missing;
use super::advance::Visit;
use super::email_code::CodePurpose;
use super::explain::{Case, Finding, Verdict, Way};
use super::front_door::{Door, DoorFault, NamedBy};
use super::home_realm::ways;
use super::journey::Step;
use super::ticket::Destination;
use crate::i18n::Language;
use crate::model::{ExternalUserState, Invitation, InvitationState, Method, Tenant, Timestamp};
use crate::session::permit::Detour;

/// Says findings in one language.
pub(super) struct Teller<'a>(&'a Language);

impl<'a> Teller<'a> {
    pub(super) fn new(language: &'a Language) -> Self {
        Self(language)
    }

    fn say(&self, key: &str) -> String {
        self.0.say(key)
    }

    fn with(&self, key: &str, variables: &[(&str, &str)]) -> String {
        self.0.say_with(key, variables)
    }

    fn finding(&self, step: &'static str, heading: &str, found: String, passes: bool) -> Finding {
        Finding { step, heading: self.say(heading), found, passes }
    }

    /// The tenant, and how the link names it.
    pub(super) fn door(&self, door: &Door) -> Finding {
        let key = match door.by {
            NamedBy::Host => "explain-tenant-host",
            NamedBy::Path => "explain-tenant-path",
            NamedBy::Query => "explain-tenant-query",
            NamedBy::Pin => "explain-tenant-pin",
        };
        self.finding("tenant", "explain-tenant", self.with(key, &[("tenant", &door.tenant.display_name)]), true)
    }

    /// Why the link leads nowhere.
    pub(super) fn door_fault(&self, fault: DoorFault) -> Finding {
        let key = match fault {
            DoorFault::Shape => "explain-url-shape",
            DoorFault::Host => "explain-url-host",
            DoorFault::CommonUrl => "explain-url-common",
            DoorFault::UnknownTenant => "explain-url-unknown",
            DoorFault::TenantsDisagree => "explain-url-disagree",
            DoorFault::Path => "explain-url-path",
            DoorFault::Page => "explain-url-page",
            DoorFault::AnotherTenant => "explain-url-another",
        };
        self.finding("url", "explain-url", self.say(key), false)
    }

    /// What a link should look like instead.
    pub(super) fn right_link(&self, fault: DoorFault) -> String {
        self.say(match fault {
            DoorFault::AnotherTenant => "explain-next-another",
            DoorFault::Shape | DoorFault::Host | DoorFault::Page | DoorFault::Path => "explain-next-link",
            DoorFault::CommonUrl | DoorFault::UnknownTenant | DoorFault::TenantsDisagree => "explain-next-tenant",
        })
    }

    /// What lies behind the link.
    pub(super) fn app(&self, visit: &Visit, door: &Door) -> Option<Finding> {
        if door.is_admin() {
            return Some(self.finding("app", "explain-app", self.say("explain-app-admin"), true));
        }
        let Some(id) = door.app() else {
            let key = match door.destination {
                Destination::Invitation { .. } => "explain-app-invitation",
                _ => "explain-app-panel",
            };
            return Some(self.finding("app", "explain-app", self.say(key), true));
        };
        let app = visit.snapshot.app(id)?;
        let principal = visit.snapshot.service_principal(&visit.tenant, id)?;
        let key = if principal.assignment_required { "explain-app-assigned" } else { "explain-app-open" };
        Some(self.finding("app", "explain-app", self.with(key, &[("app", &app.display_name)]), true))
    }

    /// Who the address is here.
    pub(super) fn person(&self, case: &Case<'_>) -> Finding {
        let tenant = &case.visit.tenant;
        let address = case.address.to_string();
        let names = [("address", address.as_str()), ("tenant", tenant.display_name.as_str())];
        let found = |key: &str, passes| self.finding("person", "explain-person", self.with(key, &names), passes);
        if tenant.owns(case.address.domain()) {
            return match &case.member {
                Some(member) if member.account_enabled => found("explain-person-member", true),
                Some(_) => found("explain-person-member-blocked", false),
                None => found("explain-person-no-member", false),
            };
        }
        let Some(guest) = &case.guest else { return found("explain-person-nobody", false) };
        if !guest.account_enabled {
            return found("explain-person-blocked", false);
        }
        if !tenant.allows_domain(case.address.domain()) {
            return found("explain-person-domain", false);
        }
        match (guest.external_user_state, &guest.mail) {
            (Some(ExternalUserState::Accepted), _) => found("explain-person-accepted", true),
            (_, Some(_)) => found("explain-person-pending", true),
            (_, None) => found("explain-person-no-mail", true),
        }
    }

    /// Where the invitation stands.
    pub(super) fn invitation(&self, invitation: &Invitation, now: Timestamp) -> Finding {
        let (key, passes) = match invitation.state {
            InvitationState::Revoked => ("explain-invitation-revoked", false),
            InvitationState::Accepted => ("explain-invitation-accepted", true),
            _ if !invitation.link_works(now) => ("explain-invitation-ended", false),
            InvitationState::Declined => ("explain-invitation-declined", true),
            InvitationState::Bounced => ("explain-invitation-bounced", true),
            InvitationState::Pending | InvitationState::Expired => ("explain-invitation-pending", true),
        };
        self.finding("invitation", "explain-invitation", self.with(key, &[("inviter", &invitation.inviter)]), passes)
    }

    /// The step that comes first by this link, and whom it lets in.
    pub(super) fn way(&self, case: &Case<'_>, way: &Way) -> Vec<Finding> {
        let route = self.finding("route", "explain-route", self.step(case, &way.first), !is_end(&way.first));
        let matched = match (&way.user, &way.method) {
            (Some(_), Some(method)) => {
                let key = if way.another_way { "explain-match-another" } else { "explain-match" };
                self.finding(
                    "match",
                    "explain-matched",
                    self.with(key, &[("method", &self.method(case, method))]),
                    true,
                )
            }
            _ => self.finding("match", "explain-matched", self.why_nobody(case, &way.first), false),
        };
        vec![route, matched]
    }

    /// What the dispatcher does first.
    fn step(&self, case: &Case<'_>, step: &Step) -> String {
        let tenant = &case.visit.tenant;
        match step {
            Step::Federate(name) => {
                let shown = tenant.connection(name).map_or_else(|| name.to_string(), |one| one.display_name.clone());
                self.with("explain-step-federate", &[("name", &shown), ("domain", case.address.domain().as_str())])
            }
            Step::HomeTenant(id) => {
                let home = case.visit.snapshot.tenant(*id).map(|home| home.display_name.clone()).unwrap_or_default();
                self.with("explain-step-home", &[("name", &home), ("domain", case.address.domain().as_str())])
            }
            Step::Choose => self.choices(case),
            Step::MemberPassword => self.say("explain-step-member"),
            Step::PersonalPassword => self.say("explain-step-account"),
            Step::OfferCode(CodePurpose::CreateAccount) | Step::CreateAccount => self.say("explain-step-create"),
            Step::OfferCode(_) | Step::EnterCode(_) => self.say("explain-step-code"),
            Step::InvitationEnded => self.say("explain-step-ended"),
            Step::NoWay => self.say("explain-step-no-way"),
            _ => self.say("explain-step-ask"),
        }
    }

    /// The page that is the same for every address.
    fn choices(&self, case: &Case<'_>) -> String {
        let ways = ways(&case.visit.tenant);
        let buttons = ways.social.iter().filter_map(|name| case.visit.tenant.connection(name));
        let offered: Vec<String> = [
            ways.passcode.then(|| self.say("explain-way-code")),
            ways.personal_account.then(|| self.say("explain-way-account")),
        ]
        .into_iter()
        .flatten()
        .chain(buttons.map(|connection| connection.display_name.clone()))
        .collect();
        let off: Vec<String> = [
            (!ways.passcode).then(|| self.say("explain-way-code")),
            (!ways.personal_account).then(|| self.say("explain-way-account")),
        ]
        .into_iter()
        .flatten()
        .collect();
        let (offered, off) = (offered.join(", "), off.join(", "));
        let key = if off.is_empty() { "explain-step-choose" } else { "explain-step-choose-without" };
        self.with(key, &[("ways", &offered), ("off", &off)])
    }

    fn method(&self, case: &Case<'_>, method: &Method) -> String {
        match method {
            Method::Connection { name } => {
                let connection = case.visit.tenant.connection(name);
                connection.map_or_else(|| name.to_string(), |connection| connection.display_name.clone())
            }
            Method::Tenant { tenant } => {
                case.visit.snapshot.tenant(*tenant).map(|home| home.display_name.clone()).unwrap_or_default()
            }
            Method::PersonalAccount => self.say("explain-way-account"),
            Method::OneTimePasscode => self.say("explain-way-code"),
            Method::MemberPassword => self.say("explain-way-password"),
        }
    }

    /// Why nobody is let in by this link.
    fn why_nobody(&self, case: &Case<'_>, first: &Step) -> String {
        let Some(guest) = &case.guest else { return self.say("explain-nobody-here") };
        if matches!(first, Step::InvitationEnded) {
            return self.say("explain-nobody-ended");
        }
        if !guest.account_enabled {
            return self.say("explain-nobody-blocked");
        }
        if !case.visit.tenant.allows_domain(case.address.domain()) {
            return self.say("explain-nobody-domain");
        }
        if let Some(identity) = &guest.identity {
            return self.with("explain-nobody-bound", &[("method", &self.method(case, &identity.method))]);
        }
        if guest.mail.is_none() {
            return self.say("explain-nobody-no-mail");
        }
        let ways = ways(&case.visit.tenant);
        if matches!(first, Step::Choose) && ways.personal_account && case.account.is_none() {
            return self.say("explain-nobody-no-account");
        }
        self.say("explain-nobody")
    }

    /// What the mail link would do for the same person.
    pub(super) fn mail_link(&self, case: &Case<'_>, way: &Way) -> Finding {
        let step = self.step(case, &way.first);
        let key = if way.user.is_some() { "explain-mail-works" } else { "explain-mail-fails" };
        self.finding("mailLink", "explain-mail", self.with(key, &[("step", &step)]), way.user.is_some())
    }

    /// What is left to agree to.
    pub(super) fn consent(&self, reviewed: bool, open: &[String]) -> Finding {
        let documents = open.join(", ");
        let (key, passes) = match (reviewed, open.is_empty()) {
            (true, true) => ("explain-consent-done", true),
            (false, true) => ("explain-consent-review", true),
            (true, false) => ("explain-consent-terms", true),
            (false, false) => ("explain-consent-both", true),
        };
        self.finding("consent", "explain-consent", self.with(key, &[("documents", &documents)]), passes)
    }

    /// What the permit says about the app.
    pub(super) fn permit(&self, app: &str, judged: Result<(), Detour>, may_use: bool) -> Finding {
        let (key, passes) = match judged {
            _ if !may_use => ("explain-permit-not-assigned", false),
            Ok(()) => ("explain-permit-passes", true),
            Err(Detour::SecondFactor) => ("explain-permit-second-factor", true),
            Err(Detour::Agree) => ("explain-permit-agree", true),
            Err(Detour::NotAssigned) => ("explain-permit-not-assigned", false),
            Err(Detour::SignIn | Detour::NoSuchTenant) => ("explain-permit-no", false),
        };
        self.finding("permit", "explain-permit", self.with(key, &[("app", app)]), passes)
    }

    /// Who does not administer.
    pub(super) fn no_administrator(&self, missing: Missing) -> Finding {
        let key = match missing {
            Missing::Role => "explain-admin-role",
            Missing::SecondFactor => "explain-admin-factor",
        };
        self.finding("permit", "explain-permit", self.say(key), false)
    }

    /// The verdict.
    pub(super) fn conclusion(&self, verdict: Verdict, tenant: &Tenant) -> String {
        let key = match verdict {
            Verdict::GetsIn => "explain-gets-in",
            Verdict::AfterAgreeing => "explain-after-agreeing",
            Verdict::ByMailLinkOnly => "explain-by-mail-only",
            Verdict::No => "explain-no",
            Verdict::LeadsNowhere => "explain-leads-nowhere",
        };
        self.with(key, &[("tenant", &tenant.display_name)])
    }

    /// The verdict about a link that leads nowhere.
    pub(super) fn leads_nowhere(&self) -> String {
        self.say("explain-leads-nowhere")
    }

    /// What somebody can do about it.
    pub(super) fn next(&self, case: &Case<'_>, door: &Door, verdict: Verdict, way: &Way) -> Vec<String> {
        let tenant = &case.visit.tenant;
        let domain = tenant.primary_domain().map(ToString::to_string).unwrap_or_default();
        let address = case.address.to_string();
        let names = [("address", address.as_str()), ("domain", domain.as_str())];
        let app = door.app().and_then(|id| case.visit.snapshot.app(id)).map(|app| app.display_name.clone());
        let key = match verdict {
            Verdict::GetsIn => return Vec::new(),
            Verdict::AfterAgreeing => "explain-next-agree",
            Verdict::ByMailLinkOnly => "explain-next-resend",
            Verdict::LeadsNowhere => "explain-next-link",
            Verdict::No if door.is_admin() => "explain-next-admin",
            Verdict::No if way.user.is_some() => {
                let app = app.unwrap_or_default();
                return vec![
                    self.with("explain-next-assign", &[("app", &app), ("address", &address), ("domain", &domain)]),
                ];
            }
            Verdict::No if tenant.owns(case.address.domain()) => "explain-next-member",
            Verdict::No => match &case.guest {
                None => "explain-next-invite",
                Some(guest) if !guest.account_enabled => "explain-next-unblock",
                Some(_) if !tenant.allows_domain(case.address.domain()) => "explain-next-domain",
                Some(_) if matches!(way.first, Step::InvitationEnded) => "explain-next-resend",
                Some(guest) if guest.identity.is_some() => "explain-next-reset",
                Some(_) => "explain-next-ways",
            },
        };
        vec![self.with(key, &names)]
    }
}

/// Whether a step ends the way.
fn is_end(step: &Step) -> bool {
    matches!(step, Step::NoWay | Step::InvitationEnded | Step::DeadEnd | Step::NotAssigned)
}
