//! What an app says about its own addresses, in terms of those that browsers know (attack row E7).
//!
//! An app that stands behind a prefix speaks of `/page`, and one that goes by its upstream's host of `http://10.0.0.7/page`.
//! Both are read as a browser that stood beside the app would read them, and written as the public address of the same page.
//! Whatever leads elsewhere stays as it is. What is rewritten always begins with our own origin and the prefix of the tenant
//! that the request was for, so that it can never lead to another tenant's; where the app says the tenant itself, what names
//! another one stays as it is.

use http::header::{CONTENT_LOCATION, LOCATION, REFRESH, SET_COOKIE};
use http::{HeaderMap, HeaderValue};
use url::Url;

use crate::model::{HostChoice, Target, Upstream};
use crate::snapshot::route;

/// The way back from an app.
pub(crate) struct Back<'a> {
    /// Origin of the app's host as browsers know it, e.g. `https://desk.apps.example`.
    pub(crate) origin: &'a str,
    /// What was taken off the front of the path, e.g. `/contoso.example`.
    pub(crate) stripped: Option<&'a str>,
    /// In `path` mode without stripping, how each path of the tenant begins.
    pub(crate) within: Option<&'a str>,
    /// Whether a parameter of the address would name the tenant (`query` mode).
    pub(crate) pinned: bool,
    /// What the app saw as its target, its own prefix included.
    pub(crate) seen: &'a str,
    /// How the app is reached.
    pub(crate) upstream: &'a Upstream,
}

impl Back<'_> {
    fn moves_paths(&self) -> bool {
        self.stripped.is_some() || self.upstream.add_prefix.is_some()
    }

    /// The public address of what the app calls `reference`; nothing if it may stay as it is.
    fn public(&self, reference: &str) -> Option<String> {
        let absolute = has_scheme(reference) || has_authority(reference);
        if !absolute && !self.moves_paths() {
            return None;
        }
        let origin = Url::parse(self.origin).ok()?;
        let base = origin.join(&format!("{}{}", self.origin, self.seen)).ok()?;
        let meant = base.join(reference).ok()?;
        let same = meant.origin() == origin.origin();
        if !(same || self.is_the_apps(&meant)) || !meant.username().is_empty() || meant.password().is_some() {
            return None;
        }
        if same && !self.moves_paths() {
            return None;
        }
        let path = self.public_path(meant.path());
        // Another tenant of the same app has the same origin: what leads there is not ours to make reachable.
        let elsewhere = self.within.is_some_and(|tenant| below(&path, tenant).is_none());
        if elsewhere || (self.pinned && meant.query().is_some_and(route::names_a_tenant)) {
            return None;
        }
        let tail = &meant[url::Position::AfterPath..];
        Some(format!("{}{path}{tail}", self.origin))
    }

    /// The path that leads through us to what the app calls `path`. It was resolved before, so that nothing climbs out of it.
    fn public_path(&self, path: &str) -> String {
        let own = match &self.upstream.add_prefix {
            Some(prefix) => below(path, prefix).unwrap_or(path),
            None => path,
        };
        match self.stripped {
            // Some apps know of the prefix and say it themselves.
            Some(tenant) if below(own, tenant).is_none() => format!("{tenant}{}", with_slash(own)),
            _ => with_slash(own).into_owned(),
        }
    }

    /// Whether a URL is what the app calls itself, going by what it reads as its host.
    fn is_the_apps(&self, url: &Url) -> bool {
        let port = url.port_or_known_default();
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        let target = |target: &Target| {
            let scheme = if matches!(target, Target::Https(_)) { "https" } else { "http" };
            target
                .address()
                .is_some_and(|address| url.scheme() == scheme && host == address.host && port == Some(address.port))
        };
        let literal = match &self.upstream.host {
            HostChoice::Literal(said) => Url::parse(&format!("{}://{said}", url.scheme()))
                .is_ok_and(|said| ["http", "https"].contains(&url.scheme()) && said.origin() == url.origin()),
            HostChoice::Upstream => {
                let unix = self.upstream.targets.iter().any(|target| matches!(target, Target::Unix(_)));
                unix && url.scheme() == "http" && host == "localhost" && port == Some(80)
            }
            HostChoice::Preserve => false,
        };
        literal || self.upstream.targets.iter().any(target)
    }
}

/// What of `path` lies below `prefix`, segment by segment; the prefix itself is its root.
fn below<'p>(path: &'p str, prefix: &str) -> Option<&'p str> {
    path.strip_prefix(prefix).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn with_slash(path: &str) -> std::borrow::Cow<'_, str> {
    if path.starts_with('/') { path.into() } else { format!("/{path}").into() }
}

/// RFC 3986 §3.1. Whether browsers see a scheme: they skip controls and spaces before it, and tabs and line breaks within.
fn has_scheme(reference: &str) -> bool {
    let plain: String = cleaned(reference).collect();
    let scheme = plain.split(':').next().filter(|scheme| scheme.len() < plain.len()).unwrap_or_default();
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(known)
}

/// `//host`, in every way that browsers read as that.
fn has_authority(reference: &str) -> bool {
    cleaned(reference).take(2).filter(|letter| matches!(letter, '/' | '\\')).count() == 2
}

fn cleaned(reference: &str) -> impl Iterator<Item = char> + '_ {
    let trimmed = reference.trim_matches(|letter: char| letter <= ' ');
    trimmed.chars().filter(|letter| !matches!(letter, '\t' | '\r' | '\n'))
}

/// Rewrites every field that says where something is.
pub(crate) fn rewrite(headers: &mut HeaderMap, back: &Back<'_>) {
    for name in [LOCATION, CONTENT_LOCATION] {
        replace(headers, &name, |text| back.public(text));
    }
    replace(headers, &REFRESH, |text| refresh(text, back));
    if back.moves_paths() {
        replace(headers, &SET_COOKIE, |text| cookie(text, back));
    }
}

/// Puts `change` of each value in its place; what is no text, or is not changed, stays.
fn replace(headers: &mut HeaderMap, name: &http::HeaderName, change: impl Fn(&str) -> Option<String>) {
    if let http::header::Entry::Occupied(mut entry) = headers.entry(name) {
        for value in entry.iter_mut() {
            let changed = std::str::from_utf8(value.as_bytes()).ok().and_then(&change);
            if let Some(new) = changed.and_then(|text| HeaderValue::try_from(text).ok()) {
                *value = new;
            }
        }
    }
}

/// `5; url=/page`, with or without quotes (HTML, "shared declarative refresh steps").
fn refresh(text: &str, back: &Back<'_>) -> Option<String> {
    let at = text.find([';', ',']).map(|at| at + 1)?;
    let (delay, rest) = text.split_at_checked(at)?;
    let rest = rest.trim_start();
    let (name, value) = rest.split_at_checked(3)?;
    let value = value.trim_start().strip_prefix('=').filter(|_| name.eq_ignore_ascii_case("url"))?.trim();
    let bare = match value.chars().next() {
        Some(quote @ ('"' | '\'')) => value.get(1..)?.split(quote).next().unwrap_or_default(),
        _ => value,
    };
    Some(format!("{delay} url={}", back.public(bare)?))
}

/// The `Path` of a cookie. `__Host-` cookies are the whole host's by their name, and stay that (RFC 6265bis §4.1.3.2).
fn cookie(text: &str, back: &Back<'_>) -> Option<String> {
    let mut parts = text.split(';');
    let pair = parts.next()?;
    if pair.trim_start().get(..7).is_some_and(|name| name.eq_ignore_ascii_case("__Host-")) {
        return None;
    }
    let mut changed = pair.to_owned();
    let mut any = false;
    for part in parts {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let path = value.trim();
        changed.push(';');
        // Anything else means the folder of the page, which browsers know by its public address.
        if name.trim().eq_ignore_ascii_case("path") && path.starts_with('/') {
            any = true;
            changed.push_str(&format!("{name}={}", back.public_path(path)));
        } else {
            changed.push_str(part);
        }
    }
    any.then_some(changed)
}

#[cfg(test)]
mod tests;
