-- The revocation list of each of our CAs, as it was last made.

CREATE TABLE crls (
    issuer_fingerprint TEXT    NOT NULL PRIMARY KEY,
    number             INTEGER NOT NULL,
    -- The count of revocations ('revocations' in settings) at which it was made.
    revocations        INTEGER NOT NULL,
    der                BLOB    NOT NULL,
    this_update        INTEGER NOT NULL,
    next_update        INTEGER NOT NULL
) STRICT;
