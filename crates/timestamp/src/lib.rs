//! Time stamps: an authority's word that some bytes existed at a time (RFC 3161, with the
//! certificate identifiers of RFC 5816).
//!
//! - [`Request`]: what an authority is asked, and whether its answer answers that.
//! - [`Stamp`]: an answer read back. It exists only where its signature is sound by the certificate
//!   that it carries, and this certificate is one for time stamps.
//! - [`Authorities`]: the roots that are trusted. Whether a stamp is theirs is asked apart.
//!
//! Everything here is pure: the number that a request is told by comes from the caller, the answer
//! is carried by the caller, and no clock is read. A stamp is verified at the time that it names,
//! so that it outlives its certificate; that the certificate was revoked before is not looked up.

mod algorithms;
mod authorities;
mod cms;
mod der;
mod error;
mod request;
mod signature;
mod stamp;
mod tst;

pub use authorities::Authorities;
pub use error::StampError;
pub use request::Request;
pub use stamp::Stamp;

/// The media type of a request (RFC 3161 section 3.4).
pub const QUERY: &str = "application/timestamp-query";
/// The media type of an answer.
pub const REPLY: &str = "application/timestamp-reply";
/// The most bytes of an answer that are read: one with a chain of certificates has about 6,000.
pub const LONGEST: usize = 256 * 1024;
