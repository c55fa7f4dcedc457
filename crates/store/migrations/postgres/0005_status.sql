-- The revocation list of each of our CAs, as it was last made.

CREATE TABLE crls (
    issuer_fingerprint TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    number             BIGINT NOT NULL,
    -- The count of revocations ('revocations' in settings) at which it was made.
    revocations        BIGINT NOT NULL,
    der                BYTEA  NOT NULL,
    this_update        BIGINT NOT NULL,
    next_update        BIGINT NOT NULL
);
