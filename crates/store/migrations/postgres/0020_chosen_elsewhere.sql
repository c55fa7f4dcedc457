-- The contract that the OEM chose for a published car, per ISO version, where it lies in the pool of another ecosystem.

CREATE TABLE chosen_elsewhere (
    pcid_key TEXT COLLATE "C" NOT NULL,
    iso TEXT COLLATE "C" NOT NULL,
    emaid TEXT COLLATE "C" NOT NULL,
    chosen_at BIGINT NOT NULL,
    PRIMARY KEY (pcid_key, iso),
    FOREIGN KEY (pcid_key, iso) REFERENCES provisioning (pcid_key, iso) ON DELETE CASCADE
);
