//! A list in one field: between commas or lines. An item that has either stands in double quotes, as in CSV.

/// The items that were typed.
pub(super) fn items(text: &str) -> Vec<String> {
    let (mut items, mut item, mut is_quoted) = (Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.next_if_eq(&'"').is_some() => item.push('"'),
            '"' if is_quoted || item.trim().is_empty() => is_quoted = !is_quoted,
            ',' | '\n' if !is_quoted => items.push(std::mem::take(&mut item)),
            _ => item.push(letter),
        }
    }
    items.push(item);
    let trimmed = items.iter().map(|item| item.trim().to_owned());
    trimmed.filter(|item| !item.is_empty()).collect()
}

/// The same items as they are typed.
pub fn listed<'a>(items: impl IntoIterator<Item = &'a str>) -> String {
    let typed = |item: &str| {
        if item.contains([',', '\n', '"']) {
            format!("\"{}\"", item.replace('"', "\"\""))
        } else {
            item.to_owned()
        }
    };
    items.into_iter().map(typed).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    // R66
    #[test]
    fn a_list_is_read_as_it_is_shown() {
        for list in [&["a", "b c"][..], &["1,5 mm", "say \"x\"", "\"", "two\nlines", "é"], &[]] {
            assert_eq!(items(&listed(list.iter().copied())), list, "{list:?}");
        }
        assert_eq!(items(" a ,, b\n\nc,5\" pipe"), ["a", "b", "c", "5\" pipe"]);
        assert_eq!(items("\"never closed, this"), ["never closed, this"]);
    }
}
