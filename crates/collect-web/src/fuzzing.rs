//! One door for each parser of what a stranger's server sends, for the fuzz targets in `fuzz/` and
//! for the test that replays their corpus. Each holds what must be true of any input.

use crate::dns::fuzz as names;
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

/// The data of a CAA record.
pub fn caa(bytes: &[u8]) {
    names::caa(bytes);
}

/// The terms of an SPF record.
pub fn spf(bytes: &[u8]) {
    names::spf(bytes);
}

/// The tags of a DMARC record.
pub fn dmarc(bytes: &[u8]) {
    names::dmarc(bytes);
}

/// A policy of MTA-STS.
pub fn mta_sts(bytes: &[u8]) {
    names::mta_sts(bytes);
}

/// A name server's answer, behind its id.
pub fn dns_answer(bytes: &[u8]) {
    names::answer(bytes);
}

/// What a server answers to a ClientHello.
pub fn server_hello(bytes: &[u8]) {
    crate::tls::hello::fuzz::server_hello(bytes);
}

/// What a server before TLS 1.3 sends after its hello: certificates, a staple, its key exchange.
pub fn server_turn(bytes: &[u8]) {
    crate::tls::hello::fuzz::server_turn(bytes);
}

/// A certificate: its encoding, its key, the names that it is limited to.
pub fn certificate(bytes: &[u8]) {
    crate::tls::fuzz::certificate(bytes);
}

/// A list of certificate timestamps.
pub fn timestamps(bytes: &[u8]) {
    crate::tls::fuzz::timestamps(bytes);
}
