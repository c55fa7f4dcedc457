-- What a delivery costs while it is on its way is mostly its indexes and references.

-- An event is removed with its deliveries, and an endpoint with what waits for it, by the statements that remove them.
CREATE TABLE deliveries_unbound (
    id TEXT NOT NULL PRIMARY KEY,
    event_id TEXT NOT NULL,
    endpoint_id TEXT NOT NULL,
    -- What order is kept per: a keyed hash of the contract, else of the car, else of the root.
    stream TEXT NOT NULL,
    -- The event's name as the endpoint has subscribed to it.
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    lease_until INTEGER,
    last_status INTEGER,
    last_error TEXT,
    created_at INTEGER NOT NULL,
    done_at INTEGER,
    -- Who sends it at this moment.
    lease_owner TEXT,
    -- Whether an earlier one of its stream still waits: of each stream, one at a time can be sent.
    blocked INTEGER NOT NULL DEFAULT 0,
    -- Failures that count, and until when further ones do not.
    failures INTEGER NOT NULL DEFAULT 0,
    failures_until INTEGER,
    UNIQUE (event_id, endpoint_id)
) STRICT;
INSERT INTO deliveries_unbound SELECT
    id, event_id, endpoint_id, stream, name, state, attempts, next_at, lease_until, last_status, last_error, created_at,
    done_at, lease_owner, blocked, failures, failures_until
FROM deliveries;
DROP TABLE deliveries;
ALTER TABLE deliveries_unbound RENAME TO deliveries;

-- No question fits two of these, nor finds more rows by one than it asks for: an engine that does not know yet how many
-- deliveries wait, and at how many endpoints, would walk them.
CREATE INDEX deliveries_due ON deliveries (endpoint_id, next_at) WHERE state = 'waiting' AND blocked = 0;
CREATE INDEX deliveries_blocked ON deliveries (endpoint_id) WHERE state = 'waiting' AND blocked = 1;
CREATE INDEX deliveries_stream ON deliveries (stream, endpoint_id, event_id) WHERE state = 'waiting';
