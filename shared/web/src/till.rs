//! Where orders and leads are booked: all that come to an instance at once are booked together.

use std::rc::Rc;

use tributary_storage::SqlError;
use tributary_storage::orders::Owners;
use tributary_storage::orders::book::{Booked, Booking, Incoming, Take, book_all};
use tributary_storage::spin::together::Together;

use crate::context::Context;
use crate::problem::Problem;

thread_local! {
    static TILL: Rc<Till> = Rc::default();
}

/// An instance's till.
#[derive(Default)]
struct Till {
    bookings: Together<Booking, Result<Booked, SqlError>>,
    owners: Rc<Owners>,
}

/// Books what came in; an answer after this is one of which every word is kept.
///
/// # Errors
/// The database's trouble; then nothing was written, and the sender must send again.
pub async fn book(context: &Rc<Context>, incoming: Incoming, take: Take) -> Result<Booked, Problem> {
    let till = TILL.with(Rc::clone);
    let booking = Booking { incoming, take, random: context.id_random() };
    let (context, owners) = (Rc::clone(context), Rc::clone(&till.owners));
    let booked = till
        .bookings
        .submit(booking, async move |bookings: &[Booking]| book_all(&context.desk(&owners), bookings).await);
    match booked.await {
        Some(booked) => Ok(booked?),
        None => Err(Problem::unavailable("the booking was abandoned")),
    }
}
