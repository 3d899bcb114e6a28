//! The map of the code: who may import whom, as a table; each broken rule is a sentence that says what to do instead.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail loudly"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The rows of `src/`, highest first. A module may import its own row's permitted modules and every row below.
const DOORS: &[&str] = &["cli", "server", "proxy", "forward_auth", "pages", "admin", "oidc_server", "graph_api", "web"];
const VERBS: &[&str] = &["signin", "tenants", "guests", "consent", "apps", "tokens"];
const BENCH: &[&str] = &["app", "session"];
const SHELVES: &[&str] =
    &["storage", "short_term", "snapshot", "keys", "mail", "oidc_client", "outbound", "audit", "webhooks"];
const GROUND: &[&str] = &["config", "i18n", "observe", "urls", "clock"];
const NOUNS: &[&str] = &["model"];
/// The demo's own parts: stand beside the product, import nothing of it, and are imported by `cli/demo` alone.
const DEMO: &str = "demo";

/// What a module may not reach although its row would allow it, and what to do instead.
const FORBIDDEN: &[(&str, &[&str], &str)] = &[
    (
        "proxy",
        &["storage", "signin", "tenants", "guests", "consent", "apps", "tokens", "pages", "app", "mail", "oidc_client"],
        "the proxy reaches no verb, no storage and no page: put what it needs into the session record or the snapshot",
    ),
    ("pages", &["storage", "short_term"], "doors never touch storage: call a verb, and let it open the transaction"),
    ("admin", &["storage", "short_term"], "doors never touch storage: call a verb"),
    ("oidc_server", &["storage", "short_term"], "doors never touch storage: call a verb"),
    ("graph_api", &["storage", "short_term"], "doors never touch storage: call a verb"),
    ("web", &["storage", "short_term", "signin", "guests", "consent", "app"], "the kit knows no verbs: pass it values"),
    ("session", &["storage::sqlite", "app"], "the bench's session knows traits, not implementations"),
];

/// Edges between modules of one row that are wanted.
const WITHIN_ROW: &[(&str, &[&str])] = &[
    ("server", &["proxy", "forward_auth", "pages", "admin", "oidc_server", "graph_api", "web"]),
    ("cli", &["server", "proxy", "pages", "admin", "oidc_server", "graph_api", "web", "forward_auth"]),
    ("proxy", &["web"]),
    ("forward_auth", &["web"]),
    ("pages", &["web"]),
    ("admin", &["web"]),
    ("oidc_server", &["web"]),
    ("graph_api", &["web"]),
    ("signin", &["consent", "guests", "tenants", "tokens"]),
    ("tokens", &["signin"]),
    ("guests", &["signin", "consent", "tenants"]),
    // Consent is where an identity is bound, by the judgement that every way in shares.
    ("consent", &["signin", "tenants"]),
    ("tenants", &[]),
    ("app", &["session"]),
    ("observe", &["config"]),
    ("keys", &["storage"]),
    ("mail", &["storage"]),
    ("audit", &["storage"]),
    ("webhooks", &["storage", "snapshot", "outbound"]),
    ("oidc_client", &["outbound"]),
];

/// Shelves and verbs hold things of the verbs' row that only the builder of `App` may name.
const APP_MAY_NAME: &[&str] = &["signin::password"];

/// Only these files may open a transaction that crosses tenants (decision 21).
const INSTANCE_TASKS: &[(&str, &[&str])] = &[
    ("Snapshot", &["src/tenants/", "src/cli/"]),
    ("Outbox", &["src/mail/outbox.rs"]),
    (
        "PersonalAccounts",
        &[
            "src/signin/advance.rs",
            "src/signin/personal.rs",
            "src/signin/factors.rs",
            "src/signin/methods.rs",
            "src/signin/mailbox.rs",
            "src/signin/methods.rs",
            "src/signin/reset.rs",
            "src/signin/passkeys/",
            "src/signin/proofs.rs",
            "src/signin/account_erase.rs",
            "src/signin/explain.rs",
            "src/guests/predict.rs",
            "src/cli/demo",
        ],
    ),
    ("MyOrganizations", &["src/guests/"]),
    ("Keys", &["src/keys/"]),
    ("Epochs", &["src/app.rs", "src/app/"]),
    ("Audit", &["src/cli/directory.rs"]),
    ("Sweeps", &["src/guests/sweep.rs", "src/guests/erase.rs", "src/guests/usage.rs"]),
    ("MailBlocks", &["src/guests/mail_block.rs"]),
    ("Webhooks", &["src/webhooks/mod.rs"]),
];

#[test]
fn every_file_opens_with_one_sentence() {
    let faults: Vec<String> = sources()
        .into_iter()
        .filter_map(|(path, text)| {
            let first = text.lines().next().unwrap_or_default();
            let sentence = first.strip_prefix("//! ").unwrap_or_default();
            (sentence.len() < 10)
                .then(|| format!("{}: open it with `//! ` and one sentence on what it is for", path.display()))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn imports_point_downwards() {
    let sources = product_sources();
    let faults: Vec<String> = sources.iter().flat_map(|(path, text)| import_faults(path, text)).collect();
    assert!(faults.is_empty(), "{} import(s) break the map:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn instance_transactions_have_few_callers() {
    let mut faults = Vec::new();
    for (path, text) in product_sources() {
        let name = path.to_string_lossy().into_owned();
        if name.starts_with("src/storage/") {
            continue;
        }
        let product = product_part(&text);
        for (task, callers) in INSTANCE_TASKS {
            let used = product.contains(&format!("InstanceTask::{task}"));
            if used && !callers.iter().any(|caller| name.starts_with(caller)) {
                faults.push(format!("{name}: InstanceTask::{task} belongs to {callers:?}; call a verb there"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The control: the rules must be able to fail.
#[test]
fn the_map_catches_what_it_forbids() {
    let cases = [
        ("src/pages/panel.rs", "use crate::storage::Store;"),
        ("src/proxy/permit.rs", "use crate::consent::needed;"),
        ("src/model/user.rs", "use crate::config::Settings;"),
        ("src/storage/sqlite/mod.rs", "use crate::app::App;"),
        ("src/signin/advance.rs", "use crate::pages::views;"),
        ("src/signin/advance.rs", "let x = crate::web::render::page();"),
        ("src/server/front.rs", "use crate::demo::Parts;"),
        ("src/demo/apps.rs", "use crate::model::User;"),
        ("src/pages/panel.rs", "use crate::{\n    app::App,\n    storage::Read,\n};"),
    ];
    for (path, text) in cases {
        assert!(!import_faults(Path::new(path), text).is_empty(), "{path}: {text} was not caught");
    }
    assert!(import_faults(Path::new("src/pages/panel.rs"), "use crate::signin::advance;").is_empty());
}

fn import_faults(path: &Path, text: &str) -> Vec<String> {
    let module = module_of(path);
    let product = product_part(text);
    let mut faults = Vec::new();
    for target in imports(&product) {
        let top = target.split("::").next().unwrap_or_default().to_owned();
        if top == module || module == "lib" || module == "main" {
            continue;
        }
        if let Some(reason) = refusal(&module, path, &top, &target) {
            faults.push(format!("{}: imports `crate::{target}`, but {reason}", path.display()));
        }
    }
    faults
}

fn refusal(module: &str, path: &Path, top: &str, target: &str) -> Option<String> {
    if top == DEMO {
        let allowed = path.starts_with("src/cli/demo") || path.starts_with("src/cli/demo.rs");
        return (!allowed)
            .then(|| "only `cli/demo` starts the demo's parts; the product must not know them".to_owned());
    }
    if module == DEMO {
        return Some("the demo's parts import nothing of the product: pass in what they need".to_owned());
    }
    for (from, to, instead) in FORBIDDEN {
        if *from == module && to.iter().any(|to| target == *to || target.starts_with(&format!("{to}::"))) {
            return Some((*instead).to_owned());
        }
    }
    let (Some(from), Some(to)) = (row(module), row(top)) else {
        return Some(format!("`{top}` stands in no row of the map: add it to tests/map.rs and to lib.rs, or move it"));
    };
    if from < to {
        return None;
    }
    let within = WITHIN_ROW.iter().any(|(name, targets)| *name == module && targets.contains(&top));
    let named_by_app = module == "app" && APP_MAY_NAME.iter().any(|allowed| target.starts_with(allowed));
    if within || named_by_app {
        None
    } else if from == to {
        Some(format!("`{module}` and `{top}` stand in one row: move what both need one row down"))
    } else {
        Some(format!("`{top}` stands above `{module}`: pass the value in, or move it one row down"))
    }
}

fn row(module: &str) -> Option<usize> {
    [DOORS, VERBS, BENCH, SHELVES, GROUND, NOUNS].iter().position(|row| row.contains(&module))
}

/// Every `crate::…` path in the text, with groups expanded to their first segment.
fn imports(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0_usize;
            let mut item = String::new();
            for character in group.chars() {
                match character {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => found.push(std::mem::take(&mut item).trim().to_owned()),
                    _ if depth == 0 => item.push(character),
                    _ => {}
                }
            }
            found.push(item.trim().to_owned());
        } else {
            found.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == ':').collect());
        }
    }
    found.retain(|path| !path.is_empty());
    found
}

/// The text without its `#[cfg(test)]` part (which stands last in a file) and without comments.
fn product_part(text: &str) -> String {
    let product = text.split("#[cfg(test)]\nmod ").next().unwrap_or(text);
    product.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn module_of(path: &Path) -> String {
    let inside = path.strip_prefix("src").unwrap_or(path);
    let first =
        inside.components().next().map(|part| part.as_os_str().to_string_lossy().into_owned()).unwrap_or_default();
    first.trim_end_matches(".rs").to_owned()
}

/// The sources without modules that exist for tests alone (`#[cfg(test)] mod name;`).
fn product_sources() -> BTreeMap<PathBuf, String> {
    let all = sources();
    let mut left_out: Vec<PathBuf> = Vec::new();
    for (path, text) in &all {
        let folder = match path.file_name().and_then(|name| name.to_str()) {
            Some("mod.rs" | "lib.rs" | "main.rs") => path.parent().unwrap().to_owned(),
            _ => path.with_extension(""),
        };
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            let declared = lines.peek().and_then(|next| next.trim_start_matches("pub(crate) ").strip_prefix("mod "));
            if let (true, Some(name)) =
                (line.trim() == "#[cfg(test)]", declared.and_then(|name| name.strip_suffix(';')))
            {
                left_out.push(folder.join(name));
            }
        }
    }
    all.into_iter()
        .filter(|(path, _)| !left_out.iter().any(|out| path.starts_with(out) || path.with_extension("") == *out))
        .collect()
}

fn sources() -> BTreeMap<PathBuf, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = BTreeMap::new();
    let mut folders = vec![root.join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.insert(path.strip_prefix(root).unwrap().to_owned(), text);
            }
        }
    }
    assert!(found.len() > 20, "the map found only {} files", found.len());
    found
}
