-- DNS records by which the owners of domains name their identity providers: what was seen, and when.
CREATE TABLE domain_proofs (
    tenant TEXT NOT NULL,
    connection TEXT NOT NULL,
    domain TEXT NOT NULL,
    -- The issuer that the record named or should name: a connection that changes it must be proved anew.
    issuer TEXT NOT NULL,
    seen BOOLEAN NOT NULL,
    checked_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, connection, domain)
) WITHOUT ROWID;

-- Re-linking looks for a guest by the guest's own mail, for which 0003 made the index users_mail.
