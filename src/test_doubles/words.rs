//! The English texts of mails, read from the very files that the product speaks.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

use crate::mail::texts::{Say, Words};

static ENGLISH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| {
    let mut bundle = FluentBundle::new_concurrent(vec!["en".parse().unwrap()]);
    bundle.set_use_isolating(false);
    for source in [
        include_str!("../i18n/locales/en/mail.ftl"),
        include_str!("../i18n/locales/en/notices.ftl"),
        include_str!("../i18n/locales/en/methods.ftl"),
    ] {
        bundle.add_resource(FluentResource::try_new(source.to_owned()).unwrap()).unwrap();
    }
    bundle
});

/// Speaks `mail.ftl`, `notices.ftl` and `methods.ftl`; a missing key or argument panics.
#[derive(Clone, Copy)]
pub(crate) struct TestWords;

impl Say for TestWords {
    fn say(&self, key: &str) -> String {
        self.say_with(key, &[])
    }

    fn say_with(&self, key: &str, arguments: &[(&str, &str)]) -> String {
        let mut filled = FluentArgs::new();
        for (name, value) in arguments {
            filled.set(*name, *value);
        }
        let message = ENGLISH.get_message(key).unwrap_or_else(|| panic!("no text {key}"));
        let mut errors = Vec::new();
        let text = ENGLISH.format_pattern(message.value().unwrap(), Some(&filled), &mut errors).into_owned();
        assert!(errors.is_empty(), "{key}: {errors:?}");
        text
    }

    fn tag(&self) -> &str {
        "en"
    }
}

impl Words for TestWords {
    fn in_language(&self, _: &[String]) -> Box<dyn Say + '_> {
        Box::new(*self)
    }
}
