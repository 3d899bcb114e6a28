//! Why a row of a file invites nobody: in a sentence for the terminal, and as a value that pages say in any language.

use serde::{Deserialize, Serialize};

use super::invite::{InviteError, InviteRefusal};

/// What is quoted of a cell, in characters: enough to find it.
const QUOTED: usize = 80;

/// What is wrong with a row. The texts are what its cells hold, cut short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", content = "text", rename_all = "camelCase")]
pub enum RowFault {
    /// The cell is empty.
    NoAddress,
    /// It holds no address.
    Address(String),
    /// The address stands in an earlier line already.
    Twice(u64),
    /// Whether to send a mail: neither yes nor no.
    YesOrNo(String),
    /// The other reader is no address.
    Cc(String),
    /// No duration.
    LinkLife(String),
    /// No app of the organization.
    App(String),
    /// No group.
    Group(String),
    /// No role of an app.
    Role(String),
    /// No address.
    Sponsor(String),
    /// The row is well written, and the guest may not be invited so.
    Refused {
        /// Why.
        reason: InviteRefusal,
        /// The sentence for the terminal.
        sentence: String,
    },
}

macro_rules! quoting {
    ($($name:ident $variant:ident),+) => {
        $(pub(super) fn $name(cell: &str) -> Self {
            Self::$variant(cell.chars().take(QUOTED).collect())
        })+
    };
}

impl RowFault {
    quoting!(address Address, yes_or_no YesOrNo, cc Cc, link_life LinkLife, app App, group Group, role Role, sponsor Sponsor);

    /// A refusal of the invitation itself.
    pub(super) fn of(error: &InviteError) -> Self {
        Self::Refused { reason: InviteRefusal::of(error), sentence: error.to_string() }
    }

    /// What the command line prints.
    pub fn sentence(&self) -> String {
        match self {
            Self::NoAddress => "the address is missing".to_owned(),
            Self::Address(text) => format!("{text:?}: an e-mail address looks like name@organization.example"),
            Self::Twice(line) => format!("the address stands already in line {line}"),
            Self::YesOrNo(text) => format!("{text:?} is neither true nor false"),
            Self::Cc(text) => format!("cc {text:?}: an e-mail address looks like name@organization.example"),
            Self::LinkLife(text) => format!("{text:?} is no duration; write a number and a unit: 12h or 14d"),
            Self::App(text) => format!("there is no app {text:?}"),
            Self::Group(text) => format!("there is no group {text:?}"),
            Self::Role(text) => format!("{text:?} is no role; write app:role"),
            Self::Sponsor(text) => format!("sponsor {text:?}: an e-mail address looks like name@organization.example"),
            Self::Refused { sentence, .. } => sentence.clone(),
        }
    }
}
