//! Read the audit log of a tenant, a page at a time, with the people that it names.

use std::collections::HashMap;

use super::{GuestContext, GuestsError};
use crate::model::{AuditLine, User, UserId};

pub use crate::storage::AuditQuery;

/// Activities that are sign-ins.
pub const SIGN_INS: [&str; 1] = ["User sign-in"];

/// Those of the people in a page who are still there.
pub type People = HashMap<UserId, User>;

/// Audit lines, the newest first. The log itself holds ids alone; names are those of now.
pub async fn page(context: GuestContext<'_>, query: &AuditQuery) -> Result<(Vec<AuditLine>, People), GuestsError> {
    let mut view = context.store.read(context.tenant.id).await?;
    let lines = view.audit_page(query).await?;
    let mut people = People::new();
    for id in lines.iter().filter_map(|line| line.event.target) {
        if !people.contains_key(&id)
            && let Some(user) = view.user(id).await?
        {
            people.insert(id, user);
        }
    }
    Ok((lines, people))
}
