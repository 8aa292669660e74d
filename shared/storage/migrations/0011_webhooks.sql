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
