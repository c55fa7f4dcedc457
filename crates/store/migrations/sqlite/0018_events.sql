-- How a delivery had ended before it was made once more: what was told of that is not told again.
ALTER TABLE deliveries ADD COLUMN ended_as TEXT;
