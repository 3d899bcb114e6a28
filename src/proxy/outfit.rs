//! What requests of one guest tell an app alike, laid out once: a browser's next request mostly comes from the same address, for
//! the same host and by the same guest, and then only its number is new.

use std::cell::RefCell;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

use http::header::HOST;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::identity::{Statement, X_FORWARDED_FOR, X_REAL_IP, X_REQUEST_ID};
use crate::session::CachedFields;

const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const X_FORWARDED_PORT: HeaderName = HeaderName::from_static("x-forwarded-port");

/// How many are kept by one thread, of some 3 KiB each: those of guests who ask again within a second.
const PLACES: usize = 256;

/// The layouts of a thread.
pub(super) struct Outfits {
    slots: RefCell<Box<[Option<Layout>]>>,
}

impl Default for Outfits {
    fn default() -> Self {
        Self { slots: RefCell::new((0..PLACES).map(|_| None).collect()) }
    }
}

struct Layout {
    fields: Option<Arc<CachedFields>>,
    authority: HeaderValue,
    address: HeaderValue,
    port: u16,
    headers: HeaderMap,
    /// Whether it was asked for since the last sweep.
    used: bool,
}

impl Layout {
    fn new(statement: &Statement<'_>, fields: Option<&Arc<CachedFields>>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, statement.authority.clone());
        headers.insert(X_FORWARDED_FOR, statement.address.clone());
        headers.insert(X_FORWARDED_HOST, statement.authority.clone());
        headers.insert(X_FORWARDED_PROTO, HeaderValue::from_static("https"));
        headers.insert(X_FORWARDED_PORT, HeaderValue::from(statement.port));
        headers.insert(X_REAL_IP, statement.address.clone());
        headers.insert(X_REQUEST_ID, statement.request_id.clone());
        for (name, value) in fields.iter().flat_map(|fields| &fields.fields) {
            headers.insert(name.clone(), value.clone());
        }
        Self {
            fields: fields.cloned(),
            authority: statement.authority.clone(),
            address: statement.address.clone(),
            port: statement.port,
            headers,
            used: true,
        }
    }

    /// Whether it says exactly this, but for the number of the request.
    fn says(&self, statement: &Statement<'_>, fields: Option<&Arc<CachedFields>>) -> bool {
        let same_guest = match (&self.fields, fields) {
            // Fields are never changed, only made anew.
            (Some(known), Some(wanted)) => Arc::ptr_eq(known, wanted),
            (None, None) => true,
            _ => false,
        };
        same_guest
            && self.port == statement.port
            && self.authority == *statement.authority
            && self.address == *statement.address
    }
}

impl Outfits {
    /// All that we state about a request, its number included. Without `fields` it says nothing of who asks.
    pub(super) fn of(&self, statement: &Statement<'_>, fields: Option<&Arc<CachedFields>>) -> HeaderMap {
        let mut slots = self.slots.borrow_mut();
        let Some(slot) = slots.get_mut(place(statement, fields)) else {
            return Layout::new(statement, fields).headers;
        };
        if let Some(layout) = slot.as_mut().filter(|layout| layout.says(statement, fields)) {
            layout.used = true;
            let mut headers = layout.headers.clone();
            headers.insert(X_REQUEST_ID, statement.request_id.clone());
            return headers;
        }
        slot.insert(Layout::new(statement, fields)).headers.clone()
    }

    /// Forgets those that were not used since the last sweep.
    pub(super) fn sweep(&self) {
        for slot in self.slots.borrow_mut().iter_mut() {
            slot.take_if(|layout| !std::mem::take(&mut layout.used));
        }
    }
}

/// Where a layout is kept. Whoever finds another one there makes it anew.
fn place(statement: &Statement<'_>, fields: Option<&Arc<CachedFields>>) -> usize {
    // Where its fields lie in memory tells one guest from another.
    let who = fields.map_or(0, |fields| Arc::as_ptr(fields).addr());
    let mut hasher = foldhash::fast::FixedState::default().build_hasher();
    hasher.write_usize(who);
    hasher.write(statement.address.as_bytes());
    hasher.write(statement.authority.as_bytes());
    usize::try_from(hasher.finish()).unwrap_or_default() % PLACES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proxy::samples::{NOW, record};

    fn fields(user: &'static str) -> Arc<CachedFields> {
        let name = HeaderName::from_static("x-forwarded-user");
        Arc::new(CachedFields {
            record: Arc::new(record(1)),
            fields: vec![(name, HeaderValue::from_static(user))],
            renew_at: NOW,
            expires_at: NOW,
        })
    }

    fn asked<'a>(authority: &'a HeaderValue, address: &'a HeaderValue, number: u64) -> Statement<'a> {
        Statement {
            address,
            peer: "192.0.2.7".parse().unwrap(),
            trusted: false,
            authority,
            port: 8443,
            prefix: None,
            request_id: HeaderValue::from(number),
        }
    }

    /// Whatever came before, a request says what it would say as the first one.
    #[test]
    fn e1_nothing_of_an_earlier_request_is_said_of_a_later_one() {
        let outfits = Outfits::default();
        let (guest, other) = (fields("guest"), fields("other"));
        let mut number = 0;
        for _ in 0..2 {
            for who in [Some(&guest), None, Some(&other), Some(&guest), Some(&guest)] {
                for (authority, address) in [("wiki:1", "192.0.2.7"), ("desk:1", "192.0.2.7"), ("desk:1", "::1")] {
                    number += 1;
                    let (authority, address) = (HeaderValue::from_static(authority), HeaderValue::from_static(address));
                    let statement = asked(&authority, &address, number);
                    let said = outfits.of(&statement, who);
                    assert_eq!(said, Outfits::default().of(&statement, who));
                    assert_eq!(said[X_REQUEST_ID], number.to_string());
                    assert_eq!(said[HOST], authority);
                    assert_eq!(said[X_FORWARDED_HOST], authority);
                    assert_eq!((&said[X_FORWARDED_FOR], &said[X_REAL_IP]), (&address, &address));
                    let user = said.get("x-forwarded-user").map(|value| value.to_str().unwrap());
                    assert_eq!(user, who.map(|fields| fields.fields[0].1.to_str().unwrap()));
                }
            }
        }
    }

    #[test]
    fn whoever_stays_away_is_forgotten() {
        let outfits = Outfits::default();
        let (authority, address) = (HeaderValue::from_static("wiki:1"), HeaderValue::from_static("192.0.2.7"));
        let statement = asked(&authority, &address, 1);
        let kept = || outfits.slots.borrow().iter().flatten().count();
        let guest = fields("guest");
        outfits.of(&statement, Some(&guest));
        outfits.sweep();
        assert_eq!((kept(), Arc::strong_count(&guest)), (1, 2));
        outfits.sweep();
        assert_eq!((kept(), Arc::strong_count(&guest)), (0, 1));
    }
}
