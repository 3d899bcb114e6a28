//! From the shipped files through a store to a snapshot, and back by the text of a URL.

use std::path::Path;

use super::agreement_texts::AgreementTexts;
use super::memory_store::MemoryStore;
use super::stored::from_objects;
use super::*;
use crate::clock::{Clock, SystemRandom};
use crate::config::terms::{TermsForm, document, version_of};
use crate::config::{Environment, Loaded, load};
use crate::model::{
    AgreementFile, AgreementVersion, Domain, FallbackIdentityProvider, Forwarding, HostChoice, ManagedBy, MfaPolicy,
    Mode, Policies, Secret, TenantId, Timestamp, Upstream, VersionOrigin,
};
use crate::snapshot::Snapshot;
use crate::storage::{FileChanges, InstanceTask, Store, StoreError};

const CONTOSO: &str = "c0a70500-0000-4000-8000-000000000001";
const NORTHWIND: &str = "c0a70500-0000-4000-8000-000000000002";

struct At(i64);

impl Clock for At {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(self.0)
    }
}

fn shipped() -> Loaded {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/vestibule.toml");
    load(&path, &Environment::of([("VESTIBULE_DATA_DIR", "/tmp")])).unwrap()
}

fn with_secrets() -> Loaded {
    let mut loaded = shipped();
    for tenant in [CONTOSO, NORTHWIND] {
        for connection in ["fabrikam", "sociable"] {
            let secret = Secret::new("s3cret-of-the-test");
            loaded.secrets.insert(tenant.parse().unwrap(), connection.parse().unwrap(), secret);
        }
    }
    loaded
}

async fn into_store(store: &MemoryStore, loaded: &Loaded) -> FileChanges {
    load_files(store, loaded, &At(1_000), &SystemRandom).await.unwrap()
}

async fn snapshot() -> Snapshot {
    let store = MemoryStore::default();
    let loaded = with_secrets();
    into_store(&store, &loaded).await;
    build_snapshot(&store, &loaded.secrets).await.unwrap()
}

#[tokio::test]
async fn the_files_arrive_in_the_snapshot_unchanged() {
    let loaded = with_secrets();
    let store = MemoryStore::default();
    into_store(&store, &loaded).await;
    let objects = to_objects(&loaded).unwrap();
    let mut instance = store.begin_instance(InstanceTask::Snapshot).await.unwrap();
    let texts = AgreementTexts::read(instance.as_mut()).await.unwrap();
    let (tenants, applications) = from_objects(&objects, &loaded.secrets, &texts, &[]).unwrap();
    assert_eq!(format!("{applications:?}"), format!("{:?}", loaded.applications));
    for (tenant, file) in tenants.iter().zip(&loaded.tenants) {
        let mut declared = file.tenant.clone();
        // What is proved depends on the store; the files say what has to be.
        declared.connections.iter_mut().for_each(|connection| connection.prove(&[]));
        assert_eq!(format!("{tenant:?}"), format!("{declared:?}"));
        assert_eq!(tenant.agreements, file.tenant.agreements);
        assert_eq!(tenant.branding, file.tenant.branding);
        assert_eq!(tenant.connections[0].client_secret.expose(), "s3cret-of-the-test");
    }
}

#[tokio::test]
async fn loading_twice_changes_nothing_and_audits_once() {
    let store = MemoryStore::default();
    let first = into_store(&store, &shipped()).await;
    assert!(first.added > 20 && first.changed == 0 && first.disabled == 0, "{first:?}");
    let audited = store.state().audit.len();
    assert_eq!(into_store(&store, &shipped()).await, FileChanges::default());
    assert_eq!(store.state().audit.len(), audited);
    let lines = store.state().audit;
    assert_eq!(lines.iter().filter(|(tenant, _)| tenant.is_none()).count(), 1);
}

#[tokio::test]
async fn no_secret_reaches_the_store() {
    let store = MemoryStore::default();
    into_store(&store, &with_secrets()).await;
    let everything = format!("{:?}{:?}", store.state().objects, store.state().audit);
    assert!(everything.contains("vestibule-contoso"), "the control: the client id is there");
    assert!(!everything.contains("s3cret-of-the-test"));
}

#[tokio::test]
async fn a_connection_without_its_secret_is_off() {
    let store = MemoryStore::default();
    let mut loaded = shipped();
    loaded.secrets.insert(CONTOSO.parse().unwrap(), "fabrikam".parse().unwrap(), Secret::new("x"));
    into_store(&store, &loaded).await;
    let snapshot = build_snapshot(&store, &loaded.secrets).await.unwrap();
    assert_eq!(resolve(&snapshot, CONTOSO).unwrap().connections.len(), 1);
    assert_eq!(resolve(&snapshot, NORTHWIND).unwrap().connections.len(), 0);
}

#[tokio::test]
async fn members_are_made_changed_and_blocked_by_the_file() {
    let store = MemoryStore::default();
    let mut loaded = shipped();
    into_store(&store, &loaded).await;
    let member = |store: &MemoryStore, mail: &str| {
        let users = store.state().users.into_iter().map(|(_, user)| user);
        users.into_iter().find(|user| user.user_principal_name == mail).unwrap()
    };
    let admin = member(&store, "admin@contoso.example");
    assert!(admin.admin && admin.account_enabled && admin.identity.is_none());

    loaded.tenants[0].members[0].display_name = "Ada the Second".to_owned();
    let gone = loaded.tenants[0].members.pop().unwrap();
    into_store(&store, &loaded).await;
    let changed = member(&store, "admin@contoso.example");
    assert_eq!((changed.id, changed.display_name.as_str()), (admin.id, "Ada the Second"));
    let blocked = member(&store, gone.address.as_str());
    assert!(!blocked.account_enabled);
    assert_eq!(store.state().epochs, [(CONTOSO.parse().unwrap(), Some(blocked.id))], "their sessions end");

    loaded.tenants[0].members.push(gone.clone());
    into_store(&store, &loaded).await;
    assert!(member(&store, gone.address.as_str()).account_enabled);
    assert_eq!(store.state().users.len(), 3, "nobody is made twice");
}

#[tokio::test]
async fn what_vanishes_is_disabled_and_the_difference_says_so_first() {
    let store = MemoryStore::default();
    let mut loaded = with_secrets();
    into_store(&store, &loaded).await;
    assert_eq!(difference_to_store(&store, &loaded).await.unwrap(), []);

    loaded.tenants[0].tenant.domains.pop();
    loaded.tenants[0].tenant.display_name = "Contoso Ltd".to_owned();
    loaded.tenants[1].tenant.domains.push("northwind.test".parse().unwrap());
    let told: Vec<String> =
        difference_to_store(&store, &loaded).await.unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[0].starts_with(&format!("add domain northwind.test of tenant {NORTHWIND}")), "{told:?}");
    assert!(told[1].starts_with(&format!("change tenant {CONTOSO} (contoso.toml:")), "{told:?}");
    assert!(told[2].starts_with(&format!("disable domain contoso.localhost of tenant {CONTOSO} (contoso.toml:")));

    let changes = into_store(&store, &loaded).await;
    assert_eq!((changes.added, changes.changed, changes.disabled), (1, 1, 1));
    let snapshot = build_snapshot(&store, &loaded.secrets).await.unwrap();
    assert!(resolve(&snapshot, "contoso.localhost").is_none());
    assert!(store.state().objects.iter().any(|object| object.id == "contoso.localhost" && !object.enabled));
}

#[tokio::test]
async fn the_way_to_an_app_survives_the_store_and_what_is_known_of_it_a_rebuild() {
    let store = MemoryStore::default();
    let mut loaded = shipped();
    let mut forwarding = Forwarding::to("https://10.0.0.7".parse().unwrap());
    forwarding.targets.push("unix:/run/wiki.sock".parse().unwrap());
    forwarding.host = HostChoice::Literal("wiki.internal".to_owned());
    forwarding.tls.server_name = Some("wiki.internal".to_owned());
    loaded.applications[0].upstream = Upstream::new(forwarding.clone());
    let app = loaded.applications[0].id;
    into_store(&store, &loaded).await;
    assert_eq!(into_store(&store, &loaded).await, FileChanges::default(), "the same again is no change");
    let first = build_snapshot(&store, &loaded.secrets).await.unwrap();
    assert_eq!(*first.app(app).unwrap().upstream, forwarding);
    let running = first.upstream(app).unwrap();
    assert!(running.targets[1].judged(false));
    let mut second = build_snapshot(&store, &loaded.secrets).await.unwrap();
    assert!(second.upstream(app).unwrap().is_well(1), "the control: by itself it knows nothing");
    second.inherit(&first);
    assert!(!second.upstream(app).unwrap().is_well(1));
    assert!(second.upstreams().count() == 1, "the other apps are simple");
    forwarding.targets.pop();
    loaded.applications[0].upstream = Upstream::new(forwarding);
    assert_eq!(into_store(&store, &loaded).await.changed, 1);
    let mut third = build_snapshot(&store, &loaded.secrets).await.unwrap();
    third.inherit(&second);
    assert!(third.upstream(app).unwrap().is_well(0) && !third.upstream(app).unwrap().is_well(1), "one target is left");
}

#[tokio::test]
async fn what_the_directory_made_stays_and_cannot_be_named_by_a_file() {
    let store = MemoryStore::default();
    let loaded = shipped();
    into_store(&store, &loaded).await;
    let mut own = store.state().objects.into_iter().find(|object| object.kind == "domain").unwrap();
    own.managed_by = ManagedBy::Directory;
    own.id = "made-by-hand.example".to_owned();
    own.body = serde_json::json!({ "position": 9, "domain": "made-by-hand.example" });
    store.0.lock().unwrap().objects.push(own);
    assert_eq!(into_store(&store, &loaded).await, FileChanges::default());
    let snapshot = build_snapshot(&store, &loaded.secrets).await.unwrap();
    assert!(resolve(&snapshot, "made-by-hand.example").is_some());

    let mut claiming = shipped();
    claiming.tenants[0].tenant.domains.push("made-by-hand.example".parse().unwrap());
    let differences = difference_to_store(&store, &claiming).await.unwrap();
    assert!(differences.iter().any(|difference| difference.change == Change::Conflict));
    let result = load_files(&store, &claiming, &At(1), &SystemRandom).await;
    assert!(matches!(result, Err(StoreError::Conflict)));
}

#[tokio::test]
async fn what_was_set_by_api_counts_where_no_file_names_it_and_the_difference_says_when_one_will() {
    let store = MemoryStore::default();
    let loaded = shipped();
    into_store(&store, &loaded).await;
    let tenants = ["contoso.example", "northwind.example"];
    let before = build_snapshot(&store, &loaded.secrets).await.unwrap();
    let named = store.state().objects.into_iter().find(|object| object.kind == "policy" && object.id == "mfa").unwrap();
    for name in tenants {
        let set = crate::storage::StoredObject {
            tenant: Some(resolve(&before, name).unwrap().id),
            kind: "policy_by_api".to_owned(),
            body: serde_json::json!("everyone"),
            managed_by: ManagedBy::Directory,
            ..named.clone()
        };
        store.0.lock().unwrap().objects.push(set);
    }
    assert_eq!(into_store(&store, &loaded).await, FileChanges::default(), "files leave it alone");
    let snapshot = build_snapshot(&store, &loaded.secrets).await.unwrap();
    let mfa = tenants.map(|name| resolve(&snapshot, name).unwrap().policies.mfa);
    assert_eq!(mfa, [MfaPolicy::Off, MfaPolicy::Everyone], "Contoso's file names it, Northwind's does not");

    // As long as no file had named it, it counted in Contoso as well; `check` tells before that ends.
    store.0.lock().unwrap().objects.retain(|object| *object != named);
    let snapshot = build_snapshot(&store, &loaded.secrets).await.unwrap();
    assert_eq!(resolve(&snapshot, "contoso.example").unwrap().policies.mfa, MfaPolicy::Everyone);
    let differences = difference_to_store(&store, &loaded).await.unwrap();
    let lines: Vec<String> = differences.iter().map(ToString::to_string).collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].starts_with("overrule the API's policy mfa of tenant c0a7"), "{lines:?}");
    assert!(lines[0].contains("(contoso.toml:"), "{lines:?}");
}

/// C4: whoever may edit a file and whoever restricted something by API are two people; neither opens what the other closed.
#[tokio::test]
async fn c4_a_restriction_set_by_api_outlives_a_file_that_does_not_go_together_with_it() {
    let domains = |names: &[&str]| names.iter().map(|name| name.parse().unwrap()).collect::<Vec<Domain>>();
    type Edit = fn(&mut Policies);
    // What the file says then, what was set by API, and whether what is in force is as strict as both.
    type Strict = fn(&Policies) -> bool;
    let cases: [(&str, Edit, &str, serde_json::Value, Strict); 4] = [
        (
            "blocked in the file, allowed by API",
            |policies| policies.blocked_domains = vec!["rival.example".parse().unwrap()],
            "allowed_domains",
            serde_json::json!(["friend.example"]),
            |policies| policies.allowed_domains.len() == 1 && policies.blocked_domains.len() == 1,
        ),
        (
            "allowed in the file, blocked by API",
            |policies| policies.allowed_domains = vec!["friend.example".parse().unwrap()],
            "blocked_domains",
            serde_json::json!(["rival.example"]),
            |policies| policies.allowed_domains.len() == 1 && policies.blocked_domains.len() == 1,
        ),
        (
            "the passcode is the file's fallback, and off by API",
            |policies| policies.fallback_identity_provider = FallbackIdentityProvider::EmailOneTimePasscode,
            "email_one_time_passcode",
            serde_json::json!(false),
            |policies| !policies.email_one_time_passcode,
        ),
        (
            "personal accounts are the API's fallback, which shuts the passcode, and off in the file",
            |policies| policies.personal_accounts = false,
            "fallback_identity_provider",
            serde_json::json!("microsoftAccount"),
            |policies| policies.fallback_identity_provider == FallbackIdentityProvider::MicrosoftAccount,
        ),
    ];
    for (what, edit, key, value, is_strict) in cases {
        let store = MemoryStore::default();
        let mut loaded = shipped();
        let of = |loaded: &mut Loaded, policies: &Policies| {
            let northwind = loaded.tenants.iter_mut().find(|file| file.tenant.id.to_string() == NORTHWIND).unwrap();
            northwind.tenant.policies = policies.clone();
        };
        let northwind = loaded.tenants.iter().find(|file| file.tenant.id.to_string() == NORTHWIND).unwrap();
        let mut policies = northwind.tenant.policies.clone();
        (policies.email_one_time_passcode, policies.personal_accounts) = (true, true);
        (policies.allowed_domains, policies.blocked_domains) = (domains(&[]), domains(&[]));
        policies.fallback_identity_provider = FallbackIdentityProvider::DefaultConfiguredIdp;
        of(&mut loaded, &policies);
        into_store(&store, &loaded).await;
        let own = |id: &str| Some(id.parse::<TenantId>().unwrap());
        {
            // Nothing of it is named by the file as it was shipped, as far as this test is concerned.
            let mut data = store.0.lock().unwrap();
            data.objects.retain(|object| object.kind != "policy" || object.tenant != own(NORTHWIND));
            let tenant = data.objects.iter().find(|object| object.kind == "tenant").unwrap().clone();
            data.objects.push(crate::storage::StoredObject {
                tenant: own(NORTHWIND),
                kind: "policy_by_api".to_owned(),
                id: key.to_owned(),
                body: value,
                managed_by: ManagedBy::Directory,
                ..tenant
            });
        }
        let snapshot = build_snapshot(&store, &loaded.secrets).await.unwrap();
        assert!(resolve(&snapshot, "northwind.example").is_some(), "{what}");

        edit(&mut policies);
        of(&mut loaded, &policies);
        let stored = store.state().objects;
        let objects = without_names(to_objects(&loaded).unwrap());
        let lines: Vec<String> = difference(&stored, &objects).iter().map(ToString::to_string).collect();
        let told = format!("contradict (so that the stricter counts) the API's policy {key} of tenant {NORTHWIND}");
        assert_eq!(lines.iter().filter(|line| line.starts_with(&told)).count(), 1, "{what}: {lines:?}");
        let mut tx = store.begin_instance(InstanceTask::Snapshot).await.unwrap();
        tx.load_files(&objects, Timestamp::from_seconds(1)).await.unwrap();
        tx.commit().await.unwrap();
        let snapshot = build_snapshot(&store, &loaded.secrets).await.unwrap();
        let in_force = &resolve(&snapshot, "northwind.example").unwrap().policies;
        assert!(is_strict(in_force), "{what}: {in_force:?}");
        // Told once: what is so already is no difference.
        assert!(difference(&store.state().objects, &objects).is_empty(), "{what}");
    }
}

/// As if the tenant's file named no policy: then all of them may be set by API.
fn without_names(mut objects: Vec<crate::storage::StoredObject>) -> Vec<crate::storage::StoredObject> {
    objects.retain(|object| object.kind != "policy" || object.tenant.is_none_or(|it| it.to_string() != NORTHWIND));
    objects
}

#[tokio::test]
async fn an_unreadable_object_is_an_error_that_names_it() {
    let store = MemoryStore::default();
    let loaded = shipped();
    into_store(&store, &loaded).await;
    let broken = |object: &mut crate::storage::StoredObject| object.body = serde_json::json!({ "position": "first" });
    store.0.lock().unwrap().objects.iter_mut().filter(|object| object.kind == "group").for_each(broken);
    let error = build_snapshot(&store, &loaded.secrets).await.unwrap_err().to_string();
    assert!(error.starts_with("the stored group c0a70500-0000-4000-8000-0000000000e1 cannot be read"), "{error}");
}

#[tokio::test]
async fn order_survives_the_store() {
    let store = MemoryStore::default();
    let mut loaded = shipped();
    loaded.tenants[0].tenant.domains =
        ["z.example", "a.example", "m.example"].map(|text| text.parse().unwrap()).to_vec();
    into_store(&store, &loaded).await;
    store.0.lock().unwrap().objects.reverse();
    let snapshot = build_snapshot(&store, &loaded.secrets).await.unwrap();
    let domains = &resolve(&snapshot, CONTOSO).unwrap().domains;
    assert_eq!(
        domains.iter().map(|domain| domain.as_str()).collect::<Vec<_>>(),
        ["z.example", "a.example", "m.example"]
    );
}

/// A tenant is named by GUID or verified domain; letter case is the only freedom.
#[tokio::test]
async fn c3_one_tenant_for_each_spelling_and_none_for_all_others() {
    let snapshot = snapshot().await;
    let contoso: TenantId = CONTOSO.parse().unwrap();
    for text in [CONTOSO, &CONTOSO.to_uppercase(), "contoso.example", "Contoso.Example", "CONTOSO.LOCALHOST"] {
        assert_eq!(resolve(&snapshot, text).map(|tenant| tenant.id), Some(contoso), "{text}");
    }
    // A resolver that trims, decodes and folds what it is given, as frameworks like to.
    let naive = |text: &str| {
        let decoded = percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
        let folded: String = decoded.trim().trim_matches(['{', '}', '.', '/']).to_lowercase();
        let folded = idna::domain_to_ascii(&folded).unwrap_or_default();
        resolve(&snapshot, &folded).is_some()
    };
    let refused = [
        "contoso.example.",
        "contoso.example/",
        " contoso.example",
        "contoso.example ",
        "contoso%2Eexample",
        "%63ontoso.example",
        "contoso.example%00",
        "contoso.example%20",
        "contoso。example",
        "ｃｏｎｔｏｓｏ.example",
        "ｃontoso.example",
        "contoso\u{00ad}.example",
        "contoso.example\u{200b}",
        "{c0a70500-0000-4000-8000-000000000001}",
        "%7Bc0a70500-0000-4000-8000-000000000001%7D",
        "c0a70500-0000-4000-8000-000000000001.",
    ];
    assert!(refused.iter().filter(|text| naive(text)).count() >= 10, "the control: a lenient resolver takes these");
    for text in refused {
        assert!(resolve(&snapshot, text).is_none(), "{text:?} named a tenant");
    }
    for text in [
        "",
        ".",
        "..",
        "common",
        "organizations",
        "consumers",
        "contoso",
        "example",
        "wiki.contoso.example",
        "evilcontoso.example",
        "contoso.example:8443",
        "contoso.example@northwind.example",
        "contoso.example,northwind.example",
        "contoso.example\0",
        "contoso.example\\",
        "c0a70500000040008000000000000001",
        "urn:uuid:c0a70500-0000-4000-8000-000000000001",
        "c0a70500-0000-4000-8000-00000000000l",
        "c0a70500-0000-4000-8000-0000000000b1",
        "xn--contoso-.example",
        "fabrikam.example",
    ] {
        assert!(resolve(&snapshot, text).is_none(), "{text:?} named a tenant");
    }
}

/// Unknown and disabled tenants are the same to every caller: nothing is there.
#[tokio::test]
async fn b11_a_disabled_tenant_answers_like_an_unknown_one() {
    let store = MemoryStore::default();
    let mut loaded = with_secrets();
    into_store(&store, &loaded).await;
    loaded.tenants[0].tenant.enabled = false;
    into_store(&store, &loaded).await;
    let snapshot = build_snapshot(&store, &loaded.secrets).await.unwrap();
    let kept = store.state().objects;
    assert!(kept.iter().any(|object| object.id == CONTOSO), "the control: the store still knows the tenant");
    for text in [CONTOSO, "contoso.example", "contoso.localhost"] {
        assert!(resolve(&snapshot, text).is_none());
    }
    assert!(snapshot.tenant_by_host("wiki.contoso.localhost").is_none());
    assert!(resolve(&snapshot, NORTHWIND).is_some());
}

#[tokio::test]
async fn the_demo_table_is_what_the_files_say() {
    let snapshot = snapshot().await;
    let contoso = resolve(&snapshot, "contoso.example").unwrap();
    let northwind = resolve(&snapshot, "northwind.example").unwrap();
    assert!(contoso.policies.email_one_time_passcode && !northwind.policies.email_one_time_passcode);
    assert!(northwind.policies.personal_accounts);
    assert!(contoso.privacy.statement_url.is_some() && northwind.privacy.statement_url.is_none());
    assert_eq!(contoso.agreements[0].files.iter().map(|file| file.language.as_str()).collect::<Vec<_>>(), ["en", "nl"]);
    assert!(northwind.agreements.is_empty());
    let mode = |host: &str| snapshot.app_by_host(host).map(|app| (app.id.to_string(), app.mode.clone()));
    let app = |last: &str| format!("c0a70500-0000-4000-8000-0000000000{last}");
    assert_eq!(mode("wiki.contoso.localhost"), Some((app("b1"), Mode::Host)));
    assert_eq!(mode("desk.apps.localhost"), Some((app("b2"), Mode::Path { strip: true })));
    assert_eq!(mode("board.apps.localhost"), Some((app("b3"), Mode::Query)));
    assert_eq!(contoso.service_principals.len(), 9, "three apps behind the proxy, five clients, and the scripts");
    assert_eq!(northwind.service_principals.len(), 3);
    assert_eq!(snapshot.tenant_by_host("wiki.contoso.localhost").map(|tenant| tenant.id), Some(contoso.id));
    for (tenant, client) in [(contoso, "vestibule-contoso"), (northwind, "vestibule-northwind")] {
        let fabrikam = &tenant.connections[0];
        assert_eq!(
            (fabrikam.client_id.as_str(), fabrikam.issuer.as_str()),
            (client, "https://login.fabrikam.localhost:8443")
        );
        assert!(fabrikam.is_authoritative_for(&"fabrikam.example".parse().unwrap()));
    }
}

fn first_file(loaded: &mut Loaded) -> &mut AgreementFile {
    &mut loaded.tenants[0].tenant.agreements[0].files[0]
}

/// As if the file's bytes had changed.
fn rewrite(loaded: &mut Loaded, text: &str) {
    let file = first_file(loaded);
    let (document, title) =
        document(TermsForm::Markdown, text.as_bytes().to_vec(), "en", Some("Terms".into())).unwrap();
    (file.version, file.title, file.document) = (version_of(&document), title, document);
    file.counting[0].version.clone_from(&file.version);
}

async fn current(store: &MemoryStore, loaded: &Loaded) -> AgreementFile {
    let snapshot = build_snapshot(store, &loaded.secrets).await.unwrap();
    resolve(&snapshot, CONTOSO).unwrap().agreements[0].files[0].clone()
}

/// Decision 6: the agreement belongs to its file, its versions to the directory.
#[tokio::test]
async fn changed_bytes_are_the_next_version_and_a_published_one_stands_until_they_change_again() {
    let store = MemoryStore::default();
    let mut loaded = with_secrets();
    into_store(&store, &loaded).await;
    let first = current(&store, &loaded).await;
    assert_eq!((first.number, first.counting.len()), (1, 1));
    into_store(&store, &loaded).await;
    assert_eq!(store.state().versions.len(), 2, "one for each language, and none for loading again");

    rewrite(&mut loaded, "# Second\n");
    into_store(&store, &loaded).await;
    let second = current(&store, &loaded).await;
    assert_eq!((second.number, second.major), (2, true));
    assert_eq!(second.counting.len(), 1, "a major version replaces the one before");

    // As `terms publish` does.
    let (published, _) = document(TermsForm::Markdown, b"# Third\n".to_vec(), "en", None).unwrap();
    let mut tx = store.begin(CONTOSO.parse().unwrap()).await.unwrap();
    tx.keep_evidence(&version_of(&published), published.media_type(), published.bytes()).await.unwrap();
    let of_file = tx.agreement_versions().await.unwrap().into_iter().find(|it| it.number == 2).unwrap();
    let third = AgreementVersion {
        number: 3,
        version: version_of(&published),
        major: false,
        origin: VersionOrigin::Published,
        ..of_file
    };
    tx.insert_agreement_version(&third).await.unwrap();
    tx.commit().await.unwrap();
    into_store(&store, &loaded).await;
    let third = current(&store, &loaded).await;
    assert_eq!((third.number, third.version), (3, version_of(&published)), "the file is loaded again, and superseded");
    assert_eq!(third.counting.len(), 2, "a minor version leaves the one before counting");

    // The file catches up with what was published: nobody is asked again.
    rewrite(&mut loaded, "# Third\n");
    into_store(&store, &loaded).await;
    let caught_up = current(&store, &loaded).await;
    assert_eq!((caught_up.number, caught_up.major, caught_up.counting.len()), (4, false, 2));

    rewrite(&mut loaded, "# Fourth\n");
    first_file(&mut loaded).major = false;
    into_store(&store, &loaded).await;
    let fourth = current(&store, &loaded).await;
    assert_eq!((fourth.number, fourth.major, fourth.counting.len()), (5, false, 3), "`reaccept = false`");

    // A language that vanished from the file is gone, whatever was published in it.
    loaded.tenants[0].tenant.agreements[0].files.remove(0);
    into_store(&store, &loaded).await;
    assert_eq!(current(&store, &loaded).await.language, "nl");
    let lines = store.state().audit.into_iter().filter(|(_, event)| event.activity == "Publish Terms Of Use");
    assert_eq!(lines.count(), 5, "each version that a file brought has its line");
}
