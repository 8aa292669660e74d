-- Commissions that follow from an enrollment's earlier orders too: what those came to, where the terms ask for it.
ALTER TABLE orders ADD COLUMN earlier TEXT
-- next
CREATE INDEX orders_limited ON orders (enrollment_id, placed_at, id, currency, counted_value, counted_commission)
    WHERE earlier IS NOT NULL
-- next
CREATE TRIGGER orders_insert_limited AFTER INSERT ON orders WHEN NEW.earlier IS NOT NULL
BEGIN
    INSERT INTO unsettled (subject, since, number) VALUES (NEW.enrollment_id, NEW.placed_at, 1)
    ON CONFLICT (subject) DO UPDATE
    SET since = MIN(unsettled.since, excluded.since), number = unsettled.number + 1;
END
-- next
-- That a buyer is forgotten changes nothing.
CREATE TRIGGER orders_update_limited AFTER UPDATE ON orders
WHEN (OLD.earlier IS NOT NULL OR NEW.earlier IS NOT NULL)
     AND (OLD.counted_commission <> NEW.counted_commission OR OLD.counted_value <> NEW.counted_value
         OR OLD.placed_at <> NEW.placed_at OR OLD.currency <> NEW.currency
         OR COALESCE(OLD.enrollment_id, '') <> COALESCE(NEW.enrollment_id, '')
         OR COALESCE(OLD.buyer, '') <> COALESCE(NEW.buyer, OLD.buyer, '')
         OR COALESCE(OLD.earlier, '') = '' OR COALESCE(NEW.earlier, '') = '')
BEGIN
    INSERT INTO unsettled (subject, since, number)
    SELECT part.enrollment_id, MIN(OLD.placed_at, NEW.placed_at), 1
    FROM (SELECT OLD.enrollment_id AS enrollment_id UNION SELECT NEW.enrollment_id) AS part
    WHERE part.enrollment_id IS NOT NULL
    ON CONFLICT (subject) DO UPDATE
    SET since = MIN(unsettled.since, excluded.since), number = unsettled.number + 1;
END
