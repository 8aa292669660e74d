//! The shop's side: orders as Shopify sends them, signed, over their whole life.

use super::api::{Api, Enrollment};
use super::chance::Chance;
use super::people::PRODUCTS;
use super::time::{Now, rfc3339};
use super::{CURRENCY, DAYS};
use anyhow::{Context, Result, anyhow, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::thread;
use std::time::Duration;

const ORDERS: u64 = 360;
const FRESH_ORDERS: u64 = 24;
/// Deliveries at once: an order's own ones stay in their order.
const WORKERS: usize = 6;
const DAY: u64 = 86_400;
const BROWSER: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 \
                       (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";

/// A line of an order; amounts in cents.
struct Line {
    id: u64,
    product: u64,
    title: &'static str,
    price: u64,
    quantity: u64,
    discount: u64,
}

/// What happens to an order after it is paid.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Later {
    Nothing,
    PartialRefund,
    FullRefund,
    Canceled,
}

/// One order of the demo.
pub(crate) struct Order {
    number: u64,
    placed: u64,
    lines: Vec<Line>,
    code: Option<String>,
    click: Option<String>,
    later: Later,
    test: bool,
}

/// Orders over the past days, most of them with a creator's code.
pub(crate) fn of_the_past(groups: &[Vec<Enrollment>], now: Now, chance: &mut Chance) -> Vec<Order> {
    let enrollments: Vec<(&Enrollment, bool)> = groups
        .iter()
        .zip([true, false])
        .flat_map(|(group, spring)| group.iter().map(move |each| (each, spring)))
        .collect();
    let mut orders: Vec<Order> = (0..ORDERS)
        .map(|index| {
            // Evenly over the days, but never in the last hour: later events need room.
            let placed =
                now.ago(3_600 + (ORDERS - index) * (DAYS * DAY - 7_200) / ORDERS + chance.up_to(1_800));
            let mut order = Order::new(1_000 + index, placed, chance);
            // Every seventh sale is the shop's own, without any creator.
            if !chance.one_in(7)
                && let Some((enrollment, spring)) = chance.pick(&enrollments, |(each, _)| each.reach)
            {
                order.apply_code(&enrollment.code, *spring);
            }
            order.later = match chance.up_to(99) {
                0..=5 => Later::PartialRefund,
                6..=10 => Later::FullRefund,
                11..=14 => Later::Canceled,
                _ => Later::Nothing,
            };
            order
        })
        .collect();
    if let Some(order) = orders.first_mut() {
        order.test = true;
    }
    orders
}

impl Order {
    fn new(number: u64, placed: u64, chance: &mut Chance) -> Self {
        let id = |line: u64| 13_000_000_000_000 + number * 10 + line;
        let lines = (0..=chance.up_to(2))
            .filter_map(|index| {
                let product = chance.pick(&PRODUCTS, |_| 1)?;
                let (quantity, price) = (1 + chance.up_to(1), product.price);
                Some(Line {
                    id: id(index),
                    product: product.id,
                    title: product.title,
                    price,
                    quantity,
                    discount: 0,
                })
            })
            .collect();
        Self { number, placed, lines, code: None, click: None, later: Later::Nothing, test: false }
    }

    fn id(&self) -> u64 {
        7_000_000_000_000 + self.number
    }

    /// Ten per cent of each line, or five euros off the first.
    fn apply_code(&mut self, code: &str, percentage: bool) {
        self.code = Some(code.to_owned());
        for (index, line) in self.lines.iter_mut().enumerate() {
            line.discount = match (percentage, index) {
                (true, _) => (line.gross() + 5) / 10,
                (false, 0) => 500,
                (false, _) => 0,
            };
        }
    }

    fn sum(&self, of: fn(&Line) -> u64) -> u64 {
        self.lines.iter().map(of).sum()
    }

    /// The webhooks of this order's life: topic, moment and body.
    fn deliveries(&self, now: Now) -> Vec<(&'static str, u64, Value)> {
        let paid_at = (self.placed + 45).min(now.ago(0)).max(self.placed);
        let later_at = now.ago(60).min(self.placed + 5 * DAY).max(paid_at);
        let mut deliveries = vec![
            ("orders/create", self.placed, self.body("pending", self.placed)),
            ("orders/paid", paid_at, self.body("paid", paid_at)),
        ];
        match self.later {
            Later::Nothing => {}
            Later::PartialRefund => deliveries.push(("refunds/create", later_at, self.refund(later_at, 1))),
            Later::FullRefund => {
                deliveries.push(("refunds/create", later_at, self.refund(later_at, self.lines.len())));
            }
            Later::Canceled => {
                let mut body = self.body("voided", later_at);
                body["cancelled_at"] = json!(rfc3339(later_at));
                body["cancel_reason"] = json!("customer");
                deliveries.push(("orders/cancelled", later_at, body));
            }
        }
        deliveries
    }

    fn body(&self, financial_status: &str, updated: u64) -> Value {
        let (gross, discount) = (self.sum(Line::gross), self.sum(|line| line.discount));
        let tax = self.sum(Line::tax);
        let (subtotal, total) = (gross - discount, gross - discount + tax);
        let mut body = json!({
            "id": self.id(),
            "admin_graphql_api_id": format!("gid://shopify/Order/{}", self.id()),
            "name": format!("#{}", self.number),
            "number": self.number - 1_000,
            "order_number": self.number,
            "created_at": rfc3339(self.placed),
            "processed_at": rfc3339(self.placed),
            "updated_at": rfc3339(updated),
            "cancelled_at": null,
            "cancel_reason": null,
            "financial_status": financial_status,
            "currency": CURRENCY,
            "presentment_currency": CURRENCY,
            "taxes_included": false,
            "test": self.test,
            "confirmed": true,
            "source_name": "web",
            "email": self.buyer(),
            "contact_email": self.buyer(),
            "customer": {"id": 9_000_000 + self.number % 211, "email": self.buyer()},
            "landing_site": self.landing_site(),
            "note_attributes": self.note_attributes(),
            "discount_codes": self.discount_codes(discount),
            "line_items": self.lines.iter().map(Line::to_json).collect::<Vec<_>>(),
            "refunds": [],
        });
        let amounts = [
            ("total_line_items_price", gross),
            ("total_discounts", discount),
            ("current_total_discounts", discount),
            ("subtotal_price", subtotal),
            ("current_subtotal_price", subtotal),
            ("total_tax", tax),
            ("current_total_tax", tax),
            ("total_price", total),
            ("current_total_price", total),
        ];
        for (name, cents) in amounts {
            body[name] = json!(decimal(cents));
            body[format!("{name}_set")] = money_set(cents);
        }
        body
    }

    fn buyer(&self) -> String {
        format!("shopper{}@mail.example", self.number % 211)
    }

    fn landing_site(&self) -> Value {
        self.click.as_ref().map_or(Value::Null, |click| json!(format!("/collections/trail?trb={click}")))
    }

    fn note_attributes(&self) -> Value {
        self.click.as_ref().map_or(json!([]), |click| json!([{"name": "trb", "value": click}]))
    }

    fn discount_codes(&self, discount: u64) -> Value {
        let applied = |code| json!([{"code": code, "amount": decimal(discount), "type": "fixed_amount"}]);
        self.code.as_ref().map_or(json!([]), applied)
    }

    /// The refund of the first lines.
    fn refund(&self, at: u64, lines: usize) -> Value {
        let refunded: Vec<&Line> = self.lines.iter().take(lines).collect();
        let (net, tax): (u64, u64) =
            (refunded.iter().map(|line| line.net()).sum(), refunded.iter().map(|line| line.tax()).sum());
        json!({
            "id": 5_000_000_000_000 + self.number,
            "order_id": self.id(),
            "created_at": rfc3339(at),
            "processed_at": rfc3339(at),
            "note": "returned",
            "restock": true,
            "refund_line_items": refunded.iter().map(|line| line.to_refund()).collect::<Vec<_>>(),
            "refund_shipping_lines": [],
            "order_adjustments": [],
            "duties": [],
            "transactions": [{
                "id": 6_000_000_000_000 + self.number,
                "order_id": self.id(),
                "kind": "refund",
                "status": "success",
                "amount": decimal(net + tax),
                "currency": CURRENCY,
                "gateway": "shopify_payments",
                "created_at": rfc3339(at),
                "test": self.test,
            }],
        })
    }
}

impl Line {
    fn gross(&self) -> u64 {
        self.price * self.quantity
    }

    fn net(&self) -> u64 {
        self.gross() - self.discount
    }

    /// 21 % on top, half a cent up.
    fn tax(&self) -> u64 {
        (self.net() * 21 + 50) / 100
    }

    fn to_json(&self) -> Value {
        let allocations = match self.discount {
            0 => json!([]),
            cents => {
                json!([{"amount": decimal(cents), "amount_set": money_set(cents), "discount_application_index": 0}])
            }
        };
        json!({
            "id": self.id,
            "product_id": self.product,
            "variant_id": self.product + 500_000,
            "title": self.title,
            "name": self.title,
            "quantity": self.quantity,
            "current_quantity": self.quantity,
            "price": decimal(self.price),
            "price_set": money_set(self.price),
            "total_discount": "0.00",
            "gift_card": false,
            "taxable": true,
            "properties": [],
            "discount_allocations": allocations,
            "tax_lines": [
                {"title": "VAT", "rate": 0.21, "price": decimal(self.tax()), "price_set": money_set(self.tax())},
            ],
        })
    }

    fn to_refund(&self) -> Value {
        json!({
            "id": self.id + 40_000_000_000_000,
            "line_item_id": self.id,
            "quantity": self.quantity,
            "restock_type": "return",
            "subtotal": number(self.net()),
            "total_tax": number(self.tax()),
            "subtotal_set": money_set(self.net()),
            "total_tax_set": money_set(self.tax()),
            "line_item": self.to_json(),
        })
    }
}

/// Shopify writes most amounts as text, with two digits.
fn decimal(cents: u64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// And a refund's amounts as JSON numbers.
fn number(cents: u64) -> Value {
    decimal(cents).parse().unwrap_or_default()
}

fn money_set(cents: u64) -> Value {
    let money = json!({"amount": decimal(cents), "currency_code": CURRENCY});
    json!({"shop_money": money, "presentment_money": money})
}

/// The shop, which sends webhooks, and its shoppers.
pub(crate) struct Shop<'a> {
    pub(crate) api: &'a Api,
    pub(crate) store: &'a str,
    pub(crate) secret: &'a str,
    pub(crate) now: Now,
}

impl Shop<'_> {
    /// Sends all webhooks of these orders, several orders at a time.
    pub(crate) fn deliver(&self, orders: &[Order]) -> Result<()> {
        let share = orders.len().div_ceil(WORKERS).max(1);
        thread::scope(|scope| {
            let workers: Vec<_> =
                orders.chunks(share).map(|chunk| scope.spawn(move || self.deliver_each(chunk))).collect();
            for worker in workers {
                worker.join().map_err(|_| anyhow!("a worker broke down"))??;
            }
            Ok(())
        })
    }

    fn deliver_each(&self, orders: &[Order]) -> Result<()> {
        for order in orders {
            for (index, (topic, at, body)) in order.deliveries(self.now).into_iter().enumerate() {
                let id = format!("{:08x}-0000-4000-8000-{index:012x}", order.number);
                self.send(topic, at, &id, &body).with_context(|| format!("order #{}", order.number))?;
            }
        }
        Ok(())
    }

    fn send(&self, topic: &str, at: u64, webhook_id: &str, body: &Value) -> Result<()> {
        let body = body.to_string();
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes())?;
        mac.update(body.as_bytes());
        let signature = STANDARD.encode(mac.finalize().into_bytes());
        let triggered_at = rfc3339(at);
        let headers = [
            ("x-shopify-topic", topic),
            ("x-shopify-hmac-sha256", &signature),
            ("x-shopify-shop-domain", "northlight-demo.myshopify.com"),
            ("x-shopify-api-version", "2026-10"),
            ("x-shopify-webhook-id", webhook_id),
            ("x-shopify-triggered-at", &triggered_at),
            ("user-agent", "Shopify-Captain-Hook"),
        ];
        let path = format!("/webhooks/shopify/{}", self.store);
        let answer = self.api.open().post(&path, &headers, body.as_bytes())?;
        if answer.status != 200 {
            bail!("POST {path} {topic}: {} {}", answer.status, answer.body.trim());
        }
        Ok(())
    }

    /// Follows creators' links as a shopper does, and orders: some with the code as well.
    pub(crate) fn orders_from_fresh_clicks(
        &self,
        groups: &[Vec<Enrollment>],
        chance: &mut Chance,
    ) -> Result<Vec<Order>> {
        let mut visits = Vec::new();
        for index in 0..FRESH_ORDERS {
            // Two of three from the campaign whose links come first.
            let spring = index % 3 == 0;
            let group = if spring { groups.first() } else { groups.last() };
            let Some(enrollment) = chance.pick(group.map_or(&[], Vec::as_slice), |each| each.reach) else {
                continue;
            };
            visits.push((2_000 + index, enrollment, spring, self.click(&enrollment.slug)?));
        }
        // A shop writes whole seconds: the orders must not seem older than their clicks.
        thread::sleep(Duration::from_secs(1));
        let placed = Now::read()?.ago(0);
        let order = |(number, enrollment, spring, click): (u64, &Enrollment, bool, String)| {
            let mut order = Order::new(number, placed, chance);
            order.click = Some(click);
            if number % 2 == 0 {
                order.apply_code(&enrollment.code, spring);
            }
            order
        };
        Ok(visits.into_iter().map(order).collect())
    }

    /// One visit through a link; gives the click id.
    fn click(&self, slug: &str) -> Result<String> {
        let path = format!("/{slug}");
        let headers = [("user-agent", BROWSER), ("accept", "text/html"), ("accept-language", "en")];
        let answer = self.api.open().get(&path, &headers)?;
        let location = answer.location.as_deref().unwrap_or_default();
        click_id(location)
            .map(str::to_owned)
            .with_context(|| format!("GET {path}: {} to {location:?}, without a click id", answer.status))
    }
}

/// The value of `trb`, as a query parameter of its own.
fn click_id(location: &str) -> Option<&str> {
    let (_, query) = location.split_once('?')?;
    let query = query.split('#').next()?;
    query.split('&').find_map(|pair| pair.strip_prefix("trb="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_orders_amounts_add_up_and_are_written_as_shopify_does() {
        let mut chance = Chance::new(3);
        let mut order = Order::new(1_001, 1_700_000_000, &mut chance);
        order.apply_code("JOSE10", true);
        let body = order.body("paid", order.placed);
        let cents = |name: &str| body[name].as_str().unwrap().replace('.', "").parse::<u64>().unwrap();
        assert_eq!(cents("subtotal_price"), cents("total_line_items_price") - cents("total_discounts"));
        assert_eq!(cents("total_price"), cents("subtotal_price") + cents("total_tax"));
        assert_eq!(body["discount_codes"][0]["amount"], body["total_discounts"]);
        let refund = order.refund(order.placed + 9, order.lines.len());
        assert_eq!(refund["transactions"][0]["amount"], body["total_price"]);
        assert_eq!((decimal(5), number(1_250)), ("0.05".to_owned(), json!(12.5)));
    }

    #[test]
    fn a_click_id_is_a_parameter_of_its_own() {
        assert_eq!(click_id("https://a.example/discount/X?redirect=%2F%3Ftrb%3Dno&trb=abc#top"), Some("abc"));
        assert_eq!(click_id("https://a.example/?utm=trb=abc"), None);
        assert_eq!(click_id("https://a.example/"), None);
    }
}
