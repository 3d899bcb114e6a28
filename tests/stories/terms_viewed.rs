//! Opening a document is the guest's own act: what another site, a picture or a prefetch does is none.

use http::Method;
use serde_json::json;

use super::terms::{GUEST, changes_the_terms, publishes, reaches_review};
use crate::actors::{Browser, Page, World, world};

const REFUSED: &str = "Please open and read the document first";

/// Everything that makes a browser ask for an address without its reader having followed a link on our page.
const FOREIGN: [(&str, &[(&str, &str)]); 9] = [
    ("a link on another site", &[("sec-fetch-site", "cross-site"), ("sec-fetch-dest", "document")]),
    ("a picture on another site", &[("sec-fetch-site", "cross-site"), ("sec-fetch-dest", "image")]),
    ("a picture in an app beside us", &[("sec-fetch-site", "same-site"), ("sec-fetch-dest", "image")]),
    ("a link in an app beside us", &[("sec-fetch-site", "same-site"), ("sec-fetch-dest", "document")]),
    ("the address bar", &[("sec-fetch-site", "none"), ("sec-fetch-dest", "document")]),
    ("a frame", &[("sec-fetch-site", "same-origin"), ("sec-fetch-dest", "iframe")]),
    ("a script", &[("sec-fetch-site", "same-origin"), ("sec-fetch-dest", "empty")]),
    ("a prefetch", &[("sec-fetch-site", "same-origin"), ("sec-fetch-dest", "document"), ("sec-purpose", "prefetch")]),
    ("a prefetch of before", &[("purpose", "prefetch")]),
];

async fn arrives(world: &World, browser: &Browser) -> Page {
    let page = reaches_review(world, browser, GUEST).await;
    browser.presses(&page, "Accept", &[]).await
}

/// Whether *Accept* of the version `of` is refused for not having been opened.
async fn is_refused(browser: &Browser, page: &Page) -> bool {
    let form = page.form_with_button("Decline").unwrap();
    let fields = form.fields.iter().filter(|(name, _)| name != "answer");
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .append_pair("answer", "accept")
        .finish();
    let target = page.url.join(&form.action).unwrap();
    let origin = page.url.origin().ascii_serialization();
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("origin", origin.as_str()),
        ("sec-fetch-site", "same-origin"),
    ];
    browser.asks(Method::POST, target.as_str(), &headers, &body).await.text().contains(REFUSED)
}

/// The link that opens the document, whole.
fn link(page: &Page) -> String {
    page.url.join(&page.link("Open the document").unwrap()).unwrap().to_string()
}

async fn tries_everything(world: &World) {
    let browser = world.browser();
    let page = arrives(world, &browser).await;
    let own = link(&page);
    assert!(is_refused(&browser, &page).await);
    for (name, headers) in FOREIGN {
        browser.asks(Method::GET, &own, headers, "").await;
        assert!(is_refused(&browser, &page).await, "{name} opened the document for the guest");
    }
    browser.asks(Method::HEAD, &own, &[("sec-fetch-site", "same-origin"), ("sec-fetch-dest", "document")], "").await;
    assert!(is_refused(&browser, &page).await, "HEAD shows nothing");

    // An address that somebody else can write carries no proof: neither without one nor with that of another guest.
    let here = [("sec-fetch-site", "same-origin"), ("sec-fetch-dest", "document")];
    let another = world.browser();
    let review = reaches_review(world, &another, "direct@fabrikam.example").await;
    let silent = another.presses(&review, "Accept", &[]).await;
    let theirs = link(&silent);
    let (start, _) = own.split_once("open=").unwrap();
    let (_, foreign) = theirs.split_once("open=").unwrap();
    for proof in ["", "1", "yes", foreign] {
        for headers in [&[][..], &here] {
            browser.asks(Method::GET, &format!("{start}open={proof}"), headers, "").await;
            assert!(is_refused(&browser, &page).await, "open={proof} {headers:?}");
        }
    }

    // The controls: the link itself, in a browser that says where it comes from and in one that does not.
    browser.follows(&page, "Open the document").await.status(200);
    assert!(!is_refused(&browser, &page).await);
    assert!(is_refused(&another, &silent).await);
    another.opens(&theirs).await.status(200);
    assert!(!is_refused(&another, &silent).await, "a browser of before says nothing of where it comes from");
}

#[tokio::test(flavor = "multi_thread")]
async fn b18_another_site_cannot_read_a_text_for_the_guest() {
    let world = world().await;
    changes_the_terms(&world, |body| body["viewing_required"] = json!(true)).await;
    tries_everything(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn b18_another_site_cannot_read_a_pdf_for_the_guest() {
    let world = world().await;
    changes_the_terms(&world, |body| body["viewing_required"] = json!(true)).await;
    publishes(&world, "terms.pdf", b"%PDF-1.4\n%%EOF\n", &["--title", "On paper", "--language", "en"]).await;
    tries_everything(&world).await;
}
