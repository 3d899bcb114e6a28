//! Asks again before a guest leaves or is erased.

use axum::extract::Path;

use super::views::Confirm;
use super::{form, signed_in};
use crate::model::UserType;
use crate::pages::notice::Notice;
use crate::pages::visit::{Answer, Here};
use crate::web::render;

/// `GET /{tenant}/account/leave`.
pub async fn ask_to_leave(here: Here, Path(tenant): Path<String>) -> Answer {
    ask(&here, &tenant, "account/leave", "leave").await
}

/// `GET /{tenant}/account/erase`.
pub async fn ask_to_erase(here: Here, Path(tenant): Path<String>) -> Answer {
    ask(&here, &tenant, "account/erase", "erase").await
}

async fn ask(here: &Here, tenant: &str, path: &str, what: &'static str) -> Answer {
    let (visit, scene, session) = match signed_in(here, tenant, path).await {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    if session.user_type != UserType::Guest {
        return here.notice(Some(&visit.tenant), Notice::NotFound);
    }
    render::page(&Confirm {
        form: form(here, &visit, &session, &format!("account/do/{what}")),
        what,
        proof: None,
        stay_url: Some(format!("/{}/account", visit.tenant.id)),
        chrome: here.chrome_of(&visit, &scene),
    })
}
