//! What all pages owe: one heading, a language, labels, tokens, no markup out of data, and no missing text.

use super::*;

/// An attack that would show in any context: text, attribute, script.
pub(super) const HOSTILE: &str = "\"'><svg/onload=alert(1)>{{7*7}}</title></script><script>alert(2)</script>";

/// The scripts of pages, each allowed by its hash.
const SCRIPTS: [&str; 3] = [assets::FRAGMENT_SCRIPT, assets::PASSKEY_SCRIPT, crate::web::client_answer::SUBMIT_SCRIPT];

fn fillings(hostile: bool) -> Vec<Filling> {
    Texts::load().languages().iter().map(|language| Filling { language: language.clone(), hostile }).collect()
}

fn each(hostile: bool, check: impl Fn(&str, &Response<String>)) {
    let mut count = 0;
    for filling in fillings(hostile) {
        for (name, response) in pages(&filling) {
            count += 1;
            check(name, &response);
        }
    }
    assert!(count >= 40, "only {count} pages");
}

/// The tags of a page as `<name attributes>` texts; enough of a parser for HTML that we wrote ourselves.
fn tags<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    html.match_indices(&format!("<{name}"))
        .filter(|(at, found)| html[at + found.len()..].starts_with([' ', '>']))
        .map(|(at, _)| &html[at..at + html[at..].find('>').unwrap()])
        .collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split_once(&format!(" {name}=\"")).and_then(|(_, rest)| rest.split('"').next())
}

#[test]
fn every_page_has_one_heading_a_title_and_a_language() {
    each(false, |name, response| {
        let html = response.body();
        assert_eq!(tags(html, "h1").len(), 1, "{name}");
        assert_eq!(tags(html, "main").len(), 1, "{name}");
        assert!(html.starts_with("<!doctype html>\n<html lang=\""), "{name}: {}", &html[..60]);
        let title = html.split_once("<title>").unwrap().1.split_once("</title>").unwrap().0;
        assert!(title.len() > 5 && title.contains(" · "), "{name}: {title}");
        assert!(!html.contains('⟦'), "{name} lacks a text");
        assert!(!html.contains(['\u{f8e0}', '\u{f8e1}', '\u{f8e2}', '\u{2068}']), "{name} shows a mark");
        assert!(!html.contains(" style=") && !html.contains("<style"), "{name} has a style that the policy forbids");
        assert!(!html.contains(" onclick") && !html.contains("javascript:"), "{name}");
    });
}

#[test]
fn every_form_posts_with_its_tokens() {
    each(false, |name, response| {
        if name == "form-post" {
            // It leads to an application, which shall get what it asked for and no token of ours.
            assert!(!response.body().contains("csrf"));
            return;
        }
        for form in response.body().split("<form ").skip(1) {
            let form = form.split("</form>").next().unwrap();
            if form.contains("method=\"get\"") {
                assert!(!form.contains("csrf"), "{name}: a token would end up in the address");
                continue;
            }
            assert!(form.contains("method=\"post\" action=\"/"), "{name}: {form}");
            if form.contains("/blocks/right\"") {
                // The right to block stands in the address itself, sealed; whoever has it needs no cookie (RFC 8058).
                continue;
            }
            assert!(form.contains("name=\"csrf\" value=\"token\""), "{name}: {form}");
            // Only a journey has a destination to carry.
            let carries = form.contains("name=\"t\" value=\"ticket\"");
            assert!(carries || form.contains("/sign-out\"") || name.starts_with("admin-"), "{name}: {form}");
            assert!(form.contains("type=\"submit\""), "{name}: {form}");
        }
    });
}

#[test]
fn every_field_has_a_label_and_says_what_is_wrong() {
    each(false, |name, response| {
        let html = response.body();
        for input in tags(html, "input") {
            if attribute(input, "type") == Some("hidden") || input.contains("aria-hidden") {
                continue;
            }
            let id = attribute(input, "id").unwrap_or_else(|| panic!("{name}: {input}"));
            assert!(html.contains(&format!(" for=\"{id}\"")), "{name}: {id} has no label");
            let described = attribute(input, "aria-describedby").unwrap_or_default();
            for target in described.split_whitespace() {
                assert!(html.contains(&format!(" id=\"{target}\"")), "{name}: {target} is nowhere");
            }
            assert_eq!(input.contains("aria-invalid"), described.contains("-error"), "{name}: {input}");
        }
        let mut ids: Vec<&str> = html.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "{name} has an id twice");
    });
}

#[test]
fn autocomplete_tells_password_managers_the_truth() {
    let filling = &fillings(false)[0];
    let pages = pages(filling);
    let input = |page: &str, field: &str| {
        let html = pages.iter().find(|(name, _)| *name == page).unwrap().1.body();
        let found = tags(html, "input").into_iter().find(|tag| attribute(tag, "name") == Some(field));
        found.unwrap_or_else(|| panic!("{page} has no {field}")).to_owned()
    };
    assert_eq!(attribute(&input("sign-in-address", "address"), "autocomplete"), Some("username webauthn"));
    assert_eq!(attribute(&input("sign-in-address-for-app-wrong", "address"), "autocomplete"), Some("username"));
    assert_eq!(attribute(&input("enter-code", "code"), "autocomplete"), Some("one-time-code"));
    assert_eq!(attribute(&input("enter-code", "code"), "inputmode"), Some("numeric"));
    assert_eq!(attribute(&input("personal-password-wrong", "password"), "autocomplete"), Some("current-password"));
    assert_eq!(attribute(&input("personal-password-wrong", "username"), "autocomplete"), Some("username"));
    assert_eq!(attribute(&input("member-password", "password"), "autocomplete"), Some("current-password"));
    assert_eq!(attribute(&input("create-account", "password"), "autocomplete"), Some("new-password"));
    assert_eq!(attribute(&input("create-account", "username"), "autocomplete"), Some("username"));
    assert_eq!(attribute(&input("set-password", "password"), "autocomplete"), Some("new-password"));
}

/// The first picture that stands in a page as a `data:` address.
fn picture_of(html: &str) -> String {
    html.split_once("src=\"data:image/svg+xml,")
        .and_then(|(_, rest)| rest.split('"').next())
        .filter(|picture| !picture.is_empty())
        .unwrap_or("⁂")
        .to_owned()
}

#[test]
fn i1_i4_hostile_text_stays_text() {
    each(true, |name, response| {
        // Our own script is allowed by its hash; everything else that looks like markup came out of the data.
        let html = SCRIPTS
            .iter()
            .fold(response.body().clone(), |html, script| html.replace(&format!("<script>{script}</script>"), ""));
        // A picture that we drew ourselves is coordinates, of which some happen to be 49.
        let html = html.replace(&picture_of(&html), "");
        for markup in ["<svg/onload", "<script", "alert(1)>", "49", "\"'>"] {
            assert!(!html.contains(markup), "{name} lets {markup} through");
        }
        assert_eq!(tags(&html, "h1").len(), 1, "{name}");
    });
    // A template that does not escape would be caught.
    let naive = format!("<p>{HOSTILE}</p>");
    assert!(naive.contains("<svg/onload") && naive.contains("<script"));
}

#[test]
fn c7_the_instance_speaks_in_the_footer_whatever_the_tenant_is_called() {
    each(false, |name, response| {
        let html = response.body();
        let footer = html.split_once("<footer>").unwrap().1;
        assert!(footer.contains("<span>Vestibule</span>"), "{name}");
        assert!(!footer.contains("Contoso") && !footer.contains("theme"), "{name}");
        if html.contains("class=\"organization\"") {
            assert!(html.contains("class=\"domain\">contoso.example<"), "{name} hides the verified domain");
        }
    });
    // Nor can the tenant's style sheet reach it: it sets four colours, and the footer uses none of them.
    let footer_rules = assets::STYLE.split("The instance speaks here").nth(1).unwrap().split("@media").next().unwrap();
    assert!(!footer_rules.contains("accent"));
}

#[test]
fn pages_that_know_the_guest_show_who_and_sign_out() {
    let filling = &fillings(false)[0];
    for (name, response) in pages(filling) {
        let known = response.body().contains("class=\"person-who\"") && response.body().contains(".example</bdi></p>");
        assert_eq!(known, response.body().contains("action=\"/contoso.example/sign-out\""), "{name}");
    }
    let known =
        ["wrong-account", "dead-end", "review-permissions", "terms-of-use", "declined", "panel", "sign-out-confirm"];
    for page_name in known {
        let page = pages(filling).into_iter().find(|(name, _)| *name == page_name).unwrap().1;
        assert!(page.body().contains(">Sign out</button>"), "{page_name}");
    }
}

#[test]
fn pages_about_trouble_show_the_request_id_and_a_next_step() {
    each(false, |name, response| {
        if response.status().is_success() {
            return;
        }
        assert!(response.body().contains("<code>01JD3V9K2M</code>"), "{name}");
        let paragraphs = tags(response.body(), "p").len();
        assert!(paragraphs >= 4, "{name} says what is wrong and not what to do");
    });
}

#[test]
fn the_script_stands_only_where_the_policy_allows_it() {
    each(false, |name, response| {
        let policy = response.headers()["content-security-policy"].to_str().unwrap();
        let allowed = policy.contains("script-src 'sha256-");
        let ours = SCRIPTS.iter().any(|script| response.body().contains(&format!("<script>{script}</script>")));
        assert_eq!(ours, allowed, "{name}");
        let asks = response.body().contains(" data-passkey=");
        assert_eq!(response.body().contains(assets::PASSKEY_SCRIPT), asks, "{name}");
        assert_eq!(response.body().contains("<noscript>"), asks, "{name} says that it needs JavaScript");
        assert_eq!(tags(response.body(), "script").len(), usize::from(allowed), "{name}");
        assert_eq!(allowed && name != "form-post", response.body().contains("data-fragment"), "{name}");
        // The one page whose form leads to another host says to which, and no other may.
        let own = policy.contains("form-action 'self'");
        assert_eq!(own, name != "form-post", "{name}: {policy}");
        assert!(own || policy.contains("form-action https://portal.contoso.localhost:8443;"), "{policy}");
    });
}

#[test]
fn b10_the_page_of_ways_does_not_depend_on_the_address() {
    let filling = &fillings(false)[0];
    let render = |address: &str| {
        let view = ChooseWay {
            chrome: filling.chrome(),
            form: filling.form(),
            change_action: None,
            route: None,
            address: address.to_owned(),
            code: true,
            password: true,
            makes_account: false,
            providers: Vec::new(),
            error: None,
            passkey: None,
        };
        page(&view).into_body().replace("<wbr>", "").replace(" whole\"", "\"").replace(address, "")
    };
    assert_eq!(render("known@mail.example"), render("other@mail.example"));
}

#[test]
fn d23_the_evidence_is_the_same_bytes_each_time_and_is_on_the_page() {
    let facts = ReviewFacts {
        organization: "Contoso & Sons".to_owned(),
        primary_domain: "contoso.example".to_owned(),
        privacy_statement: Some("https://contoso.example/privacy".to_owned()),
        privacy_contact: None,
        technical_contact: None,
    };
    let language = Texts::load().language(&[]);
    let fragment = review_fragment(&language, &facts);
    assert_eq!(fragment, review_fragment(&language, &facts));
    assert!(fragment.contains("Contoso &#38; Sons") && fragment.contains("href=\"https://contoso.example/privacy\""));
    let filling = &fillings(false)[0];
    let view = ReviewPermissions {
        chrome: filling.known(),
        form: filling.form(),
        fragment: fragment.clone(),
        evidence: String::new(),
    };
    assert!(page(&view).body().contains(&fragment));
    let without = ReviewFacts { privacy_statement: None, ..facts.clone() };
    assert!(review_fragment(&language, &without).contains("has not provided a link to its privacy statement"));
    let scripted = ReviewFacts { privacy_statement: Some("javascript:alert(1)".to_owned()), ..facts };
    assert!(!review_fragment(&language, &scripted).contains("javascript"));
}
