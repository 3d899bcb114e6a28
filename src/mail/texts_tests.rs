//! What the mails must say, and what nobody can make them say.

use super::notice::{
    ACCESS_ENDS, BLOCKED, BLOCKED_ALL, ENDED, METHOD_CHANGED, NEW_DEVICE, Notice, REVIEW_REQUEST, Wording, notice,
};
use super::texts::{InvitationMail, PasscodeMail, Place, Say, invitation, passcode};
use crate::i18n::TEXTS;
use crate::model::{InvitationId, OutgoingMail, Tenant};
use crate::test_doubles::{TestWords, address, contoso, northwind};

const BLOCK: &str = "https://login.example/c0a70500-0000-4000-8000-000000000001/blocks/sealed";
const REDEEM: &str = "https://login.example/c0a70500-0000-4000-8000-000000000001/redeem/aaaaaaaaaaaaaaaaaaaaaaaaaa";

fn invite(tenant: &Tenant, inviter: &str, message: Option<&str>) -> OutgoingMail {
    invite_in(&TestWords, tenant, inviter, message)
}

fn invite_in(words: &dyn Say, tenant: &Tenant, inviter: &str, message: Option<&str>) -> OutgoingMail {
    let mail = InvitationMail {
        brand: "Vestibule",
        host: "login.example",
        tenant,
        inviter,
        inviter_address: Some(&address("mia@contoso.example")),
        to: &address("guest@fabrikam.example"),
        cc: None,
        message,
        place: Place::App("Wiki"),
        redeem_url: REDEEM,
        invitation: &InvitationId::parse("aaaaaaaaaaaaaaaaaaaaaaaaaa").unwrap(),
        block_url: BLOCK,
    };
    invitation(words, &mail).unwrap()
}

fn code(purpose: &str) -> OutgoingMail {
    code_in(&TestWords, purpose)
}

fn code_in(words: &dyn Say, purpose: &str) -> OutgoingMail {
    let mail = PasscodeMail {
        brand: "Vestibule",
        origin: "https://login.example",
        link: "https://login.example/c0a70500-0000-4000-8000-000000000001/myapps",
        tenant: &contoso(),
        app: Some("Wiki"),
        browser: Some("Firefox on Linux, 203.0.113.0/24"),
        purpose,
        code: "01234567",
        minutes: 10,
        to: &address("passcode@mail.example"),
    };
    passcode(words, &mail).unwrap()
}

const NOTICES: [(&str, &Wording); 7] = [
    ("access-ends", &ACCESS_ENDS),
    ("new-device", &NEW_DEVICE),
    ("method-changed", &METHOD_CHANGED),
    ("review", &REVIEW_REQUEST),
    ("ended", &ENDED),
    ("blocked", &BLOCKED),
    ("blocked-all", &BLOCKED_ALL),
];

fn notice_in(words: &dyn Say, wording: &Wording, method: &str) -> OutgoingMail {
    let variables = [
        ("date", "2027-05-01"),
        ("time", "2026-11-28 06:00 UTC"),
        ("browser", "Firefox on Linux, 203.0.113.0/24"),
        ("method", method),
        ("guests", "Gwen Guest, Nora Newcomer"),
        ("address", "guest@fabrikam.example"),
    ];
    let mail = Notice {
        brand: "Vestibule",
        host: "login.example",
        tenant: Some(&contoso()),
        to: &address("guest@fabrikam.example"),
        wording,
        variables: &variables,
        url: Some("https://login.example/contoso.example/account"),
    };
    notice(words, &mail).unwrap()
}

/// What a reader sees of an HTML part, roughly: tags away, escapes undone.
fn visible(html: &str) -> String {
    let body = html.split("<body").nth(1).unwrap();
    let mut text = String::new();
    let mut inside = true;
    for character in body.chars() {
        match character {
            '<' => inside = true,
            '>' if inside => inside = false,
            _ if !inside => text.push(character),
            _ => {}
        }
    }
    ["&#38;", "&#60;", "&#62;", "&#34;", "&#39;"]
        .iter()
        .zip(["&", "<", ">", "\"", "'"])
        .fold(text, |text, (escape, plain)| text.replace(escape, plain))
}

/// Addresses that links of an HTML part lead to.
fn links(html: &str) -> Vec<&str> {
    html.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

#[test]
fn the_invitation_has_every_element_of_the_originals() {
    let mail = invite(&contoso(), "Mia Member", Some("Welcome!\nSee you in the wiki."));
    assert_eq!(mail.subject, "Mia Member invited you to use apps of Contoso");
    assert_eq!(mail.from_name, "Vestibule Invitations on behalf of Contoso");
    assert_eq!(mail.reply_to, Some(address("mia@contoso.example")));
    for part in [mail.text.replace("> ", ""), visible(&mail.html)] {
        for element in [
            "Did you expect this?",
            "Contoso",
            "contoso.example",
            "Mia Member",
            "mia@contoso.example",
            "Welcome!\nSee you in the wiki\u{2060}",
            "Wiki, an app of Contoso",
            "Get started",
            REDEEM,
            "Block future invitations from Contoso",
        ] {
            let element = element.trim_end_matches('\u{2060}');
            assert!(part.contains(element), "{element} is missing in\n{part}");
        }
        assert!(part.contains("privacy statement"));
    }
    assert!(mail.text.contains(BLOCK), "{}", mail.text);
    let at = |text: &str| mail.text.find(text).unwrap();
    assert!(at("Did you expect this?") < at("You are invited by Contoso"), "the warning comes first");
    assert_eq!(links(&mail.html), [REDEEM, REDEEM, "https://contoso.example/privacy", BLOCK]);
    assert_eq!(mail.unsubscribe.as_deref(), Some(BLOCK), "mail programs offer it too");
}

#[test]
fn without_a_privacy_statement_the_mail_says_so() {
    let mail = invite(&northwind(), "Mia", None);
    assert!(mail.text.contains("Northwind has not provided a link to a privacy statement."));
    assert_eq!(links(&mail.html), [REDEEM, REDEEM, BLOCK]);
    assert!(!mail.text.contains("Message from"));
}

#[test]
fn b9_the_passcode_mail_has_its_five_elements_and_links_home_only() {
    for purpose in ["sign_in", "redeem", "create_account", "blocks"] {
        let mail = code(purpose);
        for part in [mail.text.clone(), visible(&mail.html)] {
            for element in
                ["Contoso", "Wiki", "Firefox on Linux, 203", "Never give this code to anyone", "https://login.example/"]
            {
                assert!(part.contains(element), "{element} is missing in\n{part}");
            }
            assert!(part.contains("01234567") && part.contains("10 minutes"));
        }
        assert!(links(&mail.html).iter().all(|link| link.starts_with("https://login.example/")));
        assert!(!mail.subject.contains("0123"), "subjects are shown on locked screens");
        assert!(mail.short_lived);
    }
    assert_ne!(code("sign_in").text, code("create_account").text);
}

const PAYLOADS: &[&str] = &[
    "<a href=\"https://evil.example\">click</a>",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "</div></body></html><h1>New mail</h1>",
    "\"><a href='https://evil.example'>x</a>",
    "' onmouseover='alert(1)",
    "<!-- -->",
    "<style>body{display:none}</style>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<svg/onload=alert(1)>",
    "<base href=https://evil.example>",
    "<form action=https://evil.example><input name=p></form>",
    "{{ redeem_url }}",
    "{% include \"/etc/passwd\" %}",
    "{ $tenant }",
    "${7*7}",
    "&lt;a href=https://evil.example&gt;",
    "&#60;b&#62;",
    "[click](https://evil.example)",
    "https://evil.example/login",
    "www.evil.example",
    "evil.example",
    "mailto:evil@evil.example",
    "evil@evil.example",
    "javascript:alert(1)",
    "data:text/html,<b>x",
    "<https://evil.example>",
    "evil。example",
    "tel:+123456789",
    "<a\nhref=https://evil.example>x</a>",
];

/// Parts of a text that mail programs make links of.
fn linkable(text: &str) -> Vec<&str> {
    text.split(|character: char| character.is_whitespace() || "<>\"'()[]=,;".contains(character))
        .filter(|word| word.contains("evil") && (word.contains("://") || word.contains(".example")))
        .collect()
}

#[test]
fn b14_words_of_the_inviter_stay_words() {
    let clean = invite(&contoso(), "Mia", Some("hello"));
    let tags = |html: &str| html.matches('<').count();
    for payload in PAYLOADS {
        let mail = invite(&contoso(), "Mia", Some(payload));
        assert_eq!(tags(&mail.html), tags(&clean.html), "{payload} made a tag");
        assert_eq!(links(&mail.html), links(&clean.html), "{payload} made a link");
        let named = invite(&contoso(), payload, None);
        assert_eq!(links(&named.html), links(&clean.html), "{payload} as a name made a link");
        for part in [&mail.html, &mail.text, &named.html, &named.text] {
            assert!(linkable(part).is_empty(), "{payload} would become a link: {:?}", linkable(part));
        }
    }
}

#[test]
fn b14_control_a_template_without_escapes_lets_them_in() {
    let naive = |message: &str| format!("<p>{message}</p>");
    let through = PAYLOADS.iter().filter(|payload| !links(&naive(payload)).is_empty() || !linkable(payload).is_empty());
    assert!(through.count() > 5);
}

#[test]
fn a_colour_that_is_none_is_not_used() {
    let mut tenant = contoso();
    tenant.branding.accent = Some("red;}</style><script>".to_owned());
    let mail = invite(&tenant, "Mia", None);
    assert!(!mail.html.contains("red;}"));
    tenant.branding.accent = Some("#0a5fb4".to_owned());
    assert!(invite(&tenant, "Mia", None).html.contains("background:#0a5fb4;color:#ffffff"));
    // White letters on it would be hard to read.
    tenant.branding.accent = Some("#ffe680".to_owned());
    assert!(!invite(&tenant, "Mia", None).html.contains("#ffe680"));
}

#[test]
fn a_logo_travels_if_every_mail_program_can_show_it() {
    let with = |logo: &[u8]| {
        let mut tenant = contoso();
        tenant.branding.logo = Some(logo.to_vec());
        invite(&tenant, "Mia", None)
    };
    let png = b"\x89PNG\r\n\x1a\n123";
    let mail = with(png);
    assert_eq!(mail.logo, Some(data_encoding::BASE64.encode(png)));
    assert!(mail.html.contains("src=\"cid:logo\""));
    let large = [png.as_slice(), &vec![0; 64 * 1024]].concat();
    for left_out in [b"RIFF....WEBP".as_slice(), &large] {
        let mail = with(left_out);
        assert!(mail.logo.is_none() && !mail.html.contains("cid:"));
    }
}

#[test]
fn b14_words_in_notices_stay_words() {
    let clean = notice_in(&TestWords, &METHOD_CHANGED, "hello");
    for payload in PAYLOADS {
        let mail = notice_in(&TestWords, &METHOD_CHANGED, payload);
        assert_eq!(mail.html.matches('<').count(), clean.html.matches('<').count(), "{payload} made a tag");
        assert_eq!(links(&mail.html), links(&clean.html), "{payload} made a link");
        for part in [&mail.html, &mail.text] {
            assert!(linkable(part).is_empty(), "{payload} would become a link: {:?}", linkable(part));
        }
    }
}

#[test]
fn a_notice_of_the_instance_speaks_for_no_tenant() {
    let mail = Notice {
        brand: "Vestibule",
        host: "login.example",
        tenant: None,
        to: &address("guest@fabrikam.example"),
        wording: &ENDED,
        variables: &[],
        url: None,
    };
    let mail = notice(&TestWords, &mail).unwrap();
    assert_eq!((mail.tenant, mail.from_name.as_str()), (None, "Vestibule"));
    assert!(links(&mail.html).is_empty());
}

/// The agreed mails, word for word and in every language. The HTML parts also lie in `target/mail-samples`, for a look in a
/// browser.
#[test]
fn the_mails_are_as_agreed() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/mail-samples");
    let message = "Hello,\n\nplease have a look at the project pages; the timetable is on top.\nSee you on Monday!";
    let mut subjects = std::collections::HashSet::new();
    for language in TEXTS.languages() {
        let within = folder.join(language.tag());
        std::fs::create_dir_all(&within).unwrap();
        let mut mails = vec![("invitation", invite_in(language, &contoso(), "Mia Member", Some(message)))];
        mails.push(("passcode", code_in(language, "sign_in")));
        mails.extend(NOTICES.map(|(name, wording)| (name, notice_in(language, wording, "Passkey"))));
        for (name, mail) in mails {
            assert_eq!(mail.language, language.tag());
            assert!(subjects.insert((name, mail.subject.clone())), "{name} has one subject in two languages");
            assert!(!mail.text.contains('⟦') && !mail.html.contains('⟦'), "{name} in {language:?}");
            std::fs::write(within.join(format!("{name}.html")), &mail.html).unwrap();
            let whole = format!("Subject: {}\nFrom: {}\n\n{}", mail.subject, mail.from_name, mail.text);
            insta::assert_snapshot!(format!("{}.{name}.txt", language.tag()), whole);
            if language.tag() == "en" && ["invitation", "passcode", "access-ends"].contains(&name) {
                insta::assert_snapshot!(format!("en.{name}.html"), mail.html);
            }
        }
    }
}
