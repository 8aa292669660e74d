-- Terms that an applied replay gave a plan's orders of a time, `before` excluded. NULL: those of each plan version. The
-- last number tells those who remember codes and links that they must look again.
CREATE TABLE replayed_terms (
    number INTEGER PRIMARY KEY,
    plan_id TEXT NOT NULL REFERENCES plans (id),
    since INTEGER NOT NULL,
    before INTEGER NOT NULL,
    attribution TEXT,
    commission TEXT,
    actor TEXT NOT NULL,
    applied_at INTEGER NOT NULL
)
-- next
CREATE INDEX replayed_terms_plan ON replayed_terms (plan_id, number)
