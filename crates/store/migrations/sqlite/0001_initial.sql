-- The first schema. Ids are TEXT, points in time microseconds since 1970 (INTEGER, BIGINT elsewhere), DER and hashes
-- BLOB (BYTEA), lists TEXT with JSON that no query looks into. The same tables, columns and keys exist for each engine.

-- CA certificates, stored once however many rows name them.
CREATE TABLE certificates (
    fingerprint TEXT NOT NULL PRIMARY KEY,
    der BLOB NOT NULL
) STRICT;

CREATE TABLE parties (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- What a party owns: its WMIs, provider and operator ids, roots, CPS names.
CREATE TABLE party_identifiers (
    party_id TEXT NOT NULL REFERENCES parties (id),
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (party_id, kind, value)
) STRICT;

CREATE TABLE client_credentials (
    client_id TEXT NOT NULL PRIMARY KEY,
    party_id TEXT NOT NULL REFERENCES parties (id),
    scopes TEXT
) STRICT;

CREATE INDEX client_credentials_party ON client_credentials (party_id);

-- Hashes of client secrets: two of them are valid while a secret is being replaced.
CREATE TABLE client_secrets (
    client_id TEXT NOT NULL REFERENCES client_credentials (client_id),
    hash BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    PRIMARY KEY (client_id, hash)
) STRICT;

-- The root certificate pool. types is a list in commas, ",V2G,OEM,", so that LIKE finds one of them.
CREATE TABLE roots (
    id TEXT NOT NULL PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    types TEXT NOT NULL,
    ctl_list TEXT NOT NULL,
    der BLOB NOT NULL,
    certificate_revocation_list TEXT,
    cross_certificate_pair TEXT,
    labeled_uri TEXT,
    not_after INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX roots_order ON roots (created_at, id);

-- The provisioning certificate pool. pcid_stem is the first 17 characters of pcid_key: the 17 and the 18 character
-- form of one PCID share it.
CREATE TABLE provisioning (
    pcid_key TEXT NOT NULL,
    iso TEXT NOT NULL,
    pcid TEXT NOT NULL,
    pcid_stem TEXT NOT NULL,
    wmi TEXT NOT NULL,
    public_key_hash BLOB NOT NULL,
    leaf BLOB NOT NULL,
    sub_ca1 TEXT NOT NULL REFERENCES certificates (fingerprint),
    sub_ca2 TEXT REFERENCES certificates (fingerprint),
    root_fingerprint TEXT NOT NULL,
    v2g_root_akis TEXT NOT NULL,
    previous_pcid TEXT,
    metadata TEXT,
    party_id TEXT NOT NULL,
    not_before INTEGER NOT NULL,
    not_after INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (pcid_key, iso)
) STRICT;

CREATE INDEX provisioning_stem ON provisioning (pcid_stem);

-- Which car a contract belongs to: one PCID for an EMAID, across all ISO versions and CPS roots.
CREATE TABLE emaids (
    emaid_key TEXT NOT NULL PRIMARY KEY,
    pcid TEXT NOT NULL,
    provider TEXT NOT NULL
) STRICT;

-- The contract certificate pool: one signed message per EMAID, ISO version and CPS root.
CREATE TABLE contracts (
    id TEXT NOT NULL PRIMARY KEY,
    emaid_key TEXT NOT NULL REFERENCES emaids (emaid_key),
    emaid TEXT NOT NULL,
    provider TEXT NOT NULL,
    pcid_key TEXT NOT NULL,
    pcid TEXT NOT NULL,
    pcid_stem TEXT NOT NULL,
    iso TEXT NOT NULL,
    cps_root TEXT NOT NULL,
    leaf_fingerprint TEXT NOT NULL,
    leaf BLOB NOT NULL,
    not_before INTEGER NOT NULL,
    not_after INTEGER NOT NULL,
    cps_not_after INTEGER NOT NULL,
    message BLOB NOT NULL,
    metadata TEXT,
    subscription_url TEXT,
    provisioning_key_hash BLOB NOT NULL,
    provisioning_chain TEXT,
    own_ca INTEGER NOT NULL,
    party_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (emaid_key, iso, cps_root)
) STRICT;

CREATE INDEX contracts_stem ON contracts (pcid_stem);

-- The contract that a car gets, per ISO version.
CREATE TABLE default_contracts (
    pcid_key TEXT NOT NULL,
    iso TEXT NOT NULL,
    emaid_key TEXT NOT NULL REFERENCES emaids (emaid_key),
    PRIMARY KEY (pcid_key, iso)
) STRICT;

CREATE INDEX default_contracts_emaid ON default_contracts (emaid_key);

-- Every certificate that our own CAs signed, recorded before it is handed out.
CREATE TABLE issued_certificates (
    issuer_fingerprint TEXT NOT NULL,
    serial TEXT NOT NULL,
    fingerprint TEXT NOT NULL UNIQUE,
    profile TEXT NOT NULL,
    subject TEXT NOT NULL,
    party_id TEXT,
    der BLOB NOT NULL,
    not_after INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    status TEXT NOT NULL,
    PRIMARY KEY (issuer_fingerprint, serial)
) STRICT;

-- Our own CAs and CPS signers; the key itself is in the key store under key_id.
CREATE TABLE authorities (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    key_id TEXT NOT NULL,
    fingerprint TEXT NOT NULL REFERENCES certificates (fingerprint),
    chain TEXT NOT NULL,
    root_fingerprint TEXT NOT NULL,
    party_id TEXT REFERENCES parties (id),
    created_at INTEGER NOT NULL,
    active INTEGER NOT NULL
) STRICT;

CREATE INDEX authorities_kind ON authorities (kind, active);

-- Events that wait to be delivered, written in the transaction of the change they tell of.
CREATE TABLE outbox (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    trace_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    lease_until INTEGER,
    attempts INTEGER NOT NULL,
    done_at INTEGER
) STRICT;

CREATE INDEX outbox_open ON outbox (id) WHERE done_at IS NULL;

-- Who changed what, appended in the transaction of the change.
CREATE TABLE audit (
    id TEXT NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    party_id TEXT,
    operation TEXT NOT NULL,
    subject_hash TEXT NOT NULL,
    trace_id TEXT NOT NULL
) STRICT;

-- Small values that are kept: the id of this ecosystem, its default roots.
CREATE TABLE settings (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
