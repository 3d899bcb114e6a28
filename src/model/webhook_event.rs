//! Which audit lines webhooks tell of, and in what words: ids, a time and a type, never a name, an address, a token or a link.

use serde::{Deserialize, Serialize};

use super::{AgreementId, AppId, AuditEvent, AuditLine, AuditOutcome, TenantId, UserId};

/// What happened, as the `type` of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WebhookEvent {
    /// A guest was invited.
    InvitationCreated,
    /// The mail of an invitation was sent again.
    InvitationResent,
    /// An invitation was revoked.
    InvitationRevoked,
    /// The link of an invitation has expired.
    InvitationExpired,
    /// The mail of an invitation came back.
    InvitationBounced,
    /// The guest declined *Review permissions*.
    InvitationDeclined,
    /// The guest accepted everything and is in.
    InvitationAccepted,
    /// The redemption was reset, and the guest invited anew.
    GuestReset,
    /// Properties, sponsors or the role of the guest changed.
    GuestUpdated,
    /// The guest was blocked.
    GuestBlocked,
    /// The guest was unblocked.
    GuestUnblocked,
    /// The guest's access has ended by its date.
    GuestAccessEnded,
    /// The guest signs in another way from now on.
    GuestSignInChanged,
    /// An administrator removed the guest's second factors.
    GuestSecondFactorReset,
    /// An administrator ended all sessions of the guest.
    GuestSessionsEnded,
    /// The guest was assigned to applications, groups or roles.
    GuestAssigned,
    /// Assignments were taken from the guest.
    GuestUnassigned,
    /// The guest left the organization.
    GuestLeft,
    /// The guest was deleted and lies in the bin.
    GuestDeleted,
    /// The guest was restored from the bin.
    GuestRestored,
    /// Everything about the guest was erased.
    GuestErased,
    /// The guest accepted terms of use.
    TermsAccepted,
    /// The guest declined terms of use.
    TermsDeclined,
}

use WebhookEvent::{
    GuestAccessEnded, GuestAssigned, GuestBlocked, GuestDeleted, GuestErased, GuestLeft, GuestReset, GuestRestored,
    GuestSecondFactorReset, GuestSessionsEnded, GuestSignInChanged, GuestUnassigned, GuestUnblocked, GuestUpdated,
    InvitationAccepted, InvitationBounced, InvitationCreated, InvitationDeclined, InvitationExpired, InvitationResent,
    InvitationRevoked, TermsAccepted, TermsDeclined,
};

impl WebhookEvent {
    /// Every type.
    pub const ALL: [Self; 23] = [
        InvitationCreated,
        InvitationResent,
        InvitationRevoked,
        InvitationExpired,
        InvitationBounced,
        InvitationDeclined,
        InvitationAccepted,
        GuestReset,
        GuestUpdated,
        GuestBlocked,
        GuestUnblocked,
        GuestAccessEnded,
        GuestSignInChanged,
        GuestSecondFactorReset,
        GuestSessionsEnded,
        GuestAssigned,
        GuestUnassigned,
        GuestLeft,
        GuestDeleted,
        GuestRestored,
        GuestErased,
        TermsAccepted,
        TermsDeclined,
    ];

    /// As it stands in messages and files.
    pub const fn as_str(self) -> &'static str {
        match self {
            InvitationCreated => "invitation.created",
            InvitationResent => "invitation.resent",
            InvitationRevoked => "invitation.revoked",
            InvitationExpired => "invitation.expired",
            InvitationBounced => "invitation.bounced",
            InvitationDeclined => "invitation.declined",
            InvitationAccepted => "invitation.accepted",
            GuestReset => "guest.reset",
            GuestUpdated => "guest.updated",
            GuestBlocked => "guest.blocked",
            GuestUnblocked => "guest.unblocked",
            GuestAccessEnded => "guest.access_ended",
            GuestSignInChanged => "guest.sign_in_changed",
            GuestSecondFactorReset => "guest.second_factor_reset",
            GuestSessionsEnded => "guest.sessions_ended",
            GuestAssigned => "guest.assigned",
            GuestUnassigned => "guest.unassigned",
            GuestLeft => "guest.left",
            GuestDeleted => "guest.deleted",
            GuestRestored => "guest.restored",
            GuestErased => "guest.erased",
            TermsAccepted => "terms.accepted",
            TermsDeclined => "terms.declined",
        }
    }

    /// The types that a text in a file stands for: one type, or all of a kind (`guest.*`). `None` if there is none.
    pub fn matching(text: &str) -> Option<Vec<Self>> {
        let named = |event: &Self| match text.strip_suffix('*') {
            Some(kind) => kind.ends_with('.') && event.as_str().starts_with(kind),
            None => event.as_str() == text,
        };
        let found: Vec<Self> = Self::ALL.into_iter().filter(named).collect();
        (!found.is_empty()).then_some(found)
    }

    /// What an audit event is told as. `None` if nobody is told: it is about no guest, or it changes nothing that a receiver
    /// could act on. The tests name every activity that stays silent.
    pub fn told_by(event: &AuditEvent) -> Option<Self> {
        let says = |name: &str, value: &str| event.details.iter().any(|(known, said)| known == name && said == value);
        let done = event.outcome == AuditOutcome::Success;
        Some(match (event.activity.as_str(), done) {
            ("Invite external user", true) => InvitationCreated,
            ("Resend invitation", true) => InvitationResent,
            ("Revoke invitation", true) => InvitationRevoked,
            ("Invitation expired", true) => InvitationExpired,
            ("Email not delivered" | "Email not sent", false) => InvitationBounced,
            ("Redeem external user invite", false) if says("reason", "declined review of permissions") => {
                InvitationDeclined
            }
            ("Redeem external user invite", true) => InvitationAccepted,
            ("Invite external user with reset invitation status", true) => GuestReset,
            ("Update user", true) if says("changed", "sign-in") => GuestSignInChanged,
            ("Re-link external user", true) => GuestSignInChanged,
            ("Update user" | "Add sponsor to user" | "Remove sponsor from user", true) => GuestUpdated,
            ("Add member to role" | "Remove member from role", true) => GuestUpdated,
            ("Disable account", true) if says("reason", "the access has ended") => GuestAccessEnded,
            ("Disable account", true) => GuestBlocked,
            ("Enable account", true) => GuestUnblocked,
            ("Admin deleted security info", true) => GuestSecondFactorReset,
            ("Update StsRefreshTokenValidFrom Timestamp", true) => GuestSessionsEnded,
            ("Add app role assignment grant to user", true) => GuestAssigned,
            ("Remove app role assignment from user", true) => GuestUnassigned,
            ("Delete external user", true) if event.actor.is_some() && event.actor == event.target => GuestLeft,
            ("Delete external user", true) => GuestDeleted,
            ("Restore user", true) => GuestRestored,
            ("Hard Delete user", true) => GuestErased,
            ("Accept Terms Of Use", true) => TermsAccepted,
            ("Decline Terms Of Use", true) => TermsDeclined,
            _ => return None,
        })
    }
}

impl std::fmt::Display for WebhookEvent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for WebhookEvent {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for WebhookEvent {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let found = Self::ALL.into_iter().find(|event| event.as_str() == text);
        found.ok_or_else(|| serde::de::Error::custom("no type of webhook message"))
    }
}

/// A message as it is queued: made once, so that each try sends the same bytes under the same id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookMessage {
    /// Names the message to receivers, who take each once.
    pub id: String,
    /// Its type.
    pub event: WebhookEvent,
    /// The guest.
    pub guest: UserId,
    /// JSON.
    pub body: String,
}

/// The body of a message (Standard Webhooks, "Payload structure").
#[derive(Serialize)]
struct Body {
    r#type: WebhookEvent,
    timestamp: String,
    data: Data,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    tenant_id: TenantId,
    guest_id: UserId,
    /// Who did it: a user of this tenant. `null` for the operator, an application or the clock.
    actor_id: Option<UserId>,
    /// The line at `/v1.0/auditLogs/directoryAudits/{id}`.
    audit_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    agreement_id: Option<AgreementId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    app_ids: Vec<AppId>,
}

impl WebhookMessage {
    /// The message that tells of a line of a tenant's chain. Details come in only where they are known to be ids: above all
    /// the id of an invitation stays out, for it is part of the link that redeems it (attack row T055).
    pub fn of(line: &AuditLine) -> Option<Self> {
        let event = WebhookEvent::told_by(&line.event)?;
        let (tenant, guest) = (line.tenant?, line.event.target?);
        let said = |name: &'static str| line.event.details.iter().filter(move |(known, _)| known == name);
        let data = Data {
            tenant_id: tenant,
            guest_id: guest,
            actor_id: line.event.actor,
            audit_id: line.sequence.to_string(),
            agreement_id: said("agreement").find_map(|(_, id)| id.parse().ok()),
            app_ids: said("app").filter_map(|(_, id)| id.parse().ok()).collect(),
        };
        let body = serde_json::to_string(&Body { r#type: event, timestamp: line.at.to_string(), data }).ok()?;
        // The line's hash is unique in this chain and stays what it is, also after a restore that counts lines anew.
        let id = format!("msg_{}", line.hash.get(..32)?);
        Some(Self { id, event, guest, body })
    }
}
