//! Directories of an earlier version: what they hold is still there after the upgrade.

use sqlx::ConnectOptions as _;
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;

use super::{SqliteStore, migrations};
use crate::model::{Identity, Method, TenantId, UserId};
use crate::storage::Store;

const TENANT: &str = "c0a70500-0000-4000-8000-000000000001";
const USER: &str = "c0a70500-0000-4000-8000-0000000000c9";

#[tokio::test]
async fn answers_from_before_their_circumstances_lay_apart_keep_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("directory.db");
    let mut old = SqliteConnectOptions::new().filename(&path).create_if_missing(true).connect().await.unwrap();
    let earlier: Vec<_> = migrations().iter().filter(|step| step.version < 6).cloned().collect();
    Migrator::with_migrations(earlier).run(&mut old).await.unwrap();
    let identity = Identity { issuer: "mail".to_owned(), subject: "s".to_owned(), method: Method::OneTimePasscode };
    let identity = serde_json::to_string(&identity).unwrap();
    let statements = [
        format!(
            "INSERT INTO users (tenant, id, user_principal_name, display_name, user_type, other_mails, \
             account_enabled, admin, created_at) VALUES ('{TENANT}', '{USER}', 'g', 'Guest', 'Guest', '[]', 1, 0, 0)"
        ),
        format!(
            "INSERT INTO reviews VALUES ('{TENANT}', '{USER}', 1, 'accepted', 'ab', 'en', 5, '192.0.2.0/24', \
             '{identity}')"
        ),
        format!(
            "INSERT INTO acceptances VALUES ('{TENANT}', '{USER}', 1, \
             'c0a70500-0000-4000-8000-0000000000d1', 'cd', 'en', 'declined', 6, '198.51.100.0/24', '{identity}')"
        ),
    ];
    for statement in statements {
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut old).await.unwrap();
    }
    drop(old);

    let store = SqliteStore::open(&path).await.unwrap();
    let (tenant, user): (TenantId, UserId) = (TENANT.parse().unwrap(), USER.parse().unwrap());
    let mut read = store.read(tenant).await.unwrap();
    let review = read.review(user).await.unwrap().unwrap().circumstances.unwrap();
    assert_eq!((review.network.as_str(), review.identity.subject.as_str()), ("192.0.2.0/24", "s"));
    let answers = read.acceptances(user).await.unwrap();
    assert_eq!(answers[0].circumstances.as_ref().unwrap().network, "198.51.100.0/24");
    drop(read);
    let mut tx = store.begin(tenant).await.unwrap();
    tx.forget_person(user).await.unwrap();
    tx.commit().await.unwrap();
    let left = store.read(tenant).await.unwrap().acceptances(user).await.unwrap();
    assert_eq!((left.len(), left[0].circumstances.is_none()), (1, true));
}
