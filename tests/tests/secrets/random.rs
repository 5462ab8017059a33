//! Fills in the blanks of a labelled text by characters that look random and are the same each time.

use anyhow::{Context, Result, bail};

const B62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A stream of characters (xorshift64*; S. Vigna, 2016).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(high).unwrap_or_default() % below
    }

    fn of(&mut self, letters: &[u8], length: usize) -> String {
        let each = (0..length).map(|_| char::from(letters[self.next(letters.len())]));
        each.collect()
    }

    /// The text with every blank filled in.
    pub(crate) fn fill(&mut self, text: &str) -> Result<String> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('{') {
            let (before, from) = rest.split_at(at);
            filled.push_str(before);
            let end = from.find('}').unwrap_or(from.len() - 1);
            let blank = &from[1..end];
            if blank == "=" {
                rest = &from[end + 1..];
                continue;
            }
            match blank
                .split_once(':')
                .map(|(kind, length)| (kind, length.parse()))
            {
                Some((kind, Ok(length))) if kind.chars().all(|c| c.is_ascii_alphanumeric()) => {
                    filled.push_str(&self.blank(kind, length)?);
                    rest = &from[end + 1..];
                }
                // A brace of the text itself.
                _ => {
                    filled.push('{');
                    rest = &from[1..];
                }
            }
        }
        filled.push_str(rest);
        Ok(filled)
    }

    fn blank(&mut self, kind: &str, length: usize) -> Result<String> {
        let letters: &[u8] = match kind {
            "hex" => b"0123456789abcdef",
            "dec" => b"0123456789",
            "low" => b"0123456789abcdefghijklmnopqrstuvwxyz",
            "alpha" => B62.get(10..).context("letters")?,
            "b32" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
            "bech" => b"QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
            "b62" => B62,
            "url" => b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_",
            "b64" => b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/",
            "vlq" => b"ACEGIKMOQSUWYacegikmoqsuwy,;",
            "crc" => return Ok(self.with_checksum(length)),
            "js" => return Ok(self.code(length)),
            _ => bail!("{kind} is no kind of blank"),
        };
        Ok(self.of(letters, length))
    }

    /// Random characters and their CRC-32 in six digits of base 62, as GitHub's and npm's tokens have it.
    fn with_checksum(&mut self, length: usize) -> String {
        let random = self.of(B62, length);
        let mut crc = u32::MAX;
        for byte in random.bytes() {
            crc ^= u32::from(byte);
            for _ in 0..8 {
                crc = if crc & 1 == 1 {
                    (crc >> 1) ^ 0xedb8_8320
                } else {
                    crc >> 1
                };
            }
        }
        let mut left = !crc;
        let mut end = [b'0'; 6];
        for digit in end.iter_mut().rev() {
            *digit = B62[(left % 62) as usize];
            left /= 62;
        }
        format!("{random}{}", String::from_utf8_lossy(&end))
    }

    /// Something like minified JavaScript, with the words that the rules look for.
    fn code(&mut self, length: usize) -> String {
        let words = [
            "token",
            "password",
            "secret",
            "apiKey",
            "e",
            "t",
            "n",
            "r",
            "credential",
        ];
        let mut code = String::new();
        while code.len() < length {
            let word = words[self.next(words.len())];
            let number = self.next(9000);
            let other = self.of(&B62[36..], 2);
            let part = match self.next(4) {
                0 => format!("function {other}({word}){{return {word}.length>{number}}}"),
                1 => format!("{other}.{word}=\"{other}-{word}\";"),
                2 => format!("{word}:{other}[{number}],"),
                _ => format!("var {other}={{{word}:!0,id:{number}}};"),
            };
            code.push_str(&part);
        }
        code
    }
}
