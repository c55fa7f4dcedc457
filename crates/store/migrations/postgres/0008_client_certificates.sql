-- Certificates of TLS clients that are credentials of a party by themselves, whoever issued them.
CREATE TABLE client_certificates (
    fingerprint TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    party_id TEXT COLLATE "C" NOT NULL REFERENCES parties (id),
    subject TEXT NOT NULL,
    not_after BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX client_certificates_party ON client_certificates (party_id);
