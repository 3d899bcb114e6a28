-- What guests let other people's applications know (decision 17): one row for each client and exact redirect URI.
CREATE TABLE client_consents (
    tenant TEXT NOT NULL,
    user TEXT NOT NULL,
    app TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    scopes TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, user, app, redirect_uri),
    FOREIGN KEY (tenant, user) REFERENCES users (tenant, id)
) WITHOUT ROWID;
