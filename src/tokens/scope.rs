//! What scopes mean: claims about the guest, the API of this instance, or another application of the tenant.

use crate::model::AppId;
use crate::urls::Urls;

/// Scopes about the guest (OpenID Connect Core 1.0 §5.4, §11).
pub const IDENTITY: [&str; 4] = ["openid", "profile", "email", "offline_access"];
/// What a client asks for that wants whatever it may have at a resource.
pub const DEFAULT: &str = ".default";
/// More scopes than any request of ours has.
const MOST: usize = 50;
/// Longest scope that is looked at.
const LONGEST: usize = 200;
/// The resource that Microsoft's SDKs name whatever their base URL is (decision 32).
const MICROSOFT_GRAPH: &str = "https://graph.microsoft.com";

/// For whom an access token is: an audience knows no token of another one (attack row J7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Our userinfo endpoint.
    UserInfo,
    /// The API of this instance.
    Api,
    /// An application of the tenant.
    App(AppId),
}

/// What one scope means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning<'a> {
    /// Something about the guest.
    Identity,
    /// A permission at a resource.
    Permission(Audience, &'a str),
}

/// What a scope means here; `None` for one that we do not know.
pub fn meaning<'a>(urls: &Urls, scope: &'a str) -> Option<Meaning<'a>> {
    if IDENTITY.contains(&scope) {
        return Some(Meaning::Identity);
    }
    if let Some(permission) = permission_of_api(urls, scope) {
        return is_permission(permission).then_some(Meaning::Permission(Audience::Api, permission));
    }
    let (app, permission) = scope.strip_prefix("api://").unwrap_or(scope).split_once('/')?;
    let app = app.parse::<AppId>().ok()?;
    is_permission(permission).then_some(Meaning::Permission(Audience::App(app), permission))
}

/// The permission, where a scope names our API: by the broker's address, with or without the port, by Microsoft's name for it,
/// or by nothing at all, as the original allows.
fn permission_of_api<'a>(urls: &Urls, scope: &'a str) -> Option<&'a str> {
    let origin = urls.origin();
    let bare = origin.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let names = [Some(origin), bare.map(|(host, _)| host), Some(MICROSOFT_GRAPH)];
    let named = names.into_iter().flatten().find_map(|name| scope.strip_prefix(name)?.strip_prefix('/'));
    named.or_else(|| (scope.contains('.') && !scope.contains(['/', ':'])).then_some(scope))
}

/// `.default`, or words joined by dots.
fn is_permission(text: &str) -> bool {
    let word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    text == DEFAULT || text.split('.').all(word)
}

/// The scopes of a request that we know, each once, in the order in which they stand. What we do not know is left out, as
/// RFC 6749 §3.3 allows.
pub fn known(urls: &Urls, text: &str) -> Vec<String> {
    let mut known: Vec<String> = Vec::new();
    let spoken = text.split(' ').filter(|scope| !scope.is_empty() && scope.len() <= LONGEST);
    for scope in spoken.filter(|scope| meaning(urls, scope).is_some()) {
        if known.len() < MOST && !known.iter().any(|other| other == scope) {
            known.push(scope.to_owned());
        }
    }
    known
}

/// Whether any of these scopes is about the API of this instance.
pub fn names_api(urls: &Urls, scopes: &[String]) -> bool {
    scopes.iter().any(|scope| matches!(meaning(urls, scope), Some(Meaning::Permission(Audience::Api, _))))
}

/// For whom a token with these scopes is: the first resource that they name, else our userinfo endpoint.
pub fn audience(urls: &Urls, scopes: &[String]) -> Audience {
    let resources = scopes.iter().filter_map(|scope| match meaning(urls, scope) {
        Some(Meaning::Permission(audience, _)) => Some(audience),
        _ => None,
    });
    resources.into_iter().next().unwrap_or(Audience::UserInfo)
}

/// What a token for `audience` says about these scopes: permissions by their own names, and scopes about the guest at our
/// userinfo endpoint alone.
pub fn within(urls: &Urls, scopes: &[String], audience: Audience) -> Vec<String> {
    let said = scopes.iter().filter_map(|scope| match meaning(urls, scope)? {
        Meaning::Identity => (audience == Audience::UserInfo).then(|| scope.clone()),
        Meaning::Permission(of, permission) => (of == audience).then(|| permission.to_owned()),
    });
    said.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls() -> Urls {
        Urls::new(&"https://login.example:8443".parse().unwrap())
    }

    #[test]
    fn a_resource_has_several_names() {
        let app: AppId = "c0a70500-0000-4000-8000-0000000000b1".parse().unwrap();
        for (scope, expected) in [
            ("https://login.example:8443/.default", Audience::Api),
            ("https://login.example/.default", Audience::Api),
            ("https://graph.microsoft.com/.default", Audience::Api),
            ("https://graph.microsoft.com/User.Read", Audience::Api),
            ("User.Invite.All", Audience::Api),
            ("api://c0a70500-0000-4000-8000-0000000000b1/.default", Audience::App(app)),
            ("c0a70500-0000-4000-8000-0000000000b1/Read", Audience::App(app)),
            ("openid", Audience::UserInfo),
        ] {
            assert_eq!(audience(&urls(), &known(&urls(), scope)), expected, "{scope}");
            assert_eq!(known(&urls(), scope).len(), 1, "{scope}");
        }
        for unknown in [
            "address",
            "https://login.example.evil/.default",
            "https://login.example:8444/.default",
            "https://evil.example/.default",
            "http://login.example/.default",
            "https://graph.microsoft.com.evil.example/.default",
            "api://x/.default",
            "OPENID",
            "..",
            "User.",
        ] {
            assert!(known(&urls(), unknown).is_empty(), "{unknown}");
        }
    }

    #[test]
    fn j7_a_token_for_one_audience_says_nothing_of_another() {
        let scopes =
            known(&urls(), "openid profile User.Read openid  address https://graph.microsoft.com/User.Invite.All");
        assert_eq!(scopes.len(), 4);
        assert_eq!(within(&urls(), &scopes, Audience::Api), ["User.Read", "User.Invite.All"]);
        assert_eq!(within(&urls(), &scopes, Audience::UserInfo), ["openid", "profile"]);
        assert_eq!(audience(&urls(), &scopes), Audience::Api);
    }
}
