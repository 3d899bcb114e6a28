//! Signing out on the admin host: of one organization, or everywhere. Whoever has a session here may, administrator or not.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Path;

use super::here::Here;
use crate::model::{SessionRecord, Tenant};
use crate::signin::end;
use crate::web::answer::{Answer, without_session};
use crate::web::chrome::Form;
use crate::web::interstitial::see_other;
use crate::web::render;
use crate::web::sign_out::{SignOutConfirm, SignedOut};

/// `GET /{tenant}/sign-out`: asks how far.
pub async fn ask(here: Here, Path(tenant): Path<String>) -> Answer {
    let (tenant, cookie) = match present(&here, &tenant).await {
        Ok(present) => present,
        Err(answer) => return *answer,
    };
    let Some((_, session)) = cookie else {
        return render::page(&SignedOut {
            chrome: here.chrome(Some(&tenant)),
            again_url: Some(format!("/{}", tenant.id)),
        });
    };
    render::page(&SignOutConfirm {
        home: None,
        changing: false,
        chrome: here.chrome(Some(&tenant)),
        form: Form {
            action: format!("/{}/sign-out", tenant.id),
            ticket: String::new(),
            csrf: here.form_token(&tenant, session.user),
        },
        stay_url: Some(format!("/{}", tenant.id)),
    })
}

/// `POST /{tenant}/sign-out`.
pub async fn end(here: Here, Path(tenant): Path<String>, body: Body) -> Answer {
    let fields = match here.read(body).await {
        Ok(fields) => fields,
        Err(answer) => return *answer,
    };
    let (tenant, cookie) = match present(&here, &tenant).await {
        Ok(present) => present,
        Err(answer) => return *answer,
    };
    let page = see_other(&format!("/{}/sign-out", tenant.id));
    let Some((cookie, session)) = cookie else { return page };
    if !here.is_ours(&tenant, session.user, &fields) {
        return page;
    }
    let everywhere = fields.text("scope") == "everywhere";
    match end::sign_out_at(&here.app, here.host(), &cookie, &session, everywhere).await {
        Ok(last) if last => without_session(page),
        Ok(_) => page,
        Err(error) => here.broken(Some(&tenant), &error),
    }
}

/// The tenant, and who is signed in to it here with which cookie.
type Present = (Arc<Tenant>, Option<(String, Arc<SessionRecord>)>);

async fn present(here: &Here, tenant: &str) -> Result<Present, Box<Answer>> {
    let (_, tenant) = here.tenant(tenant)?;
    let now = here.app.clock.now();
    let session = here.handle().await?.and_then(|(cookie, handle)| {
        let session = handle.session(tenant.id).filter(|session| session.is_live(now))?;
        Some((cookie, Arc::clone(&session.record())))
    });
    Ok((tenant, session))
}
