//! The pages of a sign-in: who, by which way, and the proof.

use askama::Template;
use http::StatusCode;

use crate::web::render::Page;

use super::assets::{FRAGMENT_SCRIPT, PASSKEY_SCRIPT};
use super::chrome::{Chrome, Form};
use super::passkey::PasskeyForm;

/// Asks for the address. Posts `address`.
#[derive(Template)]
#[template(path = "sign_in_address.html")]
pub struct SignInAddress {
    /// Around the page.
    pub chrome: Chrome,
    /// The form.
    pub form: Form,
    /// What was typed before.
    pub address: String,
    /// The app that the guest is on the way to.
    pub app: Option<String>,
    /// Whether there is another way than the one where the address leads. Posts `way` = `another` besides.
    pub another_way: bool,
    /// What is wrong with the address, in words.
    pub error: Option<String>,
    /// A passkey instead, without typing anything.
    pub passkey: Option<PasskeyForm>,
}

/// The ways of a tenant, the same page for every address (decision 4). The buttons post `way` = `route`, `code`,
/// `password`, or the `value` of a provider.
#[derive(Template)]
#[template(path = "choose_way.html")]
pub struct ChooseWay {
    /// Around the page.
    pub chrome: Chrome,
    /// The form.
    pub form: Form,
    /// Where *Use another address* posts to; `None` where the address is given by the invitation.
    pub change_action: Option<String>,
    /// The address that was typed, or masked if it is the invited one.
    pub address: String,
    /// Where the domain leads, for somebody who asked for another way.
    pub route: Option<String>,
    /// Whether this tenant sends codes.
    pub code: bool,
    /// Whether this tenant takes personal accounts.
    pub password: bool,
    /// Whether the account is still to be made, as the holder of the mail link may know.
    pub makes_account: bool,
    /// Social providers.
    pub providers: Vec<ProviderButton>,
    /// What went wrong with the way tried before, in words.
    pub error: Option<String>,
    /// A passkey instead.
    pub passkey: Option<PasskeyForm>,
}

/// A provider to sign in with.
#[derive(Clone, Debug)]
pub struct ProviderButton {
    /// What the button posts as `way`.
    pub value: String,
    /// Name of the provider.
    pub name: String,
    /// Whether it makes an account there first.
    pub creates: bool,
}

/// Offers to send a code, before any is sent. The form needs no field.
#[derive(Template)]
#[template(path = "offer_code.html")]
pub struct OfferCode {
    /// Around the page.
    pub chrome: Chrome,
    /// The form that sends.
    pub form: Form,
    /// Where *Use another address* posts to; `None` where the address is given by the invitation.
    pub change_action: Option<String>,
    /// Where the code will go: as typed, or masked if the guest did not type it.
    pub address: String,
    /// What the code is for, which decides the wording.
    pub purpose: CodePurpose,
    /// Where *Back to the password* posts to, if the code is for a new one.
    pub remembered_action: Option<String>,
    /// What went wrong before, in words.
    pub error: Option<String>,
}

/// Asks for the code that was sent by mail. Posts `code`.
#[derive(Template)]
#[template(path = "enter_code.html")]
pub struct EnterCode {
    /// Around the page.
    pub chrome: Chrome,
    /// The form.
    pub form: Form,
    /// Where *Send a new code* posts to.
    pub resend_action: String,
    /// Where *Use another address* posts to; `None` where the address is given by the invitation.
    pub change_action: Option<String>,
    /// Where the code went: as typed, or masked if the guest did not type it.
    pub address: String,
    /// What the code is for, which decides the wording.
    pub purpose: CodePurpose,
    /// Where *Back to the password* posts to, if the code is for a new one.
    pub remembered_action: Option<String>,
    /// Who sends the mail, so that it can be found.
    pub sender: String,
    /// How many digits a code has.
    pub digits: u32,
    /// How long the code still works.
    pub minutes_left: u32,
    /// Whether a new code was just sent.
    pub resent: bool,
    /// What is wrong, in words.
    pub error: Option<String>,
}

/// What a code is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodePurpose {
    /// Signing in with a passcode. The page does not say whether the address is known.
    SignIn,
    /// Proving a mailbox on the way through an invitation link, whatever the way to sign in.
    ProveMailbox,
    /// Proving the mailbox of a personal account for a new password. The page does not say whether there is one.
    ResetPassword,
}

/// Asks for the password of a personal account. Posts `password`.
#[derive(Template)]
#[template(path = "personal_password.html")]
pub struct PersonalPassword {
    /// Around the page.
    pub chrome: Chrome,
    /// The form.
    pub form: Form,
    /// Where *Use another address* posts to.
    pub change_action: String,
    /// Where *Sign in another way* posts to, if the tenant has other ways.
    pub other_ways_action: Option<String>,
    /// Where *I forgot my password* posts to.
    pub forgot_action: String,
    /// The address of the account.
    pub address: String,
    /// What is wrong, in words.
    pub error: Option<String>,
    /// A passkey instead.
    pub passkey: Option<PasskeyForm>,
}

/// Asks a member for the password. Posts `password`.
#[derive(Template)]
#[template(path = "member_password.html")]
pub struct MemberPassword {
    /// Around the page.
    pub chrome: Chrome,
    /// The form.
    pub form: Form,
    /// Where *Use another address* posts to.
    pub change_action: String,
    /// The member's address.
    pub address: String,
    /// The organization the member belongs to; not the asking one where a member of another tenant signs in.
    pub organization: String,
    /// What is wrong, in words.
    pub error: Option<String>,
    /// A passkey instead.
    pub passkey: Option<PasskeyForm>,
}

/// Creates a personal account for a proved address. Posts `name` and `password`.
#[derive(Template)]
#[template(path = "create_account.html")]
pub struct CreateAccount {
    /// Around the page.
    pub chrome: Chrome,
    /// The form.
    pub form: Form,
    /// The proved address; fixed.
    pub address: String,
    /// What was typed as name before.
    pub name: String,
    /// What is wrong with the name, in words.
    pub name_error: Option<String>,
    /// What is wrong with the passphrase, in words.
    pub password_error: Option<String>,
    /// A passkey instead of a passphrase.
    pub passkey: Option<PasskeyForm>,
}

/// Lets a new member set the first password. Posts `token` (the part of the link after `#`, or the whole link) and
/// `password`.
#[derive(Template)]
#[template(path = "set_password.html")]
pub struct SetPassword {
    /// Around the page.
    pub chrome: Chrome,
    /// The form.
    pub form: Form,
    /// What is wrong with the link, in words.
    pub token_error: Option<String>,
    /// What is wrong with the passphrase, in words.
    pub password_error: Option<String>,
}

/// Somebody else is signed in than was invited. The form switches; it needs no field.
#[derive(Template)]
#[template(path = "wrong_account.html")]
pub struct WrongAccount {
    /// Around the page; `signed_in` says who.
    pub chrome: Chrome,
    /// The form that switches.
    pub form: Form,
    /// What there is to do about it besides switching.
    pub remedy: Remedy,
    /// Who is signed in.
    pub signed_in_address: String,
    /// Who was invited, masked.
    pub invited: String,
}

/// What helps somebody who signed in under another address than was invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Switching alone.
    Switch,
    /// The invited mailbox can be proved beside this sign-in (an alias); *Send me a code* posts to this address.
    Prove(String),
    /// The tenant lets in the invited address alone; whoever invited can be asked.
    Ask(String),
}

impl WrongAccount {
    /// Whether the invited address alone is let in.
    fn strict(&self) -> bool {
        matches!(self.remedy, Remedy::Ask(_))
    }
}

impl Page for WrongAccount {
    fn status(&self) -> StatusCode {
        if self.strict() { StatusCode::FORBIDDEN } else { StatusCode::OK }
    }

    fn script(&self) -> Option<&'static str> {
        Some(FRAGMENT_SCRIPT)
    }
}

/// The one page for not invited, no account, alias and missing e-mail. Posts `address`.
#[derive(Template)]
#[template(path = "dead_end.html")]
pub struct DeadEnd {
    /// Around the page; `signed_in` says who, if anybody.
    pub chrome: Chrome,
    /// The form *Send it to me again*.
    pub form: Form,
    /// Where *Use another account* posts to.
    pub switch_action: String,
    /// What stands in the address field.
    pub address: String,
    /// Whether the form was just sent: the answer is the same for every address.
    pub sent: bool,
    /// What is wrong with the address, in words.
    pub error: Option<String>,
}

/// The link of an invitation no longer works. The form sends a new mail; it needs no field.
#[derive(Template)]
#[template(path = "invitation_ended.html")]
pub struct InvitationEnded {
    /// Around the page.
    pub chrome: Chrome,
    /// The form.
    pub form: Form,
    /// Whether the form was just sent.
    pub sent: bool,
}

/// Goes on to another host by itself (decision 12).
#[derive(Template)]
#[template(path = "continue.html")]
pub struct Continue {
    /// Around the page.
    pub chrome: Chrome,
    /// Where to.
    pub destination: crate::web::interstitial::Destination,
}

/// Pages of a journey carry the fragment script (decision 13).
macro_rules! journey_page {
    ($($view:ty => $status:expr),* $(,)?) => {$(
        impl Page for $view {
            fn status(&self) -> StatusCode {
                $status
            }

            fn script(&self) -> Option<&'static str> {
                Some(FRAGMENT_SCRIPT)
            }
        }
    )*};
}
pub(super) use journey_page;

/// A step of a journey that may ask for a passkey.
macro_rules! passkey_page {
    ($($view:ty),* $(,)?) => {$(
        impl Page for $view {
            fn script(&self) -> Option<&'static str> {
                Some(if self.passkey.is_some() { PASSKEY_SCRIPT } else { FRAGMENT_SCRIPT })
            }
        }
    )*};
}
pub(super) use passkey_page;

passkey_page!(SignInAddress, ChooseWay, PersonalPassword, MemberPassword, CreateAccount);

journey_page! {
    OfferCode => StatusCode::OK,
    EnterCode => StatusCode::OK,
    SetPassword => StatusCode::OK,
    DeadEnd => StatusCode::FORBIDDEN,
    InvitationEnded => StatusCode::GONE,
}

impl Page for Continue {}
