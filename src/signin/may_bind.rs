//! Whether an identity may be bound to a guest: the one judgement behind redemption, re-linking and a change of sign-in.

use super::advance::Visit;
use super::home_realm::{Route, by_domain};
use crate::app::App;
use crate::guests::bar::is_barred;
use crate::guests::mail_block::BlockKeys;
use crate::model::{
    EmailAddress, Identity, Invitation, InvitationState, Method, RouteOverride, SessionRecord, Tenant, Timestamp, User,
    UserType,
};
use crate::signin::journey::Stranger;
use crate::snapshot::Snapshot;
use crate::storage::{Read, StoreResult};

/// By whose rules.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    /// The resource tenant.
    pub tenant: &'a Tenant,
    /// Everything configured, for where domains lead.
    pub snapshot: &'a Snapshot,
    /// Knows whom the tenant closed out.
    pub keys: &'a dyn BlockKeys,
}

impl<'a> Rules<'a> {
    /// The rules that a visit is decided by.
    pub fn of(app: &'a App, visit: &'a Visit) -> Self {
        Self { tenant: &visit.tenant, snapshot: &visit.snapshot, keys: app.keys.as_ref() }
    }
}

/// Who wants to be bound: an identity, with every address that came with it.
#[derive(Clone, Copy)]
pub struct Claim<'a> {
    /// Who signed in.
    pub identity: &'a Identity,
    /// The address that was proved with the sign-in.
    pub verified: Option<&'a EmailAddress>,
    /// The address that came with the sign-in, proved or not. What it belongs to forbids and demands all the same.
    pub claimed: Option<&'a EmailAddress>,
    /// The mailbox that was proved by a code beside the sign-in.
    pub mailbox: Option<&'a EmailAddress>,
}

impl<'a> Claim<'a> {
    /// Somebody who has just signed in.
    pub fn of(stranger: &'a Stranger, mailbox: Option<&'a EmailAddress>) -> Self {
        let Stranger { identity, verified, claimed, .. } = stranger;
        Self { identity, verified: verified.as_ref(), claimed: claimed.as_ref(), mailbox }
    }

    /// Somebody whose session waits for the first consent.
    pub fn in_session(session: &'a SessionRecord) -> Self {
        Self {
            identity: &session.identity,
            verified: session.verified_address.as_ref(),
            claimed: session.claimed_address.as_ref(),
            mailbox: None,
        }
    }

    fn addresses(&self) -> impl Iterator<Item = &'a EmailAddress> + use<'a> {
        [self.verified, self.claimed, self.mailbox].into_iter().flatten()
    }
}

/// The guest to whom somebody would be bound, with what the inviter said about it.
#[derive(Clone, Copy)]
pub struct Target<'a> {
    /// The guest.
    pub guest: &'a User,
    /// The guest's invitation, open or else the newest: one that was revoked is redeemed by nobody.
    pub own: Option<&'a Invitation>,
    /// The invitation whose way to sign in counts: that of the mail link which was opened.
    pub opened: Option<&'a Invitation>,
}

/// Whether `claim` may be bound to `guest`, by what the directory says now. `opened` is the invitation of the mail link; a
/// verb that comes after the sign-in passes none, and the guest's own counts.
pub async fn may_be_bound<R: Read + ?Sized>(
    read: &mut R,
    rules: Rules<'_>,
    guest: &User,
    opened: Opened<'_>,
    claim: Claim<'_>,
    now: Timestamp,
) -> StoreResult<bool> {
    // Whom an administrator closed out comes back under no other address, and as nobody else's guest object.
    let addresses = claim.addresses().chain(&guest.invited_address).chain(&guest.mail);
    if is_barred(read, rules.keys, rules.tenant.id, addresses, Some(claim.identity)).await? {
        return Ok(false);
    }
    let own = read.invitation_of(guest.id).await?;
    let opened = match opened {
        Opened::Link(invitation) => invitation,
        Opened::Before => own.as_ref(),
    };
    Ok(may_bind(rules, Target { guest, own: own.as_ref(), opened }, claim, now))
}

/// By which link somebody came.
#[derive(Clone, Copy)]
pub enum Opened<'a> {
    /// By this mail link, or by a direct one.
    Link(Option<&'a Invitation>),
    /// It was judged by its link before, and is judged again; or the guest is in already.
    Before,
}

/// Whether `claim` may be bound to a guest. How the guest was found is the caller's affair; every rule that holds for the
/// binding is here, so that no way in is weaker than another.
pub fn may_bind(rules: Rules<'_>, target: Target<'_>, claim: Claim<'_>, now: Timestamp) -> bool {
    let guest = target.guest;
    let revoked = target.own.is_some_and(|own| own.user == guest.id && own.state == InvitationState::Revoked);
    let open = guest.user_type == UserType::Guest && guest.account_enabled && !guest.has_ended(now) && !revoked;
    let own = || guest.invited_address.iter().chain(&guest.mail);
    let opened = target.opened.filter(|invitation| invitation.user == guest.id);
    open && own().chain(claim.addresses()).all(|address| fits(rules, claim.identity, address, opened))
        && (!rules.tenant.policies.strict_addresses || own().any(|own| is_own(claim, own)))
}

/// Whether whoever signed in as `claim` comes with addresses that may come in at all: the part of [`may_bind`] that can be
/// asked before any guest is looked at.
pub fn may_come_in(rules: Rules<'_>, invitation: Option<&Invitation>, claim: Claim<'_>) -> bool {
    claim.addresses().all(|address| fits(rules, claim.identity, address, invitation))
}

/// A strict tenant takes the invited address and no alias: proved with the sign-in, or named by it and proved beside it.
fn is_own(claim: Claim<'_>, own: &EmailAddress) -> bool {
    claim.verified == Some(own) || (claim.claimed == Some(own) && claim.mailbox == Some(own))
}

/// An address of a blocked domain comes in under no name, one of the tenant's own domain is a member's (decision 2), and
/// where a domain demands its home organization nothing else will do.
fn fits(rules: Rules<'_>, identity: &Identity, address: &EmailAddress, invitation: Option<&Invitation>) -> bool {
    let domain = address.domain();
    rules.tenant.allows_domain(domain)
        && !rules.tenant.owns(domain)
        && !goes_round_home(rules, identity, address, invitation)
}

/// Another way than the sign-in at home that the domain demands: only a guest who is bound to that way already comes in by
/// it (decision 4), or one whose inviter wants it. Else whoever reads a leaver's mail would be let in without the home
/// organization.
pub fn goes_round_home(
    rules: Rules<'_>,
    identity: &Identity,
    address: &EmailAddress,
    invitation: Option<&Invitation>,
) -> bool {
    let wanted = invitation.filter(|invitation| invitation.address == *address).and_then(|one| one.route.as_ref());
    match (wanted, &identity.method) {
        (Some(RouteOverride::Connection { name }), Method::Connection { name: used }) if name == used => return false,
        (Some(RouteOverride::Passcode), Method::OneTimePasscode) => return false,
        (Some(RouteOverride::PersonalAccount), Method::PersonalAccount) => return false,
        _ => {}
    }
    match (by_domain(rules.tenant, rules.snapshot, address.domain()), &identity.method) {
        (None, _) => false,
        (Some(Route::Connection(name)), Method::Connection { name: used }) => name != *used,
        (Some(Route::Tenant(home)), Method::Tenant { tenant }) => home != *tenant,
        (Some(_), _) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ConnectionName, Domain, UserId};
    use crate::test_doubles::{NORTHWIND, TestBlockKeys, connection, contoso, member, snapshot};

    const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

    fn address(text: &str) -> EmailAddress {
        text.parse().unwrap()
    }

    fn guest(invited: &str) -> User {
        User {
            id: UserId::new(uuid::Uuid::from_u128(5)),
            user_type: UserType::Guest,
            mail: Some(address(invited)),
            invited_address: Some(address(invited)),
            ..member()
        }
    }

    fn tenant() -> Tenant {
        let mut tenant = contoso();
        tenant.connections.push(connection("sociable", &[], true));
        tenant.policies.blocked_domains = vec!["blocked.example".parse::<Domain>().unwrap()];
        tenant
    }

    fn by(method: &str) -> Method {
        match method {
            "code" => Method::OneTimePasscode,
            "account" => Method::PersonalAccount,
            "northwind" => Method::Tenant { tenant: NORTHWIND },
            name => Method::Connection { name: name.parse::<ConnectionName>().unwrap() },
        }
    }

    /// What the change of a sign-in asked before: the addresses that were proved, and nothing if none was.
    fn naive(tenant: &Tenant, guest: &User, claim: Claim<'_>) -> bool {
        let Some(verified) = claim.verified else { return !tenant.policies.strict_addresses };
        let by_code = claim.identity.method == Method::OneTimePasscode;
        let round_home = by_code && by_domain(tenant, &snapshot(), verified.domain()).is_some();
        let alias = guest.invited_address.as_ref() != Some(verified);
        let strict = tenant.policies.strict_addresses && alias;
        !round_home && !strict && tenant.allows_domain(verified.domain())
    }

    /// A7, A9, B5: every way round the home organization, the domain lists and a strict tenant, whichever address carries
    /// it; the control lets some of each through.
    #[test]
    fn a7_one_judgement_for_every_binding_and_every_address() {
        // invited, method, verified, claimed, mailbox, strict, may
        type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, bool, bool);
        let rows: [Row; 24] = [
            ("g@mail.example", "code", "g@mail.example", "g@mail.example", "", false, true),
            ("g@mail.example", "code", "g@mail.example", "g@mail.example", "", true, true),
            ("g@mail.example", "fabrikam", "g@fabrikam.example", "g@fabrikam.example", "g@mail.example", false, true),
            ("g@mail.example", "fabrikam", "g@fabrikam.example", "g@fabrikam.example", "g@mail.example", true, false),
            ("g@mail.example", "sociable", "", "g@mail.example", "g@mail.example", true, true),
            ("g@mail.example", "sociable", "", "g@mail.example", "", true, false),
            ("g@mail.example", "sociable", "", "", "g@mail.example", false, true),
            ("g@mail.example", "sociable", "", "", "g@mail.example", true, false),
            // Round the home organization of the guest, of the proved address, of the claimed one, of the mailbox.
            ("g@fabrikam.example", "fabrikam", "g@fabrikam.example", "g@fabrikam.example", "", false, true),
            ("g@fabrikam.example", "code", "g@fabrikam.example", "g@fabrikam.example", "", false, false),
            ("g@fabrikam.example", "account", "g@mail.example", "g@mail.example", "g@fabrikam.example", false, false),
            ("g@mail.example", "account", "g@fabrikam.example", "g@fabrikam.example", "g@mail.example", false, false),
            ("g@mail.example", "sociable", "", "g@fabrikam.example", "g@mail.example", false, false),
            ("g@mail.example", "sociable", "", "", "g@fabrikam.example", false, false),
            ("g@mail.example", "northwind", "m@northwind.example", "m@northwind.example", "", false, true),
            ("g@mail.example", "fabrikam", "m@northwind.example", "m@northwind.example", "", false, false),
            // Blocked domains, in each place.
            ("g@blocked.example", "code", "g@mail.example", "g@mail.example", "", false, false),
            ("g@mail.example", "code", "g@blocked.example", "g@blocked.example", "g@mail.example", false, false),
            ("g@mail.example", "sociable", "", "g@blocked.example", "g@mail.example", false, false),
            ("g@mail.example", "sociable", "g@mail.example", "g@BLOCKED.example", "g@mail.example", false, false),
            ("g@mail.example", "sociable", "", "", "g@blocked.example", false, false),
            // Addresses of this very tenant are members'.
            ("g@mail.example", "code", "g@contoso.example", "g@contoso.example", "g@mail.example", false, false),
            ("g@mail.example", "sociable", "", "g@contoso.example", "g@mail.example", false, false),
            ("g@contoso.example", "code", "g@mail.example", "g@mail.example", "", false, false),
        ];
        let mut weaker = 0;
        for row in rows {
            let (invited, method, verified, claimed, mailbox, strict, may) = row;
            let mut tenant = tenant();
            tenant.policies.strict_addresses = strict;
            let parsed = |text: &str| (!text.is_empty()).then(|| address(text));
            let (verified, claimed, mailbox) = (parsed(verified), parsed(claimed), parsed(mailbox));
            let identity = Identity { issuer: "i".to_owned(), subject: "s".to_owned(), method: by(method) };
            let claim = Claim {
                identity: &identity,
                verified: verified.as_ref(),
                claimed: claimed.as_ref(),
                mailbox: mailbox.as_ref(),
            };
            let snapshot = snapshot();
            let rules = Rules { tenant: &tenant, snapshot: &snapshot, keys: &TestBlockKeys };
            let found = guest(invited);
            let target = Target { guest: &found, own: None, opened: None };
            assert_eq!(may_bind(rules, target, claim, NOW), may, "{row:?}");
            weaker += usize::from(!may && naive(&tenant, &guest(invited), claim));
        }
        assert!(weaker >= 5, "the control lets too little through: {weaker}");
    }

    #[test]
    fn nobody_is_bound_to_a_guest_who_may_not_come_in() {
        let tenant = tenant();
        let snapshot = snapshot();
        let rules = Rules { tenant: &tenant, snapshot: &snapshot, keys: &TestBlockKeys };
        let invited = address("g@mail.example");
        let identity = Identity { issuer: "mail".to_owned(), subject: "g".to_owned(), method: Method::OneTimePasscode };
        let claim = Claim { identity: &identity, verified: Some(&invited), claimed: Some(&invited), mailbox: None };
        let open = guest("g@mail.example");
        let judged =
            |guest: &User, own: Option<&Invitation>| may_bind(rules, Target { guest, own, opened: own }, claim, NOW);
        assert!(judged(&open, None));
        for closed in [
            User { account_enabled: false, ..open.clone() },
            User { expires_at: Some(NOW), ..open.clone() },
            User { user_type: UserType::Member, ..open.clone() },
        ] {
            assert!(!judged(&closed, None), "{closed:?}");
        }
        for (state, may) in [(InvitationState::Pending, true), (InvitationState::Revoked, false)] {
            let mut invitation = Invitation {
                id: crate::model::InvitationId::from_random([7; 17]),
                user: open.id,
                address: invited.clone(),
                redirect_url: None,
                language: None,
                message: None,
                inviter: String::new(),
                state,
                created_at: NOW,
                expires_at: None,
                redeemed_at: None,
                cc: None,
                invited_by: None,
                route: None,
                changed_at: NOW,
                changed_by: None,
                link_life: None,
            };
            assert_eq!(judged(&open, Some(&invitation)), may, "{state:?}");
            // That of somebody else says nothing.
            invitation.user = UserId::new(uuid::Uuid::from_u128(6));
            assert!(judged(&open, Some(&invitation)));
        }
    }
}
