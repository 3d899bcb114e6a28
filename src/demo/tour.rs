//! The guided tour that the demo prints: what to open, in which order, and what it shows.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::guests::{API_CLIENT, CONTOSO, DESK, WIKI};
use super::{FABRIKAM_HOST, MAIL_HOST, SOCIABLE_HOST};

/// What the tour names.
pub struct Facts {
    /// Port of HTTPS.
    pub https_port: u16,
    /// Port of the web inbox.
    pub mail_port: u16,
    /// Port of SMTP.
    pub smtp_port: u16,
    /// The certificate to trust.
    pub authority: PathBuf,
    /// Where the demo keeps its data.
    pub data: PathBuf,
    /// The data vanishes at the end.
    pub temporary: bool,
}

/// One step: what to do, where, and what comes of it.
struct Step {
    what: &'static str,
    open: String,
    then: &'static str,
}

/// The whole text.
pub fn tour(facts: &Facts) -> String {
    let mut text = String::new();
    // Writing into a String cannot fail.
    let _infallible = write(&mut text, facts);
    text
}

fn write(text: &mut String, facts: &Facts) -> std::fmt::Result {
    writeln!(text, "\nThe Vestibule demo is running. Stop it with Ctrl+C.\n")?;
    for (number, step) in steps(facts).iter().enumerate() {
        writeln!(text, "{:>2}. {}\n      {}\n      {}\n", number + 1, step.what, step.open, step.then)?;
    }
    writeln!(text, "Also here")?;
    for (what, address) in places(facts) {
        writeln!(text, "    {what:<22} {address}")?;
    }
    writeln!(text, "\nComing with later versions")?;
    writeln!(text, "    API client {API_CLIENT} of both tenants: the Graph-shaped API comes.")?;
    writeln!(text, "\nBrowsers warn until they trust the demo's authority, which can vouch for localhost names only:")?;
    writeln!(text, "    {}", facts.authority.display())?;
    writeln!(text, "    or let `vestibule demo --open` start a browser that trusts it and nothing else of yours.")?;
    let wiki = format!("https://wiki.contoso.localhost:{}/", facts.https_port);
    writeln!(text, "    curl --cacert '{}' {wiki}", facts.authority.display())?;
    let kept = if facts.temporary { "temporary; --data DIR keeps it" } else { "kept" };
    writeln!(text, "Data: {} ({kept})", facts.data.display())
}

fn steps(facts: &Facts) -> Vec<Step> {
    let port = facts.https_port;
    let broker = format!("https://vestibule.localhost:{port}");
    let mail = format!("http://{MAIL_HOST}:{}", facts.mail_port);
    vec![
        Step {
            what: "A guest by direct link, from a home organization: guest@fabrikam.example, password demo",
            open: format!("https://wiki.contoso.localhost:{port}/page?x=1"),
            then: "Type the address, sign in at Fabrikam, review, accept the terms, and you are on that very page.",
        },
        Step {
            what: "The same by invitation mail: nothing to type but the password at Fabrikam",
            open: format!("{mail}/?query=to:guest@fabrikam.example"),
            then: "Open the mail and choose Get started. Northwind's has no privacy statement, and says so.",
        },
        Step {
            what: "One-time passcode: passcode@mail.example",
            open: format!("{broker}/api/signin/{WIKI}?tenantId=contoso.example"),
            then: "Type the address and have a code sent; read it in the mailbox.",
        },
        Step {
            what: "A new personal account: newcomer@mail.example, by the mail link only",
            open: format!("{mail}/?query=to:newcomer@mail.example"),
            then: "Get started, prove the mailbox by code, choose a password of 15 characters or more.",
        },
        Step {
            what: "A personal account that exists: existing@mail.example, password demo demo demo demo",
            open: format!("{broker}/signin/Desk/{DESK}?tenantId=northwind.example"),
            then: "The direct link is enough, as the account is there already.",
        },
        Step {
            what: "A member of another tenant of the same instance: member@contoso.example, password demo",
            open: format!("https://desk.apps.localhost:{port}/northwind.example/"),
            then: "Contoso is the home organization here: you sign in there and are a guest at Northwind.",
        },
        Step {
            what: "One guest, two tenants, one browser: guest@fabrikam.example",
            open: format!("https://desk.apps.localhost:{port}/contoso.example/"),
            then: "Then the same with /northwind.example/: two sessions, and neither serves the other.",
        },
        Step {
            what: "The tenant in the query",
            open: format!("https://board.apps.localhost:{port}/?tenantid={CONTOSO}"),
            then: "The parameter is pinned to the session and taken out of the address.",
        },
        Step {
            what: "The access panel",
            open: format!("{broker}/?tenantid=contoso.example"),
            then: "The apps this guest may open at Contoso.",
        },
        Step {
            what: "A new version of Contoso's terms: write a file terms.md, then",
            open: format!(
                "vestibule terms publish --demo {port} --tenant contoso.example --language en --file terms.md"
            ),
            then: "Guests who are in meet it at their next navigation; what they accepted is at /contoso.example/account/accepted.",
        },
        Step {
            what: "The pages of administrators: admin@contoso.example, password demo",
            open: format!("https://admin.vestibule.localhost:{port}/contoso.example"),
            then: "Who is a guest, how far each invitation got, and what needs attention.",
        },
        Step {
            what: "A link without a tenant",
            open: format!("{broker}/"),
            then: "Refused, with the reason and how the right link looks.",
        },
        Step {
            what: "A social provider without ID token: friend@social.example, password demo",
            open: format!("{mail}/?query=to:friend@social.example"),
            then: "Continue with Sociable, prove the mailbox by code once; from then on Sociable alone is enough.",
        },
        Step {
            what: "An alias: worker@fabrikam.example, password demo, invited as alias@fabrikam.example",
            open: format!("{mail}/?query=to:alias@fabrikam.example"),
            then: "By the mail link only: sign in as worker, prove the invited mailbox by code, and both lead here from then on.",
        },
        Step {
            what: "A guest whose address a contact of Contoso holds: contact@mail.example",
            open: format!("{mail}/?query=to:contact@mail.example"),
            then: "The mail link works; by a direct link there is no way in.",
        },
        Step {
            what: "Not invited: colleague@fabrikam.example, password demo",
            open: format!("https://wiki.contoso.localhost:{port}/"),
            then: "Signs in at home and learns nothing about Contoso; so does direct@fabrikam.example at Northwind.",
        },
    ]
}

fn places(facts: &Facts) -> Vec<(&'static str, String)> {
    let port = facts.https_port;
    let mail = format!("http://{MAIL_HOST}:{}", facts.mail_port);
    vec![
        ("Mailbox of all guests", format!("{mail}/ (API: {mail}/api/v1/messages)")),
        ("SMTP", format!("127.0.0.1:{}", facts.smtp_port)),
        ("Fabrikam", format!("https://{FABRIKAM_HOST}:{port}/")),
        ("Sociable", format!("https://{SOCIABLE_HOST}:{port}/")),
        ("Health and metrics", format!("http://127.0.0.1:{}/readyz", port.saturating_add(2))),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_ports_and_paths_that_were_taken() {
        let facts = Facts {
            https_port: 9443,
            mail_port: 9025,
            smtp_port: 9026,
            authority: "/home/me/.local/share/vestibule/demo-ca/ca.pem".into(),
            data: "/tmp/vestibule-demo".into(),
            temporary: true,
        };
        let text = tour(&facts);
        for wanted in [
            "https://wiki.contoso.localhost:9443/page?x=1",
            "http://mail.localhost:9025/?query=to:guest@fabrikam.example",
            "127.0.0.1:9026",
            "http://127.0.0.1:9445/readyz",
            "/demo-ca/ca.pem",
            "(temporary; --data DIR keeps it)",
        ] {
            assert!(text.contains(wanted), "{wanted}");
        }
        assert!(!text.contains("8443") && !text.contains("8025"));
        let long: Vec<&str> = text.lines().filter(|line| line.chars().count() > 120).collect();
        assert!(long.is_empty(), "{long:?}");
    }
}
