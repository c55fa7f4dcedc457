-- Webhooks: where parties want to hear of events, and which event is to be delivered to which of these endpoints.

CREATE TABLE event_endpoints (
    id TEXT NOT NULL PRIMARY KEY,
    party_id TEXT NOT NULL REFERENCES parties (id),
    -- The identity of the party that it belongs to ('wmi' and 'WAU'), where that made it; NULL: the party as a whole.
    acting_kind TEXT,
    acting_value TEXT,
    url TEXT NOT NULL,
    description TEXT,
    metadata TEXT,
    -- Lists; what is empty leaves nothing out.
    enabled_events TEXT NOT NULL,
    wmis TEXT NOT NULL,
    providers TEXT NOT NULL,
    root_types TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    -- What deliveries are signed with, sealed; the one before it is used as well until previous_until.
    secret BLOB NOT NULL,
    previous_secret BLOB,
    previous_until INTEGER,
    signature_style TEXT NOT NULL,
    identifiers_only INTEGER NOT NULL,
    -- Since when each delivery has failed, and since when none is tried any more.
    failing_since INTEGER,
    parked_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX event_endpoints_party ON event_endpoints (party_id, created_at, id);

-- One event for one endpoint.
CREATE TABLE deliveries (
    id TEXT NOT NULL PRIMARY KEY,
    event_id TEXT NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    endpoint_id TEXT NOT NULL REFERENCES event_endpoints (id) ON DELETE CASCADE,
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
    UNIQUE (event_id, endpoint_id)
) STRICT;

CREATE INDEX deliveries_due ON deliveries (next_at, id) WHERE state = 'waiting';
CREATE INDEX deliveries_stream ON deliveries (endpoint_id, stream, event_id) WHERE state = 'waiting';
CREATE INDEX deliveries_endpoint ON deliveries (endpoint_id, created_at, id);

-- Who holds an identifier is asked with each event.
CREATE INDEX party_identifiers_value ON party_identifiers (kind, value);
