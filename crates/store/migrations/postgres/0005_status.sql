-- The state of certificates: what we say about ours, and of whose nobody has said anything yet.

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

-- Cars that were published while nobody told whether their certificates are revoked.
CREATE TABLE unchecked_cars (
    pcid_key TEXT COLLATE "C" NOT NULL,
    iso TEXT COLLATE "C" NOT NULL,
    -- When somebody was last asked.
    asked_at BIGINT NOT NULL,
    PRIMARY KEY (pcid_key, iso),
    FOREIGN KEY (pcid_key, iso) REFERENCES provisioning (pcid_key, iso) ON DELETE CASCADE
);

CREATE INDEX unchecked_cars_asked ON unchecked_cars (asked_at);
