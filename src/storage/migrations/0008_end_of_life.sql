-- Change, leave, end: resets, reminders, erasure, reviews of access, and who was active.

-- A user whose personal data is gone: the row stays for what refers to its id, and nothing finds it any more.
ALTER TABLE users ADD COLUMN purged_at BIGINT;

-- When a redemption was reset: whoever redeems afterwards answers for themselves.
CREATE TABLE resets (
    tenant TEXT NOT NULL,
    user TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant, user, at)
) WITHOUT ROWID;

-- What was done about an end of access: `days` before it a reminder went out, 0 the access ended. By the end itself, so
-- that one that was moved is reminded of anew.
CREATE TABLE end_notices (
    tenant TEXT NOT NULL,
    user TEXT NOT NULL,
    ends_at BIGINT NOT NULL,
    days BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant, user, ends_at, days)
) WITHOUT ROWID;

-- The key of each person, sealed: without it the personal data in audit lines is noise, and the chain stays whole.
CREATE TABLE person_keys (
    tenant TEXT NOT NULL,
    user TEXT NOT NULL,
    sealed TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, user)
) WITHOUT ROWID;

-- Whom this directory has forgotten, hashed. The same stands in a file beside it, which no restore of a backup undoes.
CREATE TABLE tombstones (
    hash TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL
) WITHOUT ROWID;

-- Guests who signed in, by calendar month (`2026-11`, UTC).
CREATE TABLE active_guests (
    tenant TEXT NOT NULL,
    month TEXT NOT NULL,
    user TEXT NOT NULL,
    PRIMARY KEY (tenant, month, user)
) WITHOUT ROWID;

CREATE TABLE access_reviews (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    no_answer TEXT NOT NULL CHECK (no_answer IN ('keep', 'remove')),
    removal TEXT NOT NULL CHECK (removal IN ('block', 'delete')),
    applied_at BIGINT,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE INDEX access_reviews_open ON access_reviews (ends_at) WHERE applied_at IS NULL;

CREATE TABLE access_review_items (
    tenant TEXT NOT NULL,
    review TEXT NOT NULL,
    user TEXT NOT NULL,
    reviewers TEXT NOT NULL,
    decision TEXT CHECK (decision IN ('keep', 'remove')),
    decided_by TEXT,
    decided_at BIGINT,
    applied TEXT,
    PRIMARY KEY (tenant, review, user),
    FOREIGN KEY (tenant, review) REFERENCES access_reviews (tenant, id)
) WITHOUT ROWID;

-- An export finds what the chain says about one person.
CREATE INDEX audit_lines_target ON audit_lines (tenant, json_extract(event, '$.target'));
CREATE INDEX audit_lines_actor ON audit_lines (tenant, json_extract(event, '$.actor'));
