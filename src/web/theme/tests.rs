//! WCAG 2.2 AA: every pair of colours that meets on a page, in light and in dark, and every accent a tenant may choose.

use std::collections::BTreeMap;

use super::*;
use crate::web::assets::STYLE;

/// WCAG 2.2 success criterion 1.4.11: borders of fields, focus rings, icons.
const SHAPE_CONTRAST: f64 = 3.0;

fn tokens(css: &str) -> BTreeMap<String, Colour> {
    css.split([';', '{', '}'])
        .filter_map(|declaration| {
            let (name, value) = declaration.trim().strip_prefix("--")?.split_once(':')?;
            Some((name.to_owned(), Colour::parse(value.trim())?))
        })
        .collect()
}

fn schemes(css: &str) -> [(&'static str, BTreeMap<String, Colour>); 2] {
    let start = css.find("@media (prefers-color-scheme").unwrap();
    let end = start + css[start..].find("}}").or_else(|| css[start..].find("  }\n}")).unwrap();
    let light = tokens(&css[..start]);
    let mut dark = light.clone();
    dark.extend(tokens(&css[start..end]));
    [("light", light), ("dark", dark)]
}

const TEXT_PAIRS: &[(&str, &[&str])] = &[
    ("ink", &["ground", "opening", "surface", "surface-quiet"]),
    ("ink-quiet", &["ground", "opening", "surface", "surface-quiet"]),
    ("accent", &["surface", "surface-quiet"]),
    ("accent-hover", &["surface", "surface-quiet"]),
    ("on-accent", &["accent", "accent-hover"]),
    ("bad", &["surface", "bad-surface"]),
    ("care", &["care-surface"]),
    ("good", &["good-surface"]),
    ("on-tile", &["tile-0", "tile-1", "tile-2", "tile-3", "tile-4", "tile-5"]),
];

const SHAPE_PAIRS: &[(&str, &[&str])] = &[
    ("line-strong", &["surface", "surface-quiet"]),
    ("focus", &["ground", "opening", "surface", "surface-quiet"]),
    ("bad", &["surface"]),
];

fn failures(scheme: &str, tokens: &BTreeMap<String, Colour>) -> Vec<String> {
    let pairs = TEXT_PAIRS.iter().map(|pair| (pair, TEXT_CONTRAST));
    let shapes = SHAPE_PAIRS.iter().map(|pair| (pair, SHAPE_CONTRAST));
    let mut failures = Vec::new();
    for ((front, backs), least) in pairs.chain(shapes) {
        for back in *backs {
            let ratio = tokens[*front].contrast(tokens[*back]);
            if ratio < least {
                failures.push(format!("{scheme}: --{front} on --{back} is {ratio:.2}, needs {least}"));
            }
        }
    }
    failures
}

#[test]
fn every_pair_of_the_style_sheet_is_legible() {
    for (scheme, tokens) in schemes(STYLE) {
        assert_eq!(failures(scheme, &tokens), Vec::<String>::new());
    }
}

#[test]
fn the_check_sees_a_faint_colour() {
    let faint = STYLE.replace("--ink-quiet: #4b5955", "--ink-quiet: #9aa5a1");
    let [(scheme, tokens), _] = schemes(&faint);
    assert_eq!(failures(scheme, &tokens).len(), 4);
}

#[test]
fn the_constants_here_are_the_style_sheets() {
    let [(_, light), (_, dark)] = schemes(STYLE);
    assert_eq!(light["ink"], INK);
    assert_eq!(dark["surface-quiet"], DARK_SURFACE);
    assert_eq!(light["surface-quiet"], LIGHT_SURFACE);
    assert_eq!(light["surface"], WHITE);
}

#[test]
fn contrast_is_what_wcag_says() {
    let black = Colour::parse("#000000").unwrap();
    assert!((black.contrast(WHITE) - 21.0).abs() < 1e-9);
    assert!((Colour::parse("#767676").unwrap().contrast(WHITE) - 4.54).abs() < 0.01);
    assert!((WHITE.contrast(WHITE) - 1.0).abs() < 1e-9);
}

#[test]
fn any_accent_that_passes_is_legible_in_both_schemes() {
    let steps = [0_u8, 51, 102, 153, 204, 255];
    let mut tried = 0;
    for (red, green, blue) in steps.iter().flat_map(|r| steps.iter().flat_map(move |g| steps.map(|b| (*r, *g, b)))) {
        let Some(colour) = accent(&Colour::new(red, green, blue).to_string()) else { continue };
        tried += 1;
        let theme = schemes(&stylesheet(colour));
        for ((scheme, mut tokens), (_, replaced)) in schemes(STYLE).into_iter().zip(theme) {
            tokens.extend(replaced);
            assert_eq!(failures(scheme, &tokens), Vec::<String>::new(), "accent {colour}");
        }
    }
    assert!(tried > 60, "{tried}");
}

#[test]
fn c6_an_accent_is_six_digits_and_nothing_else() {
    for bad in [
        "",
        "#fff",
        "#ffffff",
        "#ffee00",
        "red",
        "0f5f5c",
        "#0f5f5c;}body{display:none",
        "#0f5f5g",
        "#0f5f5c ",
        " #0f5f5c",
        "#+f5f5c",
        "#0f5f5c/*",
        "url(#0f5f)",
        "#00000\u{0660}",
        "#0f5f5c\n",
    ] {
        assert_eq!(accent(bad), None, "{bad:?}");
    }
    assert_eq!(accent("#0F5F5C").map(|colour| colour.to_string()), Some("#0f5f5c".to_owned()));
}

#[test]
fn the_address_changes_with_the_colour() {
    let (one, two) = (accent("#0f5f5c").unwrap(), accent("#7a1f5c").unwrap());
    assert!(url("contoso.example", one).starts_with("/contoso.example/theme.css?v="));
    assert_ne!(url("contoso.example", one), url("contoso.example", two));
    assert_eq!(answer(one).headers()["content-type"], "text/css; charset=utf-8");
}
