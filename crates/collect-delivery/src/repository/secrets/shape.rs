//! What the characters of a candidate tell: placeholders, entropy, and the checksums that the formats
//! of some tokens define.

/// What documentation writes in the place of a token.
const PLACEHOLDERS: [&str; 10] = [
    "example",
    "placeholder",
    "redacted",
    "xxxx",
    "****",
    "....",
    "your",
    "<",
    "{{",
    "${",
];

/// What shows that a password is made up, or stands elsewhere. A token of a known format may hold these
/// letters by chance.
const MADE_UP: [&str; 24] = [
    "changeme",
    "change-me",
    "change_me",
    "dummy",
    "$(",
    "%(",
    "#{",
    "process.env",
    "os.environ",
    "getenv",
    "env:",
    "env.",
    "file:",
    "vault:",
    "secretref",
    "secrets.",
    "todo",
    "localhost",
    "test",
    "sample",
    "fake",
    "foobar",
    "password",
    "abcdef",
];

/// References, blanks and the examples of documentation are no secrets.
pub(super) fn is_placeholder(secret: &[u8]) -> bool {
    let text = String::from_utf8_lossy(secret).to_lowercase();
    PLACEHOLDERS.iter().any(|word| text.contains(word)) || is_counted(secret)
}

/// A made-up password, or a reference to one.
pub(super) fn is_made_up(secret: &[u8]) -> bool {
    let text = String::from_utf8_lossy(secret).to_lowercase();
    MADE_UP.iter().any(|word| text.contains(word)) || text.contains("123456")
}

/// `0123456789abcdef…`: nine in ten characters follow on the one before, or repeat it.
fn is_counted(secret: &[u8]) -> bool {
    let body = secret.rsplit(|byte| *byte == b'_').next().unwrap_or(secret);
    if body.len() < 12 {
        return false;
    }
    let pairs = body.iter().zip(body.iter().skip(1));
    let steps = pairs
        .filter(|(one, next)| one == next || one.checked_add(1) == Some(**next))
        .count();
    steps * 10 >= (body.len() - 1) * 9
}

/// A nameless secret has letters, and digits or capitals all over, and is no path, address, name, identifier or sentence.
pub(super) fn looks_random(secret: &[u8]) -> bool {
    let count = |of: fn(&u8) -> bool| secret.iter().filter(|byte| of(byte)).count();
    let (digits, letters) = (count(u8::is_ascii_digit), count(u8::is_ascii_alphabetic));
    let plain = secret
        .iter()
        .all(|b| b.is_ascii_alphanumeric() || b"+/=_-.~!@#$%^&*".contains(b));
    let slashes = count(|byte| *byte == b'/');
    let path = slashes > 2 && !secret.ends_with(b"=");
    let mixed = digits >= 2 || changes(secret) * 5 >= secret.len() * 2;
    plain && !path && mixed && letters >= 4 && !is_identifier(secret) && !is_uuid(secret)
}

/// How often small letters, capitals and digits follow on one another: at three of five places in what is
/// random, at the begin of each word in a name.
fn changes(secret: &[u8]) -> usize {
    let class = |byte: &u8| match byte {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    };
    let pairs = secret.iter().zip(secret.iter().skip(1));
    pairs
        .filter(|(one, next)| class(one) != class(next))
        .count()
}

/// Capital and small letters, digits and signs: what a rule for passwords makes people write.
pub(super) fn is_mixed(secret: &[u8]) -> bool {
    let has = |of: fn(&u8) -> bool| secret.iter().any(of);
    has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_digit)
        && secret.iter().any(|byte| b"!#%&*+,?@^~".contains(byte))
}

/// Words that are joined by `-`, `_` or `.`, with at most one that is not all letters or all digits:
/// `db-password-2024-01`, `shop.payment.token_v2`. No part of a random text is so tidy.
fn is_identifier(secret: &[u8]) -> bool {
    let parts: Vec<&[u8]> = secret
        .split(|byte| b"-_.".contains(byte))
        .filter(|part| !part.is_empty())
        .collect();
    let tidy = |part: &&&[u8]| {
        part.iter().all(u8::is_ascii_digit)
            || part.iter().all(u8::is_ascii_lowercase)
            || part.iter().all(u8::is_ascii_uppercase)
    };
    parts.len() >= 3 && parts.iter().filter(tidy).count() + 1 >= parts.len()
}

/// A UUID names something; it is no secret by itself.
fn is_uuid(secret: &[u8]) -> bool {
    let parts: Vec<&[u8]> = secret.split(|byte| *byte == b'-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    lengths == [8, 4, 4, 4, 12] && parts.concat().iter().all(u8::is_ascii_hexdigit)
}

/// Shannon entropy in hundredths of a bit for each byte.
pub(super) fn entropy(secret: &[u8]) -> i64 {
    let mut counts = [0_u32; 256];
    for byte in secret {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a secret has few bytes")]
    let length = secret.len().max(1) as f64;
    let bits: f64 = counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| f64::from(*count) / length)
        .map(|share| -share * share.log2())
        .sum();
    crate::artifacts::number::scaled(bits, 100.0).unwrap_or_default()
}

/// GitHub's and npm's tokens end with the CRC-32 of what precedes, in six digits of base 62.
pub(super) fn has_checksum(secret: &[u8]) -> bool {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let split = secret.len().checked_sub(6).and_then(|at| {
        let (body, end) = secret.split_at_checked(at)?;
        let random = body.iter().position(|b| *b == b'_')?;
        Some((body.get(random + 1..)?, end))
    });
    let Some((random, end)) = split else {
        return false;
    };
    let mut left = crc32(random);
    let mut wanted = [b'0'; 6];
    for digit in wanted.iter_mut().rev() {
        *digit = DIGITS
            .get(usize::try_from(left % 62).unwrap_or_default())
            .copied()
            .unwrap_or(b'0');
        left /= 62;
    }
    end == wanted
}

/// CRC-32 as zlib has it.
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            };
        }
    }
    !crc
}

/// How long the key below a header is: up to where it says that it ends, 16 KiB at most.
pub(super) fn key_length(below: &[u8]) -> usize {
    let near = below.get(..below.len().min(16 << 10)).unwrap_or_default();
    let end = near.windows(8).position(|window| window == b"-----END");
    end.unwrap_or(near.len().min(256))
}

/// A key stands below its header, not only the header: 64 characters of Base64 within the next 300,
/// which may be broken up by line ends, `\n`, quotes, and the attributes of an encrypted key.
pub(super) fn has_body(after: &[u8]) -> bool {
    let near = after.get(..300.min(after.len())).unwrap_or_default();
    let words = near.split(|b| !(b.is_ascii_alphanumeric() || b"+/=".contains(b)));
    let longest = words.map(<[u8]>::len).max().unwrap_or_default();
    longest >= 40
}
