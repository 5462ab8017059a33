//! Groups for the key exchange, by their numbers at IANA (TLS Supported Groups registry).

/// Those of TLS 1.3 (RFC 8446 §4.2.7, draft-ietf-tls-ecdhe-mlkem).
pub(super) const TLS_1_3: &[u16] = &[
    4588, 4587, 4589, 29, 23, 24, 30, 25, 256, 257, 258, 259, 260, 31, 32, 33,
];

/// Those of TLS 1.2 and before (RFC 8422, RFC 4492, RFC 7027).
pub(super) const CURVES: &[u16] = &[
    29, 23, 24, 30, 25, 28, 27, 26, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6,
    5, 4, 3, 2, 1,
];

/// The name at IANA, and whether the group is of 224 bits or more and not given up (RFC 8422 §5.1.1
/// gives up those over binary fields and all under 224 bits).
pub(super) fn named(group: u16) -> (String, bool) {
    let (name, sound) = match group {
        1 => ("sect163k1", false),
        2 => ("sect163r1", false),
        3 => ("sect163r2", false),
        4 => ("sect193r1", false),
        5 => ("sect193r2", false),
        6 => ("sect233k1", false),
        7 => ("sect233r1", false),
        8 => ("sect239k1", false),
        9 => ("sect283k1", false),
        10 => ("sect283r1", false),
        11 => ("sect409k1", false),
        12 => ("sect409r1", false),
        13 => ("sect571k1", false),
        14 => ("sect571r1", false),
        15 => ("secp160k1", false),
        16 => ("secp160r1", false),
        17 => ("secp160r2", false),
        18 => ("secp192k1", false),
        19 => ("secp192r1", false),
        20 => ("secp224k1", true),
        21 => ("secp224r1", true),
        22 => ("secp256k1", true),
        23 => ("secp256r1", true),
        24 => ("secp384r1", true),
        25 => ("secp521r1", true),
        26 => ("brainpoolP256r1", true),
        27 => ("brainpoolP384r1", true),
        28 => ("brainpoolP512r1", true),
        29 => ("x25519", true),
        30 => ("x448", true),
        31 => ("brainpoolP256r1tls13", true),
        32 => ("brainpoolP384r1tls13", true),
        33 => ("brainpoolP512r1tls13", true),
        256 => ("ffdhe2048", true),
        257 => ("ffdhe3072", true),
        258 => ("ffdhe4096", true),
        259 => ("ffdhe6144", true),
        260 => ("ffdhe8192", true),
        4587 => ("SecP256r1MLKEM768", true),
        4588 => ("X25519MLKEM768", true),
        4589 => ("SecP384r1MLKEM1024", true),
        other => return (format!("{other:#06x}"), true),
    };
    (name.to_owned(), sound)
}
