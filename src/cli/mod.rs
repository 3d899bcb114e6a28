//! The command line: what an operator types, and what comes back.

pub mod check;
pub mod contact;
pub mod control;
pub mod demo;
pub mod dev_authority;
pub mod directory;
pub mod explain;
pub mod guest;
pub mod health;
pub mod idp;
pub mod invite;
pub mod keys;
pub mod life;
pub mod mail;
pub mod member;
#[cfg(test)]
mod printing_tests;
pub mod review;
pub mod rotate_keys;
pub mod serve;
pub mod table;
pub mod terms;
mod terms_perform;
pub mod webhooks;
mod withdraw_keys;

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use serde::{Deserialize, Serialize};

use crate::clock::SystemClock;
use crate::config::Environment;

/// Lets guests of other organizations into your apps.
#[derive(Parser, Debug)]
#[command(name = "vestibule", version, about, propagate_version = true)]
pub struct Cli {
    /// Which command.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Subcommand, Debug)]
#[allow(clippy::large_enum_variant, reason = "there is one in each process")]
pub enum Command {
    /// Start everything on this machine, with sample organizations, apps and a mailbox, in a fresh temporary folder.
    Demo(demo::DemoArguments),
    /// Run the broker and the proxy with the configuration of a file.
    Serve(ConfigArgument),
    /// List every fault of the configuration, each with its place and a hint.
    Check(ConfigArgument),
    /// Make keys and certificates.
    Keys {
        /// What to make.
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// Ask a running server whether it is well; for container health checks.
    Health {
        /// Address of the health listener.
        #[arg(long, default_value = "127.0.0.1:8445")]
        address: std::net::SocketAddr,
    },
    /// Everything that reads or changes a directory.
    #[command(flatten)]
    Directory(DirectoryCommand),
}

/// Where the configuration lies.
#[derive(Args, Debug, Clone)]
pub struct ConfigArgument {
    /// The operator's file; tenants lie beside it.
    #[arg(long, env = "VESTIBULE_CONFIG", default_value = "config/vestibule.toml")]
    pub config: PathBuf,
}

/// What `vestibule keys` makes.
#[derive(Subcommand, Debug)]
pub enum KeysCommand {
    /// A local certificate authority, and a certificate for each configured host under `localhost`.
    Dev(ConfigArgument),
    /// Publish the next signing keys of a tenant, or of every one. They sign a day later, when everybody knows them.
    Rotate {
        /// Which directory.
        #[command(flatten)]
        place: Place,
        /// The tenant (id or domain); every tenant unless given.
        #[arg(long)]
        tenant: Option<String>,
    },
    /// Withdraw signing keys that somebody else may know: at once. Others sign, and nothing that these signed is believed.
    Withdraw {
        /// Which directory.
        #[command(flatten)]
        place: Place,
        /// The tenant (id or domain).
        #[arg(long)]
        tenant: String,
        /// This key alone, by its `kid`; all keys of the tenant unless given.
        #[arg(long, value_name = "KID")]
        key: Option<String>,
    },
}

/// Commands that work on a directory: through the running server if there is one, else on the files themselves.
#[derive(Subcommand, Debug, Clone, Serialize, Deserialize)]
pub enum DirectoryCommand {
    /// Invite a guest into a tenant.
    Invite(invite::InviteArguments),
    /// Look at guests, and change them.
    Guest {
        /// Which directory.
        #[command(flatten)]
        place: Place,
        /// What to do.
        #[command(subcommand)]
        command: guest::GuestCommand,
    },
    /// Contacts of a tenant, which only occupy addresses.
    Contact {
        /// Which directory.
        #[command(flatten)]
        place: Place,
        /// What to do.
        #[command(subcommand)]
        command: contact::ContactCommand,
    },
    /// Look after the members of a tenant.
    Member {
        /// Which directory.
        #[command(flatten)]
        place: Place,
        /// What to do.
        #[command(subcommand)]
        command: member::MemberCommand,
    },
    /// Look after the terms of use of a tenant: versions, answers, proof.
    Terms {
        /// Which directory.
        #[command(flatten)]
        place: Place,
        /// What to do.
        #[command(subcommand)]
        command: terms::TermsCommand,
    },
    /// Try out an identity provider.
    Idp {
        /// Which directory.
        #[command(flatten)]
        place: Place,
        /// What to do.
        #[command(subcommand)]
        command: idp::IdpCommand,
    },
    /// Look after mails on their way out.
    Mail {
        /// Which directory.
        #[command(flatten)]
        place: Place,
        /// What to do.
        #[command(subcommand)]
        command: mail::MailCommand,
    },
    /// Look after webhooks: who hears of guests and invitations.
    Webhooks {
        /// Which directory.
        #[command(flatten)]
        place: Place,
        /// What to do.
        #[command(subcommand)]
        command: webhooks::WebhooksCommand,
    },
    /// Review who still needs access.
    Review {
        /// Which directory.
        #[command(flatten)]
        place: Place,
        /// What to do.
        #[command(subcommand)]
        command: review::ReviewCommand,
    },
    /// Show how many guests sign in, by month.
    Usage {
        /// Which directory.
        #[command(flatten)]
        place: Place,
        /// The tenant (id or domain); every tenant unless given.
        #[arg(long)]
        tenant: Option<String>,
        /// This month alone, e.g. 2026-11.
        #[arg(long)]
        month: Option<String>,
    },
    /// Explain whether a person gets in by a link, and why. Changes nothing.
    Explain(explain::ExplainArguments),
    /// Publish the next signing keys: typed as `vestibule keys rotate`.
    #[command(skip)]
    RotateKeys {
        /// Which directory.
        place: Place,
        /// The tenant (id or domain); every tenant unless given.
        tenant: Option<String>,
    },
    /// Withdraw signing keys: typed as `vestibule keys withdraw`.
    #[command(skip)]
    WithdrawKeys {
        /// Which directory.
        place: Place,
        /// The tenant (id or domain).
        tenant: String,
        /// The `kid` of one key; all of them unless given.
        key: Option<String>,
    },
    /// Check that the audit chains are whole.
    Audit {
        /// Which directory.
        #[command(flatten)]
        place: Place,
        /// The tenant (id or domain); every tenant and the instance unless given.
        #[arg(long)]
        tenant: Option<String>,
    },
}

/// Which directory a command works on.
#[derive(Args, Debug, Clone, Default, Serialize, Deserialize)]
pub struct Place {
    /// The data folder of the server.
    #[arg(long, env = "VESTIBULE_DATA", global = true)]
    pub data: Option<PathBuf>,
    /// The running demo, by its port (8443 unless given).
    #[arg(long, value_name = "PORT", num_args = 0..=1, default_missing_value = "8443", global = true)]
    pub demo: Option<u16>,
    /// The operator's file, for a server that is not running.
    #[arg(long, env = "VESTIBULE_CONFIG", default_value = "config/vestibule.toml", global = true)]
    pub config: PathBuf,
    /// Answer as JSON.
    #[arg(long, global = true)]
    pub json: bool,
}

impl DirectoryCommand {
    /// Which directory it works on.
    pub fn place(&self) -> &Place {
        match self {
            Self::Invite(arguments) => &arguments.place,
            Self::Explain(arguments) => &arguments.place,
            Self::Contact { place, .. }
            | Self::Guest { place, .. }
            | Self::Member { place, .. }
            | Self::Terms { place, .. }
            | Self::Idp { place, .. }
            | Self::Review { place, .. }
            | Self::Usage { place, .. }
            | Self::RotateKeys { place, .. }
            | Self::WithdrawKeys { place, .. }
            | Self::Mail { place, .. }
            | Self::Webhooks { place, .. }
            | Self::Audit { place, .. } => place,
        }
    }
}

/// The words of a command line, in which `--demo` that no port follows stands for the usual one: what comes next may be an
/// address, and must not be read as the port.
pub fn words(typed: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut words: Vec<OsString> = Vec::new();
    let mut typed = typed.into_iter().peekable();
    while let Some(word) = typed.next() {
        let is_port = |next: &OsString| next.to_str().is_some_and(|text| text.parse::<u16>().is_ok());
        let alone = word == "--demo" && !typed.peek().is_some_and(is_port);
        words.push(if alone { "--demo=8443".into() } else { word });
    }
    words
}

/// Runs the command; the result is the exit code.
pub fn run(cli: Cli, out: &mut (dyn Write + Send), errors: &mut dyn Write) -> anyhow::Result<u8> {
    match cli.command {
        Command::Demo(arguments) => demo::demo(arguments, out, errors),
        Command::Serve(place) => serve::serve(&place.config, errors),
        Command::Check(place) => serve::check(&place.config, out),
        Command::Keys { command: KeysCommand::Rotate { place, tenant } } => {
            directory::run(DirectoryCommand::RotateKeys { place, tenant }, out, errors)
        }
        Command::Keys { command: KeysCommand::Withdraw { place, tenant, key } } => {
            directory::run(DirectoryCommand::WithdrawKeys { place, tenant, key }, out, errors)
        }
        Command::Keys { command: KeysCommand::Dev(place) } => {
            let made = keys::dev(&place.config, &Environment::read(), &SystemClock, out)?;
            Ok(u8::from(!made))
        }
        Command::Health { address } => health::ask(address, out),
        Command::Directory(command) => directory::run(command, out, errors),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_behind_demo_is_no_port() {
        let place = |line: &str| {
            let typed = line.split(' ').map(OsString::from);
            let cli = Cli::try_parse_from(words(typed)).unwrap();
            let Command::Directory(command) = cli.command else { panic!("{line}") };
            command.place().demo
        };
        let link = "https://desk.apps.localhost:8443/northwind.example/";
        assert_eq!(place(&format!("vestibule explain --demo newcomer@mail.example {link}")), Some(8443));
        assert_eq!(place(&format!("vestibule explain --demo 9443 newcomer@mail.example {link}")), Some(9443));
        assert_eq!(place(&format!("vestibule explain newcomer@mail.example {link} --demo")), Some(8443));
        assert_eq!(place(&format!("vestibule explain newcomer@mail.example {link}")), None);
        assert_eq!(place("vestibule guest list --demo=9443 --tenant contoso.example"), Some(9443));
    }
}
