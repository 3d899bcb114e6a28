-- Whoever was erased left passkeys, authenticator apps and recovery codes behind, for their row stays as a husk. From now on
-- they go with the person; these are those of before.

DELETE FROM passkeys WHERE EXISTS (
    SELECT 1 FROM users WHERE users.tenant = passkeys.tenant AND users.id = passkeys.owner AND users.purged_at IS NOT NULL
);
DELETE FROM second_factors WHERE EXISTS (
    SELECT 1 FROM users
    WHERE users.tenant = second_factors.tenant AND users.id = second_factors.owner AND users.purged_at IS NOT NULL
);

-- Passkeys of a personal account that were registered at or before this sign nobody in by themselves any more: its password was
-- reset by proof of the mailbox, and whoever had the old one may have planted them. As a second step they still count.

ALTER TABLE accounts ADD COLUMN passkeys_since BIGINT NOT NULL DEFAULT 0;
