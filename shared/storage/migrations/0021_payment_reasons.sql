-- Why a payment failed stands beside the bank's reference, and not in its place.
ALTER TABLE payout_lines ADD COLUMN reason TEXT
-- next
UPDATE payout_lines SET reason = reference, reference = NULL WHERE status = 'failed'
-- next
DROP TRIGGER payout_lines_failed
-- next
CREATE TRIGGER payout_lines_failed AFTER UPDATE ON payout_lines WHEN OLD.status <> 'failed' AND NEW.status = 'failed'
BEGIN
    INSERT INTO ledger (creator_id, order_id, kind, amount, currency, at, reason, actor)
    VALUES (NEW.creator_id, NULL, 'payout', NEW.amount, NEW.currency, NEW.updated_at,
            NEW.payout_id || ' failed: ' || COALESCE(NEW.reason, ''), NEW.actor);
END
