-- Visits are written as they come, many in one row, and brought into the daily counts many rows at a time: a row,
-- an index entry and two counts for each visit were most of what a click cost.

-- Visits of one day, kept for the days that settings say, as JSON by outcome and link:
-- {"0": {"4711": {"at": [43200], "random": [7], "visitor": [null]}}}. `at` is in seconds since midnight, `random` the
-- 48 random bits of the click id, `visitor` a hash of visitor and link under the day's salt.
CREATE TABLE click_batches (
    number INTEGER PRIMARY KEY,
    day INTEGER NOT NULL,
    visits TEXT NOT NULL
)
-- next
-- The number of the last batch that is in the daily counts.
CREATE TABLE click_progress (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    counted INTEGER NOT NULL
)
-- next
-- The visitors of the last days: the day times 2^48, and the hash.
CREATE TABLE click_visitors (
    visitor INTEGER PRIMARY KEY
)
-- next
INSERT INTO click_visitors (visitor) SELECT DISTINCT visitor FROM clicks WHERE visitor IS NOT NULL ORDER BY visitor
-- next
INSERT INTO click_batches (day, visits)
SELECT day, json_group_object(outcome, json(links))
FROM (
    SELECT day, part, outcome, json_group_object(link_number, json(visits)) AS links
    FROM (
        SELECT at / 86400 AS day, number / 1000 AS part, outcome, link_number,
            json_object('at', json_group_array(at % 86400), 'random', json_group_array(random),
                'visitor', json_group_array(visitor & 281474976710655)) AS visits
        FROM clicks GROUP BY 1, 2, 3, 4
    ) AS of_link
    GROUP BY 1, 2, 3
) AS of_outcome
GROUP BY day, part ORDER BY part, day
-- next
INSERT INTO click_progress (id, counted) SELECT 1, COALESCE(MAX(number), 0) FROM click_batches
-- next
-- With its index and its trigger.
DROP TABLE clicks
-- next
-- Batches are counted by moving the number of the last one: in one statement, so that each is counted exactly once.
-- `part` gives each link's count to the link and to the account's line 0. A visitor, who is one of one link, is
-- unique with the first visit of a day; the batches' visitors are looked up in the order of the table.
CREATE TRIGGER click_progress_count AFTER UPDATE ON click_progress WHEN NEW.counted > OLD.counted
BEGIN
    INSERT INTO click_days (link_number, day, outcome, clicks, unique_clicks)
    SELECT part.is_link * c.link_number, c.day, c.outcome, SUM(c.clicks), 0
    FROM (
        SELECT CAST(l.key AS INTEGER) AS link_number, b.day, CAST(o.key AS INTEGER) AS outcome,
            SUM(json_array_length(l.value, '$.at')) AS clicks
        FROM click_batches b, json_each(b.visits) o, json_each(o.value) l
        WHERE b.number > OLD.counted AND b.number <= NEW.counted
        GROUP BY 1, 2, 3
    ) AS c, (SELECT 0 AS is_link UNION ALL SELECT 1) AS part
    WHERE 1 = 1
    GROUP BY 1, 2, 3
    ON CONFLICT (link_number, day, outcome) DO UPDATE SET clicks = click_days.clicks + excluded.clicks;
    INSERT INTO click_days (link_number, day, outcome, clicks, unique_clicks)
    SELECT part.is_link * c.link_number, c.day, 0, 0, SUM(c.visitors)
    FROM (
        SELECT seen.link_number, seen.day, COUNT(*) AS visitors
        FROM (
            SELECT (b.day & 32767) << 48 | v.value AS visitor, MIN(CAST(l.key AS INTEGER)) AS link_number, b.day
            FROM click_batches b, json_each(b.visits, '$."0"') l, json_each(l.value, '$.visitor') v
            WHERE b.number > OLD.counted AND b.number <= NEW.counted AND v.value IS NOT NULL
            GROUP BY 1
        ) AS seen
        WHERE NOT EXISTS (SELECT 1 FROM click_visitors k WHERE k.visitor = seen.visitor)
        GROUP BY 1, 2
    ) AS c, (SELECT 0 AS is_link UNION ALL SELECT 1) AS part
    WHERE 1 = 1
    GROUP BY 1, 2
    ON CONFLICT (link_number, day, outcome) DO UPDATE
    SET unique_clicks = click_days.unique_clicks + excluded.unique_clicks;
    INSERT INTO click_visitors (visitor)
    SELECT (b.day & 32767) << 48 | v.value
    FROM click_batches b, json_each(b.visits, '$."0"') l, json_each(l.value, '$.visitor') v
    WHERE b.number > OLD.counted AND b.number <= NEW.counted AND v.value IS NOT NULL
    ORDER BY 1
    ON CONFLICT (visitor) DO NOTHING;
END
