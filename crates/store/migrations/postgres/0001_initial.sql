-- The first schema. Ids are TEXT, points in time microseconds since 1970 (BIGINT), DER and hashes BYTEA, lists TEXT with
-- JSON that no query looks into. The same tables, columns and keys exist for each engine. What is compared or put in
-- order has the collation "C": by bytes, as SQLite does it, whatever the language of the cluster.

-- CA certificates, stored once however many rows name them.
CREATE TABLE certificates (
    fingerprint TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    der BYTEA NOT NULL
);

CREATE TABLE parties (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);

-- What a party owns: its WMIs, provider and operator ids, roots, CPS names.
CREATE TABLE party_identifiers (
    party_id TEXT COLLATE "C" NOT NULL REFERENCES parties (id),
    kind TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (party_id, kind, value)
);

CREATE TABLE client_credentials (
    client_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    party_id TEXT COLLATE "C" NOT NULL REFERENCES parties (id),
    scopes TEXT
);

CREATE INDEX client_credentials_party ON client_credentials (party_id);

-- Hashes of client secrets: two of them are valid while a secret is being replaced.
CREATE TABLE client_secrets (
    client_id TEXT COLLATE "C" NOT NULL REFERENCES client_credentials (client_id),
    hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    PRIMARY KEY (client_id, hash)
);

-- The root certificate pool. types is a list in commas, ",V2G,OEM,", so that LIKE finds one of them.
CREATE TABLE roots (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    fingerprint TEXT COLLATE "C" NOT NULL UNIQUE,
    types TEXT COLLATE "C" NOT NULL,
    ctl_list TEXT NOT NULL,
    der BYTEA NOT NULL,
    certificate_revocation_list TEXT,
    cross_certificate_pair TEXT,
    labeled_uri TEXT,
    not_after BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX roots_order ON roots (created_at, id);

-- The provisioning certificate pool. pcid_stem is the first 17 characters of pcid_key: the 17 and the 18 character
-- form of one PCID share it.
CREATE TABLE provisioning (
    pcid_key TEXT COLLATE "C" NOT NULL,
    iso TEXT COLLATE "C" NOT NULL,
    pcid TEXT COLLATE "C" NOT NULL,
    pcid_stem TEXT COLLATE "C" NOT NULL,
    wmi TEXT COLLATE "C" NOT NULL,
    public_key_hash BYTEA NOT NULL,
    leaf BYTEA NOT NULL,
    sub_ca1 TEXT COLLATE "C" NOT NULL REFERENCES certificates (fingerprint),
    sub_ca2 TEXT COLLATE "C" REFERENCES certificates (fingerprint),
    root_fingerprint TEXT COLLATE "C" NOT NULL,
    v2g_root_akis TEXT NOT NULL,
    previous_pcid TEXT COLLATE "C",
    metadata TEXT,
    party_id TEXT COLLATE "C" NOT NULL,
    not_before BIGINT NOT NULL,
    not_after BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (pcid_key, iso)
);

CREATE INDEX provisioning_stem ON provisioning (pcid_stem);

-- Which car a contract belongs to: one PCID for an EMAID, across all ISO versions and CPS roots.
CREATE TABLE emaids (
    emaid_key TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    pcid TEXT COLLATE "C" NOT NULL,
    provider TEXT COLLATE "C" NOT NULL
);

-- The contract certificate pool: one signed message per EMAID, ISO version and CPS root.
CREATE TABLE contracts (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    emaid_key TEXT COLLATE "C" NOT NULL REFERENCES emaids (emaid_key),
    emaid TEXT COLLATE "C" NOT NULL,
    provider TEXT COLLATE "C" NOT NULL,
    pcid_key TEXT COLLATE "C" NOT NULL,
    pcid TEXT COLLATE "C" NOT NULL,
    pcid_stem TEXT COLLATE "C" NOT NULL,
    iso TEXT COLLATE "C" NOT NULL,
    cps_root TEXT COLLATE "C" NOT NULL,
    leaf_fingerprint TEXT COLLATE "C" NOT NULL,
    leaf BYTEA NOT NULL,
    not_before BIGINT NOT NULL,
    not_after BIGINT NOT NULL,
    cps_not_after BIGINT NOT NULL,
    message BYTEA NOT NULL,
    metadata TEXT,
    subscription_url TEXT,
    provisioning_key_hash BYTEA NOT NULL,
    provisioning_chain TEXT,
    own_ca BIGINT NOT NULL,
    party_id TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (emaid_key, iso, cps_root)
);

CREATE INDEX contracts_stem ON contracts (pcid_stem);

-- The contract that a car gets, per ISO version.
CREATE TABLE default_contracts (
    pcid_key TEXT COLLATE "C" NOT NULL,
    iso TEXT COLLATE "C" NOT NULL,
    emaid_key TEXT COLLATE "C" NOT NULL REFERENCES emaids (emaid_key),
    PRIMARY KEY (pcid_key, iso)
);

CREATE INDEX default_contracts_emaid ON default_contracts (emaid_key);

-- Every certificate that our own CAs signed, recorded before it is handed out.
CREATE TABLE issued_certificates (
    issuer_fingerprint TEXT COLLATE "C" NOT NULL,
    serial TEXT COLLATE "C" NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL UNIQUE,
    profile TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    party_id TEXT COLLATE "C",
    der BYTEA NOT NULL,
    not_after BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (issuer_fingerprint, serial)
);

-- Our own CAs and CPS signers; the key itself is in the key store under key_id.
CREATE TABLE authorities (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    key_id TEXT COLLATE "C" NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL REFERENCES certificates (fingerprint),
    chain TEXT NOT NULL,
    root_fingerprint TEXT COLLATE "C" NOT NULL,
    party_id TEXT COLLATE "C" REFERENCES parties (id),
    created_at BIGINT NOT NULL,
    active BIGINT NOT NULL
);

CREATE INDEX authorities_kind ON authorities (kind, active);

-- Events that wait to be delivered, written in the transaction of the change they tell of.
CREATE TABLE outbox (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    payload TEXT NOT NULL,
    trace_id TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    lease_until BIGINT,
    attempts BIGINT NOT NULL,
    done_at BIGINT
);

CREATE INDEX outbox_open ON outbox (id) WHERE done_at IS NULL;

-- Who changed what, appended in the transaction of the change.
CREATE TABLE audit (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    party_id TEXT COLLATE "C",
    operation TEXT COLLATE "C" NOT NULL,
    subject_hash TEXT COLLATE "C" NOT NULL,
    trace_id TEXT COLLATE "C" NOT NULL
);

-- Small values that are kept: the id of this ecosystem, its default roots.
CREATE TABLE settings (
    key TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
