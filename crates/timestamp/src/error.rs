//! What can be wrong with a time stamp.

/// Why an answer is no time stamp, or not the wanted one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StampError {
    /// The bytes are not the structure that they should be.
    #[error("is not a time stamp response (RFC 3161): {what} at byte {at}: {problem}")]
    Malformed {
        /// The field.
        what: &'static str,
        /// The byte of the response, from 0.
        at: usize,
        /// What is wrong there.
        problem: &'static str,
    },
    /// The authority did not grant it.
    #[error("the authority refused: {0}")]
    Refused(String),
    /// The stamp is about other bytes.
    #[error("is about other bytes: it names the digest {found}, wanted {wanted}")]
    OtherBytes {
        /// The digest in the stamp, in hex, with its algorithm where that is not SHA-256.
        found: String,
        /// The digest of the bytes, in hex.
        wanted: String,
    },
    /// The answer does not answer this request.
    #[error("answers another request: its nonce is {found}, wanted {wanted}")]
    OtherRequest {
        /// The nonce in the stamp, in hex; `none` where it has none.
        found: String,
        /// The nonce that was sent, in hex.
        wanted: String,
    },
    /// An algorithm that is not supported, by its object identifier.
    #[error("{what} has the algorithm {oid}, which is not supported")]
    Algorithm {
        /// What it is the algorithm of.
        what: &'static str,
        /// The object identifier, dotted.
        oid: String,
    },
    /// The signature does not hold, or does not sign what it should.
    #[error("is not signed as a time stamp must be: {0}")]
    Signature(&'static str),
    /// The certificate is none for time stamps.
    #[error("the certificate of {authority} is none for time stamps: {problem}")]
    Certificate {
        /// Its subject.
        authority: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// No trusted root vouches for the authority.
    #[error("no trusted authority vouches for {authority} at {time}: {problem}")]
    Untrusted {
        /// The subject of the signer's certificate.
        authority: String,
        /// The time that the stamp names.
        time: jiff::Timestamp,
        /// Why the path was refused.
        problem: String,
    },
    /// A file of roots that holds none.
    #[error("{0}")]
    Roots(String),
}
