-- Passkeys of a member that were registered at or before this sign nobody in by themselves any more: the password was set anew
-- through a link of the administrator, and whoever had the old one may have planted them. As a second step they still count.

ALTER TABLE users ADD COLUMN passkeys_since BIGINT NOT NULL DEFAULT 0;
