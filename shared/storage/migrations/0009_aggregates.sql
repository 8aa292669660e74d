-- Figures of stores that have no orders: Amazon's, by the day and by what a link told of itself. They are restated.
CREATE TABLE aggregates (
    store_id TEXT NOT NULL REFERENCES stores (id),
    day INTEGER NOT NULL,
    campaign TEXT NOT NULL,
    ad_group TEXT NOT NULL,
    creative TEXT NOT NULL,
    publisher TEXT NOT NULL,
    currency TEXT NOT NULL,
    clicks INTEGER NOT NULL,
    detail_page_views INTEGER NOT NULL,
    add_to_carts INTEGER NOT NULL,
    purchases INTEGER NOT NULL,
    units INTEGER NOT NULL,
    sales INTEGER NOT NULL,
    bonus INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (store_id, day, campaign, ad_group, creative, publisher)
)
-- next
-- What a campaign's links brought.
CREATE INDEX aggregates_creative ON aggregates (creative, day)
