//! What a browser is called in the reader's language: in mails, and in the list of sessions.

use super::texts::Say;

/// Who asked for a mail, as far as a request tells.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    /// The browser, e.g. `Firefox on Linux`; `None` where nothing was recognized.
    pub agent: Option<&'a str>,
    /// The network, e.g. `203.0.113.0/24`; empty where it is not known.
    pub network: &'a str,
}

impl Asker<'_> {
    /// `Firefox on Linux, 203.0.113.0/24`.
    pub fn say(self, words: &dyn Say) -> String {
        let name = browser_name(words, self.agent);
        if self.network.is_empty() { name } else { format!("{name}, {}", self.network) }
    }
}

/// The browser alone. `agent` is what the request's reader made of it: a browser, a system, or one on the other.
pub fn browser_name(words: &dyn Say, agent: Option<&str>) -> String {
    match agent.map(|agent| (agent, agent.split_once(" on "))) {
        Some((_, Some((browser, system)))) => words.say_with("browser-on", &[("browser", browser), ("system", system)]),
        Some((agent, None)) => agent.to_owned(),
        None => words.say("account-browser-unknown"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::TEXTS;

    #[test]
    fn a_browser_is_called_as_the_reader_calls_it() {
        let name = |tag: &str, agent| browser_name(&TEXTS.language(&[tag.to_owned()]), agent);
        for (tag, said) in [
            ("en", "Firefox on Linux"),
            ("nl", "Firefox op Linux"),
            ("sv", "Firefox på Linux"),
            ("fr", "Firefox sur Linux"),
        ] {
            assert_eq!(name(tag, Some("Firefox on Linux")), said);
            assert_eq!(name(tag, Some("curl")), "curl");
        }
        assert_eq!(name("nl", None), "Een browser");
        let asker = Asker { agent: Some("Chrome on Windows"), network: "203.0.113.0/24" };
        assert_eq!(asker.say(&TEXTS.language(&["fr".to_owned()])), "Chrome sur Windows, 203.0.113.0/24");
    }
}
