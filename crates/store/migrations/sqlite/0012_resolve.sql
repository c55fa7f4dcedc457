-- Finding CA certificates by what other certificates say of them, and contracts by their certificate; what is left of
-- contract certificates that are good for nothing any more.

-- 0 until the certificate can be looked up.
ALTER TABLE certificates ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0;

CREATE INDEX certificates_unindexed ON certificates (indexed, fingerprint) WHERE indexed = 0;

-- By what a certificate can be looked up: n and its name in normal form, k and its key identifier, h and a hash of its name.
CREATE TABLE certificate_keys (
    lookup TEXT NOT NULL,
    fingerprint TEXT NOT NULL REFERENCES certificates (fingerprint) ON DELETE CASCADE,
    PRIMARY KEY (lookup, fingerprint)
) STRICT;

-- The serial number of the contract certificate; NULL for what was stored before this was kept, until a job has filled it in.
ALTER TABLE contracts ADD COLUMN leaf_serial TEXT;

CREATE INDEX contracts_serial ON contracts (leaf_serial);

-- Contract certificates that left the pool before their end: by fingerprint, or by serial number and the name of their
-- issuer. Nothing here names a person or a car.
CREATE TABLE cancelled_contracts (
    fingerprint TEXT NOT NULL PRIMARY KEY,
    serial TEXT NOT NULL,
    issuer BLOB NOT NULL,
    provider TEXT NOT NULL,
    -- Of the contract data; with the same id there may be some with a newer certificate.
    contract_id TEXT NOT NULL,
    -- 0: only its certificate was replaced.
    ended INTEGER NOT NULL,
    cancelled_at INTEGER NOT NULL,
    not_after INTEGER NOT NULL
) STRICT;

CREATE INDEX cancelled_contracts_serial ON cancelled_contracts (serial);

CREATE INDEX cancelled_contracts_contract ON cancelled_contracts (contract_id);

CREATE INDEX cancelled_contracts_not_after ON cancelled_contracts (not_after);
