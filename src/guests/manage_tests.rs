//! Sending again, revoking, assigning, expiring, bouncing and looking ahead: what they must and must not do.

use std::time::Duration;

use super::assign::{Given, assign, unassign};
use super::bounce::bounced;
use super::expire::record_ended;
use super::history::history;
use super::invite::{Invite, InviteError, InviteWarning, Inviter, LinkLife, invite};
use super::inviter_role::{set_guest_inviter, set_owner};
use super::list::{ListFilter, list_some};
use super::manage::ManageError;
use super::preview::{Outcome, preview};
use super::revoke::revoke;
use super::send_again::send_again;
use super::show::show;
use crate::clock::Clock;
use crate::model::*;
use crate::storage::Store;
use crate::test_doubles::*;

const OPERATOR: Inviter = Inviter::Operator { name: None };
const DAY: Duration = Duration::from_secs(86_400);

fn wish(to: &str) -> Invite {
    Invite { apps: vec![WIKI], ..Invite::of(address(to), OPERATOR) }
}

fn person(number: u128, change: impl FnOnce(&mut User)) -> User {
    let mail = address(&format!("person{number}@contoso.example"));
    let mut user = User {
        id: UserId::new(uuid::Uuid::from_u128(number)),
        user_principal_name: mail.to_string(),
        display_name: format!("Person {number}"),
        mail: Some(mail),
        ..member()
    };
    change(&mut user);
    user
}

fn add(bench: &Bench, user: &User) -> Inviter {
    bench.store.edit(|content| content.users.push((CONTOSO, user.clone())));
    Inviter::User(Box::new(user.clone()))
}

/// A partner's administrator: an accepted guest who holds the role.
fn partner(bench: &Bench, number: u128) -> Inviter {
    let user = person(number, |user| {
        user.user_type = UserType::Guest;
        user.external_user_state = Some(ExternalUserState::Accepted);
        user.mail = Some(address("partner@fabrikam.example"));
        user.invited_address = user.mail.clone();
        user.guest_inviter = true;
    });
    bench.store.edit(|content| content.assignments.push((CONTOSO, user.id, WIKI)));
    add(bench, &user)
}

fn tenant() -> Tenant {
    let mut tenant = contoso();
    tenant.groups = vec![Group {
        id: GroupId::new(uuid::Uuid::from_u128(70)),
        display_name: "Partners".to_owned(),
        members: Vec::new(),
    }];
    tenant.service_principals[0].roles = vec!["Reader".to_owned(), "Editor".to_owned()];
    tenant
}

fn editor() -> AppRole {
    AppRole { app: WIKI, role: "Editor".to_owned() }
}

fn words(lines: &[super::history::HistoryLine]) -> Vec<&'static str> {
    lines.iter().map(|line| line.what).collect()
}

#[tokio::test]
async fn sending_again_keeps_the_link_and_gives_it_its_whole_life() {
    let bench = Bench::of(tenant());
    let first = Invite { link_life: LinkLife::For(DAY * 2), ..wish("guest@fabrikam.example") };
    let first = invite(bench.guests(), first).await.unwrap();
    assert_eq!(first.invitation.expires_at, Some(bench.clock.now().plus(DAY * 2)));
    bench.clock.advance(DAY * 3);
    assert!(!first.invitation.link_works(bench.clock.now()));
    let again = send_again(bench.guests(), &OPERATOR, first.user.id).await.unwrap();
    assert_eq!(again.invitation.id, first.invitation.id, "the redeem URL is a stable locator");
    assert_eq!(again.invitation.expires_at, Some(bench.clock.now().plus(DAY * 2)), "the life that was chosen");
    assert!(again.invitation.link_works(bench.clock.now()));
    let mails = bench.store.content().mails;
    assert_eq!(mails.len(), 2);
    assert!(mails[1].mail.text.contains(&bench.urls.redeem(CONTOSO, &first.invitation.id)));
    let lines = history(bench.guests(), first.user.id).await.unwrap();
    assert_eq!(words(&lines), ["invited", "expired", "renewed"]);
    assert_eq!(lines[1].at, first.invitation.expires_at.unwrap().to_string(), "it ended when it ended");
}

#[tokio::test]
async fn b15_sending_again_counts_with_every_other_mail_to_the_address() {
    let bench = Bench::of(tenant());
    let done = invite(bench.guests(), wish("guest@fabrikam.example")).await.unwrap();
    for _ in 0..2 {
        send_again(bench.guests(), &OPERATOR, done.user.id).await.unwrap();
    }
    let fourth = send_again(bench.guests(), &OPERATOR, done.user.id).await;
    assert!(matches!(fourth, Err(ManageError::TooMany { .. })));
    assert_eq!(bench.store.content().mails.len(), 3);
}

#[tokio::test]
async fn revoking_ends_link_and_guest_and_inviting_again_makes_a_new_link() {
    let bench = Bench::of(tenant());
    let first = invite(bench.guests(), wish("guest@fabrikam.example")).await.unwrap();
    bench.clock.advance(Duration::from_secs(1));
    let revoked = revoke(bench.guests(), &OPERATOR, first.user.id).await.unwrap();
    assert_eq!(revoked.invitation.state, InvitationState::Revoked);
    let content = bench.store.content();
    assert!(!content.users[0].1.account_enabled);
    assert_eq!(content.epochs.len(), 1, "sessions of a guest halfway through the documents end");
    assert!(!revoked.invitation.link_works(bench.clock.now()));
    let refused = [
        revoke(bench.guests(), &OPERATOR, first.user.id).await.map(drop),
        send_again(bench.guests(), &OPERATOR, first.user.id).await.map(drop),
    ];
    for answer in refused {
        assert!(matches!(answer, Err(ManageError::Refused(InvitationRefusal::Revoked))), "{answer:?}");
    }
    let again = invite(bench.guests(), wish("guest@fabrikam.example")).await.unwrap();
    assert_eq!(again.user.id, first.user.id);
    assert_ne!(again.invitation.id, first.invitation.id);
    let lines = history(bench.guests(), first.user.id).await.unwrap();
    assert_eq!(words(&lines), ["invited", "revoked", "invited"]);
}

#[tokio::test]
async fn who_accepted_is_not_revoked() {
    let bench = Bench::of(tenant());
    let done = invite(bench.guests(), wish("guest@fabrikam.example")).await.unwrap();
    bench.store.edit(|content| {
        content.users[0].1.external_user_state = Some(ExternalUserState::Accepted);
        content.invitations[0].1.state = InvitationState::Accepted;
    });
    let answer = revoke(bench.guests(), &OPERATOR, done.user.id).await;
    assert!(matches!(answer, Err(ManageError::Refused(InvitationRefusal::Accepted))));
    assert!(bench.store.content().users[0].1.account_enabled);
}

#[tokio::test]
async fn who_may_not_manage_a_guest_learns_nothing_about_anybody() {
    let bench = Bench::of(tenant());
    let inviting = add(&bench, &person(1, |user| user.guest_inviter = true));
    let sponsor = add(&bench, &person(2, |_| ()));
    let admin = add(&bench, &person(3, |user| user.admin = true));
    let other = add(&bench, &person(4, |user| user.guest_inviter = true));
    let closed = add(&bench, &person(5, |user| (user.admin, user.account_enabled) = (true, false)));
    let by = Invite {
        apps: Vec::new(),
        inviter: inviting.clone(),
        sponsors: vec![address("person2@contoso.example")],
        ..wish("guest@fabrikam.example")
    };
    let done = invite(bench.guests(), by).await.unwrap();
    let nobody = UserId::new(uuid::Uuid::from_u128(999));
    for actor in [&other, &closed] {
        for guest in [done.user.id, nobody] {
            assert!(matches!(send_again(bench.guests(), actor, guest).await, Err(ManageError::NotAllowed)));
            assert!(matches!(revoke(bench.guests(), actor, guest).await, Err(ManageError::NotAllowed)));
        }
    }
    assert!(matches!(send_again(bench.guests(), &admin, nobody).await, Err(ManageError::NoGuest)), "the control");
    for actor in [&inviting, &sponsor] {
        send_again(bench.guests(), actor, done.user.id).await.unwrap();
    }
    revoke(bench.guests(), &admin, done.user.id).await.unwrap();
    let lines = history(bench.guests(), done.user.id).await.unwrap();
    assert_eq!(lines[0].by, "Person 1");
    assert_eq!(lines.last().unwrap().by, "Person 3");
}

#[tokio::test]
async fn sponsors_are_people_of_the_tenant_five_at_most_and_the_inviter_unless_given() {
    let bench = Bench::of(tenant());
    let inviting = add(&bench, &person(1, |user| user.admin = true));
    add(&bench, &person(2, |_| ()));
    let by =
        |sponsors: Vec<EmailAddress>| Invite { inviter: inviting.clone(), sponsors, ..wish("guest@fabrikam.example") };
    let done = invite(bench.guests(), by(vec![])).await.unwrap();
    assert_eq!(done.user.sponsors, [UserId::new(uuid::Uuid::from_u128(1))]);
    let second = address("person2@contoso.example");
    let done = invite(bench.guests(), by(vec![second.clone(), second.clone()])).await.unwrap();
    assert_eq!(done.user.sponsors, [UserId::new(uuid::Uuid::from_u128(2))]);
    assert_eq!(invite(bench.guests(), by(vec![])).await.unwrap().user.sponsors, done.user.sponsors, "kept");
    let stranger = invite(bench.guests(), by(vec![address("x@mail.example")])).await;
    assert!(matches!(stranger, Err(InviteError::UnknownSponsor(_))));
    let many = invite(bench.guests(), by(vec![second; 6])).await;
    assert!(matches!(many, Err(InviteError::TooManySponsors)));
    let operators = invite(bench.guests(), wish("other@fabrikam.example")).await.unwrap();
    assert!(operators.user.sponsors.is_empty());
}

#[tokio::test]
async fn the_partners_administrator_adds_colleagues_without_a_mail_and_nobody_else() {
    let bench = Bench::of(tenant());
    let partner = partner(&bench, 9);
    let add = |to: &str| Invite { inviter: partner.clone(), send_mail: false, ..wish(to) };
    let done = invite(bench.guests(), add("colleague@fabrikam.example")).await.unwrap();
    assert!(!done.mail_queued && bench.store.content().mails.is_empty());
    assert!(bench.store.content().assignments.contains(&(CONTOSO, done.user.id, WIKI)));
    let stranger = invite(bench.guests(), add("x@mail.example")).await;
    assert!(matches!(stranger, Err(InviteError::NoColleague(_))));
    let other_app = Invite { apps: vec![BOARD], ..add("second@fabrikam.example") };
    assert!(matches!(invite(bench.guests(), other_app).await, Err(InviteError::NotYours)));
    // Taken away: the rights go at once, whatever the caller still holds in its hand.
    let mail = address("partner@fabrikam.example");
    set_guest_inviter(bench.guests(), &OPERATOR, &mail, false).await.unwrap();
    let late = invite(bench.guests(), add("third@fabrikam.example")).await;
    assert!(matches!(late, Err(InviteError::NotAllowed)));
}

#[tokio::test]
async fn roles_and_ownership_are_given_by_administrators_alone() {
    let bench = Bench::of(tenant());
    let admin = add(&bench, &person(1, |user| user.admin = true));
    let plain = add(&bench, &person(2, |_| ()));
    let target = address("person2@contoso.example");
    for by in [&plain, &partner(&bench, 9)] {
        let answer = set_guest_inviter(bench.guests(), by, &target, true).await;
        assert!(matches!(answer, Err(ManageError::NotAllowed)));
        let answer = set_owner(bench.guests(), by, &target, WIKI, true).await;
        assert!(matches!(answer, Err(ManageError::NotAllowed)));
    }
    assert!(set_guest_inviter(bench.guests(), &admin, &target, true).await.unwrap().guest_inviter);
    set_owner(bench.guests(), &admin, &target, WIKI, true).await.unwrap();
    assert_eq!(bench.store.content().owners.len(), 1);
    let foreign = AppId::new(uuid::Uuid::nil());
    let unknown = set_owner(bench.guests(), &admin, &target, foreign, true).await;
    assert!(matches!(unknown, Err(ManageError::Unknown)));
}

#[tokio::test]
async fn an_owner_says_who_uses_the_app_and_no_other() {
    let bench = Bench::of(tenant());
    let owner = add(&bench, &person(1, |_| ()));
    bench.store.edit(|content| content.owners.push((CONTOSO, UserId::new(uuid::Uuid::from_u128(1)), WIKI)));
    let done = invite(bench.guests(), Invite { apps: vec![DESK], ..wish("guest@fabrikam.example") }).await.unwrap();
    let wiki = Given { apps: vec![WIKI], roles: vec![editor()], ..Given::default() };
    assign(bench.guests(), &owner, done.user.id, &wiki).await.unwrap();
    let content = bench.store.content();
    assert_eq!(content.roles, [(CONTOSO, done.user.id, editor())]);
    let desk = Given { apps: vec![DESK], ..Given::default() };
    assert!(matches!(unassign(bench.guests(), &owner, done.user.id, &desk).await, Err(ManageError::NotAllowed)));
    let group = Given { groups: vec![tenant().groups[0].id], ..Given::default() };
    assert!(matches!(assign(bench.guests(), &owner, done.user.id, &group).await, Err(ManageError::NotAllowed)));
    assert!(matches!(unassign(bench.guests(), &owner, done.user.id, &group).await, Err(ManageError::NotAllowed)));

    let only_app = Given { apps: vec![WIKI], ..Given::default() };
    unassign(bench.guests(), &owner, done.user.id, &only_app).await.unwrap();
    let content = bench.store.content();
    assert!(content.roles.is_empty(), "a role without its app is none");
    assert_eq!(content.assignments, [(CONTOSO, done.user.id, DESK)]);
    assert_eq!(content.epochs.len(), 1);
    let twice = unassign(bench.guests(), &owner, done.user.id, &only_app).await;
    assert!(matches!(twice, Err(ManageError::NotGiven)));
}

#[tokio::test]
async fn apps_groups_and_roles_come_with_the_invitation_and_merge() {
    let bench = Bench::of(tenant());
    let group = tenant().groups[0].id;
    let first = Invite { groups: vec![group], roles: vec![editor()], apps: vec![], ..wish("guest@fabrikam.example") };
    let done = invite(bench.guests(), first).await.unwrap();
    invite(bench.guests(), Invite { apps: vec![DESK], ..wish("guest@fabrikam.example") }).await.unwrap();
    let content = bench.store.content();
    assert_eq!(content.assignments, [(CONTOSO, done.user.id, WIKI), (CONTOSO, done.user.id, DESK)]);
    assert_eq!((content.roles.len(), content.memberships.len()), (1, 1));
    let details = show(bench.guests(), &address("guest@fabrikam.example")).await.unwrap().unwrap();
    assert_eq!((details.app_roles, details.groups), (vec!["Wiki: Editor".to_owned()], vec!["Partners".to_owned()]));
    for wrong in [
        Invite { roles: vec![AppRole { role: "Owner".to_owned(), ..editor() }], ..wish("guest@fabrikam.example") },
        Invite { roles: vec![AppRole { app: DESK, ..editor() }], ..wish("guest@fabrikam.example") },
        Invite { groups: vec![GroupId::new(uuid::Uuid::nil())], ..wish("guest@fabrikam.example") },
    ] {
        let answer = invite(bench.guests(), wrong).await;
        assert!(matches!(answer, Err(InviteError::UnknownRole(_) | InviteError::UnknownGroup(_))));
    }
}

#[tokio::test]
async fn ended_links_are_recorded_once_at_their_own_time() {
    let mut tenant = tenant();
    tenant.policies.invitation_lifetime = Some(DAY);
    let bench = Bench::of(tenant);
    let one = invite(bench.guests(), wish("one@fabrikam.example")).await.unwrap();
    invite(bench.guests(), wish("two@fabrikam.example")).await.unwrap();
    assert_eq!(record_ended(&bench.store, CONTOSO, bench.clock.now()).await.unwrap(), 0);
    bench.clock.advance(DAY * 2);
    let expired = ListFilter { invitation_state: Some(InvitationState::Expired) };
    assert_eq!(list_some(bench.guests(), expired).await.unwrap().guests.len(), 2, "seen before it is recorded");
    assert_eq!(record_ended(&bench.store, CONTOSO, bench.clock.now()).await.unwrap(), 2);
    assert_eq!(record_ended(&bench.store, CONTOSO, bench.clock.now()).await.unwrap(), 0);
    let lines = history(bench.guests(), one.user.id).await.unwrap();
    assert_eq!(words(&lines), ["invited", "expired"]);
    assert_eq!(lines[1].at, one.invitation.expires_at.unwrap().to_string());
    assert_eq!(list_some(bench.guests(), expired).await.unwrap().guests.len(), 2);
    // An expiry ends the link alone: the guest is still expected by a direct link.
    assert!(bench.store.content().users.iter().all(|(_, user)| user.account_enabled && user.is_pending()));
}

#[tokio::test]
async fn a_bounce_is_shown_and_inviting_again_opens_the_invitation_anew() {
    let bench = Bench::of(tenant());
    let done = invite(bench.guests(), wish("guest@fabrikam.example")).await.unwrap();
    let at = bench.clock.now();
    assert!(bounced(&bench.store, CONTOSO, &done.invitation.id, at).await.unwrap());
    assert!(!bounced(&bench.store, CONTOSO, &done.invitation.id, at).await.unwrap(), "once");
    let filter = ListFilter { invitation_state: Some(InvitationState::Bounced) };
    assert_eq!(list_some(bench.guests(), filter).await.unwrap().guests.len(), 1);
    bench.clock.advance(Duration::from_secs(1));
    let again = invite(bench.guests(), wish("guest@fabrikam.example")).await.unwrap();
    assert_eq!((again.invitation.id, again.invitation.state), (done.invitation.id.clone(), InvitationState::Pending));
    revoke(bench.guests(), &OPERATOR, done.user.id).await.unwrap();
    assert!(!bounced(&bench.store, CONTOSO, &done.invitation.id, at).await.unwrap(), "too late to matter");
    let other = InvitationId::from_random([9; 17]);
    assert!(!bounced(&bench.store, CONTOSO, &other, at).await.unwrap());
}

#[tokio::test]
async fn a_link_lives_no_longer_than_the_tenant_allows() {
    let mut tenant = tenant();
    tenant.policies.invitation_lifetime = Some(DAY * 7);
    let bench = Bench::of(tenant);
    let lives = |span| Invite { link_life: LinkLife::For(span), ..wish("guest@fabrikam.example") };
    for wrong in [Duration::ZERO, DAY * 8, Duration::MAX] {
        assert!(matches!(invite(bench.guests(), lives(wrong)).await, Err(InviteError::LinkLife)));
    }
    let done = invite(bench.guests(), lives(DAY)).await.unwrap();
    assert_eq!(done.invitation.expires_at, Some(bench.clock.now().plus(DAY)));
}

#[tokio::test]
async fn a_silent_provider_is_named_and_asked_once_a_minute() {
    let bench = Bench::of(tenant());
    let done = invite(bench.guests(), wish("a@fabrikam.example")).await.unwrap();
    assert!(done.warnings.is_empty(), "the control");
    bench.clock.advance(Duration::from_secs(61));
    bench.federation.take_down("fabrikam");
    let unasked = Invite { ask_provider: false, ..wish("unasked@fabrikam.example") };
    let done = invite(bench.guests(), unasked).await.unwrap();
    assert!(done.warnings.is_empty(), "nobody was asked, and nothing was remembered");
    for number in 0..20 {
        let done = invite(bench.guests(), wish(&format!("b{number}@fabrikam.example"))).await.unwrap();
        assert_eq!(done.warnings, [InviteWarning::ProviderUnreachable]);
    }
    let listed = list_some(bench.guests(), ListFilter::default()).await.unwrap();
    assert!(listed.guests.iter().all(|guest| guest.warnings == [InviteWarning::ProviderUnreachable]));
    assert_eq!(bench.federation.times_asked(), 2);
    let code = invite(bench.guests(), wish("c@mail.example")).await.unwrap();
    assert!(code.warnings.is_empty(), "who signs in elsewhere is not warned");
}

#[tokio::test]
async fn a_route_that_is_off_is_refused_and_one_that_is_on_is_predicted() {
    let bench = Bench::of(tenant());
    let by = |route| Invite { route: Some(route), ..wish("guest@fabrikam.example") };
    let missing = RouteOverride::Connection { name: "nowhere".parse().unwrap() };
    for wrong in [missing, RouteOverride::PersonalAccount] {
        assert!(matches!(invite(bench.guests(), by(wrong)).await, Err(InviteError::Route(_))));
    }
    let done = invite(bench.guests(), by(RouteOverride::Passcode)).await.unwrap();
    assert_eq!(done.predicted.sentence(), "will use a one-time passcode");
    assert_eq!(done.invitation.route, Some(RouteOverride::Passcode));
}

#[tokio::test]
async fn a_preview_changes_nothing_and_says_what_would_happen() {
    let bench = Bench::of(tenant());
    let seen = preview(&bench.guests(), wish("contact@mail.example")).await.unwrap();
    assert_eq!((seen.outcome, seen.in_the_way.map(|found| found.kind)), (Outcome::New, Some("contact")));
    assert_eq!(seen.warnings, [InviteWarning::AddressTaken]);
    assert!(bench.store.content().users.is_empty() && bench.short_term.keys().iter().all(|key| !key.contains("invit")));
    invite(bench.guests(), wish("guest@fabrikam.example")).await.unwrap();
    assert_eq!(preview(&bench.guests(), wish("guest@fabrikam.example")).await.unwrap().outcome, Outcome::Renewed);
    let member = preview(&bench.guests(), wish("x@contoso.example")).await;
    assert!(matches!(member, Err(InviteError::Member)));
}

#[tokio::test]
async fn the_object_in_the_way_is_named_and_once_it_is_gone_inviting_again_mends_the_guest() {
    let mut bench = Bench::of(tenant());
    let done = invite(bench.guests(), wish("contact@mail.example")).await.unwrap();
    assert_eq!(done.user.mail, None);
    let listed = list_some(bench.guests(), ListFilter::default()).await.unwrap();
    assert_eq!(listed.guests[0].in_the_way.as_ref().unwrap().name, "Contact");
    bench.tenant.contacts.clear();
    let again = invite(bench.guests(), wish("contact@mail.example")).await.unwrap();
    assert_eq!(again.user.mail, Some(address("contact@mail.example")));
    assert!(again.user.other_mails.is_empty() && again.warnings.is_empty());
    // An alias of one guest is in the way of another.
    bench.store.edit(|content| content.users[0].1.other_mails = vec![address("alias@mail.example")]);
    let alias = invite(bench.guests(), wish("alias@mail.example")).await.unwrap();
    assert_eq!(alias.user.mail, None);
}

#[tokio::test]
async fn a_deleted_guests_open_invitation_is_in_nobodys_way() {
    let bench = Bench::of(tenant());
    let first = invite(bench.guests(), wish("guest@fabrikam.example")).await.unwrap();
    bench.store.edit(|content| content.users[0].1.deleted_at = Some(Timestamp::from_seconds(1)));
    let again = invite(bench.guests(), wish("guest@fabrikam.example")).await.unwrap();
    assert_ne!(again.user.id, first.user.id);
    let old = bench.store.read(CONTOSO).await.unwrap().invitation(&first.invitation.id).await.unwrap().unwrap();
    assert_eq!(old.state, InvitationState::Revoked);
}
