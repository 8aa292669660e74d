-- Buyers who come back. `buyer` is the smallest of the hashes in the facts; `binds` is 1 where the buyer's later orders
-- may be credited as this one is, and `bound_to` the first such order before this one.
ALTER TABLE orders ADD COLUMN buyer TEXT
-- next
ALTER TABLE orders ADD COLUMN binds INTEGER NOT NULL DEFAULT 0
-- next
ALTER TABLE orders ADD COLUMN bound_to TEXT
-- next
UPDATE orders SET buyer = json_extract(facts, '$.buyers[0]') WHERE kind = 'order' AND facts LIKE '%"buyers":["%'
-- next
CREATE INDEX orders_buyer ON orders (store_id, buyer, placed_at, id) WHERE buyer IS NOT NULL
-- next
CREATE INDEX orders_binding ON orders (store_id, buyer, placed_at, id) WHERE binds = 1
-- next
-- What must be decided anew, because others changed what it follows from. `number` counts the reasons, so that
-- who has dealt with some does not take away a newer one.
CREATE TABLE unsettled (
    subject TEXT PRIMARY KEY,
    since INTEGER NOT NULL,
    number INTEGER NOT NULL
)
-- next
CREATE TRIGGER orders_insert_bound AFTER INSERT ON orders WHEN NEW.buyer IS NOT NULL
BEGIN
    INSERT INTO unsettled (subject, since, number)
    SELECT NEW.id, NEW.placed_at, 1
    WHERE COALESCE(NEW.bound_to, '') <> COALESCE((SELECT o.id FROM orders o WHERE o.store_id = NEW.store_id AND o.buyer = NEW.buyer AND o.binds = 1
            AND (o.placed_at, o.id) < (NEW.placed_at, NEW.id) ORDER BY o.placed_at, o.id LIMIT 1), '')
    ON CONFLICT (subject) DO UPDATE SET number = unsettled.number + 1;
    INSERT INTO unsettled (subject, since, number)
    SELECT o.id, o.placed_at, 1 FROM orders o
    WHERE NEW.binds = 1 AND o.store_id = NEW.store_id AND o.buyer = NEW.buyer
        AND (o.placed_at, o.id) > (NEW.placed_at, NEW.id)
    ON CONFLICT (subject) DO UPDATE SET number = unsettled.number + 1;
END
-- next
CREATE TRIGGER orders_update_bound AFTER UPDATE ON orders
WHEN COALESCE(OLD.buyer, '') <> COALESCE(NEW.buyer, '') OR OLD.placed_at <> NEW.placed_at OR OLD.binds <> NEW.binds
     OR COALESCE(OLD.bound_to, '') <> COALESCE(NEW.bound_to, '')
     OR NEW.binds = 1 AND (COALESCE(OLD.enrollment_id, '') <> COALESCE(NEW.enrollment_id, '')
         OR COALESCE(OLD.plan_version, 0) <> COALESCE(NEW.plan_version, 0))
BEGIN
    INSERT INTO unsettled (subject, since, number)
    SELECT NEW.id, NEW.placed_at, 1
    WHERE NEW.buyer IS NOT NULL AND COALESCE(NEW.bound_to, '') <> COALESCE((SELECT o.id FROM orders o WHERE o.store_id = NEW.store_id AND o.buyer = NEW.buyer AND o.binds = 1
            AND (o.placed_at, o.id) < (NEW.placed_at, NEW.id) ORDER BY o.placed_at, o.id LIMIT 1), '')
    ON CONFLICT (subject) DO UPDATE SET number = unsettled.number + 1;
    INSERT INTO unsettled (subject, since, number)
    SELECT o.id, o.placed_at, 1 FROM orders o
    WHERE (OLD.binds = 1 OR NEW.binds = 1) AND o.store_id = NEW.store_id AND o.buyer IN (OLD.buyer, NEW.buyer)
        AND o.placed_at >= MIN(OLD.placed_at, NEW.placed_at) AND o.id <> NEW.id
    ON CONFLICT (subject) DO UPDATE SET number = unsettled.number + 1;
END
