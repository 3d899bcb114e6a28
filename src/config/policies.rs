//! `[policies]` of a tenant file → [`Policies`], with the original's names and the rules between them.

use std::time::Duration;

use super::operator_file::span;
use super::section::{Placed, Section};
use super::values;
use crate::model::{
    AllowInvitesFrom, Contradiction, Domain, FallbackIdentityProvider, MfaPolicy, Policies, PrimaryIdentityProvider,
};

const HOUR: Duration = Duration::from_secs(3600);
/// Longest life of a passcode.
const PASSCODE_MAXIMUM: Duration = Duration::from_secs(30 * 60);

/// Reads `[policies]`. `consumers`: the tenant has a connection for Microsoft's consumer accounts, which then are the
/// original's `microsoftAccount`, in place of personal accounts or beside them.
pub(super) fn read(section: &Section<'_>, consumers: bool) -> Policies {
    let reader = section.reader;
    let words = [
        ("none", AllowInvitesFrom::None),
        ("adminsAndGuestInviters", AllowInvitesFrom::AdminsAndGuestInviters),
        ("adminsGuestInvitersAndAllMembers", AllowInvitesFrom::AdminsGuestInvitersAndAllMembers),
        ("everyone", AllowInvitesFrom::Everyone),
    ];
    let allow_invites_from = section.parsed("allow_invites_from", values::one_of(&words), "who may invite guests");
    let domain_hint = "write domains, e.g. fabrikam.example";
    let allowed = section.list("allowed_domains", str::parse::<Domain>, domain_hint).unwrap_or_default();
    let blocked = section.list("blocked_domains", str::parse::<Domain>, domain_hint).unwrap_or_default();
    let blocked_place = blocked.first().map_or_else(|| section.place.clone(), |first| first.place.clone());
    let order = precedence(section);

    let fallback_place = section.place_of("fallback_identity_provider");
    let words = [
        ("defaultConfiguredIdp", FallbackIdentityProvider::DefaultConfiguredIdp),
        ("emailOneTimePasscode", FallbackIdentityProvider::EmailOneTimePasscode),
        ("microsoftAccount", FallbackIdentityProvider::MicrosoftAccount),
    ];
    let fallback = section.parsed("fallback_identity_provider", values::one_of(&words), "what comes after the order");
    let fallback = fallback.map_or(FallbackIdentityProvider::DefaultConfiguredIdp, |fallback| fallback.value);
    let email_one_time_passcode = section.boolean("email_one_time_passcode", true);
    let personal_accounts = section.boolean("personal_accounts", false);

    let absolute_place = section.place_of("session_absolute");
    let idle_place = section.place_of("session_idle");
    let session_absolute = span(section, "session_absolute", 24 * HOUR, HOUR / 60, 720 * HOUR);
    let session_idle = span(section, "session_idle", HOUR, HOUR / 60, 720 * HOUR);
    if session_idle > session_absolute {
        let hint = "an idle limit above session_absolute never counts";
        reader.fault(&idle_place, "`session_idle` is longer than `session_absolute`", hint);
    }
    let lifetime = span(section, "passcode_lifetime", HOUR / 6, HOUR / 60, PASSCODE_MAXIMUM);
    let invitation =
        section.parsed("invitation_lifetime", values::optional_duration("never"), r#"write a duration, or "never""#);
    let words = [("off", MfaPolicy::Off), ("guests", MfaPolicy::Guests), ("everyone", MfaPolicy::Everyone)];
    let mfa = section.parsed("mfa", values::one_of(&words), "of whom a second factor is demanded");
    let guest = section.parsed("guest_lifetime", values::optional_duration("never"), r#"write a duration, or "never""#);
    let most = section.number("max_guests", 0, 0..=10_000_000);
    let policies = Policies {
        allow_invites_from: allow_invites_from
            .map_or(AllowInvitesFrom::AdminsGuestInvitersAndAllMembers, |policy| policy.value),
        allowed_domains: allowed.into_iter().map(|domain| domain.value).collect(),
        blocked_domains: blocked.into_iter().map(|domain| domain.value).collect(),
        primary_identity_provider_precedence_order: order,
        fallback_identity_provider: fallback,
        email_one_time_passcode,
        personal_accounts,
        strict_addresses: section.boolean("strict_addresses", false),
        relink_guests: section.boolean("relink_guests", true),
        session_idle,
        session_absolute,
        passcode_lifetime: lifetime,
        invitation_lifetime: invitation.and_then(|invitation| invitation.value),
        mfa: mfa.map_or(MfaPolicy::Off, |mfa| mfa.value),
        guest_lifetime: guest.and_then(|guest| guest.value),
        max_guests: (most > 0).then_some(most),
        allowed_redirects: redirects(section),
        admin_mfa: section.boolean("admin_mfa", true),
    };
    for contradiction in policies.contradictions(consumers) {
        let (place, hint) = match contradiction {
            Contradiction::BothLists => (&blocked_place, "keep one list: only these may be invited, or all but these"),
            Contradiction::AccountFallbackOff => (
                &fallback_place,
                "set personal_accounts = true, add a connection with preset = \"microsoft-consumers\", or choose another \
                 fallback",
            ),
            Contradiction::PasscodeFallbackOff => {
                (&fallback_place, "set email_one_time_passcode = true, or another fallback")
            }
            Contradiction::LongPasscodeSession => (&absolute_place, "set at most 24h, or switch the passcode off"),
        };
        reader.fault(place, contradiction.to_string(), hint);
    }
    policies
}

/// Where invitations may lead besides apps and panel. A query or a path that is no whole folder would promise more than
/// a comparison keeps.
fn redirects(section: &Section<'_>) -> Vec<url::Url> {
    let hint = "write complete addresses of folders, e.g. https://intranet.contoso.example/guests/";
    let parse = |text: &str| {
        let url = values::https_url(text)?;
        if url.query().is_some() || !url.path().ends_with('/') {
            return Err(format!("`{text}` has a query, or does not end in a slash"));
        }
        match url.host() {
            Some(url::Host::Domain(_)) => Ok(url),
            _ => Err(format!("`{text}` has no host name")),
        }
    };
    let listed = section.list("allowed_redirects", parse, hint).unwrap_or_default();
    listed.into_iter().map(|placed| placed.value).collect()
}

/// The order of home realm discovery; each provider once.
fn precedence(section: &Section<'_>) -> Vec<PrimaryIdentityProvider> {
    let words = [
        ("azureActiveDirectory", PrimaryIdentityProvider::AzureActiveDirectory),
        ("externalFederation", PrimaryIdentityProvider::ExternalFederation),
        ("socialIdentityProviders", PrimaryIdentityProvider::SocialIdentityProviders),
    ];
    let key = "primary_identity_provider_precedence_order";
    let Some(listed) = section.list(key, values::one_of(&words), "the original's names, each at most once") else {
        return words.iter().map(|(_, provider)| *provider).collect();
    };
    let mut order: Vec<PrimaryIdentityProvider> = Vec::new();
    for Placed { value, place } in listed {
        if order.contains(&value) {
            section.reader.fault(&place, "this provider stands twice in the order", "keep its first place");
        } else {
            order.push(value);
        }
    }
    order
}
