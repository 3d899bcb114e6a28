//! Attacks on the verifier, each beside an honest control. What the verbs add (this browser, once, in time, whose) is shown by the
//! stories, over sockets.

#![cfg(feature = "passkeys")]

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use url::Url;

use super::{Checked, Fault, Party, verifier};

#[path = "../../../tests/actors/phone.rs"]
mod phone;

use phone::{Phone, TOUCHED, UNLOCKED, new_key};

const ORIGIN: &str = "https://login.example:8443";
const HOST: &str = "login.example";
const HANDLE: &[u8] = b"thirty-two random bytes, no name";

fn with_party<T>(test: impl FnOnce(&Party<'_>) -> T) -> T {
    let origin: Url = ORIGIN.parse().unwrap();
    test(&Party { host: HOST, origin: &origin, brand: "Vestibule" })
}

fn phone() -> Phone {
    Phone::at(ORIGIN, HOST)
}

fn registered(party: &Party<'_>, phone: &mut Phone) -> Option<(String, Value)> {
    let (options, state) = verifier::offer(party, HANDLE, ("a@b.example", "A"), &[]).unwrap();
    verifier::accept(party, &phone.makes(&options), &state)
}

/// What becomes of an answer with a passkey that was registered honestly, after `change`.
fn answered_after(change: impl FnOnce(&mut Phone)) -> Result<Checked, Fault> {
    with_party(|party| {
        let mut phone = phone();
        let (_, credential) = registered(party, &mut phone).unwrap();
        let (options, state) = verifier::ask(party, &[]).unwrap();
        phone.counter = 2;
        change(&mut phone);
        verifier::check(party, &phone.answers_again(&options), &state, &credential)
    })
}

const ELSEWHERE: [&str; 12] = [
    "https://login.example",
    "https://login.example:8444",
    "http://login.example:8443",
    "https://badlogin.example:8443",
    "https://login.example.evil.example:8443",
    "https://wiki.login.example:8443",
    "https://login.example:8443@evil.example",
    "https://evil.example:8443",
    "https://example:8443",
    "android:apk-key-hash:x",
    "null",
    "",
];

#[test]
fn t154_only_this_origin_this_host_and_this_key_count() {
    assert!(answered_after(|_| ()).unwrap().user_verified, "the control: an honest phone");
    for origin in ELSEWHERE {
        let refused = answered_after(|phone| phone.origin = origin.to_owned());
        assert_eq!(refused.err(), Some(Fault::Wrong), "{origin:?}");
    }
    for host in ["example", "login.example.evil.example", "wiki.login.example", "LOGIN.example", ORIGIN, ""] {
        assert_eq!(answered_after(|phone| phone.host = host.to_owned()).err(), Some(Fault::Wrong), "{host:?}");
    }
    assert_eq!(answered_after(|phone| phone.key = new_key()).err(), Some(Fault::Wrong), "another key");
    assert_eq!(answered_after(|phone| phone.id = b"other".to_vec()).err(), Some(Fault::Wrong), "another id");
    assert_eq!(answered_after(|phone| phone.crosses = true).err(), Some(Fault::Wrong), "in a page of somebody else");
    for kind in ["webauthn.create", "payment.get", ""] {
        assert_eq!(answered_after(|phone| phone.kind = Some(kind)).err(), Some(Fault::Wrong), "{kind:?}");
    }
}

#[test]
fn t154_an_authenticator_that_nobody_unlocked_proves_nothing() {
    for flags in [0x00, TOUCHED, 0x04] {
        assert_eq!(answered_after(|phone| phone.flags = flags).err(), Some(Fault::Wrong), "{flags:#x}");
    }
    assert!(answered_after(|phone| phone.flags = UNLOCKED).is_ok());
    with_party(|party| {
        // Nor is one registered that could not be unlocked later.
        for (flags, taken) in [(UNLOCKED, true), (TOUCHED, false), (0x04, false), (0x00, false)] {
            let mut phone = Phone { flags, ..phone() };
            assert_eq!(registered(party, &mut phone).is_some(), taken, "{flags:#x}");
        }
    });
}

#[test]
fn t154_a_counter_that_does_not_move_gives_a_copy_away() {
    for counter in [0, 1] {
        assert_eq!(answered_after(|phone| phone.counter = counter).err(), Some(Fault::Copied), "{counter}");
    }
    for counter in [2, 3, u32::MAX] {
        assert!(answered_after(|phone| phone.counter = counter).is_ok(), "{counter}");
    }
    with_party(|party| {
        // The counter is that of the credential as it is kept by then.
        let mut phone = phone();
        let (_, credential) = registered(party, &mut phone).unwrap();
        let (options, state) = verifier::ask(party, &[]).unwrap();
        let answer = phone.answers(&options);
        let moved = verifier::check(party, &answer, &state, &credential).unwrap().credential;
        assert_eq!(verifier::check(party, &answer, &state, &moved).err(), Some(Fault::Copied));
        // Synchronized passkeys count nothing: zero, always.
        let mut synchronized = Phone { counter: 0, ..self::phone() };
        let (_, credential) = registered(party, &mut synchronized).unwrap();
        let answer = synchronized.answers_again(&options);
        let kept = verifier::check(party, &answer, &state, &credential).unwrap().credential;
        assert!(verifier::check(party, &answer, &state, &kept).is_ok());
    });
}

#[test]
fn t154_an_answer_fits_the_question_that_was_asked_and_no_other() {
    with_party(|party| {
        let mut phone = phone();
        let (id, credential) = registered(party, &mut phone).unwrap();
        let (options, state) = verifier::ask(party, &[&credential]).unwrap();
        assert_eq!(options["allowCredentials"][0]["id"], id.as_str());
        let (other_options, other_state) = verifier::ask(party, &[]).unwrap();
        assert_eq!(other_options["allowCredentials"], json!([]), "nobody is named where nobody is known");
        let answer = phone.answers(&options);
        assert_eq!(verifier::check(party, &answer, &other_state, &credential).err(), Some(Fault::Wrong));
        assert!(verifier::check(party, &answer, &state, &credential).is_ok());
        // A registration answers no sign-in, and the other way round.
        let (new_options, new_state) = verifier::offer(party, HANDLE, ("a@b.example", "A"), &[]).unwrap();
        let made = phone.makes(&new_options);
        assert_eq!(verifier::check(party, &made, &state, &credential).err(), Some(Fault::Wrong));
        assert!(verifier::accept(party, &answer, &new_state).is_none());
        assert!(verifier::accept(party, &made, &state).is_none());
        assert!(verifier::accept(party, &made, &new_state).is_some());
    });
}

#[test]
fn t154_one_bit_more_or_less_is_another_answer() {
    with_party(|party| {
        let mut phone = phone();
        let (_, credential) = registered(party, &mut phone).unwrap();
        let (options, state) = verifier::ask(party, &[]).unwrap();
        let answer: Value = serde_json::from_str(&phone.answers(&options)).unwrap();
        assert!(verifier::check(party, &answer.to_string(), &state, &credential).is_ok());
        for part in ["clientDataJSON", "authenticatorData", "signature"] {
            let bytes = BASE64URL_NOPAD.decode(answer["response"][part].as_str().unwrap().as_bytes()).unwrap();
            for at in 0..bytes.len() {
                let mut bent = bytes.clone();
                bent[at] ^= 1;
                let mut forged = answer.clone();
                forged["response"][part] = BASE64URL_NOPAD.encode(&bent).into();
                let refused = verifier::check(party, &forged.to_string(), &state, &credential);
                assert!(refused.is_err(), "{part} byte {at}");
            }
            for nothing in [Value::Null, json!(""), json!("AA"), json!("!"), json!(7)] {
                let mut forged = answer.clone();
                forged["response"][part] = nothing;
                assert!(verifier::check(party, &forged.to_string(), &state, &credential).is_err(), "{part}");
            }
        }
    });
    for garbage in ["", "{}", "[]", "null", "{\"id\":1}", "\u{0}"] {
        assert!(verifier::claim(garbage).is_none(), "{garbage:?}");
        with_party(|party| assert!(verifier::check(party, garbage, &json!({}), &json!({})).is_err()));
        with_party(|party| assert!(verifier::accept(party, garbage, &json!({})).is_none()));
    }
}

#[test]
fn t154_a_credential_is_registered_by_this_origin_alone_and_once() {
    with_party(|party| {
        let refused = |change: &dyn Fn(&mut Phone)| {
            let mut phone = phone();
            change(&mut phone);
            registered(party, &mut phone).is_none()
        };
        assert!(!refused(&|_| ()));
        for origin in ELSEWHERE {
            assert!(refused(&|phone| phone.origin = origin.to_owned()), "{origin:?}");
        }
        assert!(refused(&|phone| phone.host = "example".to_owned()));
        assert!(refused(&|phone| phone.crosses = true));
        assert!(refused(&|phone| phone.kind = Some("webauthn.get")));
        // An authenticator that holds one already makes no second one.
        let mut phone = phone();
        let (id, _) = registered(party, &mut phone).unwrap();
        let (options, state) = verifier::offer(party, HANDLE, ("a@b.example", "A"), &[&id]).unwrap();
        assert_eq!(options["excludeCredentials"][0]["id"], id.as_str());
        assert!(verifier::accept(party, &phone.makes(&options), &state).is_none());
    });
}

#[test]
fn what_is_asked_of_the_browser() {
    with_party(|party| {
        let (options, _) = verifier::offer(party, HANDLE, ("a@b.example", "A"), &[]).unwrap();
        assert_eq!(options["rp"], json!({ "id": "login.example", "name": "Vestibule" }));
        assert_eq!(options["attestation"], "none");
        assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
        assert_eq!(options["authenticatorSelection"]["requireResidentKey"], true);
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        assert_eq!(options["user"]["id"], BASE64URL_NOPAD.encode(HANDLE));
        let algorithms: Vec<i64> =
            options["pubKeyCredParams"].as_array().unwrap().iter().map(|one| one["alg"].as_i64().unwrap()).collect();
        assert_eq!(algorithms, [-7, -35, -257], "ES256, ES384, RS256");
        let (options, state) = verifier::ask(party, &[]).unwrap();
        assert_eq!((&options["rpId"], &options["userVerification"]), (&json!("login.example"), &json!("required")));
        assert_eq!(options["timeout"], 300_000);
        assert!(options["challenge"].as_str().unwrap().len() >= 43, "at least 32 random bytes");
        let (other, _) = verifier::ask(party, &[]).unwrap();
        assert_ne!(options["challenge"], other["challenge"]);
        // Nothing of what is registered travels with the page.
        let mut phone = phone();
        let (id, credential) = registered(party, &mut phone).unwrap();
        let (_, with_known) = verifier::ask(party, &[&credential]).unwrap();
        assert!(!with_known.to_string().contains(&id) && with_known["credentials"] == state["credentials"]);
    });
    // An address is no relying party, and neither is a host that is not that of the pages.
    for (origin, host) in [("https://192.0.2.1:8443", "192.0.2.1"), (ORIGIN, "example"), (ORIGIN, "")] {
        let origin: Url = origin.parse().unwrap();
        assert!(verifier::ask(&Party { host, origin: &origin, brand: "V" }, &[]).is_none(), "{origin} {host:?}");
    }
}
