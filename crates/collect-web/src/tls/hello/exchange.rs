//! Reading what a server of TLS 1.2 or before says of the key exchange, in the clear after its hello:
//! the group of an ECDHE suite or the prime of a DHE suite (RFC 5246 §7.4.3, RFC 8422 §5.4).

use super::answer::{Reader, Stop};
use super::flight;
use super::primes::Prime;

/// What a ServerKeyExchange says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exchange {
    /// The group by its number.
    Group(u16),
    /// The prime.
    Prime(Prime),
    /// There is none before the server's turn ends.
    None,
}

/// Which kind of exchange the chosen suite has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// ECDHE.
    Curve,
    /// DHE.
    Prime,
}

/// Reads all octets that a server has sent so far; nothing while more is needed.
///
/// # Errors
///
/// When what is there is no such flight.
pub(super) fn read(bytes: &[u8], kind: Kind) -> Result<Option<Exchange>, &'static str> {
    flight::read(bytes, |messages| of_flight(messages, kind))
}

fn of_flight(messages: &mut Reader<'_>, kind: Kind) -> Result<Exchange, Stop> {
    loop {
        let (message, body) = flight::message(messages)?;
        match message {
            12 => return exchange(body, kind),
            14 => return Ok(Exchange::None),
            // A hello, a certificate, its status, and hello_request.
            0 | 2 | 11 | 22 => {}
            _ => return Err(Stop::Strange("a handshake message out of turn")),
        }
    }
}

fn exchange(mut body: Reader<'_>, kind: Kind) -> Result<Exchange, Stop> {
    // The message is whole: what it lacks will not come.
    let cut = |_| Stop::Strange("a ServerKeyExchange that is cut off");
    match kind {
        Kind::Curve => {
            if body.octet().map_err(cut)? != 3 {
                return Err(Stop::Strange("a curve without a name"));
            }
            Ok(Exchange::Group(body.word().map_err(cut)?))
        }
        Kind::Prime => {
            let length = body.word().map_err(cut)?;
            let prime = body.take(length.into()).map_err(cut)?.0;
            Ok(Exchange::Prime(Prime::new(prime)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Exchange, Kind, read};
    use proptest::prelude::*;

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = u16::try_from(body.len()).unwrap().to_be_bytes();
        [&[kind, 0][..], &length, body].concat()
    }

    fn records(messages: &[u8], most: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        for part in messages.chunks(most) {
            bytes.extend([22, 3, 3]);
            bytes.extend(u16::try_from(part.len()).unwrap().to_be_bytes());
            bytes.extend(part);
        }
        bytes
    }

    fn prime(octets: &[u8]) -> Vec<u8> {
        let length = u16::try_from(octets.len()).unwrap().to_be_bytes();
        message(12, &[&length[..], octets, &[0, 1, 2, 0, 1, 9]].concat())
    }

    #[test]
    fn groups_and_primes() {
        let before = [message(2, &[9; 70]), message(11, &[8; 900])].concat();
        let curve = [before.clone(), message(12, &[3, 0, 29, 1, 7])].concat();
        assert_eq!(
            read(&records(&curve, 100), Kind::Curve),
            Ok(Some(Exchange::Group(29)))
        );
        for (octets, bits) in [
            (vec![0x80; 128], 1024),
            (vec![1; 64], 505),
            ([vec![0], vec![0xff; 256]].concat(), 2048),
            (vec![0; 4], 0),
        ] {
            let flight = [before.clone(), prime(&octets)].concat();
            let read = read(&records(&flight, 64), Kind::Prime);
            assert!(
                matches!(read, Ok(Some(Exchange::Prime(prime))) if prime.bits == bits),
                "{read:?}"
            );
        }
        let done = [before.clone(), message(14, &[])].concat();
        assert_eq!(
            read(&records(&done, 999), Kind::Prime),
            Ok(Some(Exchange::None))
        );
        assert_eq!(read(&records(&before, 999), Kind::Prime), Ok(None));
        assert!(read(&records(&message(12, &[3]), 9), Kind::Curve).is_err());
        assert!(read(&[21, 3, 3, 0, 2, 2, 40], Kind::Curve).is_err());
    }

    proptest! {
        #[test]
        fn no_octets_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes, Kind::Curve);
            let _ = read(&[&[22, 3, 3, 0, 180, 12, 0, 0, 170], bytes.as_slice()].concat(), Kind::Prime);
        }
    }
}
