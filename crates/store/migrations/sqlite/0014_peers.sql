-- The pools of other ecosystems: each is a party, whose identifiers are those of the members that it may ask for.

CREATE TABLE peers (
    party_id TEXT NOT NULL PRIMARY KEY REFERENCES parties (id),
    base_url TEXT NOT NULL,
    token_url TEXT,
    -- What we show there; the secret is sealed.
    client_id TEXT,
    client_secret BLOB,
    services TEXT NOT NULL,
    -- The roles it has when it names nobody that it asks for.
    speaks_as TEXT NOT NULL,
    -- What is sent to it as the header of this name.
    broadcast INTEGER NOT NULL,
    timeout_ms INTEGER NOT NULL,
    most_calls INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- A party goes only when no authority is its.
CREATE INDEX authorities_party ON authorities (party_id);
