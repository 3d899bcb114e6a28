//! Commands on a directory: through the running server's control socket, else on the store itself, never both.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, bail};

use super::control::{self, Lock};
use super::guest;
use super::idp::{self, IdpCommand};
use super::invite;
use super::mail;
use super::member::{self, MemberCommand};
use super::{DirectoryCommand, Place, demo, review, rotate_keys, terms_perform, webhooks, withdraw_keys};
use super::{contact, explain};
use crate::app::App;
use crate::config::{Environment, load};
use crate::guests::invite::Inviter;
use crate::guests::member_add::AddMember;
use crate::guests::{self, GuestContext};
use crate::model::{AppId, AppRole, AuditLine, EmailAddress, GroupId, Tenant};
use crate::storage::{InstanceTask, verify_chain};
use crate::tenants;

/// Runs a command where the directory is.
pub fn run(command: DirectoryCommand, out: &mut (dyn Write + Send), errors: &mut dyn Write) -> anyhow::Result<u8> {
    let command = with_files(command)?;
    let place = command.place().clone();
    if let DirectoryCommand::Idp { place, command: command @ IdpCommand::Test { trial: true, wait: None, .. } } =
        &command
    {
        return run_trial(place, command, out, errors);
    }
    if let Some(port) = place.demo {
        let data = demo::data_of_running(port)?;
        return match control::ask(&data, &command, out, errors)? {
            Some(code) => Ok(code),
            None => bail!("no demo is running on port {port}; start one with: vestibule demo --port {port}"),
        };
    }
    // With the data folder named, a running server is found without reading any configuration.
    if let Some(data) = &place.data
        && let Some(code) = control::ask(data, &command, out, errors)?
    {
        return Ok(code);
    }
    let environment = environment(&place);
    let loaded = match load(&place.config, &environment) {
        Ok(loaded) => loaded,
        Err(faults) => {
            for fault in faults {
                writeln!(errors, "{fault}")?;
            }
            bail!("the configuration has faults, so the directory was not opened");
        }
    };
    let data: PathBuf = loaded.settings.data_dir.clone();
    if let Some(code) = control::ask(&data, &command, out, errors)? {
        return Ok(code);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        std::fs::create_dir_all(&data).with_context(|| format!("cannot make the data folder {}", data.display()))?;
        let _lock = Lock::take(&data)?;
        let app = super::serve::open(loaded).await?;
        let code = perform(&app, &command, out).await?;
        // Nobody else sends the mail that this command queued.
        app.outbox.send_due().await?;
        Ok(code)
    })
}

/// Files are read here, where they were named: the server may run elsewhere.
pub(super) fn with_files(command: DirectoryCommand) -> anyhow::Result<DirectoryCommand> {
    Ok(match command {
        DirectoryCommand::Invite(arguments) => DirectoryCommand::Invite(arguments.with_files()?),
        DirectoryCommand::Contact { place, command } => {
            DirectoryCommand::Contact { place, command: command.with_files()? }
        }
        DirectoryCommand::Terms { place, command } => DirectoryCommand::Terms { place, command: command.with_files()? },
        other => other,
    })
}

/// A trial in two commands: the first prints where to sign in, the second waits for it.
fn run_trial(
    place: &Place,
    command: &IdpCommand,
    out: &mut (dyn Write + Send),
    errors: &mut dyn Write,
) -> anyhow::Result<u8> {
    let mut printed = Vec::new();
    let IdpCommand::Test { tenant, connection, .. } = command else { return Ok(1) };
    let once = |trial, wait| DirectoryCommand::Idp {
        place: place.clone(),
        command: IdpCommand::Test { tenant: tenant.clone(), connection: connection.clone(), trial, wait },
    };
    // `wait` with an empty id stands for "prepare a trial and print its address".
    let code = run(once(false, Some(String::new())), &mut printed, errors)?;
    out.write_all(&printed)?;
    out.flush()?;
    let text = String::from_utf8_lossy(&printed).into_owned();
    let id = text.split("/idp-test/").nth(1).and_then(|rest| rest.split_whitespace().next());
    match id {
        Some(id) if code == 0 => run(once(false, Some(id.to_owned())), out, errors),
        _ => Ok(code),
    }
}

fn environment(place: &Place) -> Environment {
    let environment = Environment::read();
    match &place.data {
        Some(data) => environment.with("VESTIBULE_DATA_DIR", &data.to_string_lossy()),
        None => environment,
    }
}

/// Performs a command on an open directory.
pub async fn perform(app: &App, command: &DirectoryCommand, out: &mut (dyn Write + Send)) -> anyhow::Result<u8> {
    let json = command.place().json;
    match command {
        DirectoryCommand::Invite(arguments) => invite::perform(app, arguments, json, out).await,
        DirectoryCommand::Guest { command, .. } => guest::perform(app, command, json, out).await,
        DirectoryCommand::Contact { command, .. } => contact::perform(app, command, json, out).await,
        DirectoryCommand::Member { command, .. } => add_member(app, command, json, out).await,
        DirectoryCommand::Terms { command, .. } => terms_perform::perform(app, command, json, out).await,
        DirectoryCommand::Idp { command, .. } => idp::perform(app, command, json, out).await,
        DirectoryCommand::Review { command, .. } => review::perform(app, command, json, out).await,
        DirectoryCommand::Usage { tenant, month, .. } => {
            review::print_usage(app, tenant.as_deref(), month.as_deref(), json, out).await
        }
        DirectoryCommand::Mail { command, .. } => mail::perform(app, command, json, out).await,
        DirectoryCommand::Webhooks { command, .. } => webhooks::perform(app, command, json, out).await,
        DirectoryCommand::Explain(arguments) => {
            let address = address_of(&arguments.address)?;
            let pinned = arguments.tenant.as_deref().map(|text| tenant_of(app, text)).transpose()?;
            explain::perform(app, &address, pinned.map(|tenant| tenant.id), arguments, out).await
        }
        DirectoryCommand::Audit { tenant, .. } => verify_audit(app, tenant.as_deref(), out).await,
        DirectoryCommand::RotateKeys { tenant, .. } => rotate_keys::rotate(app, tenant.as_deref(), json, out).await,
        DirectoryCommand::WithdrawKeys { tenant, key, .. } => {
            withdraw_keys::withdraw(app, tenant, key.as_deref(), json, out).await
        }
    }
}

/// A tenant by its id or a verified domain.
pub(super) fn tenant_of(app: &App, text: &str) -> anyhow::Result<std::sync::Arc<Tenant>> {
    let snapshot = app.snapshot.load();
    tenants::resolve(&snapshot, text).cloned().with_context(|| {
        let known: Vec<String> =
            snapshot.tenants().filter_map(|tenant| tenant.primary_domain()).map(ToString::to_string).collect();
        format!("there is no tenant {text:?}; the tenants here are: {}", known.join(", "))
    })
}

/// An address as it was typed.
pub(super) fn address_of(text: &str) -> anyhow::Result<EmailAddress> {
    text.parse().map_err(|error| anyhow::anyhow!("{text:?} is no e-mail address: {error}"))
}

/// An app by its id or by its name.
pub(super) fn app_of(app: &App, tenant: &Tenant, text: &str) -> anyhow::Result<AppId> {
    let snapshot = app.snapshot.load();
    let principals = || tenant.service_principals.iter();
    let used = || principals().filter_map(|used| Some((used.app, snapshot.app_name(used.app)?)));
    let id = text.parse::<AppId>().ok();
    let found = used().find(|(app, name)| Some(*app) == id || name.eq_ignore_ascii_case(text));
    found.map(|(app, _)| app).with_context(|| {
        let names: Vec<&str> = used().map(|(_, name)| name).collect();
        format!("{} uses no app {text:?}; its apps are: {}", tenant.display_name, names.join(", "))
    })
}

/// A group by its id or by its name.
pub(super) fn group_of(tenant: &Tenant, text: &str) -> anyhow::Result<GroupId> {
    let id = text.parse::<GroupId>().ok();
    let known = |group: &&crate::model::Group| Some(group.id) == id || group.display_name == text;
    tenant.groups.iter().find(known).map(|group| group.id).with_context(|| {
        let names: Vec<&str> = tenant.groups.iter().map(|group| group.display_name.as_str()).collect();
        format!("{} has no group {text:?}; its groups are: {}", tenant.display_name, names.join(", "))
    })
}

/// A role in an app, as `app:role`.
pub(super) fn role_of(app: &App, tenant: &Tenant, text: &str) -> anyhow::Result<AppRole> {
    let (named, role) = text.rsplit_once(':').with_context(|| format!("{text:?} is no role; write app:role"))?;
    Ok(AppRole { app: app_of(app, tenant, named)?, role: role.to_owned() })
}

/// Who acts: somebody of the tenant, or the operator.
pub(super) async fn inviter_of(context: &GuestContext<'_>, text: Option<&str>) -> anyhow::Result<Inviter> {
    let Some(text) = text else { return Ok(Inviter::Operator { name: None }) };
    let found = guests::inviter_role::named(context, &address_of(text)?).await?;
    let user = found.with_context(|| format!("{} has no member or guest {text}", context.tenant.display_name))?;
    Ok(Inviter::User(Box::new(user)))
}

async fn add_member(
    app: &App,
    command: &MemberCommand,
    json: bool,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<u8> {
    let MemberCommand::Add { address, tenant, name, admin } = command;
    let tenant = tenant_of(app, tenant)?;
    let snapshot = app.snapshot.load_full();
    let wish = AddMember { address: address_of(address)?, display_name: name.clone(), admin: *admin };
    let added = guests::member_add::add_member(guests::context(app, &snapshot, &tenant), wish).await?;
    member::print(out, &added, json)?;
    Ok(0)
}

async fn verify_audit(app: &App, tenant: Option<&str>, out: &mut (dyn Write + Send)) -> anyhow::Result<u8> {
    let chosen = match tenant {
        Some(text) => vec![tenant_of(app, text)?],
        None => app.snapshot.load().tenants().cloned().collect(),
    };
    let mut broken = 0_u8;
    let mut judge = |name: &str, lines: &[AuditLine]| match verify_chain(lines) {
        Ok(()) => writeln!(out, "{name}: {} lines, whole", lines.len()),
        Err(fault) => {
            broken = 1;
            writeln!(out, "{name}: BROKEN: {fault}")
        }
    };
    for tenant in chosen {
        let lines = app.store.read(tenant.id).await?.audit_lines(0, u32::MAX).await?;
        judge(&tenant.display_name, &lines)?;
    }
    if tenant.is_none() {
        let mut instance = app.store.begin_instance(InstanceTask::Audit).await?;
        let lines = instance.audit_lines(0, u32::MAX).await?;
        drop(instance);
        judge("the instance", &lines)?;
    }
    Ok(broken)
}
