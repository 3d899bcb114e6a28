//! Where links lead before anybody signs in.

use super::front_door::{Door, DoorFault, NamedBy, read_door};
use super::ticket::Destination;
use crate::config::{Environment, Settings, load, unpack_shipped};
use crate::model::AppId;
use crate::test_doubles::{BOARD, CONTOSO, DESK, NORTHWIND, WIKI, snapshot};
use crate::urls::Urls;

fn settings() -> Settings {
    let folder = tempfile::tempdir().unwrap();
    let path = unpack_shipped(folder.path()).unwrap();
    load(&path, &Environment::of([("VESTIBULE_DATA_DIR", "/tmp")])).unwrap().settings
}

fn door(link: &str) -> Result<Door, DoorFault> {
    let settings = settings();
    let urls = Urls::new(&settings.public_url);
    read_door(&settings, &urls, &snapshot(), link, None)
}

#[test]
fn links_are_read_as_the_front_desk_reads_them() {
    let invitation = "a".repeat(26);
    let rows = [
        ("https://wiki.contoso.localhost:8443/page?x=1#y".to_owned(), CONTOSO, NamedBy::Host, Some(WIKI)),
        ("https://desk.apps.localhost:8443/northwind.example/".to_owned(), NORTHWIND, NamedBy::Path, Some(DESK)),
        ("https://desk.apps.localhost:8443/northwind.example".to_owned(), NORTHWIND, NamedBy::Path, Some(DESK)),
        (format!("https://board.apps.localhost:8443/?tenantId={CONTOSO}"), CONTOSO, NamedBy::Query, Some(BOARD)),
        ("https://vestibule.localhost:8443/contoso.example".to_owned(), CONTOSO, NamedBy::Path, None),
        ("https://vestibule.localhost:8443/?TenantID=contoso.example".to_owned(), CONTOSO, NamedBy::Query, None),
        (
            format!("https://vestibule.localhost:8443/signin/Desk/{DESK}?tenantId=northwind.example"),
            NORTHWIND,
            NamedBy::Query,
            Some(DESK),
        ),
        (format!("https://vestibule.localhost:8443/{CONTOSO}/redeem/{invitation}"), CONTOSO, NamedBy::Path, None),
    ];
    for (link, tenant, by, app) in rows {
        let door = door(&link).unwrap_or_else(|fault| panic!("{link}: {fault:?}"));
        assert_eq!((door.tenant.id, door.by, door.app()), (tenant, by, app), "{link}");
    }
    let admin = door("https://admin.vestibule.localhost:8443/contoso.example/guests").unwrap();
    assert!(admin.is_admin() && matches!(admin.destination, Destination::App { app, .. } if app == AppId::ADMIN));
}

#[test]
fn c3_what_the_front_desk_refuses_leads_nowhere() {
    let rows = [
        ("desk.apps.localhost:8443/northwind.example/", DoorFault::Shape),
        ("http://desk.apps.localhost:8443/northwind.example/", DoorFault::Shape),
        ("not a link", DoorFault::Shape),
        ("https://desk.apps.localhost/northwind.example/", DoorFault::Host),
        ("https://evil.example:8443/northwind.example/", DoorFault::Host),
        ("https://desk.apps.localhost:8443/", DoorFault::CommonUrl),
        ("https://board.apps.localhost:8443/", DoorFault::CommonUrl),
        ("https://vestibule.localhost:8443/", DoorFault::CommonUrl),
        ("https://vestibule.localhost:8443/common/myapps", DoorFault::CommonUrl),
        ("https://desk.apps.localhost:8443/fabrikam.example/", DoorFault::UnknownTenant),
        ("https://desk.apps.localhost:8443/northwind.example/?tenantid=contoso.example", DoorFault::TenantsDisagree),
        ("https://desk.apps.localhost:8443/northwind.example/a%2fb", DoorFault::Path),
        ("https://vestibule.localhost:8443/contoso.example/sign-in/code", DoorFault::Page),
    ];
    for (link, fault) in rows {
        assert_eq!(door(link).unwrap_err(), fault, "{link}");
    }
}
