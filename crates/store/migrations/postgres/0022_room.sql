-- What contracts of one kind share is stored once: the certificates in their messages, and all else but what is each one's own.

-- parts says which certificates stand where, and layout is a hash of it; common holds bytes that no single contract has for
-- itself. A row never changes, and goes with none of the contracts that name it.
CREATE TABLE contract_frames (
    id BYTEA NOT NULL PRIMARY KEY,
    layout BYTEA NOT NULL UNIQUE,
    parts BYTEA NOT NULL,
    common BYTEA NOT NULL
);

-- Those that end are few at a time: the order among them needs no place in the index.
DROP INDEX contracts_not_after;
CREATE INDEX contracts_not_after ON contracts (not_after);
