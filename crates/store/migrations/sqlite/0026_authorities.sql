-- Whether a certificate is that of an authority of ours, asked for each certificate of which only hashes are known.
CREATE INDEX authorities_fingerprint ON authorities (fingerprint);
