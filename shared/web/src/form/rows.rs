//! Rows of a form: fields for the items of a list, such as `rules[0].rate` and `rules[1].rate`. A page shows more
//! rows than are needed, so those in which nothing was typed are taken out, and the others numbered anew: what is
//! sent on, what is wrong with it and what is shown again have the same numbers.

use std::collections::BTreeSet;

use super::Form;

/// More rows than this are no form of ours.
const MOST_ROWS: usize = 100;

/// The list and the place that a part of a field's name says: `rules[2]`.
pub fn list_item(part: &str) -> Option<(&str, usize)> {
    let (list, index) = part.strip_suffix(']')?.split_once('[')?;
    Some((list, place(index)?))
}

/// The row of a list that a field belongs to, and its name there.
fn row_of<'a>(field: &'a str, list: &str) -> Option<(usize, &'a str)> {
    let (index, name) = field.strip_prefix(list)?.strip_prefix('[')?.split_once("].")?;
    Some((place(index)?, name))
}

fn place(index: &str) -> Option<usize> {
    index.parse().ok().filter(|index| *index < MOST_ROWS)
}

impl Form {
    /// How many rows of a list there are.
    pub fn rows(&self, list: &str) -> usize {
        let indexes = self.0.iter().filter_map(|(name, _)| row_of(name, list));
        indexes.map(|(index, _)| index + 1).max().unwrap_or(0)
    }

    /// The form without those rows of a list in which nothing was typed. `always` has a value in every row.
    #[must_use]
    pub fn tidied(self, list: &str, always: &str) -> Self {
        let said = |(name, value): &(String, String)| {
            let (index, field) = row_of(name, list)?;
            (field != always && !value.trim().is_empty()).then_some(index)
        };
        let kept: BTreeSet<usize> = self.0.iter().filter_map(said).collect();
        self.with_rows(list, &kept)
    }

    /// The form without one row of a list.
    #[must_use]
    pub fn without_row(self, list: &str, row: usize) -> Self {
        let kept = (0..self.rows(list)).filter(|index| *index != row).collect();
        self.with_rows(list, &kept)
    }

    fn with_rows(self, list: &str, kept: &BTreeSet<usize>) -> Self {
        let renumbered = |(name, value): (String, String)| match row_of(&name, list) {
            None => Some((name, value)),
            Some((index, field)) => {
                let place = kept.iter().position(|row| *row == index)?;
                Some((format!("{list}[{place}].{field}"), value))
            }
        };
        Self(self.0.into_iter().filter_map(renumbered).collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn form() -> Form {
        Form::parse(
            b"name=x&rules%2C=&rules[0].kind=flat&rules[0].rate=&rules[1].kind=flat&rules[1].rate=5\
              &rules[1].when.products%2C=a&rules[2].kind=flat&rules[3].kind=flat&rules[3].rate=7&rulesx[0].y=1",
        )
    }

    // R66
    #[test]
    fn rows_are_the_items_of_a_list_and_empty_ones_are_none() {
        let form = form().tidied("rules", "kind");
        assert_eq!(form.rows("rules"), 2);
        assert_eq!(
            form.to_json(),
            json!({"name": "x", "rulesx": [{"y": "1"}], "rules": [
                {"kind": "flat", "rate": "5", "when": {"products": ["a"]}}, {"kind": "flat", "rate": "7"}]})
        );
    }

    // R66
    #[test]
    fn a_row_is_taken_out_and_the_others_move_up() {
        let form = form().tidied("rules", "kind").without_row("rules", 0);
        assert_eq!(form.to_json()["rules"], json!([{"kind": "flat", "rate": "7"}]));
        assert_eq!(
            form.without_row("rules", 0).to_json()["rules"],
            json!([]),
            "the list is said to be empty"
        );
    }

    // R66
    #[test]
    fn an_absurd_number_is_no_row() {
        let form =
            Form::parse(b"rules[4294967296].rate=1&rules[-1].rate=2&rules[x].rate=3&rules[100].rate=4");
        assert_eq!(form.rows("rules"), 0);
        assert!(form.to_json().get("rules").is_none());
    }
}
