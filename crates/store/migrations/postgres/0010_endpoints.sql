-- Webhooks: where parties want to hear of events, and which event is to be delivered to which of these endpoints.

CREATE TABLE event_endpoints (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    party_id TEXT COLLATE "C" NOT NULL REFERENCES parties (id),
    -- The identity of the party that it belongs to ('wmi' and 'WAU'), where that made it; NULL: the party as a whole.
    acting_kind TEXT COLLATE "C",
    acting_value TEXT COLLATE "C",
    url TEXT NOT NULL,
    description TEXT,
    metadata TEXT,
    -- Lists; what is empty leaves nothing out.
    enabled_events TEXT NOT NULL,
    wmis TEXT NOT NULL,
    providers TEXT NOT NULL,
    root_types TEXT NOT NULL,
    enabled BIGINT NOT NULL,
    -- What deliveries are signed with, sealed; the one before it is used as well until previous_until.
    secret BYTEA NOT NULL,
    previous_secret BYTEA,
    previous_until BIGINT,
    signature_style TEXT NOT NULL,
    identifiers_only BIGINT NOT NULL,
    -- Since when each delivery has failed, and since when none is tried any more.
    failing_since BIGINT,
    parked_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE INDEX event_endpoints_party ON event_endpoints (party_id, created_at, id);

-- One event for one endpoint.
CREATE TABLE deliveries (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    event_id TEXT COLLATE "C" NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    endpoint_id TEXT COLLATE "C" NOT NULL REFERENCES event_endpoints (id) ON DELETE CASCADE,
    -- What order is kept per: a keyed hash of the contract, else of the car, else of the root.
    stream TEXT COLLATE "C" NOT NULL,
    -- The event's name as the endpoint has subscribed to it.
    name TEXT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    attempts BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    lease_until BIGINT,
    last_status BIGINT,
    last_error TEXT,
    created_at BIGINT NOT NULL,
    done_at BIGINT,
    UNIQUE (event_id, endpoint_id)
);

CREATE INDEX deliveries_due ON deliveries (next_at, id) WHERE state = 'waiting';
CREATE INDEX deliveries_stream ON deliveries (endpoint_id, stream, event_id) WHERE state = 'waiting';
CREATE INDEX deliveries_endpoint ON deliveries (endpoint_id, created_at, id);

-- Who holds an identifier is asked with each event.
CREATE INDEX party_identifiers_value ON party_identifiers (kind, value);
