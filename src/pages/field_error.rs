//! What a page says beside a field that cannot be taken as it is.

use crate::i18n::Language;
use crate::model::AddressError;
use crate::signin::password::PasswordFault;

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldError {
    /// Not an address at all.
    AddressShape,
    /// Too long for an address.
    AddressTooLong,
    /// The domain is none.
    AddressDomain,
    /// Not the code that was sent.
    CodeWrong,
    /// The code is used up, too old, or was tried too often.
    CodeEnded,
    /// Not digits.
    CodeShape,
    /// Not the password, or no such account: the guest is not told which.
    PasswordWrong,
    /// No name.
    NameEmpty,
    /// A name longer than 120 characters.
    NameTooLong,
    /// A passphrase shorter than 15 characters.
    PassphraseShort,
    /// A passphrase longer than 256 characters.
    PassphraseLong,
    /// A passphrase that is easy to guess.
    PassphraseCommon,
    /// A one-time link that is used or too old.
    LinkEnded,
    /// The document must be opened first.
    NotViewed,
    /// Not a code of the authenticator app, nor a recovery code.
    SecondFactorWrong,
    /// Not the code of the authenticator app that is being set up.
    EnrollWrong,
    /// Not a passkey that signs in here.
    PasskeyWrong,
    /// The page with the passkey was open for too long.
    PasskeyOver,
    /// The new passkey was not taken.
    PasskeyNotAdded,
}

impl FieldError {
    /// The sentence for the guest.
    pub fn say(self, language: &Language) -> String {
        match self {
            Self::AddressShape => language.say("error-address-shape"),
            Self::AddressTooLong => language.say("error-address-too-long"),
            Self::AddressDomain => language.say("error-address-domain"),
            Self::CodeWrong => language.say("error-code-wrong"),
            Self::CodeEnded => language.say("error-code-ended"),
            Self::CodeShape => language.say("error-code-shape"),
            Self::PasswordWrong => language.say("error-password-wrong"),
            Self::NameEmpty => language.say("error-name-empty"),
            Self::NameTooLong => language.say("error-name-too-long"),
            Self::PassphraseShort => language.say("error-passphrase-short"),
            Self::PassphraseLong => language.say("error-passphrase-long"),
            Self::PassphraseCommon => language.say("error-passphrase-common"),
            Self::LinkEnded => language.say("error-link-ended"),
            Self::NotViewed => language.say("error-viewed"),
            Self::SecondFactorWrong => language.say("error-second-factor-wrong"),
            Self::EnrollWrong => language.say("error-enroll-wrong"),
            Self::PasskeyWrong => language.say("error-passkey-wrong"),
            Self::PasskeyOver => language.say("error-passkey-over"),
            Self::PasskeyNotAdded => language.say("error-passkey-not-added"),
        }
    }

    /// Whether it is about a name.
    pub fn is_about_names(self) -> bool {
        matches!(self, Self::NameEmpty | Self::NameTooLong)
    }

    /// Whether it stands beside the button of a passkey rather than at a field.
    pub fn is_about_passkeys(self) -> bool {
        matches!(self, Self::PasskeyWrong | Self::PasskeyOver | Self::PasskeyNotAdded)
    }
}

impl From<AddressError> for FieldError {
    fn from(error: AddressError) -> Self {
        match error {
            AddressError::Shape => Self::AddressShape,
            AddressError::TooLong => Self::AddressTooLong,
            AddressError::Domain => Self::AddressDomain,
        }
    }
}

impl From<PasswordFault> for FieldError {
    fn from(fault: PasswordFault) -> Self {
        match fault {
            PasswordFault::TooShort => Self::PassphraseShort,
            PasswordFault::TooLong => Self::PassphraseLong,
            PasswordFault::Controls | PasswordFault::Guessable | PasswordFault::Personal => Self::PassphraseCommon,
        }
    }
}
