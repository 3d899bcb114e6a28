//! Words for people: every text of pages and mails by key and language, and which language a guest gets.

mod negotiate;

use std::fmt;
use std::sync::{Arc, LazyLock};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

/// The locales as they are compiled in: tag, its own name for itself, then its files. English comes first: it is complete,
/// and every other language falls back to it.
const LOCALES: &[(&str, &str, &[&str])] = &[
    (
        "en",
        "English",
        &[
            include_str!("locales/en/pages.ftl"),
            include_str!("locales/en/problems.ftl"),
            include_str!("locales/en/mail.ftl"),
            include_str!("locales/en/notices.ftl"),
            include_str!("locales/en/blocks.ftl"),
            include_str!("locales/en/terms.ftl"),
            include_str!("locales/en/clients.ftl"),
            include_str!("locales/en/realms.ftl"),
            include_str!("locales/en/credentials.ftl"),
            include_str!("locales/en/admin.ftl"),
            include_str!("locales/en/import.ftl"),
            include_str!("locales/en/methods.ftl"),
            include_str!("locales/en/account.ftl"),
        ],
    ),
    (
        "nl",
        "Nederlands",
        &[
            include_str!("locales/nl/pages.ftl"),
            include_str!("locales/nl/problems.ftl"),
            include_str!("locales/nl/mail.ftl"),
            include_str!("locales/nl/notices.ftl"),
            include_str!("locales/nl/blocks.ftl"),
            include_str!("locales/nl/terms.ftl"),
            include_str!("locales/nl/clients.ftl"),
            include_str!("locales/nl/realms.ftl"),
            include_str!("locales/nl/credentials.ftl"),
            include_str!("locales/nl/admin.ftl"),
            include_str!("locales/nl/import.ftl"),
            include_str!("locales/nl/account.ftl"),
            include_str!("locales/nl/methods.ftl"),
        ],
    ),
    (
        "sv",
        "Svenska",
        &[
            include_str!("locales/sv/pages.ftl"),
            include_str!("locales/sv/problems.ftl"),
            include_str!("locales/sv/mail.ftl"),
            include_str!("locales/sv/notices.ftl"),
            include_str!("locales/sv/blocks.ftl"),
            include_str!("locales/sv/terms.ftl"),
            include_str!("locales/sv/clients.ftl"),
            include_str!("locales/sv/realms.ftl"),
            include_str!("locales/sv/credentials.ftl"),
            include_str!("locales/sv/admin.ftl"),
            include_str!("locales/sv/import.ftl"),
            include_str!("locales/sv/account.ftl"),
            include_str!("locales/sv/methods.ftl"),
        ],
    ),
    (
        "fr",
        "Français",
        &[
            include_str!("locales/fr/pages.ftl"),
            include_str!("locales/fr/problems.ftl"),
            include_str!("locales/fr/mail.ftl"),
            include_str!("locales/fr/notices.ftl"),
            include_str!("locales/fr/blocks.ftl"),
            include_str!("locales/fr/terms.ftl"),
            include_str!("locales/fr/clients.ftl"),
            include_str!("locales/fr/realms.ftl"),
            include_str!("locales/fr/credentials.ftl"),
            include_str!("locales/fr/admin.ftl"),
            include_str!("locales/fr/import.ftl"),
            include_str!("locales/fr/account.ftl"),
            include_str!("locales/fr/methods.ftl"),
        ],
    ),
];

/// Every language there is, read once: for doors that stand before any bench.
pub static TEXTS: LazyLock<Texts> = LazyLock::new(Texts::load);

/// Tag and own name of every language, English first.
pub fn names() -> impl Iterator<Item = (&'static str, &'static str)> {
    LOCALES.iter().map(|(tag, name, _)| (*tag, *name))
}

/// Every language of this program.
#[derive(Clone, Debug)]
pub struct Texts {
    languages: Vec<Language>,
    fallback: Language,
}

/// One language: says any text by its key. Cheap to clone.
#[derive(Clone)]
pub struct Language(Arc<Locale>);

struct Locale {
    tag: String,
    name: String,
    id: LanguageIdentifier,
    bundle: FluentBundle<FluentResource>,
    fallback: Option<Language>,
    faults: Vec<String>,
}

impl Texts {
    /// Reads the compiled-in locales. A faulty line costs that line only; a test sees to it that there is none.
    pub fn load() -> Self {
        let mut languages: Vec<Language> = Vec::new();
        let mut fallback: Option<Language> = None;
        for (tag, name, sources) in LOCALES {
            let language = Language::read(tag, name, sources, fallback.clone());
            if fallback.is_none() {
                fallback = Some(language.clone());
            }
            languages.push(language);
        }
        let fallback = fallback.unwrap_or_else(|| Language::read("en", "English", &[], None));
        Self { languages, fallback }
    }

    /// The first language of `wanted` (BCP 47 tags, best first) that exists here, else English.
    pub fn language(&self, wanted: &[String]) -> Language {
        let wanted: Vec<LanguageIdentifier> = wanted.iter().filter_map(|tag| tag.parse().ok()).collect();
        self.best(&wanted).unwrap_or_else(|| self.fallback.clone())
    }

    /// The language of a page: what the guest chose before, then what the browser asks for, then the tenant's own.
    pub fn negotiate(&self, accept_language: Option<&str>, stored: Option<&str>, tenant_default: &str) -> Language {
        let mut wanted: Vec<LanguageIdentifier> = stored.and_then(|tag| tag.parse().ok()).into_iter().collect();
        wanted.extend(accept_language.map(negotiate::accepted).unwrap_or_default());
        wanted.extend(tenant_default.parse::<LanguageIdentifier>().ok());
        self.best(&wanted).unwrap_or_else(|| self.fallback.clone())
    }

    /// English, which is complete.
    pub fn english(&self) -> &Language {
        &self.fallback
    }

    /// Every language there is, English first.
    pub fn languages(&self) -> &[Language] {
        &self.languages
    }

    fn best(&self, wanted: &[LanguageIdentifier]) -> Option<Language> {
        negotiate::best(wanted, self.languages.iter().map(|language| &language.0.id))
            .and_then(|at| self.languages.get(at).cloned())
    }
}

impl Language {
    fn read(tag: &str, name: &str, sources: &[&str], fallback: Option<Language>) -> Self {
        let id: LanguageIdentifier = tag.parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id.clone()]);
        // Isolation marks would end up inside addresses and links that people copy; pages isolate with <bdi> instead.
        bundle.set_use_isolating(false);
        let mut faults = Vec::new();
        for source in sources {
            let resource = match FluentResource::try_new((*source).to_owned()) {
                Ok(resource) => resource,
                Err((resource, errors)) => {
                    faults.extend(errors.into_iter().map(|error| error.to_string()));
                    resource
                }
            };
            if let Err(errors) = bundle.add_resource(resource) {
                faults.extend(errors.into_iter().map(|error| error.to_string()));
            }
        }
        Self(Arc::new(Locale { tag: tag.to_owned(), name: name.to_owned(), id, bundle, fallback, faults }))
    }

    /// BCP 47 tag, as it stands in `lang` attributes.
    pub fn tag(&self) -> &str {
        &self.0.tag
    }

    /// What the language calls itself.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The text called `key`.
    pub fn say(&self, key: &str) -> String {
        self.format(key, None)
    }

    /// The text called `key` with its variables filled in.
    pub fn say_with(&self, key: &str, variables: &[(&str, &str)]) -> String {
        let mut arguments = FluentArgs::with_capacity(variables.len());
        for (name, value) in variables {
            arguments.set(*name, FluentValue::from(*value));
        }
        self.format(key, Some(&arguments))
    }

    /// The text called `key` about a number, `$count`, in the plural form that the language wants.
    pub fn say_count(&self, key: &str, count: u64) -> String {
        let mut arguments = FluentArgs::with_capacity(1);
        arguments.set("count", FluentValue::from(count));
        self.format(key, Some(&arguments))
    }

    /// Whether this very language has the text.
    pub fn has(&self, key: &str) -> bool {
        self.0.bundle.get_message(key).is_some_and(|message| message.value().is_some())
    }

    /// What is wrong in the files of this language; a test demands that it is nothing.
    pub fn faults(&self) -> &[String] {
        &self.0.faults
    }

    fn format(&self, key: &str, arguments: Option<&FluentArgs<'_>>) -> String {
        let Some(message) = self.0.bundle.get_message(key) else { return self.elsewhere(key, arguments) };
        let Some(pattern) = message.value() else { return self.elsewhere(key, arguments) };
        let mut errors = Vec::new();
        let text = self.0.bundle.format_pattern(pattern, arguments, &mut errors);
        if !errors.is_empty() {
            tracing::error!(text.key = key, text.language = self.tag(), "a text lacks one of its variables");
        }
        text.into_owned()
    }

    fn elsewhere(&self, key: &str, arguments: Option<&FluentArgs<'_>>) -> String {
        match &self.0.fallback {
            Some(fallback) => fallback.format(key, arguments),
            None => {
                tracing::error!(text.key = key, "a text is missing in every language");
                format!("⟦{key}⟧")
            }
        }
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Language({})", self.tag())
    }
}

#[cfg(test)]
mod tests;
