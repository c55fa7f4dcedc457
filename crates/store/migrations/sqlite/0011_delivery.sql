-- Who sends a delivery at this moment, and how far its retries are.
ALTER TABLE deliveries ADD COLUMN lease_owner TEXT;
-- Whether an earlier one of its stream still waits: of each stream, one at a time can be sent.
ALTER TABLE deliveries ADD COLUMN blocked INTEGER NOT NULL DEFAULT 0;
-- Failures that count, and until when further ones do not.
ALTER TABLE deliveries ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN failures_until INTEGER;

-- No delivery to this endpoint before that time, whatever waits.
ALTER TABLE event_endpoints ADD COLUMN pause_until INTEGER;

DROP INDEX deliveries_due;
CREATE INDEX deliveries_due ON deliveries (endpoint_id, blocked, next_at) WHERE state = 'waiting';
