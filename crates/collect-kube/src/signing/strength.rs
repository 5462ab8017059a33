//! How strong a shared secret is at most: its length, an upper estimate of its entropy by the
//! patterns that people's keys have, and whether it is an example that everybody can read.

use super::entropy::entropy;
use super::published::is_published;
use crate::facts::Form;

/// What is known of a key without the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Strength {
    pub(super) form: Form,
    pub(super) length: usize,
    pub(super) entropy_bits: u64,
    pub(super) published: bool,
}

/// Measures a value whose ends have been trimmed.
pub(super) fn measure(value: &[u8]) -> Strength {
    let text = std::str::from_utf8(value).ok();
    let characters: Vec<char> = match text {
        Some(text) => text.chars().collect(),
        None => value.iter().map(|byte| char::from(*byte)).collect(),
    };
    Strength {
        form: text.map_or(Form::Shared, form),
        length: characters.len(),
        entropy_bits: entropy(&characters),
        published: text.is_some_and(is_published),
    }
}

/// The value without white space at its ends: `echo` and editors add a line end.
pub(super) fn trimmed(value: &[u8]) -> &[u8] {
    value.trim_ascii()
}

fn form(text: &str) -> Form {
    if text.contains("-----BEGIN ") {
        return Form::PrivateKey;
    }
    let is_jwk = serde_json::from_str(text)
        .is_ok_and(|value: serde_json::Value| value["kty"].is_string() || value["keys"].is_array());
    if is_jwk { Form::Jwk } else { Form::Shared }
}

#[cfg(test)]
mod tests {
    use super::{measure, trimmed};
    use crate::facts::Form;
    use proptest::prelude::*;

    /// What SP 800-131A of NIST wants of a key for HMAC at the least.
    const ENOUGH: u64 = 112;

    #[test]
    fn keys_of_machines_are_strong_and_keys_of_hands_are_not() {
        for (value, strong) in [
            // openssl rand -hex 16, -hex 32, -base64 24, -base64 32, a UUID, pwgen -s 32.
            ("9f86d081884c7d659a2feaa0c55ad015", true),
            (
                "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
                true,
            ),
            ("kJ8vQ2xZr5tYw0nBf3hLmP7sDcGaUeIi", true),
            ("q83vEjRWeJCrze8SNFZ4kKvN7xI0Vniq", true),
            ("R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs=", true),
            ("X4m)9kPz!w2Lq@7rTn#5vBh$8sYc%3dF", true),
            // Eight words drawn by dice, and one more.
            (
                "gloss-unlit-mumbo-clasp-wagon-tidal-prism-ocean-brisk",
                true,
            ),
            ("", false),
            ("hunter2", false),
            ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false),
            ("0123456789012345678901234567890123456789", false),
            (
                "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
                false,
            ),
            ("qwertyuiopasdfghjklzxcvbnmqwertyuiop", false),
            ("this-is-my-super-secret-jwt-signing-key", false),
            ("ThisIsMySuperSecretJwtSigningKeyForProduction", false),
            ("MY_VERY_LONG_SECRET_KEY_CHANGE_ME_PLEASE", false),
            (
                "please-change-me-to-a-random-string-of-32-characters",
                false,
            ),
            ("password123password123password123", false),
            ("P@ssw0rd!P@ssw0rd!P@ssw0rd!P@ssw0rd!", false),
            ("hunter2hunter2hunter2hunter2hunter2", false),
            ("0101100101100101010010110010101100101010", false),
            ("00000000-0000-0000-0000-000000000001", false),
            ("ilovemycompanyandmyjobveryverymuch", false),
        ] {
            let bits = measure(value.as_bytes()).entropy_bits;
            assert_eq!(bits >= ENOUGH, strong, "{value}: {bits}");
        }
    }

    #[test]
    fn what_everybody_can_read_is_known() {
        for (value, wanted) in [
            ("your-256-bit-secret", true),
            ("Your-256-bit-secret", true),
            ("eW91ci0yNTYtYml0LXNlY3JldA==", true),
            ("django-insecure-3!x9", true),
            ("9f86d081884c7d659a2feaa0c55ad015", false),
            ("é", false),
        ] {
            assert_eq!(measure(value.as_bytes()).published, wanted, "{value}");
        }
    }

    #[test]
    fn what_is_no_shared_secret_is_told_apart() {
        for (value, wanted) in [
            (
                "-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----",
                Form::PrivateKey,
            ),
            (r#"{"kty":"oct","k":"AyM1"}"#, Form::Jwk),
            (r#"{"keys":[]}"#, Form::Jwk),
            ("{}", Form::Shared),
            ("9f86d0", Form::Shared),
        ] {
            assert_eq!(measure(value.as_bytes()).form, wanted, "{value}");
        }
    }

    #[test]
    fn a_line_end_is_no_part_of_it() {
        assert_eq!(measure(trimmed(b" abc\r\n")).length, 3);
        assert_eq!(measure("äöü".as_bytes()).length, 3);
        assert_eq!(measure(&[0xff, 0xfe, 0x00]).length, 3);
    }

    proptest! {
        #[test]
        fn random_keys_are_strong(key in "[0-9a-f]{64}", other in "[A-Za-z0-9+/]{43}=") {
            prop_assert!(measure(key.as_bytes()).entropy_bits >= ENOUGH);
            prop_assert!(measure(other.as_bytes()).entropy_bits >= ENOUGH);
        }

        #[test]
        fn nothing_panics(key in prop::collection::vec(any::<u8>(), 0..300)) {
            let measured = measure(&key);
            prop_assert!(measured.entropy_bits <= 8 * 300);
        }
    }
}
