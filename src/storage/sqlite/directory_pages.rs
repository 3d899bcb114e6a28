//! Users by a filter, invitations, answers and audit lines, a page at a time. Values are bound, never written into a statement.

use async_trait::async_trait;
use sqlx::QueryBuilder;
use sqlx::sqlite::{Sqlite, SqliteConnection};

use super::agreements::acceptance;
use super::audit::audit_line;
use super::connection::{Access, ask};
use super::invitations::invitation;
use super::read::View;
use super::rows::{column, word};
use super::users::user;
use crate::model::{Acceptance, AuditLine, EmailAddress, Invitation, TenantId, Timestamp, User};
use crate::storage::{
    AcceptanceQuery, AuditQuery, InvitationQuery, ReadDirectoryPages, StoreResult, TextPart, TimeOrder, UserMark,
    UserOrder, UserQuery, UserTest, UserText, UserTime, Within,
};

#[async_trait]
impl<A: Access + 'static> ReadDirectoryPages for View<A> {
    async fn user_page(&mut self, query: &UserQuery) -> StoreResult<Vec<User>> {
        ask!(self.access, users, self.tenant, query)
    }

    async fn user_count(&mut self, query: &UserQuery) -> StoreResult<u64> {
        ask!(self.access, count, self.tenant, query)
    }

    async fn invitation_page(&mut self, query: &InvitationQuery) -> StoreResult<Vec<Invitation>> {
        ask!(self.access, invitations, self.tenant, query)
    }

    async fn acceptance_page(&mut self, query: &AcceptanceQuery) -> StoreResult<Vec<(i64, Acceptance)>> {
        ask!(self.access, acceptances, self.tenant, query)
    }

    async fn audit_page(&mut self, query: &AuditQuery) -> StoreResult<Vec<AuditLine>> {
        ask!(self.access, audit_lines, self.tenant, query)
    }
}

const USERS: &str = "SELECT id, user_principal_name, display_name, user_type, creation_type, external_user_state, \
     external_user_state_changed_at, mail, invited_address, other_mails, issuer, subject, method, account_enabled, \
     preferred_language, admin, guest_inviter, sponsors, expires_at, deleted_at, created_at, last_sign_in_at FROM users";
const INVITATIONS: &str = "SELECT id, user, address, redirect_url, language, message, inviter, state, created_at, \
     expires_at, redeemed_at, cc, invited_by, route, changed_at, changed_by, link_seconds FROM invitations";
const ACCEPTANCES: &str = "SELECT a.sequence AS number, agreement, a.user, version, language, state, recorded_at, network, \
     identity FROM acceptances a LEFT JOIN answer_circumstances c ON c.tenant = a.tenant AND c.user = a.user \
     AND c.kind = 'terms' AND c.sequence = a.sequence";

type Statement = QueryBuilder<Sqlite>;

async fn users(db: &mut SqliteConnection, tenant: TenantId, wanted: &UserQuery) -> StoreResult<Vec<User>> {
    let mut statement = Statement::new(USERS);
    where_users(&mut statement, tenant, wanted);
    let key = match wanted.order {
        UserOrder::DisplayName => "display_name",
        UserOrder::UserPrincipalName => "user_principal_name",
        UserOrder::Created => "created_at",
    };
    let (beyond, direction) = if wanted.descending { (" < (", " DESC") } else { (" > (", "") };
    if let Some(mark) = &wanted.after {
        statement.push(" AND (").push(key).push(", id)").push(beyond);
        let id = match mark {
            UserMark::Text(text, id) => {
                statement.push_bind(text.clone());
                id
            }
            UserMark::Time(at, id) => {
                statement.push_bind(at.micros());
                id
            }
        };
        statement.push(", ").push_bind(id.to_string()).push(")");
    }
    statement.push(" ORDER BY ").push(key).push(direction).push(", id").push(direction);
    statement.push(" LIMIT ").push_bind(wanted.limit).push(" OFFSET ").push_bind(wanted.skip);
    statement.build().fetch_all(db).await?.iter().map(user).collect()
}

async fn count(db: &mut SqliteConnection, tenant: TenantId, wanted: &UserQuery) -> StoreResult<u64> {
    let mut statement = Statement::new("SELECT COUNT(*) AS number FROM users");
    where_users(&mut statement, tenant, wanted);
    let row = statement.build().fetch_one(db).await?;
    let number: i64 = column(&row, "number")?;
    Ok(u64::try_from(number).unwrap_or_default())
}

fn where_users(statement: &mut Statement, tenant: TenantId, wanted: &UserQuery) {
    statement.push(" WHERE tenant = ").push_bind(tenant.to_string());
    statement.push(if wanted.bin {
        " AND deleted_at IS NOT NULL AND purged_at IS NULL AND "
    } else {
        " AND deleted_at IS NULL AND "
    });
    push_test(statement, &wanted.test);
    match &wanted.within {
        None => {}
        Some(Within::App(app)) => {
            statement.push(" AND id IN (SELECT user FROM assignments WHERE tenant = ").push_bind(tenant.to_string());
            statement.push(" AND app = ").push_bind(app.to_string()).push(")");
        }
        Some(Within::Group(group, addresses)) => {
            statement.push(" AND (id IN (SELECT user FROM group_members WHERE tenant = ").push_bind(tenant.to_string());
            statement.push(" AND group_id = ").push_bind(group.to_string()).push(")");
            // One value for all of them, however many a file names.
            let named: Vec<&str> = addresses.iter().map(EmailAddress::as_str).collect();
            let named = serde_json::Value::from(named).to_string();
            for column in ["mail", "invited_address"] {
                statement.push(" OR ").push(column).push(" IN (SELECT value FROM json_each(");
                statement.push_bind(named.clone()).push("))");
            }
            statement.push(
                " OR (other_mails <> '[]' AND EXISTS (SELECT 1 FROM json_each(other_mails) other WHERE other.value IN \
                 (SELECT value FROM json_each(",
            );
            statement.push_bind(named).push(")))))");
        }
    }
}

/// Writes a test as an expression that is 0 or 1, never NULL, so that `NOT` turns it around as it should.
fn push_test(statement: &mut Statement, test: &UserTest) {
    match test {
        UserTest::All(tests) => push_all(statement, tests, " AND ", "1"),
        UserTest::Any(tests) => push_all(statement, tests, " OR ", "0"),
        UserTest::Not(test) => {
            statement.push("NOT (");
            push_test(statement, test);
            statement.push(")");
        }
        UserTest::Is(text, None) => {
            statement.push(column_of(*text)).push(" IS NULL");
        }
        UserTest::Is(text, Some(value)) => {
            statement.push("IFNULL(").push(column_of(*text)).push(" = ").push_bind(value.clone());
            // Mails and ids have one spelling and an index of their own.
            let exact = matches!(text, UserText::Mail | UserText::Id);
            statement.push(if exact { ", 0)" } else { " COLLATE NOCASE, 0)" });
        }
        // `LIKE` ends at a NUL, and so would find everything. No stored text holds one.
        UserTest::Has(_, _, value) if value.contains('\0') => {
            statement.push("0");
        }
        UserTest::Has(text, part, value) => {
            statement.push("IFNULL(").push(column_of(*text)).push(" LIKE ").push_bind(pattern(*part, value));
            statement.push(" ESCAPE '\\', 0)");
        }
        UserTest::Enabled(enabled) => {
            statement.push("account_enabled = ").push_bind(*enabled);
        }
        UserTest::At(time, None) => {
            statement.push(time_column(*time)).push(" IS NULL");
        }
        UserTest::At(time, Some(at)) => push_time(statement, *time, " = ", *at),
        UserTest::When(time, order, at) => {
            let sign = match order {
                TimeOrder::Before => " < ",
                TimeOrder::Until => " <= ",
                TimeOrder::After => " > ",
                TimeOrder::Since => " >= ",
            };
            push_time(statement, *time, sign, *at);
        }
        UserTest::OtherMail(value) => {
            statement.push("(other_mails <> '[]' AND EXISTS (SELECT 1 FROM json_each(other_mails) WHERE value = ");
            statement.push_bind(value.clone()).push(" COLLATE NOCASE))");
        }
    }
}

fn push_all(statement: &mut Statement, tests: &[UserTest], between: &'static str, none: &'static str) {
    if tests.is_empty() {
        statement.push(none);
        return;
    }
    statement.push("(");
    for (position, test) in tests.iter().enumerate() {
        if position > 0 {
            statement.push(between);
        }
        push_test(statement, test);
    }
    statement.push(")");
}

/// Times are shown in whole seconds, so that is how they are compared.
fn push_time(statement: &mut Statement, time: UserTime, sign: &'static str, at: Timestamp) {
    statement
        .push("IFNULL(")
        .push(time_column(time))
        .push(" / 1000000")
        .push(sign)
        .push_bind(at.seconds())
        .push(", 0)");
}

fn column_of(text: UserText) -> &'static str {
    match text {
        UserText::Id => "id",
        UserText::UserPrincipalName => "user_principal_name",
        UserText::DisplayName => "display_name",
        UserText::Mail => "mail",
        UserText::UserType => "user_type",
        UserText::CreationType => "creation_type",
        UserText::ExternalUserState => "external_user_state",
        UserText::PreferredLanguage => "preferred_language",
    }
}

fn time_column(time: UserTime) -> &'static str {
    match time {
        UserTime::Created => "created_at",
        UserTime::StateChanged => "external_user_state_changed_at",
        UserTime::Deleted => "deleted_at",
        UserTime::LastSignIn => "last_sign_in_at",
    }
}

/// What `LIKE` reads as more than itself is escaped.
fn pattern(part: TextPart, value: &str) -> String {
    let mut pattern = String::with_capacity(value.len() + 2);
    if part != TextPart::Start {
        pattern.push('%');
    }
    for character in value.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    if part != TextPart::End {
        pattern.push('%');
    }
    pattern
}

async fn invitations(
    db: &mut SqliteConnection,
    tenant: TenantId,
    wanted: &InvitationQuery,
) -> StoreResult<Vec<Invitation>> {
    let mut statement = Statement::new(INVITATIONS);
    statement.push(" WHERE tenant = ").push_bind(tenant.to_string());
    if let Some(user) = wanted.user {
        statement.push(" AND user = ").push_bind(user.to_string());
    }
    if let Some(address) = &wanted.address {
        statement.push(" AND address = ").push_bind(address.as_str().to_owned());
    }
    push_words(&mut statement, " AND state IN (", &wanted.states.iter().map(word).collect::<StoreResult<Vec<_>>>()?);
    if let Some((at, id)) = &wanted.after {
        statement.push(" AND (created_at, id) < (").push_bind(at.micros()).push(", ");
        statement.push_bind(id.as_str().to_owned()).push(")");
    }
    statement.push(" ORDER BY created_at DESC, id DESC LIMIT ").push_bind(wanted.limit);
    statement.build().fetch_all(db).await?.iter().map(invitation).collect()
}

async fn acceptances(
    db: &mut SqliteConnection,
    tenant: TenantId,
    wanted: &AcceptanceQuery,
) -> StoreResult<Vec<(i64, Acceptance)>> {
    let mut statement = Statement::new(ACCEPTANCES);
    statement.push(" WHERE a.tenant = ").push_bind(tenant.to_string());
    if let Some(agreement) = wanted.agreement {
        statement.push(" AND agreement = ").push_bind(agreement.to_string());
    }
    if let Some(user) = wanted.user {
        statement.push(" AND a.user = ").push_bind(user.to_string());
    }
    if let Some(state) = wanted.state {
        statement.push(" AND state = ").push_bind(word(&state)?);
    }
    if let Some((user, number)) = wanted.after {
        statement.push(" AND (a.user, a.sequence) > (").push_bind(user.to_string()).push(", ");
        statement.push_bind(number).push(")");
    }
    statement.push(" ORDER BY a.user, a.sequence LIMIT ").push_bind(wanted.limit);
    let rows = statement.build().fetch_all(db).await?;
    rows.iter().map(|row| Ok((column(row, "number")?, acceptance(row)?))).collect()
}

async fn audit_lines(db: &mut SqliteConnection, tenant: TenantId, wanted: &AuditQuery) -> StoreResult<Vec<AuditLine>> {
    let mut statement = Statement::new("SELECT tenant, sequence, at, event, previous, hash FROM audit_lines");
    statement.push(" WHERE tenant = ").push_bind(tenant.to_string());
    push_words(&mut statement, " AND json_extract(event, '$.activity') IN (", &wanted.activities);
    push_words(&mut statement, " AND json_extract(event, '$.activity') NOT IN (", &wanted.without);
    if let Some(actor) = wanted.actor {
        statement.push(" AND json_extract(event, '$.actor') = ").push_bind(actor.to_string());
    }
    if let Some(target) = wanted.target {
        statement.push(" AND json_extract(event, '$.target') = ").push_bind(target.to_string());
    }
    if let Some(outcome) = wanted.outcome {
        statement.push(" AND json_extract(event, '$.outcome') = ").push_bind(word(&outcome)?);
    }
    if let Some(since) = wanted.since {
        statement.push(" AND at >= ").push_bind(since.micros());
    }
    if let Some(before) = wanted.before {
        statement.push(" AND at < ").push_bind(before.micros());
    }
    if let Some(sequence) = wanted.sequence {
        statement.push(" AND sequence = ").push_bind(sequence);
    }
    if let Some(older) = wanted.older_than {
        statement.push(" AND sequence < ").push_bind(older);
    }
    statement.push(" ORDER BY sequence DESC LIMIT ").push_bind(wanted.limit);
    statement.build().fetch_all(db).await?.iter().map(audit_line).collect()
}

/// A list of words in parentheses; nothing at all for an empty one.
fn push_words(statement: &mut Statement, beginning: &'static str, words: &[String]) {
    if words.is_empty() {
        return;
    }
    statement.push(beginning);
    let mut list = statement.separated(", ");
    for word in words {
        list.push_bind(word.clone());
    }
    statement.push(")");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{CreationType, ExternalUserState, UserId, UserType};
    use crate::storage::Store as _;
    use crate::storage::sqlite::SqliteStore;
    use crate::test_doubles::{CONTOSO, NORTHWIND, member, passes};

    fn people() -> Vec<User> {
        let names = ["Ada", "ada", "Bo%b", "B_b", "Ça va", "Zoë\\x", "", "O'Neil"];
        (0..24_u32)
            .map(|number| {
                let mut one = member();
                one.id = UserId::new(uuid::Uuid::from_u128(u128::from(number) + 1));
                let at = |seconds: u32| Timestamp::from_micros(i64::from(seconds) * 1_000_000 + 250_000);
                one.display_name = names[number as usize % names.len()].to_owned();
                one.user_principal_name = format!("p{number}_{}#EXT#@contoso.example", number % 3);
                one.user_type = if number % 4 == 0 { UserType::Member } else { UserType::Guest };
                one.creation_type = (number % 4 != 0).then_some(CreationType::Invitation);
                one.external_user_state = match number % 3 {
                    0 => None,
                    1 => Some(ExternalUserState::PendingAcceptance),
                    _ => Some(ExternalUserState::Accepted),
                };
                one.external_user_state_changed_at = one.external_user_state.map(|_| at(number));
                let mail: EmailAddress = format!("p{number}@fabrikam.example").parse().unwrap();
                one.other_mails = if number % 5 == 0 { vec![mail.clone()] } else { Vec::new() };
                one.mail = (number % 5 != 0).then_some(mail.clone());
                one.invited_address = (one.user_type == UserType::Guest).then_some(mail);
                one.account_enabled = number % 2 == 0;
                one.preferred_language = (number % 3 == 0).then(|| "nl".to_owned());
                one.created_at = at(number / 2);
                one.last_sign_in_at = (number % 6 == 0).then(|| at(number));
                one.deleted_at = None;
                one
            })
            .collect()
    }

    fn text() -> impl Strategy<Value = UserText> {
        prop::sample::select(vec![
            UserText::Id,
            UserText::UserPrincipalName,
            UserText::DisplayName,
            UserText::Mail,
            UserText::UserType,
            UserText::CreationType,
            UserText::ExternalUserState,
            UserText::PreferredLanguage,
        ])
    }

    fn time() -> impl Strategy<Value = UserTime> {
        prop::sample::select(vec![UserTime::Created, UserTime::StateChanged, UserTime::Deleted, UserTime::LastSignIn])
    }

    fn value() -> impl Strategy<Value = String> {
        prop_oneof![
            prop::sample::select(vec![
                "Ada",
                "ADA",
                "%",
                "_",
                "\\",
                "b",
                "p7@fabrikam.example",
                "Guest",
                "accepted",
                "nl",
                "",
                "'",
                "#EXT#",
                "00000000-0000-0000-0000-000000000003",
                "Ç",
                "' OR 1=1 --",
            ])
            .prop_map(str::to_owned),
            ".{0,4}",
        ]
    }

    fn test() -> impl Strategy<Value = UserTest> {
        let at = (0_i64..14).prop_map(Timestamp::from_seconds);
        let leaf = prop_oneof![
            (text(), prop::option::of(value())).prop_map(|(text, value)| UserTest::Is(text, value)),
            (text(), prop::sample::select(vec![TextPart::Start, TextPart::End, TextPart::Anywhere]), value())
                .prop_map(|(text, part, value)| UserTest::Has(text, part, value)),
            any::<bool>().prop_map(UserTest::Enabled),
            (time(), prop::option::of(at.clone())).prop_map(|(time, at)| UserTest::At(time, at)),
            (
                time(),
                prop::sample::select(vec![TimeOrder::Before, TimeOrder::Until, TimeOrder::After, TimeOrder::Since]),
                at
            )
                .prop_map(|(time, order, at)| UserTest::When(time, order, at)),
            (0..24_u32).prop_map(|number| UserTest::OtherMail(format!("P{number}@fabrikam.example"))),
        ];
        leaf.prop_recursive(4, 16, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(UserTest::All),
                prop::collection::vec(inner.clone(), 0..4).prop_map(UserTest::Any),
                inner.prop_map(|test| UserTest::Not(Box::new(test))),
            ]
        })
    }

    fn all(test: UserTest, order: UserOrder, descending: bool, limit: u32) -> UserQuery {
        UserQuery { within: None, test, bin: false, order, descending, after: None, skip: 0, limit }
    }

    /// The statement finds exactly those whom a plain reading of the filter finds, page by page, whatever the values are
    /// (attack row M2).
    #[test]
    fn m2_a_filter_finds_whom_it_names_and_nobody_else() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let people = people();
        let store = runtime.block_on(async {
            let store = SqliteStore::open(&folder.path().join("directory.db")).await.unwrap();
            for tenant in [CONTOSO, NORTHWIND] {
                let mut tx = store.begin(tenant).await.unwrap();
                // The other tenant holds the same people: none of them may show.
                for one in people.iter().filter(|one| tenant == CONTOSO || one.account_enabled) {
                    tx.insert_user(one).await.unwrap();
                }
                tx.commit().await.unwrap();
            }
            store
        });
        let order =
            prop::sample::select(vec![UserOrder::DisplayName, UserOrder::UserPrincipalName, UserOrder::Created]);
        let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(400));
        let outcome = runner.run(&(test(), order, any::<bool>(), 1_u32..9), |(test, order, descending, limit)| {
            let found = runtime.block_on(async {
                let mut read = store.read(CONTOSO).await.unwrap();
                let mut query = all(test.clone(), order, descending, limit);
                let mut found: Vec<User> = Vec::new();
                loop {
                    let page = read.user_page(&query).await.unwrap();
                    let full = page.len() == limit as usize;
                    query.after = page.last().map(|last| query.mark(last));
                    found.extend(page);
                    if !full {
                        break;
                    }
                }
                let count = read.user_count(&query).await.unwrap();
                assert_eq!(count, found.len() as u64);
                found
            });
            let mut expected: Vec<&User> = people.iter().filter(|one| passes(&test, one)).collect();
            expected.sort_by(|one, other| {
                let by = match order {
                    UserOrder::DisplayName => one.display_name.cmp(&other.display_name),
                    UserOrder::UserPrincipalName => one.user_principal_name.cmp(&other.user_principal_name),
                    UserOrder::Created => one.created_at.cmp(&other.created_at),
                };
                let by = by.then_with(|| one.id.to_string().cmp(&other.id.to_string()));
                if descending { by.reverse() } else { by }
            });
            let ids = |users: &mut dyn Iterator<Item = UserId>| users.collect::<Vec<_>>();
            prop_assert_eq!(ids(&mut found.iter().map(|one| one.id)), ids(&mut expected.iter().map(|one| one.id)));
            Ok(())
        });
        outcome.unwrap();
    }
}
