-- What a delivery costs while it is on its way is mostly its indexes and references.

-- Events and endpoints are removed with their deliveries by the statements that remove them.
ALTER TABLE deliveries
    DROP CONSTRAINT deliveries_event_id_fkey,
    DROP CONSTRAINT deliveries_endpoint_id_fkey;

-- Asked for by nobody who cannot wait for a walk.
DROP INDEX deliveries_endpoint;

-- An index for each question, with a condition that no other question has: an engine that does not know yet how many
-- deliveries wait, or how many streams there are, has no other to choose.
DROP INDEX deliveries_due;
CREATE INDEX deliveries_due ON deliveries (endpoint_id, next_at) WHERE state = 'waiting' AND blocked = 0;
DROP INDEX deliveries_stream;
CREATE INDEX deliveries_stream ON deliveries (stream, endpoint_id, event_id) WHERE state = 'waiting';
CREATE INDEX deliveries_blocked ON deliveries (endpoint_id) WHERE state = 'waiting' AND blocked = 1;
