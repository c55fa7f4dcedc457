-- What a delivery costs while it is on its way is mostly its indexes and references.

-- Events and endpoints are removed with their deliveries by the statements that remove them.
ALTER TABLE deliveries
    DROP CONSTRAINT deliveries_event_id_fkey,
    DROP CONSTRAINT deliveries_endpoint_id_fkey;

-- Asked for by nobody who cannot wait for a walk.
DROP INDEX deliveries_endpoint;

-- What can be taken, and what waits behind another, have indexes of their own that no other question fits: an engine that does
-- not know yet how many deliveries wait would walk them.
DROP INDEX deliveries_due;
CREATE INDEX deliveries_due ON deliveries (endpoint_id, next_at) WHERE state = 'waiting' AND blocked = 0;
CREATE INDEX deliveries_blocked ON deliveries (endpoint_id) WHERE state = 'waiting' AND blocked = 1;
