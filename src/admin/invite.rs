//! The invite form: typed, shown as it would go out with the predicted route and every warning, and only then sent.

use axum::body::Body;
use axum::extract::Path;

use super::choices;
use super::desk::Desk;
use super::here::Here;
use super::views::{Choice, Fact, InviteForm, InvitePreview, Nav, Section};
use super::words::{self, fact};
use crate::guests::invite::{Invite, Inviter, LinkLife, invite};
use crate::guests::preview::preview;
use crate::i18n::Language;
use crate::model::EmailAddress;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::interstitial::see_other;
use crate::web::render;

/// Longest life of a link that the form offers, in days.
const LONGEST_DAYS: u64 = 3650;
/// Fields with one value, which the preview carries along as they were typed.
const TEXTS: [&str; 9] = ["address", "name", "message", "language", "cc", "redirect_url", "sponsors", "days", "route"];

/// `GET /{tenant}/guests/invite`.
pub async fn ask(here: Here, Path(tenant): Path<String>) -> Answer {
    let desk = match Desk::enter(here, &tenant).await {
        Ok(desk) => desk,
        Err(answer) => return *answer,
    };
    form(&desk, &Form::default(), None, true)
}

/// `POST /{tenant}/guests/invite`: `step` is `preview`, `edit` or `send`.
pub async fn answer(here: Here, Path(tenant): Path<String>, body: Body) -> Answer {
    let (desk, fields) = match Desk::enter_with_form(here, &tenant, body).await {
        Ok(entered) => entered,
        Err(answer) => return *answer,
    };
    let language = desk.chrome().language;
    let wish = match read(&desk, &fields) {
        Ok(wish) => wish,
        Err(key) => return form(&desk, &fields, Some(language.say(key)), false),
    };
    match fields.text("step") {
        "edit" => form(&desk, &fields, None, false),
        "send" => {
            let asked_for_mail = wish.send_mail;
            match invite(desk.guests(), wish).await {
                Ok(invited) => {
                    desk.here.app.mail_queued.notify_one();
                    let done = match (invited.mail_queued, asked_for_mail, invited.user.is_pending()) {
                        (_, _, false) => "assigned",
                        (true, ..) => "invited",
                        (false, ..) => "invited-without-mail",
                    };
                    see_other(&desk.path(&format!("guests/{}?done={done}", invited.user.id)))
                }
                Err(error) => form(&desk, &fields, Some(words::invite_error(&language, &error)), false),
            }
        }
        _ => match preview(&desk.guests(), wish.clone()).await {
            Ok(seen) => {
                let chrome = desk.chrome();
                let mut warnings: Vec<String> =
                    seen.warnings.iter().map(|warning| words::invite_warning(&language, *warning)).collect();
                if let Some(obstacle) = &seen.in_the_way {
                    warnings.push(language.say_with("invite-in-the-way", &[("name", &obstacle.name)]));
                }
                render::page(&InvitePreview {
                    nav: nav(&desk),
                    outcome: words::outcome(&language, seen.outcome),
                    route: words::route(&language, &seen.predicted),
                    warnings,
                    facts: facts(&desk, &language, &wish),
                    message: wish.message.clone(),
                    action: desk.path("guests/invite"),
                    csrf: desk.token(),
                    hidden: hidden(&desk, &fields),
                    chrome,
                })
            }
            Err(error) => form(&desk, &fields, Some(words::invite_error(&language, &error)), false),
        },
    }
}

fn nav(desk: &Desk) -> Nav {
    Nav { base: format!("/{}", desk.tenant.id), section: Section::Invite }
}

/// What was typed, as it is meant. The error is the key of a sentence.
fn read(desk: &Desk, fields: &Form) -> Result<Invite, &'static str> {
    let given = |name: &str| Some(fields.trimmed(name).to_owned()).filter(|text| !text.is_empty());
    let address = |text: &str| text.parse::<EmailAddress>().map_err(|_| "invite-address-wrong");
    let sponsors = fields.trimmed("sponsors").split([',', ' ', '\n', '\r']).filter(|part| !part.is_empty());
    let days = match fields.trimmed("days") {
        "" => None,
        typed => match typed.parse::<u64>() {
            Ok(days @ 1..=LONGEST_DAYS) => Some(days),
            _ => return Err("invite-days-wrong"),
        },
    };
    // A way that was switched off since the form was shown must not silently become another one.
    let route = match fields.trimmed("route") {
        "" => None,
        sent => match choices::routes(desk).into_iter().find(|(value, ..)| value == sent) {
            Some((_, route, _)) => Some(route),
            None => return Err("invite-refused-route"),
        },
    };
    let given_to_guest = choices::chosen(desk, fields);
    let inviter = Inviter::User(Box::new(desk.admin.user().clone()));
    Ok(Invite {
        display_name: given("name"),
        message: Some(fields.text("message").to_owned()).filter(|text| !text.trim().is_empty()),
        language: given("language"),
        cc: given("cc").map(|text| address(&text)).transpose()?,
        redirect_url: given("redirect_url"),
        apps: given_to_guest.apps,
        groups: given_to_guest.groups,
        roles: given_to_guest.roles,
        route,
        sponsors: sponsors.map(address).collect::<Result<_, _>>()?,
        link_life: days
            .map_or(LinkLife::TenantDefault, |days| LinkLife::For(std::time::Duration::from_secs(days * 24 * 3600))),
        send_mail: fields.has("mail"),
        ..Invite::of(address(fields.trimmed("address"))?, inviter)
    })
}

fn form(desk: &Desk, fields: &Form, error: Option<String>, fresh: bool) -> Answer {
    let chrome = desk.chrome();
    let offered = choices::offered(desk, fields);
    let by_domain = (String::new(), chrome.say("invite-route-default"));
    let routes = choices::routes(desk).into_iter().map(|(value, _, label)| (value, label));
    render::page(&InviteForm {
        nav: nav(desk),
        action: desk.path("guests/invite"),
        csrf: desk.token(),
        address: fields.text("address").to_owned(),
        name: fields.text("name").to_owned(),
        message: fields.text("message").to_owned(),
        languages: std::iter::once((String::new(), chrome.say("invite-language-default")))
            .chain(crate::i18n::names().map(|(tag, name)| (tag.to_owned(), name.to_owned())))
            .map(|(value, label)| Choice { chosen: fields.text("language") == value, value, label })
            .collect(),
        cc: fields.text("cc").to_owned(),
        redirect_url: fields.text("redirect_url").to_owned(),
        sponsors: fields.text("sponsors").to_owned(),
        days: fields.text("days").to_owned(),
        apps: offered.apps,
        roles: offered.roles,
        groups: offered.groups,
        routes: std::iter::once(by_domain)
            .chain(routes)
            .map(|(value, label)| Choice { chosen: fields.text("route") == value, value, label })
            .collect(),
        mail: fresh || fields.has("mail"),
        error,
        chrome,
    })
}

/// Everything typed, for the button after the preview.
fn hidden(desk: &Desk, fields: &Form) -> Vec<(String, String)> {
    let ticked = choices::fields(desk)
        .chain(["mail".to_owned()])
        .filter(|name| fields.has(name))
        .map(|name| (name, "yes".to_owned()));
    let texts = TEXTS.map(|name| (name.to_owned(), fields.text(name).to_owned()));
    texts.into_iter().filter(|(_, text)| !text.is_empty()).chain(ticked).collect()
}

fn facts(desk: &Desk, language: &Language, wish: &Invite) -> Vec<Fact> {
    let names = |found: Vec<String>| Some(found.join(", ")).filter(|text| !text.is_empty());
    let [apps, roles, groups] = choices::names(desk, &wish.given());
    let route = choices::routes(desk).into_iter().find(|(_, route, _)| wish.route.as_ref() == Some(route));
    let list = [
        ("invite-address", Some(wish.address.to_string())),
        ("invite-name", wish.display_name.clone()),
        ("invite-language", wish.language.clone()),
        ("invite-cc", wish.cc.as_ref().map(ToString::to_string)),
        ("invite-redirect", wish.redirect_url.clone()),
        ("invite-apps", names(apps)),
        ("invite-roles", names(roles)),
        ("invite-groups", names(groups)),
        ("invite-route", route.map(|(.., label)| label)),
        ("invite-sponsors", names(wish.sponsors.iter().map(ToString::to_string).collect())),
        (
            "invite-days",
            match wish.link_life {
                LinkLife::For(span) => Some((span.as_secs() / 86_400).to_string()),
                _ => None,
            },
        ),
        ("invite-mail", Some(words::yes_or_no(language, wish.send_mail))),
    ];
    list.into_iter().filter_map(|(label, value)| value.map(|value| fact(language, label, value))).collect()
}
