-- What an order says of its buyer's other orders, held against those that are known today: whether one that was placed
-- before it was paid for, and how many its creator was credited for in the 30 days before it. Of one moment the shop's
-- ids say which was first: shops count.
CREATE VIEW buyer_histories AS
SELECT told.*, (instr(facts, '"customer":"') > 0 AND is_returning <> (instr(facts, '"customer":"returning"') > 0))
    OR (instr(facts, '"code_use":{') > 0 AND buyer_orders <> json_extract(facts, '$.code_use.buyerOrders')) AS is_outdated
FROM (
    SELECT o.id, o.store_id, o.buyer, o.placed_at, o.facts,
        EXISTS (SELECT 1 FROM orders p WHERE p.store_id = o.store_id AND p.buyer = o.buyer AND p.placed_at <= o.placed_at
            AND (p.placed_at, length(p.external_id), p.external_id) < (o.placed_at, length(o.external_id), o.external_id)
            AND p.test = 0
            AND (p.status IN ('paid', 'partially_refunded', 'refunded') OR instr(p.facts, '"paid":true') > 0)) AS is_returning,
        (SELECT COUNT(*) FROM orders p WHERE p.store_id = o.store_id AND p.buyer = o.buyer
            AND p.placed_at >= o.placed_at - 2592000000 AND p.placed_at <= o.placed_at
            AND (p.placed_at, length(p.external_id), p.external_id) < (o.placed_at, length(o.external_id), o.external_id)
            AND p.test = 0 AND p.creator_id = o.creator_id) AS buyer_orders
    FROM orders o WHERE o.buyer IS NOT NULL
) AS told
-- next
CREATE INDEX plan_versions_per_buyer ON plan_versions (plan_id) WHERE json_extract(terms, '$.review.ordersPerBuyer') IS NOT NULL
-- next
-- Triggers are prepared with every write of orders, so they only note where an order's buyer has others that it may
-- change, or that it was booked without.
CREATE TRIGGER orders_insert_buyer AFTER INSERT ON orders WHEN NEW.buyer IS NOT NULL
BEGIN
    INSERT INTO unsettled (subject, since, number)
    SELECT 'buyer/' || NEW.id, NEW.placed_at, 1
    WHERE EXISTS (SELECT 1 FROM orders o WHERE o.store_id = NEW.store_id AND o.buyer = NEW.buyer
            AND o.placed_at >= NEW.placed_at AND o.id <> NEW.id)
        OR ((instr(NEW.facts, '"customer":"new"') > 0 OR instr(NEW.facts, '"code_use":{') > 0)
            AND EXISTS (SELECT 1 FROM orders o WHERE o.store_id = NEW.store_id AND o.buyer = NEW.buyer AND o.id <> NEW.id))
    ON CONFLICT (subject) DO UPDATE SET number = unsettled.number + 1;
END
-- next
-- That a buyer is forgotten changes nothing. Of a buyer that it was taken for before, the next order leads to the others.
CREATE TRIGGER orders_update_buyer AFTER UPDATE ON orders
WHEN NEW.buyer IS NOT NULL AND (OLD.buyer IS DISTINCT FROM NEW.buyer OR OLD.placed_at <> NEW.placed_at
    OR OLD.status <> NEW.status OR OLD.test <> NEW.test OR OLD.enrollment_id IS DISTINCT FROM NEW.enrollment_id
    OR instr(OLD.facts, '"paid":true') <> instr(NEW.facts, '"paid":true'))
BEGIN
    INSERT INTO unsettled (subject, since, number)
    SELECT 'buyer/' || o.id, MIN(OLD.placed_at, NEW.placed_at), 1 FROM orders o
    WHERE o.id IN (NEW.id, (SELECT p.id FROM orders p WHERE p.store_id = OLD.store_id AND p.buyer = OLD.buyer
        AND p.placed_at >= OLD.placed_at ORDER BY p.placed_at LIMIT 1))
    ON CONFLICT (subject) DO UPDATE SET since = MIN(unsettled.since, excluded.since), number = unsettled.number + 1;
END
