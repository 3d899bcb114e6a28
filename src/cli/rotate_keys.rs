//! `vestibule keys rotate`: publishes the next signing keys, a day before they sign.

use std::io::Write;

use serde_json::json;

use super::table::{json as print_json, table};
use crate::app::App;
use crate::model::TenantId;
use crate::tenants::signing_keys;

/// Rotates the keys of one tenant, or of all.
pub async fn rotate(
    app: &App,
    tenant: Option<&str>,
    as_json: bool,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<u8> {
    let snapshot = app.snapshot.load_full();
    let tenants: Vec<(TenantId, String)> = match tenant {
        Some(text) => {
            let tenant = super::directory::tenant_of(app, text)?;
            vec![(tenant.id, tenant.display_name.clone())]
        }
        None => snapshot.tenants().map(|tenant| (tenant.id, tenant.display_name.clone())).collect(),
    };
    let mut rows = Vec::new();
    for (tenant, name) in tenants {
        for key in signing_keys::rotate(app, tenant).await? {
            rows.push((tenant, name.clone(), key));
        }
    }
    if as_json {
        let keys: Vec<_> = rows
            .iter()
            .map(|(tenant, _, key)| {
                json!({
                    "tenantId": tenant,
                    "algorithm": key.algorithm.as_str(),
                    "keyId": key.kid,
                    "signsFrom": key.signs_from.to_string(),
                    "wasWaiting": key.waited,
                })
            })
            .collect();
        print_json(out, &keys)?;
        return Ok(0);
    }
    let rows: Vec<Vec<String>> = rows
        .into_iter()
        .map(|(_, name, key)| {
            let state = if key.waited { "published before" } else { "published" };
            let from = format!("signs from {}", key.signs_from);
            vec![name, key.algorithm.as_str().to_owned(), state.to_owned(), from, key.kid]
        })
        .collect();
    table(out, &["TENANT", "ALGORITHM", "STATE", "WHEN", "KEY"], &rows)?;
    Ok(0)
}
