-- From a moment on a code earns nothing (R46). The last number tells those who remember codes that they must look
-- again.
CREATE TABLE compromised_codes (
    number INTEGER PRIMARY KEY,
    code_id TEXT NOT NULL REFERENCES codes (id),
    since INTEGER NOT NULL
)
-- next
CREATE INDEX compromised_codes_code ON compromised_codes (code_id, since)
