//! Pages of the directory in memory: the plain reading of every filter.

use async_trait::async_trait;

use super::store::MemoryTx;
use crate::model::*;
use crate::storage::*;

/// Whether a user passes a filter.
pub(crate) fn passes(test: &UserTest, user: &User) -> bool {
    match test {
        UserTest::All(tests) => tests.iter().all(|test| passes(test, user)),
        UserTest::Any(tests) => tests.iter().any(|test| passes(test, user)),
        UserTest::Not(test) => !passes(test, user),
        UserTest::Is(field, None) => text(*field, user).is_none(),
        UserTest::Is(field @ (UserText::Mail | UserText::Id), Some(value)) => {
            text(*field, user).is_some_and(|text| text == *value)
        }
        UserTest::Is(field, Some(value)) => text(*field, user).is_some_and(|text| text.eq_ignore_ascii_case(value)),
        UserTest::Has(field, part, value) => text(*field, user).is_some_and(|text| {
            let (text, value) = (text.to_ascii_lowercase(), value.to_ascii_lowercase());
            match part {
                TextPart::Start => text.starts_with(&value),
                TextPart::End => text.ends_with(&value),
                TextPart::Anywhere => text.contains(&value),
            }
        }),
        UserTest::Enabled(enabled) => user.account_enabled == *enabled,
        UserTest::At(field, at) => time(*field, user).map(Timestamp::seconds) == at.map(Timestamp::seconds),
        UserTest::When(field, order, at) => time(*field, user).is_some_and(|time| {
            let (time, at) = (time.seconds(), at.seconds());
            match order {
                TimeOrder::Before => time < at,
                TimeOrder::Until => time <= at,
                TimeOrder::After => time > at,
                TimeOrder::Since => time >= at,
            }
        }),
        UserTest::OtherMail(value) => user.other_mails.iter().any(|mail| mail.as_str().eq_ignore_ascii_case(value)),
    }
}

fn text(field: UserText, user: &User) -> Option<String> {
    match field {
        UserText::Id => Some(user.id.to_string()),
        UserText::UserPrincipalName => Some(user.user_principal_name.clone()),
        UserText::DisplayName => Some(user.display_name.clone()),
        UserText::Mail => user.mail.as_ref().map(ToString::to_string),
        UserText::UserType => Some(format!("{:?}", user.user_type)),
        UserText::CreationType => user.creation_type.map(|kind| format!("{kind:?}")),
        UserText::ExternalUserState => user.external_user_state.map(|state| state.as_str().to_owned()),
        UserText::PreferredLanguage => user.preferred_language.clone(),
    }
}

fn time(field: UserTime, user: &User) -> Option<Timestamp> {
    match field {
        UserTime::Created => Some(user.created_at),
        UserTime::StateChanged => user.external_user_state_changed_at,
        UserTime::Deleted => user.deleted_at,
        UserTime::LastSignIn => user.last_sign_in_at,
    }
}

impl MemoryTx {
    fn passing(&self, query: &UserQuery) -> Vec<User> {
        let mine = self.mine();
        let own = self.content.users.iter().filter(|(tenant, _)| *tenant == mine).map(|(_, user)| user);
        let within = |user: &&User| match &query.within {
            None => true,
            Some(Within::App(app)) => self.content.assignments.contains(&(mine, user.id, *app)),
            Some(Within::Group(group, addresses)) => {
                let mut own = user.mail.iter().chain(&user.invited_address).chain(&user.other_mails);
                self.content.memberships.contains(&(mine, user.id, *group)) || own.any(|one| addresses.contains(one))
            }
        };
        own.filter(|user| user.deleted_at.is_some() == query.bin && passes(&query.test, user))
            .filter(within)
            .cloned()
            .collect()
    }
}

/// The key by which a query orders.
fn key(query: &UserQuery, user: &User) -> (String, i64, String) {
    match query.mark(user) {
        UserMark::Text(text, id) => (text, 0, id.to_string()),
        UserMark::Time(at, id) => (String::new(), at.micros(), id.to_string()),
    }
}

#[async_trait]
impl ReadDirectoryPages for MemoryTx {
    async fn user_page(&mut self, query: &UserQuery) -> StoreResult<Vec<User>> {
        let mut found = self.passing(query);
        found.sort_by_key(|user| key(query, user));
        if query.descending {
            found.reverse();
        }
        let after = query.after.as_ref().map(|mark| match mark {
            UserMark::Text(text, id) => (text.clone(), 0, id.to_string()),
            UserMark::Time(at, id) => (String::new(), at.micros(), id.to_string()),
        });
        let rest = found.into_iter().filter(|user| {
            let own = key(query, user);
            after.as_ref().is_none_or(|after| if query.descending { own < *after } else { own > *after })
        });
        Ok(rest.skip(query.skip as usize).take(query.limit as usize).collect())
    }

    async fn user_count(&mut self, query: &UserQuery) -> StoreResult<u64> {
        Ok(self.passing(query).len() as u64)
    }

    async fn invitation_page(&mut self, query: &InvitationQuery) -> StoreResult<Vec<Invitation>> {
        let mine = self.mine();
        let own = self.content.invitations.iter().filter(|(tenant, _)| *tenant == mine).map(|(_, row)| row);
        let mut found: Vec<Invitation> = own
            .filter(|row| {
                query.user.is_none_or(|user| row.user == user)
                    && query.address.as_ref().is_none_or(|address| row.address == *address)
                    && (query.states.is_empty() || query.states.contains(&row.state))
                    && query.after.as_ref().is_none_or(|(at, id)| (row.created_at, &row.id) < (*at, id))
            })
            .cloned()
            .collect();
        found.sort_by(|one, other| (other.created_at, &other.id).cmp(&(one.created_at, &one.id)));
        found.truncate(query.limit as usize);
        Ok(found)
    }

    async fn acceptance_page(&mut self, query: &AcceptanceQuery) -> StoreResult<Vec<(i64, Acceptance)>> {
        let mine = self.mine();
        let mut found: Vec<(i64, Acceptance)> = Vec::new();
        for (tenant, acceptance) in &self.content.acceptances {
            if *tenant == mine {
                let before = found.iter().filter(|(_, known)| known.user == acceptance.user).count();
                found.push((before as i64 + 1, acceptance.clone()));
            }
        }
        found.sort_by_key(|(number, row)| (row.user.to_string(), *number));
        found.retain(|(number, row)| {
            query.agreement.is_none_or(|agreement| row.agreement == agreement)
                && query.user.is_none_or(|user| row.user == user)
                && query.state.is_none_or(|state| row.state == state)
                && query.after.is_none_or(|(user, last)| (row.user, *number) > (user, last))
        });
        found.truncate(query.limit as usize);
        Ok(found)
    }

    async fn audit_page(&mut self, _: &AuditQuery) -> StoreResult<Vec<AuditLine>> {
        Err(StoreError::Failed("the double keeps events, and no chain of lines".into()))
    }
}
