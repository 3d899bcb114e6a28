//! What blocking invitation mails must and must not do.

use super::invite::{Invite, InviteWarning, Inviter, invite};
use super::mail_block::{Reach, address_of_right, allow, block, blocks, is_known, right};
use super::manage::ManageError;
use super::resend::resend;
use super::send_again::send_again;
use crate::i18n::TEXTS;
use crate::model::*;
use crate::test_doubles::*;

fn wish(to: &str) -> Invite {
    Invite { apps: vec![WIKI], ..Invite::of(address(to), Inviter::Operator { name: None }) }
}

fn mails_to(bench: &Bench, to: &str) -> usize {
    bench.store.content().mails.iter().filter(|row| row.mail.to == address(to)).count()
}

#[tokio::test]
async fn a_blocked_mailbox_is_invited_and_gets_no_mail() {
    let bench = Bench::of(contoso());
    let guest = "guest@fabrikam.example";
    assert!(block(bench.guests(), &address(guest), Reach::Tenant, None).await.unwrap());
    let done = invite(bench.guests(), wish(guest)).await.unwrap();
    assert!(!done.mail_queued);
    assert_eq!(done.warnings, [InviteWarning::MailBlocked]);
    assert_eq!(done.invitation.state, InvitationState::Pending, "the invitation stands");
    assert_eq!(mails_to(&bench, guest), 0);
    let activities: Vec<String> = bench.store.content().audit.iter().map(|(_, event)| event.activity.clone()).collect();
    assert_eq!(activities, ["Email unsubscribed", "Invite external user", "Email not sent, user unsubscribed"]);
    // "Send it to me again" answers the same and does the same work; nothing reaches the mailbox.
    resend(bench.guests(), &address(guest)).await.unwrap();
    assert_eq!(mails_to(&bench, guest), 0);
    assert_eq!(bench.store.content().mails.len(), 1, "the work of a mail is done all the same");

    // Its inviter is told, instead of believing that a mail is on its way.
    let again = send_again(bench.guests(), &Inviter::Operator { name: None }, done.user.id).await;
    assert!(matches!(again, Err(ManageError::MailBlocked)), "{again:?}");
    assert_eq!(mails_to(&bench, guest), 0);

    let mut other = bench.guests();
    let northwind = northwind();
    other.tenant = &northwind;
    let done = invite(other, Invite { apps: vec![DESK], ..wish(guest) }).await.unwrap();
    assert!(done.mail_queued, "another tenant's mails are not blocked");
}

#[tokio::test]
async fn everybody_means_every_tenant_and_one_more_mail_after_it_is_undone() {
    let bench = Bench::of(northwind());
    let guest = address("guest@fabrikam.example");
    assert!(block(bench.guests(), &guest, Reach::Everybody, None).await.unwrap());
    let to = Invite { apps: vec![DESK], ..wish("guest@fabrikam.example") };
    assert!(!invite(bench.guests(), to.clone()).await.unwrap().mail_queued);
    assert!(!allow(bench.guests(), &guest, Some(NORTHWIND)).await.unwrap(), "that one was never blocked");
    assert!(allow(bench.guests(), &guest, None).await.unwrap());
    assert!(invite(bench.guests(), to).await.unwrap().mail_queued);
    assert_eq!(bench.store.content().audit.last().unwrap().1.activity, "Invite external user");
}

#[tokio::test]
async fn a_copy_does_not_reach_a_blocked_mailbox_either() {
    let bench = Bench::of(contoso());
    block(bench.guests(), &address("boss@fabrikam.example"), Reach::Tenant, None).await.unwrap();
    let with_copy = |cc: &str| Invite { cc: Some(address(cc)), ..wish("guest@fabrikam.example") };
    invite(bench.guests(), with_copy("boss@fabrikam.example")).await.unwrap();
    invite(bench.guests(), with_copy("other@fabrikam.example")).await.unwrap();
    let copies: Vec<_> = bench.store.content().mails.iter().map(|row| row.mail.cc.clone()).collect();
    assert_eq!(copies, [None, Some(address("other@fabrikam.example"))]);
}

#[tokio::test]
async fn b15_a_right_is_for_one_mailbox_and_one_tenant() {
    let bench = Bench::of(contoso());
    let guest = address("guest@fabrikam.example");
    let sealed = right(&bench.guests(), &guest);
    assert_eq!(address_of_right(&bench.guests(), &sealed), Some(guest.clone()));
    assert!(!sealed.contains("guest"), "the address does not stand there in clear");

    let mut other = bench.guests();
    let northwind = northwind();
    other.tenant = &northwind;
    assert_eq!(address_of_right(&other, &sealed), None, "another tenant's right");
    for at in 0..sealed.len() {
        let mut forged = sealed.clone().into_bytes();
        forged[at] = if forged[at] == b'0' { b'1' } else { b'0' };
        let forged = String::from_utf8(forged).unwrap();
        if forged != sealed {
            assert_eq!(address_of_right(&bench.guests(), &forged), None, "changed at {at}");
        }
    }
    for nonsense in ["", "x", "guest@fabrikam.example", &sealed[..sealed.len() - 2], &format!("{sealed}00")] {
        assert_eq!(address_of_right(&bench.guests(), nonsense), None, "{nonsense}");
    }
}

#[tokio::test]
async fn b15_replaying_a_block_changes_nothing_more() {
    let bench = Bench::of(contoso());
    let guest = address("guest@fabrikam.example");
    for number in 0..5 {
        let fresh = block(bench.guests(), &guest, Reach::Tenant, Some(&TestWords)).await.unwrap();
        assert_eq!(fresh, number == 0);
    }
    let content = bench.store.content();
    assert_eq!((content.blocks.len(), content.audit.len(), content.mails.len()), (1, 1, 1));
    let mail = &content.mails[0].mail;
    assert_eq!(mail.to, guest);
    assert!(mail.text.contains(&bench.urls.blocks(CONTOSO)), "{}", mail.text);
    assert!(!format!("{:?}{:?}", content.audit, content.blocks).contains("guest@"), "neither list nor audit name it");
}

#[tokio::test]
async fn the_list_is_that_of_one_mailbox() {
    let bench = Bench::of(contoso());
    let (guest, other) = (address("guest@fabrikam.example"), address("other@fabrikam.example"));
    block(bench.guests(), &guest, Reach::Tenant, None).await.unwrap();
    block(bench.guests(), &guest, Reach::Everybody, None).await.unwrap();
    let listed = blocks(bench.guests(), &guest).await.unwrap();
    let names: Vec<_> = listed.iter().map(|block| block.name.as_deref()).collect();
    assert_eq!(names, [Some("Contoso"), None]);
    assert!(blocks(bench.guests(), &other).await.unwrap().is_empty());
    assert!(is_known(bench.guests(), &guest).await.unwrap());
    assert!(!is_known(bench.guests(), &other).await.unwrap());
}

#[tokio::test]
async fn a_mail_speaks_the_invitations_language_then_the_guests_then_the_tenants() {
    let cases = [
        (Some("fr-CA"), Some("sv"), "nl", "fr"),
        (None, Some("sv-SE"), "nl", "sv"),
        (Some("ja"), None, "nl", "nl"),
        (None, None, "nl", "nl"),
        (None, Some("ja"), "de", "en"),
    ];
    for (invitation, preferred, tenant, spoken) in cases {
        let mut bench = Bench::of(contoso());
        bench.tenant.language = tenant.to_owned();
        let mut context = bench.guests();
        context.words = &*TEXTS;
        let first = invite(context, Invite { send_mail: false, ..wish("guest@fabrikam.example") }).await.unwrap();
        bench.store.edit(|content| {
            let row = content.users.iter_mut().find(|(_, row)| row.id == first.user.id).unwrap();
            row.1.preferred_language = preferred.map(str::to_owned);
        });
        let again = Invite { language: invitation.map(str::to_owned), ..wish("guest@fabrikam.example") };
        invite(context, again).await.unwrap();
        assert_eq!(bench.store.content().mails[0].mail.language, spoken, "{invitation:?} {preferred:?} {tenant}");
    }
}
