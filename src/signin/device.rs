//! A browser that signed in before: it has budgets of its own, so that strangers who spend a guest's cannot lock the guest
//! out (attack row B7).

use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::clock::random_guid;
use crate::keys::{Keys, Purpose};
use crate::model::EmailAddress;

/// Addresses that one browser is known for.
const MOST: usize = 8;
/// What the cookie is sealed for.
const CONTEXT: &str = "device";

/// What the device cookie says; sealed, and worth nothing but budgets: it signs nobody in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    id: String,
    known: Vec<String>,
}

impl Device {
    /// Opens the cookie; anything that we did not seal is no device.
    pub fn open(keys: &Keys, cookie: &str) -> Option<Self> {
        serde_json::from_slice(&keys.open_sealed(Purpose::Personal, CONTEXT, cookie)?).ok()
    }

    /// The device with one more address that somebody proved on it, as the new value of its cookie.
    pub fn remembering(app: &App, device: Option<&Self>, address: &EmailAddress) -> String {
        let mut device = device
            .cloned()
            .unwrap_or_else(|| Self { id: random_guid(app.random.as_ref()).simple().to_string(), known: Vec::new() });
        let name = name_of(&app.keys, address);
        device.known.retain(|known| *known != name);
        device.known.push(name);
        let surplus = device.known.len().saturating_sub(MOST);
        device.known.drain(..surplus);
        app.keys.seal(Purpose::Personal, CONTEXT, &serde_json::to_vec(&device).unwrap_or_default())
    }

    /// The device's id, if `address` was proved on it before.
    pub fn known_for(&self, keys: &Keys, address: &EmailAddress) -> Option<&str> {
        self.known.contains(&name_of(keys, address)).then_some(self.id.as_str())
    }
}

/// The cookie lies on other people's machines, so it holds no address, only its keyed hash.
fn name_of(keys: &Keys, address: &EmailAddress) -> String {
    let hash = keys.keyed_hash(Purpose::Personal, &[CONTEXT.as_bytes(), address.as_str().as_bytes()]);
    data_encoding::HEXLOWER.encode(hash.get(..16).unwrap_or_default())
}
