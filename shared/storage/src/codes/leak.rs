//! What is seen of a code that may have leaked (R46).

use tributary_domain::Timestamp;
use tributary_domain::leak::{DAYS, Figures};

use super::Code;
use crate::sql::{Sql, SqlError, Statement};

/// The index on the campaign and the time leads; the enrollment is wrapped, because it has no index.
const ORDERS: &str = "SELECT
        CAST(COALESCE(SUM(CASE WHEN placed_at >= $3 THEN 1 ELSE 0 END), 0) AS BIGINT) AS orders,
        CAST(COALESCE(SUM(CASE WHEN placed_at >= $3 AND source = 'code' THEN 1 ELSE 0 END), 0) AS BIGINT) AS without_click,
        CAST(COALESCE(SUM(CASE WHEN placed_at < $3 THEN 1 ELSE 0 END), 0) AS BIGINT) AS orders_before
    FROM orders WHERE campaign_id = $1 AND enrollment_id IS NOT NULL AND placed_at >= $2 AND test = 0
        AND COALESCE(enrollment_id, '') = $4 AND code_text = $5";
const CLICKS: &str = "SELECT
        CAST(COALESCE(SUM(CASE WHEN d.day >= $3 THEN d.clicks ELSE 0 END), 0) AS BIGINT) AS clicks,
        CAST(COALESCE(SUM(CASE WHEN d.day < $3 THEN d.clicks ELSE 0 END), 0) AS BIGINT) AS clicks_before
    FROM links l JOIN click_days d ON d.link_number = l.number
    WHERE l.enrollment_id = $1 AND d.day >= $2 AND d.outcome IN (0, 100)";

/// A code's figures of the last days, and of as many before.
pub async fn leak_figures(sql: &impl Sql, code: &Code, now: Timestamp) -> Result<Figures, SqlError> {
    let (since, before) = (now.plus_days(-DAYS), now.plus_days(-2 * DAYS));
    let orders = Statement::new(ORDERS)
        .bind(&code.campaign_id)
        .bind(before)
        .bind(since)
        .bind(&code.enrollment_id)
        .bind(code.text.as_ref().map(ToString::to_string));
    let clicks = Statement::new(CLICKS).bind(&code.enrollment_id).bind(before.day()).bind(since.day());
    let (orders, clicks) = (sql.execute(orders).await?, sql.execute(clicks).await?);
    let (Some(orders), Some(clicks)) = (orders.first(), clicks.first()) else {
        return Ok(Figures::default());
    };
    Ok(Figures {
        orders: orders.get("orders")?,
        without_click: orders.get("without_click")?,
        orders_before: orders.get("orders_before")?,
        clicks: clicks.get("clicks")?,
        clicks_before: clicks.get("clicks_before")?,
    })
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;
    use tributary_domain::click_id::LinkNumber;
    use tributary_domain::ids::CodeId;

    use super::*;
    use crate::codes;
    use crate::imports::{self, ClickDay};
    use crate::orders::tests::{click, deliver, furnished, paid, placed};

    // R46
    #[test]
    fn orders_and_clicks_of_the_last_days_and_of_those_before_are_told_apart() {
        let sql = furnished("{}");
        let at = Timestamp::from_seconds(1_760_000_000);
        deliver(&sql, "1", placed(10_000, &["ANNA10"]).merge(paid()));
        let mut clicked = placed(10_000, &["ANNA10"]).merge(paid());
        clicked.click_ids.insert(click(1, -60));
        deliver(&sql, "2", clicked);
        deliver(&sql, "3", placed(10_000, &["BOB10"]).merge(paid()));
        for statement in imports::put(
            LinkNumber::new(1).unwrap(),
            &[ClickDay { day: at.day(), clicks: 9, unique_clicks: 8 }],
        ) {
            block_on(sql.execute(statement)).unwrap();
        }
        let code = block_on(codes::by_ids(&sql, &[CodeId::parse("cod_00000000000000000000000001").unwrap()]))
            .unwrap()
            .remove(0);
        let of = |now| block_on(leak_figures(&sql, &code, now)).unwrap();
        let seen = Figures { orders: 2, without_click: 1, orders_before: 0, clicks: 9, clicks_before: 0 };
        assert_eq!(of(at.plus_days(1)), seen);
        let before = Figures { orders_before: 2, clicks_before: 9, ..Figures::default() };
        assert_eq!(of(at.plus_days(40)), before);
        assert_eq!(of(at.plus_days(90)), Figures::default());
    }
}
