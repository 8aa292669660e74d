-- What one unit of `base` was worth in `currency` on a day, as a decimal text: no float holds it.
CREATE TABLE rates (
    day INTEGER NOT NULL,
    base TEXT NOT NULL,
    currency TEXT NOT NULL,
    rate TEXT NOT NULL,
    PRIMARY KEY (day, base, currency)
)
-- next
-- A report asks for a few currencies over its days.
CREATE INDEX rates_currency ON rates (currency, day)
