//! Automatic redemption: two tenants of this instance agreed that members of the one do not review permissions of the
//! other (Graph `automaticUserConsentSettings`). Recorded as what it is: nobody was asked.

use super::record::{Answer, ConsentError, bind, circumstances, complete, current_guest};
use crate::app::App;
use crate::keys::sha256_hex;
use crate::model::{AcceptanceState, AuditEvent, Review, SessionRecord, Tenant};

/// Redeems for a member of `home` who is signed in there, if both tenants agree; `None` if they do not. Terms of use stay
/// to be accepted. Returns the session's new facts.
pub async fn redeem_by_policy(
    app: &App,
    tenant: &Tenant,
    home: &Tenant,
    session: &SessionRecord,
    answer: Answer<'_>,
) -> Result<Option<SessionRecord>, ConsentError> {
    if !tenant.redeems_automatically(home) || answer.state != AcceptanceState::Accepted {
        return Ok(None);
    }
    let now = app.clock.now();
    let mut tx = app.store.begin(tenant.id).await?;
    let mut user = current_guest(tx.as_mut(), tenant, session).await?;
    let text = policy_text(tenant, home);
    let evidence = sha256_hex(text.as_bytes());
    tx.keep_evidence(&evidence, "text/plain; charset=utf-8", text.as_bytes()).await?;
    tx.insert_review(&Review {
        user: user.id,
        state: AcceptanceState::Accepted,
        evidence: evidence.clone(),
        language: answer.language.to_owned(),
        recorded_at: now,
        circumstances: circumstances(session, &answer),
    })
    .await?;
    if user.identity.is_none() {
        bind(app, tx.as_mut(), tenant, &mut user, session).await?;
    }
    // Without an actor: the guest did nothing.
    let event = AuditEvent::success("Review permissions").on(user.id).with("because", "automatic redemption");
    tx.audit(now, &event.with("home", home.id).with("evidence", &evidence)).await?;
    let mut facts = session.clone();
    facts.reviewed = true;
    complete(tx.as_mut(), tenant, &mut user, &mut facts, now).await?;
    tx.commit().await?;
    Ok(Some(facts))
}

/// What stands in for the page that nobody saw.
fn policy_text(tenant: &Tenant, home: &Tenant) -> String {
    format!(
        "Automatic redemption\n\n{} ({}) lets members of {} ({}) in without reviewing permissions, and {} agrees to that \
         for its members. Nobody was asked.\n",
        tenant.display_name, tenant.id, home.display_name, home.id, home.display_name
    )
}

#[cfg(test)]
mod tests {
    use crate::model::TenantPartner;
    use crate::test_doubles::{contoso, northwind};

    #[test]
    fn only_if_both_tenants_say_so_each_in_its_own_direction() {
        let partner = |tenant, inbound, outbound| {
            let (automatic_redemption_inbound, automatic_redemption_outbound) = (inbound, outbound);
            vec![TenantPartner { tenant, automatic_redemption_inbound, automatic_redemption_outbound }]
        };
        for bits in 0..16_u8 {
            let is = |bit: u8| bits & (1 << bit) != 0;
            let (mut resource, mut home) = (northwind(), contoso());
            resource.partners = partner(home.id, is(0), is(1));
            home.partners = partner(resource.id, is(2), is(3));
            assert_eq!(resource.redeems_automatically(&home), is(0) && is(3), "{bits:04b}");
        }
        let (resource, mut home) = (northwind(), contoso());
        assert!(!resource.redeems_automatically(&home), "nothing said is no");
        home.partners = partner(resource.id, true, true);
        assert!(!resource.redeems_automatically(&home), "nobody can decide for the other");
    }
}
