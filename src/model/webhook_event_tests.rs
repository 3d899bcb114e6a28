//! The table of what webhooks tell: whole, seen against the sources, and without anything that nobody may know.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{AuditEvent, AuditLine, AuditOutcome, TenantId, Timestamp, UserId, WebhookEvent, WebhookMessage};

/// Activities of which nobody is told: about members, keys, files and domains, about sign-ins, and such that another line says
/// with more.
const SILENT: &[&str] = &[
    "Update application - Certificates and secrets management",
    "Update authorization policy",
    "Update the company default cross-tenant access setting",
    "Authentication Methods Policy Update",
    "Add owner to service principal",
    "Add unverified domain",
    "Add user",
    "Apply access review",
    "Apply access review decision",
    "Change password",
    "Change password (self-service)",
    "Consent to application",
    "Create access review",
    "Create personal account",
    "Delete contact",
    "Delete personal account",
    "Email not sent, user unsubscribed",
    "Email subscribed",
    "Email unsubscribed",
    "Import contacts",
    "Load configuration files",
    "Passkey refused",
    "Publish Terms Of Use",
    "Record access review decision",
    "Remove owner from service principal",
    "Remove unverified domain",
    "Remove verified domain",
    "Reset password",
    "Reset password (self-service)",
    "Review permissions",
    "Revoke consent",
    "Rotate signing key",
    "Second factor shown",
    "Send mail",
    "Send reminder of the end of access",
    "Send webhook",
    "User deleted security info",
    "User registered security info",
    "User sign-in",
    "User sign-out",
    "User started security info registration",
    "Verify domain",
    "Withdraw signing key",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "test_doubles" {
            sources(&path, found);
        } else if name.ends_with(".rs") && !name.ends_with("tests.rs") {
            found.push(path);
        }
    }
}

/// Every text in quotes that starts with a capital letter, in `text`.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').skip(1).step_by(2).filter(|word| word.starts_with(|first: char| first.is_ascii_uppercase()))
}

/// The activities that the product's code can write: what stands in the call, or is chosen as `activity` before it.
fn written() -> BTreeSet<String> {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let mut found = BTreeSet::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let product = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        if !product.contains("AuditEvent::") {
            continue;
        }
        for start in ["AuditEvent::success(", "AuditEvent::failure(", "&event("] {
            for rest in product.split(start).skip(1) {
                found.extend(
                    rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()).map(str::to_owned),
                );
            }
        }
        for start in ["activity = ", "activity) = "] {
            for rest in product.split(start).skip(1) {
                let statement = &rest[..rest.find("};").or_else(|| rest.find(';')).unwrap()];
                let first = if statement.contains('{') { statement } else { rest.split(';').next().unwrap() };
                found.extend(quoted(first).map(str::to_owned));
            }
        }
    }
    found
}

fn told(activity: &str) -> bool {
    let outcomes = [AuditOutcome::Success, AuditOutcome::Failure];
    outcomes.into_iter().any(|outcome| {
        let event = AuditEvent { outcome, ..AuditEvent::success(activity) };
        WebhookEvent::told_by(&event.with("reason", "declined review of permissions")).is_some()
    })
}

#[test]
fn every_activity_is_told_or_known_to_stay_silent() {
    let written = written();
    assert!(written.len() > 50, "{written:?}");
    let wrong: Vec<&String> =
        written.iter().filter(|activity| told(activity) == SILENT.contains(&activity.as_str())).collect();
    assert!(wrong.is_empty(), "put these into `WebhookEvent::told_by`, or into SILENT here: {wrong:?}");
    // The other way round: the list names nothing that is gone.
    let gone: Vec<&&str> = SILENT.iter().filter(|activity| !written.contains(**activity)).collect();
    assert!(gone.is_empty(), "these are written nowhere: {gone:?}");
}

#[test]
fn every_type_is_told_by_some_line_and_read_back_by_its_name() {
    let guest = UserId::new(uuid::Uuid::from_u128(7));
    let ended = ("Disable account", AuditOutcome::Success, "reason", "the access has ended");
    let changed = ("Update user", AuditOutcome::Success, "changed", "sign-in");
    let declined = ("Redeem external user invite", AuditOutcome::Failure, "reason", "declined review of permissions");
    let mut seen: BTreeSet<WebhookEvent> = BTreeSet::new();
    for (activity, outcome, name, value) in [ended, changed, declined] {
        let event = AuditEvent { outcome, ..AuditEvent::success(activity) }.with(name, value);
        seen.extend(WebhookEvent::told_by(&event));
    }
    for activity in written() {
        for outcome in [AuditOutcome::Success, AuditOutcome::Failure] {
            let event = AuditEvent { outcome, ..AuditEvent::success(&activity) }.on(guest);
            seen.extend(WebhookEvent::told_by(&event));
            seen.extend(WebhookEvent::told_by(&event.by(guest)));
        }
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), WebhookEvent::ALL);
    for event in WebhookEvent::ALL {
        assert_eq!(WebhookEvent::matching(event.as_str()), Some(vec![event]));
        let word = serde_json::to_value(event).unwrap();
        assert_eq!((word.as_str(), serde_json::from_value(word.clone()).ok()), (Some(event.as_str()), Some(event)));
    }
    let all = ["invitation.*", "guest.*", "terms.*"].map(|kind| WebhookEvent::matching(kind).unwrap());
    assert_eq!(all.concat(), WebhookEvent::ALL);
    for wrong in ["*", "guest*", "guest.", "guest.bl*", "Guest.blocked", "", "guest.unknown", ".*"] {
        assert_eq!(WebhookEvent::matching(wrong), None, "{wrong:?}");
    }
}

#[test]
fn a_failure_and_a_line_about_nobody_tell_nothing() {
    assert_eq!(WebhookEvent::told_by(&AuditEvent::failure("Resend invitation")), None);
    assert_eq!(
        WebhookEvent::told_by(&AuditEvent::failure("Redeem external user invite").with("reason", "blocked")),
        None
    );
    let line = |event| AuditLine {
        sequence: 1,
        tenant: Some(TenantId::new(uuid::Uuid::from_u128(1))),
        at: Timestamp::from_seconds(1_700_000_000),
        event,
        previous: String::new(),
        hash: "a".repeat(64),
    };
    assert_eq!(WebhookMessage::of(&line(AuditEvent::success("Resend invitation"))), None);
    let instance = AuditLine { tenant: None, ..line(AuditEvent::success("Restore user")) };
    assert_eq!(WebhookMessage::of(&instance), None);
}

/// Row T055: whatever a line says, a message holds ids alone, and not that of the invitation, which is in its link.
#[test]
fn t055_a_message_holds_no_token_no_link_and_nothing_personal() {
    let guest = UserId::new(uuid::Uuid::from_u128(7));
    let secrets = [
        ("invitation", "aaaaaaaaaaaaaaaaaaaaaaaaaa"),
        ("address", "guest@fabrikam.example"),
        ("reason", "https://vestibule.example/redeem/x"),
        ("agreement", "guest@fabrikam.example"),
        ("app", "https://vestibule.example/redeem/x"),
        ("method", "otp"),
    ];
    let agreement = "c0a70500-0000-4000-8000-0000000000d1";
    let app = "c0a70500-0000-4000-8000-0000000000b1";
    for (number, activity) in ["Invite external user", "Accept Terms Of Use", "Update user"].into_iter().enumerate() {
        let event = AuditEvent::success(activity).on(guest).sealing(Some("sealed-address".to_owned()));
        let event = secrets.iter().fold(event, |event, (name, value)| event.with(name, value));
        let line = AuditLine {
            sequence: 42,
            tenant: Some(TenantId::new(uuid::Uuid::from_u128(1))),
            at: Timestamp::from_seconds(1_700_000_000),
            event: event.with("agreement", agreement).with("app", app),
            previous: String::new(),
            hash: format!("{number}{}", "0123456789abcdef".repeat(4)),
        };
        let message = WebhookMessage::of(&line).unwrap();
        let whole = serde_json::to_string(&line).unwrap();
        for (_, value) in secrets {
            assert!(!message.body.contains(value), "{}", message.body);
            assert!(whole.contains(value), "negative control: whoever sends the line as it is tells everything");
        }
        assert!(!message.body.contains("sealed"), "{}", message.body);
        let body: serde_json::Value = serde_json::from_str(&message.body).unwrap();
        let data = serde_json::json!({
            "tenantId": line.tenant, "guestId": guest, "actorId": null, "auditId": "42",
            "agreementId": agreement, "appIds": [app],
        });
        assert_eq!(body["data"], data);
        assert_eq!(
            (body["type"].as_str(), body["timestamp"].as_str()),
            (Some(message.event.as_str()), Some("2023-11-14T22:13:20Z"))
        );
        assert_eq!(message.id, format!("msg_{number}0123456789abcdef0123456789abcde"));
    }
}
