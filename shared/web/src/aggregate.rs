//! A line of aggregates as the API shows it.

use serde_json::{Value, json};
use tributary_storage::aggregates::Aggregate;

/// The figures of a line, or of several.
pub fn figures(line: &Aggregate) -> Value {
    json!({"clicks": line.clicks, "detailPageViews": line.detail_page_views, "addToCarts": line.add_to_carts,
        "purchases": line.purchases, "units": line.units, "sales": line.sales, "bonus": line.bonus})
}
