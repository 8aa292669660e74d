//! One person's e-mail addresses: what is written in several ways and reaches the same mailbox (R45).

use crate::keys::{buyer_hash, mailbox_hash};
use crate::order::OrderFacts;

/// Google's mail takes dots in a name for nothing, under both of its names.
const GOOGLE: [&str; 2] = ["gmail.com", "googlemail.com"];

/// The mailbox that an address reaches: in small letters, without what follows a `+`, and for Google's mail
/// without dots.
pub fn mailbox(email: &str) -> String {
    let email = email.trim().to_lowercase();
    let Some((name, host)) = email.rsplit_once('@') else { return email };
    let name = match name.split_once('+') {
        Some((kept, _)) if !kept.is_empty() => kept,
        _ => name,
    };
    if GOOGLE.contains(&host) {
        format!("{}@gmail.com", name.replace('.', ""))
    } else {
        format!("{name}@{host}")
    }
}

/// Notes a buyer's address: its own hash, by which it is found again (R38), and its mailbox's where that is
/// written in another way.
pub fn note_buyer(facts: &mut OrderFacts, key: &[u8; 32], email: &str) {
    let own = buyer_hash(key, email);
    let mailbox = mailbox(email);
    if buyer_hash(key, &mailbox) != own {
        facts.mailboxes.insert(mailbox_hash(key, &mailbox));
    }
    facts.buyers.insert(own);
}

/// Somebody's address, as orders may know it. The hashes cost more than all else that an order is held to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownAddress {
    /// Its own hash, and that of its mailbox's plain address.
    own: [String; 2],
    mailbox: String,
}

impl KnownAddress {
    /// The hashes of an address.
    pub fn of(key: &[u8; 32], email: &str) -> Self {
        let mailbox = mailbox(email);
        let own = [buyer_hash(key, email), buyer_hash(key, &mailbox)];
        Self { own, mailbox: mailbox_hash(key, &mailbox) }
    }

    /// Whether the buyer has this address, in whatever way it was written.
    pub fn is_buyer_of(&self, facts: &OrderFacts) -> bool {
        self.own.iter().any(|hash| facts.buyers.contains(hash)) || facts.mailboxes.contains(&self.mailbox)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];

    fn order_of(buyer: &str) -> OrderFacts {
        let mut facts = OrderFacts::default();
        note_buyer(&mut facts, &KEY, buyer);
        facts
    }

    fn same(buyer: &str, creator: &str) -> bool {
        KnownAddress::of(&KEY, creator).is_buyer_of(&order_of(buyer))
    }

    // R45
    #[test]
    fn a_mailbox_is_known_however_its_address_is_written() {
        for (buyer, creator) in [
            ("anna@shop.example", "Anna@Shop.example "),
            ("anna+shop@shop.example", "anna@shop.example"),
            ("anna@shop.example", "anna+insta@shop.example"),
            ("anna+one@shop.example", "anna+two@shop.example"),
            ("a.n.na+x@gmail.com", "anna@googlemail.com"),
        ] {
            assert!(same(buyer, creator), "{buyer} {creator}");
            assert!(same(creator, buyer), "{creator} {buyer}");
        }
        for (buyer, creator) in [
            ("a.nna@shop.example", "anna@shop.example"),
            ("anna@shop.example", "anna@gmail.com"),
            ("+one@shop.example", "+two@shop.example"),
            ("anna", "bella"),
        ] {
            assert!(!same(buyer, creator), "{buyer} {creator}");
        }
    }

    // R38
    #[test]
    fn an_address_written_in_the_plain_way_is_kept_as_one_hash() {
        let plain = order_of("Anna@shop.example");
        assert!(plain.buyers.contains(&buyer_hash(&KEY, "anna@shop.example")) && plain.mailboxes.is_empty());
        let other = order_of("anna+x@shop.example");
        assert_eq!((other.buyers.len(), other.mailboxes.len()), (1, 1));
        assert!(
            !other.buyers.contains(&buyer_hash(&KEY, "anna@shop.example")),
            "who asks for theirs gets only theirs"
        );
    }

    // R38
    #[test]
    fn a_forgotten_buyer_has_no_mailbox() {
        let redacted = OrderFacts { redacted: true, ..OrderFacts::default() };
        let facts = order_of("anna+x@shop.example").merge(redacted);
        assert!(facts.mailboxes.is_empty());
        assert!(!KnownAddress::of(&KEY, "anna+x@shop.example").is_buyer_of(&facts));
    }
}
