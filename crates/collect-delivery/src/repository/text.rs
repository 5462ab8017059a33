//! Bytes of a file as text: UTF-16, which editors and shells of Windows write, becomes UTF-8.

use std::borrow::Cow;

/// The bytes as UTF-8 where a byte order mark says that they are UTF-16, else as they are.
pub(crate) fn decoded(bytes: &[u8]) -> Cow<'_, [u8]> {
    let units = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let pairs = rest.chunks_exact(2);
        let units: Vec<u16> = pairs
            .filter_map(|pair| Some(unit([*pair.first()?, *pair.get(1)?])))
            .collect();
        Cow::Owned(String::from_utf16_lossy(&units).into_bytes())
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => units(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => units(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => Cow::Borrowed(rest),
        _ => Cow::Borrowed(bytes),
    }
}

/// The beginning of a file that is not read whole, enough to tell whether it is text.
pub(crate) fn head(bytes: &[u8]) -> Cow<'_, [u8]> {
    decoded(bytes.get(..16_000).unwrap_or(bytes))
}

/// Whether this is no text: there is a zero within the first 8,000 bytes, as Git has it.
pub(crate) fn is_binary(bytes: &[u8]) -> bool {
    memchr::memchr(0, bytes.get(..8000).unwrap_or(bytes)).is_some()
}

#[cfg(test)]
mod tests {
    use super::{decoded, head, is_binary};

    #[test]
    fn a_text_of_windows_is_text() {
        let le: Vec<u8> = "\u{feff}key=ß\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let be: Vec<u8> = "\u{feff}key=ß\n"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        for bytes in [
            &le[..],
            &be,
            "\u{feff}key=ß\n".as_bytes(),
            "key=ß\n".as_bytes(),
        ] {
            let text = decoded(bytes);
            assert!(!is_binary(&text));
            assert_eq!(String::from_utf8_lossy(&text), "key=ß\n");
        }
        // One that was cut off in the middle of a character is read as far as it goes.
        assert_eq!(decoded(&le[..le.len() - 1]).as_ref(), "key=ß".as_bytes());
        assert!(is_binary(&decoded(b"\x7fELF\0\0")));
        assert!(!is_binary(&head(&le.repeat(9000))));
    }
}
