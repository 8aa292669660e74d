-- What Amazon gave out for a store, which its links carry so that Amazon measures them.
ALTER TABLE stores ADD COLUMN attribution_tag TEXT
