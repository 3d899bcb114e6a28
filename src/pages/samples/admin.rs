//! The pages of administrators with sample data.

use http::Response;

use super::Filling;
use crate::admin::import_views::{CountLink, ImportForm, ImportRow, ImportRows, Stage};
use crate::admin::views::{
    ActionField, ActionLink, Choice, Explain, ExplainedStep, Fact, FactGroup, Guest, GuestAction, GuestRow, Guests,
    InviteForm, InvitePreview, Nav, Section,
};
use crate::pages::manage_app::{ManageApp, OwnersChoice, OwnersForm, PersonRow};
use crate::pages::no_administrator::NoAdministrator;
use crate::web::chrome::{Chrome, SignedIn};
use crate::web::render::page;

fn chrome(filling: &Filling) -> Chrome {
    let signed_in = SignedIn {
        name: filling.text("Ada Admin"),
        address: filling.text("admin@contoso.example"),
        account_url: None,
        sign_out_action: filling.text("/contoso.example/sign-out"),
        csrf: filling.text("token"),
    };
    Chrome { signed_in: Some(signed_in), ..filling.chrome() }
}

fn nav(filling: &Filling, section: Section) -> Nav {
    Nav { base: filling.text("/contoso.example"), section }
}

fn fact(filling: &Filling, label: &str, value: &str) -> Fact {
    Fact { label: filling.language.say(label), value: filling.text(value), url: None }
}

fn row(filling: &Filling, name: &str, address: &str, accepted: bool) -> GuestRow {
    GuestRow {
        url: filling.text("/contoso.example/guests/1"),
        name: filling.text(name),
        address: filling.text(address),
        state: filling.text(if accepted { "Accepted" } else { "PendingAcceptance" }),
        mood: if accepted { "good" } else { "open" },
        facts: vec![
            fact(filling, "fact-since", "2026-11-28 05:01 UTC"),
            fact(filling, "fact-accepted", "Yes"),
            fact(filling, "fact-source", "External directory (fabrikam.example)"),
        ],
        warnings: if accepted { Vec::new() } else { vec![filling.language.say("attention-no-mail")] },
    }
}

fn states(filling: &Filling) -> Vec<Choice> {
    [("", "guests-state-all"), ("pending", "guests-state-pending"), ("blocked", "guests-state-blocked")]
        .map(|(value, label)| Choice {
            value: value.to_owned(),
            label: filling.language.say(label),
            chosen: value == "pending",
        })
        .into()
}

pub(super) fn admin_pages(filling: &Filling) -> Vec<(&'static str, Response<String>)> {
    let list = |search: &str, guests: Vec<GuestRow>, next: bool| Guests {
        chrome: chrome(filling),
        nav: nav(filling, Section::Guests),
        search: if search.is_empty() { String::new() } else { filling.text(search) },
        states: if search.is_empty() { Vec::new() } else { states(filling) },
        sources: vec![Choice {
            value: filling.text("connection:fabrikam"),
            label: filling.text("Fabrikam"),
            chosen: false,
        }],
        total: if guests.is_empty() { 0 } else { 3_000 },
        guests,
        next_url: next.then(|| filling.text("/contoso.example/guests?after=1")),
        later: next,
        done: next.then(|| filling.language.say("done-revoke")),
    };
    let all = || {
        vec![
            row(filling, "Gwen Guest", "guest@fabrikam.example", true),
            row(filling, "Casey Contact", "contact@mail.example", false),
            row(
                filling,
                "Somebody With A Rather Long Name",
                "somebody.with.a.long.name@subsidiary.fabrikam.example",
                false,
            ),
        ]
    };
    let guest = Guest {
        chrome: chrome(filling),
        nav: nav(filling, Section::Guests),
        name: filling.text("Casey Contact"),
        address: filling.text("contact@mail.example"),
        state: filling.text("PendingAcceptance"),
        mood: "open",
        done: Some(filling.text("Sent again.")),
        warnings: vec![filling.language.say("attention-no-mail")],
        groups: vec![FactGroup {
            heading: filling.language.say("group-guest"),
            facts: vec![
                fact(filling, "fact-source", "Invited user"),
                fact(filling, "fact-object-id", "c0a70500-0000-4000-8000-0000000000c1"),
                Fact {
                    url: Some(filling.text("/x")),
                    ..fact(filling, "fact-redeem-url", "https://login.example/x/redeem/y")
                },
            ],
        }],
        actions: vec![
            ActionLink {
                label: filling.language.say("action-resend"),
                url: filling.text("/contoso.example/guests/1/resend"),
                at_once: true,
            },
            ActionLink {
                label: filling.language.say("action-revoke"),
                url: filling.text("/contoso.example/guests/1/revoke"),
                at_once: false,
            },
        ],
        csrf: filling.text("token"),
        explain_url: filling.text("/contoso.example/explain?address=x"),
    };
    let action = GuestAction {
        chrome: chrome(filling),
        nav: nav(filling, Section::Guests),
        name: filling.text("Casey Contact"),
        address: filling.text("contact@mail.example"),
        heading: filling.language.say("action-revoke"),
        lead: filling.language.say("action-revoke-lead"),
        action: filling.text("/contoso.example/guests/1/revoke"),
        csrf: filling.text("token"),
        field: ActionField::None,
        typed: String::new(),
        caution: true,
        error: Some(filling.language.say("refused-state")),
        back_url: filling.text("/contoso.example/guests/1"),
    };
    let asks = |field, name: &str, lead: &str| GuestAction {
        chrome: chrome(filling),
        nav: nav(filling, Section::Guests),
        name: filling.text("Casey Contact"),
        address: filling.text("contact@mail.example"),
        heading: filling.language.say(name),
        lead: filling.language.say(lead),
        action: filling.text("/contoso.example/guests/1/reset"),
        csrf: filling.text("token"),
        field,
        typed: filling.text("2027-01-31"),
        caution: false,
        error: None,
        back_url: filling.text("/contoso.example/guests/1"),
    };
    let choice =
        |value: &str, label: &str, chosen| Choice { value: filling.text(value), label: filling.text(label), chosen };
    let form = InviteForm {
        chrome: chrome(filling),
        nav: nav(filling, Section::Invite),
        action: filling.text("/contoso.example/guests/invite"),
        csrf: filling.text("token"),
        address: filling.text("guest@"),
        name: filling.text("Gwen Guest"),
        message: filling.text("Welcome.\nSee you on Monday."),
        languages: vec![Choice { value: "en".to_owned(), label: "en".to_owned(), chosen: true }],
        cc: String::new(),
        redirect_url: filling.text("https://wiki.contoso.localhost:8443/"),
        sponsors: String::new(),
        days: filling.text("30"),
        apps: if filling.hostile {
            Vec::new()
        } else {
            vec![choice("app:1", "Wiki", true), choice("app:2", "Desk", false)]
        },
        roles: if filling.hostile { Vec::new() } else { vec![choice("role:1:Editor", "Wiki: Editor", true)] },
        groups: if filling.hostile { Vec::new() } else { vec![choice("group:1", "Partners", false)] },
        routes: vec![
            Choice { value: String::new(), label: filling.language.say("invite-route-default"), chosen: true },
            choice("connection:fabrikam", "Fabrikam", false),
        ],
        mail: true,
        error: Some(filling.language.say("invite-address-wrong")),
    };
    let preview = InvitePreview {
        chrome: chrome(filling),
        nav: nav(filling, Section::Invite),
        outcome: filling.language.say("outcome-new"),
        route: filling.text("Will sign in at Fabrikam"),
        warnings: vec![filling.language.say("warning-provider")],
        facts: vec![
            fact(filling, "invite-address", "guest@fabrikam.example"),
            fact(filling, "invite-apps", "Wiki, Desk"),
        ],
        message: Some(filling.text("Welcome.\nSee you on Monday.")),
        action: filling.text("/contoso.example/guests/invite"),
        csrf: filling.text("token"),
        hidden: vec![(filling.text("address"), filling.text("guest@fabrikam.example"))],
    };
    let person = |name: &str, address: &str| PersonRow {
        id: "1".to_owned(),
        name: filling.text(name),
        address: filling.text(address),
        kind: filling.language.say("manage-kind-guest"),
    };
    let managed = ManageApp {
        chrome: chrome(filling),
        app: filling.text("Wiki"),
        base: filling.text("/contoso.example/myapps/1/manage"),
        csrf: filling.text("token"),
        people: vec![person("Gwen Guest", "guest@fabrikam.example"), person("Dirk Direct", "direct@fabrikam.example")],
        searchable: true,
        search: filling.text("gwen"),
        previous_url: None,
        next_url: Some(filling.text("/contoso.example/myapps/1/manage?page=2")),
        position: "1 / 2".to_owned(),
        groups: filling.text("Partners"),
        removing: Some(person("Gwen Guest", "guest@fabrikam.example")),
        done: Some(filling.language.say("manage-done-removed")),
        error: Some(filling.language.say("manage-domain")),
        form: OwnersForm {
            address: filling.text("guest@"),
            name: filling.text("Gwen Guest"),
            message: filling.text("Welcome.\nSee you on Monday."),
            roles: vec![OwnersChoice { value: filling.text("role:1"), label: filling.text("Editor"), chosen: true }],
            mail: true,
            more: true,
            ..OwnersForm::default()
        },
        panel_url: filling.text("/contoso.example/myapps"),
    };
    let closed = |second_factor| NoAdministrator {
        chrome: chrome(filling),
        form: filling.form(),
        address: filling.text("member@contoso.example"),
        second_factor,
        panel_url: filling.text("/contoso.example/myapps"),
    };
    let explained = Explain {
        chrome: chrome(filling),
        nav: nav(filling, Section::Explain),
        address: filling.text("newcomer@mail.example"),
        url: filling.text("https://desk.apps.localhost:8443/northwind.example/"),
        error: None,
        verdict: Some(("caution", filling.language.say("explain-no"))),
        steps: vec![
            ExplainedStep {
                heading: filling.language.say("explain-tenant"),
                found: filling.text("Northwind, named in the path."),
                passes: true,
            },
            ExplainedStep {
                heading: filling.language.say("explain-matched"),
                found: filling.language.say("explain-nobody-no-account"),
                passes: false,
            },
        ],
        next: vec![filling.text("Send the invitation again.")],
        guest_url: Some(filling.text("/contoso.example/guests/1")),
    };
    let unexplained = Explain {
        chrome: chrome(filling),
        nav: nav(filling, Section::Explain),
        address: filling.text("newcomer"),
        url: String::new(),
        error: Some(filling.language.say("explain-address-wrong")),
        verdict: None,
        steps: Vec::new(),
        next: Vec::new(),
        guest_url: None,
    };
    let upload = ImportForm {
        chrome: chrome(filling),
        nav: nav(filling, Section::Import),
        action: filling.text("/contoso.example/guests/import"),
        csrf: filling.text("token"),
        file: "file",
        hint: filling.language.say_with("import-file-hint", &[("size", "1024 KiB"), ("rows", "5000")]),
        message: filling.text("Welcome.\nSee you on Monday."),
        redirect_url: filling.text("https://wiki.contoso.localhost:8443/"),
        apps: if filling.hostile { Vec::new() } else { vec![choice("app:1", "Wiki", true)] },
        roles: if filling.hostile { Vec::new() } else { vec![choice("role:1:Editor", "Wiki: Editor", false)] },
        groups: if filling.hostile { Vec::new() } else { vec![choice("group:1", "Partners", false)] },
        mail: true,
        again: false,
        open: true,
        error: Some(filling.language.say("import-not-text")),
        last_url: Some(filling.text("/contoso.example/guests/import/1")),
    };
    let imported = |stage| ImportRows {
        chrome: chrome(filling),
        nav: nav(filling, Section::Import),
        stage,
        total: 1_000,
        notes: vec![filling.language.say_with("import-ignored", &[("headings", "Extra")])],
        counts: [("import-all-rows", "1000"), ("import-invited", "998"), ("import-failed", "2")]
            .map(|(label, number)| CountLink {
                label: filling.language.say(label),
                number: number.to_owned(),
                url: filling.text("/contoso.example/guests/import/1?page=1"),
                chosen: number == "1000",
            })
            .into(),
        rows: vec![
            ImportRow {
                line: "2".to_owned(),
                address: filling.text("somebody.with.a.long.name@subsidiary.fabrikam.example"),
                outcome: filling.language.say("import-invited"),
                mood: "good",
                failed: false,
                remarks: vec![filling.language.say_with("route-at", &[("name", &filling.text("Fabrikam"))])],
                redeem_url: (stage == Stage::Done).then(|| filling.text("https://login.example/x/redeem/y")),
            },
            ImportRow {
                line: "3".to_owned(),
                address: filling.text("=cmd|' /C calc'!A0"),
                outcome: filling.language.say("import-failed"),
                mood: "shut",
                failed: true,
                remarks: vec![
                    filling.language.say_with("row-address", &[("text", &filling.text("=cmd|' /C calc'!A0"))]),
                ],
                redeem_url: None,
            },
        ],
        previous_url: Some(filling.text("/contoso.example/guests/import/1?page=1")),
        next_url: Some(filling.text("/contoso.example/guests/import/1?page=3")),
        position: "2 / 10".to_owned(),
        action: filling.text("/contoso.example/guests/import/1"),
        csrf: filling.text("token"),
        may_run: stage != Stage::Done,
        download_url: filling.text("/contoso.example/guests/import/1/results.csv"),
        guests_url: filling.text("/contoso.example/guests"),
    };
    vec![
        ("admin-import", page(&upload)),
        ("admin-import-foreseen", page(&imported(Stage::Foreseen))),
        ("admin-import-running", page(&imported(Stage::Running))),
        ("admin-import-begun", page(&imported(Stage::Begun))),
        ("admin-import-done", page(&imported(Stage::Done))),
        ("admin-explain", page(&explained)),
        ("admin-guest-action", page(&action)),
        ("admin-guest-reset", page(&asks(ActionField::Address, "action-reset", "action-reset-lead"))),
        ("admin-guest-expire", page(&asks(ActionField::End, "action-expire", "action-expire-lead"))),
        ("admin-invite", page(&form)),
        ("admin-invite-preview", page(&preview)),
        ("admin-manage-app", page(&managed)),
        ("admin-explain-wrong", page(&unexplained)),
        ("no-administrator", page(&closed(false))),
        ("no-administrator-second-factor", page(&closed(true))),
        ("admin-guests", page(&list("", all(), true))),
        ("admin-guests-search", page(&list("casey", all(), false))),
        ("admin-guests-no-match", page(&list("nobody", Vec::new(), false))),
        ("admin-guests-none", page(&list("", Vec::new(), false))),
        ("admin-guest", page(&guest)),
    ]
}
