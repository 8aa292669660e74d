CREATE TABLE webhook_endpoints (
    id TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    events TEXT NOT NULL,
    secret TEXT NOT NULL,
    old_secret TEXT,
    old_secret_until INTEGER,
    status TEXT NOT NULL,
    disabled_reason TEXT,
    failing_since INTEGER,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
)
-- next
CREATE TABLE outbox (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE DEFAULT ('msg_' || hex(randomblob(13))),
    event TEXT NOT NULL,
    data TEXT NOT NULL,
    at INTEGER NOT NULL
)
-- next
CREATE INDEX outbox_at ON outbox (at, number)
-- next
CREATE TABLE webhook_sends (
    endpoint_id TEXT NOT NULL,
    message INTEGER NOT NULL,
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    due_at INTEGER,
    tried_at INTEGER,
    answer INTEGER,
    error TEXT,
    lease_owner TEXT,
    lease_until INTEGER,
    PRIMARY KEY (endpoint_id, message)
)
-- next
CREATE INDEX webhook_sends_due ON webhook_sends (endpoint_id, due_at) WHERE due_at IS NOT NULL
-- next
CREATE TRIGGER outbox_insert AFTER INSERT ON outbox
BEGIN
    INSERT INTO webhook_sends (endpoint_id, message, status, attempts, due_at)
    SELECT e.id, NEW.number, 'waiting', 0, NEW.at FROM webhook_endpoints e, json_each(e.events) j
    WHERE e.status = 'active' AND j.value = NEW.event;
END
-- next
CREATE VIEW wanted_events AS
SELECT DISTINCT j.value AS event FROM webhook_endpoints e, json_each(e.events) j WHERE e.status = 'active'
-- next
CREATE VIEW conversion_events AS
SELECT id AS order_id, json_object('id', 'cnv_' || substr(id, 5), 'orderId', id, 'orderNumber', number,
    'storeId', store_id, 'creatorId', creator_id, 'campaignId', campaign_id, 'planId', plan_id,
    'enrollmentId', enrollment_id, 'source', source, 'codeText', code_text, 'status', status,
    'value', json_object('amount', net, 'currency', currency),
    'commission', json_object('amount', counted_commission, 'currency', currency),
    'approval', approval, 'verdict', verdict, 'reasons', json(doubts),
    'test', json(CASE test WHEN 1 THEN 'true' ELSE 'false' END),
    'placedAt', replace(strftime('%Y-%m-%dT%H:%M:%fZ', placed_at / 1000.0, 'unixepoch'), '.000', '')) AS data
FROM orders
-- next
CREATE TRIGGER orders_insert_outbox AFTER INSERT ON orders
WHEN NEW.enrollment_id IS NOT NULL AND EXISTS (SELECT 1 FROM webhook_endpoints WHERE status = 'active')
BEGIN
    INSERT INTO outbox (event, data, at)
    SELECT w.event, json_set(c.data, '$.previous', NULL), NEW.updated_at
    FROM wanted_events w, conversion_events c
    WHERE c.order_id = NEW.id AND CASE w.event
        WHEN 'order.attributed' THEN 1
        WHEN 'conversion.approved' THEN NEW.approval = 'approved'
        WHEN 'conversion.rejected' THEN NEW.approval = 'rejected' END;
END
-- next
CREATE TRIGGER orders_update_outbox AFTER UPDATE ON orders
WHEN (OLD.enrollment_id IS DISTINCT FROM NEW.enrollment_id OR OLD.approval IS DISTINCT FROM NEW.approval
        OR OLD.counted_commission <> NEW.counted_commission)
    AND EXISTS (SELECT 1 FROM webhook_endpoints WHERE status = 'active')
BEGIN
    INSERT INTO outbox (event, data, at)
    SELECT w.event, json_set(c.data, '$.previous', json_object('creatorId', OLD.creator_id,
            'enrollmentId', OLD.enrollment_id, 'approval', OLD.approval,
            'commission', json_object('amount', OLD.counted_commission, 'currency', OLD.currency))), NEW.updated_at
    FROM wanted_events w, conversion_events c
    WHERE c.order_id = NEW.id AND CASE w.event
        WHEN 'order.attributed' THEN OLD.enrollment_id IS DISTINCT FROM NEW.enrollment_id
        WHEN 'conversion.approved' THEN NEW.approval = 'approved'
            AND COALESCE(OLD.approval, '') NOT IN ('approved', 'rejected')
        WHEN 'conversion.rejected' THEN NEW.approval = 'rejected' AND COALESCE(OLD.approval, '') <> 'rejected'
        WHEN 'conversion.restored' THEN OLD.approval = 'rejected' AND NEW.approval <> 'rejected'
        WHEN 'commission.adjusted' THEN OLD.enrollment_id = NEW.enrollment_id AND OLD.approval = NEW.approval
            AND OLD.counted_commission <> NEW.counted_commission END;
END
-- next
CREATE TRIGGER payout_lines_outbox AFTER UPDATE ON payout_lines
WHEN OLD.status <> 'paid' AND NEW.status = 'paid'
BEGIN
    INSERT INTO outbox (event, data, at)
    SELECT event, json_object('payoutId', NEW.payout_id, 'creatorId', NEW.creator_id,
        'amount', json_object('amount', NEW.amount, 'currency', NEW.currency),
        'status', NEW.status, 'reference', NEW.reference), NEW.updated_at
    FROM wanted_events WHERE event = 'payout.paid';
END
-- next
CREATE VIEW code_events AS
SELECT c.id AS code_id, json_object('id', c.id, 'enrollmentId', c.enrollment_id, 'creatorId', e.creator_id,
    'campaignId', c.campaign_id, 'storeId', c.store_id, 'planId', c.plan_id, 'text', c.text,
    'status', c.status, 'reason', c.reason, 'missing', json(c.missing)) AS data
FROM codes c JOIN enrollments e ON e.id = c.enrollment_id
-- next
CREATE TRIGGER codes_insert_outbox AFTER INSERT ON codes WHEN NEW.status = 'failed'
BEGIN
    INSERT INTO outbox (event, data, at) SELECT w.event, c.data, NEW.updated_at
    FROM wanted_events w, code_events c WHERE w.event = 'code.failed' AND c.code_id = NEW.id;
END
-- next
CREATE TRIGGER codes_update_outbox AFTER UPDATE ON codes WHEN OLD.status <> 'failed' AND NEW.status = 'failed'
BEGIN
    INSERT INTO outbox (event, data, at) SELECT w.event, c.data, NEW.updated_at
    FROM wanted_events w, code_events c WHERE w.event = 'code.failed' AND c.code_id = NEW.id;
END
