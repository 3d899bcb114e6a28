//! `[[webhooks]]` of a tenant file → [`Webhook`], with its secrets kept apart.

use std::path::Path;

use url::{Host, Url};

use super::section::{Placed, Section};
use super::{files, values};
use crate::model::{SigningSecret, Webhook, WebhookEvent, WebhookName};

/// Most webhooks of one tenant: each may hold up one of our connections for as long as it likes.
const WEBHOOKS: usize = 10;
const SECRET_HINT: &str = "write whsec_ and 24 to 64 random bytes in base64: echo whsec_$(openssl rand -base64 32)";

/// A webhook as its file declares it.
pub(super) struct Declared {
    /// With its secrets.
    pub webhook: Placed<Webhook>,
    /// Where it begins.
    pub short: String,
}

/// Reads every `[[webhooks]]`. What is off is checked like the rest and left out.
pub(super) fn read(root: &Section<'_>, file: &Path) -> Vec<Declared> {
    let sections = root.sections("webhooks", "name");
    if let Some(section) = sections.get(WEBHOOKS) {
        let hint = "send to one receiver that passes messages on";
        root.reader.fault(&section.place, format!("more than {WEBHOOKS} webhooks"), hint);
    }
    sections.iter().filter_map(|section| webhook(section, file)).collect()
}

fn webhook(section: &Section<'_>, file: &Path) -> Option<Declared> {
    let reader = section.reader;
    let name = section.required("name", str::parse::<WebhookName>, "what you call it in commands and logs");
    let enabled = section.boolean("enabled", true);
    let url_hint = "an https address; plain http only for a receiver on this machine that egress.allow names";
    let url = section.required("url", receiver, url_hint);
    let known = || values::listed(WebhookEvent::ALL.into_iter());
    let matching = |text: &str| WebhookEvent::matching(text).ok_or_else(|| format!("there is no event `{text}`"));
    let events_place = section.place_of("events");
    let faults_before = reader.fault_count();
    let events = section.list("events", matching, &format!("all of a kind, e.g. guest.*, or some of: {}", known()));
    if events.as_ref().is_some_and(Vec::is_empty) && reader.fault_count() == faults_before {
        reader.fault(&events_place, "`events` lists none", "remove it to hear of everything, or set enabled = false");
    }
    let secret = files::secret(section, "secret", "secret_file", file);
    let previous = files::secret(section, "previous_secret", "previous_secret_file", file);
    if enabled && secret.is_none() && reader.fault_count() == faults_before {
        let hint = format!("set secret_file, or the variable {}; {SECRET_HINT}", section.variable("secret"));
        reader.fault(&section.place, "there is no secret to sign with", hint);
    }
    if let (Some(now), Some(before)) = (&secret, &previous)
        && now.value == before.value
    {
        reader.fault(
            &before.place,
            "the previous secret is the present one",
            "remove it once every receiver knows the new one",
        );
    }
    let mut secrets = Vec::new();
    for placed in [secret, previous].into_iter().flatten() {
        match placed.value.expose().parse::<SigningSecret>() {
            Ok(secret) => secrets.push(secret),
            Err(problem) => reader.fault(&placed.place, problem, SECRET_HINT),
        }
    }
    let name = name?;
    let scope = format!("{} in {}", name.value, section.place.file);
    reader.claim("webhook", scope, &name.place, "a name stands once in a tenant");
    let events: Vec<WebhookEvent> = match events {
        Some(listed) => {
            let listed: Vec<WebhookEvent> = listed.into_iter().flat_map(|events| events.value).collect();
            WebhookEvent::ALL.into_iter().filter(|event| listed.contains(event)).collect()
        }
        None => WebhookEvent::ALL.to_vec(),
    };
    let webhook = Webhook { name: name.value, url: url?.value, events, secrets };
    enabled.then(|| Declared { webhook: Placed { value: webhook, place: name.place }, short: section.place.short() })
}

/// Where messages may go, as far as the text tells: the way out has the last word.
fn receiver(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("`{text}` is no URL ({error})"))?;
    let on_this_machine = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    if url.scheme() == "http" && on_this_machine {
        return values::without_user(text, url);
    }
    values::https_url(text)
}

#[cfg(test)]
mod tests {
    use super::super::{Environment, Loaded, load};
    use super::*;

    const PRESENT: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const BEFORE: &str = "whsec_dmVzdGlidWxlLWRlbW8td2ViaG9vay1zZWNyZXQ=";

    /// The shipped files with the webhook switched on, and more said by the environment.
    fn loaded(more: &[(&str, &str)]) -> Result<Loaded, String> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/vestibule.toml");
        let environment = Environment::of([("VESTIBULE_DATA_DIR", "/tmp")]);
        let environment = more.iter().chain(&[("ENABLED", "true")]).fold(environment, |environment, (key, value)| {
            environment.with(&format!("VESTIBULE_TENANTS__CONTOSO__WEBHOOKS__DESK__{key}"), value)
        });
        load(&path, &environment)
            .map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn a_webhook_has_its_secrets_the_present_one_first() {
        let of = |loaded: Loaded| loaded.tenants[0].tenant.webhooks.clone();
        let [one] = of(loaded(&[("SECRET", PRESENT)]).unwrap()).try_into().unwrap();
        assert_eq!(one.secrets, [PRESENT.parse().unwrap()]);
        assert_eq!(one.events, WebhookEvent::ALL);
        assert_eq!(one.url.as_str(), "https://hooks.contoso.example/vestibule");
        let more = [("SECRET", PRESENT), ("PREVIOUS_SECRET", BEFORE), ("EVENTS", "terms.*,guest.left,guest.left")];
        let [two] = of(loaded(&more).unwrap()).try_into().unwrap();
        assert_eq!(two.secrets, [PRESENT, BEFORE].map(|text| text.parse().unwrap()));
        let left = [WebhookEvent::GuestLeft, WebhookEvent::TermsAccepted, WebhookEvent::TermsDeclined];
        assert_eq!(two.events, left);
        assert!(!format!("{two:?}").contains("whsec"));
    }

    #[test]
    fn a_secret_that_is_none_is_told_without_showing_it() {
        for wrong in ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8I", "whsec_!!!!"] {
            let told = loaded(&[("SECRET", wrong)]).unwrap_err();
            assert!(told.contains("DESK__SECRET") && told.contains("openssl rand"), "{told}");
            assert!(!told.contains("MfKQ"), "{told}");
        }
        let told = loaded(&[("SECRET", PRESENT), ("PREVIOUS_SECRET", PRESENT)]).unwrap_err();
        assert!(told.contains("the previous secret is the present one"), "{told}");
    }

    #[test]
    fn plain_http_is_for_this_machine_alone() {
        for good in ["http://127.0.0.1:9000/x", "http://[::1]:9000/", "http://localhost:1/", "http://a.localhost/"] {
            assert!(receiver(good).is_ok(), "{good}");
        }
        for bad in
            ["http://10.0.0.1/", "http://localhost.example/", "ftp://localhost/", "http://u:p@localhost/", "localhost"]
        {
            assert!(receiver(bad).is_err(), "{bad}");
        }
    }
}
