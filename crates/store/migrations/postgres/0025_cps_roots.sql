-- Nobody stores a contract between what follows.
LOCK TABLE contracts IN ACCESS EXCLUSIVE MODE;

-- The V2G roots of CPS are few, and stood in full with each contract, in its row and in its key: now the start of the
-- fingerprint does, and the whole of it here. A program that does not know this reads no contract any more.
CREATE TABLE cps_roots (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    fingerprint TEXT COLLATE "C" NOT NULL
);

INSERT INTO cps_roots (id, fingerprint) SELECT DISTINCT substr(cps_root, 1, 12), cps_root FROM contracts;

UPDATE contracts SET cps_root = substr(cps_root, 1, 12);

-- What a process of the version before would store now is refused: it would be another contract beside the one in its place.
ALTER TABLE contracts ADD CHECK (length(cps_root) = 12);
