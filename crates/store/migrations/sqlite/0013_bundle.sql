-- What was trusted when, so that who keeps a copy can ask what changed, and the trust lists of others.

-- One row for each change of what is trusted: of a root, or, without a fingerprint, of the policy. Versions only grow. A root's
-- state is JSON of its types, trust lists and edition of ISO 15118; NULL where it is not in the pool.
CREATE TABLE trust_versions (
    version INTEGER NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    fingerprint TEXT,
    state_before TEXT,
    state_after TEXT
) STRICT;

INSERT INTO trust_versions (version, at) VALUES (1, 0);

-- Trust lists that were imported, one of each name: the document as it came, and the keys that may sign its successor.
CREATE TABLE trust_lists (
    name TEXT NOT NULL PRIMARY KEY,
    format TEXT NOT NULL,
    version INTEGER NOT NULL,
    issuer TEXT NOT NULL,
    document BLOB NOT NULL,
    keys TEXT NOT NULL,
    issued INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    imported_at INTEGER NOT NULL,
    imported_by TEXT NOT NULL
) STRICT;

-- What applying a list has changed: JSON of each root before and after, so that it can be taken back.
CREATE TABLE trust_list_changes (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    touched TEXT NOT NULL,
    applied_at INTEGER NOT NULL,
    applied_by TEXT NOT NULL,
    reverted_at INTEGER,
    reverted_by TEXT
) STRICT;

CREATE INDEX trust_list_changes_name ON trust_list_changes (name, applied_at, id);
