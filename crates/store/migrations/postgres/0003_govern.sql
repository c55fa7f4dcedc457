-- The audit log as a chain of hashes, changes of roots that wait for a second admin, and what was erased on request.

DROP TABLE audit;

-- Who changed what. Each row's hash covers the row and the hash before it (docs/how-to/audit.md has the algorithm).
CREATE TABLE audit (
    seq BIGINT NOT NULL PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    at BIGINT NOT NULL,
    party_id TEXT COLLATE "C",
    actor TEXT COLLATE "C",
    operation TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL,
    subject_hash TEXT COLLATE "C" NOT NULL,
    trace_id TEXT COLLATE "C" NOT NULL,
    hash BYTEA NOT NULL
);

CREATE INDEX audit_at ON audit (at);

CREATE INDEX audit_subject ON audit (subject_hash, seq);

-- The two ends of the chain: head, the last row written, and anchor, the last row that retention has removed.
CREATE TABLE audit_ends (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash BYTEA NOT NULL
);

INSERT INTO audit_ends (name, seq, hash) VALUES
    ('head', 0, '\x0000000000000000000000000000000000000000000000000000000000000000'),
    ('anchor', 0, '\x0000000000000000000000000000000000000000000000000000000000000000');

-- Changes of the root pool that one admin asked for. der to not_after are those of the root as it will be.
CREATE TABLE root_changes (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL,
    types TEXT NOT NULL,
    ctl_list TEXT NOT NULL,
    der BYTEA NOT NULL,
    certificate_revocation_list TEXT,
    cross_certificate_pair TEXT,
    labeled_uri TEXT,
    not_after BIGINT NOT NULL,
    requested_by TEXT COLLATE "C" NOT NULL,
    requested_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    decided_by TEXT COLLATE "C",
    decided_at BIGINT
);

CREATE UNIQUE INDEX root_changes_pending ON root_changes (fingerprint) WHERE status = 'pending';

CREATE INDEX root_changes_order ON root_changes (requested_at, id);

-- That something about a person was erased: the keyed hash of the identifier, never the identifier.
CREATE TABLE tombstones (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    subject_hash TEXT COLLATE "C" NOT NULL,
    erased TEXT NOT NULL,
    erased_at BIGINT NOT NULL
);

CREATE INDEX tombstones_subject ON tombstones (subject_hash);

CREATE INDEX tombstones_at ON tombstones (erased_at);

CREATE INDEX contracts_not_after ON contracts (not_after, id);

CREATE INDEX provisioning_not_after ON provisioning (not_after, pcid_key);

CREATE INDEX outbox_created ON outbox (created_at);

CREATE INDEX issued_certificates_not_after ON issued_certificates (not_after);
