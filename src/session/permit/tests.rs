//! The table of decisions, one fact changed at a time.

use std::time::Duration;

use super::*;
use crate::model::{
    AcceptanceState, Counting, MfaPolicy, SecondFactorMethod, SecondFactorProof, SessionRecord, TermsExpiration,
    TermsFrequency, UserId,
};
use crate::proxy::samples::{NOW, acceptance, agreement, app_id, record, snapshot, tenant, tenant_id, wiki};

fn decide(change: impl FnOnce(&mut SessionRecord, &mut Tenant)) -> Result<(), Detour> {
    let mut tenant = tenant(1, &["contoso.example", "contoso.localhost"], &[1]);
    tenant.agreements = vec![agreement(1, "v2"), agreement(2, "v1")];
    let mut facts = record(1);
    facts.acceptances = vec![acceptance(1, "v1"), acceptance(1, "v2"), acceptance(2, "v1")];
    change(&mut facts, &mut tenant);
    let session = Session::new(facts, NOW);
    permit(&wiki(), &tenant, Some(&session), NOW.plus(Duration::from_secs(60)), &snapshot()).map(|_| ())
}

#[test]
fn only_a_live_session_of_this_tenant_that_agreed_and_is_assigned_passes() {
    assert_eq!(decide(|_, _| ()), Ok(()));
    assert_eq!(decide(|facts, _| facts.tenant = tenant_id(2)), Err(Detour::SignIn));
    assert_eq!(decide(|facts, _| facts.idle_seconds = 60), Err(Detour::SignIn));
    assert_eq!(decide(|facts, _| facts.absolute_end = NOW.plus(Duration::from_secs(60))), Err(Detour::SignIn));
    assert_eq!(decide(|facts, _| facts.reviewed = false), Err(Detour::Agree));
    assert_eq!(decide(|facts, _| facts.accepted = false), Err(Detour::Agree));
    assert_eq!(decide(|facts, _| facts.acceptances.clear()), Err(Detour::Agree));
    assert_eq!(decide(|facts, _| facts.acceptances.truncate(2)), Err(Detour::Agree), "one of two agreements");
    assert_eq!(decide(|facts, _| drop(facts.acceptances.remove(1))), Err(Detour::Agree), "an old version");
    assert_eq!(
        decide(|facts, _| facts.acceptances.iter_mut().for_each(|it| it.state = AcceptanceState::Declined)),
        Err(Detour::Agree)
    );
    assert_eq!(
        decide(|facts, _| facts.acceptances.iter_mut().for_each(|it| it.user = UserId::new(uuid::Uuid::from_u128(8)))),
        Err(Detour::Agree),
        "somebody else's acceptance"
    );
    assert_eq!(
        decide(|_, tenant| tenant
            .agreements
            .iter_mut()
            .for_each(|it| it.reaccept_after = Some(Duration::from_secs(60)))),
        Err(Detour::Agree),
        "an acceptance that expired"
    );
    assert_eq!(decide(|facts, _| facts.assigned_apps.clear()), Err(Detour::NotAssigned));
    assert_eq!(
        decide(|facts, tenant| {
            facts.assigned_apps.clear();
            tenant.service_principals.iter_mut().for_each(|it| it.assignment_required = false);
        }),
        Ok(())
    );
    assert_eq!(decide(|_, tenant| tenant.service_principals.clear()), Err(Detour::NoSuchTenant));
    assert_eq!(decide(|_, tenant| tenant.id = tenant_id(4)), Err(Detour::NoSuchTenant), "a disabled tenant");
}

#[test]
fn a_document_of_another_app_is_not_asked_for_and_one_of_this_app_is() {
    let other = |tenant: &mut Tenant| {
        let mut scoped = agreement(3, "v1");
        scoped.apps = vec![app_id(2)];
        tenant.agreements.push(scoped);
    };
    assert_eq!(decide(|_, tenant| other(tenant)), Ok(()));
    let own = |tenant: &mut Tenant| {
        let mut scoped = agreement(3, "v1");
        scoped.apps = vec![app_id(2), app_id(1)];
        tenant.agreements.push(scoped);
    };
    assert_eq!(decide(|_, tenant| own(tenant)), Err(Detour::Agree));
    assert_eq!(
        decide(|facts, tenant| {
            own(tenant);
            facts.acceptances.push(acceptance(3, "v1"));
        }),
        Ok(())
    );
}

/// Judged one minute after `NOW`: the end of a transition, and a boundary of the calendar.
#[test]
fn what_becomes_due_in_the_middle_of_a_session_is_asked_for() {
    let in_transition = |seconds: u64| {
        decide(|facts, tenant| {
            facts.acceptances.remove(1);
            let until = NOW.plus(Duration::from_secs(seconds));
            tenant.agreements[0].files[0].counting.push(Counting { version: "v1".into(), until: Some(until) });
        })
    };
    assert_eq!(in_transition(61), Ok(()));
    assert_eq!(in_transition(60), Err(Detour::Agree), "the first moment after it");
    let expiring = |start: &str| {
        decide(|_, tenant| {
            let frequency = TermsFrequency::Annually;
            tenant.agreements[1].expiration = Some(TermsExpiration { start: start.parse().unwrap(), frequency });
        })
    };
    // NOW is 2027-01-15T08:00:00Z.
    assert_eq!(expiring("2027-01-15"), Ok(()), "accepted after midnight of the boundary");
    assert_eq!(expiring("2027-01-16"), Ok(()));
    assert_eq!(
        decide(|facts, tenant| {
            facts.acceptances[2].recorded_at = Timestamp::from_seconds(NOW.seconds() - 9 * 3600);
            let frequency = TermsFrequency::Annually;
            tenant.agreements[1].expiration = Some(TermsExpiration { start: "2026-01-15".parse().unwrap(), frequency });
        }),
        Err(Detour::Agree),
        "accepted before midnight of the boundary"
    );
    assert_eq!(
        decide(|facts, _| facts.acceptances[2].language = "nl".into()),
        Err(Detour::Agree),
        "the same bytes in a language that is not there"
    );
}

#[test]
fn t146_who_must_show_a_second_factor_and_did_not_passes_nowhere() {
    let shown = |by| Some(SecondFactorProof { at: NOW, by });
    for policy in [MfaPolicy::Guests, MfaPolicy::Everyone] {
        assert_eq!(decide(|_, tenant| tenant.policies.mfa = policy), Err(Detour::SecondFactor));
        for by in [SecondFactorMethod::Totp, SecondFactorMethod::RecoveryCode, SecondFactorMethod::Passkey] {
            let outcome = decide(|facts, tenant| {
                tenant.policies.mfa = policy;
                facts.second_factor = shown(by);
            });
            assert_eq!(outcome, Ok(()), "{by:?}");
        }
    }
    let app_demands = |tenant: &mut Tenant| tenant.service_principals.iter_mut().for_each(|it| it.require_mfa = true);
    assert_eq!(decide(|_, tenant| app_demands(tenant)), Err(Detour::SecondFactor));
    assert_eq!(decide(|facts, _| facts.two_steps_wanted = true), Err(Detour::SecondFactor));
    // Members are meant by `everyone` alone, and by an app that demands it of all.
    let member = |facts: &mut SessionRecord| facts.user_type = UserType::Member;
    let of_member = |policy| {
        decide(|facts, tenant| {
            member(facts);
            tenant.policies.mfa = policy;
        })
    };
    assert_eq!(of_member(MfaPolicy::Guests), Ok(()));
    assert_eq!(of_member(MfaPolicy::Everyone), Err(Detour::SecondFactor));
    // Nothing that was agreed to or assigned makes up for it, and it is asked for before either.
    let outcome = decide(|facts, tenant| {
        tenant.policies.mfa = MfaPolicy::Guests;
        facts.reviewed = false;
        facts.assigned_apps.clear();
    });
    assert_eq!(outcome, Err(Detour::SecondFactor));
}

#[test]
fn members_do_not_agree_but_are_assigned() {
    let member = |facts: &mut SessionRecord| {
        facts.user_type = UserType::Member;
        facts.acceptances.clear();
        facts.reviewed = false;
        facts.accepted = false;
    };
    assert_eq!(decide(|facts, _| member(facts)), Ok(()));
    let unassigned = |facts: &mut SessionRecord| {
        member(facts);
        facts.assigned_apps.clear();
    };
    assert_eq!(decide(|facts, _| unassigned(facts)), Err(Detour::NotAssigned));
}

#[test]
fn nobody_and_the_ended_do_not_pass() {
    let snapshot = snapshot();
    let tenant = tenant(1, &["contoso.example"], &[1]);
    assert_eq!(permit(&wiki(), &tenant, None, NOW, &snapshot).err(), Some(Detour::SignIn));
    let session = Session::new(record(1), NOW);
    assert!(permit(&wiki(), &tenant, Some(&session), NOW, &snapshot).is_ok());
    session.end();
    assert_eq!(permit(&wiki(), &tenant, Some(&session), NOW, &snapshot).err(), Some(Detour::SignIn));
}
