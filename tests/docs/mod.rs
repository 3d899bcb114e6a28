//! README, examples and docs say what is true: files exist, commands parse, hosts answer, the example loads.

mod webhooks;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Parser;
use clap::error::ErrorKind;
use vestibule::cli::Cli;
use vestibule::config::{Environment, load};

/// Folders and files of the repository that pages name in plain code, and not only in links.
const OURS: [&str; 7] = ["src/", "tests/", "docs/", "config/", "certs/", ".ci/", "Dockerfile"];
/// Hosts of the demo that are no host of the product.
const DEMO_HOSTS: [&str; 3] = ["login.fabrikam.localhost", "sociable.localhost", "mail.localhost"];
/// Stands for no key, so that the test is seen to find one that does not.
const CONTROL: &str = "VESTIBULE_LISTEN__GOPHER";
/// Read by the command line, and by no key.
const COMMAND_LINE_VARIABLES: [&str; 2] = ["VESTIBULE_CONFIG", "VESTIBULE_DATA"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every page for people, by its path.
fn pages() -> Vec<String> {
    let mut pages = Vec::new();
    for folder in ["", "docs", "certs"] {
        for entry in std::fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "md") {
                pages.push(path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    assert!(pages.len() >= 6, "{pages:?}");
    pages
}

/// The texts between two backticks, outside fenced blocks.
fn inline_code(page: &str) -> Vec<String> {
    let outside: String = page.split("\n```").step_by(2).collect();
    outside.split('`').skip(1).step_by(2).map(|code| code.replace('\n', " ")).collect()
}

/// The lines of every block in this language.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let fences = page.split("\n```").skip(1).step_by(2);
    let found = fences.filter_map(|block| block.strip_prefix(&format!("{language}\n")));
    found.map(|block| format!("{block}\n")).collect()
}

/// Targets of Markdown links and images.
fn links(page: &str) -> Vec<String> {
    let after = page.split("](").skip(1);
    after.filter_map(|rest| rest.split_once(')')).map(|(target, _)| target.to_owned()).collect()
}

#[test]
fn the_example_of_an_own_app_loads_without_a_fault() {
    let path = root().join("docs/examples/own-app/vestibule.toml");
    let environment = Environment::of([("VESTIBULE_DATA_DIR", "/tmp")]);
    let loaded = load(&path, &environment).unwrap_or_else(|faults| panic!("{faults:?}"));
    let notices: Vec<String> = loaded.notices.iter().map(ToString::to_string).collect();
    assert!(matches!(notices.as_slice(), [only] if only.contains("`litware` has no secret and is off")), "{notices:?}");
    let tenant = &loaded.tenants[0].tenant;
    assert_eq!((loaded.tenants.len(), loaded.applications.len(), tenant.service_principals.len()), (1, 1, 1));

    let secret = "VESTIBULE_TENANTS__ADATUM__CONNECTIONS__LITWARE__CLIENT_SECRET";
    let loaded = load(&path, &environment.with(secret, "given by Litware")).unwrap();
    assert!(loaded.notices.is_empty(), "{:?}", loaded.notices);
}

#[test]
fn readme_shows_the_examples_as_they_are() {
    let readme = read("README.md");
    let toml = blocks(&readme, "toml");
    let files = ["docs/examples/own-app/vestibule.toml", "docs/examples/own-app/tenants/adatum.toml"];
    assert_eq!(toml, files.map(read));
    let lines = toml.iter().flat_map(|file| file.lines());
    let keys = lines.filter(|line| !line.is_empty() && !line.starts_with('#')).count();
    assert!(keys <= 30, "the example has grown to {keys} lines");
    let [python] = blocks(&readme, "python").try_into().unwrap();
    assert!(read("docs/examples/check_assertion.py").starts_with(&python), "README and the file differ");
}

#[test]
fn what_pages_name_exists() {
    let mut missing = Vec::new();
    for page in pages() {
        let text = read(&page);
        let folder = Path::new(&page).parent().unwrap();
        let linked = links(&text).into_iter().filter(|target| !target.contains("://") && !target.starts_with('#'));
        let linked = linked.map(|target| folder.join(target.split('#').next().unwrap()));
        let typed = blocks(&text, "sh")
            .into_iter()
            .flat_map(|block| block.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        let named =
            inline_code(&text).into_iter().chain(typed).filter(|code| OURS.iter().any(|ours| code.starts_with(ours)));
        // `certs/{host}/…` and `config/tenants/*.toml` stand for many.
        let named = named.filter(|code| !code.contains(['{', '*', '…', ' '])).map(PathBuf::from);
        missing.extend(
            linked.chain(named).filter(|path| !root().join(path).exists()).map(|path| format!("{page}: {path:?}")),
        );
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_picture_says_in_words_what_it_shows() {
    let readme = read("README.md");
    let pictures: Vec<&str> = readme.split("![").skip(1).filter_map(|rest| Some(rest.split_once("](")?.0)).collect();
    assert_eq!(pictures.len(), 7);
    assert!(pictures.iter().all(|words| words.len() > 40), "{pictures:#?}");
    let journey = read("docs/journey.svg");
    assert!(
        journey.contains("<title id=") && journey.contains("<desc id=") && journey.contains("prefers-color-scheme")
    );
    assert!(!journey.contains("href"), "a picture fetches nothing");
}

/// The words of a command as a shell would read them: quotes hold words together, `&` and a comment end it.
fn words(command: &str) -> Vec<String> {
    let command = command.split(" # ").next().unwrap().trim_end_matches('&');
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    for character in command.chars() {
        match quote {
            Some(open) if character == open => quote = None,
            None if matches!(character, '\'' | '"') => quote = Some(character),
            None if character.is_whitespace() => {
                words.extend(Some(std::mem::take(&mut word)).filter(|it| !it.is_empty()))
            }
            _ => word.push(character),
        }
    }
    words.extend(Some(word).filter(|it| !it.is_empty()));
    words
}

#[test]
fn every_command_exists_with_its_options() {
    let (mut seen, mut faults) = (BTreeSet::new(), Vec::new());
    for page in pages() {
        let text = read(&page);
        let lines =
            blocks(&text, "sh").into_iter().flat_map(|block| block.lines().map(str::to_owned).collect::<Vec<_>>());
        let commands =
            lines.chain(inline_code(&text)).map(|line| line.replace("cargo run --release -- ", "vestibule "));
        let commands: Vec<String> =
            commands.flat_map(|line| line.split(" && ").map(str::to_owned).collect::<Vec<_>>()).collect();
        for command in commands {
            // A name alone is no command, and `vestibule invite … --app X` stands for a longer one.
            let part = words(&command);
            if part.len() < 2 || part[0] != "vestibule" || part.iter().any(|word| word == "…") {
                continue;
            }
            seen.insert(part[1].clone());
            let Err(error) = Cli::try_parse_from(vestibule::cli::words(part.iter().map(Into::into))) else { continue };
            let named_only = part.iter().all(|word| !word.starts_with('-'));
            match error.kind() {
                ErrorKind::DisplayHelp => {}
                // `vestibule guest` in running text names the command.
                ErrorKind::MissingRequiredArgument | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
                    if named_only => {}
                _ => faults.push(format!("{page}: `{command}`: {error}")),
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    for command in ["demo", "serve", "check", "keys", "invite", "guest", "member", "idp", "audit", "health"] {
        assert!(seen.contains(command), "no page tells about `vestibule {command}`");
    }
    assert!(Cli::try_parse_from(["vestibule", "invite", "--tenant", "x", "--colour"]).is_err(), "the control fails");
}

#[test]
fn every_variable_stands_for_a_key() {
    let name = |text: &str| -> String {
        text.chars()
            .take_while(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit() || *letter == '_')
            .collect()
    };
    let mut variables = BTreeSet::new();
    for page in pages() {
        let text = read(&page);
        variables.extend(text.split("VESTIBULE_").skip(1).map(|rest| format!("VESTIBULE_{}", name(rest))));
    }
    variables.retain(|variable| variable != "VESTIBULE_" && !COMMAND_LINE_VARIABLES.contains(&variable.as_str()));
    assert!(!variables.is_empty());
    variables.insert(CONTROL.to_owned());
    for variable in &variables {
        // The shipped configuration and the example have other tenants, so one of the two must know the variable.
        let known = ["config/vestibule.toml", "docs/examples/own-app/vestibule.toml"].iter().any(|path| {
            let environment = Environment::of([("VESTIBULE_DATA_DIR", "/tmp")]).with(variable, "");
            let faults = load(&root().join(path), &environment).err().unwrap_or_default();
            !faults.iter().any(|fault| fault.to_string().contains("stands for no key"))
        });
        assert_eq!(known, variable != CONTROL, "{variable} stands for no key");
    }
}

#[test]
fn every_address_of_the_demo_lies_on_a_host_of_the_demo() {
    let loaded =
        load(&root().join("config/vestibule.toml"), &Environment::of([("VESTIBULE_DATA_DIR", "/tmp")])).unwrap();
    let hosts: BTreeSet<String> = loaded.hosts().into_iter().chain(DEMO_HOSTS.map(str::to_owned)).collect();
    let readme = read("README.md");
    let table = readme.split("### What happens").nth(1).unwrap().split("\n## ").next().unwrap();
    let mut checked = 0;
    for scheme in ["https://", "http://"] {
        for rest in table.split(scheme).skip(1) {
            let authority = rest.split(['/', '>', '`']).next().unwrap();
            let (host, port) = authority.split_once(':').unwrap();
            let local = host == "127.0.0.1" && port == "8445";
            let expected = if host == "mail.localhost" { "8025" } else { "8443" };
            assert!(local || (hosts.contains(host) && port == expected), "{scheme}{authority} is no host of the demo");
            checked += 1;
        }
    }
    assert!(checked > 20, "{checked}");
    let ids = loaded.applications.iter().map(|app| app.id.to_string());
    let ids: BTreeSet<String> = ids.chain(loaded.tenants.iter().map(|file| file.tenant.id.to_string())).collect();
    for id in table.split("c0a70500-").skip(1).filter_map(|rest| rest.get(..27)) {
        assert!(ids.contains(&format!("c0a70500-{id}")), "c0a70500-{id} is neither app nor tenant");
    }
}
