-- Versions of agreements. A version is never edited: the next one supersedes it. Its content lies in `evidence`.
CREATE TABLE agreement_versions (
    tenant TEXT NOT NULL,
    agreement TEXT NOT NULL,
    language TEXT NOT NULL,
    number BIGINT NOT NULL CHECK (number > 0),
    version TEXT NOT NULL,
    title TEXT NOT NULL,
    major BOOLEAN NOT NULL,
    transition BIGINT,
    origin TEXT NOT NULL CHECK (origin IN ('file', 'published')),
    published_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, agreement, language, number),
    FOREIGN KEY (tenant, version) REFERENCES evidence (tenant, hash)
) WITHOUT ROWID;

CREATE TRIGGER agreement_versions_insert BEFORE INSERT ON agreement_versions
WHEN NEW.number <> COALESCE((SELECT MAX(number) FROM agreement_versions
    WHERE tenant = NEW.tenant AND agreement = NEW.agreement AND language = NEW.language), 0) + 1
BEGIN SELECT RAISE(ABORT, 'versions of agreements follow each other'); END;
CREATE TRIGGER agreement_versions_update BEFORE UPDATE ON agreement_versions
BEGIN SELECT RAISE(ABORT, 'versions of agreements are immutable'); END;
CREATE TRIGGER agreement_versions_delete BEFORE DELETE ON agreement_versions
BEGIN SELECT RAISE(ABORT, 'versions of agreements are immutable'); END;

-- Who gave an answer, and from where. The answers are append-only, so the personal part lies beside them: a guest who is
-- erased loses it, and the proof stays.
CREATE TABLE answer_circumstances (
    tenant TEXT NOT NULL,
    user TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('review', 'terms')),
    sequence BIGINT NOT NULL,
    network TEXT NOT NULL,
    identity TEXT NOT NULL,
    PRIMARY KEY (tenant, user, kind, sequence)
) WITHOUT ROWID;

INSERT INTO answer_circumstances (tenant, user, kind, sequence, network, identity)
    SELECT tenant, user, 'review', sequence, network, identity FROM reviews;
INSERT INTO answer_circumstances (tenant, user, kind, sequence, network, identity)
    SELECT tenant, user, 'terms', sequence, network, identity FROM acceptances;
ALTER TABLE reviews DROP COLUMN network;
ALTER TABLE reviews DROP COLUMN identity;
ALTER TABLE acceptances DROP COLUMN network;
ALTER TABLE acceptances DROP COLUMN identity;

-- The circumstances of an answer are erased or stay; nobody edits them.
CREATE TRIGGER answer_circumstances_insert BEFORE INSERT ON answer_circumstances
WHEN EXISTS (SELECT 1 FROM answer_circumstances
    WHERE tenant = NEW.tenant AND user = NEW.user AND kind = NEW.kind AND sequence = NEW.sequence)
BEGIN SELECT RAISE(ABORT, 'the circumstances of an answer are never replaced'); END;
CREATE TRIGGER answer_circumstances_update BEFORE UPDATE ON answer_circumstances
BEGIN SELECT RAISE(ABORT, 'the circumstances of an answer are never edited'); END;
