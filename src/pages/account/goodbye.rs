//! Asks again before a guest leaves or is erased.

use axum::extract::Path;

use super::views::{Confirm, Done, ELSEWHERE, ERASE, ERASE_ACCOUNT, LEAVE, SignInFirst, Words};
use super::{form, signed_in};
use crate::model::UserType;
use crate::pages::notice::Notice;
use crate::pages::visit::{Answer, Here};
use crate::signin::methods::{self, AccountGate, account_gate};
use crate::web::render;

/// Where the personal account is erased, below the tenant.
pub(super) const ERASE_ACCOUNT_PAGE: &str = "account/erase-account";

/// `GET /{tenant}/account/leave`.
pub async fn ask_to_leave(here: Here, Path(tenant): Path<String>) -> Answer {
    ask(&here, &tenant, "leave", LEAVE).await
}

/// `GET /{tenant}/account/erase`.
pub async fn ask_to_erase(here: Here, Path(tenant): Path<String>) -> Answer {
    ask(&here, &tenant, "erase", ERASE).await
}

/// `GET /{tenant}/account/erase-account`: only for whoever has just signed in with it.
pub async fn ask_to_erase_account(here: Here, Path(tenant): Path<String>) -> Answer {
    let (visit, scene, session) = match signed_in(&here, &tenant, ERASE_ACCOUNT_PAGE).await {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    let stay_url = format!("/{}/account", visit.tenant.id);
    let chrome = here.chrome_of(&visit, &scene);
    match account_gate(&here.app, &session).await {
        Ok(None) => here.notice(Some(&visit.tenant), Notice::NotFound),
        Ok(Some(AccountGate::Elsewhere)) => render::page(&Done { chrome, words: ELSEWHERE }),
        Ok(Some(AccountGate::SignInAgain)) => render::page(&SignInFirst {
            lead: "sign-in-first-lead-account",
            form: form(&here, &visit, &session, "account/do/sign-in-again"),
            stay_url,
            chrome,
        }),
        Ok(Some(AccountGate::Open)) => render::page(&Confirm {
            form: form(&here, &visit, &session, "account/do/erase-account"),
            words: ERASE_ACCOUNT,
            proof: None,
            stay_url: Some(stay_url),
            also_account: false,
            chrome,
        }),
        Err(error) => here.failed(&visit, &error),
    }
}

async fn ask(here: &Here, tenant: &str, action: &str, words: Words) -> Answer {
    let (visit, scene, session) = match signed_in(here, tenant, &format!("account/{action}")).await {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    if session.user_type != UserType::Guest {
        return here.notice(Some(&visit.tenant), Notice::NotFound);
    }
    // Leaving can be undone for a while; an erasure is as good as a new way to sign in, and wants as much.
    if action == "erase" && methods::ready(&here.app, &session).await.is_err() {
        return render::page(&SignInFirst {
            lead: "sign-in-first-lead-erase",
            form: form(here, &visit, &session, "account/do/sign-in-to-erase"),
            stay_url: format!("/{}/account", visit.tenant.id),
            chrome: here.chrome_of(&visit, &scene),
        });
    }
    let also_account = match account_gate(&here.app, &session).await {
        Ok(gate) => action == "erase" && gate == Some(AccountGate::Open),
        Err(error) => return here.failed(&visit, &error),
    };
    render::page(&Confirm {
        form: form(here, &visit, &session, &format!("account/do/{action}")),
        words,
        proof: None,
        also_account,
        stay_url: Some(format!("/{}/account", visit.tenant.id)),
        chrome: here.chrome_of(&visit, &scene),
    })
}
