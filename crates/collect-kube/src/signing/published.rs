//! Keys that everybody can read.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Keys that stand in specifications, on jwt.io, in tutorials that are much copied, and in frameworks.
const PUBLISHED: &[&str] = &[
    // RFC 7515, A.1.1; also in RFC 7519.
    "ayM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
    // What jwt.io fills in.
    "secret",
    "your-256-bit-secret",
    "your-384-bit-secret",
    "your-512-bit-secret",
    "a-string-secret-at-least-256-bits-long",
    "a-valid-string-secret-that-is-at-least-384-bits-long",
    "a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long",
    // Tutorials on Spring Security.
    "404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970",
    "bezKoderSecretKey",
    // Supabase's own set-up.
    "your-super-secret-jwt-token-with-at-least-32-characters-long",
];

/// What a framework puts before a key that it made for development.
const PUBLISHED_PREFIXES: &[&str] = &["django-insecure-"];

/// Whether it is one of them, as it stands or within base64.
pub(super) fn is_published(text: &str) -> bool {
    let is_known = |text: &str| {
        let starts = |prefix: &&str| {
            let head = text.get(..prefix.len());
            head.is_some_and(|head| head.eq_ignore_ascii_case(prefix))
        };
        PUBLISHED
            .iter()
            .any(|known| known.eq_ignore_ascii_case(text))
            || PUBLISHED_PREFIXES.iter().any(starts)
    };
    // Some are kept in base64, of which the service takes the content.
    let decoded = STANDARD.decode(text).ok();
    let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    is_known(text) || decoded.is_some_and(|inner| is_known(inner.trim()))
}
