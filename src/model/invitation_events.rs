//! What can happen to an invitation, and where it stands afterwards: the one table that every verb goes by.

use super::{Invitation, InvitationId, InvitationState, Timestamp, UserId};

/// Something that happens to an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InvitationEvent {
    /// Invited again, or sent again: the link has its whole life before it.
    Renew,
    /// The guest agreed to everything, through whichever door.
    Accept,
    /// The guest declined. Not terminal: any link lets the guest come back and accept (decision 24).
    Decline,
    /// The end of the link passed.
    Expire,
    /// The mail came back.
    Bounce,
    /// The tenant ended it, and the pending guest with it.
    Revoke,
    /// The redemption was reset: the same guest redeems once more.
    Reset,
}

/// Why an event cannot happen to an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvitationRefusal {
    /// It was revoked; a guest who is welcome again gets a new invitation.
    #[error("this invitation was revoked")]
    Revoked,
    /// It was redeemed: nothing takes that back but a reset.
    #[error("this invitation was accepted already")]
    Accepted,
    /// It stands there already, or news came too late to matter.
    #[error("this invitation does not change by that any more")]
    NoChange,
}

/// One step in the history of an invitation, as the directory keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationChange {
    /// Which invitation.
    pub invitation: InvitationId,
    /// Where it stood before; `None` when it was made.
    pub previous: Option<InvitationState>,
    /// Where it stood afterwards.
    pub state: InvitationState,
    /// When.
    pub at: Timestamp,
    /// Who changed it; `None` for the operator or the system.
    pub by: Option<UserId>,
}

impl InvitationChange {
    /// What happened, in one word.
    pub fn word(&self) -> &'static str {
        match (self.previous, self.state) {
            (None, _) => "invited",
            (Some(InvitationState::Accepted), InvitationState::Pending) => "reset",
            (Some(_), InvitationState::Pending) => "renewed",
            (Some(_), state) => state.as_str(),
        }
    }
}

impl InvitationState {
    /// Where an invitation stands after `event`.
    pub fn after(self, event: InvitationEvent) -> Result<Self, InvitationRefusal> {
        use InvitationEvent as Event;
        match (self, event) {
            (Self::Revoked, _) => Err(InvitationRefusal::Revoked),
            (Self::Accepted, Event::Reset) => Ok(Self::Pending),
            (Self::Accepted, _) => Err(InvitationRefusal::Accepted),
            (_, Event::Renew | Event::Reset) => Ok(Self::Pending),
            (_, Event::Accept) => Ok(Self::Accepted),
            (_, Event::Decline) => Ok(Self::Declined),
            (_, Event::Revoke) => Ok(Self::Revoked),
            (Self::Expired, Event::Expire) | (Self::Bounced, Event::Bounce) => Err(InvitationRefusal::NoChange),
            (Self::Pending | Self::Declined | Self::Bounced, Event::Expire) => Ok(Self::Expired),
            // Who declined has read the mail; and of an ended link it no longer matters whether it arrived.
            (Self::Declined | Self::Expired, Event::Bounce) => Err(InvitationRefusal::NoChange),
            (Self::Pending, Event::Bounce) => Ok(Self::Bounced),
        }
    }
}

impl Invitation {
    /// Lets `event` happen: moves the state, and writes down who and when. The caller stores it; the directory adds the
    /// line of history.
    pub fn happen(
        &mut self,
        event: InvitationEvent,
        by: Option<UserId>,
        at: Timestamp,
    ) -> Result<(), InvitationRefusal> {
        self.state = self.state.after(event)?;
        self.changed_at = at;
        self.changed_by = by;
        match event {
            InvitationEvent::Accept => self.redeemed_at = Some(at),
            InvitationEvent::Reset => self.redeemed_at = None,
            InvitationEvent::Renew => self.expires_at = self.link_life.map(|life| at.plus(life)),
            InvitationEvent::Decline | InvitationEvent::Expire | InvitationEvent::Bounce | InvitationEvent::Revoke => {}
        }
        Ok(())
    }

    /// Whether the end of an open link has passed and was not written down yet.
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.state.is_open() && self.state != InvitationState::Expired && self.expires_at.is_some_and(|end| end <= now)
    }

    /// Where it stands as people see it at `now`: an ended link counts as expired before the sweep writes it down.
    pub fn state_at(&self, now: Timestamp) -> InvitationState {
        if self.has_ended(now) { InvitationState::Expired } else { self.state }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use InvitationEvent::{Accept, Bounce, Decline, Expire, Renew, Reset, Revoke};
    use InvitationState::{Accepted, Bounced, Declined, Expired, Pending, Revoked};

    const STATES: [InvitationState; 6] = [Pending, Accepted, Declined, Expired, Revoked, Bounced];
    const EVENTS: [InvitationEvent; 7] = [Renew, Accept, Decline, Expire, Bounce, Revoke, Reset];

    #[test]
    fn the_whole_table() {
        // Rows: states; columns: Renew, Accept, Decline, Expire, Bounce, Revoke, Reset. `None` is a refusal.
        let table = [
            (
                Pending,
                [
                    Some(Pending),
                    Some(Accepted),
                    Some(Declined),
                    Some(Expired),
                    Some(Bounced),
                    Some(Revoked),
                    Some(Pending),
                ],
            ),
            (
                Declined,
                [Some(Pending), Some(Accepted), Some(Declined), Some(Expired), None, Some(Revoked), Some(Pending)],
            ),
            (Expired, [Some(Pending), Some(Accepted), Some(Declined), None, None, Some(Revoked), Some(Pending)]),
            (
                Bounced,
                [Some(Pending), Some(Accepted), Some(Declined), Some(Expired), None, Some(Revoked), Some(Pending)],
            ),
            (Accepted, [None, None, None, None, None, None, Some(Pending)]),
            (Revoked, [None; 7]),
        ];
        for (state, row) in table {
            for (event, expected) in EVENTS.into_iter().zip(row) {
                assert_eq!(state.after(event).ok(), expected, "{state:?} {event:?}");
            }
        }
    }

    #[test]
    fn revoked_is_the_end_and_accepted_is_left_by_reset_alone() {
        for event in EVENTS {
            assert_eq!(Revoked.after(event), Err(InvitationRefusal::Revoked));
            assert_eq!(Accepted.after(event).is_ok(), event == Reset);
        }
        for state in STATES {
            assert_eq!(state.is_open(), state.after(Accept).is_ok(), "{state:?}: open means that it can be accepted");
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
        }
    }
}
