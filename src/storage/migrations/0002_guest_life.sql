-- The life of a guest: sponsors, an end, the bin; and invitations with all their states, who changed them and when.

ALTER TABLE users ADD COLUMN guest_inviter BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE users ADD COLUMN sponsors TEXT NOT NULL DEFAULT '[]';
ALTER TABLE users ADD COLUMN expires_at BIGINT;
ALTER TABLE users ADD COLUMN deleted_at BIGINT;

-- A guest in the bin keeps its row, and gives its names and addresses free. Its identity stays taken away from nobody:
-- the bin is emptied of it by a restore, or by a purge.
DROP INDEX users_principal_name;
DROP INDEX users_invited_address;
DROP INDEX users_member_mail;
DROP INDEX users_identity;
DROP INDEX users_organizations;
CREATE UNIQUE INDEX users_principal_name ON users (tenant, user_principal_name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX users_invited_address ON users (tenant, invited_address)
    WHERE invited_address IS NOT NULL AND deleted_at IS NULL;
CREATE UNIQUE INDEX users_member_mail ON users (tenant, mail)
    WHERE user_type = 'Member' AND mail IS NOT NULL AND deleted_at IS NULL;
CREATE UNIQUE INDEX users_identity ON users (tenant, issuer, subject) WHERE issuer IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX users_organizations ON users (issuer, subject, tenant) WHERE issuer IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX users_bin ON users (tenant, deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX users_end ON users (expires_at) WHERE expires_at IS NOT NULL AND deleted_at IS NULL;

-- SQLite cannot widen a CHECK in place.
CREATE TABLE invitations_of_all_states (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    user TEXT NOT NULL,
    address TEXT NOT NULL,
    redirect_url TEXT,
    language TEXT,
    message TEXT,
    inviter TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'accepted', 'declined', 'expired', 'revoked', 'bounced')),
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    redeemed_at BIGINT,
    cc TEXT,
    invited_by TEXT,
    route TEXT,
    changed_at BIGINT NOT NULL,
    changed_by TEXT,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, user) REFERENCES users (tenant, id)
) WITHOUT ROWID;

INSERT INTO invitations_of_all_states (tenant, id, user, address, redirect_url, language, message, inviter, state,
    created_at, expires_at, redeemed_at, changed_at)
SELECT tenant, id, user, address, redirect_url, language, message, inviter, state, created_at, expires_at, redeemed_at,
    COALESCE(redeemed_at, created_at) FROM invitations;

DROP TABLE invitations;
ALTER TABLE invitations_of_all_states RENAME TO invitations;

-- One open invitation for each address: whoever is invited again gets the old link.
CREATE UNIQUE INDEX invitations_open ON invitations (tenant, address)
    WHERE state IN ('pending', 'declined', 'expired', 'bounced');
CREATE INDEX invitations_user ON invitations (tenant, user, created_at);
CREATE INDEX invitations_end ON invitations (expires_at) WHERE state = 'pending' AND expires_at IS NOT NULL;
