//! What the owner of a mailbox sees who takes no more invitation mails.

use askama::Template;

use super::chrome::{Chrome, Form};
use crate::web::render::Page;

/// Asks before anything is blocked, as the link in an invitation mail does. Posts `reach` = `tenant` or `everybody`.
#[derive(Template)]
#[template(path = "block_ask.html")]
pub struct BlockAsk {
    /// Around the page.
    pub chrome: Chrome,
    /// Where the form posts to: the address holds the right to block, so that it needs no token.
    pub action: String,
    /// The mailbox.
    pub address: String,
    /// What is wrong with the choice.
    pub error: Option<String>,
}

/// It is blocked already, or now.
#[derive(Template)]
#[template(path = "block_done.html")]
pub struct BlockDone {
    /// Around the page.
    pub chrome: Chrome,
    /// The mailbox.
    pub address: String,
    /// Whether mails of everybody are blocked.
    pub everybody: bool,
    /// Where it is undone.
    pub blocks_url: String,
}

/// Asks whose mailbox it is. Posts `do` = `send` with `address`.
#[derive(Template)]
#[template(path = "blocks_address.html")]
pub struct BlocksAddress {
    /// Around the page.
    pub chrome: Chrome,
    /// The form.
    pub form: Form,
    /// What was typed.
    pub address: String,
    /// What is wrong with it.
    pub error: Option<String>,
}

/// Takes the code that proves it. Posts `do` = `code` with `code`, or `do` = `send` again.
#[derive(Template)]
#[template(path = "blocks_code.html")]
pub struct BlocksCode {
    /// Around the page.
    pub chrome: Chrome,
    /// The form; its ticket holds the address.
    pub form: Form,
    /// The mailbox.
    pub address: String,
    /// Digits of a code.
    pub digits: u32,
    /// Where to begin again with another address.
    pub change_url: String,
    /// Whether a new code was just asked for.
    pub resent: bool,
    /// What is wrong with the code.
    pub error: Option<String>,
}

/// Everything that a mailbox does not take. Posts `do` = `allow` with `of`, or `do` = `block-all`.
#[derive(Template)]
#[template(path = "blocks_list.html")]
pub struct BlocksList {
    /// Around the page.
    pub chrome: Chrome,
    /// The form; its ticket is the proof.
    pub form: Form,
    /// The mailbox.
    pub address: String,
    /// What it does not take.
    pub blocked: Vec<BlockedRow>,
    /// Whether mails of everybody are among it.
    pub everybody: bool,
}

/// One line of the list.
#[derive(Clone, Debug)]
pub struct BlockedRow {
    /// Value of `of`: the tenant, or `everybody`.
    pub of: String,
    /// Name of the tenant; `None` for everybody.
    pub name: Option<String>,
    /// The day, as ISO 8601 writes it.
    pub since: String,
}

impl Page for BlockAsk {}
impl Page for BlockDone {}
impl Page for BlocksAddress {}
impl Page for BlocksCode {}
impl Page for BlocksList {}
