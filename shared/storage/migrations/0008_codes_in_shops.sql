-- Codes are made, changed and switched in the shops by a work loop: what a code should be stands in text,
-- plan_version and status; what its shop has of it stands here.

-- Who chose the text: pattern, typed or imported.
ALTER TABLE codes ADD COLUMN origin TEXT NOT NULL DEFAULT 'pattern'
-- next
-- The shop's own id of it, that of the rule which it shares with others, and what the shop has under them. NULL
-- while the shop has none.
ALTER TABLE codes ADD COLUMN remote TEXT
-- next
ALTER TABLE codes ADD COLUMN remote_rule TEXT
-- next
ALTER TABLE codes ADD COLUMN shop_text TEXT
-- next
ALTER TABLE codes ADD COLUMN shop_version INTEGER
-- next
ALTER TABLE codes ADD COLUMN shop_enabled INTEGER
-- next
-- When the shop must be asked next; NULL where there is nothing to do.
ALTER TABLE codes ADD COLUMN due_at INTEGER
-- next
-- Counts the changes of what it should be, so that a loop that carried out an older wish does not hide a newer.
ALTER TABLE codes ADD COLUMN wish INTEGER NOT NULL DEFAULT 0
-- next
ALTER TABLE codes ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0
-- next
-- 1 where a create may have happened although nobody knows: the shop is asked before it is tried again.
ALTER TABLE codes ADD COLUMN in_doubt INTEGER NOT NULL DEFAULT 0
-- next
-- Which loop has it, and until when.
ALTER TABLE codes ADD COLUMN lease_owner TEXT
-- next
ALTER TABLE codes ADD COLUMN lease_until INTEGER
-- next
UPDATE codes SET due_at = updated_at WHERE status IN ('pending', 'creating') AND is_current = 1
-- next
CREATE INDEX codes_due ON codes (store_id, due_at, id) WHERE due_at IS NOT NULL
-- next
CREATE INDEX codes_leased ON codes (store_id, lease_until) WHERE lease_until IS NOT NULL
-- next
-- The work in a shop rests until then: its limit is used up, or it refuses us, for the reason.
ALTER TABLE stores ADD COLUMN paused_until INTEGER
-- next
ALTER TABLE stores ADD COLUMN paused_reason TEXT
-- next
-- How often in a row it refused us.
ALTER TABLE stores ADD COLUMN refusals INTEGER NOT NULL DEFAULT 0
-- next
-- An access token that the shop gave for our credentials, sealed, and when it ends.
ALTER TABLE stores ADD COLUMN access_token TEXT
-- next
ALTER TABLE stores ADD COLUMN access_token_until INTEGER
-- next
-- Some platforms keep the terms once for all codes of a plan's version (R6): the shop's own id of that rule.
CREATE TABLE shop_rules (
    store_id TEXT NOT NULL REFERENCES stores (id),
    plan_id TEXT NOT NULL,
    plan_version INTEGER NOT NULL,
    remote TEXT,
    in_doubt INTEGER NOT NULL,
    lease_owner TEXT,
    lease_until INTEGER,
    PRIMARY KEY (store_id, plan_id, plan_version)
)
