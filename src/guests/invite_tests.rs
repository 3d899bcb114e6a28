//! What inviting, sending again, listing and adding members must and must not do.

use std::collections::HashSet;
use std::time::Duration;

use super::invite::{Invite, InviteError, InviteWarning, Invited, Inviter, invite};
use super::list::list;
use super::member_add::{AddMember, MemberError, add_member, member_of_link, set_password};
use super::resend::resend;
use super::show::show;
use crate::clock::Clock;
use crate::model::*;
use crate::signin::password::{PasswordFault, Passwords};
use crate::test_doubles::*;

fn wish(to: &str) -> Invite {
    Invite { apps: vec![WIKI], ..Invite::of(address(to), Inviter::Operator { name: None }) }
}

async fn invited(bench: &Bench, wish: Invite) -> Invited {
    invite(bench.guests(), wish).await.unwrap()
}

/// Puts somebody into the directory in place of whoever was there, with an app of their own.
fn stands(bench: &Bench, user: &User) {
    bench.store.edit(|content| {
        content.users = vec![(CONTOSO, user.clone())];
        content.assignments = vec![(CONTOSO, user.id, WIKI)];
    });
}

async fn refused(bench: &Bench, wish: Invite) -> InviteError {
    let before = bench.store.content();
    let error = invite(bench.guests(), wish).await.unwrap_err();
    let after = bench.store.content();
    assert_eq!((before.users.len(), before.mails.len()), (after.users.len(), after.mails.len()), "{error}");
    error
}

fn accept(bench: &Bench, user: UserId) {
    bench.store.edit(|content| {
        let row = &mut content.users.iter_mut().find(|(_, row)| row.id == user).unwrap().1;
        row.external_user_state = Some(ExternalUserState::Accepted);
        row.identity = Some(Identity {
            issuer: "https://login.fabrikam.example".to_owned(),
            subject: "1".to_owned(),
            method: Method::Connection { name: "fabrikam".parse().unwrap() },
        });
        content.invitations.iter_mut().find(|(_, row)| row.user == user).unwrap().1.state = InvitationState::Accepted;
    });
}

#[tokio::test]
async fn an_invitation_makes_guest_assignment_audit_line_and_mail_at_once() {
    let bench = Bench::of(contoso());
    let done = invited(&bench, wish("guest@fabrikam.example")).await;
    let content = bench.store.content();
    let guest = &content.users[0].1;
    assert_eq!(guest.user_principal_name, "guest_fabrikam.example#EXT#@contoso.example");
    assert_eq!(guest.user_type, UserType::Guest);
    assert_eq!(guest.creation_type, Some(CreationType::Invitation));
    assert_eq!(guest.external_user_state, Some(ExternalUserState::PendingAcceptance));
    assert_eq!(guest.external_user_state_changed_at, Some(bench.clock.now()));
    assert_eq!(guest.mail, Some(address("guest@fabrikam.example")));
    assert!(guest.identity.is_none());
    assert_eq!(content.assignments, vec![(CONTOSO, guest.id, WIKI)]);
    assert_eq!(content.audit[0].1.activity, "Invite external user");
    assert!(!format!("{:?}", content.audit).contains("guest@"), "audit lines hold ids only");
    assert!(done.mail_queued && done.warnings.is_empty());
    let mail = &content.mails[0].mail;
    assert_eq!(mail.to, address("guest@fabrikam.example"));
    assert!(mail.text.contains(&bench.urls.redeem(CONTOSO, &done.invitation.id)));
}

#[tokio::test]
async fn without_a_mail_nothing_is_queued_and_the_route_that_needs_it_is_named() {
    let bench = Bench::of(northwind());
    let quiet = Invite { send_mail: false, apps: vec![DESK], ..wish("newcomer@mail.example") };
    let done = invited(&bench, quiet).await;
    assert!(!done.mail_queued && bench.store.content().mails.is_empty());
    assert_eq!(done.warnings, vec![InviteWarning::OnlyByInvitationLink]);
}

#[tokio::test]
async fn inviting_again_renews_the_one_pending_invitation_under_the_same_link() {
    let mut tenant = contoso();
    tenant.policies.invitation_lifetime = Some(Duration::from_secs(86_400));
    let bench = Bench::of(tenant);
    let first = invited(&bench, wish("guest@fabrikam.example")).await;
    bench.clock.advance(Duration::from_secs(3600));
    let more = Invite { apps: vec![DESK], message: Some("again".to_owned()), ..wish("guest@fabrikam.example") };
    let second = invited(&bench, more).await;
    assert_eq!(first.invitation.id, second.invitation.id);
    assert_eq!(first.user.id, second.user.id);
    assert_eq!(second.invitation.message.as_deref(), Some("again"));
    assert!(second.invitation.expires_at > first.invitation.expires_at);
    let content = bench.store.content();
    assert_eq!((content.users.len(), content.invitations.len(), content.mails.len()), (1, 1, 2));
    assert_eq!(content.assignments.len(), 2);
}

#[tokio::test]
async fn a_guest_who_accepted_gets_apps_but_no_mail_and_no_new_binding() {
    let bench = Bench::of(contoso());
    let first = invited(&bench, wish("guest@fabrikam.example")).await;
    accept(&bench, first.user.id);
    let again = invited(&bench, Invite { apps: vec![DESK], ..wish("guest@fabrikam.example") }).await;
    assert_eq!(again.warnings, vec![InviteWarning::AlreadyAccepted]);
    assert!(!again.mail_queued);
    assert_eq!(again.invitation.state, InvitationState::Accepted);
    let content = bench.store.content();
    assert_eq!((content.users.len(), content.invitations.len(), content.mails.len()), (1, 1, 1));
    assert_eq!(content.assignments.len(), 2);
    assert_eq!(content.users[0].1.identity.as_ref().unwrap().subject, "1");
}

#[tokio::test]
async fn a_revoked_guest_is_welcome_again_with_a_new_link_and_a_blocked_one_is_not() {
    let bench = Bench::of(contoso());
    let first = invited(&bench, wish("guest@fabrikam.example")).await;
    bench.store.edit(|content| {
        content.users[0].1.account_enabled = false;
        content.invitations[0].1.state = InvitationState::Revoked;
    });
    bench.clock.advance(Duration::from_secs(1));
    let again = invited(&bench, wish("guest@fabrikam.example")).await;
    assert_eq!(again.user.id, first.user.id);
    assert_ne!(again.invitation.id, first.invitation.id);
    assert!(bench.store.content().users[0].1.account_enabled);

    bench.store.edit(|content| content.users[0].1.account_enabled = false);
    assert!(matches!(refused(&bench, wish("guest@fabrikam.example")).await, InviteError::Blocked));
}

#[tokio::test]
async fn an_address_that_a_contact_or_member_holds_makes_a_guest_without_mail() {
    let bench = Bench::of(contoso());
    let done = invited(&bench, wish("contact@mail.example")).await;
    assert_eq!(done.user.mail, None);
    assert_eq!(done.user.other_mails, vec![address("contact@mail.example")]);
    assert!(done.mail_queued, "the mail still goes to the invited address");
    assert_eq!(done.warnings, vec![InviteWarning::AddressTaken]);

    let outsider = User { mail: Some(address("old@mail.example")), ..member() };
    bench.store.edit(|content| content.users.push((CONTOSO, outsider)));
    assert_eq!(invited(&bench, wish("old@mail.example")).await.user.mail, None);
}

#[tokio::test]
async fn principal_names_are_numbered_where_they_collide() {
    let bench = Bench::of(contoso());
    invited(&bench, wish("guest@fabrikam.example")).await;
    // Another mailbox, whose principal name differs in case only.
    let other = invited(&bench, wish("Guest@fabrikam.example")).await;
    assert_eq!(other.user.user_principal_name, "Guest_fabrikam.example_2#EXT#@contoso.example");
}

#[tokio::test]
async fn policy_decides_who_may_invite_whom() {
    use AllowInvitesFrom::*;
    let guest = |state| User {
        user_type: UserType::Guest,
        external_user_state: Some(state),
        id: UserId::new(uuid::Uuid::from_u128(9)),
        ..member()
    };
    let admin = User { admin: true, ..member() };
    let (in_, pending) = (guest(ExternalUserState::Accepted), guest(ExternalUserState::PendingAcceptance));
    let closed = User { account_enabled: false, ..admin.clone() };
    for (policy, allowed) in [
        (None, [false, false, false]),
        (AdminsAndGuestInviters, [true, false, false]),
        (AdminsGuestInvitersAndAllMembers, [true, true, false]),
        (Everyone, [true, true, true]),
    ] {
        for (user, allowed) in [&admin, &member(), &in_].into_iter().zip(allowed) {
            let mut tenant = contoso();
            tenant.policies.allow_invites_from = policy;
            let bench = Bench::of(tenant);
            stands(&bench, user);
            let by = Invite { inviter: Inviter::User(Box::new(user.clone())), ..wish("guest@fabrikam.example") };
            let answer = invite(bench.guests(), by).await;
            assert_eq!(answer.is_ok(), allowed, "{policy:?} {}", user.display_name);
            assert!(allowed || matches!(answer, Err(InviteError::NotAllowed)));
        }
        let mut tenant = contoso();
        tenant.policies.allow_invites_from = policy;
        let bench = Bench::of(tenant);
        for user in [&pending, &closed] {
            stands(&bench, user);
            let by = Invite { inviter: Inviter::User(Box::new(user.clone())), ..wish("guest@fabrikam.example") };
            assert!(matches!(refused(&bench, by).await, InviteError::NotAllowed));
        }
    }
}

#[tokio::test]
async fn members_blocked_domains_and_foreign_apps_are_refused() {
    let mut tenant = contoso();
    tenant.policies.blocked_domains = vec![domain("evil.example")];
    let bench = Bench::of(tenant);
    assert!(matches!(refused(&bench, wish("member@contoso.example")).await, InviteError::Member));
    assert!(matches!(refused(&bench, wish("x@evil.example")).await, InviteError::DomainBlocked(_)));
    let foreign = AppId::new(uuid::Uuid::nil());
    let answer = refused(&bench, Invite { apps: vec![foreign], ..wish("guest@fabrikam.example") }).await;
    assert!(matches!(answer, InviteError::UnknownApp(app) if app == foreign));

    let mut tenant = contoso();
    tenant.policies.allowed_domains = vec![domain("fabrikam.example")];
    let bench = Bench::of(tenant);
    assert!(matches!(refused(&bench, wish("x@other.example")).await, InviteError::DomainBlocked(_)));
    invited(&bench, wish("guest@fabrikam.example")).await;
}

#[tokio::test]
async fn b12_a_redirect_elsewhere_is_refused_when_the_invitation_is_made() {
    let bench = Bench::of(contoso());
    for elsewhere in
        ["https://evil.example/", "https://wiki.contoso.localhost:8443@evil.example/", "javascript:alert(1)"]
    {
        let answer = refused(&bench, Invite { redirect_url: Some(elsewhere.to_owned()), ..wish("a@b.example") }).await;
        assert!(matches!(answer, InviteError::Redirect(_)));
    }
    let good = Invite { redirect_url: Some("https://WIKI.contoso.localhost:8443/a".to_owned()), ..wish("a@b.example") };
    let stored = invited(&bench, good).await.invitation.redirect_url;
    assert_eq!(stored.as_deref(), Some("https://wiki.contoso.localhost:8443/a"));
}

#[tokio::test]
async fn b14_texts_that_could_break_a_mail_are_refused() {
    let bench = Bench::of(contoso());
    for odd in ["x\r\nBcc: y@evil.example", "x\ny", "x\0", "\u{202e}gnp.exe", &"x".repeat(257), " "] {
        let named = Invite { display_name: Some(odd.to_owned()), ..wish("a@b.example") };
        assert!(matches!(refused(&bench, named).await, InviteError::Text("display name")), "{odd:?}");
        let by = Inviter::Operator { name: Some(odd.to_owned()) };
        let answer = refused(&bench, Invite { inviter: by, ..wish("a@b.example") }).await;
        assert!(matches!(answer, InviteError::Text("inviter's name")), "{odd:?}");
    }
    for odd in ["x\0", "x\u{1b}[2J", "x\u{202e}y", "x\ry", &"x".repeat(2001)] {
        let answer = refused(&bench, Invite { message: Some(odd.to_owned()), ..wish("a@b.example") }).await;
        assert!(matches!(answer, InviteError::Text("message")), "{odd:?}");
    }
    for odd in ["en\r\nBcc: x", "e", "en us", &"x".repeat(36)] {
        let answer = refused(&bench, Invite { language: Some(odd.to_owned()), ..wish("a@b.example") }).await;
        assert!(matches!(answer, InviteError::Text("language")), "{odd:?}");
    }
    let lines = Invite { message: Some("one\r\ntwo\n\nthree\n".to_owned()), ..wish("a@b.example") };
    assert_eq!(invited(&bench, lines).await.invitation.message.as_deref(), Some("one\ntwo\n\nthree"));
}

#[tokio::test]
async fn b13_every_link_in_a_mail_begins_with_the_configured_origin() {
    // No verb takes a host from a request, so nothing but the configuration can decide where a link leads.
    let bench = Bench::of(contoso());
    invited(&bench, wish("guest@fabrikam.example")).await;
    bench.clock.advance(Duration::from_secs(61));
    resend(bench.guests(), &address("guest@fabrikam.example")).await.unwrap();
    let allowed = [format!("{}/", bench.urls.origin()), "https://contoso.example/privacy".to_owned()];
    for row in bench.store.content().mails {
        for part in [&row.mail.text, &row.mail.html] {
            let links: Vec<&str> = part.match_indices("https://").map(|(at, _)| &part[at..]).collect();
            assert!(links.len() >= 2);
            assert!(links.iter().all(|link| allowed.iter().any(|start| link.starts_with(start))), "{part}");
        }
    }
}

#[tokio::test]
async fn b15_one_address_gets_three_mails_a_day_and_a_tenant_has_a_quota() {
    let mut bench = Bench::of(contoso());
    for round in 1..=5 {
        let done = invited(&bench, wish("guest@fabrikam.example")).await;
        assert_eq!(done.mail_queued, round <= 3);
        assert_eq!(done.warnings.contains(&InviteWarning::MailLimit), round > 3);
    }
    assert_eq!(bench.store.content().mails.len(), 3);
    bench.clock.advance(Duration::from_secs(86_401));
    assert!(invited(&bench, wish("guest@fabrikam.example")).await.mail_queued);

    bench.limits.invitations_per_day = 10;
    let mut made = 0;
    for number in 0..50 {
        match invite(bench.guests(), wish(&format!("guest{number}@mail.example"))).await {
            Ok(_) => made += 1,
            Err(InviteError::TooMany { retry_after }) => assert!(retry_after <= Duration::from_secs(86_400)),
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(made, 9, "one of ten was spent above");
}

#[tokio::test]
async fn b3_b10_sending_again_answers_and_works_alike_for_every_address() {
    let bench = Bench::of(contoso());
    let quiet = Invite { send_mail: false, ..wish("guest@fabrikam.example") };
    let done = invited(&bench, quiet).await;
    resend(bench.guests(), &address("guest@fabrikam.example")).await.unwrap();
    resend(bench.guests(), &address("stranger@fabrikam.example")).await.unwrap();
    let mails = bench.store.content().mails;
    assert_eq!(mails.len(), 2, "one job each");
    assert_eq!(mails[0].mail.to, address("guest@fabrikam.example"));
    assert!(mails[0].mail.text.contains(done.invitation.id.as_str()));
    assert_eq!(mails[1].mail.to.domain().as_str(), "vestibule.invalid");
    assert!(!mails[1].mail.text.contains(done.invitation.id.as_str()));

    for _ in 0..500 {
        resend(bench.guests(), &address("guest@fabrikam.example")).await.unwrap();
        resend(bench.guests(), &address("stranger@fabrikam.example")).await.unwrap();
    }
    assert_eq!(bench.store.content().mails.len(), 2, "not again within a minute");
    for _ in 0..30 {
        bench.clock.advance(Duration::from_secs(61));
        resend(bench.guests(), &address("guest@fabrikam.example")).await.unwrap();
    }
    assert_eq!(bench.store.content().mails.len(), 4, "three a day");
    assert_eq!(bench.store.content().users[0].1.external_user_state, Some(ExternalUserState::PendingAcceptance));
}

#[tokio::test]
async fn sending_again_revives_an_expired_link_but_no_revoked_one() {
    let mut tenant = contoso();
    tenant.policies.invitation_lifetime = Some(Duration::from_secs(60));
    let bench = Bench::of(tenant);
    let done = invited(&bench, Invite { send_mail: false, ..wish("guest@fabrikam.example") }).await;
    bench.clock.advance(Duration::from_secs(120));
    assert!(!done.invitation.link_works(bench.clock.now()));
    resend(bench.guests(), &address("guest@fabrikam.example")).await.unwrap();
    assert!(bench.store.content().invitations[0].1.link_works(bench.clock.now()));

    bench.store.edit(|content| content.invitations[0].1.state = InvitationState::Revoked);
    bench.clock.advance(Duration::from_secs(120));
    resend(bench.guests(), &address("guest@fabrikam.example")).await.unwrap();
    let mails = bench.store.content().mails;
    assert_eq!(mails.last().unwrap().mail.to.domain().as_str(), "vestibule.invalid");
}

#[tokio::test]
async fn lists_and_details_name_state_and_source() {
    let bench = Bench::of(contoso());
    let done = invited(&bench, wish("guest@fabrikam.example")).await;
    let summary = list(bench.guests()).await.unwrap().guests.remove(0);
    assert_eq!(summary.source, "Invited user");
    assert_eq!((summary.external_user_state, summary.invitation_accepted), (Some("PendingAcceptance"), false));
    accept(&bench, done.user.id);
    let details = show(bench.guests(), &address("guest@fabrikam.example")).await.unwrap().unwrap();
    assert_eq!(details.summary.source, "External directory (fabrikam.example)");
    assert_eq!((details.summary.external_user_state, details.summary.invitation_accepted), (Some("Accepted"), true));
    assert_eq!(details.apps[0].direct_link, bench.urls.direct_link(CONTOSO, WIKI));
    assert_eq!(show(bench.guests(), &address("colleague@fabrikam.example")).await.unwrap(), None);
}

#[tokio::test]
async fn many_at_once_who_invite_one_address_make_one_guest_and_one_invitation() {
    let bench = Bench::of(contoso());
    let all = (0..50).map(|_| invite(bench.guests(), wish("guest@fabrikam.example")));
    let links: HashSet<_> =
        futures_util::future::join_all(all).await.into_iter().map(|done| done.unwrap().invitation.id).collect();
    let content = bench.store.content();
    assert_eq!((links.len(), content.users.len(), content.invitations.len()), (1, 1, 1));
    assert_eq!(content.mails.len(), 3);
}

#[test]
fn verbs_can_run_on_any_thread() {
    fn is_send<T: Send>(_: T) {}
    let bench = Bench::of(contoso());
    let someone = address("guest@fabrikam.example");
    is_send(invite(bench.guests(), wish("guest@fabrikam.example")));
    is_send(resend(bench.guests(), &someone));
    is_send(list(bench.guests()));
    is_send(show(bench.guests(), &someone));
}

#[tokio::test]
async fn a_member_sets_the_first_password_once_within_a_quarter_of_an_hour() {
    let bench = Bench::of(contoso());
    let passwords = Passwords::start(1, TestRandom::new()).unwrap();
    let new = AddMember { address: address("new@contoso.example"), display_name: Some("Nia".to_owned()), admin: true };
    let added = add_member(bench.guests(), new.clone()).await.unwrap();
    let token = added.link.expose().split_once('#').unwrap().1.to_owned();
    let (user, secret) = token.split_once('.').unwrap();
    assert_eq!((user, secret.len()), (added.user.id.to_string().as_str(), 43));
    assert!(!bench.short_term.keys().iter().any(|key| key.contains(secret)), "only the hash is kept");
    assert_eq!(member_of_link(bench.guests(), &token).await.unwrap().unwrap().id, added.user.id);

    let weak = set_password(bench.guests(), &passwords, &token, &Secret::new("contoso")).await;
    assert!(matches!(weak, Err(MemberError::Password(PasswordFault::TooShort))));
    let good = Secret::new("gloomy walrus paints attic");
    set_password(bench.guests(), &passwords, &token, &good).await.unwrap();
    let hash = bench.store.content().passwords[&added.user.id].clone();
    assert!(passwords.verify(&good, Some(&hash)).await.unwrap());
    assert_eq!(bench.store.content().epochs.len(), 1, "older sessions end");
    let again = set_password(bench.guests(), &passwords, &token, &good).await;
    assert!(matches!(again, Err(MemberError::LinkGone)));

    let second = add_member(bench.guests(), new).await.unwrap();
    assert!(second.existed && second.user.id == added.user.id);
    let token = second.link.expose().split_once('#').unwrap().1.to_owned();
    bench.clock.advance(Duration::from_secs(15 * 60 + 1));
    let late = set_password(bench.guests(), &passwords, &token, &good).await;
    assert!(matches!(late, Err(MemberError::LinkGone)));

    let foreign = AddMember { address: address("new@fabrikam.example"), display_name: None, admin: false };
    assert!(matches!(add_member(bench.guests(), foreign).await, Err(MemberError::ForeignDomain(_))));
}

#[tokio::test]
async fn a_full_organization_invites_nobody_new_and_keeps_who_is_there() {
    let mut tenant = contoso();
    tenant.policies.max_guests = Some(2);
    let bench = Bench::of(tenant);
    invited(&bench, wish("one@mail.example")).await;
    invited(&bench, wish("two@mail.example")).await;
    let error = refused(&bench, wish("three@mail.example")).await;
    assert!(matches!(error, InviteError::Full(2)), "{error}");
    assert!(error.to_string().contains("max_guests"), "{error}");
    // Whoever is there already may be invited again, and a place that becomes free is taken.
    invited(&bench, wish("two@mail.example")).await;
    bench.store.edit(|content| content.users[0].1.deleted_at = Some(Timestamp::from_seconds(1)));
    invited(&bench, wish("three@mail.example")).await;
}
