//! Which object of the directory holds an address already, so that a guest invited under it gets no `mail`.

use serde::Serialize;

use crate::model::{EmailAddress, Tenant, UserId, UserType};
use crate::storage::{Read, StoreResult};

/// The object in the way. As in the original, the guest exists and comes in by the redeem URL alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Obstacle {
    /// `contact`, `member` or `guest`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What to do about it.
    #[serde(skip)]
    pub remedy: &'static str,
}

impl Obstacle {
    /// One sentence for an administrator.
    pub fn sentence(&self) -> String {
        format!("the {} {} holds this address; {}", self.kind, self.name, self.remedy)
    }
}

/// What holds `address`, besides the guest `except`.
pub async fn obstacle(
    view: &mut (impl Read + ?Sized),
    tenant: &Tenant,
    address: &EmailAddress,
    except: Option<UserId>,
) -> StoreResult<Option<Obstacle>> {
    if let Some(contact) = tenant.contacts.iter().find(|contact| contact.address == *address) {
        let remedy = "remove it from the organization's file, then invite again";
        return Ok(Some(Obstacle {
            kind: "contact",
            id: contact.id.to_string(),
            name: contact.display_name.clone(),
            remedy,
        }));
    }
    if let Some(contact) = view.contact(address).await? {
        let remedy = "remove it with vestibule contact remove, then invite again";
        return Ok(Some(Obstacle { kind: "contact", id: contact.id.to_string(), name: contact.display_name, remedy }));
    }
    Ok(view.holder(address, except).await?.map(|user| Obstacle {
        kind: match user.user_type {
            UserType::Member => "member",
            UserType::Guest => "guest",
        },
        id: user.id.to_string(),
        name: user.display_name,
        remedy: "take the address away from it, then invite again",
    }))
}
