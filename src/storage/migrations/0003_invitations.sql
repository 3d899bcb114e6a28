-- Invitations: what became of each, and what guests are given with them.

-- The life that was chosen for the link, so that a new mail gives the same again; NULL for one that does not end.
ALTER TABLE invitations ADD COLUMN link_seconds BIGINT;

CREATE INDEX invitations_ending ON invitations (tenant, expires_at)
WHERE expires_at IS NOT NULL AND state IN ('pending', 'declined', 'bounced');

-- Who changed which invitation to what, and when. Written by the directory itself, so that no verb can forget it; ids
-- alone, so that it may stay when a guest is erased.
CREATE TABLE invitation_history (
    tenant TEXT NOT NULL,
    user TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    invitation TEXT NOT NULL,
    previous TEXT,
    state TEXT NOT NULL,
    at BIGINT NOT NULL,
    changed_by TEXT,
    PRIMARY KEY (tenant, user, sequence)
) WITHOUT ROWID;

INSERT INTO invitation_history (tenant, user, sequence, invitation, previous, state, at, changed_by)
SELECT tenant, user, ROW_NUMBER() OVER (PARTITION BY tenant, user ORDER BY created_at, id), id, NULL, state,
       changed_at, changed_by
FROM invitations;

CREATE TRIGGER invitations_made AFTER INSERT ON invitations
BEGIN
    INSERT INTO invitation_history (tenant, user, sequence, invitation, previous, state, at, changed_by)
    SELECT NEW.tenant, NEW.user, COALESCE(MAX(sequence), 0) + 1, NEW.id, NULL, NEW.state, NEW.changed_at,
           NEW.changed_by
    FROM invitation_history WHERE tenant = NEW.tenant AND user = NEW.user;
END;
CREATE TRIGGER invitations_changed AFTER UPDATE ON invitations
WHEN OLD.state <> NEW.state OR OLD.changed_at <> NEW.changed_at
BEGIN
    INSERT INTO invitation_history (tenant, user, sequence, invitation, previous, state, at, changed_by)
    SELECT NEW.tenant, NEW.user, COALESCE(MAX(sequence), 0) + 1, NEW.id, OLD.state, NEW.state, NEW.changed_at,
           NEW.changed_by
    FROM invitation_history WHERE tenant = NEW.tenant AND user = NEW.user;
END;
-- Revoked is the end: a guest who is welcome again gets a new invitation with a new link.
CREATE TRIGGER invitations_revoked_stay BEFORE UPDATE ON invitations
WHEN OLD.state = 'revoked' AND NEW.state <> 'revoked'
BEGIN SELECT RAISE(ABORT, 'a revoked invitation is never opened again'); END;

CREATE TRIGGER invitation_history_insert BEFORE INSERT ON invitation_history
WHEN EXISTS (SELECT 1 FROM invitation_history WHERE tenant = NEW.tenant AND user = NEW.user AND sequence = NEW.sequence)
BEGIN SELECT RAISE(ABORT, 'the history of invitations is append-only'); END;
CREATE TRIGGER invitation_history_update BEFORE UPDATE ON invitation_history
BEGIN SELECT RAISE(ABORT, 'the history of invitations is append-only'); END;
CREATE TRIGGER invitation_history_delete BEFORE DELETE ON invitation_history
BEGIN SELECT RAISE(ABORT, 'the history of invitations is append-only'); END;

-- Membership of users in groups; a tenant's file names members by address besides.
CREATE TABLE group_members (
    tenant TEXT NOT NULL,
    user TEXT NOT NULL,
    group_id TEXT NOT NULL,
    PRIMARY KEY (tenant, user, group_id),
    FOREIGN KEY (tenant, user) REFERENCES users (tenant, id) ON DELETE CASCADE
) WITHOUT ROWID;

-- What an assigned user is within an app.
CREATE TABLE app_roles (
    tenant TEXT NOT NULL,
    user TEXT NOT NULL,
    app TEXT NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (tenant, user, app, role),
    FOREIGN KEY (tenant, user, app) REFERENCES assignments (tenant, user, app) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE TABLE app_owners (
    tenant TEXT NOT NULL,
    user TEXT NOT NULL,
    app TEXT NOT NULL,
    PRIMARY KEY (tenant, user, app),
    FOREIGN KEY (tenant, user) REFERENCES users (tenant, id) ON DELETE CASCADE
) WITHOUT ROWID;

-- Contacts beside those of the tenant's file: they only occupy an address.
CREATE TABLE contacts (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    display_name TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX contacts_address ON contacts (tenant, address);

-- Who holds an address.
CREATE INDEX users_mail ON users (tenant, mail) WHERE mail IS NOT NULL;
CREATE INDEX users_other_mails ON users (tenant, other_mails) WHERE other_mails <> '[]';
