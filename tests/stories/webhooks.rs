//! Somebody else's program hears of guests and invitations: signed, at least once, and of nobody else's.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use vestibule::config::unpack_shipped;

use super::guest_life::{run, settled};
use crate::actors::{CONTOSO, NORTHWIND, Receiver, World, free_port, free_ports};

const TENANT: [&str; 2] = ["--tenant", "contoso.example"];
const GUEST: &str = "passcode@mail.example";

async fn contoso(world: &World, words: &[&str]) -> String {
    run(world, &[words, &TENANT].concat()).await
}

async fn invite(world: &World, address: &str, tenant: &str) -> String {
    run(world, &["invite", address, "--tenant", tenant, "--app", "Desk", "--json"]).await
}

/// The whole life of a guest, and every message about it; T055: none holds what only the guest may know.
#[tokio::test(flavor = "multi_thread")]
async fn t055_a_receiver_hears_of_a_whole_life_by_ids_alone() {
    let (receiver, folder) = (Receiver::start().await, tempfile::tempdir().unwrap());
    let world = World::start_telling(folder.path(), &receiver.url()).await;
    let start = receiver.messages().len();
    settled(&world, GUEST).await;
    let guest = world.guest("contoso.example", GUEST).await;
    let id = guest["id"].as_str().unwrap();
    let accepted = receiver.hears("invitation.accepted", 0).await;
    assert_eq!(accepted.body["data"]["guestId"], id);
    assert_eq!(accepted.body["data"]["actorId"], id);
    assert_eq!(accepted.body["data"]["tenantId"], CONTOSO);
    let terms = receiver.hears("terms.accepted", 0).await;
    assert!(terms.body["data"]["agreementId"].is_string(), "{terms:?}");

    let invited = invite(&world, "newcomer.of.the.story@mail.example", "contoso.example").await;
    let created = receiver.hears("invitation.created", start).await;
    assert!(created.body["data"]["appIds"].is_array(), "{created:?}");
    contoso(&world, &["guest", "resend", "newcomer.of.the.story@mail.example"]).await;
    receiver.hears("invitation.resent", 0).await;
    contoso(&world, &["guest", "block", GUEST]).await;
    let blocked = receiver.hears("guest.blocked", 0).await;
    assert_eq!(blocked.body["data"]["actorId"], serde_json::Value::Null, "the operator");
    contoso(&world, &["guest", "unblock", GUEST]).await;
    receiver.hears("guest.unblocked", 0).await;
    contoso(&world, &["guest", "delete", GUEST]).await;
    receiver.hears("guest.deleted", 0).await;
    contoso(&world, &["guest", "restore", id]).await;
    receiver.hears("guest.restored", 0).await;
    contoso(&world, &["guest", "delete", GUEST]).await;
    contoso(&world, &["guest", "purge", id]).await;
    let erased = receiver.hears("guest.erased", 0).await;
    assert_eq!(erased.body["data"]["guestId"], id);

    let locator = world.redeem_url("newcomer.of.the.story@mail.example").await;
    let locator = locator.rsplit('/').next().unwrap().split('?').next().unwrap();
    assert!(locator.len() >= 26 && invited.contains("newcomer"), "{locator}");
    let mut ids = Vec::new();
    for message in receiver.messages() {
        for secret in ["@", "redeem", "https:", "newcomer", "passcode", "mail.example", locator] {
            assert!(!message.text.contains(secret), "{secret}: {}", message.text);
        }
        ids.push(message.id);
    }
    let before = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), before, "each came once");
    // What the directory still knows of them after the erasure is no more than that.
    let known = contoso(&world, &["webhooks", "deliveries", "--all", "--json"]).await;
    assert!(!known.contains('@') && known.contains("guest.erased"), "{known}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_taken_comes_again_under_the_same_id_and_the_command_line_tells() {
    let (receiver, folder) = (Receiver::start().await, tempfile::tempdir().unwrap());
    let world = World::start_telling(folder.path(), &receiver.url()).await;
    let start = receiver.messages().len();
    let (code, out) = world.command(&["webhooks", "test", "desk", "--tenant", "contoso.example"]).await;
    assert_eq!((code, out.trim()), (0, "desk took the message: 204 No Content"));
    assert_eq!(receiver.kinds()[start..], ["webhook.test"]);
    receiver.answers(&[500, 500]);
    invite(&world, "again@mail.example", "contoso.example").await;
    for tries in 1..=2 {
        receiver.hears("invitation.created", start + tries).await;
        let waiting = async {
            loop {
                let known = contoso(&world, &["webhooks", "deliveries", "desk", "--json"]).await;
                let known: serde_json::Value = serde_json::from_str(&known).unwrap();
                if known[0]["tries"] == tries {
                    return known;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let known = tokio::time::timeout(Duration::from_secs(10), waiting).await.unwrap();
        assert_eq!(known[0]["state"], "waiting", "{known}");
        assert_eq!(known[0]["lastError"], "the receiver answered 500 Internal Server Error");
        assert_eq!(contoso(&world, &["webhooks", "retry", "desk"]).await, "1 message is tried now.\n");
    }
    receiver.hears("invitation.created", start + 3).await;
    let told = receiver.messages().split_off(start);
    assert!(
        told.len() == 4 && told[1..].iter().all(|one| one.id == told[1].id && one.text == told[1].text),
        "{told:?}"
    );
    let list = contoso(&world, &["webhooks", "list"]).await;
    assert!(list.contains("Contoso") && list.contains("/hook") && !list.contains("whsec"), "{list}");
    let (code, out) = world.command(&["webhooks", "test", "nobody", "--tenant", "contoso.example"]).await;
    assert!(code == 1 && out.contains("there are: desk"), "{out}");
    let (code, out) =
        world.command(&["webhooks", "retry", "desk", "--tenant", "contoso.example", "--id", "msg_x"]).await;
    assert!(code == 1 && out.contains("no message msg_x"), "{out}");
    receiver.answers(&[418]);
    let (code, out) = world.command(&["webhooks", "test", "desk", "--tenant", "contoso.example"]).await;
    assert!(code == 1 && out.contains("did not take the message: 418"), "{out}");
}

/// C2, T097: each tenant's messages go to its own receivers, with its own secret; and one on this machine, which the operator
/// does not name in `egress.allow`, hears nothing, whatever the tenant's file says.
#[tokio::test(flavor = "multi_thread")]
async fn c2_t097_a_tenant_reaches_its_own_receivers_and_nothing_inside() {
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let (ours, inside) = (Receiver::start().await, Receiver::knowing(&[secret]).await);
    let folder = tempfile::tempdir().unwrap();
    unpack_shipped(&folder.path().join("config")).unwrap();
    let northwind = folder.path().join("config/tenants/northwind.toml");
    let text = std::fs::read_to_string(&northwind).unwrap();
    let webhook = format!("\n[[webhooks]]\nname = \"crm\"\nurl = \"{}\"\nsecret = \"{secret}\"\n", inside.url());
    std::fs::write(&northwind, text + &webhook).unwrap();
    std::fs::set_permissions(&northwind, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let world = World::start_telling(folder.path(), &ours.url()).await;

    invite(&world, "one@mail.example", "northwind.example").await;
    let start = ours.messages().len();
    invite(&world, "two@mail.example", "contoso.example").await;
    ours.hears("invitation.created", start).await;
    let refused = async {
        loop {
            let words = ["webhooks", "deliveries", "--tenant", "northwind.example", "--json"];
            let known: serde_json::Value = serde_json::from_str(&run(&world, &words).await).unwrap();
            if let Some(error) = known.as_array().unwrap().iter().find_map(|one| one["lastError"].as_str()) {
                return error.to_owned();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let refused = tokio::time::timeout(Duration::from_secs(10), refused).await.unwrap();
    assert!(refused.contains("only https is allowed"), "{refused}");
    let (code, out) = world.command(&["webhooks", "test", "crm", "--tenant", "northwind.example"]).await;
    assert!(code == 1 && out.contains("refused"), "{out}");
    assert!(inside.messages().is_empty());

    // The control: once the operator names it, the same messages arrive, and none of them at the other tenant's.
    let app = world.demo.app();
    let mut egress = app.settings.egress.clone();
    let pair = |port| vestibule::config::HostPort { host: "127.0.0.1".to_owned(), port };
    egress.allow.extend([pair(inside.port), pair(ours.port)]);
    app.fetcher.reload(&egress).unwrap();
    run(&world, &["webhooks", "retry", "crm", "--tenant", "northwind.example"]).await;
    let told = inside.hears("invitation.created", 0).await;
    assert_eq!(told.body["data"]["tenantId"], NORTHWIND);
    assert!(inside.messages().iter().all(|message| message.body["data"]["tenantId"] == NORTHWIND));
    assert!(ours.messages().iter().all(|message| message.body["data"]["tenantId"] == CONTOSO));
    let (code, out) = world.command(&["webhooks", "retry", "crm", "--tenant", "contoso.example"]).await;
    assert!(code == 1 && out.contains("has no webhook"), "{out}");
}

/// The demo as a process of its own.
fn start(data: &Path, port: u16, mail_port: u16, webhook: &str) -> Child {
    let child = Command::new(env!("CARGO_BIN_EXE_vestibule"))
        .args(["demo", "--port", &port.to_string(), "--mail-port", &mail_port.to_string(), "--webhook", webhook])
        .arg("--data")
        .arg(data)
        .arg("--user-data")
        .arg(data.join("user"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    let address = format!("127.0.0.1:{}", port + 2);
    let health =
        || Command::new(env!("CARGO_BIN_EXE_vestibule")).args(["health", "--address", &address]).output().unwrap();
    while !health().status.success() {
        assert!(Instant::now() < deadline, "the demo did not become ready within 30 seconds");
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_before_a_crash_is_told_after_it() {
    let (receiver, folder) = (Receiver::start().await, tempfile::tempdir().unwrap());
    let (port, mail_port) = (free_ports(), free_port());
    let mut child = start(folder.path(), port, mail_port, &receiver.url());
    let command = |words: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_vestibule"))
            .args(words)
            .args(["--tenant", "contoso.example", "--json", "--data"])
            .arg(folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    // What the demo begins with.
    let seeded = async {
        while command(&["webhooks", "deliveries"]).trim() != "[]" {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), seeded).await.unwrap();
    let seeded = receiver.messages().len();
    for round in 0..4 {
        let before = receiver.messages().len();
        // In one half of the rounds the receiver has the message and never says so; in the other nobody sent it yet.
        receiver.answers(if round % 2 == 0 { &[0] } else { &[503] });
        command(&["invite", &format!("crash{round}@mail.example"), "--no-mail"]);
        if round % 2 == 0 {
            receiver.hears("invitation.created", before).await;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let heard = receiver.messages().len();
        receiver.answers(&[]);
        child = start(folder.path(), port, mail_port, &receiver.url());
        let told = receiver.hears("invitation.created", heard).await;
        if round % 2 == 0 {
            assert_eq!(told.id, receiver.messages()[before].id, "the same message, known by its id");
        }
    }
    let mut ids: Vec<String> = receiver.messages().split_off(seeded).into_iter().map(|message| message.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4, "one message for each invitation");
    child.kill().unwrap();
    child.wait().unwrap();
}
