//! Samples of the guest's own page and what belongs to it.

use super::*;
use crate::pages::account::views::{
    ACCOUNT_ERASED, AccessReviewPage, Account, CHANGE_PROOF, Confirm, Done, ELSEWHERE, ERASE, ERASE_ACCOUNT, ERASED,
    LEAVE, LEAVE_BY_MAILBOX, LEAVE_PROOF, LEFT, MailboxProof, NOBODY, OrganizationLine, ReviewedGuest, SessionLine,
    SignInFirst,
};
use crate::pages::change_confirm::ChangeConfirm;

fn organization(filling: &Filling, name: &str, here: bool, url: Option<&str>) -> OrganizationLine {
    OrganizationLine {
        name: filling.text(name),
        domain: filling.text("contoso.example"),
        here,
        standing: filling.text("Guest"),
        switch_url: url.map(|url| filling.text(url)),
        leave_url: Some(filling.text("/contoso.example/account/leave")),
    }
}

fn session(filling: &Filling, browser: &str, current: bool) -> SessionLine {
    let moment = || ("2026-11-28T05:00:00Z".to_owned(), filling.text("2026-11-28 05:00 UTC"));
    SessionLine {
        id: filling.text("5f2c81d0"),
        browser: filling.text(browser),
        started: moment(),
        used: moment(),
        current,
    }
}

fn guest(filling: &Filling, name: &str, decision: Option<&'static str>) -> ReviewedGuest {
    ReviewedGuest {
        id: filling.text("5f2c81d0"),
        name: filling.text(name),
        address: filling.text("guest@fabrikam.example"),
        last_sign_in: filling.text("last signed in on 2026-11-01"),
        decision,
    }
}

pub(super) fn account_pages(filling: &Filling) -> Vec<(&'static str, Response<String>)> {
    let url = |path: &str| Some(filling.text(&format!("/contoso.example/{path}")));
    let account = |organizations, sessions| Account {
        apps_url: filling.text("/contoso.example/account/apps"),
        chrome: filling.known(),
        form: filling.form(),
        name: filling.text("Gwen Guest"),
        address: Some(filling.text("guest@fabrikam.example")),
        coming: coming(filling),
        organizations,
        sessions,
        panel_url: filling.text("/contoso.example/myapps"),
        methods_url: filling.text("/contoso.example/account/methods"),
        accepted_url: url("account/accepted"),
        change_url: url("account/sign-in"),
        export_url: url("account/export"),
        erase_url: url("account/erase"),
        erase_account_url: url("account/erase-account"),
    };
    let several = account(
        vec![
            organization(filling, "Contoso", true, None),
            organization(filling, "Northwind", false, Some("/northwind.example/myapps")),
        ],
        vec![session(filling, "Firefox on Linux", true), session(filling, "Safari on iPhone", false)],
    );
    let one = account(vec![organization(filling, "Contoso", true, None)], vec![session(filling, "Firefox", true)]);
    let member = Account {
        coming: Vec::new(),
        accepted_url: None,
        change_url: None,
        export_url: None,
        erase_url: None,
        erase_account_url: None,
        ..one
    };
    let confirm = |words, proof: Option<&str>| Confirm {
        chrome: if proof.is_some() { filling.chrome() } else { filling.known() },
        form: filling.form(),
        words,
        proof: proof.map(|proof| filling.text(proof)),
        stay_url: if proof.is_some() { None } else { url("account") },
        also_account: false,
    };
    let both = Confirm { also_account: true, ..confirm(ERASE, None) };
    let done = |words| Done { chrome: filling.chrome(), words };
    let proof = |words, address: Option<&str>, code, error| MailboxProof {
        chrome: filling.chrome(),
        form: filling.form(),
        words,
        address: address.map(|address| filling.text(address)),
        code,
        state: code.then(|| filling.text("sealed")),
        resend_action: code.then(|| filling.text("/contoso.example/leave/send")),
        error,
    };
    let first = |lead| SignInFirst {
        lead,
        chrome: filling.known(),
        form: filling.form(),
        stay_url: filling.text("/contoso.example/account"),
    };
    let change = |mark: Option<&str>| ChangeConfirm {
        chrome: filling.known(),
        form: filling.form(),
        switch_action: filling.text("/contoso.example/sign-in/switch"),
        guest: filling.text("Gwen Guest"),
        account: filling.text("colleague@fabrikam.example"),
        provider: filling.text("Fabrikam"),
        mark: mark.map(|mark| filling.text(mark)),
        stay_url: filling.text("/contoso.example/account"),
    };
    let review = |open, decision| AccessReviewPage {
        chrome: filling.known(),
        form: filling.form(),
        day: "2026-12-12".to_owned(),
        open,
        no_answer: filling.text("Guests without an answer stay."),
        guests: vec![guest(filling, "Gwen Guest", decision), guest(filling, "Otto Other", Some("remove"))],
    };
    let wrong = |error| filling.wrong(error);
    let own = Some("guest@fabrikam.example");
    vec![
        ("account", page(&several)),
        ("account-member", page(&member)),
        ("account-leave", page(&confirm(LEAVE, None))),
        ("account-erase", page(&confirm(ERASE, None))),
        ("account-erase-both", page(&both)),
        ("erase-account", page(&confirm(ERASE_ACCOUNT, None))),
        ("erase-account-elsewhere", page(&done(ELSEWHERE))),
        ("account-erased", page(&done(ACCOUNT_ERASED))),
        ("leave-mailbox", page(&confirm(LEAVE_BY_MAILBOX, Some("sealed")))),
        ("left", page(&done(LEFT))),
        ("erased", page(&done(ERASED))),
        ("nobody-to-leave", page(&done(NOBODY))),
        ("leave-proof", page(&proof(LEAVE_PROOF, None, false, None))),
        ("leave-proof-wrong", page(&proof(LEAVE_PROOF, None, false, wrong(FieldError::AddressShape)))),
        ("leave-proof-code", page(&proof(LEAVE_PROOF, own, true, None))),
        ("change-proof", page(&proof(CHANGE_PROOF, own, false, None))),
        ("change-proof-code-wrong", page(&proof(CHANGE_PROOF, own, true, wrong(FieldError::CodeWrong)))),
        ("sign-in-first", page(&first("sign-in-first-lead"))),
        ("sign-in-first-account", page(&first("sign-in-first-lead-account"))),
        ("sign-in-first-erase", page(&first("sign-in-first-lead-erase"))),
        ("change-confirm", page(&change(Some("5f0c")))),
        ("change-refused", page(&change(None))),
        ("access-review", page(&review(true, None))),
        ("access-review-over", page(&review(false, Some("keep")))),
    ]
}
