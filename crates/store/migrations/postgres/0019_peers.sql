-- What is known of peers beyond how they are asked: our certificate there, their roots, and how they describe themselves.

-- PEM with the leaf first, and its private key, sealed.
ALTER TABLE peers ADD COLUMN client_certificate TEXT COLLATE "C";

ALTER TABLE peers ADD COLUMN client_key BYTEA;

-- Roots of peers, apart from our own: one that several peers have is there several times.
CREATE TABLE peer_roots (
    party_id TEXT COLLATE "C" NOT NULL REFERENCES peers (party_id) ON DELETE CASCADE,
    fingerprint TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    types TEXT COLLATE "C" NOT NULL,
    der BYTEA NOT NULL,
    not_after BIGINT NOT NULL,
    -- When it was first seen at this peer.
    created_at BIGINT NOT NULL,
    PRIMARY KEY (party_id, fingerprint)
);

CREATE INDEX peer_roots_fingerprint ON peer_roots (fingerprint);

CREATE UNIQUE INDEX peer_roots_id ON peer_roots (id);

-- How the last look at a peer's roots went.
CREATE TABLE peer_syncs (
    party_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES peers (party_id) ON DELETE CASCADE,
    tried_at BIGINT NOT NULL,
    -- When its roots were read last; NULL before the first time.
    read_at BIGINT,
    -- The entity tag of what was read.
    tag TEXT COLLATE "C",
    -- Why the last try failed, or what was refused: a JSON list.
    problems TEXT COLLATE "C" NOT NULL
);

-- The signed description by which a peer was accepted, or that it has sent since and that was accepted.
CREATE TABLE peer_descriptions (
    party_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES peers (party_id) ON DELETE CASCADE,
    ecosystem TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    issued BIGINT NOT NULL
);

CREATE UNIQUE INDEX peer_descriptions_ecosystem ON peer_descriptions (ecosystem);

-- Descriptions that wait for the operator, or were refused. Nothing is trusted by them.
CREATE TABLE introductions (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    ecosystem TEXT COLLATE "C" NOT NULL,
    -- The thumbprint of the key that signed.
    key_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    issued BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    -- pending or refused.
    status TEXT COLLATE "C" NOT NULL,
    -- 1 when the operator has compared the thumbprint, or the key is one that an accepted description has named.
    confirmed BIGINT NOT NULL,
    -- The peer that told of it; NULL when it was brought by hand.
    told_by TEXT COLLATE "C",
    received_at BIGINT NOT NULL
);

CREATE UNIQUE INDEX introductions_ecosystem ON introductions (ecosystem, key_id);

CREATE INDEX introductions_told_by ON introductions (told_by);

CREATE INDEX introductions_expires ON introductions (expires);
