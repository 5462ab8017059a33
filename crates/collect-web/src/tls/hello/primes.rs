//! Primes that many servers share, for DHE suites: those of the RFCs, by the SHA-256 of their octets
//! (worked out from the formulas there).

use aws_lc_rs::digest::{SHA256, digest};
use std::fmt::Write as _;

const KNOWN: [(&str, &str); 13] = [
    (
        "MODP 768 (RFC 2409 §6.1)",
        "b52ba6a3026520a6c49d37e4587601801bee500123b3259b6bf03e7cecc3e63d",
    ),
    (
        "MODP 1024 (RFC 2409 §6.2)",
        "3f35a3f5f6c4376a744acad409bb22f8d897f949d2311d885adaa890981b67a0",
    ),
    (
        "MODP 1536 (RFC 3526 §2)",
        "64fcc83ec403930bf18393dbc883ccaa1fbb08ac876f77f7aa99748ca945019b",
    ),
    (
        "MODP 2048 (RFC 3526 §3)",
        "d66436f79bbd6b2e38c0ffbd079be904d2641415e2e67140e09448be9a60890e",
    ),
    (
        "MODP 3072 (RFC 3526 §4)",
        "48cf8b092fbce4359d9871abf74f98e25b6163379eaa15cd9087e800c6d1c55c",
    ),
    (
        "MODP 4096 (RFC 3526 §5)",
        "4ee95187682bcb230ad26a95205f6920e84708f6251b3894329b09ec23919e33",
    ),
    (
        "MODP 6144 (RFC 3526 §6)",
        "d1bfe6d0925ce7e4da262b62861514a7755e35831e429f343e7b864848657efd",
    ),
    (
        "MODP 8192 (RFC 3526 §7)",
        "39ab4feab950a3128fb71accb9fc3965d857012e081998a85996e3ea8b3c3bcf",
    ),
    (
        "ffdhe2048 (RFC 7919)",
        "9cd3b7f336872f46c09428d1bbc19877a4d440512cda8d1c1cf0cd6e33698966",
    ),
    (
        "ffdhe3072 (RFC 7919)",
        "0eaf67db3a839156d5013494a5318a772b5697d270d721f37f092efc69ea5a17",
    ),
    (
        "ffdhe4096 (RFC 7919)",
        "4648414224ac881b3d0dc59b466f96d06a558278776807797ecf1f66ff397b3e",
    ),
    (
        "ffdhe6144 (RFC 7919)",
        "227ac9066b3ddd9e193670cda2388fa884f65ba0cf98b742d1fe77a6687c79c7",
    ),
    (
        "ffdhe8192 (RFC 7919)",
        "770b14efaf6f049929c523113b3fa99a8d11dab1b18af3609590122075d19833",
    ),
];

/// The prime of a key exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Prime {
    /// Its size in bits.
    pub(crate) bits: i64,
    /// The name of its group, where it is a known one.
    pub(crate) group: Option<&'static str>,
}

impl Prime {
    /// By its octets, the highest first.
    pub(super) fn new(octets: &[u8]) -> Self {
        let start = octets.iter().position(|octet| *octet != 0);
        let significant = start
            .and_then(|start| octets.get(start..))
            .unwrap_or_default();
        let zeros = significant.first().map_or(0, |first| first.leading_zeros());
        let bits = i64::try_from(significant.len() * 8).unwrap_or(i64::MAX);
        let mut text = String::with_capacity(64);
        for octet in digest(&SHA256, significant).as_ref() {
            let _ = write!(text, "{octet:02x}");
        }
        let known = KNOWN.iter().find(|(_, digest)| *digest == text);
        Self {
            bits: bits - i64::from(zeros),
            group: known.map(|(name, _)| *name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Prime;

    /// RFC 2409 §6.2.
    const OAKLEY_2: &str = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF";

    #[test]
    fn sizes_and_names() {
        let digits: Vec<u8> = OAKLEY_2.bytes().collect();
        let octets: Vec<u8> = digits
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect();
        let group = Some("MODP 1024 (RFC 2409 §6.2)");
        assert_eq!(Prime::new(&octets), Prime { bits: 1024, group });
        let wide = [&[0, 0][..], &octets].concat();
        assert_eq!(Prime::new(&wide), Prime { bits: 1024, group });
        for (octets, bits) in [
            (vec![0x80; 128], 1024),
            (vec![1; 64], 505),
            ([vec![0], vec![0xff; 256]].concat(), 2048),
            (vec![0; 4], 0),
            (vec![], 0),
        ] {
            assert_eq!(Prime::new(&octets), Prime { bits, group: None });
        }
    }
}
