//! Faulty files and what is said about them: each fault at its line, with what to do, and all of them at once.

use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::fault_table::{APPS, CONTOSO, FAULTY, NORTHWIND, OPERATOR};
use super::*;
use crate::model::ConnectionKind;

/// The shipped configuration in a folder of its own, to be spoiled.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        unpack_shipped(folder.path()).unwrap();
        Self(folder)
    }

    fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    fn text(&self, file: &str) -> String {
        std::fs::read_to_string(self.path(file)).unwrap()
    }

    fn write(&self, file: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(file), content).unwrap();
    }

    fn replace(&self, file: &str, from: &str, to: &str) {
        let text = self.text(file);
        assert!(text.contains(from), "{file} has no {from:?}");
        self.write(file, text.replacen(from, to, 1));
    }

    fn load(&self) -> Result<Loaded, Vec<Fault>> {
        load(&self.path("vestibule.toml"), &Environment::of([("VESTIBULE_DATA_DIR", "/tmp")]))
    }

    /// The line on which `text` stands.
    fn line(&self, file: &str, text: &str) -> usize {
        let content = self.text(file);
        content.lines().position(|line| line.contains(text)).unwrap_or_else(|| panic!("{file} has no {text:?}")) + 1
    }
}

#[test]
fn each_fault_is_told_at_its_line_with_what_to_do() {
    let mut wrong = Vec::new();
    for (file, from, to, marker, message, hint) in FAULTY {
        let folder = Folder::new();
        folder.replace(file, from, to);
        let faults = folder.load().expect_err(&format!("{to} was accepted"));
        let told = faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        let name = Path::new(file).file_name().unwrap().to_str().unwrap();
        let (text, nth) = marker.split_once('@').filter(|(_, nth)| nth.len() == 1).unwrap_or((marker, "1"));
        let content = folder.text(file);
        let mut lines = content.lines().enumerate().filter(|(_, line)| line.contains(text)).map(|(at, _)| at + 1);
        let line = lines.nth(nth.parse::<usize>().unwrap() - 1).unwrap_or_else(|| panic!("no {marker} in {file}"));
        let found = faults
            .iter()
            .find(|fault| fault.file == name && fault.line as usize == line && fault.message.contains(message));
        let found = found.unwrap_or_else(|| panic!("{to}: not told at {name}:{line} ({message})\n{told}"));
        assert!(found.column > 0 && found.hint.contains(hint), "{to}: {found}");
        // Follow-up faults are allowed where they are true: a key under a wrong name is also missing.
        let also = match *to {
            "pubic_url =" => vec!["`public_url` is missing"],
            _ => Vec::new(),
        };
        let others: Vec<_> =
            faults.iter().filter(|fault| *fault != found).map(|fault| fault.message.as_str()).collect();
        if others != also {
            wrong.push(format!("{to}:\n{told}"));
        }
    }
    assert!(wrong.is_empty(), "told more or less than there is:\n{}", wrong.join("\n\n"));
}

#[test]
fn all_faults_of_all_files_come_at_once_in_order() {
    let folder = Folder::new();
    folder.replace(OPERATOR, "drain = \"30s\"", "drain = \"soon\"");
    folder.replace(OPERATOR, "hsts = \"365d\"", "hsts = 365\nhtst = 1");
    folder.replace(APPS, "name = \"Desk\"\n", "");
    folder.replace(CONTOSO, "\"10m\"", "\"1h\"");
    folder.replace(CONTOSO, "name = \"Contoso\"\n", "");
    folder.write("tenants/third.toml", "id = 7\n[policies\n");
    let faults = folder.load().unwrap_err();
    let at = |file: &str, text: &str| folder.line(file, text);
    let expected = [
        format!("applications.toml:{}: `name` is missing", at(APPS, "[[applications]]")),
        "contoso.toml:1: `name` is missing".to_owned(),
        format!("contoso.toml:{}: `passcode_lifetime` is out of range", at(CONTOSO, "passcode_lifetime")),
        "third.toml:1: `domains` is missing".to_owned(),
        "third.toml:1: `name` is missing".to_owned(),
        "third.toml:1: `id` must be a text, not a number".to_owned(),
        "third.toml:2: unclosed table, expected `]`".to_owned(),
        format!("vestibule.toml:{}: `drain`: `soon` is no duration", at(OPERATOR, "drain =")),
        format!("vestibule.toml:{}: `hsts` must be a text, not a number", at(OPERATOR, "hsts =")),
        format!("vestibule.toml:{}: unknown key `htst`", at(OPERATOR, "htst =")),
    ];
    let told = faults.iter().map(|fault| format!("{}:{}: {}", fault.file, fault.line, fault.message));
    assert_eq!(told.collect::<Vec<_>>(), expected);
    assert!(faults.iter().all(|fault| !fault.hint.is_empty()));
}

#[test]
fn a_missing_file_says_where_it_was_looked_for() {
    let faults = load(Path::new("/nowhere/vestibule.toml"), &Environment::default()).unwrap_err();
    assert!(faults.iter().any(|fault| fault.line == 0 && fault.hint.contains("/nowhere/vestibule.toml")), "{faults:?}");
    let folder = Folder::new();
    std::fs::remove_file(folder.path(APPS)).unwrap();
    folder.replace(OPERATOR, "#applications_file", "applications_file");
    assert!(folder.load().unwrap_err()[0].hint.contains("applications.toml"), "asked for, so it must be there");
}

#[test]
fn a_folder_that_this_user_cannot_fill_is_told_with_what_to_set() {
    let folder = Folder::new();
    folder.replace(OPERATOR, "\"/var/lib/vestibule\"", "\"vestibule.toml/data\"");
    let faults = load(&folder.path(OPERATOR), &Environment::default()).unwrap_err();
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert_eq!(faults[0].line as usize, folder.line(OPERATOR, "data_dir ="));
    assert!(faults[0].hint.contains("VESTIBULE_DATA_DIR"));
    let elsewhere = Environment::of([("VESTIBULE_DATA", "/tmp")]);
    let loaded = load(&folder.path(OPERATOR), &elsewhere).unwrap();
    assert_eq!(loaded.settings.data_dir, Path::new("/tmp"), "VESTIBULE_DATA wins");
}

#[cfg(unix)]
#[test]
fn a_file_with_a_secret_belongs_to_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let chmod = |path: PathBuf, mode| std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    let folder = Folder::new();
    let secret_key = "#client_secret_file = \"/run/secrets/contoso_fabrikam\"";
    folder.write("secret", "s3cret\n");
    folder.replace(CONTOSO, secret_key, "client_secret_file = \"../secret\"");
    for mode in [0o644, 0o640, 0o604, 0o660, 0o610] {
        chmod(folder.path("secret"), mode);
        let faults = folder.load().unwrap_err();
        assert!(faults[0].message.contains("others can read it"), "{mode:o}");
        assert!(faults[0].hint.starts_with("chmod 600 "), "{mode:o}");
        assert!(!format!("{faults:?}").contains("s3cret"));
    }
    chmod(folder.path("secret"), 0o600);
    let loaded = folder.load().unwrap();
    let contoso = &loaded.tenants[0].tenant;
    assert_eq!(loaded.secrets.of(contoso.id, &contoso.connections[0].name).unwrap().expose(), "s3cret");
    assert!(!format!("{loaded:?}").contains("s3cret"));
    assert_eq!(loaded.notices.len(), 6, "only Sociable, Northwind's connection and four secrets of clients are off");

    let inline = Folder::new();
    inline.replace(CONTOSO, secret_key, "client_secret = \"s3cret\"");
    chmod(inline.path(CONTOSO), 0o644);
    assert!(inline.load().unwrap_err()[0].message.contains("others can read it"));
    chmod(inline.path(CONTOSO), 0o600);
    assert!(inline.load().is_ok());
}

#[test]
fn an_oauth2_provider_needs_endpoints_and_vouches_for_nobody() {
    let folder = Folder::new();
    folder.replace(CONTOSO, "kind = \"oidc\"", "kind = \"oauth2\"");
    let faults = folder.load().unwrap_err();
    let messages: Vec<_> = faults.iter().map(|fault| fault.message.as_str()).collect();
    assert!(messages.contains(&"an OAuth 2.0 provider has the last word on no address"), "{messages:?}");
    assert_eq!(messages.iter().filter(|message| message.contains("_endpoint` is missing")).count(), 3);
    let endpoints = "social = true\nauthorization_endpoint = \"https://s.example/a\"\n\
                     token_endpoint = \"https://s.example/t\"\nuserinfo_endpoint = \"https://s.example/u\"";
    folder.replace(CONTOSO, "social = false", endpoints);
    folder.replace(CONTOSO, "domains = [\"fabrikam.example\"]\n", "");
    assert_eq!(folder.load().unwrap().tenants[0].tenant.connections[0].kind, ConnectionKind::OAuth2);
}

#[test]
fn a_preset_fills_in_what_the_file_leaves_out() {
    let folder = Folder::new();
    let connection = |name: &str, keys: &str| {
        format!("[[connections]]\nname = \"{name}\"\nclient_id = \"us\"\npublic_client = true\n{keys}\n\n")
    };
    let work = "c0a70500-0000-4000-8000-0000000000a2";
    let more = "c0a70500-0000-4000-8000-0000000000a3";
    let text = [
        connection("google", "preset = \"google\""),
        connection("workspace", "preset = \"google\"\ndomains = [\"work.example\"]\ndisplay_name = \"Work\""),
        connection("github", "preset = \"github\""),
        connection("entra", &format!("preset = \"microsoft\"\ntenant_ids = [\"{work}\"]\ndomains = [\"w.example\"]")),
        connection("partners", &format!("preset = \"microsoft\"\ntenant_ids = [\"{work}\", \"{more}\"]")),
        connection("msa", "preset = \"microsoft-consumers\"\nscopes = [\"openid\"]"),
    ];
    folder.replace(NORTHWIND, "[[connections]]\n", &(text.concat() + "[[connections]]\n"));
    let loaded = folder.load().unwrap_or_else(|faults| panic!("{faults:?}"));
    let all = &loaded.tenants[1].tenant.connections;
    let of = |name: &str| all.iter().find(|connection| connection.name.as_str() == name).unwrap();
    let rows = [
        ("google", "Google", "https://accounts.google.com", true, "gmail.com,googlemail.com"),
        ("workspace", "Work", "https://accounts.google.com", false, "work.example"),
        ("github", "GitHub", "https://github.com/login/oauth", true, ""),
        ("entra", "Microsoft", &format!("https://login.microsoftonline.com/{work}/v2.0"), false, "w.example"),
        ("partners", "Microsoft", "https://login.microsoftonline.com/{tenantid}/v2.0", true, ""),
        (
            "msa",
            "Microsoft Account",
            "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0",
            true,
            "",
        ),
    ];
    for (name, shown, issuer, social, domains) in rows {
        let found = of(name);
        let listed: Vec<&str> = found.domains.iter().map(|domain| domain.as_str()).collect();
        assert_eq!((found.display_name.as_str(), found.issuer.as_str(), found.social), (shown, issuer, social));
        assert_eq!(listed.join(","), domains, "{name}");
    }
    let github = of("github");
    assert_eq!((github.kind, github.subject_field.as_deref()), (ConnectionKind::OAuth2, Some("id")));
    assert_eq!(github.scopes, ["read:user", "user:email"]);
    let hosts =
        [&github.authorization_endpoint, &github.token_endpoint, &github.userinfo_endpoint, &github.emails_endpoint];
    let hosts: Vec<_> = hosts.into_iter().flatten().filter_map(|url| url.host_str()).collect();
    assert_eq!(hosts, ["github.com", "github.com", "api.github.com", "api.github.com"]);
    assert_eq!(of("msa").scopes, ["openid"], "a key of the file wins");
    assert_eq!(of("google").scopes, ["openid", "profile", "email"]);
    // None of them waits for a DNS record.
    assert!(loaded.notices.iter().all(|notice| !notice.message.contains("does not say yet")), "{:?}", loaded.notices);
}

#[test]
fn a_domain_that_says_nothing_yet_is_noticed_with_the_record_to_add() {
    let folder = Folder::new();
    folder.replace(CONTOSO, "verified = true\n", "");
    let notices = folder.load().unwrap().notices;
    let notice = notices.iter().find(|notice| notice.message.contains("fabrikam.example does not say yet")).unwrap();
    let record = "fabrikam.example. TXT DirectFedAuthUrl=https://login.fabrikam.localhost:8443";
    assert!(notice.hint.contains(record), "{}", notice.hint);
}

#[test]
fn a_connection_that_is_off_needs_nothing_and_takes_no_domain_from_its_successor() {
    let folder = Folder::new();
    let successor = "[[connections]]\nname = \"new\"\nissuer = \"https://new.fabrikam.example\"\nclient_id = \"us\"\n\
                     public_client = true\ndomains = [\"fabrikam.example\"]\n\n[[connections]]\n";
    folder.replace(CONTOSO, "[[connections]]\n", successor);
    assert!(folder.load().unwrap_err()[0].message.contains("already routed"));
    folder.replace(
        CONTOSO,
        "(see relink_guests above).\nenabled = true",
        "(see relink_guests above).\nenabled = false",
    );
    let loaded = folder.load().unwrap_or_else(|faults| panic!("{faults:?}"));
    assert!(
        loaded
            .notices
            .iter()
            .all(|notice| !notice.message.contains("`fabrikam` has no secret") || notice.file != "contoso.toml")
    );
}

#[test]
fn the_port_of_the_demo_moves_local_addresses_alone() {
    let folder = Folder::new();
    folder.replace(NORTHWIND, "https://login.fabrikam.localhost:8443", "https://login.fabrikam.example:8443");
    folder.replace(CONTOSO, "https://contoso.example/privacy", "https://contoso.localhost:8443/privacy?x=1");
    let mut loaded = folder.load().unwrap();
    loaded.rebase(8443, 18443);
    assert_eq!(loaded.settings.public_url.as_str(), "https://vestibule.localhost:18443/");
    assert_eq!(loaded.settings.admin_url.as_str(), "https://admin.vestibule.localhost:18443/");
    assert_eq!(loaded.settings.origin_of("wiki.contoso.localhost"), "https://wiki.contoso.localhost:18443");
    let (contoso, northwind) = (&loaded.tenants[0].tenant, &loaded.tenants[1].tenant);
    assert_eq!(contoso.connections[0].issuer, "https://login.fabrikam.localhost:18443");
    assert_eq!(northwind.connections[0].issuer, "https://login.fabrikam.example:8443");
    let statement = contoso.privacy.statement_url.as_ref().map(url::Url::as_str);
    assert_eq!(statement, Some("https://contoso.localhost:18443/privacy?x=1"));
    loaded.rebase(18443, 443);
    assert_eq!(loaded.tenants[0].tenant.connections[0].issuer, "https://login.fabrikam.localhost");
}

#[test]
fn an_app_in_a_tenants_domain_by_mistake_is_noticed() {
    let folder = Folder::new();
    folder.replace(APPS, "desk.apps.localhost", "desk.contoso.localhost");
    let notices = folder.load().unwrap().notices;
    assert!(notices.iter().any(|notice| notice.message == "`desk.contoso.localhost` lies in a domain of Contoso"));
    folder.replace(
        NORTHWIND,
        "app = \"c0a70500-0000-4000-8000-0000000000b2\"",
        "app = \"c0a70500-0000-4000-8000-0000000000b3\"",
    );
    assert!(folder.load().is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// One slip of the finger anywhere in any shipped file is told or harmless; it never stops the program.
    #[test]
    fn no_single_change_of_a_shipped_file_panics(
        file in prop::sample::select(vec![OPERATOR, APPS, CONTOSO, NORTHWIND, "tenants/contoso/terms.en.md"]),
        at in any::<prop::sample::Index>(),
        typed in prop_oneof![
            prop::sample::select("\"'[]{}=#.,\n\r\t\\ \0-+:0aZ_é€\u{202e}\u{feff}😀".chars().collect::<Vec<_>>()),
            any::<char>(),
        ],
        way in 0..3_u8,
    ) {
        let folder = Folder::new();
        let mut letters: Vec<char> = folder.text(file).chars().collect();
        let at = at.index(letters.len());
        match way {
            0 => letters[at] = typed,
            1 => letters.insert(at, typed),
            _ => drop(letters.remove(at)),
        }
        folder.write(file, letters.into_iter().collect::<String>());
        if let Err(faults) = folder.load() {
            prop_assert!(!faults.is_empty());
            for fault in faults {
                prop_assert!(!fault.message.is_empty() && !fault.hint.is_empty(), "{}", fault);
            }
        }
    }

    /// Bytes that are no text at all are told.
    #[test]
    fn no_bytes_panic(file in prop::sample::select(vec![OPERATOR, APPS, CONTOSO]), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let folder = Folder::new();
        folder.write(file, bytes);
        let _ = folder.load();
    }
}
