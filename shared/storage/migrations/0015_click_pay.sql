-- What an enrollment's unique clicks of a day earn, where its terms pay by the click: due once the day is over.
CREATE TABLE click_earnings (
    enrollment_id TEXT NOT NULL REFERENCES enrollments (id),
    day INTEGER NOT NULL,
    creator_id TEXT NOT NULL,
    campaign_id TEXT NOT NULL,
    currency TEXT NOT NULL,
    clicks INTEGER NOT NULL,
    commission INTEGER NOT NULL,
    owed INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (enrollment_id, day)
)
-- next
CREATE INDEX click_earnings_day ON click_earnings (day)
-- next
CREATE INDEX plan_versions_per_click ON plan_versions (plan_id) WHERE instr(terms, '"per_click"') > 0
-- next
CREATE INDEX enrollment_terms_per_click ON enrollment_terms (enrollment_id) WHERE instr(commission, '"per_click"') > 0
-- next
CREATE TRIGGER click_earnings_insert AFTER INSERT ON click_earnings
BEGIN
    INSERT INTO ledger (creator_id, order_id, kind, amount, currency, at, reason, actor)
    SELECT NEW.creator_id, NULL, 'clicks', NEW.owed, NEW.currency, NEW.updated_at,
        NEW.clicks || ' clicks of ' || date(NEW.day * 86400, 'unixepoch') || ', ' || NEW.enrollment_id, 'tributary'
    WHERE NEW.owed <> 0;
    INSERT INTO balances (creator_id, currency, due, pending, paid)
    SELECT NEW.creator_id, NEW.currency, 0, NEW.commission - NEW.owed, 0 WHERE NEW.commission <> NEW.owed
    ON CONFLICT (creator_id, currency) DO UPDATE SET pending = balances.pending + excluded.pending;
    INSERT INTO sales_days (campaign_id, creator_id, day, currency, orders, sales, commission)
    SELECT part.campaign_id, part.creator_id, NEW.day, NEW.currency, 0, 0, NEW.commission
    FROM (SELECT NEW.campaign_id AS campaign_id, NEW.creator_id AS creator_id
          UNION SELECT NEW.campaign_id, '' UNION SELECT '', '') AS part
    WHERE NEW.commission <> 0
    ON CONFLICT (campaign_id, creator_id, day, currency) DO UPDATE
    SET commission = sales_days.commission + excluded.commission;
END
-- next
CREATE TRIGGER click_earnings_update AFTER UPDATE ON click_earnings
BEGIN
    INSERT INTO ledger (creator_id, order_id, kind, amount, currency, at, reason, actor)
    SELECT NEW.creator_id, NULL, 'clicks', NEW.owed - OLD.owed, NEW.currency, NEW.updated_at,
        NEW.clicks || ' clicks of ' || date(NEW.day * 86400, 'unixepoch') || ', ' || NEW.enrollment_id, 'tributary'
    WHERE NEW.owed <> OLD.owed;
    INSERT INTO balances (creator_id, currency, due, pending, paid)
    SELECT NEW.creator_id, NEW.currency, 0, NEW.commission - NEW.owed - OLD.commission + OLD.owed, 0
    WHERE NEW.commission - NEW.owed <> OLD.commission - OLD.owed
    ON CONFLICT (creator_id, currency) DO UPDATE SET pending = balances.pending + excluded.pending;
    INSERT INTO sales_days (campaign_id, creator_id, day, currency, orders, sales, commission)
    SELECT part.campaign_id, part.creator_id, NEW.day, NEW.currency, 0, 0, NEW.commission - OLD.commission
    FROM (SELECT NEW.campaign_id AS campaign_id, NEW.creator_id AS creator_id
          UNION SELECT NEW.campaign_id, '' UNION SELECT '', '') AS part
    WHERE NEW.commission <> OLD.commission
    ON CONFLICT (campaign_id, creator_id, day, currency) DO UPDATE
    SET commission = sales_days.commission + excluded.commission;
END
