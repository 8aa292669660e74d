-- The first schema. Times are milliseconds since 1970 in UTC unless a column says otherwise; days are days
-- since then; money is in minor units of the row's currency; JSON is text. Statements are parted by a line
-- "-- next", because triggers hold semicolons. The tables are in the common subset of SQLite and PostgreSQL.

CREATE TABLE settings (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    default_currency TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    click_retention_days INTEGER NOT NULL
)
-- next
INSERT INTO settings (id, default_currency, time_zone, click_retention_days) VALUES (1, 'EUR', 'UTC', 90)
-- next
CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
)
-- next
CREATE TABLE stores (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    platform TEXT NOT NULL,
    url TEXT NOT NULL,
    currency TEXT NOT NULL,
    -- Sealed with a key of the secret_keys variable; NULL where there are none.
    webhook_secrets TEXT,
    credentials TEXT,
    status TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
)
-- next
CREATE TABLE creators (
    id TEXT PRIMARY KEY,
    first_name TEXT,
    last_name TEXT,
    email TEXT,
    handles TEXT NOT NULL,
    external_id TEXT UNIQUE,
    tags TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER
)
-- next
CREATE INDEX creators_deleted ON creators (deleted_at) WHERE deleted_at IS NOT NULL
-- next
CREATE TABLE plans (
    id TEXT PRIMARY KEY,
    -- Lower-case: names are unique without regard to case.
    name_key TEXT NOT NULL UNIQUE,
    store_id TEXT NOT NULL REFERENCES stores (id),
    version INTEGER NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
)
-- next
CREATE TABLE plan_versions (
    plan_id TEXT NOT NULL REFERENCES plans (id),
    version INTEGER NOT NULL,
    terms TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (plan_id, version)
)
-- next
CREATE TABLE campaigns (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    plan_id TEXT REFERENCES plans (id),
    status TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
)
-- next
CREATE INDEX campaigns_plan ON campaigns (plan_id)
-- next
CREATE TABLE enrollments (
    id TEXT PRIMARY KEY,
    campaign_id TEXT NOT NULL REFERENCES campaigns (id),
    -- NULL: the campaign itself, which may have a code of its own (R8).
    creator_id TEXT REFERENCES creators (id),
    plan_id TEXT NOT NULL REFERENCES plans (id),
    plan_version INTEGER NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    removed_at INTEGER
)
-- next
CREATE UNIQUE INDEX enrollments_member ON enrollments (campaign_id, creator_id) WHERE creator_id IS NOT NULL
-- next
CREATE UNIQUE INDEX enrollments_campaign_itself ON enrollments (campaign_id) WHERE creator_id IS NULL
-- next
CREATE INDEX enrollments_creator ON enrollments (creator_id)
-- next
CREATE TABLE codes (
    id TEXT PRIMARY KEY,
    enrollment_id TEXT NOT NULL REFERENCES enrollments (id),
    campaign_id TEXT NOT NULL,
    store_id TEXT NOT NULL REFERENCES stores (id),
    plan_id TEXT NOT NULL,
    plan_version INTEGER NOT NULL,
    -- Upper-case. NULL while it is to be decided or could not be made.
    text TEXT,
    status TEXT NOT NULL,
    reason TEXT,
    missing TEXT NOT NULL,
    collided_with TEXT,
    -- 1 for the enrollment's code of today; 0 for an older one, which still credits.
    is_current INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
)
-- next
-- R8: a code that may credit belongs to one enrollment of a store.
CREATE UNIQUE INDEX codes_live ON codes (store_id, text) WHERE text IS NOT NULL
-- next
CREATE UNIQUE INDEX codes_current ON codes (enrollment_id) WHERE is_current = 1
-- next
CREATE INDEX codes_enrollment ON codes (enrollment_id)
-- next
CREATE INDEX codes_campaign ON codes (campaign_id, id)
-- next
CREATE INDEX codes_plan ON codes (plan_id, id)
-- next
CREATE TABLE links (
    -- Random, under 2^48: the click id carries it.
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    enrollment_id TEXT NOT NULL REFERENCES enrollments (id),
    campaign_id TEXT NOT NULL,
    creator_id TEXT,
    slug TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    to_url TEXT,
    status TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
)
-- next
CREATE INDEX links_enrollment ON links (enrollment_id)
-- next
-- Every slug that a link ever had: one that is printed somewhere still leads to its link (R7).
CREATE TABLE slugs (
    slug TEXT PRIMARY KEY,
    link_number INTEGER NOT NULL
)
-- next
CREATE INDEX slugs_link ON slugs (link_number)
-- next
CREATE TRIGGER links_insert AFTER INSERT ON links
BEGIN
    INSERT INTO slugs (slug, link_number) VALUES (NEW.slug, NEW.number);
END
-- next
CREATE TRIGGER links_update AFTER UPDATE ON links WHEN OLD.slug <> NEW.slug
BEGIN
    INSERT INTO slugs (slug, link_number)
    SELECT NEW.slug, NEW.number
    WHERE NOT EXISTS (SELECT 1 FROM slugs WHERE slug = NEW.slug AND link_number = NEW.number);
END
-- next
CREATE INDEX links_campaign ON links (campaign_id)
-- next
CREATE TABLE visitor_salts (
    day INTEGER PRIMARY KEY,
    salt BLOB NOT NULL
)
-- next
-- One row a visit, kept for the days that settings say. `at` is in seconds, as in the click id, and `random`
-- is its 48 random bits. `visitor` is the day and a hash of visitor and link under the day's salt.
CREATE TABLE clicks (
    number INTEGER PRIMARY KEY,
    link_number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    random INTEGER NOT NULL,
    visitor INTEGER,
    outcome INTEGER NOT NULL,
    is_unique INTEGER NOT NULL
)
-- next
CREATE INDEX clicks_visitor ON clicks (visitor) WHERE visitor IS NOT NULL
-- next
-- Daily counts, for ever. Link 0 sums all links of the account.
CREATE TABLE click_days (
    link_number INTEGER NOT NULL,
    day INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    clicks INTEGER NOT NULL,
    unique_clicks INTEGER NOT NULL,
    PRIMARY KEY (link_number, day, outcome)
)
-- next
CREATE TRIGGER clicks_count AFTER INSERT ON clicks
BEGIN
    INSERT INTO click_days (link_number, day, outcome, clicks, unique_clicks)
    VALUES (NEW.link_number, NEW.at / 86400, NEW.outcome, 1, NEW.is_unique),
           (0, NEW.at / 86400, NEW.outcome, 1, NEW.is_unique)
    ON CONFLICT (link_number, day, outcome) DO UPDATE
    SET clicks = click_days.clicks + 1, unique_clicks = click_days.unique_clicks + excluded.unique_clicks;
END
-- next
-- Counts from another platform, by link and day. Kept apart, so that sending them again restates them.
CREATE TABLE imported_clicks (
    link_number INTEGER NOT NULL,
    day INTEGER NOT NULL,
    clicks INTEGER NOT NULL,
    unique_clicks INTEGER NOT NULL,
    PRIMARY KEY (link_number, day)
)
-- next
CREATE TRIGGER imported_clicks_insert AFTER INSERT ON imported_clicks
BEGIN
    INSERT INTO click_days (link_number, day, outcome, clicks, unique_clicks)
    VALUES (NEW.link_number, NEW.day, 100, NEW.clicks, NEW.unique_clicks),
           (0, NEW.day, 100, NEW.clicks, NEW.unique_clicks)
    ON CONFLICT (link_number, day, outcome) DO UPDATE
    SET clicks = click_days.clicks + excluded.clicks,
        unique_clicks = click_days.unique_clicks + excluded.unique_clicks;
END
-- next
CREATE TRIGGER imported_clicks_update AFTER UPDATE ON imported_clicks
BEGIN
    UPDATE click_days
    SET clicks = clicks + NEW.clicks - OLD.clicks,
        unique_clicks = unique_clicks + NEW.unique_clicks - OLD.unique_clicks
    WHERE link_number IN (0, NEW.link_number) AND day = NEW.day AND outcome = 100;
END
-- next
-- One row an order or lead, with its credit: an order has at most one conversion, by structure (R40).
CREATE TABLE orders (
    id TEXT PRIMARY KEY,
    store_id TEXT NOT NULL REFERENCES stores (id),
    external_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- Counts the writes of this row: a writer who read an older one must read again.
    version INTEGER NOT NULL,
    -- What webhooks said, merged.
    facts TEXT NOT NULL,
    number TEXT NOT NULL,
    status TEXT NOT NULL,
    currency TEXT NOT NULL,
    net INTEGER NOT NULL,
    total INTEGER NOT NULL,
    codes TEXT NOT NULL,
    test INTEGER NOT NULL,
    placed_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    -- Who is credited and why.
    decision TEXT,
    enrollment_id TEXT,
    creator_id TEXT,
    campaign_id TEXT,
    plan_id TEXT,
    plan_version INTEGER,
    source TEXT,
    code_text TEXT,
    -- What it is worth.
    commission INTEGER NOT NULL,
    approval TEXT,
    verdict TEXT,
    doubts TEXT NOT NULL,
    held_until INTEGER,
    -- What it counts for today: see domain::conversion::Worth.
    counted_orders INTEGER NOT NULL,
    counted_value INTEGER NOT NULL,
    counted_commission INTEGER NOT NULL,
    owed INTEGER NOT NULL,
    day INTEGER NOT NULL,
    -- Of the last write: they go to the ledger line that it causes.
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    UNIQUE (store_id, external_id),
    -- Without a creator nobody is owed anything.
    CHECK (owed = 0 OR creator_id IS NOT NULL)
)
-- next
CREATE INDEX orders_placed ON orders (placed_at, id)
-- next
CREATE INDEX orders_credited ON orders (placed_at, id) WHERE enrollment_id IS NOT NULL
-- next
CREATE INDEX orders_campaign ON orders (campaign_id, placed_at, id) WHERE enrollment_id IS NOT NULL
-- next
CREATE INDEX orders_creator ON orders (creator_id, placed_at, id) WHERE enrollment_id IS NOT NULL
-- next
CREATE INDEX orders_plan ON orders (plan_id, placed_at, id) WHERE enrollment_id IS NOT NULL
-- next
CREATE INDEX orders_held ON orders (approval, held_until) WHERE approval = 'pending'
-- next
-- Written with OR, because SQLite proves only so that `approval = 'review'` lies inside of it.
CREATE INDEX orders_waiting ON orders (approval, placed_at, id)
    WHERE approval = 'pending' OR approval = 'review' OR approval = 'rejected'
-- next
CREATE TABLE ledger (
    number INTEGER PRIMARY KEY,
    creator_id TEXT NOT NULL,
    order_id TEXT,
    kind TEXT NOT NULL,
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    actor TEXT NOT NULL
)
-- next
CREATE INDEX ledger_creator ON ledger (creator_id, number)
-- next
CREATE INDEX ledger_order ON ledger (order_id) WHERE order_id IS NOT NULL
-- next
CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END
-- next
CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END
-- next
-- The hash chain over the ledger, sealed when it is read for proof.
CREATE TABLE ledger_seals (
    number INTEGER PRIMARY KEY,
    hash TEXT NOT NULL
)
-- next
-- Sums of a creator's ledger lines, and the commission that waits.
CREATE TABLE balances (
    creator_id TEXT NOT NULL,
    currency TEXT NOT NULL,
    due INTEGER NOT NULL,
    pending INTEGER NOT NULL,
    paid INTEGER NOT NULL,
    PRIMARY KEY (creator_id, currency)
)
-- next
CREATE TRIGGER ledger_balance AFTER INSERT ON ledger
BEGIN
    INSERT INTO balances (creator_id, currency, due, pending, paid)
    VALUES (NEW.creator_id, NEW.currency, NEW.amount, 0, CASE WHEN NEW.kind = 'payout' THEN -NEW.amount ELSE 0 END)
    ON CONFLICT (creator_id, currency) DO UPDATE
    SET due = balances.due + excluded.due, paid = balances.paid + excluded.paid;
END
-- next
-- What counts, by day: a creator in a campaign, the campaign with creator '', and the account with both ''.
CREATE TABLE sales_days (
    campaign_id TEXT NOT NULL,
    creator_id TEXT NOT NULL,
    day INTEGER NOT NULL,
    currency TEXT NOT NULL,
    orders INTEGER NOT NULL,
    sales INTEGER NOT NULL,
    commission INTEGER NOT NULL,
    PRIMARY KEY (campaign_id, creator_id, day, currency)
)
-- next
CREATE INDEX sales_days_creator ON sales_days (creator_id, day) WHERE creator_id <> ''
-- next
CREATE TRIGGER orders_insert AFTER INSERT ON orders WHEN NEW.enrollment_id IS NOT NULL
BEGIN
    INSERT INTO ledger (creator_id, order_id, kind, amount, currency, at, reason, actor)
    SELECT NEW.creator_id, NEW.id, 'accrual', NEW.owed, NEW.currency, NEW.updated_at, NEW.reason, NEW.actor
    WHERE NEW.owed <> 0;
    INSERT INTO balances (creator_id, currency, due, pending, paid)
    SELECT NEW.creator_id, NEW.currency, 0, NEW.counted_commission - NEW.owed, 0
    WHERE NEW.counted_commission <> NEW.owed AND NEW.creator_id IS NOT NULL
    ON CONFLICT (creator_id, currency) DO UPDATE SET pending = balances.pending + excluded.pending;
    INSERT INTO sales_days (campaign_id, creator_id, day, currency, orders, sales, commission)
    SELECT part.campaign_id, part.creator_id, NEW.day, NEW.currency,
           NEW.counted_orders, NEW.counted_value, NEW.counted_commission
    FROM (SELECT NEW.campaign_id AS campaign_id, COALESCE(NEW.creator_id, '') AS creator_id
          UNION SELECT NEW.campaign_id, '' UNION SELECT '', '') AS part
    WHERE NEW.counted_orders <> 0 OR NEW.counted_commission <> 0
    ON CONFLICT (campaign_id, creator_id, day, currency) DO UPDATE
    SET orders = sales_days.orders + excluded.orders,
        sales = sales_days.sales + excluded.sales,
        commission = sales_days.commission + excluded.commission;
END
-- next
-- The ledger line is always what is owed less what is booked; where the creator or the currency changed, all
-- of the old is taken back and all of the new is booked.
CREATE TRIGGER orders_update_ledger AFTER UPDATE ON orders
WHEN OLD.owed <> NEW.owed OR COALESCE(OLD.creator_id, '') <> COALESCE(NEW.creator_id, '')
     OR OLD.currency <> NEW.currency
BEGIN
    INSERT INTO ledger (creator_id, order_id, kind, amount, currency, at, reason, actor)
    SELECT OLD.creator_id, OLD.id, 'reversal', -OLD.owed, OLD.currency, NEW.updated_at, NEW.reason, NEW.actor
    WHERE OLD.owed <> 0
      AND (COALESCE(OLD.creator_id, '') <> COALESCE(NEW.creator_id, '') OR OLD.currency <> NEW.currency);
    INSERT INTO ledger (creator_id, order_id, kind, amount, currency, at, reason, actor)
    SELECT NEW.creator_id, NEW.id, 'accrual', NEW.owed, NEW.currency, NEW.updated_at, NEW.reason, NEW.actor
    WHERE NEW.owed <> 0
      AND (COALESCE(OLD.creator_id, '') <> COALESCE(NEW.creator_id, '') OR OLD.currency <> NEW.currency);
    INSERT INTO ledger (creator_id, order_id, kind, amount, currency, at, reason, actor)
    SELECT NEW.creator_id, NEW.id,
           CASE WHEN OLD.owed = 0 THEN 'accrual' WHEN NEW.owed = 0 THEN 'reversal' ELSE 'adjustment' END,
           NEW.owed - OLD.owed, NEW.currency, NEW.updated_at, NEW.reason, NEW.actor
    WHERE NEW.owed <> OLD.owed
      AND COALESCE(OLD.creator_id, '') = COALESCE(NEW.creator_id, '') AND OLD.currency = NEW.currency;
END
-- next
CREATE TRIGGER orders_update_pending AFTER UPDATE ON orders
WHEN OLD.counted_commission - OLD.owed <> NEW.counted_commission - NEW.owed
     OR COALESCE(OLD.creator_id, '') <> COALESCE(NEW.creator_id, '') OR OLD.currency <> NEW.currency
BEGIN
    INSERT INTO balances (creator_id, currency, due, pending, paid)
    SELECT part.creator_id, part.currency, 0, part.pending, 0
    FROM (SELECT OLD.creator_id AS creator_id, OLD.currency AS currency, OLD.owed - OLD.counted_commission AS pending
          UNION ALL SELECT NEW.creator_id, NEW.currency, NEW.counted_commission - NEW.owed) AS part
    WHERE part.creator_id IS NOT NULL AND part.pending <> 0
    ON CONFLICT (creator_id, currency) DO UPDATE SET pending = balances.pending + excluded.pending;
END
-- next
CREATE TRIGGER orders_update_sales AFTER UPDATE ON orders
WHEN OLD.counted_orders <> NEW.counted_orders OR OLD.counted_value <> NEW.counted_value
     OR OLD.counted_commission <> NEW.counted_commission OR OLD.day <> NEW.day OR OLD.currency <> NEW.currency
     OR COALESCE(OLD.creator_id, '') <> COALESCE(NEW.creator_id, '')
     OR COALESCE(OLD.campaign_id, '') <> COALESCE(NEW.campaign_id, '')
BEGIN
    INSERT INTO sales_days (campaign_id, creator_id, day, currency, orders, sales, commission)
    SELECT part.campaign_id, part.creator_id, OLD.day, OLD.currency,
           -OLD.counted_orders, -OLD.counted_value, -OLD.counted_commission
    FROM (SELECT OLD.campaign_id AS campaign_id, COALESCE(OLD.creator_id, '') AS creator_id
          UNION SELECT OLD.campaign_id, '' UNION SELECT '', '') AS part
    WHERE OLD.counted_orders <> 0 OR OLD.counted_commission <> 0
    ON CONFLICT (campaign_id, creator_id, day, currency) DO UPDATE
    SET orders = sales_days.orders + excluded.orders,
        sales = sales_days.sales + excluded.sales,
        commission = sales_days.commission + excluded.commission;
    INSERT INTO sales_days (campaign_id, creator_id, day, currency, orders, sales, commission)
    SELECT part.campaign_id, part.creator_id, NEW.day, NEW.currency,
           NEW.counted_orders, NEW.counted_value, NEW.counted_commission
    FROM (SELECT NEW.campaign_id AS campaign_id, COALESCE(NEW.creator_id, '') AS creator_id
          UNION SELECT NEW.campaign_id, '' UNION SELECT '', '') AS part
    WHERE NEW.counted_orders <> 0 OR NEW.counted_commission <> 0
    ON CONFLICT (campaign_id, creator_id, day, currency) DO UPDATE
    SET orders = sales_days.orders + excluded.orders,
        sales = sales_days.sales + excluded.sales,
        commission = sales_days.commission + excluded.commission;
END
-- next
CREATE TABLE deliveries (
    id TEXT PRIMARY KEY,
    store_id TEXT NOT NULL,
    topic TEXT NOT NULL,
    -- The platform's own id of the delivery.
    external_id TEXT,
    outcome TEXT NOT NULL,
    reason TEXT,
    -- Kept for what could not be read.
    body BLOB,
    received_at INTEGER NOT NULL
)
-- next
CREATE INDEX deliveries_outcome ON deliveries (outcome, id)
-- next
CREATE TABLE audit (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    before TEXT,
    after TEXT,
    reason TEXT
)
-- next
CREATE INDEX audit_at ON audit (at)
-- next
CREATE TABLE idempotency (
    key TEXT PRIMARY KEY,
    request_hash TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL
)
-- next
CREATE INDEX idempotency_created ON idempotency (created_at)
