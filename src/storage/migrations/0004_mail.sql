-- Mailboxes whose owners take no invitation mails: of one tenant, or of everybody (empty tenant). The list belongs to the
-- instance. The address is kept as a keyed hash alone: the list is asked, never read.
CREATE TABLE mail_blocks (
    tenant TEXT NOT NULL,
    address_hash TEXT NOT NULL,
    blocked_at BIGINT NOT NULL,
    PRIMARY KEY (address_hash, tenant)
) WITHOUT ROWID;

-- Which invitation a mail brings, and when it came back. Both outlive the content of the mail.
ALTER TABLE outbox ADD COLUMN invitation TEXT;
ALTER TABLE outbox ADD COLUMN bounced_at BIGINT;

CREATE INDEX outbox_invitation ON outbox (tenant, invitation, queued_at) WHERE invitation IS NOT NULL;
