-- What was proved with a personal account counts only if it was proved later: a new password, lost factors and an erasure end
-- every earlier proof, in every tenant and whether a guest is bound to it or not.
ALTER TABLE accounts ADD COLUMN proofs_since BIGINT NOT NULL DEFAULT 0;

-- Whom a tenant closed out and who is its guest no more: keyed hashes of addresses and identities, by the id of the object
-- that is gone. It is asked, never read.
CREATE TABLE barred (
    tenant TEXT NOT NULL,
    hash TEXT NOT NULL,
    user TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant, hash, user)
) WITHOUT ROWID;
