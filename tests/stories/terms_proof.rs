//! The proof of what was accepted: the exact bytes of every version, a table that runs nothing, and a signature that others
//! can check.

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;
use vestibule::keys::sha256_hex;

use super::guest_life::run;
use super::terms::{GUEST, comes_in, publishes, report};
use crate::actors::{CONTOSO, world};

/// Bytes that somebody who reads a PDF as text, or ends lines otherwise, would change.
const PAPER: &[u8] = b"%PDF-1.7\r\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\r\0\xff\xfe\x80\n%%EOF";

#[tokio::test(flavor = "multi_thread")]
async fn every_version_comes_back_bit_for_bit() {
    let world = world().await;
    let browser = comes_in(&world, GUEST).await;
    let text = "# Édition\n\n“Quotes” & ampersands, <b>no markup</b>, 日本語, a\u{301}, \u{1f642}\n\n- one\n- two\n";
    publishes(&world, "second.md", text.as_bytes(), &[]).await;
    let page = browser.opens(&world.wiki("/")).await;
    let shown = page.body.split_once("role=\"region\"").unwrap().1;
    let shown = shown.split_once('>').unwrap().1.split_once("</div>\n").unwrap().0.as_bytes().to_vec();
    browser.presses(&page, "Accept", &[]).await.status(200);
    publishes(&world, "third.pdf", PAPER, &["--title", "On paper", "--language", "en"]).await;
    let page = browser.opens(&world.wiki("/")).await;
    let paper = browser.follows(&page, "Open the document").await;
    assert_eq!(paper.bytes.as_ref(), PAPER, "the file that was shown");
    browser.presses(&page, "Accept", &[]).await.status(200);
    // A fourth one, so that all three are of the past.
    publishes(&world, "fourth.md", b"# Fourth\n", &["--minor"]).await;

    let history = run(&world, &["terms", "history", GUEST, "--tenant", "contoso.example", "--json"]).await;
    let history: Value = serde_json::from_str(&history).unwrap();
    let answers = history["answers"].as_array().unwrap();
    assert_eq!(answers.iter().map(|it| it["number"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 2, 3]);
    let review = history["reviews"][0]["evidence"].as_str().unwrap();
    let hashes: Vec<&str> = answers.iter().map(|it| it["version"].as_str().unwrap()).chain([review]).collect();
    let app = world.demo.app();
    let tenant = vestibule::tenants::resolve(&app.snapshot.load(), CONTOSO).unwrap().clone();
    let mut files = Vec::new();
    for hash in &hashes {
        let file = browser.opens(&world.broker(&format!("/{CONTOSO}/account/accepted/{hash}/file"))).await;
        file.status(200);
        assert!(file.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
        assert_eq!(sha256_hex(&file.bytes), *hash, "named by what it holds");
        let kept = vestibule::consent::evidence::evidence(app, &tenant, hash).await.unwrap().unwrap();
        assert_eq!(kept.content, file.bytes.as_ref(), "what administrators get is the same");
        files.push(file.bytes);
    }
    assert_eq!(files[1].as_ref(), shown, "the very bytes on the page");
    assert_eq!(files[2].as_ref(), PAPER);
    let lengths: Vec<usize> = files.iter().map(bytes::Bytes::len).collect();
    println!("evidence of {} documents, {lengths:?} bytes", files.len());

    // The list names each of them, and the export by the same hashes.
    let list = browser.opens(&world.broker(&format!("/{CONTOSO}/account/accepted"))).await;
    for hash in &hashes {
        assert!(list.body.contains(&format!("/account/accepted/{hash}/file")), "{hash}");
    }
    let exported = browser.opens(&world.broker(&format!("/{CONTOSO}/account/export"))).await.json();
    let versions = exported["termsOfUse"].as_array().unwrap().iter().map(|it| it["version"].as_str().unwrap());
    assert_eq!(versions.collect::<Vec<_>>(), hashes[..3]);
    assert_eq!(exported["reviewPermissions"][0]["evidence"], hashes[3]);
}

/// Names come from whoever invites, and the table is opened in a spreadsheet.
#[tokio::test(flavor = "multi_thread")]
async fn the_table_of_answers_runs_no_formula() {
    let world = world().await;
    comes_in(&world, GUEST).await;
    let app = world.demo.app();
    let tenant = CONTOSO.parse().unwrap();
    for name in ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "＝1", " =1", "plain = 1"] {
        let mut tx = app.store.begin(tenant).await.unwrap();
        let mut user = tx.guest_invited_as(&GUEST.parse().unwrap()).await.unwrap().unwrap();
        user.display_name = name.to_owned();
        tx.update_user(&user).await.unwrap();
        tx.commit().await.unwrap();
        let table = run(&world, &["terms", "report", "--tenant", "contoso.example", "--csv"]).await;
        let wanted = if name.starts_with("plain") { format!("\"{name}\"") } else { format!("\"'{name}\"") };
        assert!(table.contains(&wanted), "{name:?}: {table}");
    }
}

/// As somebody checks it who has the file, the public keys, and a JOSE library that is not ours.
#[tokio::test(flavor = "multi_thread")]
async fn the_signature_of_a_report_holds_for_another_library() {
    let world = world().await;
    comes_in(&world, GUEST).await;
    let signed = report(&world).await;
    let keys = world.browser().asks(http::Method::GET, &world.wiki("/.vestibule/jwks.json"), &[], "").await.body;
    let keys: JwkSet = serde_json::from_str(&keys).unwrap();
    let (header, signature) = signed["signature"].as_str().unwrap().split_once("..").unwrap();
    let decoded = jsonwebtoken::decode_header(format!("{header}.e30.{signature}")).unwrap();
    assert_eq!((decoded.alg, decoded.typ.as_deref()), (Algorithm::ES256, Some("vestibule-terms-report+json")));
    let key = DecodingKey::from_jwk(keys.find(decoded.kid.as_deref().unwrap()).unwrap()).unwrap();
    let holds = |report: &Value| {
        let content = BASE64URL_NOPAD.encode(serde_json::to_string(report).unwrap().as_bytes());
        let message = format!("{header}.{content}");
        jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key, Algorithm::ES256).unwrap()
    };
    assert!(holds(&signed["report"]));
    let mut changed = signed["report"].clone();
    changed["answers"][0]["state"] = "declined".into();
    assert!(!holds(&changed), "the control");
}
