//! docs/webhooks.md: the types are the ones there are, the example is genuine, and both recipes tell genuine from forged.

use std::io::Write;
use std::process::{Command, Stdio};

use vestibule::model::{SigningSecret, WebhookEvent};
use vestibule::webhooks::signatures;

use super::{blocks, read};

const PAGE: &str = "docs/webhooks.md";
const DEMO: &str = "whsec_dmVzdGlidWxlLWRlbW8td2ViaG9vay1zZWNyZXQ=";
const OTHER: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

#[test]
fn the_page_lists_exactly_the_types_that_exist() {
    let page = read(PAGE);
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |").map(|(name, _)| name));
    let listed: Vec<&str> = rows.filter(|name| name.contains('.') && !name.starts_with("data.")).collect();
    let known: Vec<&str> = WebhookEvent::ALL.iter().map(|event| event.as_str()).chain(["webhook.test"]).collect();
    assert_eq!(listed, known);
}

/// What a receiver is given: secrets, headers and the body, and the time at which it looks.
fn case(secrets: &[&str], (id, time, signed): (&str, &str, &str), body: &str, now: i64) -> String {
    let headers = serde_json::json!({ "webhook-id": id, "webhook-timestamp": time, "webhook-signature": signed });
    serde_json::json!({ "secrets": secrets, "headers": headers, "body": body, "now": now }).to_string()
}

#[test]
fn the_recipes_tell_genuine_from_forged_old_and_replayed() {
    let page = read(PAGE);
    let [example] = blocks(&page, "http").try_into().unwrap();
    let (head, body) = example.split_once("\n\n").unwrap();
    let body = body.trim_end();
    let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(&format!("{name}: "))).unwrap();
    let (id, time, signed) = (field("webhook-id"), field("webhook-timestamp"), field("webhook-signature"));
    let now: i64 = time.parse().unwrap();
    let both: Vec<SigningSecret> = [OTHER, DEMO].iter().map(|text| text.parse().unwrap()).collect();
    let (two, by_other) = (signatures(&both, id, now, body), signatures(&both[..1], id, now, body));
    let later = (now + 10).to_string();
    let tampered = body.replace("accepted", "declined");
    let cases = [
        ("genuine", true, case(&[DEMO], (id, time, signed), body, now)),
        ("a little late", true, case(&[DEMO], (id, time, signed), body, now + 299)),
        ("two signatures, the old secret known", true, case(&[DEMO], (id, time, &two), body, now)),
        ("two signatures, the new secret known", true, case(&[OTHER], (id, time, &two), body, now)),
        ("two secrets known, one signature", true, case(&[OTHER, DEMO], (id, time, signed), body, now)),
        ("replayed later", false, case(&[DEMO], (id, time, signed), body, now + 301)),
        ("from the future", false, case(&[DEMO], (id, time, signed), body, now - 301)),
        ("replayed with a new time", false, case(&[DEMO], (id, &later, signed), body, now)),
        ("replayed under a new id", false, case(&[DEMO], ("msg_other", time, signed), body, now)),
        ("tampered with", false, case(&[DEMO], (id, time, signed), &tampered, now)),
        ("signed by somebody else", false, case(&[DEMO], (id, time, &by_other), body, now)),
        ("another scheme", false, case(&[DEMO], (id, time, &signed.replace("v1,", "v2,")), body, now)),
        ("no signature", false, case(&[DEMO], (id, time, ""), body, now)),
        ("half a signature", false, case(&[DEMO], (id, time, &signed[..20]), body, now)),
        ("no time", false, case(&[DEMO], (id, "x", signed), body, now)),
    ];
    let [python] = blocks(&page, "python").try_into().unwrap();
    let [node] = blocks(&page, "js").try_into().unwrap();
    let python = python
        + "
import json, sys
for line in sys.stdin:
    case = json.loads(line)
    try:
        print(verified(case['secrets'], case['headers'], case['body'].encode(), case['now']))
    except ValueError:
        print('refused')
";
    let node = node
        + "
for (const line of require('node:fs').readFileSync(0, 'utf8').trim().split('\\n')) {
  const one = JSON.parse(line);
  try { console.log(verified(one.secrets, one.headers, Buffer.from(one.body), one.now)); }
  catch { console.log('refused'); }
}
";
    for (program, option, script) in [("python3", "-c", python), ("node", "-e", node)] {
        let started = Command::new(program)
            .args([option, &script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let Ok(mut child) = started else {
            eprintln!("left out: the recipe for {program} in {PAGE} (it is not installed)");
            continue;
        };
        let lines: Vec<&str> = cases.iter().map(|(_, _, line)| line.as_str()).collect();
        child.stdin.take().unwrap().write_all((lines.join("\n") + "\n").as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        let said: Vec<String> = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
        assert_eq!(said.len(), cases.len(), "{program}: {errors}");
        for ((what, genuine, _), said) in cases.iter().zip(&said) {
            assert_eq!(said == id, *genuine, "{program}: {what}: {said}");
        }
    }
}
