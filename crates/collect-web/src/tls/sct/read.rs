//! Reading a list of certificate timestamps (RFC 6962 §3.2 and §3.3), in the language of TLS.

/// A timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Signed<'a> {
    /// The SHA-256 of the log's key.
    pub(super) log: &'a [u8],
    /// Milliseconds since 1970.
    pub(super) timestamp: u64,
    pub(super) extensions: &'a [u8],
    /// The hash and the signature algorithm (RFC 5246 §7.4.1.4.1).
    pub(super) algorithm: [u8; 2],
    pub(super) signature: &'a [u8],
}

/// One of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum One<'a> {
    Signed(Signed<'a>),
    /// Of a version that is not known; such a one is to be left out.
    UnknownVersion,
    Malformed,
}

/// All timestamps of a list; one malformed one where the list itself is.
pub(super) fn list(bytes: &[u8]) -> Vec<One<'_>> {
    let mut all = Vec::new();
    let Some((mut rest, [])) = sized(bytes) else {
        return vec![One::Malformed];
    };
    if rest.is_empty() {
        return vec![One::Malformed];
    }
    while !rest.is_empty() {
        let Some((one, behind)) = sized(rest) else {
            all.push(One::Malformed);
            break;
        };
        all.push(timestamp(one));
        rest = behind;
    }
    all
}

fn timestamp(bytes: &[u8]) -> One<'_> {
    match bytes.split_first() {
        Some((0, rest)) => version_1(rest).map_or(One::Malformed, One::Signed),
        Some(_) => One::UnknownVersion,
        None => One::Malformed,
    }
}

fn version_1(bytes: &[u8]) -> Option<Signed<'_>> {
    let (log, rest) = bytes.split_at_checked(32)?;
    let (timestamp, rest) = rest.split_at_checked(8)?;
    let (extensions, rest) = sized(rest)?;
    let (algorithm, rest) = rest.split_at_checked(2)?;
    let (signature, []) = sized(rest)? else {
        return None;
    };
    Some(Signed {
        log,
        timestamp: u64::from_be_bytes(timestamp.try_into().ok()?),
        extensions,
        algorithm: algorithm.try_into().ok()?,
        signature,
    })
}

/// What two octets tell the length of, and what stands behind it.
fn sized(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_at_checked(2)?;
    let length = u16::from_be_bytes(length.try_into().ok()?);
    rest.split_at_checked(length.into())
}

#[cfg(test)]
mod tests {
    use super::{One, list};
    use proptest::prelude::*;

    fn framed(bytes: &[u8]) -> Vec<u8> {
        let length = u16::try_from(bytes.len()).unwrap().to_be_bytes();
        [&length[..], bytes].concat()
    }

    #[test]
    fn what_is_cut_or_has_octets_behind_is_malformed() {
        let one = [
            &[0][..],
            &[7; 32],
            &5_u64.to_be_bytes(),
            &[0, 0, 4, 3, 0, 2, 8, 9],
        ]
        .concat();
        let whole = framed(&framed(&one));
        let [One::Signed(signed)] = list(&whole)[..] else {
            panic!("one timestamp is wanted");
        };
        assert_eq!((signed.timestamp, signed.algorithm), (5, [4, 3]));
        assert_eq!(signed.signature, [8, 9]);
        for cut in 0..whole.len() {
            assert_eq!(list(&whole[..cut]), [One::Malformed], "{cut}");
        }
        assert_eq!(list(&[&whole[..], &[0]].concat()), [One::Malformed]);
        assert_eq!(list(&framed(&[])), [One::Malformed]);
        let longer = [&one[..], &[0]].concat();
        assert_eq!(list(&framed(&framed(&longer))), [One::Malformed]);
        let strange = framed(&[framed(&[1, 2]), framed(&one)].concat());
        assert_eq!(list(&strange).len(), 2);
        assert_eq!(list(&strange)[0], One::UnknownVersion);
    }

    proptest! {
        #[test]
        fn no_octets_panic(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
            let _ = list(&bytes);
            let _ = list(&framed(&framed(&bytes)));
        }
    }
}
