-- The state of certificates: what we say about ours, and of whose nobody has said anything yet.

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

-- Cars that were published while nobody told whether their certificates are revoked.
CREATE TABLE unchecked_cars (
    pcid_key TEXT NOT NULL,
    iso TEXT NOT NULL,
    -- When somebody was last asked.
    asked_at INTEGER NOT NULL,
    PRIMARY KEY (pcid_key, iso),
    FOREIGN KEY (pcid_key, iso) REFERENCES provisioning (pcid_key, iso) ON DELETE CASCADE
) STRICT;

CREATE INDEX unchecked_cars_asked ON unchecked_cars (asked_at);
