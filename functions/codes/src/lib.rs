//! Discount codes and their work loop.
