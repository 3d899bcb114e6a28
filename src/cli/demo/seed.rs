//! Brings the demo's people in through the same verbs that everybody uses; a kept folder is left as it is.

use anyhow::Context;
use futures_util::future::join_all;

use crate::app::App;
use crate::clock::random_guid;
use crate::demo::guests::{self, How};
use crate::guests::invite::{Invite, Inviter, invite};
use crate::guests::member_add::{AddMember, add_member};
use crate::model::{AccountId, AppId, EmailAddress, PersonalAccount, Secret, Tenant, TenantId};
use crate::signin::personal;

/// Brings in members, personal accounts and guests that are not there yet. Passwords are hashed on threads of their own,
/// so the guests come in meanwhile.
pub async fn seed(app: &App) -> anyhow::Result<()> {
    let (passwords, invited) = tokio::join!(seed_passwords(app), seed_guests(app));
    passwords.and(invited)
}

async fn seed_passwords(app: &App) -> anyhow::Result<()> {
    // They all have the same password, printed for everybody, and one hash of it is enough.
    let shared = tokio::sync::OnceCell::new();
    let shared = &shared;
    let members = guests::MEMBERS.iter().map(|member| async move {
        seed_member(app, member, shared).await.with_context(|| format!("the demo's member {}", member.address))
    });
    let accounts = guests::PERSONAL_ACCOUNTS.iter().map(|account| async move {
        seed_account(app, account).await.with_context(|| format!("the demo's account {}", account.address))
    });
    let (members, accounts) = tokio::join!(join_all(members), join_all(accounts));
    members.into_iter().chain(accounts).collect()
}

async fn seed_guests(app: &App) -> anyhow::Result<()> {
    for guest in guests::GUESTS {
        for tenant in guest.tenants {
            seed_guest(app, &guest, tenant).await.with_context(|| format!("the demo's guest {}", guest.address))?;
        }
    }
    Ok(())
}

fn tenant(app: &App, id: &str) -> anyhow::Result<std::sync::Arc<Tenant>> {
    let id: TenantId = id.parse()?;
    app.snapshot.load().tenant(id).cloned().context("its tenant is not in the configuration")
}

async fn seed_member(app: &App, member: &guests::Member, shared: &tokio::sync::OnceCell<String>) -> anyhow::Result<()> {
    let tenant = tenant(app, member.tenant)?;
    let address: EmailAddress = member.address.parse()?;
    let known = app.store.read(tenant.id).await?.member(&address).await?;
    if let Some(known) = &known
        && app.store.read(tenant.id).await?.password_hash(known.id).await?.is_some()
    {
        return Ok(());
    }
    // The rule of 15 characters holds where a person sets a password; the demo's are printed for everybody.
    let password = Secret::new(member.password);
    let hash = shared.get_or_try_init(|| app.passwords.hash(&password)).await?;
    let id = match known {
        Some(known) => known.id,
        None => {
            let snapshot = app.snapshot.load_full();
            let wish = AddMember { address, display_name: Some(member.name.to_owned()), admin: member.admin };
            add_member(crate::guests::context(app, &snapshot, &tenant), wish).await?.user.id
        }
    };
    let mut tx = app.store.begin(tenant.id).await?;
    tx.set_password(id, hash).await?;
    for principal in &tenant.service_principals {
        tx.assign_app(id, principal.app).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn seed_account(app: &App, account: &guests::PersonalAccount) -> anyhow::Result<()> {
    let account = PersonalAccount {
        id: AccountId::new(random_guid(app.random.as_ref())),
        address: account.address.parse()?,
        display_name: account.name.to_owned(),
        password_hash: Some(app.passwords.hash(&Secret::new(account.password)).await?),
        created_at: app.clock.now(),
    };
    // `false` means that the account is there from an earlier run.
    personal::insert(app, &account).await?;
    Ok(())
}

async fn seed_guest(app: &App, guest: &guests::Guest, tenant_id: &str) -> anyhow::Result<()> {
    let tenant = tenant(app, tenant_id)?;
    let address: EmailAddress = guest.invited_as.parse()?;
    if app.store.read(tenant.id).await?.guest_invited_as(&address).await?.is_some() {
        return Ok(());
    }
    let snapshot = app.snapshot.load_full();
    // Every guest of the demo may use every app that people use.
    let for_people = |id: AppId| {
        let registration = snapshot.registration(&tenant, id);
        snapshot.app(id).is_some() || registration.is_some_and(|client| !client.redirect_uris.is_empty())
    };
    let apps = tenant.service_principals.iter().map(|principal| principal.app).filter(|app| for_people(*app)).collect();
    let wish = Invite {
        display_name: Some(guest.name.to_owned()),
        apps,
        send_mail: guest.how == How::Mail,
        // Fabrikam is part of this very demo, and does not listen yet.
        ask_provider: false,
        ..Invite::of(address, Inviter::Operator { name: None })
    };
    invite(crate::guests::context(app, &snapshot, &tenant), wish).await?;
    Ok(())
}
