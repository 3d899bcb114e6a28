//! `vestibule check`: every fault of the configuration at once, and what loading it would change.

use std::io::{Result, Write};
use std::path::Path;

use crate::config::{Environment, Loaded, load};
use crate::tenants::{Difference, LosesGuests};

/// Prints every fault with place and hint, or else the notices. `None` means that the exit status is 1.
pub fn check(path: &Path, environment: &Environment, out: &mut dyn Write) -> Result<Option<Loaded>> {
    match load(path, environment) {
        Ok(loaded) => {
            for notice in &loaded.notices {
                writeln!(out, "notice: {notice}")?;
            }
            for app in &loaded.applications {
                let closed = if app.upstream.maintenance.is_some() { " (closed for maintenance)" } else { "" };
                writeln!(out, "{}: {} is reached at {}{closed}", app.host, app.display_name, app.upstream)?;
            }
            let (tenants, applications) = (loaded.tenants.len(), loaded.applications.len());
            writeln!(out, "{}: no faults; {tenants} tenants, {applications} applications", path.display())?;
            Ok(Some(loaded))
        }
        Err(faults) => {
            for fault in &faults {
                writeln!(out, "{fault}")?;
            }
            writeln!(
                out,
                "{}: {} {}",
                path.display(),
                faults.len(),
                if faults.len() == 1 { "fault" } else { "faults" }
            )?;
            Ok(None)
        }
    }
}

/// Prints what loading the files would change in a store that was reachable.
pub fn print_differences(differences: &[Difference], out: &mut dyn Write) -> Result<()> {
    if differences.is_empty() {
        return writeln!(out, "the store holds what the files say");
    }
    writeln!(out, "at the next start or reload the files would:")?;
    for difference in differences {
        writeln!(out, "  {difference}")?;
    }
    Ok(())
}

/// Prints whose sign-in the files would switch off.
pub fn print_affected(affected: &[LosesGuests], out: &mut dyn Write) -> Result<()> {
    for LosesGuests { tenant, connection, guests } in affected {
        let who = if *guests == 1 { "1 guest signs in".to_owned() } else { format!("{guests} guests sign in") };
        writeln!(out, "{who} by the connection {connection}, which would be off; who and what then:")?;
        writeln!(out, "  vestibule idp impact {tenant} {connection}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tenants::Change;

    fn run(environment: &[(&str, &str)]) -> (bool, String) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/vestibule.toml");
        let mut out = Vec::new();
        let loaded = check(&path, &Environment::of(environment.iter().copied()), &mut out).unwrap();
        (loaded.is_some(), String::from_utf8(out).unwrap())
    }

    #[test]
    fn says_what_is_odd_in_files_that_work() {
        let (fine, printed) = run(&[("VESTIBULE_DATA_DIR", "/tmp")]);
        assert!(fine, "{printed}");
        assert!(printed.contains("notice: contoso.toml:"), "{printed}");
        assert!(printed.contains("the connection `fabrikam` has no secret and is off"), "{printed}");
        assert!(printed.contains("VESTIBULE_TENANTS__CONTOSO__CONNECTIONS__FABRIKAM__CLIENT_SECRET"), "{printed}");
        assert!(printed.contains("desk.apps.localhost: Desk is reached at http://127.0.0.1:9002\n"), "{printed}");
        assert!(printed.ends_with("vestibule.toml: no faults; 2 tenants, 3 applications\n"), "{printed}");
    }

    #[test]
    fn says_where_apps_are_and_warns_of_those_that_nobody_verifies() {
        let folder = tempfile::tempdir().unwrap();
        let path = crate::config::unpack_shipped(folder.path()).unwrap();
        let apps = folder.path().join("applications.toml");
        let text = std::fs::read_to_string(&apps).unwrap();
        let desk = "upstreams = [\"https://10.0.0.7\", \"https://10.0.0.8\"]\n\
                    forwarding.tls.dangerously_skip_tls_verification = true\nmaintenance.on = true";
        let (before, after) = text.split_once("upstream = \"http://127.0.0.1:9002\"").unwrap();
        // The rest of the app's tables would declare a second time what stands here.
        let rest = after.find("[[applications]]").map(|at| &after[at..]).unwrap();
        std::fs::write(&apps, format!("{before}{desk}\n{rest}")).unwrap();
        let mut out = Vec::new();
        let environment = Environment::of([("VESTIBULE_DATA_DIR", "/tmp")]);
        assert!(check(&path, &environment, &mut out).unwrap().is_some(), "{}", String::from_utf8_lossy(&out));
        let printed = String::from_utf8(out).unwrap();
        let reached = "Desk is reached at https://10.0.0.7:443, https://10.0.0.8:443 (closed for maintenance)\n";
        assert!(printed.contains(reached), "{printed}");
        let warned = "notice: applications.toml:";
        assert!(printed.contains(warned) && printed.contains("certificate is not verified"), "{printed}");
    }

    #[test]
    fn says_which_apps_no_websocket_can_reach() {
        let folder = tempfile::tempdir().unwrap();
        let path = crate::config::unpack_shipped(folder.path()).unwrap();
        let apps = folder.path().join("applications.toml");
        let text = std::fs::read_to_string(&apps).unwrap();
        let (before, after) = text.split_once("upstream = \"http://127.0.0.1:9002\"").unwrap();
        let told = |targets: &str| {
            std::fs::write(&apps, format!("{before}{targets}{after}")).unwrap();
            let mut out = Vec::new();
            let environment = Environment::of([("VESTIBULE_DATA_DIR", "/tmp")]);
            assert!(check(&path, &environment, &mut out).unwrap().is_some(), "{}", String::from_utf8_lossy(&out));
            let printed = String::from_utf8(out).unwrap();
            let mut notices = printed.lines().filter(|line| line.contains("no WebSocket can reach this app"));
            notices.next().map(|line| line.starts_with("notice: applications.toml:"))
        };
        assert_eq!(told("upstream = \"h2c://10.0.0.7:80\""), Some(true));
        assert_eq!(told("upstreams = [\"h2c://10.0.0.7:80\", \"h2c://10.0.0.8:80\"]"), Some(true));
        // The control: one of them is enough.
        assert_eq!(told("upstreams = [\"h2c://10.0.0.7:80\", \"http://10.0.0.7:81\"]"), None);
        assert_eq!(told("upstream = \"http://10.0.0.7:81\""), None);
    }

    #[test]
    fn prints_every_fault_at_once() {
        let (fine, printed) =
            run(&[("VESTIBULE_DATA_DIR", "/tmp"), ("VESTIBULE_DRAIN", "soon"), ("VESTIBULE_BRAN", "x")]);
        assert!(!fine);
        assert!(printed.contains(
            "VESTIBULE_BRAN: this environment variable stands for no key\n  hint: did you mean VESTIBULE_BRAND?"
        ));
        assert!(printed.contains("VESTIBULE_DRAIN: `drain`: `soon` is no duration\n  hint: write a number and a unit"));
        assert!(printed.ends_with("vestibule.toml: 2 faults\n"), "{printed}");
    }

    #[test]
    fn tells_whose_way_in_would_be_closed() {
        let mut out = Vec::new();
        print_affected(&[], &mut out).unwrap();
        assert!(out.is_empty());
        let tenant = "c0a70500-0000-4000-8000-000000000001".parse().unwrap();
        print_affected(&[LosesGuests { tenant, connection: "fabrikam".parse().unwrap(), guests: 2 }], &mut out)
            .unwrap();
        let printed = String::from_utf8(out).unwrap();
        assert!(printed.starts_with("2 guests sign in by the connection fabrikam, which would be off"), "{printed}");
        assert!(printed.ends_with("vestibule idp impact c0a70500-0000-4000-8000-000000000001 fabrikam\n"), "{printed}");
    }

    #[test]
    fn prints_what_would_change() {
        let mut out = Vec::new();
        print_differences(&[], &mut out).unwrap();
        let place = "contoso.toml:9".to_owned();
        let (kind, id) = ("domain".to_owned(), "contoso.test".to_owned());
        print_differences(&[Difference { change: Change::Disabled, kind, id, tenant: None, place }], &mut out).unwrap();
        let printed = String::from_utf8(out).unwrap();
        assert_eq!(
            printed,
            "the store holds what the files say\nat the next start or reload the files would:\n  \
             disable domain contoso.test (contoso.toml:9)\n"
        );
    }
}
