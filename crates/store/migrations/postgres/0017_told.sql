-- What is told once: that a contract has left the pool for its car, and that a root has ended.
ALTER TABLE contracts ADD COLUMN delivered_at BIGINT;
ALTER TABLE roots ADD COLUMN expiry_told_at BIGINT;
