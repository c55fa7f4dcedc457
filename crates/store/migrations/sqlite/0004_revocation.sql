-- What enrolment and revocation need to know of certificates that we issued, and for which algorithm an authority signs.

ALTER TABLE issued_certificates DROP COLUMN status;
ALTER TABLE issued_certificates ADD COLUMN iso TEXT NOT NULL DEFAULT '2';
-- The subject in normal form: of one EMAID, PCID or EVSE ID there is one, however it was spelled.
ALTER TABLE issued_certificates ADD COLUMN subject_key TEXT NOT NULL DEFAULT '';
-- SHA-256 of the SubjectPublicKeyInfo; NULL for what was issued before this was kept.
ALTER TABLE issued_certificates ADD COLUMN public_key_hash BLOB;
ALTER TABLE issued_certificates ADD COLUMN revoked_at INTEGER;
ALTER TABLE issued_certificates ADD COLUMN reason TEXT;

UPDATE issued_certificates SET subject_key = UPPER(REPLACE(subject, '-', ''));

CREATE INDEX issued_certificates_subject ON issued_certificates (subject_key);
CREATE INDEX issued_certificates_key ON issued_certificates (public_key_hash);
CREATE INDEX issued_certificates_order ON issued_certificates (created_at, fingerprint);
CREATE INDEX issued_certificates_revoked ON issued_certificates (issuer_fingerprint, revoked_at)
    WHERE revoked_at IS NOT NULL;

ALTER TABLE authorities ADD COLUMN algorithm TEXT NOT NULL DEFAULT 'secp256r1';
-- The name before the domain by which an operator's own sub CA is asked for ("acme" in "acme-cpo"); empty for ours.
ALTER TABLE authorities ADD COLUMN prefix TEXT NOT NULL DEFAULT '';
