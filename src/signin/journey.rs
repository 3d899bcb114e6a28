//! The journey and its one dispatcher: from what is known, what comes next.

use serde::{Deserialize, Serialize};

use super::administrator::Missing;
use super::email_code::CodePurpose;
use super::home_realm::{Route, Ways};
use crate::guests::change_sign_in::Permit;
use crate::model::{
    AgreementId, AppId, ConnectionName, EmailAddress, HomeSession, Identity, Method, RouteOverride, SecondFactorMethod,
    TenantId, Timestamp, UserId, UserType, VerifiedAddress,
};

/// One sign-in in progress: a browser at a tenant. It holds what was typed and proved, and never says by itself that
/// anybody may pass: only [`next_step`] does, from facts read afresh.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journey {
    /// When it began; it slides, to an hour at most.
    pub started_at: Timestamp,
    /// The address that was typed or hinted. Proves nothing.
    pub address: Option<EmailAddress>,
    /// What the guest chose where there is a choice.
    pub chosen: Option<Chosen>,
    /// A code was sent and is waited for.
    pub code: Option<CodePurpose>,
    /// A mailbox that was proved in this journey.
    pub mailbox: Option<VerifiedAddress>,
    /// Somebody signed in who could not be matched with a guest.
    pub stranger: Option<Stranger>,
    /// The guest asked to be somebody else, so the provider must show its account chooser.
    pub switching: bool,
    /// The provider would not show its account chooser; the next try asks it for a new sign-in instead.
    #[serde(default)]
    pub chooser_refused: bool,
    /// The person must sign in anew, however long ago it was: the provider has to ask for its password again.
    #[serde(default)]
    pub anew: bool,
    /// The password of a personal account was forgotten.
    #[serde(default)]
    pub reset: Option<Reset>,
    /// The guest says to have signed in another way than the domain leads.
    #[serde(default)]
    pub another_way: bool,
    /// The hint of the link has led away once. If the browser is back without having signed in, the address is asked for:
    /// a wrong hint must never be a trap.
    #[serde(default)]
    pub hint_spent: bool,
    /// Where a hint led inside this instance: a member who is signed in there by now is recognized without it.
    #[serde(default)]
    pub went_abroad: Option<TenantId>,
    /// A guest is about to sign in another way from now on. It is this journey's alone: no other link, tab or browser has it.
    #[serde(default)]
    pub change: Option<Permit>,
}

/// A new password for a personal account whose old one, or whose passkey, is lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reset {
    /// Asked for; proves nothing.
    Asked,
    /// The mailbox of the account was proved, for this and nothing else (attack row B17).
    Proved(VerifiedAddress),
}

/// A choice on the page that is the same for every address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "way", rename_all = "snake_case")]
pub enum Chosen {
    /// A code by mail.
    Code,
    /// The password of a personal account.
    PersonalAccount,
    /// A social provider.
    Social {
        /// Its connection.
        connection: ConnectionName,
        /// Whether to make an account there first.
        #[serde(default)]
        create: bool,
    },
}

/// Somebody proved who they are, and no guest of this tenant is that person (yet).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stranger {
    /// Who.
    pub identity: Identity,
    /// The address that was proved with the sign-in, if one was.
    pub verified: Option<EmailAddress>,
    /// The address that came with the sign-in, proved or not.
    #[serde(default)]
    pub claimed: Option<EmailAddress>,
    /// What to show on pages: an address or a name.
    pub label: String,
    /// Display name.
    pub name: Option<String>,
    /// When.
    pub signed_in_at: Timestamp,
    /// The second factor that was shown with the sign-in, if one was.
    #[serde(default)]
    pub second_factor: Option<SecondFactorMethod>,
    /// When a secret was last shown, if that was before the sign-in: a provider may have remembered somebody.
    #[serde(default)]
    pub authenticated_at: Option<Timestamp>,
    /// Whether a passkey of ours stood in for the password.
    #[serde(default)]
    pub by_passkey: bool,
    /// The session at the home organization behind it, where an ID token told of one.
    #[serde(default)]
    pub home: Option<HomeSession>,
}

impl Journey {
    /// A journey that begins at `now`.
    pub fn begin(now: Timestamp) -> Self {
        Self {
            started_at: now,
            address: None,
            chosen: None,
            code: None,
            mailbox: None,
            stranger: None,
            switching: false,
            chooser_refused: false,
            anew: false,
            reset: None,
            another_way: false,
            hint_spent: false,
            went_abroad: None,
            change: None,
        }
    }

    /// Is about `address` from now on. What was chosen, sent or proved for another one goes with it.
    pub fn is_about(&mut self, address: EmailAddress) {
        *self = Self {
            started_at: self.started_at,
            address: Some(address),
            switching: self.switching,
            chooser_refused: self.chooser_refused,
            anew: self.anew,
            change: self.change.take(),
            ..Self::begin(self.started_at)
        };
    }

    /// Forgets who it was, so that somebody else can sign in.
    pub fn switch(&mut self) {
        let change = self.change.take();
        *self = Self { started_at: self.started_at, switching: true, change, ..Self::begin(self.started_at) };
    }

    /// Whether whoever signs in here is asked to be the guest's new way to sign in.
    pub fn changes_sign_in(&self, now: Timestamp) -> bool {
        self.permit(now).is_some()
    }

    /// What lets a guest change how they sign in, as long as it counts.
    pub fn permit(&self, now: Timestamp) -> Option<&Permit> {
        self.change.as_ref().filter(|permit| permit.is_live(now))
    }
}

/// What the dispatcher decides by. Read afresh at each step; nothing in it comes from the browser.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Now.
    pub now: Timestamp,
    /// The live session of this browser in this tenant.
    pub session: Option<SessionFacts>,
    /// The invitation whose mail link was opened.
    pub invitation: Option<InvitationFacts>,
    /// Where the domain of the address leads, by this tenant's settings alone.
    pub route: Option<Route>,
    /// The ways that this tenant has on.
    pub ways: Ways,
    /// The app at the end of the way, if it is one.
    pub app: Option<AppId>,
    /// Whether the address lies in a verified domain of this very tenant.
    pub own_domain: bool,
    /// The first agreement that is in force and was not accepted in its current version.
    pub needed: Option<AgreementId>,
    /// The mailbox that whoever signed in still has to prove, to be matched with a guest.
    pub to_prove: Option<EmailAddress>,
    /// Whether whoever signed in came with the invited address itself.
    pub claims_invited: bool,
    /// What whoever is signed in lacks for the admin pages, where those are at the end of the way.
    pub lacks_for_admin: Option<Missing>,
    /// Whether whoever signed in may become the guest's new way to sign in, where a guest is about to change it.
    pub change: Option<bool>,
}

impl Facts {
    /// Knows nothing yet but the time.
    pub fn at(now: Timestamp) -> Self {
        Self {
            now,
            session: None,
            invitation: None,
            route: None,
            ways: Ways::default(),
            app: None,
            own_domain: false,
            needed: None,
            to_prove: None,
            claims_invited: false,
            lacks_for_admin: None,
            change: None,
        }
    }
}

/// The part of a session that the dispatcher looks at.
#[derive(Clone, Debug)]
pub struct SessionFacts {
    /// Who.
    pub user: UserId,
    /// Guest or member.
    pub user_type: UserType,
    /// Whether *Review permissions* is done.
    pub reviewed: bool,
    /// Whether this user may use the app at the end of the way.
    pub may_use_app: bool,
    /// Where the second factor stands.
    pub second_factor: SecondFactorFacts,
    /// Whether the OIDC client at the end of the way may not yet learn who this is.
    pub client_consent: bool,
}

/// Where the second factor of a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactorFacts {
    /// None is demanded, or one was shown in this session.
    Settled,
    /// One is demanded and registered, and was not shown.
    ToShow,
    /// One is demanded, and none is registered.
    ToRegister,
}

/// The part of an invitation that the dispatcher looks at.
#[derive(Clone, Debug)]
pub struct InvitationFacts {
    /// The guest it is for.
    pub user: UserId,
    /// The invited address.
    pub address: EmailAddress,
    /// Whether its link still opens the door.
    pub link_works: bool,
    /// How the guest signed in before, if already bound in a way that still exists.
    pub bound: Option<Method>,
    /// How the inviter wants the guest to sign in.
    pub wanted: Option<RouteOverride>,
    /// Whether a personal account exists for the address; known here because the holder of the mail link may learn it.
    pub account_exists: bool,
    /// Whether an alias may redeem it.
    pub alias_allowed: bool,
}

/// What comes next. Exactly one of these is true of any journey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Type an address.
    AskAddress,
    /// Choose a way; the page is the same for every address.
    Choose,
    /// Sign in at an identity provider.
    Federate(ConnectionName),
    /// Sign in at another tenant of this instance.
    HomeTenant(TenantId),
    /// A member types the password.
    MemberPassword,
    /// The password of a personal account.
    PersonalPassword,
    /// Press *Send code*.
    OfferCode(CodePurpose),
    /// Type the code.
    EnterCode(CodePurpose),
    /// Make a personal account.
    CreateAccount,
    /// Choose a new password for a personal account whose mailbox was proved.
    NewPassword,
    /// Show a second factor.
    SecondFactor,
    /// Register a second factor.
    EnrollSecondFactor,
    /// Signed in as somebody else than was invited.
    WrongAccount,
    /// Signed in under another address than was invited, which this tenant does not allow.
    AliasRefused,
    /// Signed in, and asked whether this is how the guest signs in from now on.
    ConfirmChange {
        /// Whether this identity may be it.
        welcome: bool,
    },
    /// Signed in, and not a guest here.
    DeadEnd,
    /// The link of the invitation ended.
    InvitationEnded,
    /// This tenant offers no way for this address.
    NoWay,
    /// A guest here, but not for this app.
    NotAssigned,
    /// Signed in, and not let into the admin pages.
    NoAdministrator(Missing),
    /// *Review permissions*.
    Review,
    /// Terms of use.
    Terms(AgreementId),
    /// What somebody else's application is told.
    ClientConsent,
    /// Everything is proved and agreed.
    Arrived,
}

/// How long a proof of a mailbox counts within its journey.
const MAILBOX_PROOF: std::time::Duration = std::time::Duration::from_secs(10 * 60);

impl Journey {
    /// The mailbox proved in this journey, while the proof is fresh.
    pub fn proved_mailbox(&self, now: Timestamp) -> Option<&EmailAddress> {
        self.mailbox.as_ref().filter(|proof| now.since(proof.at()) < MAILBOX_PROOF).map(VerifiedAddress::address)
    }

    /// The mailbox proved for a new password, while the proof is fresh.
    pub fn proved_for_reset(&self, now: Timestamp) -> Option<&EmailAddress> {
        match &self.reset {
            Some(Reset::Proved(proof)) if now.since(proof.at()) < MAILBOX_PROOF => Some(proof.address()),
            Some(Reset::Proved(_) | Reset::Asked) | None => None,
        }
    }
}

impl Journey {
    /// When the mailbox was proved for a new password.
    pub fn reset_proved_at(&self) -> Option<Timestamp> {
        match &self.reset {
            Some(Reset::Proved(proof)) => Some(proof.at()),
            Some(Reset::Asked) | None => None,
        }
    }
}

/// The dispatcher. Every door and every page leads here and nowhere else (attack row B18).
pub fn next_step(journey: &Journey, facts: &Facts) -> Step {
    if let Some(session) = &facts.session {
        return signed_in(session, facts);
    }
    // Never at an invitation, whoever may change what.
    if let (None, Some(welcome), Some(_)) = (&facts.invitation, facts.change, &journey.stranger) {
        return Step::ConfirmChange { welcome };
    }
    if let Some(invitation) = &facts.invitation {
        return by_mail_link(journey, invitation, facts);
    }
    if journey.stranger.is_some() {
        return if facts.to_prove.is_some() { code(journey, CodePurpose::Redeem) } else { Step::DeadEnd };
    }
    if journey.address.is_none() {
        // A link may name the domain alone.
        return facts.route.as_ref().map_or(Step::AskAddress, follow);
    }
    if facts.own_domain {
        // A member: at the organization's own provider, if it named one for its domain, and by nothing else then.
        return match &facts.route {
            Some(route) => follow(route),
            None if facts.ways.member_password => Step::MemberPassword,
            None => Step::NoWay,
        };
    }
    match (&journey.chosen, &facts.route) {
        (None, Some(_)) if journey.another_way && !facts.ways.is_empty() => Step::Choose,
        (None, Some(route)) => follow(route),
        (None, None) if facts.ways.is_empty() => Step::NoWay,
        (None, None) => Step::Choose,
        (Some(Chosen::Code), _) if facts.ways.passcode => code(journey, CodePurpose::SignIn),
        (Some(Chosen::PersonalAccount), _) if facts.ways.personal_account => {
            personal(journey, journey.address.as_ref(), facts)
        }
        (Some(Chosen::Social { connection, .. }), _) if facts.ways.social.contains(connection) => {
            Step::Federate(connection.clone())
        }
        // What was chosen has been switched off meanwhile.
        (Some(_), Some(route)) => follow(route),
        (Some(_), None) if facts.ways.is_empty() => Step::NoWay,
        (Some(_), None) => Step::Choose,
    }
}

/// Somebody is signed in: the right person, then the documents, then the app.
fn signed_in(session: &SessionFacts, facts: &Facts) -> Step {
    if facts.invitation.as_ref().is_some_and(|invitation| invitation.user != session.user) {
        return Step::WrongAccount;
    }
    if facts.lacks_for_admin == Some(Missing::Role) {
        return Step::NoAdministrator(Missing::Role);
    }
    match session.second_factor {
        SecondFactorFacts::Settled => {}
        SecondFactorFacts::ToShow => return Step::SecondFactor,
        SecondFactorFacts::ToRegister => return Step::EnrollSecondFactor,
    }
    // Before the documents: nobody agrees to anything for pages that stay closed.
    if let Some(missing) = facts.lacks_for_admin {
        return Step::NoAdministrator(missing);
    }
    if session.user_type == UserType::Guest {
        if !session.reviewed {
            return Step::Review;
        }
        if let Some(agreement) = facts.needed {
            return Step::Terms(agreement);
        }
    }
    if facts.app.is_some() && !session.may_use_app {
        return Step::NotAssigned;
    }
    if session.client_consent { Step::ClientConsent } else { Step::Arrived }
}

/// The mail link: nothing is typed, and the guest's own objects may be looked at. It proves nothing (DF1).
fn by_mail_link(journey: &Journey, invitation: &InvitationFacts, facts: &Facts) -> Step {
    if !invitation.link_works {
        return Step::InvitationEnded;
    }
    if journey.stranger.is_some() {
        return other_identity(journey, invitation, facts);
    }
    match &invitation.bound {
        Some(Method::Connection { name }) => return Step::Federate(name.clone()),
        Some(Method::Tenant { tenant }) => return Step::HomeTenant(*tenant),
        Some(Method::PersonalAccount) if facts.ways.personal_account => {
            return personal(journey, Some(&invitation.address), facts);
        }
        Some(Method::OneTimePasscode) if facts.ways.passcode => return code(journey, CodePurpose::SignIn),
        Some(_) | None => {}
    }
    match &invitation.wanted {
        Some(RouteOverride::Connection { name }) => return Step::Federate(name.clone()),
        Some(RouteOverride::Passcode) => return code(journey, CodePurpose::SignIn),
        Some(RouteOverride::PersonalAccount) => return personal_account(journey, invitation, facts),
        None => {}
    }
    match &journey.chosen {
        Some(Chosen::Social { connection, .. }) if facts.ways.social.contains(connection) => {
            return Step::Federate(connection.clone());
        }
        _ => {}
    }
    if let Some(route) = &facts.route {
        return follow(route);
    }
    match &journey.chosen {
        Some(Chosen::Code) if facts.ways.passcode => return code(journey, CodePurpose::SignIn),
        Some(Chosen::PersonalAccount) if facts.ways.personal_account => {
            return personal_account(journey, invitation, facts);
        }
        _ => {}
    }
    if !facts.ways.social.is_empty() {
        return Step::Choose;
    }
    if facts.ways.personal_account && invitation.account_exists {
        return personal(journey, Some(&invitation.address), facts);
    }
    if facts.ways.passcode {
        return code(journey, CodePurpose::SignIn);
    }
    if facts.ways.personal_account { personal_account(journey, invitation, facts) } else { Step::NoWay }
}

/// Somebody signed in through the mail link, and it is not (yet) the guest.
fn other_identity(journey: &Journey, invitation: &InvitationFacts, facts: &Facts) -> Step {
    match facts.to_prove {
        None => Step::WrongAccount,
        // The provider names the invited address itself, and only the proof is missing.
        Some(_) if facts.claims_invited => code(journey, CodePurpose::Redeem),
        Some(_) if !invitation.alias_allowed => Step::AliasRefused,
        Some(_) if journey.code == Some(CodePurpose::Redeem) => Step::EnterCode(CodePurpose::Redeem),
        Some(_) => Step::WrongAccount,
    }
}

/// A personal account: the one that exists, or one that is made once the mailbox is proved.
fn personal_account(journey: &Journey, invitation: &InvitationFacts, facts: &Facts) -> Step {
    if invitation.account_exists {
        return Step::PersonalPassword;
    }
    let proved = journey.proved_mailbox(facts.now) == Some(&invitation.address);
    if proved { Step::CreateAccount } else { code(journey, CodePurpose::CreateAccount) }
}

fn follow(route: &Route) -> Step {
    match route {
        Route::Tenant(tenant) => Step::HomeTenant(*tenant),
        Route::Connection(name) => Step::Federate(name.clone()),
    }
}

/// The password of a personal account, or the way to a new one: first the mailbox, then the password, in no other order.
fn personal(journey: &Journey, address: Option<&EmailAddress>, facts: &Facts) -> Step {
    match &journey.reset {
        None => Step::PersonalPassword,
        Some(_) if journey.proved_for_reset(facts.now).is_some_and(|proved| Some(proved) == address) => {
            Step::NewPassword
        }
        Some(_) => code(journey, CodePurpose::ResetPassword),
    }
}

fn code(journey: &Journey, purpose: CodePurpose) -> Step {
    if journey.code == Some(purpose) { Step::EnterCode(purpose) } else { Step::OfferCode(purpose) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::model::EmailAddress;

    fn address(local: &str) -> EmailAddress {
        format!("{local}@fabrikam.example").parse().unwrap()
    }

    fn user(n: u128) -> UserId {
        UserId::new(Uuid::from_u128(n))
    }

    prop_compose! {
        fn any_ways()(passcode: bool, personal_account: bool, social: bool, member_password: bool) -> Ways {
            let social = if social { vec!["sociable".parse().unwrap()] } else { vec![] };
            Ways { passcode, personal_account, social, member_password }
        }
    }

    prop_compose! {
        fn any_session()(
            id in 0_u128..3, member: bool, reviewed: bool, may_use_app: bool,
            second_factor in proptest::sample::select(vec![
                SecondFactorFacts::Settled, SecondFactorFacts::ToShow, SecondFactorFacts::ToRegister
            ]),
        ) -> SessionFacts {
            let user_type = if member { UserType::Member } else { UserType::Guest };
            SessionFacts { user: user(id), user_type, reviewed, may_use_app, second_factor, client_consent: false }
        }
    }

    fn any_method() -> impl Strategy<Value = Method> {
        prop_oneof![
            Just(Method::Connection { name: "fabrikam".parse().unwrap() }),
            Just(Method::Tenant { tenant: TenantId::new(Uuid::from_u128(9)) }),
            Just(Method::PersonalAccount),
            Just(Method::OneTimePasscode),
        ]
    }

    prop_compose! {
        fn any_invitation()(
            id in 0_u128..3, link_works: bool, bound in proptest::option::of(any_method()), account_exists: bool,
            alias_allowed: bool, wanted in proptest::option::of(any_wanted()),
        ) -> InvitationFacts {
            let address = address("guest");
            InvitationFacts { user: user(id), address, link_works, bound, wanted, account_exists, alias_allowed }
        }
    }

    fn any_wanted() -> impl Strategy<Value = RouteOverride> {
        prop_oneof![
            Just(RouteOverride::Connection { name: "wanted".parse().unwrap() }),
            Just(RouteOverride::Passcode),
            Just(RouteOverride::PersonalAccount),
        ]
    }

    fn any_route() -> impl Strategy<Value = Route> {
        prop_oneof![
            Just(Route::Tenant(TenantId::new(Uuid::from_u128(9)))),
            Just(Route::Connection("fabrikam".parse().unwrap())),
        ]
    }

    prop_compose! {
        fn any_facts()(
            session in proptest::option::of(any_session()),
            invitation in proptest::option::of(any_invitation()),
            route in proptest::option::of(any_route()),
            ways in any_ways(),
            app: bool,
            own_domain: bool,
            needed: bool,
            to_prove: bool,
            claims_invited: bool,
            lacks_for_admin in proptest::option::of(prop_oneof![Just(Missing::Role), Just(Missing::SecondFactor)]),
            change in proptest::option::weighted(0.2, any::<bool>()),
        ) -> Facts {
            // What the inviter wants is told to the dispatcher only while it is on.
            let on = |wanted: &RouteOverride| match wanted {
                RouteOverride::Connection { .. } => true,
                RouteOverride::Passcode => ways.passcode,
                RouteOverride::PersonalAccount => ways.personal_account,
            };
            let invitation = invitation
                .map(|facts: InvitationFacts| InvitationFacts { wanted: facts.wanted.filter(on), ..facts });
            Facts {
                now: Timestamp::from_seconds(1_800_000_000),
                session,
                invitation,
                route,
                ways,
                app: app.then(|| AppId::new(Uuid::from_u128(77))),
                own_domain,
                needed: needed.then(|| AgreementId::new(Uuid::from_u128(78))),
                to_prove: to_prove.then(|| address("guest")),
                claims_invited,
                lacks_for_admin,
                change,
            }
        }
    }

    fn any_chosen() -> impl Strategy<Value = Chosen> {
        prop_oneof![
            Just(Chosen::Code),
            Just(Chosen::PersonalAccount),
            Just(Chosen::Social { connection: "sociable".parse().unwrap(), create: false }),
            Just(Chosen::Social { connection: "sociable".parse().unwrap(), create: true }),
            Just(Chosen::Social { connection: "gone".parse().unwrap(), create: false }),
        ]
    }

    prop_compose! {
        fn any_journey()(
            typed: bool,
            chosen in proptest::option::of(any_chosen()),
            code in proptest::option::of(prop_oneof![
                Just(CodePurpose::SignIn), Just(CodePurpose::Redeem), Just(CodePurpose::CreateAccount),
                Just(CodePurpose::ResetPassword)
            ]),
            mailbox in proptest::option::of(prop_oneof![Just("guest"), Just("somebody")]),
            stranger: bool,
            switching: bool,
            reset in proptest::option::of(proptest::option::of((prop_oneof![Just("guest"), Just("somebody")], 0_u64..1_200))),
            another_way: bool,
            hint_spent: bool,
        ) -> Journey {
            let now = Timestamp::from_seconds(1_800_000_000);
            Journey {
                started_at: now,
                address: typed.then(|| address("guest")),
                chosen,
                code,
                mailbox: mailbox.map(|local| VerifiedAddress::proved(address(local), now)),
                stranger: stranger.then(|| Stranger {
                    identity: Identity {
                        issuer: "https://login.fabrikam.example".into(),
                        subject: "7".into(),
                        method: Method::OneTimePasscode,
                    },
                    verified: None,
                    claimed: None,
                    label: "colleague@fabrikam.example".into(),
                    name: None,
                    signed_in_at: now,
                    second_factor: None,
                    authenticated_at: None,
                    by_passkey: false,
                    home: None,
                }),
                switching,
                chooser_refused: false,
                anew: false,
                reset: reset.map(|proved| match proved {
                    None => Reset::Asked,
                    Some((local, ago)) => {
                        let at = Timestamp::from_seconds(1_800_000_000 - i64::try_from(ago).unwrap());
                        Reset::Proved(VerifiedAddress::proved(address(local), at))
                    }
                }),
                another_way,
                hint_spent,
                went_abroad: None,
                change: None,
            }
        }
    }

    /// What must be true of anybody who arrives. Written apart from the dispatcher, as the rule it has to keep.
    fn may_arrive(facts: &Facts) -> bool {
        let Some(session) = &facts.session else { return false };
        let right_person = facts.invitation.as_ref().is_none_or(|invitation| invitation.user == session.user);
        let agreed = session.user_type == UserType::Member || (session.reviewed && facts.needed.is_none());
        let shown = session.second_factor == SecondFactorFacts::Settled;
        let administers = facts.lacks_for_admin.is_none();
        right_person && shown && agreed && administers && (facts.app.is_none() || session.may_use_app)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn b18_nobody_arrives_without_sign_in_proof_and_consent(journey in any_journey(), facts in any_facts()) {
            let arrived = next_step(&journey, &facts) == Step::Arrived;
            prop_assert_eq!(arrived, may_arrive(&facts), "{:?} {:?}", journey, facts);
        }

        #[test]
        fn what_the_browser_did_never_counts_as_a_session(journey in any_journey(), facts in any_facts()) {
            let facts = Facts { session: None, ..facts };
            let step = next_step(&journey, &facts);
            let late = matches!(
                step,
                Step::Arrived
                    | Step::Review
                    | Step::Terms(_)
                    | Step::ClientConsent
                    | Step::NotAssigned
                    | Step::NoAdministrator(_)
                    | Step::SecondFactor
                    | Step::EnrollSecondFactor
            );
            prop_assert!(!late, "{:?}", step);
        }

        #[test]
        fn t143_nothing_is_shown_or_agreed_before_a_second_factor_that_is_demanded(
            journey in any_journey(), facts in any_facts(),
        ) {
            let step = next_step(&journey, &facts);
            let elsewhere = matches!(step, Step::WrongAccount | Step::NoAdministrator(Missing::Role));
            match facts.session.as_ref().map(|session| session.second_factor) {
                // Whoever has a factor registered is never offered to register another instead of showing it.
                Some(SecondFactorFacts::ToShow) => prop_assert!(step == Step::SecondFactor || elsewhere),
                Some(SecondFactorFacts::ToRegister) => prop_assert!(step == Step::EnrollSecondFactor || elsewhere),
                Some(SecondFactorFacts::Settled) | None => {
                    prop_assert!(!matches!(step, Step::SecondFactor | Step::EnrollSecondFactor));
                }
            }
        }

        #[test]
        fn b17_a_new_password_needs_a_fresh_proof_of_that_very_mailbox(journey in any_journey(), facts in any_facts()) {
            if next_step(&journey, &facts) == Step::NewPassword {
                let about = facts.invitation.as_ref().map(|invitation| &invitation.address).or(journey.address.as_ref());
                let Some(Reset::Proved(proof)) = &journey.reset else { panic!("no proof: {journey:?}") };
                prop_assert_eq!(Some(proof.address()), about);
                prop_assert!(facts.now.since(proof.at()) < MAILBOX_PROOF && facts.ways.personal_account);
            }
        }

        #[test]
        fn an_account_is_made_by_the_mail_link_alone_and_after_the_mailbox_is_proved(
            journey in any_journey(), facts in any_facts(),
        ) {
            if next_step(&journey, &facts) == Step::CreateAccount {
                let invitation = facts.invitation.as_ref().expect("a mail link");
                prop_assert!(invitation.link_works && !invitation.account_exists && facts.ways.personal_account);
                prop_assert_eq!(journey.mailbox.as_ref().map(VerifiedAddress::address), Some(&invitation.address));
            }
        }

        #[test]
        fn ways_that_are_off_are_never_offered(journey in any_journey(), facts in any_facts()) {
            match next_step(&journey, &facts) {
                Step::PersonalPassword | Step::CreateAccount | Step::NewPassword => prop_assert!(facts.ways.personal_account),
                Step::OfferCode(CodePurpose::SignIn) | Step::EnterCode(CodePurpose::SignIn) => prop_assert!(facts.ways.passcode),
                Step::MemberPassword => prop_assert!(facts.ways.member_password && facts.own_domain),
                _ => {}
            }
        }

        #[test]
        fn an_address_can_be_typed_again_until_somebody_signs_in(journey in any_journey(), facts in any_facts()) {
            // A hint is no trap: once it has led away, a browser that is back without a sign-in is asked.
            let facts = Facts { session: None, invitation: None, route: None, ..facts };
            let back = Journey { address: None, stranger: None, ..journey };
            prop_assert_eq!(next_step(&back, &facts), Step::AskAddress);
        }

        #[test]
        fn another_way_is_open_to_whoever_asks_for_it(journey in any_journey(), facts in any_facts()) {
            let facts = Facts { session: None, invitation: None, own_domain: false, ..facts };
            let asked = Journey {
                address: Some(address("guest")), stranger: None, chosen: None, another_way: true, ..journey
            };
            if !facts.ways.is_empty() {
                prop_assert_eq!(next_step(&asked, &facts), Step::Choose);
            }
        }

        #[test]
        fn b5_an_alias_is_never_bound_in_a_strict_tenant(journey in any_journey(), facts in any_facts()) {
            let strict = facts.invitation.as_ref().is_some_and(|invitation| !invitation.alias_allowed);
            if strict && facts.session.is_none() && journey.stranger.is_some() && !facts.claims_invited {
                let step = next_step(&journey, &facts);
                prop_assert!(
                    matches!(step, Step::AliasRefused | Step::WrongAccount | Step::InvitationEnded), "{:?}", step
                );
            }
        }

        #[test]
        fn the_inviters_word_wins_over_the_domain_and_never_over_a_bound_identity(
            journey in any_journey(), facts in any_facts(),
        ) {
            let journey = Journey { stranger: None, ..journey };
            let facts = Facts { session: None, ..facts };
            let Some(invitation) = facts.invitation.clone().filter(|invitation| invitation.link_works) else {
                return Ok(());
            };
            let step = next_step(&journey, &facts);
            match (&invitation.bound, &invitation.wanted) {
                (None, Some(RouteOverride::Connection { name })) => prop_assert_eq!(step, Step::Federate(name.clone())),
                (None, Some(RouteOverride::Passcode)) => {
                    prop_assert!(matches!(step, Step::OfferCode(CodePurpose::SignIn) | Step::EnterCode(CodePurpose::SignIn)));
                }
                (Some(Method::Connection { name }), _) => prop_assert_eq!(step, Step::Federate(name.clone())),
                _ => {}
            }
        }

        #[test]
        fn without_a_mail_link_the_page_depends_on_the_domain_alone(journey in any_journey(), facts in any_facts()) {
            // Decision 4: two addresses of one domain meet the same step, whoever exists.
            let facts = Facts { session: None, invitation: None, ..facts };
            let journey = Journey { reset: journey.reset.as_ref().map(|_| Reset::Asked), ..journey };
            let other = Journey { address: journey.address.as_ref().map(|_| address("nobody")), ..journey.clone() };
            prop_assert_eq!(next_step(&journey, &facts), next_step(&other, &facts));
        }
    }

    #[test]
    fn the_rule_can_fail() {
        // The control: a dispatcher that forgets the documents breaks the property above.
        let naive = |facts: &Facts| if facts.session.is_some() { Step::Arrived } else { Step::AskAddress };
        let facts = Facts {
            session: Some(SessionFacts {
                user: user(1),
                user_type: UserType::Guest,
                reviewed: false,
                client_consent: false,
                may_use_app: true,
                second_factor: SecondFactorFacts::Settled,
            }),
            ..Facts::at(Timestamp::from_seconds(1_800_000_000))
        };
        assert_eq!(naive(&facts), Step::Arrived);
        assert!(!may_arrive(&facts));
        assert_eq!(next_step(&Journey::begin(Timestamp::from_seconds(0)), &facts), Step::Review);
    }
}
