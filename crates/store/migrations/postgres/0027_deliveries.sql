-- What a delivery costs while it is on its way is mostly its indexes and references.

-- Nobody writes meanwhile: who writes holds this lock first, and would meet the ones below in another order.
LOCK TABLE audit_ends IN EXCLUSIVE MODE;

-- An event is removed with its deliveries, and an endpoint with what waits for it, by the statements that remove them.
ALTER TABLE deliveries
    DROP CONSTRAINT deliveries_event_id_fkey,
    DROP CONSTRAINT deliveries_endpoint_id_fkey;

-- Asked for by nobody who cannot wait for a walk.
DROP INDEX deliveries_endpoint;

-- No question fits two of these, nor finds more rows by one than it asks for: an engine that does not know yet how many
-- deliveries wait, and at how many endpoints, would walk them.
DROP INDEX deliveries_due;
DROP INDEX deliveries_stream;
CREATE INDEX deliveries_due ON deliveries (endpoint_id, next_at) WHERE state = 'waiting' AND blocked = 0;
CREATE INDEX deliveries_blocked ON deliveries (endpoint_id) WHERE state = 'waiting' AND blocked = 1;
CREATE INDEX deliveries_stream ON deliveries (stream, endpoint_id, event_id) WHERE state = 'waiting';
