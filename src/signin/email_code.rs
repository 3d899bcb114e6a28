//! The one-time passcode: a code to a mailbox, bound to one browser, one tenant and one purpose, good once.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::clock::{Clock, Random, random_bytes, random_guid};
use crate::config::Limits;
use crate::mail::browser::Asker;
use crate::mail::outbox;
use crate::mail::texts::{self, PasscodeMail, TextError, Words};
use crate::model::{EmailAddress, MailId, OutgoingMail, Tenant, Timestamp, VerifiedAddress};
use crate::short_term::{Key, Kind, ShortTerm, ShortTermError};
use crate::storage::{Store, StoreError};
use crate::urls::Urls;

/// Tries per code (row B6).
const TRIES: u64 = 5;
/// Pressing *Send code* again within this time sends nothing (row B3).
const PAUSE: Duration = Duration::from_secs(60);
/// No policy lets a code live longer.
const LONGEST_LIFE: Duration = Duration::from_secs(30 * 60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// What a code is for. A code for one purpose is nothing at another (row B8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodePurpose {
    /// Signing in with the passcode as method.
    SignIn,
    /// Proving the invited mailbox while redeeming an invitation.
    Redeem,
    /// Proving the mailbox of a new personal account.
    CreateAccount,
    /// Proving the mailbox of a personal account whose password or passkey is lost.
    ResetPassword,
    /// Proving the invited mailbox in order to leave.
    Leave,
    /// Proving the own mailbox in order to sign in another way from now on.
    ChangeSignIn,
    /// Seeing and undoing what the mailbox blocks; it signs nobody in.
    Blocks,
}

impl CodePurpose {
    /// As it stands in hashes and in the keys of texts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Redeem => "redeem",
            Self::CreateAccount => "create_account",
            Self::ResetPassword => "reset_password",
            Self::Leave => "leave",
            Self::ChangeSignIn => "change_sign_in",
            Self::Blocks => "blocks",
        }
    }
}

/// What the verbs about passcodes need.
#[derive(Clone, Copy)]
pub struct CodeContext<'a> {
    /// The directory, for the outbox.
    pub store: &'a dyn Store,
    /// Codes and counters.
    pub short_term: &'a dyn ShortTerm,
    /// Who asks.
    pub tenant: &'a Tenant,
    /// Addresses.
    pub urls: &'a Urls,
    /// Product name.
    pub brand: &'a str,
    /// Languages of mails.
    pub words: &'a dyn Words,
    /// Limits.
    pub limits: &'a Limits,
    /// Keyed hash of length-prefixed parts (`Keys::keyed_hash` for passcodes).
    pub keyed_hash: &'a (dyn Fn(&[&[u8]]) -> [u8; 32] + Send + Sync),
    /// Time.
    pub clock: &'a dyn Clock,
    /// Randomness.
    pub random: &'a dyn Random,
}

/// Which code: everything it is bound to. Each field must be the same when it is typed.
#[derive(Clone, Copy, Debug)]
pub struct CodeSlot<'a> {
    /// The mailbox.
    pub address: &'a EmailAddress,
    /// Value of this browser's login cookie.
    pub binding: &'a str,
    /// What for.
    pub purpose: CodePurpose,
    /// A device that signed in to this very address before, as the caller checked: it has a budget of its own, so that
    /// strangers cannot lock its owner out (row B7).
    pub known_device: Option<&'a str>,
}

/// How the mail is written.
#[derive(Clone, Copy, Debug)]
pub struct CodeLetter<'a> {
    /// Whether anybody here is to get a mail. If not, all the work is done all the same, and the mail goes to nobody.
    pub deliver: bool,
    /// Name of the app that was asked for.
    pub app: Option<&'a str>,
    /// Languages, best first.
    pub languages: &'a [String],
    /// Browser and network that asked.
    pub browser: Option<Asker<'a>>,
}

/// What became of *Send code*. The page is the same for each of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeSent {
    /// A new code is on its way.
    Queued,
    /// One was sent less than a minute ago.
    JustNow,
    /// Too many for this mailbox; nothing was sent.
    Limited,
}

/// What became of a typed code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeCheck {
    /// Right: the mailbox is theirs.
    Proved(VerifiedAddress),
    /// Wrong; so many tries are left.
    Wrong {
        /// Tries left for this code.
        tries_left: u64,
    },
    /// There is no live code here, or it had its tries: ask for a new one.
    Gone,
}

/// Something below failed; nothing is proved.
#[derive(Debug, thiserror::Error)]
pub enum CodeError {
    /// The directory.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The short-term store.
    #[error(transparent)]
    ShortTerm(#[from] ShortTermError),
    /// The mail could not be rendered.
    #[error(transparent)]
    Text(#[from] TextError),
}

/// What is kept of a code: enough to recognize it, not enough to know it.
#[derive(Serialize, Deserialize)]
struct Kept {
    hash: [u8; 32],
    serial: uuid::Uuid,
    ends: Timestamp,
}

/// Sends a code to `slot.address`. Whether the tenant has passcodes on as a sign-in method is the caller's question: codes
/// that only prove a mailbox remain when they are off. Every branch depends on the address as typed, never on whether it is known; only
/// `letter.deliver` does, and it changes the recipient alone.
pub async fn send_code(
    context: CodeContext<'_>,
    slot: CodeSlot<'_>,
    letter: CodeLetter<'_>,
) -> Result<CodeSent, CodeError> {
    let pause = limit(&context, &slot, slot.scope(), &format!("code-pause:{}", slot.purpose.as_str()));
    if !context.short_term.put_new(&pause, b"1", PAUSE).await? {
        return Ok(CodeSent::JustNow);
    }
    // The day is counted only within the hour's limit: refused requests must not lock the owner out for the day.
    if !within(&context, &slot, "codes-hour", HOUR, context.limits.passcodes_per_hour).await?
        || !within(&context, &slot, "codes-day", DAY, context.limits.passcodes_per_day).await?
    {
        return Ok(CodeSent::Limited);
    }
    let queued = queue(&context, &slot, &letter).await;
    if queued.is_err() {
        // Nothing was sent, so pressing again must work at once.
        context.short_term.remove(&pause).await?;
    }
    queued.map(|()| CodeSent::Queued)
}

/// Makes the code, keeps its hash and queues the mail.
async fn queue(context: &CodeContext<'_>, slot: &CodeSlot<'_>, letter: &CodeLetter<'_>) -> Result<(), CodeError> {
    let life = context.tenant.policies.passcode_lifetime.min(LONGEST_LIFE);
    let now = context.clock.now();
    let code = draw_code(context.random);
    let serial = random_guid(context.random);
    // A code that is mailed to nobody must not be guessable either: what is kept then is the hash of something that
    // nobody can type.
    let secret = if letter.deliver { code.clone() } else { random_guid(context.random).to_string() };
    let kept = Kept { hash: hash(context, slot, serial, &secret), serial, ends: now.plus(life) };
    let mail = write(context, slot, letter, &code, life)?;
    let mail = if letter.deliver { Some(mail) } else { outbox::nobody().map(|to| OutgoingMail { to, ..mail }) };
    let bytes = serde_json::to_vec(&kept).map_err(|error| ShortTermError(error.into()))?;
    context.short_term.put(&place(context, slot), &bytes, life).await?;
    let mut tx = context.store.begin(context.tenant.id).await?;
    if let Some(mail) = mail {
        tx.queue_mail(MailId(random_guid(context.random)), &mail, now).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Checks a typed code. The right one proves the mailbox, once.
pub async fn check_code(context: CodeContext<'_>, slot: CodeSlot<'_>, typed: &str) -> Result<CodeCheck, CodeError> {
    let place = place(&context, &slot);
    let now = context.clock.now();
    let kept = context.short_term.get(&place).await?.and_then(|bytes| serde_json::from_slice::<Kept>(&bytes).ok());
    let Some(kept) = kept.filter(|kept| kept.ends > now) else { return Ok(CodeCheck::Gone) };
    // Counted before comparing, by an atomic counter: any number of simultaneous tries are still five.
    let tries_key = Key::of(context.tenant.id, Kind::Limit, format!("code-tries:{}", kept.serial));
    let tries = context.short_term.count(&tries_key, LONGEST_LIFE).await?;
    if tries > TRIES {
        context.short_term.remove(&place).await?;
        return Ok(CodeCheck::Gone);
    }
    if !within(&context, &slot, "code-tries-day", DAY, context.limits.passcode_failures_per_day).await? {
        return Ok(CodeCheck::Gone);
    }
    // People type the groups in which they read digits.
    let typed: String = typed.chars().filter(|character| !matches!(character, ' ' | '-' | '\u{a0}')).collect();
    let right: bool = hash(&context, &slot, kept.serial, &typed).ct_eq(&kept.hash).into();
    if !right {
        return Ok(CodeCheck::Wrong { tries_left: TRIES - tries });
    }
    // Of simultaneous right answers one takes the code; and it must still be the code that was compared.
    let taken = context.short_term.take(&place).await?;
    let same = taken
        .and_then(|bytes| serde_json::from_slice::<Kept>(&bytes).ok())
        .is_some_and(|taken| taken.serial == kept.serial);
    if same { Ok(CodeCheck::Proved(VerifiedAddress::proved(slot.address.clone(), now))) } else { Ok(CodeCheck::Gone) }
}

/// Eight digits, each of the 10⁸ codes equally likely: draws that would favour some are thrown away.
fn draw_code(random: &dyn Random) -> String {
    const CODES: u32 = 100_000_000;
    const FAIR: u32 = u32::MAX - u32::MAX % CODES;
    loop {
        let drawn = u32::from_le_bytes(random_bytes(random));
        if drawn < FAIR {
            return format!("{:08}", drawn % CODES);
        }
    }
}

/// The code's hash, over everything it is bound to.
fn hash(context: &CodeContext<'_>, slot: &CodeSlot<'_>, serial: uuid::Uuid, code: &str) -> [u8; 32] {
    (context.keyed_hash)(&[
        b"code",
        context.tenant.id.uuid().as_bytes(),
        slot.address.as_str().as_bytes(),
        slot.binding.as_bytes(),
        slot.purpose.as_str().as_bytes(),
        serial.as_bytes(),
        code.as_bytes(),
    ])
}

/// Where the one live code of a slot lies; the name tells neither address nor browser.
fn place(context: &CodeContext<'_>, slot: &CodeSlot<'_>) -> Key {
    let name = (context.keyed_hash)(&[
        b"place",
        context.tenant.id.uuid().as_bytes(),
        slot.address.as_str().as_bytes(),
        slot.binding.as_bytes(),
        slot.purpose.as_str().as_bytes(),
    ]);
    Key::of(context.tenant.id, Kind::Passcode, data_encoding::HEXLOWER.encode(&name))
}

/// Over what a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    /// One mailbox in one tenant, whatever the code is for.
    Tenant,
    /// One mailbox and one purpose in the whole instance.
    Instance,
}

impl CodeSlot<'_> {
    /// A personal account is the instance's, so what a code could do to it is limited over all tenants: another tenant is no
    /// new budget. Each purpose has its own, so that nobody who forgot a password on purpose keeps others from an account.
    fn scope(&self) -> Scope {
        match self.purpose {
            CodePurpose::ResetPassword | CodePurpose::CreateAccount => Scope::Instance,
            CodePurpose::SignIn
            | CodePurpose::Redeem
            | CodePurpose::Leave
            | CodePurpose::ChangeSignIn
            | CodePurpose::Blocks => Scope::Tenant,
        }
    }
}

/// Counts one more in every scope that holds; whether all of them still allow it. The same for every address, known or not.
async fn within(
    context: &CodeContext<'_>,
    slot: &CodeSlot<'_>,
    name: &str,
    span: Duration,
    most: u64,
) -> Result<bool, ShortTermError> {
    let mut allowed = context.short_term.count(&limit(context, slot, Scope::Tenant, name), span).await? <= most;
    if allowed && slot.scope() == Scope::Instance {
        allowed = context.short_term.count(&limit(context, slot, Scope::Instance, name), span).await? <= most;
    }
    Ok(allowed)
}

/// Where a limit is counted. Whose it is: the mailbox's, or that of its owner's known device, which strangers cannot spend.
fn limit(context: &CodeContext<'_>, slot: &CodeSlot<'_>, scope: Scope, name: &str) -> Key {
    let device = slot.known_device.unwrap_or_default().as_bytes();
    let address = slot.address.as_str().as_bytes();
    let budget = |parts: &[&[u8]]| data_encoding::HEXLOWER.encode(&(context.keyed_hash)(parts));
    match scope {
        Scope::Tenant => {
            let budget = budget(&[b"budget", context.tenant.id.uuid().as_bytes(), address, device]);
            Key::of(context.tenant.id, Kind::Limit, format!("{name}:{budget}"))
        }
        Scope::Instance => {
            let budget = budget(&[b"instance budget", slot.purpose.as_str().as_bytes(), address, device]);
            Key::instance(Kind::Limit, format!("{name}:{budget}"))
        }
    }
}

fn write(
    context: &CodeContext<'_>,
    slot: &CodeSlot<'_>,
    letter: &CodeLetter<'_>,
    code: &str,
    life: Duration,
) -> Result<OutgoingMail, TextError> {
    let wanted: Vec<String> = letter.languages.iter().cloned().chain([context.tenant.language.clone()]).collect();
    let words = context.words.in_language(&wanted);
    let link = context.urls.panel(context.tenant.id);
    let browser = letter.browser.map(|asker| asker.say(words.as_ref()));
    texts::passcode(
        words.as_ref(),
        &PasscodeMail {
            brand: context.brand,
            origin: context.urls.origin(),
            link: &link,
            tenant: context.tenant,
            app: letter.app,
            browser: browser.as_deref(),
            purpose: slot.purpose.as_str(),
            code,
            minutes: life.as_secs() / 60,
            to: slot.address,
        },
    )
}
