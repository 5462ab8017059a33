//! Repairs text that was UTF-8, was read as Windows-1252 and saved as UTF-8 again.
//!
//! `âœ…` becomes ✅ again. The repair is bounded: a run of characters is replaced only when its
//! bytes are one well-formed character of a kind that checklists really hold (Latin-1 letters
//! and signs, punctuation, symbols, emoji), so that honest text such as `„Spaß“` or `café…”`
//! stays as it is. Line breaks are never made or removed. What the Markdown means is left to
//! the rest of the crate.

/// The text with its mojibake repaired, however often it was encoded; lines stay where they are.
#[must_use]
pub fn repaired(text: &str) -> String {
    let mut text = text.to_owned();
    if text.is_ascii() {
        return text;
    }
    // Every pass that changes something makes the text shorter, and one layer of encoding
    // doubles the text, so that there are few passes.
    while let Some(better) = one_layer(&text) {
        text = better;
    }
    text
}

/// One layer of encoding undone, or `None` when there was nothing to undo.
fn one_layer(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut changed = false;
    let mut in_run = false;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some((character, used)) = misread(rest, in_run) {
            out.push(character);
            rest = rest.get(used..).unwrap_or_default();
            changed = true;
            in_run = true;
        } else {
            out.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            in_run = false;
        }
    }
    changed.then_some(out)
}

/// The character whose UTF-8 bytes the text's first characters stand for, and their length.
fn misread(text: &str, in_run: bool) -> Option<(char, usize)> {
    let mut characters = text.chars();
    let lead = characters.next()?;
    let lead_byte = windows_1252(lead)?;
    let expected = match lead_byte {
        0xC2..=0xDF => 2,
        0xE2 | 0xEF => 3,
        0xF0 => 4,
        _ => return None,
    };
    let mut bytes = vec![lead_byte];
    let mut used = lead.len_utf8();
    for character in characters.take(expected - 1) {
        bytes.push(windows_1252(character)?);
        used += character.len_utf8();
    }
    let decoded = std::str::from_utf8(&bytes).ok()?;
    let mut decoded = decoded.chars();
    let character = decoded.next()?;
    (decoded.next().is_none() && is_plausible(character, in_run)).then_some((character, used))
}

/// Whether a checklist may well have held this character. The characters of Windows-1252 that
/// lie outside Latin-1 occur within text that was encoded twice over, and count only there.
fn is_plausible(character: char, in_run: bool) -> bool {
    match character {
        '\u{A0}'..='\u{FF}'
        | '\u{200D}'
        | '\u{2010}'..='\u{2027}'
        | '\u{2030}'..='\u{205E}'
        | '\u{20A0}'..='\u{2BFF}'
        | '\u{FE0F}'
        | '\u{1F000}'..='\u{1FAFF}' => true,
        '\u{80}'..='\u{9F}' => in_run,
        other => in_run && windows_1252(other).is_some_and(|byte| byte >= 0x80),
    }
}

/// The byte that Windows-1252 shows as this character. The five bytes it leaves undefined are
/// shown as control characters, as every browser does, and so is all of Latin-1.
fn windows_1252(character: char) -> Option<u8> {
    let byte = match character {
        '€' => 0x80,
        '‚' => 0x82,
        'ƒ' => 0x83,
        '„' => 0x84,
        '…' => 0x85,
        '†' => 0x86,
        '‡' => 0x87,
        'ˆ' => 0x88,
        '‰' => 0x89,
        'Š' => 0x8A,
        '‹' => 0x8B,
        'Œ' => 0x8C,
        'Ž' => 0x8E,
        '‘' => 0x91,
        '’' => 0x92,
        '“' => 0x93,
        '”' => 0x94,
        '•' => 0x95,
        '–' => 0x96,
        '—' => 0x97,
        '˜' => 0x98,
        '™' => 0x99,
        'š' => 0x9A,
        '›' => 0x9B,
        'œ' => 0x9C,
        'ž' => 0x9E,
        'Ÿ' => 0x9F,
        '\u{80}'..='\u{FF}' => u8::try_from(u32::from(character)).ok()?,
        _ => return None,
    };
    Some(byte)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{repaired, windows_1252};

    /// UTF-8 bytes shown as Windows-1252.
    fn garbled(text: &str) -> String {
        text.bytes()
            .map(|byte| {
                (0..=0x2122)
                    .filter_map(char::from_u32)
                    .find(|c| {
                        if byte < 0x80 {
                            u32::from(*c) == u32::from(byte)
                        } else {
                            *c as u32 > 0x9F && windows_1252(*c) == Some(byte)
                        }
                    })
                    .unwrap_or(char::from(byte))
            })
            .collect()
    }

    #[test]
    fn text_encoded_twice_is_read_again() {
        for text in [
            "✅ Security",
            "critical (🔴) first",
            "🟡",
            "naïve café — 99 % → “done”…",
            "⚠️ 30 °C ≥ 5 €",
        ] {
            assert_eq!(repaired(&garbled(text)), text, "{}", garbled(text));
            assert_eq!(
                repaired(&garbled(&garbled(text))),
                text,
                "{}",
                garbled(&garbled(text))
            );
        }
    }

    #[test]
    fn honest_text_stays() {
        for text in [
            "plain",
            "✅ 🔴",
            "„Spaß“",
            "café…”",
            "SÃO PAULO",
            "naïve – voilà…",
            "×™ ß” É…",
            "日本語",
        ] {
            assert_eq!(repaired(text), text);
        }
    }

    proptest! {
        #[test]
        fn lines_are_kept_and_a_second_repair_changes_nothing(text in "[ -~âœ…ðŸ”´ÂÃ¢€\u{85}\u{90}\r\n]{0,60}") {
            let once = repaired(&text);
            prop_assert_eq!(once.matches(['\n', '\r']).count(), text.matches(['\n', '\r']).count());
            prop_assert_eq!(repaired(&once), once);
        }
    }
}
