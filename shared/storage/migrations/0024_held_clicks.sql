-- From when on a day's clicks are owed: once the day is over and the plan's hold period has passed.
ALTER TABLE click_earnings ADD COLUMN held_until INTEGER NOT NULL DEFAULT 0
-- next
UPDATE click_earnings SET held_until = (day + 1) * 86400000
-- next
CREATE INDEX click_earnings_held ON click_earnings (held_until) WHERE owed <> commission
