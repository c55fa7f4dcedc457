-- How far events are addressed: the id of the last one. What is behind it waits, and what has no done_at, which a process of
-- the version before has appended.
INSERT INTO settings (key, value) SELECT 'addressed_event', COALESCE(MAX(id), '') FROM outbox;
