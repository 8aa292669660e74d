-- What a shop sent last is asked for by the self-test of its connection.
CREATE INDEX deliveries_store ON deliveries (store_id, id)
