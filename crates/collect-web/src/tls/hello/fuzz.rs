//! What must be true of whatever a server answers to a hello; called by a fuzz target and by the
//! test that replays its corpus.

use super::answer::{Answer, Progress, read};
use super::client::Version;
use super::exchange::{self, Kind};
use super::turn;

/// What is decided stays decided when more octets come, and nothing but a hello is an agreement.
pub(crate) fn server_hello(bytes: &[u8]) {
    let whole = read(bytes);
    let cut = bytes.first().map_or(0, |first| usize::from(*first));
    let parts = [bytes.len() / 2, cut, bytes.len().saturating_sub(1)];
    for length in parts.into_iter().filter(|length| *length < bytes.len()) {
        let part = read(bytes.get(..length).unwrap_or_default());
        assert!(part == Progress::More || part == whole);
    }
    if let Progress::Done(Answer::Hello(chosen)) = &whole {
        assert_eq!(chosen.version == Version::SSL_2, chosen.suite.is_none());
    }
}

/// What is read of a server's turn stays as it is when more octets come, shows a certificate, and its
/// signature is over the octets that were sent.
pub(crate) fn server_turn(bytes: &[u8]) {
    let whole = turn::read(bytes);
    let cut = bytes.first().map_or(0, |first| usize::from(*first));
    let parts = [bytes.len() / 2, cut, bytes.len().saturating_sub(1)];
    for length in parts.into_iter().filter(|length| *length < bytes.len()) {
        let part = turn::read(bytes.get(..length).unwrap_or_default());
        assert!(part == Ok(None) || part == whole);
    }
    for kind in [Kind::Curve, Kind::Prime] {
        let _ = exchange::read(bytes, kind);
    }
    let Ok(Some(turn)) = whole else { return };
    assert!(!turn.certificates.is_empty());
    let random = [7; 32];
    for suite in [
        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
        "TLS_DHE_RSA_WITH_AES_128_CBC_SHA",
    ] {
        if let Some(signed) = turn.signed(suite, &random) {
            assert!(signed.message.starts_with(&random) && signed.message.len() > 64);
        }
    }
}
