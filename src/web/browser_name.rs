//! What people call their browser, out of its `User-Agent`: for their own list of sessions, never for a decision.

use http::HeaderMap;
use http::header::USER_AGENT;

/// Names in the order in which they must be looked for: most browsers name others besides themselves.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];

/// Likewise for systems.
const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
];

/// `Firefox on Linux`, `Firefox` or `Linux`; `None` where nothing is recognized. Whatever the header says, the answer is
/// made of our own words.
pub fn of(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(USER_AGENT)?.to_str().ok()?;
    let known = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| text.contains(mark)).map(|(_, name)| (*name).to_owned())
    };
    match (known(BROWSERS), known(SYSTEMS)) {
        (Some(browser), Some(system)) => Some(format!("{browser} on {system}")),
        (browser, system) => browser.or(system),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(agent: &str) -> Option<String> {
        of(&HeaderMap::from_iter([(USER_AGENT, agent.parse().unwrap())]))
    }

    #[test]
    fn browsers_are_called_as_people_call_them() {
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
        assert_eq!(name(chrome).as_deref(), Some("Chrome on Linux"));
        assert_eq!(name(&format!("{chrome} Edg/156.0")).as_deref(), Some("Edge on Linux"));
        let phone =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604";
        assert_eq!(name(phone).as_deref(), Some("Safari on iPhone"));
        assert_eq!(name("curl/8.9").as_deref(), Some("curl"));
        assert_eq!(name("<script>alert(1)</script>"), None, "nothing of the header itself is ever shown");
        assert_eq!(of(&HeaderMap::new()), None);
    }
}
