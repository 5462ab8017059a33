//! Making and reading keys; signatures against published vectors.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::key;
use seaworthy_sign::{PrivateKey, PublicKey, SignError};

fn scalar(hex: &str) -> [u8; 32] {
    let bytes: Vec<u8> = (0..32)
        .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap())
        .collect();
    bytes.try_into().unwrap()
}

#[test]
fn signatures_are_those_of_rfc_6979() {
    // Appendix A.2.5, message "sample" with SHA-256.
    let key = PrivateKey::from_scalar(&scalar(
        "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721",
    ))
    .unwrap();
    let r = "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716";
    let s = "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8";
    let hex: String = key
        .sign(b"sample")
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    assert_eq!(hex, format!("3046022100{r}022100{s}"));
}

#[test]
fn a_key_is_read_as_it_was_written() {
    let key = key(3);
    let plain = key.to_pem().unwrap();
    assert!(plain.starts_with("-----BEGIN PRIVATE KEY-----\n"));
    let read = PrivateKey::from_pem(&plain, None).unwrap();
    assert_eq!(read.public_key(), key.public_key());
    // A passphrase for a key that needs none is no fault.
    assert!(PrivateKey::from_pem(&plain, Some(b"x")).is_ok());

    let public = key.public_key().to_pem();
    assert_eq!(&PublicKey::from_pem(&public).unwrap(), key.public_key());
    assert_eq!(key.public_key().id().as_str().len(), 64);
}

#[test]
fn an_encrypted_key_opens_with_its_passphrase_alone() {
    let key = key(4);
    let pem = key.to_encrypted_pem(b"correct horse", &[9; 32]).unwrap();
    assert!(pem.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
    assert!(PrivateKey::is_encrypted(&pem));
    let read = PrivateKey::from_pem(&pem, Some(b"correct horse")).unwrap();
    assert_eq!(read.public_key(), key.public_key());
    let fault = |passphrase| PrivateKey::from_pem(&pem, passphrase).unwrap_err();
    assert_eq!(fault(None), SignError::PassphraseMissing);
    assert_eq!(fault(Some(b"wrong")), SignError::PassphraseWrong);
    assert_eq!(
        key.to_encrypted_pem(b"", &[9; 32]).unwrap_err(),
        SignError::PassphraseEmpty
    );
}

#[test]
fn a_key_that_would_take_all_memory_or_panic_the_reader_is_refused() {
    let pem = key(4).to_encrypted_pem(b"x", &[9; 32]).unwrap();
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = STANDARD.decode(body).unwrap();
    // costParameter 16384, blockSize 8 (RFC 7914 section 7.1).
    let parameters = [0x02, 0x02, 0x40, 0x00, 0x02, 0x01, 0x08];
    let at = der
        .windows(parameters.len())
        .position(|window| window == parameters)
        .unwrap();
    for hostile in [
        [0x02, 0x02, 0x40, 0x01, 0x02, 0x01, 0x08],
        [0x02, 0x01, 0x00, 0x02, 0x02, 0x00, 0x80],
    ] {
        let mut changed = der.clone();
        changed[at..at + hostile.len()].copy_from_slice(&hostile);
        let lines: Vec<String> = STANDARD
            .encode(changed)
            .as_bytes()
            .chunks(64)
            .map(|line| String::from_utf8_lossy(line).into_owned())
            .collect();
        let text = format!(
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\n{}\n-----END ENCRYPTED PRIVATE KEY-----\n",
            lines.join("\n")
        );
        let error = PrivateKey::from_pem(&text, Some(b"x")).unwrap_err();
        assert!(error.to_string().contains("more memory or time"), "{error}");
    }
}

#[test]
fn a_private_key_shows_itself_nowhere() {
    let key = key(5);
    let shown = format!("{key:?}");
    assert!(!shown.contains("0505"), "{shown}");
    assert!(shown.contains(key.public_key().id().short()), "{shown}");
}

#[test]
fn what_is_no_key_is_refused_by_name() {
    let check = |text: &str, wanted: &str| {
        let private = PrivateKey::from_pem(text, None).unwrap_err().to_string();
        assert!(private.contains(wanted), "{text:?}: {private}");
    };
    check("", "found no PEM block");
    check("-----BEGIN CERTIFICATE-----\n", "PEM block `CERTIFICATE`");
    check(&key(1).public_key().to_pem(), "PEM block `PUBLIC KEY`");
    check("-----BEGIN PRIVATE KEY-----\nAA", "may be cut short");
    check(
        "-----BEGIN PRIVATE KEY-----\n!!\n-----END PRIVATE KEY-----\n",
        "cannot be read",
    );
    check("-----BEGIN \u{1b}[2J-----", "`\\u{1b}[2J`");
    check(
        "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n-----END EC PRIVATE KEY-----",
        "openssl pkcs8 -topk8",
    );

    let public = PublicKey::from_pem(&key(1).to_pem().unwrap()).unwrap_err();
    assert!(
        public
            .to_string()
            .contains("found a PEM block `PRIVATE KEY`, wanted a public key"),
        "{public}"
    );
}

#[test]
fn a_key_needs_a_random_source_that_works() {
    let zeros = PrivateKey::generate(|_| Ok::<_, SignError>(()));
    assert_eq!(zeros.unwrap_err(), SignError::NotRandom);
    // The first draw is not under the order of the curve, the second is.
    let mut draws = [[0xff; 32], [6; 32]].into_iter();
    let made = PrivateKey::generate(|bytes| {
        bytes.copy_from_slice(&draws.next().unwrap());
        Ok::<_, SignError>(())
    });
    assert_eq!(made.unwrap().public_key(), key(6).public_key());
}
