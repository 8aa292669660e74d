-- A batch of payments in one currency. `version` counts the writes: who read an older one must read again.
CREATE TABLE payouts (
    id TEXT PRIMARY KEY,
    currency TEXT NOT NULL,
    minimum INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
)
-- next
-- One payment. `amount` is what the creator was due; the ledger line is written with it.
CREATE TABLE payout_lines (
    payout_id TEXT NOT NULL REFERENCES payouts (id),
    creator_id TEXT NOT NULL REFERENCES creators (id),
    amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL,
    status TEXT NOT NULL,
    -- The bank's or the payment service's own reference, or why it failed.
    reference TEXT,
    updated_at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (payout_id, creator_id)
)
-- next
CREATE INDEX payout_lines_creator ON payout_lines (creator_id, payout_id)
-- next
-- What is in a batch is due no more: the balance follows from this line.
CREATE TRIGGER payout_lines_insert AFTER INSERT ON payout_lines
BEGIN
    INSERT INTO ledger (creator_id, order_id, kind, amount, currency, at, reason, actor)
    VALUES (NEW.creator_id, NULL, 'payout', -NEW.amount, NEW.currency, NEW.updated_at, NEW.payout_id, NEW.actor);
END
-- next
-- What did not arrive is due again.
CREATE TRIGGER payout_lines_failed AFTER UPDATE ON payout_lines WHEN OLD.status <> 'failed' AND NEW.status = 'failed'
BEGIN
    INSERT INTO ledger (creator_id, order_id, kind, amount, currency, at, reason, actor)
    VALUES (NEW.creator_id, NULL, 'payout', NEW.amount, NEW.currency, NEW.updated_at,
            NEW.payout_id || ' failed: ' || COALESCE(NEW.reference, ''), NEW.actor);
END
-- next
CREATE INDEX balances_due ON balances (currency, due) WHERE due > 0
-- next
-- Where payments go: sealed with a key of the secret_keys variable. '' is the brand itself, who pays.
CREATE TABLE payees (
    creator_id TEXT PRIMARY KEY,
    details TEXT NOT NULL,
    updated_at INTEGER NOT NULL
)
