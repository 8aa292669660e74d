-- Other names of orders: a payment, a subscription, a checkout, a cart. A row with an external id says that the order
-- answers to the name; the row without one (an empty text) keeps what was said by the name alone.
CREATE TABLE order_references (
    store_id TEXT NOT NULL REFERENCES stores (id),
    -- Kind and id: "payment:pi_123".
    reference TEXT NOT NULL,
    external_id TEXT NOT NULL,
    -- What was said, merged; NULL where the row is an order's.
    facts TEXT,
    -- Counts the writes of what was said: a writer who read an older one must read again.
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (store_id, reference, external_id)
)
