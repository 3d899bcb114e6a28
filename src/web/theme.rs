//! A tenant's accent colour as a style sheet.

use http::Response;

use super::assets;
use crate::model::{Colour, TEXT_CONTRAST};

const WHITE: Colour = Colour::WHITE;

/// The darkest text of the product, used on light accents in dark mode; the style sheet's `--ink`.
const INK: Colour = Colour::new(0x14, 0x20, 0x1e);
/// The style sheet's darkest light surface on which an accent must still be legible as a link.
const LIGHT_SURFACE: Colour = Colour::new(0xf3, 0xf6, 0xf4);
/// The style sheet's lightest dark surface, on which an accent must still be legible as a link.
const DARK_SURFACE: Colour = Colour::new(0x20, 0x2b, 0x29);

/// White or ink, whichever reads better on `colour`.
fn text_on(colour: Colour) -> Colour {
    if colour.contrast(WHITE) >= colour.contrast(INK) { WHITE } else { INK }
}

/// Whether a tenant may use this accent.
pub fn accent(text: &str) -> Option<Colour> {
    Colour::accent(text)
}

/// The style sheet of a tenant. It sets four colours and cannot say anything else.
pub fn stylesheet(accent: Colour) -> String {
    let on_light = shifted(accent, INK, LIGHT_SURFACE);
    let on_dark = shifted(accent, WHITE, DARK_SURFACE);
    format!(
        ":root{{{}}}\n@media (prefers-color-scheme:dark){{:root{{{}}}}}\n",
        declarations(on_light, on_light.mixed(INK, 25)),
        declarations(on_dark, on_dark.mixed(WHITE, 25)),
    )
}

/// The accent with as little of `towards` mixed in as makes it legible on `surface`.
fn shifted(accent: Colour, towards: Colour, surface: Colour) -> Colour {
    let mut mixed = (0..=100).map(|percent| accent.mixed(towards, percent));
    mixed.find(|colour| colour.contrast(surface) >= TEXT_CONTRAST).unwrap_or(towards)
}

fn declarations(accent: Colour, hover: Colour) -> String {
    format!("--accent:{accent};--accent-hover:{hover};--on-accent:{}", text_on(accent))
}

/// Address of a tenant's style sheet: `/{tenant}/theme.css?v=…`, new whenever the colour is.
pub fn url(tenant: &str, accent: Colour) -> String {
    format!("/{tenant}/theme.css?v={}", assets::content_hash(stylesheet(accent).as_bytes()))
}

/// Answers a request for the style sheet of a tenant.
pub fn answer(accent: Colour) -> Response<String> {
    assets::file("text/css; charset=utf-8", stylesheet(accent))
}

#[cfg(test)]
mod tests;
