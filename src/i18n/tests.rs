//! Keys used and keys defined agree, in both directions and in every language.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::*;

/// The calls that take a key as their first argument.
const CALLS: [&str; 5] = [".say(", ".say_with(", ".say_count(", ".mark(", ".mark_with("];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs" || end == "html" || end == "txt") {
            found.push(path);
        }
    }
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found
        .into_iter()
        .filter(|path| !path.ends_with("i18n/tests.rs"))
        .map(|path| (path.clone(), fs::read_to_string(path).unwrap()))
        .collect()
}

/// The literal keys in `source`: `say("key")`, also where the quote stands on the next line.
fn keys_used(source: &str) -> BTreeSet<String> {
    literals(source, &CALLS)
}

/// The beginnings of keys whose end is decided when they are said: `say_for("key", purpose)` says `key-{purpose}`.
fn beginnings_used(source: &str) -> BTreeSet<String> {
    literals(source, &[".say_for("])
}

fn literals(source: &str, calls: &[&str]) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for call in calls {
        for (at, _) in source.match_indices(call) {
            let rest = source[at + call.len()..].trim_start();
            let Some(literal) = rest.strip_prefix('"').and_then(|rest| rest.split('"').next()) else { continue };
            if !literal.is_empty()
                && literal.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            {
                keys.insert(literal.to_owned());
            }
        }
    }
    keys
}

/// Message ids of a Fluent file and the variables each of them names.
fn keys_defined(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = String::new();
    for line in source.lines() {
        if line.starts_with('#') {
            continue;
        }
        if line.starts_with(|first: char| first.is_ascii_lowercase())
            && let Some((key, _)) = line.split_once(" =")
        {
            current = key.to_owned();
            keys.entry(current.clone()).or_default();
        }
        for piece in line.split("{ $").skip(1).chain(line.split("{$").skip(1)) {
            let name: String = piece.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
            keys.get_mut(&current).unwrap().insert(name);
        }
    }
    keys
}

fn defined(sources: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    sources.iter().flat_map(|source| keys_defined(source)).collect()
}

#[test]
fn no_file_has_a_faulty_line() {
    for language in Texts::load().languages() {
        assert_eq!(language.faults(), &[] as &[String], "{language:?}");
    }
}

#[test]
fn every_key_used_is_defined() {
    let texts = Texts::load();
    let english = &texts.languages()[0];
    let mut used = 0;
    for (path, source) in sources() {
        for key in keys_used(&source) {
            used += 1;
            assert!(english.has(&key), "{} says {key:?}, which locales/en does not define", path.display());
        }
    }
    assert!(used > 100, "the scan found {used} keys only: it is blind");
}

#[test]
fn every_key_defined_is_used() {
    let sources = sources();
    let beginnings: BTreeSet<String> = sources.iter().flat_map(|(_, source)| beginnings_used(source)).collect();
    for key in defined(LOCALES[0].2).keys() {
        let quoted = format!("\"{key}\"");
        let said = sources.iter().any(|(_, source)| source.contains(&quoted));
        let completed = beginnings.iter().any(|beginning| key.starts_with(&format!("{beginning}-")));
        assert!(said || completed, "{key:?} is defined and nobody says it");
    }
}

#[test]
fn every_language_has_every_key_with_the_same_variables() {
    let english = defined(LOCALES[0].2);
    for (tag, _, files) in LOCALES {
        let own = defined(files);
        for (key, variables) in &english {
            let found = own.get(key).unwrap_or_else(|| panic!("{key:?} is missing in {tag}: add it to locales/{tag}"));
            assert_eq!(found, variables, "{key:?} has other variables in {tag} than in en");
        }
        let more: Vec<&String> = own.keys().filter(|key| !english.contains_key(*key)).collect();
        assert!(more.is_empty(), "{tag} defines {more:?}, which en does not");
    }
}

/// A sentence that is the same in two languages was forgotten; short words and names may well be the same.
#[test]
fn no_sentence_is_left_in_english() {
    let texts = Texts::load();
    let sentence = |text: &str| text.ends_with('.') && text.split_whitespace().count() > 3;
    let (english, others) = texts.languages().split_first().unwrap();
    for key in defined(LOCALES[0].2).keys() {
        let text = english.0.bundle.get_message(key).and_then(|message| message.value()).unwrap();
        let said = |language: &Language| {
            let pattern = language.0.bundle.get_message(key).and_then(|message| message.value()).unwrap();
            language.0.bundle.format_pattern(pattern, None, &mut Vec::new()).into_owned()
        };
        let text = english.0.bundle.format_pattern(text, None, &mut Vec::new()).into_owned();
        for language in others.iter().filter(|_| sentence(&text)) {
            assert_ne!(said(language), text, "{key:?} stands in {language:?} in English");
        }
    }
}

#[test]
fn the_scan_sees_a_missing_key() {
    assert_eq!(keys_used(".say(\n    \"not-there\")"), BTreeSet::from(["not-there".to_owned()]));
    assert_eq!(Texts::load().language(&[]).say("not-there"), "⟦not-there⟧");
    assert_eq!(keys_defined("a = { $b }\nc = x\n    .y = { $d }").len(), 2);
}

#[test]
fn no_isolation_marks_and_no_markup_in_texts() {
    let texts = Texts::load();
    let text = texts.language(&["en".to_owned()]).say_with("sign-in-heading", &[("tenant", "Contoso")]);
    assert!(text.contains("Contoso"));
    assert!(!text.contains(['\u{2068}', '\u{2069}']), "{text:?}");
    for source in LOCALES.iter().flat_map(|(_, _, files)| files.iter()) {
        assert!(!source.contains('<'), "markup belongs into templates");
    }
}

#[test]
fn the_stored_choice_beats_the_browser_which_beats_the_tenant() {
    let texts = Texts::load();
    assert_eq!(texts.negotiate(Some("en-GB,en;q=0.9"), None, "nl").tag(), "en");
    assert_eq!(texts.negotiate(None, Some("not a tag"), "also not").tag(), "en");
    assert_eq!(texts.language(&["xx".to_owned(), "en-US".to_owned()]).tag(), "en");
}

#[test]
fn plural_forms_follow_the_number() {
    let language = Texts::load().language(&[]);
    assert!(language.say_count("code-minutes", 1).contains("1 minute."), "{}", language.say_count("code-minutes", 1));
    assert!(language.say_count("code-minutes", 10).contains("10 minutes."));
}
