//! The people of the stories: a browser without JavaScript, and the whole demo in one process behind real TLS sockets.

mod browser;
mod log;
mod page;
mod phone;
mod receiver;
mod relying_party;
mod world;

pub use browser::{Browser, multipart};
pub use log::logged;
pub use page::Page;
pub use phone::{Phone, TOUCHED, UNLOCKED, new_key};
pub use receiver::Receiver;
pub use relying_party::{CONSOLE, POCKET, PORTAL, RelyingParty, Reply, SCRIPTS, SECRET};
pub use world::{CONTOSO, DESK, NORTHWIND, WIKI, World, free_port, free_ports, world};
