-- What a shop's codes were when they were last held against what they should be: a look, replaced by the next.
CREATE TABLE drifts (store_id TEXT PRIMARY KEY REFERENCES stores (id), report TEXT NOT NULL, seen_at BIGINT NOT NULL)
