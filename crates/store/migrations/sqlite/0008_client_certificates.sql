-- Certificates of TLS clients that are credentials of a party by themselves, whoever issued them.
CREATE TABLE client_certificates (
    fingerprint TEXT NOT NULL PRIMARY KEY,
    party_id TEXT NOT NULL REFERENCES parties (id),
    subject TEXT NOT NULL,
    not_after INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX client_certificates_party ON client_certificates (party_id);
