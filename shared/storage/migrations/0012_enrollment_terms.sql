-- A creator's own commission in place of the plan's, from a moment on; NULL: the plan's again.
CREATE TABLE enrollment_terms (
    number INTEGER PRIMARY KEY,
    enrollment_id TEXT NOT NULL REFERENCES enrollments (id),
    since INTEGER NOT NULL,
    commission TEXT
)
-- next
CREATE INDEX enrollment_terms_since ON enrollment_terms (enrollment_id, since, number)
