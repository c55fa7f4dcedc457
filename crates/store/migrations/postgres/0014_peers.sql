-- The pools of other ecosystems: each is a party, whose identifiers are those of the members that it may ask for.

CREATE TABLE peers (
    party_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES parties (id),
    base_url TEXT COLLATE "C" NOT NULL,
    token_url TEXT COLLATE "C",
    -- What we show there; the secret is sealed.
    client_id TEXT COLLATE "C",
    client_secret BYTEA,
    services TEXT COLLATE "C" NOT NULL,
    -- The roles it has when it names nobody that it asks for.
    speaks_as TEXT COLLATE "C" NOT NULL,
    -- What is sent to it as the header of this name.
    broadcast BIGINT NOT NULL,
    timeout_ms BIGINT NOT NULL,
    most_calls BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- A party goes only when no authority is its.
CREATE INDEX authorities_party ON authorities (party_id);
