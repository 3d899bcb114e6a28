-- What people registered besides a password. '' as tenant: of a personal account, whose id is the owner; else the owner is
-- a user of the tenant. Secrets are sealed, recovery codes are keyed hashes.

CREATE TABLE second_factors (
    tenant TEXT NOT NULL,
    owner TEXT NOT NULL,
    totp TEXT,
    recovery_codes TEXT NOT NULL,
    apart BOOLEAN NOT NULL,
    changes BIGINT NOT NULL,
    PRIMARY KEY (tenant, owner)
) WITHOUT ROWID;

CREATE TABLE passkeys (
    tenant TEXT NOT NULL,
    owner TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    credential TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    PRIMARY KEY (tenant, owner, id)
) WITHOUT ROWID;

-- A credential belongs to one owner in the whole instance (WebAuthn §7.1 step 26).
CREATE UNIQUE INDEX passkeys_id ON passkeys (id);

-- Whoever is purged leaves no secret behind.
CREATE TRIGGER users_leave_no_factors AFTER DELETE ON users
BEGIN
    DELETE FROM second_factors WHERE tenant = OLD.tenant AND owner = OLD.id;
    DELETE FROM passkeys WHERE tenant = OLD.tenant AND owner = OLD.id;
END;
