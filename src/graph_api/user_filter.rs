//! From `$filter`, `$search` and `$orderby` to the directory's own questions about users.

use super::asking::{Ask, Asking};
use super::errors::GraphError;
use super::odata::Options;
use super::odata::filter::{Comparison, Filter, Literal, Part};
use super::odata::search::Search;
use crate::guests::directory::{TextPart, TimeOrder, UserMark, UserOrder, UserQuery, UserTest, UserText, UserTime};
use crate::model::{EmailAddress, Timestamp, UserId};

/// What can be asked of users.
pub const ASKING: Asking = Asking {
    filters: &[
        Ask::Text("id"),
        Ask::Text("userPrincipalName"),
        Ask::Text("displayName"),
        Ask::Text("mail"),
        Ask::Text("userType"),
        Ask::Text("creationType"),
        Ask::Text("externalUserState"),
        Ask::Text("preferredLanguage"),
        Ask::Time("createdDateTime"),
        Ask::Time("externalUserStateChangeDateTime"),
        Ask::Time("deletedDateTime"),
        Ask::Time("signInActivity/lastSignInDateTime"),
        Ask::Truth("accountEnabled"),
        Ask::AnyText("otherMails"),
        Ask::AnyText("proxyAddresses"),
    ],
    or: true,
    searches: &["displayName", "mail", "userPrincipalName"],
    orders: (&["displayName", "userPrincipalName", "createdDateTime"], 1),
};

/// The query behind the options of a list of users. `after` is where its page begins.
pub fn query(options: &Options, bin: bool, after: Option<UserMark>) -> Result<UserQuery, GraphError> {
    let mut tests = Vec::new();
    if let Some(filter) = &options.filter {
        tests.push(filtered(filter)?);
    }
    if let Some(search) = &options.search {
        tests.push(searched(search)?);
    }
    let (order, descending) = match options.order.as_slice() {
        [] => (UserOrder::DisplayName, false),
        [(name, descending)] => (order(name)?, *descending),
        _ => return Err(GraphError::field("$orderby", "Users are ordered by one property.")),
    };
    let skip = if after.is_some() { 0 } else { options.skip };
    // One more tells whether there is another page.
    let limit = options.limit() + 1;
    Ok(UserQuery { within: None, test: UserTest::All(tests), bin, order, descending, after, skip, limit })
}

/// Where a page ends, as it is sealed into the link.
#[derive(serde::Serialize, serde::Deserialize)]
pub enum Mark {
    /// By a text.
    Text(String, UserId),
    /// By a time.
    Time(Timestamp, UserId),
}

impl From<UserMark> for Mark {
    fn from(mark: UserMark) -> Self {
        match mark {
            UserMark::Text(text, id) => Self::Text(text, id),
            UserMark::Time(at, id) => Self::Time(at, id),
        }
    }
}

impl From<Mark> for UserMark {
    fn from(mark: Mark) -> Self {
        match mark {
            Mark::Text(text, id) => Self::Text(text, id),
            Mark::Time(at, id) => Self::Time(at, id),
        }
    }
}

fn order(name: &str) -> Result<UserOrder, GraphError> {
    match name {
        "displayName" => Ok(UserOrder::DisplayName),
        "userPrincipalName" => Ok(UserOrder::UserPrincipalName),
        "createdDateTime" => Ok(UserOrder::Created),
        other => Err(GraphError {
            target: Some("$orderby".to_owned()),
            ..GraphError::unsupported(format!(
                "Users are not ordered by {other}; there are displayName, userPrincipalName and createdDateTime."
            ))
        }),
    }
}

fn filtered(filter: &Filter) -> Result<UserTest, GraphError> {
    Ok(match filter {
        Filter::All(parts) => UserTest::All(parts.iter().map(filtered).collect::<Result<_, _>>()?),
        Filter::Any(parts) => UserTest::Any(parts.iter().map(filtered).collect::<Result<_, _>>()?),
        Filter::Not(part) => UserTest::Not(Box::new(filtered(part)?)),
        Filter::Compare { path, by, value } => compared(path, *by, value)?,
        Filter::In { path, values } => UserTest::Any(
            values.iter().map(|value| compared(path, Comparison::Equal, value)).collect::<Result<_, _>>()?,
        ),
        Filter::Text { path, part, value } => {
            let text = text(path).ok_or_else(|| unsupported(path))?;
            let part = match part {
                Part::Start => TextPart::Start,
                Part::End => TextPart::End,
                Part::Anywhere => TextPart::Anywhere,
            };
            UserTest::Has(text, part, value.clone())
        }
        Filter::AnyOf { path, test } => listed(path, test.as_deref())?,
    })
}

fn compared(path: &str, by: Comparison, value: &Literal) -> Result<UserTest, GraphError> {
    if by == Comparison::NotEqual {
        return Ok(UserTest::Not(Box::new(compared(path, Comparison::Equal, value)?)));
    }
    if path == "accountEnabled" {
        return match (by, value) {
            (Comparison::Equal, Literal::Truth(truth)) => Ok(UserTest::Enabled(*truth)),
            _ => Err(mistyped(path, "true or false, by eq or ne")),
        };
    }
    if let Some(time) = time(path) {
        let order = match (by, value) {
            (Comparison::Equal, Literal::Null) => return Ok(UserTest::At(time, None)),
            (Comparison::Equal, Literal::Time(at)) => return Ok(UserTest::At(time, Some(*at))),
            (Comparison::Less, Literal::Time(_)) => TimeOrder::Before,
            (Comparison::LessOrEqual, Literal::Time(_)) => TimeOrder::Until,
            (Comparison::Greater, Literal::Time(_)) => TimeOrder::After,
            (Comparison::GreaterOrEqual, Literal::Time(_)) => TimeOrder::Since,
            _ => return Err(mistyped(path, "a time such as 2026-11-28T08:00:00Z")),
        };
        let Literal::Time(at) = value else { return Err(mistyped(path, "a time such as 2026-11-28T08:00:00Z")) };
        return Ok(UserTest::When(time, order, *at));
    }
    let Some(text) = text(path) else { return Err(unsupported(path)) };
    match (by, value) {
        (Comparison::Equal, Literal::Null) => Ok(UserTest::Is(text, None)),
        (Comparison::Equal, Literal::Text(value)) => Ok(exactly(text, value)),
        _ => Err(mistyped(path, "a text in quotes, by eq or ne; or startsWith, endsWith, contains")),
    }
}

/// Addresses and ids have one spelling in the directory: what is typed is brought into it, and what cannot be is nobody's.
fn exactly(text: UserText, value: &str) -> UserTest {
    let nobody = UserTest::Any(Vec::new());
    match text {
        UserText::Mail => {
            value.parse::<EmailAddress>().map_or(nobody, |mail| UserTest::Is(text, Some(mail.to_string())))
        }
        UserText::Id => value.parse::<UserId>().map_or(nobody, |id| UserTest::Is(text, Some(id.to_string()))),
        _ => UserTest::Is(text, Some(value.to_owned())),
    }
}

/// Tests on one element of a list: exact ones, as clients ask before they invite.
fn listed(path: &str, test: Option<&Filter>) -> Result<UserTest, GraphError> {
    let fault = || GraphError {
        target: Some("$filter".to_owned()),
        ..GraphError::unsupported(format!("On {path} there is any(x:x eq 'text') alone."))
    };
    let Some(test) = test else { return Err(fault()) };
    match test {
        Filter::Any(parts) => {
            Ok(UserTest::Any(parts.iter().map(|part| listed(path, Some(part))).collect::<Result<_, _>>()?))
        }
        Filter::Compare { path: element, by: Comparison::Equal, value: Literal::Text(value) } if element.is_empty() => {
            match path {
                "otherMails" => Ok(UserTest::OtherMail(value.clone())),
                "proxyAddresses" => Ok(proxy(value)),
                _ => Err(unsupported(path)),
            }
        }
        _ => Err(fault()),
    }
}

fn proxy(value: &str) -> UserTest {
    match value.split_at_checked(5) {
        // Clients write the prefix in either case.
        Some((prefix, address)) if prefix.eq_ignore_ascii_case("smtp:") => {
            UserTest::Any(vec![exactly(UserText::Mail, address), UserTest::OtherMail(address.to_owned())])
        }
        _ => UserTest::Any(Vec::new()),
    }
}

fn searched(search: &Search) -> Result<UserTest, GraphError> {
    Ok(match search {
        Search::All(parts) => UserTest::All(parts.iter().map(searched).collect::<Result<_, _>>()?),
        Search::Any(parts) => UserTest::Any(parts.iter().map(searched).collect::<Result<_, _>>()?),
        Search::Part { property: Some(property), text: value } => {
            let Some(text) = text(property) else {
                let message = format!("Users are not searched by {property}.");
                return Err(GraphError { target: Some("$search".to_owned()), ..GraphError::unsupported(message) });
            };
            UserTest::Has(text, TextPart::Anywhere, value.clone())
        }
        Search::Part { property: None, text } => UserTest::Any(
            [UserText::DisplayName, UserText::Mail, UserText::UserPrincipalName]
                .map(|within| UserTest::Has(within, TextPart::Anywhere, text.clone()))
                .into(),
        ),
    })
}

fn text(path: &str) -> Option<UserText> {
    Some(match path {
        "id" => UserText::Id,
        "userPrincipalName" => UserText::UserPrincipalName,
        "displayName" => UserText::DisplayName,
        "mail" => UserText::Mail,
        "userType" => UserText::UserType,
        "creationType" => UserText::CreationType,
        "externalUserState" => UserText::ExternalUserState,
        "preferredLanguage" => UserText::PreferredLanguage,
        _ => return None,
    })
}

fn time(path: &str) -> Option<UserTime> {
    Some(match path {
        "createdDateTime" => UserTime::Created,
        "externalUserStateChangeDateTime" => UserTime::StateChanged,
        "deletedDateTime" => UserTime::Deleted,
        "signInActivity/lastSignInDateTime" => UserTime::LastSignIn,
        _ => return None,
    })
}

fn unsupported(path: &str) -> GraphError {
    let message = format!("Users are not filtered by {path} in this way.");
    GraphError { target: Some("$filter".to_owned()), ..GraphError::unsupported(message) }
}

fn mistyped(path: &str, wanted: &str) -> GraphError {
    GraphError::field("$filter", format!("{path} is compared with {wanted}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test(filter: &str) -> Result<UserTest, &'static str> {
        filtered(&Filter::parse(filter).unwrap()).map_err(|error| error.code)
    }

    #[test]
    fn a_filter_becomes_a_question_to_the_directory() {
        let is = |text, value: &str| UserTest::Is(text, Some(value.to_owned()));
        assert_eq!(test("externalUserState eq 'Accepted'"), Ok(is(UserText::ExternalUserState, "Accepted")));
        assert_eq!(
            test("externalUserState ne 'Accepted'"),
            Ok(UserTest::Not(Box::new(is(UserText::ExternalUserState, "Accepted"))))
        );
        assert_eq!(test("mail eq 'a@Fabrikam.EXAMPLE'"), Ok(is(UserText::Mail, "a@fabrikam.example")));
        assert_eq!(test("mail eq 'nonsense'"), Ok(UserTest::Any(Vec::new())), "nobody, and no fault");
        assert_eq!(test("mail eq null"), Ok(UserTest::Is(UserText::Mail, None)));
        assert_eq!(test("accountEnabled eq false"), Ok(UserTest::Enabled(false)));
        assert_eq!(
            test("proxyAddresses/any(x:x eq 'SMTP:a@b.example')"),
            Ok(UserTest::Any(vec![is(UserText::Mail, "a@b.example"), UserTest::OtherMail("a@b.example".to_owned())]))
        );
        for wrong in [
            "accountEnabled eq 'true'",
            "createdDateTime gt 'yesterday'",
            "displayName gt 'a'",
            "identities/any(i:i/issuer eq 'x')",
            "otherMails/any(x:startsWith(x,'a'))",
            "otherMails/any()",
            "signInActivity eq null",
        ] {
            assert!(test(wrong).is_err(), "{wrong}");
        }
    }
}
