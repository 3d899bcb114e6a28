//! *Manage my app*: an owner sees who has access, invites to it, and takes access away.

use askama::Template;
use axum::body::Body;
use axum::extract::Path;

use super::answers::read;
use super::chrome::Chrome;
use super::notice::Notice;
use super::visit::{Answer, Here, with_session};
use crate::guests::app_people::{AppPerson, Owner, owner, people};
use crate::guests::assign::{Given, unassign_and_end_sessions};
use crate::guests::invite::{Invite, InviteError, Inviter, invite};
use crate::guests::{self};
use crate::model::{AppId, EmailAddress, UserId};
use crate::signin::{Destination, Scene, Step, Ticket, Visit, advance};
use crate::web::interstitial::see_other;
use crate::web::render::{self, Page};

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
    /// Who has access.
    pub people: Vec<PersonRow>,
    /// Names of groups whose members have access besides; empty if there are none.
    pub groups: String,
    /// Whose access is about to be taken away.
    pub removing: Option<PersonRow>,
    /// What was just done.
    pub done: Option<String>,
    /// Why it was not.
    pub error: Option<String>,
    /// The address that was typed.
    pub typed: String,
    /// The access panel.
    pub panel_url: String,
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
        Ok(room) => room.show(None, "").await,
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
        "invite" => room.invite(fields.trimmed("address")).await,
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

    async fn invite(&self, typed: &str) -> Answer {
        let chrome = self.here.chrome(Some(&self.visit.tenant));
        let Ok(address) = typed.parse::<EmailAddress>() else {
            return self.show(Some(chrome.say("error-address-shape")), typed).await;
        };
        let inviter = Inviter::User(Box::new(self.owner.user().clone()));
        let wish = Invite { apps: vec![self.owner.app()], ..Invite::of(address, inviter) };
        match invite(self.context(), wish).await {
            Ok(_) => {
                self.here.app.mail_queued.notify_one();
                see_other(&format!("{}?done=invited", self.base()))
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
                    _ => "manage-refused",
                };
                self.show(Some(chrome.say(key)), typed).await
            }
        }
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

    async fn show(&self, error: Option<String>, typed: &str) -> Answer {
        let found = match people(&self.context(), &self.owner).await {
            Ok(found) => found,
            Err(error) => return self.here.broken(Some(&self.visit.tenant), &error),
        };
        let chrome = self.here.chrome_of(&self.visit, &self.scene);
        let people: Vec<PersonRow> = found.iter().map(|person| row(&chrome, person)).collect();
        let wanted = self.here.query("remove").unwrap_or_default();
        let done = match self.here.query("done").as_deref() {
            Some("invited") => Some(chrome.say("manage-done-invited")),
            Some("removed") => Some(chrome.say("manage-done-removed")),
            _ => None,
        };
        let app = self.visit.snapshot.app(self.owner.app());
        let principal = self.visit.snapshot.service_principal(&self.visit.tenant, self.owner.app());
        let assigned = principal.map(|principal| principal.groups.as_slice()).unwrap_or_default();
        let groups = self.visit.tenant.groups.iter().filter(|group| assigned.contains(&group.id));
        let groups: Vec<&str> = groups.map(|group| group.display_name.as_str()).collect();
        render::page(&ManageApp {
            app: app.map(|app| app.display_name.clone()).unwrap_or_default(),
            base: self.base(),
            csrf: self.here.form_token(&self.visit, Some(self.owner.user().id)),
            groups: groups.join(", "),
            removing: people.iter().find(|person| person.id == wanted).cloned(),
            people,
            done,
            error,
            typed: typed.to_owned(),
            panel_url: format!("/{}/myapps", self.visit.tenant.id),
            chrome,
        })
    }
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
