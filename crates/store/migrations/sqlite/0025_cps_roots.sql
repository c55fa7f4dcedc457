-- The V2G roots of CPS are few, and stood in full with each contract, in its row and in its key: now the start of the
-- fingerprint does, and the whole of it here. A program that does not know this reads no contract any more.
CREATE TABLE cps_roots (
    id TEXT NOT NULL PRIMARY KEY,
    fingerprint TEXT NOT NULL
) STRICT;

INSERT INTO cps_roots (id, fingerprint) SELECT DISTINCT substr(cps_root, 1, 12), cps_root FROM contracts;

UPDATE contracts SET cps_root = substr(cps_root, 1, 12);
