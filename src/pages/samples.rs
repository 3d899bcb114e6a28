//! Every page with sample data: rendered in every language, checked for what all pages owe, and written out to be looked at.

use std::path::Path;

use http::Response;

use crate::consent::standing::Standing;
use crate::i18n::{Language, Texts};
use crate::model::{ClaimsRequest, ClientRequest, ResponseMode, Timestamp};
use crate::signin::enroll::Offer;
use crate::signin::methods::{Listed, Overview};
use crate::signin::passkeys::Ceremony;
use crate::web::client_answer::FormPost;
use crate::web::interstitial::Destination;
use crate::web::problem;
use crate::web::render::page;

use super::accepted::{Accepted, AcceptedDocument, AnswerLine};
use super::account::apps::{ClientLine, ClientList};
use super::block_pages::{BlockAsk, BlockDone, BlockedRow, BlocksAddress, BlocksCode, BlocksList};
use super::chrome::{Chrome, Form, SignedIn, TenantLook};
use super::client_consent::{ClientConsent, in_words};
use super::coming::ComingLine;
use super::consent::{
    Declined, DocumentLanguage, Early, ReviewFacts, ReviewPermissions, TermsDocument, TermsOfUse, review_fragment,
};
use super::device::{DeviceCode, DeviceDone};
use super::field_error::FieldError;
use super::methods::{Done, Methods};
use super::notice::{Notice, NoticePage};
use super::panel::{AppTile, OrganizationLink, Panel};
use super::passkey::PasskeyForm;
use super::second_factor::{EnrollSecondFactor, NewPassword, RecoveryCodes, SecondFactor};
use super::sign_in::{
    ChooseWay, CodePurpose, Continue, CreateAccount, DeadEnd, EnterCode, InvitationEnded, MemberPassword,
    PersonalPassword, ProviderButton, Remedy, SetPassword, SignInAddress, WrongAccount,
};
use super::sign_out::{SignOutConfirm, SignedOut};
use super::{assets, theme};

mod account;
mod admin;
mod checks;

const TERMS: &str = include_str!("samples/terms.md");

/// How the samples are filled: as in the demo, or with hostile text everywhere.
#[derive(Clone)]
pub(super) struct Filling {
    language: Language,
    hostile: bool,
}

impl Filling {
    /// `plain`, or an attack in its place.
    fn text(&self, plain: &str) -> String {
        if self.hostile { checks::HOSTILE.to_owned() } else { plain.to_owned() }
    }

    fn chrome(&self) -> Chrome {
        Chrome {
            language: self.language.clone(),
            brand: self.text("Vestibule"),
            tenant: Some(TenantLook {
                name: self.text("Contoso"),
                primary_domain: self.text("contoso.example"),
                logo_url: None,
                theme_url: Some(self.text("../theme.css")),
            }),
            signed_in: None,
            request_id: self.text("01JD3V9K2M"),
            here: self.text("/contoso.example/sign-in?t=x"),
        }
    }

    fn known(&self) -> Chrome {
        let signed_in = SignedIn {
            name: self.text("Gwen Guest"),
            address: self.text("guest@fabrikam.example"),
            account_url: Some(self.text("/contoso.example/account")),
            sign_out_action: self.text("/contoso.example/sign-out"),
            csrf: self.text("token"),
        };
        Chrome { signed_in: Some(signed_in), ..self.chrome() }
    }

    fn with_logo(&self) -> Chrome {
        // A wide logo as PNG or WebP would be served from our host; the samples draw one.
        let drawn = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='150' height='32' viewBox='0 0 150 32'%3E%3Crect width='32' \
                     height='32' rx='16' fill='%238a2f5b'/%3E%3Crect x='42' y='9' width='104' height='14' fill='%23221f1f'/%3E%3C/svg%3E";
        let known = self.known();
        let tenant = known.tenant.map(|tenant| TenantLook { logo_url: Some(self.text(drawn)), ..tenant });
        Chrome { tenant, ..self.known() }
    }

    fn instance(&self) -> Chrome {
        Chrome { tenant: None, ..self.chrome() }
    }

    fn form(&self) -> Form {
        Form {
            action: self.text("/contoso.example/sign-in/next"),
            ticket: self.text("ticket"),
            csrf: self.text("token"),
        }
    }

    fn wrong(&self, error: FieldError) -> Option<String> {
        Some(error.say(&self.language))
    }
}

fn tile(filling: &Filling, name: &str, host: &str) -> AppTile {
    AppTile {
        name: filling.text(name),
        url: filling.text(&format!("https://{host}/")),
        host: filling.text(host),
        description: if name.len() > 4 { String::new() } else { filling.text("Tickets and answers") },
        icon_url: None,
        manage_url: (name == "Wiki").then(|| filling.text("/contoso.example/myapps/1/manage")),
    }
}

fn document_language(tag: &str, name: &str, current: bool) -> DocumentLanguage {
    DocumentLanguage { tag: tag.to_owned(), name: name.to_owned(), url: format!("?lang={tag}"), current }
}

fn passkey(filling: &Filling, creates: bool, error: Option<String>) -> PasskeyForm {
    let options = "{\"challenge\":\"AAAA\",\"rpId\":\"login.example\",\"user\":{\"id\":\"AAAA\"}}";
    let ceremony = Ceremony { options: filling.text(options), state: filling.text("state") };
    PasskeyForm { creates, ..PasskeyForm::get(filling.form(), ceremony, error) }
}

fn kept(filling: &Filling, count: usize) -> Vec<Listed> {
    let since = crate::model::Timestamp::from_seconds(1_790_000_000);
    let named = ["Phone", ""].map(|name| if name.is_empty() { String::new() } else { filling.text(name) });
    let listed = named.into_iter().map(|name| Listed { id: filling.text("id"), used: Some(since), since, name });
    listed.take(count).collect()
}

fn sign_in_pages(filling: &Filling) -> Vec<(&'static str, Response<String>)> {
    let (chrome, form) = (|| filling.chrome(), || filling.form());
    let action = || filling.text("/contoso.example/sign-in/change");
    let address = || filling.text("guest@fabrikam.example");
    let blank = SignInAddress {
        chrome: chrome(),
        form: form(),
        address: String::new(),
        app: None,
        another_way: false,
        error: None,
        passkey: Some(PasskeyForm { conditional: true, ..passkey(filling, false, None) }),
    };
    let for_app = SignInAddress {
        chrome: chrome(),
        form: form(),
        address: filling.text("guest@"),
        app: Some(filling.text("Wiki")),
        another_way: true,
        error: filling.wrong(FieldError::AddressShape),
        passkey: None,
    };
    let choose = ChooseWay {
        chrome: chrome(),
        form: form(),
        change_action: Some(action()),
        address: address(),
        route: Some(filling.text("Fabrikam")),
        code: true,
        password: true,
        makes_account: false,
        providers: vec![
            ProviderButton { value: filling.text("sociable"), name: filling.text("Sociable"), creates: false },
            ProviderButton { value: filling.text("create:msa"), name: filling.text("Microsoft"), creates: true },
        ],
        error: None,
        passkey: Some(passkey(filling, false, filling.wrong(FieldError::PasskeyWrong))),
    };
    let code = |purpose, error: Option<String>| EnterCode {
        chrome: chrome(),
        form: form(),
        resend_action: action(),
        change_action: (purpose == CodePurpose::SignIn).then(action),
        address: address(),
        purpose,
        remembered_action: (purpose == CodePurpose::ResetPassword).then(action),
        sender: filling.text("invitations@login.example"),
        digits: 8,
        minutes_left: 10,
        resent: error.is_some(),
        error,
    };
    let personal = PersonalPassword {
        chrome: chrome(),
        form: form(),
        change_action: action(),
        other_ways_action: Some(action()),
        forgot_action: action(),
        address: address(),
        error: filling.wrong(FieldError::PasswordWrong),
        passkey: Some(passkey(filling, false, None)),
    };
    let member = MemberPassword {
        chrome: chrome(),
        form: form(),
        change_action: action(),
        address: address(),
        organization: filling.text("Contoso"),
        error: None,
        passkey: Some(passkey(filling, false, filling.wrong(FieldError::PasskeyOver))),
    };
    let create = |name_error: Option<String>, password_error| CreateAccount {
        passkey: Some(PasskeyForm {
            named: true,
            ..passkey(filling, true, name_error.as_ref().and_then(|_| filling.wrong(FieldError::PasskeyNotAdded)))
        }),
        chrome: chrome(),
        form: form(),
        address: address(),
        name: filling.text("Nora Newcomer"),
        name_error,
        password_error,
    };
    let set = |token_error, password_error| SetPassword { chrome: chrome(), form: form(), token_error, password_error };
    vec![
        ("sign-in-address", page(&blank)),
        ("sign-in-address-for-app-wrong", page(&for_app)),
        ("choose-way", page(&choose)),
        (
            "choose-way-by-mail-link",
            page(&ChooseWay {
                change_action: None,
                route: None,
                password: true,
                makes_account: true,
                providers: Vec::new(),
                error: filling.wrong(FieldError::CodeEnded),
                passkey: None,
                ..choose
            }),
        ),
        ("enter-code", page(&code(CodePurpose::SignIn, None))),
        ("enter-code-mailbox-wrong", page(&code(CodePurpose::ProveMailbox, filling.wrong(FieldError::CodeWrong)))),
        ("enter-code-reset", page(&code(CodePurpose::ResetPassword, None))),
        ("personal-password-wrong", page(&personal)),
        ("member-password", page(&member)),
        ("create-account", page(&create(None, None))),
        (
            "create-account-wrong",
            page(&create(filling.wrong(FieldError::NameEmpty), filling.wrong(FieldError::PassphraseShort))),
        ),
        ("set-password", page(&set(None, None))),
        (
            "set-password-wrong",
            page(&set(filling.wrong(FieldError::LinkEnded), filling.wrong(FieldError::PassphraseCommon))),
        ),
    ]
}

fn credential_pages(filling: &Filling) -> Vec<(&'static str, Response<String>)> {
    let second = |error, app, with_passkey: bool| SecondFactor {
        app,
        passkey: with_passkey.then(|| passkey(filling, false, None)),
        chrome: filling.known(),
        form: filling.form(),
        switch_action: filling.text("/contoso.example/sign-in/switch"),
        error,
    };
    let offer = || Offer {
        secret: filling.text("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"),
        uri: "otpauth://totp/Vestibule:guest%40mail.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".to_owned(),
    };
    let enroll = |demanded: bool, error| EnrollSecondFactor {
        passkey: demanded.then(|| passkey(filling, true, filling.wrong(FieldError::PasskeyNotAdded))),
        ..EnrollSecondFactor::new(filling.known(), filling.form(), demanded, offer(), error)
    };
    let new_password = |error| NewPassword {
        chrome: filling.chrome(),
        form: filling.form(),
        address: filling.text("guest@mail.example"),
        error,
    };
    let codes = |codes: &[&str]| RecoveryCodes {
        chrome: filling.known(),
        codes: codes.iter().map(|code| filling.text(code)).collect(),
        continue_url: filling.text("/contoso.example/account/methods"),
    };
    let since = crate::model::Timestamp::from_seconds(1_790_000_000);
    let methods = |registered: bool, fresh, done, error| Methods {
        chrome: filling.known(),
        form: filling.form(),
        path: filling.text("/contoso.example/account/methods"),
        panel_url: filling.text("/contoso.example/myapps"),
        overview: Overview {
            password: !registered || error,
            has_password: registered,
            totp_since: registered.then_some(since),
            passkeys: kept(filling, if registered { 2 } else { usize::from(done == Some(Done::Passkey)) }),
            recovery_codes: 9,
            here_only: !registered,
            fresh,
            password_open: fresh && (registered || error),
        },
        done,
        error: if error { filling.wrong(FieldError::PassphraseShort) } else { None },
        passkey: fresh
            .then(|| passkey(filling, true, error.then(|| FieldError::PasskeyNotAdded.say(&filling.language)))),
    };
    vec![
        ("second-factor", page(&second(None, true, false))),
        ("second-factor-wrong", page(&second(filling.wrong(FieldError::SecondFactorWrong), true, true))),
        ("second-factor-passkey", page(&second(None, false, true))),
        ("enroll-demanded", page(&enroll(true, None))),
        ("enroll-wrong", page(&enroll(false, filling.wrong(FieldError::EnrollWrong)))),
        ("recovery-codes", page(&codes(&["abcde-fghij", "klmno-pqrst", "uvwxy-z2345", "67abc-defgh"]))),
        ("recovery-codes-gone", page(&codes(&[]))),
        ("new-password", page(&new_password(None))),
        ("new-password-wrong", page(&new_password(filling.wrong(FieldError::PassphraseShort)))),
        ("methods", page(&methods(false, true, None, false))),
        ("methods-registered", page(&methods(true, true, Some(Done::Removed), false))),
        ("methods-only-a-passkey", page(&methods(false, true, Some(Done::Passkey), false))),
        ("methods-not-fresh", page(&methods(true, false, None, false))),
        ("methods-wrong", page(&methods(true, true, Some(Done::Password), true))),
    ]
}

fn stranger_pages(filling: &Filling) -> Vec<(&'static str, Response<String>)> {
    let wrong = |address, invited, remedy| WrongAccount {
        chrome: filling.known(),
        form: filling.form(),
        remedy,
        signed_in_address: filling.text(address),
        invited: filling.text(invited),
    };
    let prove = Remedy::Prove("/contoso/sign-in/send-code".to_owned());
    let alias = wrong("guest@fabrikam.example", "c•••e@fabrikam.example", prove);
    let ask = Remedy::Ask(filling.text("Ada Admin"));
    let strict = wrong("worker@fabrikam.example", "a•••s@fabrikam.example", ask);
    let dead_end = |chrome, sent| DeadEnd {
        chrome,
        form: filling.form(),
        switch_action: filling.text("/contoso.example/sign-in/switch"),
        address: filling.text("guest@fabrikam.example"),
        sent,
        error: None,
    };
    let ended = |sent| InvitationEnded { chrome: filling.chrome(), form: filling.form(), sent };
    vec![
        ("wrong-account", page(&alias)),
        ("alias-refused", page(&strict)),
        ("dead-end", page(&dead_end(filling.known(), false))),
        ("dead-end-sent", page(&dead_end(filling.chrome(), true))),
        ("invitation-ended", page(&ended(false))),
        ("invitation-ended-sent", page(&ended(true))),
    ]
}

fn consent_pages(filling: &Filling) -> Vec<(&'static str, Response<String>)> {
    let review = |privacy_statement| {
        let facts = ReviewFacts {
            organization: filling.text("Contoso"),
            primary_domain: filling.text("contoso.example"),
            privacy_statement,
            privacy_contact: Some(filling.text("privacy@contoso.example")),
            technical_contact: Some(filling.text("help@contoso.example")),
        };
        let fragment = review_fragment(&filling.language, &facts);
        ReviewPermissions {
            chrome: filling.known(),
            form: filling.form(),
            fragment,
            evidence: filling.text("5f2c81d0"),
        }
    };
    let terms = |document, viewing_required, error| TermsOfUse {
        chrome: filling.known(),
        form: filling.form(),
        title: filling.text("Guest access to Contoso apps"),
        document,
        version: filling.text("5f2c81d0aa"),
        version_number: 2,
        language: "en".to_owned(),
        languages: vec![document_language("en", "English", true), document_language("nl", "Nederlands", false)],
        viewing_required,
        number: 1,
        of: 2,
        early: None,
        error,
    };
    let early = |document, viewing_required, error| TermsOfUse {
        early: Some(Early {
            until: filling.text("2026-12-31"),
            back_url: filling.text("/contoso.example/account/accepted"),
        }),
        of: 1,
        ..terms(document, viewing_required, error)
    };
    let html = || TermsDocument::Html(crate::config::markdown::markdown_to_fragment(TERMS));
    let pdf = || TermsDocument::Pdf(filling.text("/contoso.example/terms/5f2c81d0.pdf"));
    let declined = |document| Declined {
        chrome: filling.known(),
        document,
        app: None,
        panel_url: None,
        again_url: filling.text("/contoso.example/sign-in?t=x"),
    };
    let unopened = || TermsDocument::Unopened(filling.text("/contoso.example/sign-in?t=x&lang=en&open=1"));
    let declined_app = Declined {
        app: Some(filling.text("Wiki")),
        panel_url: Some(filling.text("/contoso.example/myapps")),
        ..declined(Some(filling.text("Rules of the wiki")))
    };
    vec![
        ("review-permissions", page(&review(Some(filling.text("https://contoso.example/privacy"))))),
        ("review-permissions-no-privacy", page(&review(None))),
        ("terms-of-use", page(&terms(html(), false, None))),
        ("terms-of-use-pdf-wrong", page(&terms(pdf(), true, filling.wrong(FieldError::NotViewed)))),
        ("terms-of-use-unopened", page(&terms(unopened(), true, None))),
        ("terms-of-use-opened", page(&terms(html(), true, None))),
        ("client-consent", page(&client_consent(filling, true))),
        ("client-consent-own", page(&client_consent(filling, false))),
        ("form-post", page(&form_post(filling))),
        ("device", page(&device(filling, "", None))),
        ("device-wrong", page(&device(filling, "BCDF-GHJK", Some("device-wrong")))),
        ("device-done", page(&DeviceDone { chrome: filling.chrome(), granted: true })),
        ("device-over", page(&DeviceDone { chrome: filling.chrome(), granted: false })),
        ("client-list", page(&client_list(filling, 2))),
        ("client-list-empty", page(&client_list(filling, 0))),
        ("terms-of-use-early", page(&early(html(), false, None))),
        ("terms-of-use-early-pdf-wrong", page(&early(pdf(), true, filling.wrong(FieldError::NotViewed)))),
        ("declined", page(&declined(None))),
        ("declined-app", page(&declined_app)),
        ("declined-terms", page(&declined(Some(filling.text("Guest access to Contoso apps"))))),
    ]
}

fn client_consent(filling: &Filling, third_party: bool) -> ClientConsent {
    let request = ClientRequest {
        app: crate::test_doubles::WIKI,
        redirect_uri: String::new(),
        response_mode: ResponseMode::Query,
        scopes: ["openid", "profile", "email", "offline_access", "User.Read"].map(str::to_owned).to_vec(),
        state: None,
        nonce: None,
        code_challenge: None,
        silent: false,
        ask_consent: false,
        second_factor: false,
        api: false,
        claims: ClaimsRequest::default(),
        subject: None,
        asked_at: Timestamp::from_seconds(0),
        device: None,
    };
    ClientConsent {
        chrome: filling.known(),
        form: filling.form(),
        app: filling.text("Pocket"),
        third_party,
        host: filling.text("pocket.localhost:8443"),
        learns: in_words(&filling.language, &request),
        device: (!third_party).then(|| filling.text("BCDF-GHJK")),
    }
}

fn device(filling: &Filling, code: &str, wrong: Option<&str>) -> DeviceCode {
    let chrome = filling.chrome();
    DeviceCode { form: filling.form(), code: filling.text(code), error: wrong.map(|key| chrome.say(key)), chrome }
}

fn client_list(filling: &Filling, count: usize) -> ClientList {
    let line = |name: &str| ClientLine {
        id: filling.text("c0a70500-0000-4000-8000-0000000000b5"),
        name: filling.text(name),
        since: "2026-11-28".to_owned(),
    };
    ClientList {
        chrome: filling.known(),
        form: filling.form(),
        apps: ["Gazette", "Pocket"].iter().take(count).map(|name| line(name)).collect(),
        back_url: filling.text("/contoso.example/account"),
    }
}

fn form_post(filling: &Filling) -> FormPost {
    FormPost {
        chrome: filling.chrome(),
        destination: Destination::parse("https://portal.contoso.localhost:8443/callback").unwrap(),
        fields: vec![("code", filling.text("x")), ("state", filling.text("y"))],
    }
}

fn panel_pages(filling: &Filling) -> Vec<(&'static str, Response<String>)> {
    let all = || {
        vec![
            tile(filling, "Wiki", "wiki.contoso.localhost:8443"),
            tile(filling, "Desk", "desk.apps.localhost:8443"),
            tile(filling, "Board", "board.apps.localhost:8443"),
            tile(filling, "Project Calendar", "calendar.contoso.example"),
            tile(filling, "Purchase Orders and Invoices", "orders.contoso.example"),
        ]
    };
    let panel = |search: &str, apps: Vec<AppTile>, total| Panel {
        chrome: filling.known(),
        action: filling.text("/contoso.example/myapps"),
        apps: if filling.hostile { apps } else { Panel::matching(apps, search) },
        search: if search.is_empty() { String::new() } else { filling.text(search) },
        total,
        account_url: filling.text("/contoso.example/account"),
        coming: if search.is_empty() { coming(filling) } else { Vec::new() },
        organizations: [("Contoso", "contoso.example", false), ("Northwind", "northwind.example", true)]
            .map(|(name, domain, invited)| OrganizationLink {
                name: filling.text(name),
                domain: filling.text(domain),
                url: filling.text(&format!("/{domain}/myapps")),
                current: !invited,
                invited,
            })
            .into(),
    };
    let confirm = SignOutConfirm {
        home: Some(filling.text("Fabrikam")),
        changing: true,
        chrome: filling.known(),
        form: filling.form(),
        stay_url: Some(filling.text("/contoso.example/myapps")),
    };
    let signed_out = SignedOut { chrome: filling.chrome(), again_url: Some(filling.text("/contoso.example/myapps")) };
    let destination = Destination::parse("https://login.fabrikam.localhost:8443/authorize?x=1").unwrap();
    vec![
        ("panel", page(&panel("", all(), 5))),
        ("panel-with-logo", page(&Panel { chrome: filling.with_logo(), ..panel("", all(), 5) })),
        ("panel-search", page(&panel("or", all(), 5))),
        ("panel-no-match", page(&panel("payroll", Vec::new(), 5))),
        ("panel-empty", page(&panel("", Vec::new(), 0))),
        ("sign-out-confirm", page(&confirm)),
        ("signed-out", page(&signed_out)),
        // The sample would leave before anybody could look at it.
        ("continue", page(&Continue { chrome: filling.chrome(), destination })),
    ]
}

fn block_pages(filling: &Filling) -> Vec<(&'static str, Response<String>)> {
    let address = || filling.text("guest@fabrikam.example");
    let ask = |error: Option<&str>| BlockAsk {
        chrome: filling.chrome(),
        action: "/contoso.example/blocks/right".to_owned(),
        address: address(),
        error: error.map(|key| filling.language.say(key)),
    };
    let done = |everybody| BlockDone {
        chrome: filling.chrome(),
        address: address(),
        everybody,
        blocks_url: filling.text("/contoso.example/blocks"),
    };
    let code = |error: Option<String>| BlocksCode {
        chrome: filling.chrome(),
        form: filling.form(),
        address: address(),
        digits: 8,
        change_url: filling.text("/contoso.example/blocks"),
        resent: error.is_none(),
        error,
    };
    let row = |name: Option<&str>| BlockedRow {
        of: filling.text("contoso.example"),
        name: name.map(|name| filling.text(name)),
        since: "2026-11-28".to_owned(),
    };
    let list = |blocked: Vec<BlockedRow>, everybody| BlocksList {
        chrome: filling.chrome(),
        form: filling.form(),
        address: address(),
        blocked,
        everybody,
    };
    let whose = |error| BlocksAddress { chrome: filling.chrome(), form: filling.form(), address: address(), error };
    vec![
        ("block-ask", page(&ask(None))),
        ("block-ask-wrong", page(&ask(Some("block-missing")))),
        ("block-done", page(&done(false))),
        ("block-done-everybody", page(&done(true))),
        ("blocks-address-wrong", page(&whose(filling.wrong(FieldError::AddressShape)))),
        ("blocks-code", page(&code(None))),
        ("blocks-code-wrong", page(&code(filling.wrong(FieldError::CodeWrong)))),
        ("blocks-list", page(&list(vec![row(Some("Contoso")), row(None)], true))),
        ("blocks-list-empty", page(&list(Vec::new(), false))),
    ]
}

/// A new version that may be accepted early.
fn coming(filling: &Filling) -> Vec<ComingLine> {
    vec![ComingLine {
        title: filling.text("Guest access to Contoso apps"),
        language: "en".to_owned(),
        day: filling.text("2026-12-31"),
        url: filling.text("/contoso.example/account/terms/5f2c81d0"),
    }]
}

fn accepted_pages(filling: &Filling) -> Vec<(&'static str, Response<String>)> {
    let line = |title: Option<&str>, accepted, standing, until: Option<&str>| AnswerLine {
        title: title.map(|title| filling.text(title)),
        number: title.map(|_| 2),
        language: (filling.text("English"), "en".to_owned()),
        accepted,
        standing,
        at: (filling.text("2026-11-28T05:12:00Z"), filling.text("2026-11-28 05:12 UTC")),
        until: until.map(|day| filling.text(day)),
        read_url: filling.text("/contoso.example/account/accepted/5f2c81d0"),
        file_url: filling.text("/contoso.example/account/accepted/5f2c81d0/file"),
    };
    let title = Some("Guest access to Contoso apps");
    let list = |coming, answers| Accepted {
        chrome: filling.known(),
        coming,
        answers,
        back_url: filling.text("/contoso.example/myapps"),
    };
    let all = vec![
        line(title, true, Standing::Counts, Some("2027-01-01")),
        line(title, true, Standing::Over, None),
        line(title, false, Standing::Declined, None),
        line(title, true, Standing::Withdrawn, None),
        line(title, true, Standing::BeforeReset, None),
        line(title, false, Standing::BeforeReset, None),
        line(None, true, Standing::Counts, None),
    ];
    let document = |fragment: Option<String>| AcceptedDocument {
        chrome: filling.known(),
        answer: line(title, true, Standing::Counts, None),
        fragment,
        evidence: filling.text(&"5f2c81d0".repeat(8)),
        back_url: filling.text("/contoso.example/account/accepted"),
    };
    vec![
        ("accepted", page(&list(coming(filling), all))),
        ("accepted-none", page(&list(Vec::new(), Vec::new()))),
        ("accepted-document", page(&document(Some(crate::config::markdown::markdown_to_fragment(TERMS))))),
        ("accepted-pdf", page(&document(None))),
    ]
}

fn notice_pages(filling: &Filling) -> Vec<(&'static str, Response<String>)> {
    let url = || filling.text("/contoso.example/sign-in?t=x");
    let provider = || filling.text("Fabrikam");
    let examples = vec![
        filling.text("https://login.example/?tenantid=contoso.example"),
        filling.text("https://login.example/contoso.example"),
    ];
    let notices = [
        ("not-found", Notice::NotFound),
        ("start-again", Notice::StartAgain { url: Some(url()) }),
        ("idp-down", Notice::IdpDown { provider: provider(), again_url: url(), other_ways_url: Some(url()) }),
        ("idp-fault", Notice::IdpFault { provider: provider(), again_url: url(), other_ways_url: None }),
        (
            "clocks-ahead",
            Notice::ClocksDiffer { provider: provider(), ahead: 840, again_url: url(), other_ways_url: Some(url()) },
        ),
        (
            "clocks-behind",
            Notice::ClocksDiffer { provider: provider(), ahead: -7260, again_url: url(), other_ways_url: None },
        ),
        ("mail-down", Notice::MailDown { again_url: url(), other_ways_url: Some(url()) }),
        ("not-assigned", Notice::NotAssigned { app: filling.text("Wiki"), panel_url: url() }),
        ("too-many", Notice::TooMany { again_url: Some(url()) }),
        ("broken", Notice::Broken { again_url: None }),
        (
            "wrong-request",
            Notice::WrongRequest {
                fault: filling
                    .text("unauthorized_client: No application with this client_id and redirect_uri is registered."),
            },
        ),
    ];
    let mut pages =
        vec![("common-url", page(&NoticePage { chrome: filling.instance(), notice: Notice::CommonUrl { examples } }))];
    for (name, notice) in notices {
        pages.push((name, page(&NoticePage { chrome: filling.chrome(), notice })));
    }
    pages
}

/// Every page there is.
fn pages(filling: &Filling) -> Vec<(&'static str, Response<String>)> {
    [
        sign_in_pages,
        accepted_pages,
        block_pages,
        consent_pages,
        credential_pages,
        notice_pages,
        panel_pages,
        stranger_pages,
        admin::admin_pages,
        account::account_pages,
    ]
    .iter()
    .flat_map(|group| group(filling))
    .collect()
}

/// `VESTIBULE_SAMPLES=/tmp/pages cargo test --lib samples_are_written` writes every page, to be looked at in a browser.
#[test]
#[expect(clippy::disallowed_methods, reason = "only a person who wants to look at the pages sets it")]
fn samples_are_written() {
    let Ok(folder) = std::env::var("VESTIBULE_SAMPLES") else { return };
    let folder = Path::new(&folder);
    for language in Texts::load().languages() {
        let within = folder.join(language.tag());
        std::fs::create_dir_all(&within).unwrap();
        for (name, response) in pages(&Filling { language: language.clone(), hostile: false }) {
            let html = response
                .into_body()
                .replace(assets::style_url(), "../vestibule.css")
                .replace(assets::mark_url(), "../mark.svg")
                .replace("http-equiv=\"refresh\"", "name=\"not-in-samples\"");
            std::fs::write(within.join(format!("{name}.html")), html).unwrap();
        }
        // The pages that stand on hosts of apps.
        for problem in problem::samples::ALL {
            let link = problem::Link { label: language.say("problem-sign-in"), href: "https://login.example/" };
            let html = problem::page(problem, language, "01JD3V9K2M", Some(link), false).into_body();
            std::fs::write(within.join(format!("app-host-{}.html", problem.code())), html).unwrap();
        }
        let note = "Back at nine.\nQuestions: <desk@contoso.example>";
        let html = problem::page_with_note(problem::Problem::Maintenance, note, language, "01JD3V9K2M", false);
        std::fs::write(within.join("app-host-maintenance-note.html"), html.into_body()).unwrap();
    }
    std::fs::write(folder.join("vestibule.css"), assets::STYLE).unwrap();
    std::fs::write(folder.join("mark.svg"), assets::MARK).unwrap();
    std::fs::write(folder.join("theme.css"), theme::stylesheet(theme::accent("#8a2f5b").unwrap())).unwrap();
}
