//! One door for each parser of what a stranger's server sends, for the fuzz targets in `fuzz/` and
//! for the test that replays their corpus. Each holds what must be true of any input.

use crate::http::fuzz as parsers;

/// A head of an answer, with or without a body.
pub fn head(bytes: &[u8]) {
    parsers::head(bytes);
}

/// The value of Content-Security-Policy.
pub fn csp(bytes: &[u8]) {
    parsers::csp(bytes);
}

/// The value of Strict-Transport-Security.
pub fn hsts(bytes: &[u8]) {
    parsers::hsts(bytes);
}

/// The value of Set-Cookie.
pub fn cookie(bytes: &[u8]) {
    parsers::cookie(bytes);
}

/// The body of security.txt.
pub fn security_txt(bytes: &[u8]) {
    parsers::security_txt(bytes);
}
