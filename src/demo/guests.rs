//! Who is in the demo at the start, as data: `cli/demo` loads it through the same verbs that everybody uses.

/// Contoso's id.
pub const CONTOSO: &str = "c0a70500-0000-4000-8000-000000000001";
/// Northwind's id.
pub const NORTHWIND: &str = "c0a70500-0000-4000-8000-000000000002";
/// Wiki's id.
pub const WIKI: &str = "c0a70500-0000-4000-8000-0000000000b1";
/// Desk's id.
pub const DESK: &str = "c0a70500-0000-4000-8000-0000000000b2";
/// Board's id.
pub const BOARD: &str = "c0a70500-0000-4000-8000-0000000000b3";
/// Id of the API client of both tenants.
pub const API_CLIENT: &str = "c0a70500-0000-4000-8000-0000000000a1";
/// Secret of the API client.
pub const API_CLIENT_SECRET: &str = "demo-secret";

/// How somebody was brought in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// An invitation mail.
    Mail,
    /// Added without a mail: the direct link only.
    DirectLink,
}

/// A guest at the start.
#[derive(Clone, Copy, Debug)]
pub struct Guest {
    /// Who they are.
    pub address: &'static str,
    /// The address that was invited, where it is another one.
    pub invited_as: &'static str,
    /// Display name given with the invitation.
    pub name: &'static str,
    /// Tenants that invited them, by id; none for somebody who was not invited.
    pub tenants: &'static [&'static str],
    /// Mail or not.
    pub how: How,
    /// What this guest shows.
    pub shows: &'static str,
    /// The whole of it works already; otherwise it comes with a later version.
    pub ready: bool,
}

/// All guests at the start. Each is assigned to every app of the tenant.
pub const GUESTS: [Guest; 10] = [
    Guest {
        address: "guest@fabrikam.example",
        invited_as: "guest@fabrikam.example",
        name: "Gwen Guest",
        tenants: &[CONTOSO, NORTHWIND],
        how: How::Mail,
        shows: "home organization",
        ready: true,
    },
    Guest {
        address: "direct@fabrikam.example",
        invited_as: "direct@fabrikam.example",
        name: "Dirk Direct",
        tenants: &[CONTOSO],
        how: How::DirectLink,
        shows: "added without a mail: direct link only",
        ready: true,
    },
    Guest {
        address: "colleague@fabrikam.example",
        invited_as: "colleague@fabrikam.example",
        name: "Cora Colleague",
        tenants: &[],
        how: How::Mail,
        shows: "not invited: learns nothing",
        ready: true,
    },
    Guest {
        address: "worker@fabrikam.example",
        invited_as: "alias@fabrikam.example",
        name: "Wim Worker",
        tenants: &[CONTOSO],
        how: How::Mail,
        shows: "alias: works by the mail link only",
        ready: true,
    },
    Guest {
        address: "contact@mail.example",
        invited_as: "contact@mail.example",
        name: "Connie Contact",
        tenants: &[CONTOSO],
        how: How::Mail,
        shows: "guest without e-mail, as a contact holds the same address: redeem URL only",
        ready: true,
    },
    Guest {
        address: "passcode@mail.example",
        invited_as: "passcode@mail.example",
        name: "Pat Passcode",
        tenants: &[CONTOSO],
        how: How::Mail,
        shows: "one-time passcode",
        ready: true,
    },
    Guest {
        address: "newcomer@mail.example",
        invited_as: "newcomer@mail.example",
        name: "Nora Newcomer",
        tenants: &[NORTHWIND],
        how: How::Mail,
        shows: "must create a personal account, by the mail link",
        ready: true,
    },
    Guest {
        address: "existing@mail.example",
        invited_as: "existing@mail.example",
        name: "Eddy Existing",
        tenants: &[NORTHWIND],
        how: How::Mail,
        shows: "existing personal account",
        ready: true,
    },
    Guest {
        address: "friend@social.example",
        invited_as: "friend@social.example",
        name: "Fia Friend",
        tenants: &[CONTOSO],
        how: How::Mail,
        shows: "social identity, first-time redemption",
        ready: true,
    },
    Guest {
        address: "member@contoso.example",
        invited_as: "member@contoso.example",
        name: "Mia Member",
        tenants: &[NORTHWIND],
        how: How::Mail,
        shows: "member of another tenant of the same instance",
        ready: true,
    },
];

/// A member or administrator of a tenant.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Address, in a verified domain of the tenant.
    pub address: &'static str,
    /// Display name.
    pub name: &'static str,
    /// The tenant's id.
    pub tenant: &'static str,
    /// Password.
    pub password: &'static str,
    /// Administers the tenant.
    pub admin: bool,
}

/// All members at the start.
pub const MEMBERS: [Member; 3] = [
    Member { address: "admin@contoso.example", name: "Ada Admin", tenant: CONTOSO, password: "demo", admin: true },
    Member { address: "member@contoso.example", name: "Mia Member", tenant: CONTOSO, password: "demo", admin: false },
    Member { address: "admin@northwind.example", name: "Nils Admin", tenant: NORTHWIND, password: "demo", admin: true },
];

/// A personal account that exists at the start.
#[derive(Clone, Copy, Debug)]
pub struct PersonalAccount {
    /// Address.
    pub address: &'static str,
    /// Display name.
    pub name: &'static str,
    /// Password.
    pub password: &'static str,
}

/// All personal accounts at the start.
pub const PERSONAL_ACCOUNTS: [PersonalAccount; 1] =
    [PersonalAccount { address: "existing@mail.example", name: "Eddy Existing", password: "demo demo demo demo" }];

/// An address that a contact of a tenant holds.
#[derive(Clone, Copy, Debug)]
pub struct Contact {
    /// Address.
    pub address: &'static str,
    /// The tenant's id.
    pub tenant: &'static str,
}

/// All contacts at the start.
pub const CONTACTS: [Contact; 1] = [Contact { address: "contact@mail.example", tenant: CONTOSO }];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::{fabrikam, sociable};

    #[test]
    fn whoever_signs_in_elsewhere_exists_there() {
        for guest in GUESTS.iter().filter(|guest| guest.address.ends_with("@fabrikam.example")) {
            let person = fabrikam::PEOPLE.iter().find(|person| person.address == guest.address).unwrap();
            assert_eq!(person.name, guest.name);
        }
        assert!(GUESTS.iter().any(|guest| guest.address == sociable::FRIEND));
        // The seeding hashes it once for all of them.
        assert!(MEMBERS.iter().all(|member| member.password == MEMBERS[0].password));
        for account in PERSONAL_ACCOUNTS {
            assert!(GUESTS.iter().any(|guest| guest.address == account.address));
        }
    }
}
