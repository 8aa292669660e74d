//! What is due before anything is read: time has gone on, and other orders have come.

use tributary_storage::click_pay;
use tributary_storage::orders::{self, Owners};

use super::Context;
use crate::problem::Problem;

impl Context {
    /// Approves what was held long enough, books the clicks of days that are over, and decides anew what follows
    /// from an order that changed. No clock has to tick for it: whatever reads commissions, balances or totals calls
    /// it first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn settle(&self) -> Result<(), Problem> {
        orders::settle_all(&self.desk(&Owners::default())).await?;
        click_pay::settle(&self.sql, self.now()).await?;
        Ok(orders::release_held(&self.sql, self.now()).await?)
    }
}
