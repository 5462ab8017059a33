//! What must be true of whatever a server answers to a hello; called by a fuzz target and by the
//! test that replays its corpus.

use super::answer::{Answer, Progress, read};
use super::client::Version;

/// What is decided stays decided when more octets come, and nothing but a hello is an agreement.
pub(crate) fn server_hello(bytes: &[u8]) {
    let whole = read(bytes);
    let cut = bytes.first().map_or(0, |first| usize::from(*first));
    let parts = [bytes.len() / 2, cut, bytes.len().saturating_sub(1)];
    for length in parts.into_iter().filter(|length| *length < bytes.len()) {
        let part = read(bytes.get(..length).unwrap_or_default());
        assert!(part == Progress::More || part == whole);
    }
    if let Progress::Done(Answer::Hello { version, suite, .. }) = &whole {
        assert_eq!(*version == Version::SSL_2, suite.is_none());
    }
}
