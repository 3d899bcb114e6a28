//! Load the files into the store: objects added, changed or disabled, members made, and one audit line if anything
//! changed.

use std::collections::BTreeMap;

use crate::clock::{Clock, Random, random_guid};
use crate::config::{DeclaredMember, Loaded};
use crate::model::{AuditEvent, EmailAddress, TenantId, Timestamp, User, UserId, UserType};
use crate::storage::{FileChanges, InstanceTask, Store, StoreError, StoreResult, StoredObject};

use super::agreement_texts::keep_file_versions;
use super::difference::{Change, Difference, difference};
use super::stored::to_objects;

/// Makes the store say what the files say. What vanished from them is disabled, not deleted; what API and pages made
/// stays as it is (decision 6). Loading the same files again changes nothing.
pub async fn load_files(
    store: &dyn Store,
    loaded: &Loaded,
    clock: &dyn Clock,
    random: &dyn Random,
) -> StoreResult<FileChanges> {
    let at = clock.now();
    let objects = to_objects(loaded).map_err(|error| StoreError::Failed(Box::new(error)))?;
    // Members who vanished are blocked before their object is disabled: after a crash in between, the next start finds
    // the object still there and blocks them again.
    let before = store.begin_instance(InstanceTask::Snapshot).await?.objects().await?;
    for (tenant, address) in vanished_members(&before, &objects) {
        block_member(store, tenant, &address, at).await?;
    }
    // First, for the same reason: who set something by API finds in the audit log what a file has made of it.
    tell_of_overruled(store, &difference(&before, &objects), at).await?;
    let mut tx = store.begin_instance(InstanceTask::Snapshot).await?;
    let changes = tx.load_files(&objects, at).await?;
    if changes != FileChanges::default() {
        let event = AuditEvent::success("Load configuration files")
            .with("added", changes.added)
            .with("changed", changes.changed)
            .with("disabled", changes.disabled);
        tx.audit(at, &event).await?;
    }
    tx.commit().await?;
    for file in &loaded.tenants {
        keep_file_versions(store, file.tenant.id, &file.tenant.agreements, at).await?;
        for member in &file.members {
            ensure_member(store, file.tenant.id, member, at, random).await?;
        }
    }
    Ok(changes)
}

/// One line for each tenant in which a file now says something else than what was set by API.
async fn tell_of_overruled(store: &dyn Store, differences: &[Difference], at: Timestamp) -> StoreResult<()> {
    let mut by_tenant = BTreeMap::<TenantId, (Vec<String>, Vec<String>)>::new();
    for Difference { change, kind, id, tenant, .. } in differences {
        let Some(tenant) = tenant else { continue };
        let what = format!("{kind} {id}");
        match change {
            Change::Overruled => by_tenant.entry(*tenant).or_default().0.push(what),
            Change::Contradicted => by_tenant.entry(*tenant).or_default().1.push(what),
            _ => {}
        }
    }
    for (tenant, (overruled, contradicted)) in by_tenant {
        let mut event = AuditEvent::success("Load configuration files");
        if !overruled.is_empty() {
            event = event.with("overruled", overruled.join(", "));
        }
        if !contradicted.is_empty() {
            event = event.with("contradicted", contradicted.join(", "));
        }
        let mut tx = store.begin(tenant).await?;
        tx.audit(at, &event).await?;
        tx.commit().await?;
    }
    Ok(())
}

fn vanished_members(before: &[StoredObject], after: &[StoredObject]) -> Vec<(TenantId, EmailAddress)> {
    let key = |object: &StoredObject| Some((object.tenant?, object.id.parse::<EmailAddress>().ok()?));
    let members = |objects: &[StoredObject]| -> BTreeMap<(TenantId, EmailAddress), ()> {
        let members = objects.iter().filter(|object| object.enabled && object.kind == "member");
        members.filter_map(|object| Some((key(object)?, ()))).collect()
    };
    let kept = members(after);
    members(before).into_keys().filter(|member| !kept.contains_key(member)).collect()
}

async fn block_member(store: &dyn Store, tenant: TenantId, address: &EmailAddress, at: Timestamp) -> StoreResult<()> {
    let mut tx = store.begin(tenant).await?;
    let Some(mut user) = tx.member(address).await?.filter(|user| user.account_enabled) else { return Ok(()) };
    user.account_enabled = false;
    tx.update_user(&user).await?;
    tx.bump_epoch(Some(user.id), at).await?;
    tx.audit(at, &AuditEvent::success("Disable account").on(user.id).with("because", "gone from the file")).await?;
    tx.commit().await
}

/// Makes a member as the file wants it. A password is never set here.
async fn ensure_member(
    store: &dyn Store,
    tenant: TenantId,
    member: &DeclaredMember,
    at: Timestamp,
    random: &dyn Random,
) -> StoreResult<()> {
    let mut tx = store.begin(tenant).await?;
    let (user, activity) = match tx.member(&member.address).await? {
        Some(user) if is_as_declared(&user, member) => return Ok(()),
        Some(user) => {
            let display_name = member.display_name.clone();
            (User { display_name, admin: member.admin, account_enabled: true, ..user }, "Update user")
        }
        None => (new_member(member, at, random), "Add user"),
    };
    match activity {
        "Add user" => tx.insert_user(&user).await?,
        _ => tx.update_user(&user).await?,
    }
    tx.audit(at, &AuditEvent::success(activity).on(user.id).with("because", "declared in the file")).await?;
    tx.commit().await
}

fn is_as_declared(user: &User, member: &DeclaredMember) -> bool {
    user.account_enabled && user.display_name == member.display_name && user.admin == member.admin
}

fn new_member(member: &DeclaredMember, at: Timestamp, random: &dyn Random) -> User {
    User {
        id: UserId::new(random_guid(random)),
        user_principal_name: member.address.to_string(),
        display_name: member.display_name.clone(),
        user_type: UserType::Member,
        creation_type: None,
        external_user_state: None,
        external_user_state_changed_at: None,
        mail: Some(member.address.clone()),
        invited_address: None,
        other_mails: Vec::new(),
        identity: None,
        account_enabled: true,
        preferred_language: None,
        admin: member.admin,
        guest_inviter: false,
        sponsors: Vec::new(),
        expires_at: None,
        deleted_at: None,
        created_at: at,
        last_sign_in_at: None,
    }
}
