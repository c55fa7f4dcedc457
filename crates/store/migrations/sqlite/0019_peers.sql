-- What is known of peers beyond how they are asked: our certificate there, their roots, and how they describe themselves.

-- PEM with the leaf first, and its private key, sealed.
ALTER TABLE peers ADD COLUMN client_certificate TEXT;

ALTER TABLE peers ADD COLUMN client_key BLOB;

-- Roots of peers, apart from our own: one that several peers have is there several times.
CREATE TABLE peer_roots (
    party_id TEXT NOT NULL REFERENCES peers (party_id) ON DELETE CASCADE,
    fingerprint TEXT NOT NULL,
    id TEXT NOT NULL,
    types TEXT NOT NULL,
    der BLOB NOT NULL,
    not_after INTEGER NOT NULL,
    -- When it was first seen at this peer.
    created_at INTEGER NOT NULL,
    PRIMARY KEY (party_id, fingerprint)
) STRICT;

CREATE INDEX peer_roots_fingerprint ON peer_roots (fingerprint);

CREATE UNIQUE INDEX peer_roots_id ON peer_roots (id);

-- How the last look at a peer's roots went.
CREATE TABLE peer_syncs (
    party_id TEXT NOT NULL PRIMARY KEY REFERENCES peers (party_id) ON DELETE CASCADE,
    tried_at INTEGER NOT NULL,
    -- When its roots were read last; NULL before the first time.
    read_at INTEGER,
    -- The entity tag of what was read.
    tag TEXT,
    -- Why the last try failed, or what was refused: a JSON list.
    problems TEXT NOT NULL
) STRICT;

-- The signed description by which a peer was accepted, or that it has sent since and that was accepted.
CREATE TABLE peer_descriptions (
    party_id TEXT NOT NULL PRIMARY KEY REFERENCES peers (party_id) ON DELETE CASCADE,
    ecosystem TEXT NOT NULL,
    document TEXT NOT NULL,
    issued INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX peer_descriptions_ecosystem ON peer_descriptions (ecosystem);

-- Descriptions that wait for the operator, or were refused. Nothing is trusted by them.
CREATE TABLE introductions (
    id TEXT NOT NULL PRIMARY KEY,
    ecosystem TEXT NOT NULL,
    -- The thumbprint of the key that signed.
    key_id TEXT NOT NULL,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    issued INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    -- pending or refused.
    status TEXT NOT NULL,
    -- 1 when the operator has compared the thumbprint, or the key is one that an accepted description has named.
    confirmed INTEGER NOT NULL,
    -- The peer that told of it; NULL when it was brought by hand.
    told_by TEXT,
    received_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX introductions_ecosystem ON introductions (ecosystem, key_id);

CREATE INDEX introductions_told_by ON introductions (told_by);

CREATE INDEX introductions_expires ON introductions (expires);
