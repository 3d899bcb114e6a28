-- The directory. Times are microseconds since 1970, UTC. GUIDs are text, so that an operator can read what is there.
-- '' as tenant means the instance.

CREATE TABLE users (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    user_principal_name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    user_type TEXT NOT NULL CHECK (user_type IN ('Guest', 'Member')),
    creation_type TEXT,
    external_user_state TEXT CHECK (external_user_state IN ('PendingAcceptance', 'Accepted')),
    external_user_state_changed_at BIGINT,
    mail TEXT,
    invited_address TEXT,
    other_mails TEXT NOT NULL,
    issuer TEXT,
    subject TEXT,
    method TEXT,
    account_enabled BOOLEAN NOT NULL,
    preferred_language TEXT,
    admin BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    last_sign_in_at BIGINT,
    password_hash TEXT,
    PRIMARY KEY (tenant, id),
    CHECK ((issuer IS NULL) = (subject IS NULL) AND (issuer IS NULL) = (method IS NULL))
) WITHOUT ROWID;

CREATE UNIQUE INDEX users_principal_name ON users (tenant, user_principal_name);
CREATE UNIQUE INDEX users_invited_address ON users (tenant, invited_address) WHERE invited_address IS NOT NULL;
CREATE UNIQUE INDEX users_member_mail ON users (tenant, mail) WHERE user_type = 'Member' AND mail IS NOT NULL;
-- One identity, one user, in each tenant (INV4, INV5).
CREATE UNIQUE INDEX users_identity ON users (tenant, issuer, subject) WHERE issuer IS NOT NULL;
CREATE INDEX users_display_name ON users (tenant, display_name, id);
-- The one question that crosses tenants: "my organizations".
CREATE INDEX users_organizations ON users (issuer, subject, tenant) WHERE issuer IS NOT NULL;

-- A bound user may be unbound (reset of the redemption) but never handed straight to another identity (INV5).
CREATE TRIGGER users_bound_once BEFORE UPDATE ON users
WHEN OLD.issuer IS NOT NULL AND NEW.issuer IS NOT NULL AND (OLD.issuer <> NEW.issuer OR OLD.subject <> NEW.subject)
BEGIN
    SELECT RAISE(ABORT, 'a bound identity is never replaced');
END;

CREATE TABLE invitations (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    user TEXT NOT NULL,
    address TEXT NOT NULL,
    redirect_url TEXT,
    language TEXT,
    message TEXT,
    inviter TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'accepted', 'revoked')),
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    redeemed_at BIGINT,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, user) REFERENCES users (tenant, id)
) WITHOUT ROWID;

CREATE UNIQUE INDEX invitations_pending ON invitations (tenant, address) WHERE state = 'pending';
CREATE INDEX invitations_user ON invitations (tenant, user, created_at);

-- What guests answered. Append-only: the proof of a consent is worth nothing if it can be edited.
CREATE TABLE reviews (
    tenant TEXT NOT NULL,
    user TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('accepted', 'declined')),
    evidence TEXT NOT NULL,
    language TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    network TEXT NOT NULL,
    identity TEXT NOT NULL,
    PRIMARY KEY (tenant, user, sequence),
    FOREIGN KEY (tenant, user) REFERENCES users (tenant, id)
) WITHOUT ROWID;

CREATE TABLE acceptances (
    tenant TEXT NOT NULL,
    user TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    agreement TEXT NOT NULL,
    version TEXT NOT NULL,
    language TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('accepted', 'declined')),
    recorded_at BIGINT NOT NULL,
    network TEXT NOT NULL,
    identity TEXT NOT NULL,
    PRIMARY KEY (tenant, user, sequence),
    FOREIGN KEY (tenant, user) REFERENCES users (tenant, id)
) WITHOUT ROWID;

CREATE TABLE evidence (
    tenant TEXT NOT NULL,
    hash TEXT NOT NULL,
    media_type TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (tenant, hash)
);

CREATE TABLE assignments (
    tenant TEXT NOT NULL,
    user TEXT NOT NULL,
    app TEXT NOT NULL,
    PRIMARY KEY (tenant, user, app),
    FOREIGN KEY (tenant, user) REFERENCES users (tenant, id)
) WITHOUT ROWID;

CREATE TABLE epochs (
    tenant TEXT NOT NULL,
    user TEXT NOT NULL,
    ended_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, user)
) WITHOUT ROWID;

CREATE TABLE audit_lines (
    tenant TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    at BIGINT NOT NULL,
    event TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (tenant, sequence)
) WITHOUT ROWID;

-- The outbox is one queue of the instance, so its rows are found by their random id alone. `mail` is wiped once the mail
-- is out or given up, and `due_at` with it.
CREATE TABLE outbox (
    id TEXT NOT NULL PRIMARY KEY,
    tenant TEXT NOT NULL,
    mail TEXT,
    queued_at BIGINT NOT NULL,
    due_at BIGINT,
    tries BIGINT NOT NULL,
    sent_at BIGINT,
    last_error TEXT,
    CHECK ((mail IS NULL) = (due_at IS NULL))
) WITHOUT ROWID;

CREATE INDEX outbox_due ON outbox (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE objects (
    tenant TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    managed_by TEXT NOT NULL,
    managed_by_file BOOLEAN NOT NULL,
    enabled BOOLEAN NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, kind, id)
) WITHOUT ROWID;

-- A domain belongs to one tenant at a time; the id of such an object is the domain.
CREATE UNIQUE INDEX objects_domain ON objects (id) WHERE kind = 'domain' AND enabled;

CREATE TABLE accounts (
    id TEXT NOT NULL PRIMARY KEY,
    address TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE keys (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    purpose TEXT NOT NULL,
    sealed BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);

-- Append-only. The insert triggers stop INSERT OR REPLACE, which deletes without firing delete triggers.
CREATE TRIGGER reviews_insert BEFORE INSERT ON reviews
WHEN EXISTS (SELECT 1 FROM reviews WHERE tenant = NEW.tenant AND user = NEW.user AND sequence = NEW.sequence)
BEGIN SELECT RAISE(ABORT, 'reviews are append-only'); END;
CREATE TRIGGER reviews_update BEFORE UPDATE ON reviews
BEGIN SELECT RAISE(ABORT, 'reviews are append-only'); END;
CREATE TRIGGER reviews_delete BEFORE DELETE ON reviews
BEGIN SELECT RAISE(ABORT, 'reviews are append-only'); END;

CREATE TRIGGER acceptances_insert BEFORE INSERT ON acceptances
WHEN EXISTS (SELECT 1 FROM acceptances WHERE tenant = NEW.tenant AND user = NEW.user AND sequence = NEW.sequence)
BEGIN SELECT RAISE(ABORT, 'acceptances are append-only'); END;
CREATE TRIGGER acceptances_update BEFORE UPDATE ON acceptances
BEGIN SELECT RAISE(ABORT, 'acceptances are append-only'); END;
CREATE TRIGGER acceptances_delete BEFORE DELETE ON acceptances
BEGIN SELECT RAISE(ABORT, 'acceptances are append-only'); END;

CREATE TRIGGER evidence_insert BEFORE INSERT ON evidence
WHEN EXISTS (SELECT 1 FROM evidence WHERE tenant = NEW.tenant AND hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;
CREATE TRIGGER evidence_update BEFORE UPDATE ON evidence
BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;
CREATE TRIGGER evidence_delete BEFORE DELETE ON evidence
BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;

-- A new audit line must continue its chain: next number, hash of the line before.
CREATE TRIGGER audit_lines_insert BEFORE INSERT ON audit_lines
WHEN NEW.sequence <> COALESCE((SELECT MAX(sequence) FROM audit_lines WHERE tenant = NEW.tenant), 0) + 1
  OR NEW.previous <> COALESCE(
      (SELECT hash FROM audit_lines WHERE tenant = NEW.tenant ORDER BY sequence DESC LIMIT 1),
      '0000000000000000000000000000000000000000000000000000000000000000')
BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END;
CREATE TRIGGER audit_lines_update BEFORE UPDATE ON audit_lines
BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END;
CREATE TRIGGER audit_lines_delete BEFORE DELETE ON audit_lines
BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END;
