CREATE INDEX codes_remote ON codes (store_id, remote) WHERE remote IS NOT NULL
-- next
-- Texts of codes by the shop's own ids of them, where the codes were made there.
CREATE TABLE code_names (
    store_id TEXT NOT NULL REFERENCES stores (id),
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (store_id, name)
)
-- next
-- Names that are let go in time: see order_references.rs.
CREATE INDEX order_references_passing ON order_references (created_at)
    WHERE (reference < 'payment:' OR (external_id = '' AND reference < 'subscription:'))
