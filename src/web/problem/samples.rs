//! Every problem, for the tests that look at each of its pages.

use super::Problem;

/// All of them.
pub(crate) const ALL: [Problem; 31] = [
    Problem::BadRequest,
    Problem::NoAdministrator,
    Problem::HeaderRefused,
    Problem::PathRefused,
    Problem::TargetTooLong,
    Problem::TooManyFields,
    Problem::MethodNotAllowed,
    Problem::ExpectationFailed,
    Problem::Misdirected,
    Problem::CommonUrl,
    Problem::UnknownTenant,
    Problem::TenantsDisagree,
    Problem::NotSent,
    Problem::SignInRequired,
    Problem::AgreementRequired,
    Problem::SecondFactorRequired,
    Problem::OpenOutsideFrame,
    Problem::NotAssigned,
    Problem::ForeignOrigin,
    Problem::SignInFailed,
    Problem::NotFound,
    Problem::AppDown,
    Problem::AppSlow,
    Problem::Loop,
    Problem::Maintenance,
    Problem::Unavailable,
    Problem::BodyTooLarge,
    Problem::BodyTooSlow,
    Problem::FormGone,
    Problem::CookiesBlocked,
    Problem::SignInLoop,
];
