//! A tenant's accent colour as a style sheet, and the arithmetic of contrast behind it.

use http::Response;

use super::assets;

/// An sRGB colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour {
    red: u8,
    green: u8,
    blue: u8,
}

const WHITE: Colour = Colour { red: 255, green: 255, blue: 255 };
/// The darkest text of the product, used on light accents in dark mode; the style sheet's `--ink`.
const INK: Colour = Colour { red: 0x14, green: 0x20, blue: 0x1e };
/// The style sheet's darkest light surface on which an accent must still be legible as a link.
const LIGHT_SURFACE: Colour = Colour { red: 0xf3, green: 0xf6, blue: 0xf4 };
/// The style sheet's lightest dark surface, on which an accent must still be legible as a link.
const DARK_SURFACE: Colour = Colour { red: 0x20, green: 0x2b, blue: 0x29 };

/// WCAG 2.2 success criterion 1.4.3, text.
pub const TEXT_CONTRAST: f64 = 4.5;

impl Colour {
    /// Parses `#rrggbb` and nothing else: the text goes into a style sheet (attack row C6).
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let value = u32::from_str_radix(digits, 16).ok()?;
        let [_, red, green, blue] = value.to_be_bytes();
        Some(Self { red, green, blue })
    }

    /// WCAG 2.2 relative luminance.
    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }

    /// WCAG 2.2 contrast ratio, 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// This colour with `percent` of `other` mixed in.
    fn mixed(self, other: Self, percent: u32) -> Self {
        let mix = |from: u8, to: u8| {
            let sum = u32::from(from) * (100 - percent.min(100)) + u32::from(to) * percent.min(100);
            u8::try_from(sum / 100).unwrap_or(u8::MAX)
        };
        Self { red: mix(self.red, other.red), green: mix(self.green, other.green), blue: mix(self.blue, other.blue) }
    }

    /// White or ink, whichever reads better on this colour.
    fn text_on(self) -> Self {
        if self.contrast(WHITE) >= self.contrast(INK) { WHITE } else { INK }
    }
}

impl std::fmt::Display for Colour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

/// Whether a tenant may use this accent: `#rrggbb`, and at least 4.5 : 1 on white, since it colours links and buttons.
pub fn accent(text: &str) -> Option<Colour> {
    Colour::parse(text).filter(|colour| colour.contrast(WHITE) >= TEXT_CONTRAST)
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
    format!("--accent:{accent};--accent-hover:{hover};--on-accent:{}", accent.text_on())
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
