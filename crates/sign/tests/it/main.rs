//! Keys, envelopes and statements, against published vectors and the real `openssl`.
//!
//! `cfg(test)` is always true here; it tells clippy that the helpers are tests too.

#[cfg(test)]
mod envelope;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod openssl;
#[cfg(test)]
mod statement;

#[cfg(test)]
use seaworthy_sign::PrivateKey;

/// A key of its own for each number.
#[cfg(test)]
fn key(number: u8) -> PrivateKey {
    PrivateKey::from_scalar(&[number; 32]).unwrap()
}
