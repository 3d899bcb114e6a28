//! The access panel: the apps of one tenant that this guest may open.

use askama::Template;

use crate::web::render::Page;

use super::chrome::{Chrome, monogram};
use super::coming::ComingLine;

/// The access panel. Searching is a GET with `q`.
#[derive(Template)]
#[template(path = "panel.html")]
pub struct Panel {
    /// Around the page.
    pub chrome: Chrome,
    /// The panel's own address, which the search box asks again.
    pub action: String,
    /// What was searched for; empty if nothing.
    pub search: String,
    /// The apps to show, in order.
    pub apps: Vec<AppTile>,
    /// How many apps there are without the search.
    pub total: usize,
    /// New versions of terms that may be accepted already.
    pub coming: Vec<ComingLine>,
    /// The person's own page.
    pub account_url: String,
    /// The organizations of this person, this one among them.
    pub organizations: Vec<OrganizationLink>,
}

/// An organization to switch to.
#[derive(Clone, Debug)]
pub struct OrganizationLink {
    /// Its name.
    pub name: String,
    /// Its first verified domain.
    pub domain: String,
    /// Its access panel.
    pub url: String,
    /// Whether it is the one that is open.
    pub current: bool,
    /// Whether the person was invited and has not redeemed yet.
    pub invited: bool,
}

/// An app on the panel.
#[derive(Clone, Debug)]
pub struct AppTile {
    /// Its name.
    pub name: String,
    /// Where a click leads.
    pub url: String,
    /// The host it lives on, shown beneath the name.
    pub host: String,
    /// One sentence on what it is for; may be empty.
    pub description: String,
    /// Address of its picture.
    pub icon_url: Option<String>,
    /// Where its owner looks after it, if this person owns it.
    pub manage_url: Option<String>,
}

/// How many colours tiles have; the style sheet has a class for each.
const TILE_COLOURS: u32 = 6;

impl AppTile {
    /// The letters on the tile.
    fn monogram(&self) -> String {
        monogram(&self.name)
    }

    /// The colour of the tile: always the same for the same name.
    fn colour(&self) -> u32 {
        self.name.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte))) % TILE_COLOURS
    }
}

impl Panel {
    /// The apps whose name, description or host contains what was searched for, in any case.
    pub fn matching(apps: Vec<AppTile>, search: &str) -> Vec<AppTile> {
        let wanted = search.trim().to_lowercase();
        apps.into_iter()
            .filter(|app| [&app.name, &app.description, &app.host].iter().any(|it| it.to_lowercase().contains(&wanted)))
            .collect()
    }

    /// How many apps are shown.
    fn found(&self) -> u32 {
        u32::try_from(self.apps.len()).unwrap_or(u32::MAX)
    }

    /// A search box for three apps is in the way.
    fn has_search(&self) -> bool {
        self.total > 3 || !self.search.is_empty()
    }
}

impl Page for Panel {}

#[cfg(test)]
mod tests {
    use super::*;

    fn tile(name: &str, host: &str) -> AppTile {
        AppTile {
            name: name.to_owned(),
            url: String::new(),
            host: host.to_owned(),
            description: "What is known".to_owned(),
            icon_url: None,
            manage_url: None,
        }
    }

    #[test]
    fn searching_looks_at_names_and_hosts_in_any_case() {
        let found = |search: &str| {
            let apps = vec![tile("Wiki", "wiki.contoso.example"), tile("Purchase Orders", "po.contoso.example")];
            Panel::matching(apps, search).into_iter().map(|app| app.name).collect::<Vec<_>>()
        };
        assert_eq!(found(" ORDER "), ["Purchase Orders"]);
        assert_eq!(found("wiki.con"), ["Wiki"]);
        assert_eq!(found("what is").len(), 2);
        assert_eq!(found("").len(), 2);
        assert!(found("payroll").is_empty());
    }

    #[test]
    fn a_tile_has_the_first_letters_and_a_lasting_colour() {
        assert_eq!(tile("purchase orders and invoices", "").monogram(), "PO");
        assert_eq!(tile("  (wiki)", "").monogram(), "W");
        assert_eq!(tile("été", "").monogram(), "É");
        assert_eq!(tile("—", "").monogram(), "");
        assert_eq!(tile("Wiki", "a").colour(), tile("Wiki", "b").colour());
        assert!(tile("Wiki", "").colour() < TILE_COLOURS);
        assert!(crate::web::assets::STYLE.contains(&format!(".tile-{} ", TILE_COLOURS - 1)));
    }
}
