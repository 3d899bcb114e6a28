//! Which of the fields that concern us a message has: found in one pass, for most messages have hardly any, and asking the map
//! for each of them costs more than everything else that is done to a head.

use http::HeaderMap;

/// The fields of a message that concern us, as a set.
#[derive(Clone, Copy, Default)]
pub struct Present(u32);

impl Present {
    /// `Connection`.
    pub const CONNECTION: Self = Self(1);
    /// What stays on the connection it came by, besides `Connection` and what it names.
    pub const HOP: Self = Self(1 << 1);
    /// `Content-Length`.
    pub const CONTENT_LENGTH: Self = Self(1 << 2);
    /// `Transfer-Encoding`, which is one of [`Self::HOP`] too.
    pub const TRANSFER_ENCODING: Self = Self(1 << 3);
    /// `Expect`.
    pub const EXPECT: Self = Self(1 << 4);
    /// `Via`.
    pub const VIA: Self = Self(1 << 5);
    /// `Set-Cookie`.
    pub const SET_COOKIE: Self = Self(1 << 6);
    /// `Cache-Control`.
    pub const CACHE_CONTROL: Self = Self(1 << 7);
    /// What an app may not say at all, or not without a look: `Alt-Svc` and its like.
    pub const NOT_THE_APPS: Self = Self(1 << 8);
    /// `Upgrade`, which is one of [`Self::HOP`] too.
    pub const UPGRADE: Self = Self(1 << 9);
    /// What tells a person from a machine: `Accept`, `Content-Type`, `Sec-Fetch-Mode` and `-Dest`, `X-Requested-With`.
    pub const AUDIENCE: Self = Self(1 << 10);
    /// `Accept-Language`.
    pub const LANGUAGE: Self = Self(1 << 11);
    /// What says where something is: `Location`, `Content-Location`, `Refresh`.
    pub const PLACES: Self = Self(1 << 15);
    /// Any name that is not listed here: a request's has to be looked at for what it may mean to an app.
    pub const OTHER: Self = Self(1 << 16);

    /// Looks at each name once.
    pub fn of(headers: &HeaderMap) -> Self {
        Self(headers.keys().fold(0, |found, name| found | Self::bits(name.as_str())))
    }

    /// Whether any of `wanted` is there.
    pub fn has(self, wanted: Self) -> bool {
        self.0 & wanted.0 != 0
    }

    /// By length first, so that a name is compared with a few others and not with all.
    fn bits(name: &str) -> u32 {
        match name.len() {
            2 if name == "te" => Self::HOP.0,
            3 if name == "via" => Self::VIA.0,
            3 if name == "dnt" => 0,
            4 if name == "host" => 0,
            5 if name == "range" => 0,
            6 if name == "accept" => Self::AUDIENCE.0,
            6 if name == "cookie" || name == "origin" || name == "pragma" => 0,
            6 if name == "expect" => Self::EXPECT.0,
            7 if name == "referer" => 0,
            7 if name == "upgrade" => Self::HOP.0 | Self::UPGRADE.0,
            7 if name == "trailer" => Self::HOP.0,
            7 if name == "alt-svc" => Self::NOT_THE_APPS.0,
            7 if name == "refresh" => Self::PLACES.0,
            8 if name == "priority" || name == "if-match" || name == "if-range" => 0,
            8 if name == "location" => Self::PLACES.0,
            9 if name == "sec-ch-ua" => 0,
            10 if name == "connection" => Self::CONNECTION.0,
            10 if name == "keep-alive" => Self::HOP.0,
            10 if name == "user-agent" => 0,
            10 if name == "set-cookie" => Self::SET_COOKIE.0,
            10 if name == "x-sendfile" => Self::NOT_THE_APPS.0,
            12 if name == "content-type" => Self::AUDIENCE.0,
            13 if name == "cache-control" => Self::CACHE_CONTROL.0,
            13 if name == "if-none-match" || name == "authorization" => 0,
            14 if name == "content-length" => Self::CONTENT_LENGTH.0,
            14 if name == "sec-fetch-mode" || name == "sec-fetch-dest" => Self::AUDIENCE.0,
            14 if name == "sec-fetch-site" || name == "sec-fetch-user" => 0,
            14 if name == "http2-settings" => Self::HOP.0,
            15 if name == "accept-encoding" => 0,
            15 if name == "accept-language" => Self::LANGUAGE.0,
            15 if name == "clear-site-data" => Self::NOT_THE_APPS.0,
            16 if name == "sec-ch-ua-mobile" => 0,
            16 if name == "x-requested-with" => Self::AUDIENCE.0,
            16 if name == "proxy-connection" => Self::HOP.0,
            16 if name == "content-location" => Self::PLACES.0,
            16 if name == "x-accel-redirect" => Self::NOT_THE_APPS.0,
            17 if name == "if-modified-since" => 0,
            17 if name == "transfer-encoding" => Self::HOP.0 | Self::TRANSFER_ENCODING.0,
            17 if name == "x-accel-buffering" => Self::NOT_THE_APPS.0,
            18 if name == "sec-ch-ua-platform" => 0,
            18 if name == "proxy-authenticate" => Self::HOP.0,
            19 if name == "proxy-authorization" => Self::HOP.0,
            25 if name == "upgrade-insecure-requests" => 0,
            25 if name == "strict-transport-security" => Self::NOT_THE_APPS.0,
            _ => Self::OTHER.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use http::header::{CACHE_CONTROL, CONNECTION, CONTENT_LENGTH, EXPECT, HeaderName, SET_COOKIE, VIA};
    use http::{HeaderMap, HeaderValue};

    use super::super::hop::HOP_BY_HOP;
    use super::super::identity;
    use super::*;

    #[test]
    fn e2_the_pass_over_the_names_misses_none() {
        let known = [CONTENT_LENGTH, CONNECTION, EXPECT, VIA, SET_COOKIE, CACHE_CONTROL];
        for name in HOP_BY_HOP.iter().chain(&known) {
            assert_eq!(Present::bits(name.as_str()) & Present::OTHER.0, 0, "{name}");
            assert_ne!(Present::bits(name.as_str()), 0, "{name}");
        }
        for name in &HOP_BY_HOP {
            assert!(Present(Present::bits(name.as_str())).has(Present::HOP), "{name}");
        }
        for name in ["x-forwarded-for", "te-x", "connections", "content-lengths", "cookies", "hosts", "forwarded"] {
            assert_eq!(Present::bits(name), Present::OTHER.0, "{name}");
        }
    }

    /// What is not looked at closer is what a closer look lets pass as it is.
    #[test]
    fn e1_no_listed_name_needs_the_look_that_it_is_spared() {
        let source = include_str!("present.rs");
        let listed = source
            .lines()
            .filter(|line| line.trim_start().starts_with(|first: char| first.is_ascii_digit()))
            .flat_map(|line| line.split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>());
        let mut count = 0;
        for name in listed {
            count += 1;
            assert_eq!(Present::bits(&name) & Present::OTHER.0, 0, "{name}");
            for odd_names_pass in [false, true] {
                for trusted in [false, true] {
                    let mut headers = HeaderMap::new();
                    let field = HeaderName::from_bytes(name.as_bytes()).unwrap();
                    headers.insert(field.clone(), HeaderValue::from_static("x"));
                    assert_eq!(identity::look_closer(&mut headers, odd_names_pass, trusted), Ok(()), "{name}");
                    assert!(headers.contains_key(&field), "{name}");
                }
            }
        }
        assert!(count > 45, "{count}");
    }
}
