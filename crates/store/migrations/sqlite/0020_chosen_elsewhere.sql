-- The contract that the OEM chose for a published car, per ISO version, where it lies in the pool of another ecosystem.

CREATE TABLE chosen_elsewhere (
    pcid_key TEXT NOT NULL,
    iso TEXT NOT NULL,
    emaid TEXT NOT NULL,
    chosen_at INTEGER NOT NULL,
    PRIMARY KEY (pcid_key, iso),
    FOREIGN KEY (pcid_key, iso) REFERENCES provisioning (pcid_key, iso) ON DELETE CASCADE
) STRICT;
