//! Asks again before a guest leaves or is erased.

use axum::extract::Path;

use super::views::{Confirm, ERASE, LEAVE, Words};
use super::{form, signed_in};
use crate::model::UserType;
use crate::pages::notice::Notice;
use crate::pages::visit::{Answer, Here};
use crate::web::render;

/// `GET /{tenant}/account/leave`.
pub async fn ask_to_leave(here: Here, Path(tenant): Path<String>) -> Answer {
    ask(&here, &tenant, "leave", LEAVE).await
}

/// `GET /{tenant}/account/erase`.
pub async fn ask_to_erase(here: Here, Path(tenant): Path<String>) -> Answer {
    ask(&here, &tenant, "erase", ERASE).await
}

async fn ask(here: &Here, tenant: &str, action: &str, words: Words) -> Answer {
    let (visit, scene, session) = match signed_in(here, tenant, &format!("account/{action}")).await {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    if session.user_type != UserType::Guest {
        return here.notice(Some(&visit.tenant), Notice::NotFound);
    }
    render::page(&Confirm {
        form: form(here, &visit, &session, &format!("account/do/{action}")),
        words,
        proof: None,
        stay_url: Some(format!("/{}/account", visit.tenant.id)),
        chrome: here.chrome_of(&visit, &scene),
    })
}
