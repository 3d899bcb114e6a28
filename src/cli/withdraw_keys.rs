//! `vestibule keys withdraw`: signing keys that somebody else may know are gone at once.

use std::io::Write;

use serde_json::json;

use super::table::{json as print_json, table};
use crate::app::App;
use crate::tenants::signing_keys;

/// Withdraws the keys of one tenant, or one of them.
pub async fn withdraw(
    app: &App,
    tenant: &str,
    key: Option<&str>,
    as_json: bool,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<u8> {
    let tenant = super::directory::tenant_of(app, tenant)?;
    let done = signing_keys::withdraw(app, tenant.id, key).await?;
    if as_json {
        let all: Vec<_> = done
            .iter()
            .map(|one| {
                json!({
                    "tenantId": tenant.id,
                    "algorithm": one.algorithm.as_str(),
                    "withdrawnKeyIds": one.withdrawn,
                    "signingKeyId": one.signs,
                })
            })
            .collect();
        print_json(out, &all)?;
        return Ok(0);
    }
    let mut rows = Vec::new();
    for one in &done {
        let row = |state: &str, kid: &str| vec![one.algorithm.as_str().to_owned(), state.to_owned(), kid.to_owned()];
        rows.extend(one.withdrawn.iter().map(|kid| row("withdrawn", kid)));
        rows.push(row("signs now", &one.signs));
    }
    table(out, &["ALGORITHM", "STATE", "KEY"], &rows)?;
    writeln!(out, "\nApplications that keep our keys must fetch them again: restart those that do not by themselves.")?;
    Ok(0)
}
