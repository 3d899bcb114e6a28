//! What a copy of an invitation must and must not do (attack row B15).

use super::invite::{Invite, InviteError, InviteWarning, Inviter, invite};
use super::mail_block::{Reach, block};
use super::send_again::send_again;
use crate::model::*;
use crate::test_doubles::*;

fn wish(to: &str, cc: &str) -> Invite {
    Invite { cc: Some(address(cc)), ..Invite::of(address(to), Inviter::Operator { name: None }) }
}

/// Who got a copy of each mail, in order.
fn copies(bench: &Bench) -> Vec<Option<String>> {
    bench.store.content().mails.iter().map(|mail| mail.mail.cc.as_ref().map(ToString::to_string)).collect()
}

#[tokio::test]
async fn b15_a_copy_counts_against_the_limits_of_its_reader() {
    let bench = Bench::of(contoso());
    let boss = "boss@mail.example";
    for number in 1..=5 {
        let done = invite(bench.guests(), wish(&format!("guest{number}@fabrikam.example"), boss)).await.unwrap();
        assert!(done.mail_queued, "the guest is invited in any case");
        assert_eq!(done.warnings.contains(&InviteWarning::NoCopy), number > 3, "{number}");
    }
    let some = Some(boss.to_owned());
    assert_eq!(copies(&bench), [some.clone(), some.clone(), some, None, None]);
    // The reader had enough mails by then, in whatever place of them.
    let done = invite(bench.guests(), Invite { cc: None, ..wish(boss, boss) }).await.unwrap();
    assert!(done.warnings.contains(&InviteWarning::MailLimit) && !done.mail_queued);
    // The control: another reader gets a copy; and without a mail there is no copy to speak of.
    let done = invite(bench.guests(), wish("guest6@fabrikam.example", "other@mail.example")).await.unwrap();
    assert!(!done.warnings.contains(&InviteWarning::NoCopy));
    let silent = Invite { send_mail: false, ..wish("guest7@fabrikam.example", boss) };
    assert!(!invite(bench.guests(), silent).await.unwrap().warnings.contains(&InviteWarning::NoCopy));
}

#[tokio::test]
async fn b15_a_copy_counts_against_the_limits_of_tenant_and_inviter() {
    for (copied, most) in [(true, 2), (false, 4)] {
        let mut bench = Bench::of(contoso());
        bench.limits.invitations_per_day = 4;
        for number in 1..=most + 1 {
            let mut wish = wish(&format!("guest{number}@fabrikam.example"), &format!("boss{number}@mail.example"));
            wish.cc = wish.cc.filter(|_| copied);
            let done = invite(bench.guests(), wish).await;
            assert_eq!(matches!(done, Err(InviteError::TooMany { .. })), number > most, "{copied} {number}");
        }
    }
}

#[tokio::test]
async fn b15_who_brings_colleagues_alone_copies_colleagues_alone() {
    let mut tenant = contoso();
    tenant.policies.allow_invites_from = AllowInvitesFrom::AdminsAndGuestInviters;
    let bench = Bench::of(tenant);
    let partner = User {
        user_type: UserType::Guest,
        external_user_state: Some(ExternalUserState::Accepted),
        mail: Some(address("partner@fabrikam.example")),
        guest_inviter: true,
        ..member()
    };
    bench.store.edit(|content| content.users = vec![(CONTOSO, partner.clone())]);
    let inviter = Inviter::User(Box::new(partner));
    let with = |cc: &str| Invite { inviter: inviter.clone(), ..wish("colleague@fabrikam.example", cc) };
    for cc in ["x@mail.example", "x@eu.fabrikam.example", "x@notfabrikam.example", "member@contoso.example"] {
        let error = invite(bench.guests(), with(cc)).await.unwrap_err();
        assert!(matches!(error, InviteError::NoColleague(_)), "{cc}: {error}");
    }
    assert!(bench.store.content().mails.is_empty());
    invite(bench.guests(), with("second@fabrikam.example")).await.unwrap();
    assert_eq!(copies(&bench), [Some("second@fabrikam.example".to_owned())], "the control");
}

#[tokio::test]
async fn a_mailbox_that_blocks_invitation_mails_gets_no_copy_either() {
    for reach in [Reach::Tenant, Reach::Everybody] {
        let bench = Bench::of(contoso());
        let boss = address("boss@mail.example");
        assert!(block(bench.guests(), &boss, reach, None).await.unwrap());
        let done = invite(bench.guests(), wish("guest@fabrikam.example", boss.as_str())).await.unwrap();
        assert!(done.mail_queued && done.warnings.contains(&InviteWarning::NoCopy), "{reach:?}");
        let operator = Inviter::Operator { name: None };
        send_again(bench.guests(), &operator, done.user.id).await.unwrap();
        assert_eq!(copies(&bench), [None, None], "{reach:?}");
    }
    // The control, and nobody gets the same mail twice.
    let bench = Bench::of(contoso());
    invite(bench.guests(), wish("guest@fabrikam.example", "boss@mail.example")).await.unwrap();
    invite(bench.guests(), wish("other@fabrikam.example", "other@fabrikam.example")).await.unwrap();
    assert_eq!(copies(&bench), [Some("boss@mail.example".to_owned()), None]);
}
