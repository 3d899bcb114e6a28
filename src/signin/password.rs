//! Passwords: which ones are good enough, and Argon2id on a few threads of its own behind a bounded queue.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use argon2::password_hash::PasswordHasher;
use argon2::password_hash::phc::{Output, PasswordHash};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use subtle::ConstantTimeEq;
use tokio::sync::oneshot;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroize;
use zxcvbn::Score;

use crate::clock::{Random, random_bytes};
use crate::keys::step_back;
use crate::model::Secret;

/// Shortest password that is a person's only factor (NIST SP 800-63B-4 §3.1.1.2).
pub const SHORTEST: usize = 15;
/// Longest password, in characters.
pub const LONGEST: usize = 256;
/// Letters and digits that must not come from the address, the organization or the product.
const OWN_CHARACTERS: usize = 8;
/// How many wait; one more is told that we are busy.
const QUEUE: usize = 64;
/// 19 MiB, two passes, one lane: the OWASP minimum, and what one thread does in some 20 ms.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// So long after the last password the working memory is given back.
const KEEPS_MEMORY: Duration = Duration::from_secs(1);

/// Why a new password is refused; the words are for the person who chose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// Too short.
    #[error("use at least 15 characters; a few words in a row are easy to remember")]
    TooShort,
    /// Too long.
    #[error("use at most 256 characters")]
    TooLong,
    /// Nothing that a keyboard types.
    #[error("leave out line breaks and other control characters")]
    Controls,
    /// A computer guesses it soon.
    #[error("this password is too easy to guess; add words that have nothing to do with each other")]
    Guessable,
    /// Built around the address, the organization or the product.
    #[error("this password is too close to your address or the organization's name")]
    Personal,
}

/// Why a password was neither hashed nor compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too many at once; try again in a moment.
    #[error("too many passwords are being checked at the moment")]
    Busy,
    /// Hashing failed, which no input should achieve.
    #[error("the password could not be hashed")]
    Failed,
}

/// Whether a new password is good enough. `known` are words an attacker tries first: address, organization, product.
/// No rules on kinds of characters, no trimming (NIST SP 800-63B-4 §3.1.1.2).
pub fn check_new_password(password: &Secret, known: &[&str]) -> Result<(), PasswordFault> {
    let normal = normalized(password);
    let text = normal.expose();
    let length = text.chars().count();
    if length < SHORTEST {
        return Err(PasswordFault::TooShort);
    }
    if length > LONGEST {
        return Err(PasswordFault::TooLong);
    }
    if text.chars().any(char::is_control) {
        return Err(PasswordFault::Controls);
    }
    if zxcvbn::zxcvbn(text, &[]).score() < Score::Three {
        return Err(PasswordFault::Guessable);
    }
    let mut words: Vec<String> = known.iter().flat_map(|word| pieces(word)).map(str::to_lowercase).collect();
    let listed: Vec<&str> = words.iter().map(String::as_str).collect();
    if zxcvbn::zxcvbn(text, &listed).score() < Score::Three || rest(text, &mut words) < OWN_CHARACTERS {
        return Err(PasswordFault::Personal);
    }
    Ok(())
}

/// The word itself and its parts: `guest.name@fabrikam.example` also is `guest`, `name`, `fabrikam`.
fn pieces(word: &str) -> impl Iterator<Item = &str> {
    let parts = word.split(|character: char| !character.is_alphanumeric());
    [word].into_iter().chain(parts).filter(|part| part.chars().count() > 2)
}

/// How many letters and digits are left without the known words. zxcvbn alone takes three of them in a row for strong.
fn rest(text: &str, words: &mut [String]) -> usize {
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let bare = words.iter().fold(text.to_lowercase(), |left, word| left.replace(word.as_str(), " "));
    bare.chars().filter(|character| character.is_alphanumeric()).count()
}

/// One spelling for what looks the same (NFC), so that a password typed on another keyboard still fits.
fn normalized(password: &Secret) -> Secret {
    Secret::new(password.expose().nfc().collect::<String>())
}

enum Job {
    Hash { password: Secret, salt: [u8; 16], answer: oneshot::Sender<Option<String>> },
    Verify { password: Secret, hash: Option<String>, answer: oneshot::Sender<bool> },
}

/// The password threads. They end when the last clone is dropped.
#[derive(Clone)]
pub struct Passwords {
    queue: SyncSender<Job>,
    random: Arc<dyn Random>,
}

impl Passwords {
    /// Starts `threads` (at least one; cores − 1 is a good number, decision 26).
    pub fn start(threads: usize, random: Arc<dyn Random>) -> Result<Self, PasswordError> {
        // Checked in place of an account's hash when there is none, so that both take equally long (decision 4).
        let dummy = hash_now(&Secret::new("nobody has this password"), &random_bytes(random.as_ref()))
            .ok_or(PasswordError::Failed)?;
        let (queue, jobs) = sync_channel(QUEUE);
        let jobs = Arc::new(Jobs { waiting: Mutex::new(jobs), memory: Mutex::default() });
        for _ in 0..threads.max(1) {
            let (jobs, dummy) = (Arc::clone(&jobs), dummy.clone());
            std::thread::Builder::new()
                .name("argon2".to_owned())
                .spawn(move || {
                    step_back();
                    work(&jobs, &dummy);
                })
                .map_err(|_| PasswordError::Failed)?;
        }
        Ok(Self { queue, random })
    }

    /// Hashes a password for storing, in PHC form.
    pub async fn hash(&self, password: &Secret) -> Result<String, PasswordError> {
        let (answer, result) = oneshot::channel();
        let salt = random_bytes(self.random.as_ref());
        self.enqueue(Job::Hash { password: password.clone(), salt, answer })?;
        result.await.ok().flatten().ok_or(PasswordError::Failed)
    }

    /// Compares a password with a stored hash; without one, does the same work and says no.
    pub async fn verify(&self, password: &Secret, hash: Option<&str>) -> Result<bool, PasswordError> {
        let (answer, result) = oneshot::channel();
        self.enqueue(Job::Verify { password: password.clone(), hash: hash.map(str::to_owned), answer })?;
        result.await.map_err(|_| PasswordError::Failed)
    }

    fn enqueue(&self, job: Job) -> Result<(), PasswordError> {
        self.queue.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => PasswordError::Busy,
            TrySendError::Disconnected(_) => PasswordError::Failed,
        })
    }
}

/// What the threads share: the jobs that wait, and working memory that nobody uses at the moment.
struct Jobs {
    waiting: Mutex<Receiver<Job>>,
    memory: Mutex<Vec<Memory>>,
}

/// Where Argon2id works. Pages that are fresh from the system cost half as much again as the hashing, so it is kept while
/// passwords follow one another, and wiped before it goes back.
#[derive(Default)]
struct Memory(Vec<Block>);

impl Drop for Memory {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl Jobs {
    /// The next one; `None` when there can be no more.
    fn next(&self) -> Option<Job> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        match waiting.recv_timeout(KEEPS_MEMORY) {
            Ok(job) => Some(job),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => {
                // A job that is still at work after all that time keeps its memory until the next pause.
                self.spare().clear();
                waiting.recv().ok()
            }
        }
    }

    fn spare(&self) -> MutexGuard<'_, Vec<Memory>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn work(jobs: &Jobs, dummy: &str) {
    while let Some(job) = jobs.next() {
        match job {
            // Whoever gave up waiting needs no answer any more. The receivers of answers that were dropped are the
            // reason why an `Err` of `send` means nothing.
            Job::Hash { answer, .. } if answer.is_closed() => {}
            Job::Verify { answer, .. } if answer.is_closed() => {}
            Job::Hash { password, salt, answer } => {
                let _ = answer.send(hash_now(&password, &salt));
            }
            Job::Verify { password, hash, answer } => {
                let kept = jobs.spare().pop();
                let mut memory = kept.unwrap_or_default();
                let _ = answer.send(verify_now(&password, hash.as_deref(), dummy, &mut memory));
                jobs.spare().push(memory);
            }
        }
    }
}

fn hash_now(password: &Secret, salt: &[u8; 16]) -> Option<String> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).ok()?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash: PasswordHash = argon2.hash_password_with_salt(normalized(password).expose().as_bytes(), salt).ok()?;
    Some(hash.to_string())
}

/// A hash that cannot be read counts as none.
fn verify_now(password: &Secret, hash: Option<&str>, dummy: &str, memory: &mut Memory) -> bool {
    let stored = hash.and_then(|text| PasswordHash::new(text).ok());
    let known = stored.is_some();
    let Some(compared) = stored.or_else(|| PasswordHash::new(dummy).ok()) else { return false };
    // An over-long text is cut for the work it makes, and can never be right.
    let normal = normalized(password);
    let fits = normal.expose().chars().count() <= LONGEST;
    let text = Secret::new(normal.expose().chars().take(LONGEST).collect::<String>());
    let same = is_hash_of(&compared, &text, memory).unwrap_or(false);
    known && fits && same
}

/// `None` if the hash is not one of ours.
fn is_hash_of(stored: &PasswordHash, text: &Secret, Memory(blocks): &mut Memory) -> Option<bool> {
    let algorithm = Algorithm::new(stored.algorithm.as_str()).ok()?;
    let version = stored.version.map_or(Ok(Version::V0x13), Version::try_from).ok()?;
    let params = Params::try_from(stored).ok()?;
    let (salt, expected) = (stored.salt.as_ref()?, stored.hash.as_ref()?);
    if blocks.len() < params.block_count() {
        // What grows may move, and would leave a copy behind.
        blocks.zeroize();
        blocks.resize(params.block_count(), Block::new());
    }
    let mut room = [0; Output::MAX_LENGTH];
    let computed = room.get_mut(..expected.len())?;
    let argon2 = Argon2::new(algorithm, version, params);
    argon2.hash_password_into_with_memory(text.expose().as_bytes(), salt, computed, blocks.as_mut_slice()).ok()?;
    let same = computed.ct_eq(expected.as_bytes()).into();
    room.zeroize();
    Some(same)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_doubles::TestRandom;

    fn check(password: &str) -> Result<(), PasswordFault> {
        let known = ["guest.name@fabrikam.example", "Contoso", "contoso.example", "Vestibule"];
        check_new_password(&Secret::new(password), &known)
    }

    #[test]
    fn b17_length_and_guessability_decide_and_nothing_else() {
        let rows = [
            ("14 characters!", Err(PasswordFault::TooShort)),
            ("", Err(PasswordFault::TooShort)),
            ("aaaaaaaaaaaaaaaaaaaa", Err(PasswordFault::Guessable)),
            ("passwordpassword1", Err(PasswordFault::Guessable)),
            ("qwertyuiopasdfgh", Err(PasswordFault::Guessable)),
            ("12345678901234567890", Err(PasswordFault::Guessable)),
            ("guestnamefabrikam", Err(PasswordFault::Personal)),
            ("Contoso-Vestibule-Guest-2026", Err(PasswordFault::Personal)),
            ("correct\r\nhorse battery", Err(PasswordFault::Controls)),
            ("nul\0 in the middle of it", Err(PasswordFault::Controls)),
            ("gloomy walrus paints attic", Ok(())),
            ("            lonely spaces count too", Ok(())),
            ("žluťoučký kůň úpěl ďábelské ódy", Ok(())),
            ("暗い海と静かな朝と古い時計と青い鳥", Ok(())),
        ];
        for (password, expected) in rows {
            assert_eq!(check(password), expected, "{password:?}");
        }
        let long: String = "ünïcödé pässphräse ".chars().cycle().take(64).collect();
        assert_eq!(long.chars().count(), 64);
        assert_ne!(check(&long), Err(PasswordFault::TooLong));
        assert_eq!(check(&"x1 ".repeat(86)), Err(PasswordFault::TooLong));
    }

    #[tokio::test]
    async fn only_the_right_password_fits_in_any_normal_form() {
        let passwords = Passwords::start(1, TestRandom::new()).unwrap();
        let composed = Secret::new("Zo\u{eb} und ihr Kater schlafen");
        let hash = passwords.hash(&composed).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.verify(&composed, Some(&hash)).await.unwrap());
        let decomposed = Secret::new("Zoe\u{308} und ihr Kater schlafen");
        assert!(passwords.verify(&decomposed, Some(&hash)).await.unwrap());
        assert!(!passwords.verify(&Secret::new("zo\u{eb} und ihr Kater schlafen"), Some(&hash)).await.unwrap());
        assert_ne!(hash, passwords.hash(&composed).await.unwrap(), "each hash has a salt of its own");
    }

    #[test]
    fn kept_memory_serves_hashes_of_other_sizes_and_is_given_back_in_a_pause() {
        let (text, other) = (Secret::new("gloomy walrus paints attic"), Secret::new("gloomy walrus paints attics"));
        let usual = hash_now(&text, &[7; 16]).unwrap();
        let params = Params::new(64, 1, 1, Some(64)).unwrap();
        let smaller = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let smaller: PasswordHash = smaller.hash_password_with_salt(text.expose().as_bytes(), &[8; 16]).unwrap();
        let mut memory = Memory::default();
        for hash in [&usual, &smaller.to_string(), &usual] {
            assert!(verify_now(&text, Some(hash), &usual, &mut memory), "{hash}");
            assert!(!verify_now(&other, Some(hash), &usual, &mut memory), "{hash}");
        }

        let (queue, waiting) = sync_channel(1);
        let jobs = Arc::new(Jobs { waiting: Mutex::new(waiting), memory: Mutex::new(vec![memory]) });
        let thread = std::thread::spawn({
            let jobs = Arc::clone(&jobs);
            move || jobs.next().is_none()
        });
        std::thread::sleep(KEEPS_MEMORY / 4);
        assert_eq!(jobs.spare().len(), 1, "not before the pause is over");
        for _ in 0..100 {
            std::thread::sleep(KEEPS_MEMORY / 10);
            if jobs.spare().is_empty() {
                break;
            }
        }
        assert!(jobs.spare().is_empty());
        drop(queue);
        assert!(thread.join().unwrap(), "nothing can come any more");
    }

    #[tokio::test]
    async fn b10_nobody_has_the_password_of_an_account_that_does_not_exist() {
        let passwords = Passwords::start(1, TestRandom::new()).unwrap();
        assert!(!passwords.verify(&Secret::new("nobody has this password"), None).await.unwrap());
        assert!(!passwords.verify(&Secret::new("nobody has this password"), Some("not a hash")).await.unwrap());
    }

    #[tokio::test]
    async fn a_full_queue_says_busy_instead_of_waiting() {
        let passwords = Passwords::start(1, TestRandom::new()).unwrap();
        let secret = Secret::new("gloomy walrus paints attic");
        let all = (0..QUEUE + 40).map(|_| passwords.verify(&secret, None));
        let answers = futures_util::future::join_all(all).await;
        assert!(answers.contains(&Err(PasswordError::Busy)));
        assert!(answers.iter().filter(|answer| answer.is_ok()).count() >= QUEUE);
    }
}
