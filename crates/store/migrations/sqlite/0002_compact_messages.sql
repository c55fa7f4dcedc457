-- Certificates that many messages share are taken out of them and stored once, in certificates. NULL: the message is
-- stored whole.
ALTER TABLE contracts ADD COLUMN message_parts BLOB;
