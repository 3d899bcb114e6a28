//! What the commands about guests and members print.

use super::{guest, invite, member};
use crate::guests::invite::{Invite, Invited, Inviter};
use crate::guests::list::list;
use crate::guests::member_add::{AddMember, add_member};
use crate::guests::show::show;
use crate::model::AppId;
use crate::test_doubles::*;

async fn invited(bench: &Bench, to: &str, apps: &[AppId], send_mail: bool) -> Invited {
    let operator = Inviter::Operator { name: None };
    let wish = Invite { apps: apps.to_vec(), send_mail, ..Invite::of(address(to), operator) };
    crate::guests::invite::invite(bench.guests(), wish).await.unwrap()
}

fn printed(print: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    print(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[tokio::test]
async fn a_guest_list_is_a_table_or_json() {
    let bench = Bench::of(contoso());
    let empty = list(bench.guests()).await.unwrap();
    assert!(printed(|out| guest::print_list(out, &empty, false)).starts_with("Contoso has no guests yet."));
    invited(&bench, "guest@fabrikam.example", &[WIKI], true).await;
    let full = list(bench.guests()).await.unwrap();
    let text = printed(|out| guest::print_list(out, &full, false));
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        lines[0].starts_with("ADDRESS") && lines[0].ends_with("INVITATION  INVITATION ACCEPTED  SOURCE        AHEAD"),
        "{text}"
    );
    assert!(lines[1].contains("  PendingAcceptance  2023-11-14T22:13:20Z  pending     No "), "{text}");
    assert!(lines[1].ends_with("Invited user  will sign in at FABRIKAM"), "{text}");
    let json: serde_json::Value = serde_json::from_str(&printed(|out| guest::print_list(out, &full, true))).unwrap();
    assert_eq!(json["guests"][0]["externalUserState"], "PendingAcceptance");
}

#[tokio::test]
async fn a_guest_is_shown_with_state_source_and_links() {
    let bench = Bench::of(contoso());
    invited(&bench, "contact@mail.example", &[WIKI], true).await;
    let details = show(bench.guests(), &address("contact@mail.example")).await.unwrap().unwrap();
    let text = printed(|out| guest::print_guest(out, &details, false));
    for line in [
        "State                PendingAcceptance since 2023-11-14T22:13:20Z\n",
        "Invitation accepted  No\n",
        "Source               Invited user\n",
        "Mail                 none: the contact Contact holds this address; remove it from the organization's file, then invite again\n",
        "Route                will use a one-time passcode, through the redeem URL only\n",
        "Last sign-in         never\n",
        &format!("App                  Wiki  {}\n", bench.urls.direct_link(CONTOSO, WIKI)),
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
    let json: serde_json::Value =
        serde_json::from_str(&printed(|out| guest::print_guest(out, &details, true))).unwrap();
    assert_eq!((&json["invitationAccepted"], &json["source"]), (&false.into(), &"Invited user".into()));
}

#[tokio::test]
async fn without_mail_the_redeem_url_and_the_direct_links_are_printed_with_a_warning() {
    let bench = Bench::of(northwind());
    let done = invited(&bench, "newcomer@mail.example", &[DESK], false).await;
    let report = invite::report(&bench.guests(), &done, &[DESK]);
    let text = printed(|out| invite::print(out, &report, false));
    for part in [
        &bench.urls.redeem(NORTHWIND, &done.invitation.id),
        &bench.urls.panel(NORTHWIND),
        &bench.urls.direct_link(NORTHWIND, DESK),
        "no mail was sent",
        "will use a personal account",
        "Warning: this guest may have to make a personal account, which works only through the redeem URL.",
    ] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    let json: serde_json::Value = serde_json::from_str(&printed(|out| invite::print(out, &report, true))).unwrap();
    assert_eq!(json["inviteRedeemUrl"], bench.urls.redeem(NORTHWIND, &done.invitation.id));
    assert_eq!(json["warnings"][0], "onlyByInvitationLink");
}

#[tokio::test]
async fn with_a_mail_on_its_way_there_is_nothing_to_pass_on() {
    let bench = Bench::of(northwind());
    let done = invited(&bench, "newcomer@mail.example", &[DESK], true).await;
    let text = printed(|out| invite::print(out, &invite::report(&bench.guests(), &done, &[DESK]), false));
    assert!(text.contains("the mail is on its way") && !text.contains("Warning") && !text.contains("Access panel"));
}

#[tokio::test]
async fn a_new_members_link_is_printed_once() {
    let bench = Bench::of(contoso());
    let wish = AddMember { address: address("new@contoso.example"), display_name: None, admin: true };
    let added = add_member(bench.guests(), wish).await.unwrap();
    let text = printed(|out| member::print(out, &added, false));
    assert_eq!(text.matches(added.link.expose()).count(), 1);
    assert!(text.contains("Works until      2023-11-14T22:28:20Z\n"), "{text}");
    assert!(!format!("{added:?}").contains("set-password#"), "the link is a secret");
}
