//! The permissions that an application can be given, named as the original's; each says what it opens and nothing more.

use std::fmt;
use std::str::FromStr;

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $words:literal;)+) => {
        /// One permission of the admin API.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Permission {
            $($(#[$doc])* $name,)+
        }

        impl Permission {
            /// All of them, by name.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The original's name, as it stands in a registration and in the claim `roles`.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// What it allows, for documents and consent pages.
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$name => $words,)+ }
            }
        }
    };
}

permissions! {
    /// Read agreements.
    AgreementRead = "Agreement.Read.All", "Read terms of use and their files.";
    /// Publish agreements.
    AgreementReadWrite = "Agreement.ReadWrite.All", "Read terms of use, and publish versions of them.";
    /// Read answers.
    AgreementAcceptanceRead = "AgreementAcceptance.Read.All", "Read who accepted or declined terms of use.";
    /// Assign people to applications.
    AppRoleAssignmentReadWrite = "AppRoleAssignment.ReadWrite.All", "Give people applications and their roles, and take them away.";
    /// Read applications.
    ApplicationRead = "Application.Read.All", "Read applications and who is assigned to them.";
    /// Set keys of applications.
    ApplicationReadWrite = "Application.ReadWrite.All", "Read applications, and set the keys of those that may do no more than the caller.";
    /// Read the audit log.
    AuditLogRead = "AuditLog.Read.All", "Read audit lines, sign-ins, and when somebody signed in last.";
    /// Read everything of the directory.
    DirectoryRead = "Directory.Read.All", "Read users, groups, applications, domains and the organization.";
    /// Change what of the directory can be changed.
    DirectoryReadWrite = "Directory.ReadWrite.All", "Invite, read and change users, groups and domains; deletes nobody.";
    /// Read domains.
    DomainRead = "Domain.Read.All", "Read the organization's domains.";
    /// Add domains.
    DomainReadWrite = "Domain.ReadWrite.All", "Read domains, add one, and verify it.";
    /// Read groups.
    GroupRead = "Group.Read.All", "Read groups and their members.";
    /// Change memberships.
    GroupMemberReadWrite = "GroupMember.ReadWrite.All", "Read groups, and change who is a member.";
    /// Read identity providers.
    IdentityProviderRead = "IdentityProvider.Read.All", "Read the identity providers of guests.";
    /// Read the organization.
    OrganizationRead = "Organization.Read.All", "Read the organization's name, domains and privacy profile.";
    /// Read policies.
    PolicyRead = "Policy.Read.All", "Read policies.";
    /// Change the policy on inviting.
    PolicyAuthorization = "Policy.ReadWrite.Authorization", "Change who may invite.";
    /// Change the policy on home realms.
    PolicyCrossTenantAccess = "Policy.ReadWrite.CrossTenantAccess", "Change the redemption order and automatic redemption.";
    /// Change the policy on methods.
    PolicyAuthenticationMethod = "Policy.ReadWrite.AuthenticationMethod", "Change by which methods guests sign in.";
    /// Change what holds a role.
    RoleManagement = "RoleManagement.ReadWrite.Directory", "Act on people who hold a role.";
    /// Restore and delete for good.
    UserDeleteRestore = "User.DeleteRestore.All", "Delete guests, restore them, and delete them for good.";
    /// Block and let in again.
    UserEnableDisable = "User.EnableDisableAccount.All", "Block guests and let them in again.";
    /// Invite.
    UserInvite = "User.Invite.All", "Invite guests, and see, resend and revoke an invitation by its id.";
    /// Read oneself; means something only in a token of a user.
    UserReadSelf = "User.Read", "Read the own profile.";
    /// Read users.
    UserRead = "User.Read.All", "Read users.";
    /// Change users.
    UserReadWrite = "User.ReadWrite.All", "Invite, read, change, reset, delete and restore guests.";
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Permission {
    type Err = ();

    /// Byte for byte: there is one spelling.
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.iter().find(|permission| permission.as_str() == text).copied().ok_or(())
    }
}

/// Several permissions, as a set of bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permissions(u32);

impl Permissions {
    /// Those of `names` that exist; others open nothing.
    pub fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        names.into_iter().filter_map(|name| name.parse().ok()).collect()
    }

    /// Whether this one is among them.
    pub fn has(self, permission: Permission) -> bool {
        self.0 & Self::bit(permission) != 0
    }

    /// Whether one of these is among them.
    pub fn has_any(self, permissions: &[Permission]) -> bool {
        permissions.iter().any(|permission| self.has(*permission))
    }

    fn bit(permission: Permission) -> u32 {
        1 << (permission as u32)
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        Self(permissions.into_iter().fold(0, |bits, permission| bits | Self::bit(permission)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c4_a_name_has_one_spelling_and_opens_itself_alone() {
        assert!(Permission::ALL.len() <= 32, "one bit each");
        for permission in Permission::ALL {
            let alone = Permissions::named([permission.as_str()]);
            assert_eq!(alone, [*permission].into_iter().collect());
            for other in Permission::ALL {
                assert_eq!(alone.has(*other), other == permission);
            }
            for odd in [permission.as_str().to_lowercase(), format!("{permission} "), format!("{permission}.x")] {
                assert_eq!(Permissions::named([odd.as_str()]), Permissions::default(), "{odd}");
            }
        }
        assert_eq!(Permissions::named(["*", "", "All", ".default"]), Permissions::default());
    }
}
