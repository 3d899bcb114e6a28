//! *Manage my app*: an owner sees who has access, invites to it, and takes access away.

use std::time::Duration;

use askama::Template;
use axum::body::Body;
use axum::extract::Path;

use super::answers::read;
use super::chrome::Chrome;
use super::notice::Notice;
use super::visit::{Answer, Here, with_session};
use crate::guests::app_people::{AppPerson, Owner, lands_in, owner, people};
use crate::guests::assign::{Given, unassign_and_end_sessions};
use crate::guests::invite::{Invite, InviteError, Inviter, LinkLife, invite};
use crate::guests::show::show_by_id;
use crate::guests::{self};
use crate::model::{AppId, AppRole, EmailAddress, UserId};
use crate::signin::{Destination, Scene, Step, Ticket, Visit, advance};
use crate::web::form::Form as Fields;
use crate::web::interstitial::see_other;
use crate::web::render::{self, Page};

/// Longest life of a link that the form takes, in days.
const LONGEST_DAYS: u64 = 3650;

/// People on one page.
const PAGE: usize = 50;
/// Longest text that is searched for, in characters.
const LONGEST_SEARCH: usize = 100;

/// The page of one app.
#[derive(Template)]
#[template(path = "manage_app.html")]
pub struct ManageApp {
    /// Around the page.
    pub chrome: Chrome,
    /// The app.
    pub app: String,
    /// Where the forms of this page begin.
    pub base: String,
    /// The form token.
    pub csrf: String,
    /// Who has access, a page of them.
    pub people: Vec<PersonRow>,
    /// Whether there are enough people to search among.
    pub searchable: bool,
    /// What was searched for.
    pub search: String,
    /// The page before.
    pub previous_url: Option<String>,
    /// The next page.
    pub next_url: Option<String>,
    /// Which page this is, of how many.
    pub position: String,
    /// Names of groups whose members have access besides; empty if there are none.
    pub groups: String,
    /// Whose access is about to be taken away.
    pub removing: Option<PersonRow>,
    /// What was just done.
    pub done: Option<String>,
    /// Why it was not.
    pub error: Option<String>,
    /// The invite form, as it was typed.
    pub form: OwnersForm,
    /// The access panel.
    pub panel_url: String,
}

/// What an owner may say of an invitation: no more than what is theirs, so neither groups nor other apps.
#[derive(Clone, Debug, Default)]
pub struct OwnersForm {
    /// Whom.
    pub address: String,
    /// The guest's name.
    pub name: String,
    /// The owner's own words.
    pub message: String,
    /// Languages of the mail.
    pub languages: Vec<OwnersChoice>,
    /// Roles in this app.
    pub roles: Vec<OwnersChoice>,
    /// One more reader of the mail.
    pub cc: String,
    /// Addresses of sponsors.
    pub sponsors: String,
    /// Where in the app the guest lands.
    pub redirect_url: String,
    /// Days until the link ends.
    pub days: String,
    /// Whether a mail goes out.
    pub mail: bool,
    /// Whether anything besides the address was typed, so that it is shown.
    pub more: bool,
}

/// Something to choose.
#[derive(Clone, Debug)]
pub struct OwnersChoice {
    /// As it is sent.
    pub value: String,
    /// In words.
    pub label: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// Somebody with access.
#[derive(Clone, Debug)]
pub struct PersonRow {
    /// Object id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Address.
    pub address: String,
    /// Guest or member, in words.
    pub kind: String,
}

impl Page for ManageApp {}

/// An owner in one request.
struct Room {
    here: Here,
    visit: Visit,
    scene: Scene,
    owner: Owner,
}

/// Lets the owner of the app in. Everybody else is answered as for an app that does not exist.
async fn enter(here: Here, tenant: &str, app: &str) -> Result<Room, Box<Answer>> {
    let visit = here.visit(tenant, Ticket::to(Destination::Panel)).await?;
    let scene = match advance(&here.app, &visit).await {
        Ok(scene) => scene,
        Err(error) => return Err(Box::new(here.failed(&visit, &error))),
    };
    if scene.step != Step::Arrived {
        let answer = with_session(see_other(&here.journey_url(&visit, false)), scene.new_cookie.as_deref());
        return Err(Box::new(answer));
    }
    let missing = || Box::new(here.notice(Some(&visit.tenant), Notice::NotFound));
    let (Some((user, _)), Ok(app)) = (scene.user(), app.parse::<AppId>()) else { return Err(missing()) };
    let context = guests::context(&here.app, &visit.snapshot, &visit.tenant);
    match owner(&context, user, app).await {
        Ok(Some(owner)) => Ok(Room { visit, scene, owner, here }),
        Ok(None) => Err(missing()),
        Err(error) => Err(Box::new(here.broken(Some(&visit.tenant), &error))),
    }
}

/// `GET /{tenant}/myapps/{app id}/manage`.
pub async fn page(here: Here, Path((tenant, app)): Path<(String, String)>) -> Answer {
    match enter(here, &tenant, &app).await {
        Ok(room) => room.show(None, None).await,
        Err(answer) => *answer,
    }
}

/// `POST /{tenant}/myapps/{app id}/manage/{invite|remove}`.
pub async fn answer(here: Here, Path((tenant, app, action)): Path<(String, String, String)>, body: Body) -> Answer {
    let fields = match read(&here, body).await {
        Ok(fields) => fields,
        Err(answer) => return *answer,
    };
    let room = match enter(here, &tenant, &app).await {
        Ok(room) => room,
        Err(answer) => return *answer,
    };
    if !room.here.is_ours(&room.visit, Some(room.owner.user().id), &fields) {
        let mut answer = room.here.notice(Some(&room.visit.tenant), Notice::StartAgain { url: Some(room.base()) });
        *answer.status_mut() = http::StatusCode::FORBIDDEN;
        return answer;
    }
    match action.as_str() {
        "invite" => room.invite(&fields).await,
        "remove" => room.remove(fields.text("person")).await,
        _ => room.here.notice(Some(&room.visit.tenant), Notice::NotFound),
    }
}

impl Room {
    fn base(&self) -> String {
        format!("/{}/myapps/{}/manage", self.visit.tenant.id, self.owner.app())
    }

    fn context(&self) -> guests::GuestContext<'_> {
        guests::context(&self.here.app, &self.visit.snapshot, &self.visit.tenant)
    }

    async fn invite(&self, fields: &Fields) -> Answer {
        let chrome = self.here.chrome(Some(&self.visit.tenant));
        let wish = match self.wish(fields) {
            Ok(wish) => wish,
            Err(key) => return self.show(Some(self.say(&chrome, key)), Some(fields)).await,
        };
        match invite(self.context(), wish).await {
            Ok(invited) => {
                self.here.app.mail_queued.notify_one();
                let done = match (invited.user.is_pending(), invited.mail_queued) {
                    (false, _) => "assigned".to_owned(),
                    (true, true) => "invited".to_owned(),
                    (true, false) => format!("without-mail&guest={}", invited.user.id),
                };
                see_other(&format!("{}?done={done}", self.base()))
            }
            Err(InviteError::Failed(error)) => self.here.broken(Some(&self.visit.tenant), &error),
            Err(error) => {
                let key = match error {
                    InviteError::NotAllowed | InviteError::NotYours | InviteError::NoColleague(_) => {
                        "manage-not-allowed"
                    }
                    InviteError::DomainBlocked(_) => "manage-domain",
                    InviteError::Member => "manage-member",
                    InviteError::Blocked | InviteError::Barred => "manage-blocked",
                    InviteError::Full(_) => "invite-refused-full",
                    InviteError::TooMany { .. } => "manage-too-many",
                    InviteError::UnknownSponsor(_) => "invite-refused-sponsor",
                    InviteError::TooManySponsors => "invite-refused-sponsors",
                    InviteError::LinkLife => "invite-refused-life",
                    InviteError::Redirect(_) => "manage-invite-redirect-wrong",
                    InviteError::Text(_) => "invite-refused-text",
                    _ => "manage-refused",
                };
                self.show(Some(self.say(&chrome, key)), Some(fields)).await
            }
        }
    }

    fn say(&self, chrome: &Chrome, key: &str) -> String {
        chrome.say_with(key, "app", &self.app_name())
    }

    /// What was typed, as it is meant. The error is the key of a sentence.
    fn wish(&self, fields: &Fields) -> Result<Invite, &'static str> {
        let given = |name: &str| Some(fields.trimmed(name).to_owned()).filter(|text| !text.is_empty());
        let address = |text: &str| text.parse::<EmailAddress>().map_err(|_| "error-address-shape");
        let sponsors = fields.trimmed("sponsors").split([',', ' ', '\n', '\r']).filter(|part| !part.is_empty());
        let redirect_url = given("redirect_url");
        if redirect_url.as_ref().is_some_and(|url| !lands_in(&self.context(), &self.owner, url)) {
            return Err("manage-invite-redirect-wrong");
        }
        let link_life = match fields.trimmed("days") {
            "" => LinkLife::TenantDefault,
            typed => match typed.parse::<u64>() {
                Ok(days @ 1..=LONGEST_DAYS) => LinkLife::For(Duration::from_secs(days * 24 * 3600)),
                _ => return Err("invite-days-wrong"),
            },
        };
        let app = self.owner.app();
        let roles = self.roles().filter(|role| fields.has(&role_field(role)));
        let inviter = Inviter::User(Box::new(self.owner.user().clone()));
        Ok(Invite {
            apps: vec![app],
            roles: roles.map(|role| AppRole { app, role: role.to_owned() }).collect(),
            display_name: given("name"),
            message: Some(fields.text("message").to_owned()).filter(|text| !text.trim().is_empty()),
            language: given("language"),
            cc: given("cc").map(|text| address(&text)).transpose()?,
            sponsors: sponsors.map(address).collect::<Result<_, _>>()?,
            redirect_url,
            link_life,
            send_mail: fields.has("mail"),
            ..Invite::of(address(fields.trimmed("address"))?, inviter)
        })
    }

    fn roles(&self) -> impl Iterator<Item = &str> {
        let principal = self.visit.snapshot.service_principal(&self.visit.tenant, self.owner.app());
        principal.into_iter().flat_map(|principal| principal.roles.iter().map(String::as_str))
    }

    fn app_name(&self) -> String {
        self.visit.snapshot.app(self.owner.app()).map(|app| app.display_name.clone()).unwrap_or_default()
    }

    fn form(&self, chrome: &Chrome, typed: Option<&Fields>) -> OwnersForm {
        let text = |name: &str| typed.map(|fields| fields.text(name).to_owned()).unwrap_or_default();
        let languages = std::iter::once((String::new(), chrome.say("invite-language-default")))
            .chain(crate::i18n::names().map(|(tag, name)| (tag.to_owned(), name.to_owned())));
        let language = text("language");
        OwnersForm {
            address: text("address"),
            name: text("name"),
            message: text("message"),
            languages: languages
                .map(|(value, label)| OwnersChoice { chosen: value == language, value, label })
                .collect(),
            roles: self
                .roles()
                .map(|role| OwnersChoice {
                    value: role_field(role),
                    label: role.to_owned(),
                    chosen: typed.is_some_and(|fields| fields.has(&role_field(role))),
                })
                .collect(),
            cc: text("cc"),
            sponsors: text("sponsors"),
            redirect_url: text("redirect_url"),
            days: text("days"),
            mail: typed.is_none_or(|fields| fields.has("mail")),
            more: typed.is_some(),
        }
    }

    /// What was just done, in words.
    async fn done(&self, chrome: &Chrome, people: &[AppPerson]) -> Result<Option<String>, guests::GuestsError> {
        Ok(match self.here.query("done").as_deref() {
            Some("invited") => Some(chrome.say("manage-done-invited")),
            Some("assigned") => Some(chrome.say("manage-done-assigned")),
            Some("removed") => Some(chrome.say("manage-done-removed")),
            Some("without-mail") => {
                let guest = self.here.query("guest").unwrap_or_default();
                // Only of somebody on this very list: an owner is told nothing of other guests.
                let person = people.iter().find(|person| person.pending && person.id.to_string() == guest);
                let details = match person {
                    Some(person) => show_by_id(self.context(), person.id).await?,
                    None => None,
                };
                let url = details.and_then(|details| details.redeem_url);
                url.map(|url| chrome.say_with("manage-done-without-mail", "url", &url))
            }
            _ => None,
        })
    }

    async fn remove(&self, person: &str) -> Answer {
        let Ok(person) = person.parse::<UserId>() else {
            return self.here.notice(Some(&self.visit.tenant), Notice::NotFound);
        };
        let inviter = Inviter::User(Box::new(self.owner.user().clone()));
        let given = Given { apps: vec![self.owner.app()], ..Given::default() };
        match unassign_and_end_sessions(&self.here.app, self.context(), &inviter, person, &given).await {
            Ok(_) => see_other(&format!("{}?done=removed", self.base())),
            Err(guests::manage::ManageError::Failed(error)) => self.here.broken(Some(&self.visit.tenant), &error),
            // Somebody else was faster; the list shows it.
            Err(_) => see_other(&self.base()),
        }
    }

    async fn show(&self, error: Option<String>, typed: Option<&Fields>) -> Answer {
        let found = match people(&self.context(), &self.owner).await {
            Ok(found) => found,
            Err(error) => return self.here.broken(Some(&self.visit.tenant), &error),
        };
        let chrome = self.here.chrome_of(&self.visit, &self.scene);
        let wanted = self.here.query("remove").unwrap_or_default();
        let removing = found.iter().find(|person| person.id.to_string() == wanted).map(|person| row(&chrome, person));
        let search: String = self.here.query("q").unwrap_or_default().trim().chars().take(LONGEST_SEARCH).collect();
        let part = search.to_lowercase();
        let matches = |text: &str| text.to_lowercase().contains(&part);
        let matching: Vec<&AppPerson> =
            found.iter().filter(|person| matches(&person.display_name) || matches(&person.address)).collect();
        let last = matching.len().saturating_sub(1) / PAGE;
        let page = self.here.query("page").and_then(|page| page.parse::<usize>().ok()).unwrap_or(1);
        let page = page.saturating_sub(1).min(last);
        let url = |page: usize| {
            let query = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("q", &search)
                .append_pair("page", &(page + 1).to_string())
                .finish();
            format!("{}?{query}", self.base())
        };
        let done = match self.done(&chrome, &found).await {
            Ok(done) => done,
            Err(error) => return self.here.broken(Some(&self.visit.tenant), &error),
        };
        let principal = self.visit.snapshot.service_principal(&self.visit.tenant, self.owner.app());
        let assigned = principal.map(|principal| principal.groups.as_slice()).unwrap_or_default();
        let groups = self.visit.tenant.groups.iter().filter(|group| assigned.contains(&group.id));
        let groups: Vec<&str> = groups.map(|group| group.display_name.as_str()).collect();
        render::page(&ManageApp {
            app: self.app_name(),
            base: self.base(),
            csrf: self.here.form_token(&self.visit, Some(self.owner.user().id)),
            groups: groups.join(", "),
            removing,
            people: matching.iter().skip(page * PAGE).take(PAGE).map(|person| row(&chrome, person)).collect(),
            searchable: found.len() > PAGE,
            previous_url: (page > 0).then(|| url(page - 1)),
            next_url: (page < last).then(|| url(page + 1)),
            position: format!("{} / {}", page + 1, last + 1),
            search,
            done,
            error,
            form: self.form(&chrome, typed),
            panel_url: format!("/{}/myapps", self.visit.tenant.id),
            chrome,
        })
    }
}

fn role_field(role: &str) -> String {
    format!("role:{role}")
}

fn row(chrome: &Chrome, person: &AppPerson) -> PersonRow {
    let kind = match (person.guest, person.blocked, person.pending) {
        (_, true, _) => "manage-kind-blocked",
        (true, _, true) => "manage-kind-invited",
        (true, _, false) => "manage-kind-guest",
        (false, ..) => "manage-kind-member",
    };
    PersonRow {
        id: person.id.to_string(),
        name: person.display_name.clone(),
        address: person.address.clone(),
        kind: chrome.say(kind),
    }
}
