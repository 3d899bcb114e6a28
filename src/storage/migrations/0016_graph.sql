-- The directory as programs page through it.

CREATE INDEX users_created ON users (tenant, created_at, id);
CREATE INDEX invitations_created ON invitations (tenant, created_at, id);
CREATE INDEX acceptances_agreement ON acceptances (tenant, agreement, user, sequence);

-- Domains that an organization says are its own, until the DNS record is seen that proves it.
CREATE TABLE domain_claims (
    tenant TEXT NOT NULL,
    domain TEXT NOT NULL,
    -- What the TXT record must say; of this tenant and domain alone.
    record TEXT NOT NULL,
    claimed_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, domain)
) WITHOUT ROWID;
