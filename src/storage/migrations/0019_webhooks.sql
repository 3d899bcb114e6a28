-- Messages on their way to a tenant's webhooks, one row for each receiver, written with the audit line of which they tell. `body`
-- holds ids alone. `due_at` is set as long as somebody has to try; from `ends_at` on nobody does.
CREATE TABLE webhook_deliveries (
    tenant TEXT NOT NULL,
    webhook TEXT NOT NULL,
    id TEXT NOT NULL,
    line BIGINT NOT NULL,
    event TEXT NOT NULL,
    body TEXT NOT NULL,
    queued_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    due_at BIGINT,
    tries BIGINT NOT NULL,
    delivered_at BIGINT,
    given_up_at BIGINT,
    last_error TEXT,
    PRIMARY KEY (tenant, webhook, id),
    CHECK ((due_at IS NOT NULL) + (delivered_at IS NOT NULL) + (given_up_at IS NOT NULL) = 1)
) WITHOUT ROWID;

CREATE INDEX webhook_deliveries_due ON webhook_deliveries (tenant, webhook, due_at) WHERE due_at IS NOT NULL;

-- Receivers that answered 410 Gone: nothing is queued for them until the address changes or somebody says "try again".
CREATE TABLE gone_webhooks (
    tenant TEXT NOT NULL,
    webhook TEXT NOT NULL,
    url TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant, webhook)
) WITHOUT ROWID;
