//! Groups, app roles, owners, contacts and the history of invitations.

use async_trait::async_trait;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::connection::{Access, ask};
use super::read::View;
use super::rows::{column, from_json, nonsense, parsed, parsed_if_any, time, time_if_any, worded, worded_if_any};
use super::writer::Lease;
use super::{invitations, users};
use crate::model::{
    AppId, AppRole, Contact, ContactId, EmailAddress, GroupId, Invitation, InvitationChange, InvitationId, TenantId,
    Timestamp, User, UserId,
};
use crate::storage::{ReadGuestObjects, Standing, StoreResult, WriteGuestObjects};

#[async_trait]
impl<A: Access + 'static> ReadGuestObjects for View<A> {
    async fn invitation_history(&mut self, user: UserId) -> StoreResult<Vec<InvitationChange>> {
        ask!(self.access, history, self.tenant, user)
    }

    async fn open_invitation(&mut self, address: &EmailAddress) -> StoreResult<Option<Invitation>> {
        ask!(self.access, invitations::open_of, self.tenant, address)
    }

    async fn ended_invitations(&mut self, now: Timestamp, limit: u32) -> StoreResult<Vec<Invitation>> {
        ask!(self.access, invitations::ended, self.tenant, now, limit)
    }

    async fn standings(&mut self) -> StoreResult<Vec<Standing>> {
        ask!(self.access, standings, self.tenant)
    }

    async fn group_memberships(&mut self, user: UserId) -> StoreResult<Vec<GroupId>> {
        ask!(self.access, memberships, self.tenant, user)
    }

    async fn app_roles(&mut self, user: UserId) -> StoreResult<Vec<AppRole>> {
        ask!(self.access, roles, self.tenant, user)
    }

    async fn owned_apps(&mut self, user: UserId) -> StoreResult<Vec<AppId>> {
        ask!(self.access, owned, self.tenant, user)
    }

    async fn contact(&mut self, address: &EmailAddress) -> StoreResult<Option<Contact>> {
        ask!(self.access, contact_of, self.tenant, address)
    }

    async fn contacts(&mut self, limit: u32) -> StoreResult<Vec<Contact>> {
        ask!(self.access, contacts, self.tenant, limit)
    }

    async fn holder(&mut self, address: &EmailAddress, except: Option<UserId>) -> StoreResult<Option<User>> {
        ask!(self.access, users::holder, self.tenant, address, except)
    }
}

#[async_trait]
impl WriteGuestObjects for View<Lease> {
    async fn unassign_app(&mut self, user: UserId, app: AppId) -> StoreResult<bool> {
        ask!(self.access, unassign, self.tenant, user, app)
    }

    async fn give_role(&mut self, user: UserId, role: &AppRole) -> StoreResult<()> {
        ask!(self.access, give_role, self.tenant, user, role)
    }

    async fn take_role(&mut self, user: UserId, role: &AppRole) -> StoreResult<bool> {
        ask!(self.access, take_role, self.tenant, user, role)
    }

    async fn join_group(&mut self, user: UserId, group: GroupId) -> StoreResult<()> {
        ask!(self.access, join, self.tenant, user, group)
    }

    async fn leave_group(&mut self, user: UserId, group: GroupId) -> StoreResult<bool> {
        ask!(self.access, leave, self.tenant, user, group)
    }

    async fn own_app(&mut self, user: UserId, app: AppId, owns: bool) -> StoreResult<bool> {
        ask!(self.access, own, self.tenant, user, app, owns)
    }

    async fn put_contact(&mut self, contact: &Contact, at: Timestamp) -> StoreResult<()> {
        ask!(self.access, put_contact, self.tenant, contact, at)
    }

    async fn remove_contact(&mut self, id: ContactId) -> StoreResult<bool> {
        ask!(self.access, remove_contact, self.tenant, id)
    }
}

async fn history(db: &mut SqliteConnection, tenant: TenantId, user: UserId) -> StoreResult<Vec<InvitationChange>> {
    let query = sqlx::query(
        "SELECT invitation, previous, state, at, changed_by FROM invitation_history WHERE tenant = ? AND user = ? \
         ORDER BY sequence",
    );
    let rows = query.bind(tenant.to_string()).bind(user.to_string()).fetch_all(db).await?;
    rows.iter().map(change).collect()
}

fn change(row: &SqliteRow) -> StoreResult<InvitationChange> {
    Ok(InvitationChange {
        invitation: InvitationId::parse(column(row, "invitation")?).ok_or_else(|| nonsense("invitation"))?,
        previous: worded_if_any(row, "previous")?,
        state: worded(row, "state")?,
        at: time(row, "at")?,
        by: parsed_if_any(row, "changed_by")?,
    })
}

/// One line for each guest: the open invitation first, then the newest.
async fn standings(db: &mut SqliteConnection, tenant: TenantId) -> StoreResult<Vec<Standing>> {
    let query = sqlx::query(
        "SELECT user, state, expires_at, route, (SELECT last_error FROM outbox WHERE outbox.tenant = placed.tenant AND \
         outbox.invitation = placed.id ORDER BY queued_at DESC, outbox.id LIMIT 1) AS mail_error FROM \
         (SELECT tenant, id, user, state, expires_at, route, ROW_NUMBER() OVER (PARTITION BY user \
         ORDER BY state IN ('accepted', 'revoked'), created_at DESC, id) AS place FROM invitations WHERE tenant = ?) \
         AS placed WHERE place = 1",
    );
    let rows = query.bind(tenant.to_string()).fetch_all(db).await?;
    let standing = |row: &SqliteRow| {
        Ok(Standing {
            user: parsed(row, "user")?,
            state: worded(row, "state")?,
            expires_at: time_if_any(row, "expires_at")?,
            route: column::<Option<&str>>(row, "route")?.map(|_| from_json(row, "route")).transpose()?,
            mail_error: column(row, "mail_error")?,
        })
    };
    rows.iter().map(standing).collect()
}

async fn memberships(db: &mut SqliteConnection, tenant: TenantId, user: UserId) -> StoreResult<Vec<GroupId>> {
    let query = sqlx::query("SELECT group_id FROM group_members WHERE tenant = ? AND user = ? ORDER BY group_id");
    let rows = query.bind(tenant.to_string()).bind(user.to_string()).fetch_all(db).await?;
    rows.iter().map(|row| parsed(row, "group_id")).collect()
}

async fn roles(db: &mut SqliteConnection, tenant: TenantId, user: UserId) -> StoreResult<Vec<AppRole>> {
    let query = sqlx::query("SELECT app, role FROM app_roles WHERE tenant = ? AND user = ? ORDER BY app, role");
    let rows = query.bind(tenant.to_string()).bind(user.to_string()).fetch_all(db).await?;
    rows.iter().map(|row| Ok(AppRole { app: parsed(row, "app")?, role: column(row, "role")? })).collect()
}

async fn owned(db: &mut SqliteConnection, tenant: TenantId, user: UserId) -> StoreResult<Vec<AppId>> {
    let query = sqlx::query("SELECT app FROM app_owners WHERE tenant = ? AND user = ? ORDER BY app");
    let rows = query.bind(tenant.to_string()).bind(user.to_string()).fetch_all(db).await?;
    rows.iter().map(|row| parsed(row, "app")).collect()
}

async fn contact_of(
    db: &mut SqliteConnection,
    tenant: TenantId,
    address: &EmailAddress,
) -> StoreResult<Option<Contact>> {
    let query = sqlx::query("SELECT id, display_name, address FROM contacts WHERE tenant = ? AND address = ?");
    let row = query.bind(tenant.to_string()).bind(address.as_str()).fetch_optional(db).await?;
    row.as_ref().map(contact).transpose()
}

async fn contacts(db: &mut SqliteConnection, tenant: TenantId, limit: u32) -> StoreResult<Vec<Contact>> {
    let query = sqlx::query(
        "SELECT id, display_name, address FROM contacts WHERE tenant = ? ORDER BY display_name, address LIMIT ?",
    );
    let rows = query.bind(tenant.to_string()).bind(limit).fetch_all(db).await?;
    rows.iter().map(contact).collect()
}

fn contact(row: &SqliteRow) -> StoreResult<Contact> {
    Ok(Contact { id: parsed(row, "id")?, display_name: column(row, "display_name")?, address: parsed(row, "address")? })
}

async fn unassign(db: &mut SqliteConnection, tenant: TenantId, user: UserId, app: AppId) -> StoreResult<bool> {
    let query = sqlx::query("DELETE FROM assignments WHERE tenant = ? AND user = ? AND app = ?");
    let gone = query.bind(tenant.to_string()).bind(user.to_string()).bind(app.to_string()).execute(db).await?;
    Ok(gone.rows_affected() == 1)
}

/// The foreign key refuses a role in an app that is not assigned.
async fn give_role(db: &mut SqliteConnection, tenant: TenantId, user: UserId, role: &AppRole) -> StoreResult<()> {
    sqlx::query("INSERT INTO app_roles (tenant, user, app, role) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
        .bind(tenant.to_string())
        .bind(user.to_string())
        .bind(role.app.to_string())
        .bind(&role.role)
        .execute(db)
        .await?;
    Ok(())
}

async fn take_role(db: &mut SqliteConnection, tenant: TenantId, user: UserId, role: &AppRole) -> StoreResult<bool> {
    let gone = sqlx::query("DELETE FROM app_roles WHERE tenant = ? AND user = ? AND app = ? AND role = ?")
        .bind(tenant.to_string())
        .bind(user.to_string())
        .bind(role.app.to_string())
        .bind(&role.role)
        .execute(db)
        .await?;
    Ok(gone.rows_affected() == 1)
}

async fn join(db: &mut SqliteConnection, tenant: TenantId, user: UserId, group: GroupId) -> StoreResult<()> {
    let query =
        sqlx::query("INSERT INTO group_members (tenant, user, group_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
    query.bind(tenant.to_string()).bind(user.to_string()).bind(group.to_string()).execute(db).await?;
    Ok(())
}

async fn leave(db: &mut SqliteConnection, tenant: TenantId, user: UserId, group: GroupId) -> StoreResult<bool> {
    let query = sqlx::query("DELETE FROM group_members WHERE tenant = ? AND user = ? AND group_id = ?");
    let gone = query.bind(tenant.to_string()).bind(user.to_string()).bind(group.to_string()).execute(db).await?;
    Ok(gone.rows_affected() == 1)
}

async fn own(db: &mut SqliteConnection, tenant: TenantId, user: UserId, app: AppId, owns: bool) -> StoreResult<bool> {
    let query = if owns {
        sqlx::query("INSERT INTO app_owners (tenant, user, app) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
    } else {
        sqlx::query("DELETE FROM app_owners WHERE tenant = ? AND user = ? AND app = ?")
    };
    let done = query.bind(tenant.to_string()).bind(user.to_string()).bind(app.to_string()).execute(db).await?;
    Ok(done.rows_affected() == 1)
}

async fn put_contact(db: &mut SqliteConnection, tenant: TenantId, contact: &Contact, at: Timestamp) -> StoreResult<()> {
    sqlx::query(
        "INSERT INTO contacts (tenant, id, display_name, address, created_at) VALUES (?, ?, ?, ?, ?) \
         ON CONFLICT (tenant, address) DO UPDATE SET display_name = excluded.display_name",
    )
    .bind(tenant.to_string())
    .bind(contact.id.to_string())
    .bind(&contact.display_name)
    .bind(contact.address.as_str())
    .bind(at.micros())
    .execute(db)
    .await?;
    Ok(())
}

async fn remove_contact(db: &mut SqliteConnection, tenant: TenantId, id: ContactId) -> StoreResult<bool> {
    let query = sqlx::query("DELETE FROM contacts WHERE tenant = ? AND id = ?");
    let gone = query.bind(tenant.to_string()).bind(id.to_string()).execute(db).await?;
    Ok(gone.rows_affected() == 1)
}
