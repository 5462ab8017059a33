//! The outermost keys of a JSON text, as far as its first bytes tell them.

/// The outermost keys.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    /// The outermost value is a list; the keys are those of its first object.
    pub(crate) list: bool,
    keys: Vec<(String, char)>,
}

impl Shape {
    /// The first character of a key's value: `{`, `[`, `"`, or that of a number or a word.
    pub(crate) fn kind(&self, key: &str) -> Option<char> {
        let found = self.keys.iter().find(|(name, _)| name == key);
        found.map(|(_, kind)| *kind)
    }
}

/// Reads the outermost keys of `text`, which may break off anywhere.
pub(crate) fn shape(text: &str) -> Shape {
    let mut shape = Shape {
        list: text.starts_with('['),
        keys: Vec::new(),
    };
    let wanted = if shape.list { 2 } else { 1 };
    let mut depth = 0_usize;
    let mut chars = text.char_indices().peekable();
    let mut key: Option<String> = None;
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => {
                let mut end = at + 1;
                let mut escaped = false;
                for (index, c) in chars.by_ref() {
                    end = index;
                    match c {
                        '"' if !escaped => break,
                        _ => escaped = c == '\\' && !escaped,
                    }
                }
                if depth == wanted {
                    let name = text.get(at + 1..end).unwrap_or_default();
                    if key.is_none() {
                        key = Some(name.to_owned());
                    }
                }
            }
            ':' if depth == wanted => {
                let value = text.get(at + 1..).unwrap_or_default().trim_start();
                if let (Some(name), Some(kind)) = (key.take(), value.chars().next()) {
                    shape.keys.push((name, kind));
                    // A string value must not be taken for the next key.
                    if kind == '"' {
                        key = Some(String::new());
                    }
                }
            }
            ',' if depth == wanted => key = None,
            '{' | '[' => depth += 1,
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                if depth < wanted {
                    break;
                }
            }
            _ => {}
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::shape;

    #[test]
    fn the_outermost_keys_are_told_even_from_a_part() {
        let found = shape(r#"{"a": "x: \" {", "b": [{"c": 1}], "d": {"e"#);
        assert_eq!(found.kind("a"), Some('"'));
        assert_eq!(found.kind("b"), Some('['));
        assert_eq!(found.kind("d"), Some('{'));
        assert_eq!(found.kind("c"), None);
        assert_eq!(found.kind("e"), None);
        let list = shape(r#"[{"name": "p", "vulns": []}, {"more": 1}]"#);
        assert!(list.list);
        assert_eq!(list.kind("vulns"), Some('['));
        assert_eq!(list.kind("more"), None);
        assert_eq!(shape("").kind(""), None);
    }
}
