-- Sessions of the dashboard that were ended before their time, by their hashes.
CREATE TABLE ended_sessions (
    session TEXT PRIMARY KEY,
    until INTEGER NOT NULL
)
-- next
CREATE INDEX ended_sessions_until ON ended_sessions (until)
