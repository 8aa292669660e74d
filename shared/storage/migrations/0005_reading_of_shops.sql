-- Adobe's public keys, by their path on Adobe's own host; asked for again after a day.
CREATE TABLE adobe_keys (
    path TEXT PRIMARY KEY,
    pem TEXT NOT NULL,
    fetched_at INTEGER NOT NULL
)
-- next
-- How far each store's orders were held against ours.
CREATE TABLE reconciliations (
    store_id TEXT PRIMARY KEY REFERENCES stores (id),
    -- While `until_at` is set, the time between both is being read; otherwise all before `since_at` was.
    since_at INTEGER,
    until_at INTEGER,
    cursor TEXT,
    failure TEXT,
    tried_at INTEGER NOT NULL
)
