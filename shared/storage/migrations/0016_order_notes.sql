-- Every write of orders carries its triggers with it, also where there is no endpoint: so they only note what an order
-- became and was, and the next round makes messages of the notes, by deleting them. The first form of 0011 wrote
-- messages of orders itself.
DROP TRIGGER IF EXISTS orders_insert_outbox
-- next
DROP TRIGGER IF EXISTS orders_update_outbox
-- next
DROP VIEW IF EXISTS conversion_events
-- next
CREATE TABLE order_notes (
    note INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    order_id TEXT, number TEXT, store_id TEXT, creator_id TEXT, campaign_id TEXT, plan_id TEXT,
    enrollment_id TEXT, source TEXT, code_text TEXT, status TEXT, net INTEGER, commission INTEGER,
    currency TEXT, approval TEXT, verdict TEXT, doubts TEXT, test INTEGER, placed_at INTEGER,
    old_creator TEXT, old_enrollment TEXT, old_approval TEXT, old_commission INTEGER, old_currency TEXT
)
-- next
CREATE TRIGGER orders_insert_note AFTER INSERT ON orders
WHEN NEW.enrollment_id IS NOT NULL AND EXISTS (SELECT 1 FROM webhook_endpoints WHERE status = 'active')
BEGIN
    INSERT INTO order_notes VALUES (NULL, NEW.updated_at,
        NEW.id, NEW.number, NEW.store_id, NEW.creator_id, NEW.campaign_id, NEW.plan_id, NEW.enrollment_id,
        NEW.source, NEW.code_text, NEW.status, NEW.net, NEW.counted_commission, NEW.currency, NEW.approval,
        NEW.verdict, NEW.doubts, NEW.test, NEW.placed_at, NULL, NULL, NULL, NULL, NULL);
END
-- next
CREATE TRIGGER orders_update_note AFTER UPDATE ON orders
WHEN (OLD.enrollment_id IS DISTINCT FROM NEW.enrollment_id OR OLD.approval IS DISTINCT FROM NEW.approval
        OR OLD.counted_commission <> NEW.counted_commission)
    AND EXISTS (SELECT 1 FROM webhook_endpoints WHERE status = 'active')
BEGIN
    INSERT INTO order_notes VALUES (NULL, NEW.updated_at,
        NEW.id, NEW.number, NEW.store_id, NEW.creator_id, NEW.campaign_id, NEW.plan_id, NEW.enrollment_id,
        NEW.source, NEW.code_text, NEW.status, NEW.net, NEW.counted_commission, NEW.currency, NEW.approval,
        NEW.verdict, NEW.doubts, NEW.test, NEW.placed_at, OLD.creator_id, OLD.enrollment_id, OLD.approval,
        OLD.counted_commission, OLD.currency);
END
-- next
CREATE TRIGGER order_notes_delete AFTER DELETE ON order_notes
BEGIN
    INSERT INTO outbox (event, data, at)
    SELECT event, json_object('id', 'cnv_' || substr(OLD.order_id, 5), 'orderId', OLD.order_id,
        'orderNumber', OLD.number, 'storeId', OLD.store_id, 'creatorId', OLD.creator_id,
        'campaignId', OLD.campaign_id, 'planId', OLD.plan_id, 'enrollmentId', OLD.enrollment_id,
        'source', OLD.source, 'codeText', OLD.code_text, 'status', OLD.status,
        'value', json_object('amount', OLD.net, 'currency', OLD.currency),
        'commission', json_object('amount', OLD.commission, 'currency', OLD.currency),
        'approval', OLD.approval, 'verdict', OLD.verdict, 'reasons', json(OLD.doubts),
        'test', json(CASE OLD.test WHEN 1 THEN 'true' ELSE 'false' END),
        'placedAt', replace(strftime('%Y-%m-%dT%H:%M:%fZ', OLD.placed_at / 1000.0, 'unixepoch'), '.000', ''),
        'previous', CASE WHEN OLD.old_currency IS NOT NULL THEN json_object('creatorId', OLD.old_creator,
            'enrollmentId', OLD.old_enrollment, 'approval', OLD.old_approval,
            'commission', json_object('amount', OLD.old_commission, 'currency', OLD.old_currency)) END), OLD.at
    FROM wanted_events WHERE CASE event
        WHEN 'order.attributed' THEN OLD.enrollment_id IS DISTINCT FROM OLD.old_enrollment
        WHEN 'conversion.approved' THEN OLD.approval = 'approved'
            AND COALESCE(OLD.old_approval, '') NOT IN ('approved', 'rejected')
        WHEN 'conversion.rejected' THEN OLD.approval = 'rejected' AND COALESCE(OLD.old_approval, '') <> 'rejected'
        WHEN 'conversion.restored' THEN OLD.approval <> 'rejected' AND OLD.old_approval = 'rejected'
        WHEN 'commission.adjusted' THEN OLD.enrollment_id = OLD.old_enrollment AND OLD.approval = OLD.old_approval
            AND OLD.commission <> OLD.old_commission END;
END
