//! What stands around every page: language, brand of the instance, the tenant that asks, and who is signed in.

use crate::i18n::{self, Language};
use crate::model::Tenant;
use crate::urls;

use super::assets::{self, content_hash};
use super::theme;

/// Everything that a page shows around its own content.
#[derive(Clone, Debug)]
pub struct Chrome {
    /// Language of the page.
    pub language: Language,
    /// Brand of the instance; stands in the footer of every page, and no tenant can change it (attack row C7).
    pub brand: String,
    /// Whose page it is; `None` on pages of the instance.
    pub tenant: Option<TenantLook>,
    /// Who is signed in, if the page knows.
    pub signed_in: Option<SignedIn>,
    /// Shown on pages about trouble, so that it can be quoted.
    pub request_id: String,
    /// Path and query under which the page is found again; empty if it is not found again in any way.
    pub here: String,
}

/// One choice of the language switch.
#[derive(Clone, Debug)]
pub struct LanguageChoice {
    /// BCP 47 tag.
    pub tag: &'static str,
    /// What the language calls itself.
    pub name: &'static str,
    /// Chooses it and comes back here.
    pub url: String,
    /// Whether the page is in it.
    pub current: bool,
}

/// How the tenant looks.
#[derive(Clone, Debug)]
pub struct TenantLook {
    /// Its name.
    pub name: String,
    /// Its first verified domain: the part of its look that it cannot invent.
    pub primary_domain: String,
    /// Address of its logo on our host.
    pub logo_url: Option<String>,
    /// Address of its style sheet, see [`super::theme::url`].
    pub theme_url: Option<String>,
}

/// Who is signed in, and the form that ends it.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Display name; empty if none is known.
    pub name: String,
    /// E-mail address, or whatever else names the person at home.
    pub address: String,
    /// The person's own page, where there is one.
    pub account_url: Option<String>,
    /// Where *Sign out* posts to.
    pub sign_out_action: String,
    /// Its form token.
    pub csrf: String,
}

/// The common part of every form of a journey.
#[derive(Clone, Debug)]
pub struct Form {
    /// Where the form posts to.
    pub action: String,
    /// The sealed destination of this tab, hidden field `t`; empty where there is none.
    pub ticket: String,
    /// The form token, hidden field `csrf`.
    pub csrf: String,
}

impl Form {
    /// A form with the same hidden fields that posts elsewhere.
    pub fn to(&self, action: &str) -> Self {
        Self { action: action.to_owned(), ..self.clone() }
    }
}

/// Marks where a variable begins and ends while a text is escaped; both are private use characters that no text has.
const MARK_START: char = '\u{f8e0}';
const MARK_END: char = '\u{f8e1}';
/// As [`MARK_START`], for what stays on one line.
const MARK_WHOLE: char = '\u{f8e2}';
/// An address of this length fits on a line of the narrowest screen, 320 px.
const WHOLE_LENGTH: usize = 22;

fn unmarked(text: &str) -> String {
    text.replace([MARK_START, MARK_WHOLE, MARK_END], "")
}

/// Text as HTML: escaped, marks turned into elements, addresses free to wrap before their `@`.
fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    let mut whole = false;
    for character in text.chars() {
        whole = character == MARK_WHOLE || whole && character != MARK_END;
        match character {
            MARK_START => html.push_str("<bdi class=\"name\">"),
            MARK_WHOLE => html.push_str("<bdi class=\"name whole\">"),
            MARK_END => html.push_str("</bdi>"),
            '@' if !whole => html.push_str("<wbr>@"),
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}

impl Chrome {
    /// A text; `$tenant`, `$domain` and `$brand` are filled in.
    pub fn say(&self, key: &str) -> String {
        self.language.say_with(key, &self.names())
    }

    /// A text with one more variable.
    pub fn say_with(&self, key: &str, name: &str, value: &str) -> String {
        let [tenant, domain, brand] = self.names();
        self.language.say_with(key, &[tenant, domain, brand, (name, value)])
    }

    /// A text about a number, `$count`.
    pub fn say_count(&self, key: &str, count: &u32) -> String {
        self.language.say_count(key, u64::from(*count))
    }

    /// As [`Chrome::say`], as HTML in which every variable is set off and isolated from the direction of the text around
    /// it: a name can neither carry markup nor turn the sentence around.
    pub fn mark(&self, key: &str) -> String {
        self.marked(key, &[])
    }

    /// As [`Chrome::mark`], with one more variable.
    pub fn mark_with(&self, key: &str, name: &str, value: &str) -> String {
        self.marked(key, &[(name, value)])
    }

    fn marked(&self, key: &str, more: &[(&str, &str)]) -> String {
        let wrapped: Vec<(&str, String)> = self
            .names()
            .iter()
            .chain(more)
            .map(|(name, value)| {
                let whole = value.contains('@') && value.chars().count() <= WHOLE_LENGTH;
                let start = if whole { MARK_WHOLE } else { MARK_START };
                (*name, format!("{start}{}{MARK_END}", unmarked(value)))
            })
            .collect();
        let variables: Vec<(&str, &str)> = wrapped.iter().map(|(name, value)| (*name, value.as_str())).collect();
        escape(&self.language.say_with(key, &variables))
    }

    /// An address as HTML that may wrap before its `@`, or a host that may wrap behind its dots, instead of anywhere.
    pub fn breakable(&self, text: &str) -> String {
        let html = escape(&unmarked(text));
        if text.contains('@') { html } else { html.replace('.', ".<wbr>") }
    }

    fn names(&self) -> [(&'static str, &str); 3] {
        [("tenant", self.tenant_name()), ("domain", self.primary_domain()), ("brand", &self.brand)]
    }

    /// Name of the tenant; the brand where there is none.
    pub fn tenant_name(&self) -> &str {
        self.tenant.as_ref().map_or(&self.brand, |tenant| &tenant.name)
    }

    /// Primary domain of the tenant; empty where there is none.
    pub fn primary_domain(&self) -> &str {
        self.tenant.as_ref().map_or("", |tenant| &tenant.primary_domain)
    }

    /// The language switch of the footer: plain links, so that it works everywhere. None where there is no way back.
    pub fn languages(&self) -> Vec<LanguageChoice> {
        let choice = |(tag, name)| LanguageChoice {
            tag,
            name,
            url: urls::choose_language(tag, &self.here),
            current: tag == self.tag(),
        };
        i18n::names().filter(|_| !self.here.is_empty()).map(choice).collect()
    }

    /// BCP 47 tag of the page.
    pub fn tag(&self) -> &str {
        self.language.tag()
    }

    /// Address of the style sheet.
    pub fn style_url(&self) -> &'static str {
        assets::style_url()
    }

    /// Address of the product's mark.
    pub fn mark_url(&self) -> &'static str {
        assets::mark_url()
    }
}

/// The letters on a tile or in a niche: the first of up to two words.
pub fn monogram(name: &str) -> String {
    name.split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()))
        .take(2)
        .flat_map(char::to_uppercase)
        .collect()
}

impl TenantLook {
    /// How `tenant` looks, on any host of ours that serves its logo and theme.
    pub fn of(tenant: &Tenant) -> Self {
        let accent = tenant.branding.accent.as_deref().and_then(theme::accent);
        Self {
            name: tenant.display_name.clone(),
            primary_domain: tenant.primary_domain().map(ToString::to_string).unwrap_or_default(),
            logo_url: tenant.branding.logo.as_ref().map(|logo| format!("/{}/logo?v={}", tenant.id, content_hash(logo))),
            theme_url: accent.map(|accent| theme::url(&tenant.id.to_string(), accent)),
        }
    }

    /// The letters shown where there is no logo.
    pub fn monogram(&self) -> String {
        monogram(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Texts;

    fn chrome(tenant: &str) -> Chrome {
        let tenant = TenantLook {
            name: tenant.to_owned(),
            primary_domain: "contoso.example".to_owned(),
            logo_url: None,
            theme_url: None,
        };
        Chrome {
            language: Texts::load().language(&[]),
            brand: "Vestibule".to_owned(),
            tenant: Some(tenant),
            signed_in: None,
            request_id: String::new(),
            here: String::new(),
        }
    }

    #[test]
    fn i1_a_marked_name_can_neither_leave_its_element_nor_forge_one() {
        let html = chrome("<b>\u{f8e1}\u{f8e0}&\u{202e}").mark("not-assigned-next");
        assert!(html.contains("<bdi class=\"name\">&lt;b&gt;&amp;\u{202e}</bdi> to give"), "{html}");
        assert_eq!(html.matches("<bdi").count(), html.matches("</bdi>").count());
    }

    #[test]
    fn addresses_wrap_where_people_expect_it() {
        let chrome = chrome("Contoso");
        let short = chrome.mark_with("member-lead", "address", "guest@fabrikam.example");
        assert!(short.contains("<bdi class=\"name whole\">guest@fabrikam.example</bdi>"), "{short}");
        let long = chrome.mark_with("member-lead", "address", "a.very.long.name@fabrikam.example");
        assert!(long.contains("<bdi class=\"name\">a.very.long.name<wbr>@fabrikam.example</bdi>"), "{long}");
        assert_eq!(chrome.breakable("wiki.contoso.example"), "wiki.<wbr>contoso.<wbr>example");
        assert_eq!(chrome.breakable("a@b.example"), "a<wbr>@b.example");
    }
}
