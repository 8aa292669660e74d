-- Whether a code has ever worked under its text: 1 once it was active, 0 where it failed before that and the shop never
-- had it. Such a text may be somebody else's code in the shop, so it credits nobody, whatever becomes of the code, until
-- it is active. NULL while neither has happened.
ALTER TABLE codes ADD COLUMN worked INTEGER
-- next
UPDATE codes SET worked = CASE WHEN status = 'active' OR shop_text = text THEN 1
    WHEN status = 'failed' AND text IS NOT NULL THEN 0 END
-- next
CREATE TRIGGER codes_insert_worked AFTER INSERT ON codes WHEN NEW.status = 'active'
BEGIN
    UPDATE codes SET worked = 1 WHERE id = NEW.id;
END
-- next
CREATE TRIGGER codes_update_worked AFTER UPDATE OF status, text ON codes
    WHEN NEW.status <> OLD.status OR COALESCE(NEW.text, '') <> COALESCE(OLD.text, '')
BEGIN
    UPDATE codes SET worked = CASE WHEN NEW.status = 'active' OR NEW.shop_text = NEW.text THEN 1
        WHEN NEW.text = OLD.text AND OLD.worked IS NOT NULL THEN OLD.worked
        WHEN NEW.status = 'failed' AND NEW.text IS NOT NULL THEN 0 END
    WHERE id = NEW.id;
END
