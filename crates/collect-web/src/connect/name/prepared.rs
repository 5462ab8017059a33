//! Text as it is compared in names (RFC 5280 §7.1): prepared as RFC 4518 §2 wants, with case folded.

use std::borrow::Cow;
use stringprep::tables;
use unicode_normalization::UnicodeNormalization as _;

const UTF8: u8 = 0x0c;
const NUMERIC: u8 = 0x12;
const PRINTABLE: u8 = 0x13;
const TELETEX: u8 = 0x14;
const IA5: u8 = 0x16;
const UNIVERSAL: u8 = 0x1c;
const BMP: u8 = 0x1e;

/// The value of a string of this tag, ready to be compared; nothing where it is no string, or holds what
/// RFC 4518 §2.4 prohibits.
pub(super) fn text(tag: u8, value: &[u8]) -> Option<String> {
    let text = transcoded(tag, value)?;
    if text.is_ascii() {
        return Some(narrowed(text.chars().filter_map(mapped_ascii)));
    }
    let mapped = text.chars().filter_map(mapped);
    let folded: String = mapped.flat_map(tables::case_fold_for_nfkc).nfkc().collect();
    let prohibited = folded.chars().any(is_prohibited);
    (!prohibited).then(|| narrowed(folded.chars()))
}

/// Into Unicode (RFC 4518 §2.1). Of TeletexString only what it has in common with ASCII: its escapes mean
/// something else to everybody.
fn transcoded(tag: u8, value: &[u8]) -> Option<Cow<'_, str>> {
    match tag {
        UTF8 => std::str::from_utf8(value).ok().map(Cow::Borrowed),
        NUMERIC | PRINTABLE | TELETEX | IA5 => {
            let text = std::str::from_utf8(value).ok()?;
            text.is_ascii().then_some(Cow::Borrowed(text))
        }
        BMP => {
            let units = value.chunks(2).map(|unit| match unit {
                [high, low] => Some(u16::from_be_bytes([*high, *low])),
                _ => None,
            });
            let units: Option<Vec<u16>> = units.collect();
            String::from_utf16(&units?).ok().map(Cow::Owned)
        }
        UNIVERSAL => {
            let characters = value.chunks(4).map(|four| {
                let number = <[u8; 4]>::try_from(four).map(u32::from_be_bytes);
                char::from_u32(number.ok()?)
            });
            let text: Option<String> = characters.collect();
            text.map(Cow::Owned)
        }
        _ => None,
    }
}

/// RFC 4518 §2.2, of ASCII, with case folded.
fn mapped_ascii(character: char) -> Option<char> {
    match character {
        '\t' | '\n' | '\x0b' | '\x0c' | '\r' => Some(' '),
        character if character.is_ascii_control() => None,
        character => Some(character.to_ascii_lowercase()),
    }
}

/// RFC 4518 §2.2: white space of every width is a space, and what is not seen is nothing.
fn mapped(character: char) -> Option<char> {
    match character {
        '\u{0085}' | '\u{2028}' | '\u{2029}' => Some(' '),
        character if character.is_ascii() => mapped_ascii(character),
        character if tables::non_ascii_space_character(character) && character != '\u{200b}' => {
            Some(' ')
        }
        '\u{007f}'..='\u{009f}'
        | '\u{00ad}'
        | '\u{034f}'
        | '\u{06dd}'
        | '\u{070f}'
        | '\u{1806}'
        | '\u{180b}'..='\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2063}'
        | '\u{206a}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffc}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0001}'
        | '\u{e0020}'..='\u{e007f}' => None,
        character => Some(character),
    }
}

/// RFC 4518 §2.4: what was unassigned in Unicode 3.2, is for private use, or stands for what is lost.
fn is_prohibited(character: char) -> bool {
    tables::unassigned_code_point(character)
        || tables::private_use(character)
        || tables::non_character_code_point(character)
        || tables::change_display_properties_or_deprecated(character)
        || character == '\u{fffd}'
}

/// RFC 4518 §2.6.1: space at either end is nothing, and space between words is one space.
fn narrowed(text: impl Iterator<Item = char>) -> String {
    let mut narrow = String::new();
    let mut space = false;
    for character in text {
        if character == ' ' {
            space = !narrow.is_empty();
            continue;
        }
        if std::mem::take(&mut space) {
            narrow.push(' ');
        }
        narrow.push(character);
    }
    narrow
}
