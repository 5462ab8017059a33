//! The real `openssl` reads what is written here, and the other way round.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the tests run another program, which the crate itself must not"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::key;
use seaworthy_sign::{Envelope, PrivateKey, PublicKey, SignError, pae};

/// Runs `openssl` in `folder`; none where it is not installed, which the test says.
fn openssl(folder: &Path, arguments: &[&str]) -> Option<(bool, Vec<u8>)> {
    let output = Command::new("openssl")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output();
    match output {
        Ok(output) => Some((output.status.success(), output.stdout)),
        Err(error) => {
            assert!(
                std::env::var_os("SEAWORTHY_REQUIRE_SERVERS").is_none(),
                "openssl is required: {error}"
            );
            println!("skipped: openssl is not installed");
            None
        }
    }
}

fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    fs::write(folder.join(name), bytes).unwrap();
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn openssl_verifies_what_is_signed_here() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let key = key(1);
    let mut envelope = Envelope::new("text/plain", b"fit".to_vec());
    envelope.sign(&key);
    write(folder, "key.pub.pem", key.public_key().to_pem());
    write(folder, "message", pae("text/plain", b"fit"));
    write(folder, "sig", &envelope.signatures()[0].signature);
    let verify = [
        "dgst",
        "-sha256",
        "-verify",
        "key.pub.pem",
        "-signature",
        "sig",
        "message",
    ];
    let Some((good, _)) = openssl(folder, &verify) else {
        return;
    };
    assert!(good, "openssl refuses the signature");
    write(folder, "message", pae("text/plain", b"unfit"));
    assert!(!openssl(folder, &verify).unwrap().0);
}

#[test]
fn what_openssl_signs_is_verified_here() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "key.pem", key(1).to_pem().unwrap().as_bytes());
    write(folder, "message", "fit");
    let sign = ["dgst", "-sha256", "-sign", "key.pem", "message"];
    let Some((good, signature)) = openssl(folder, &sign) else {
        return;
    };
    assert!(good);
    let key = key(1);
    assert!(key.public_key().verifies(b"fit", &signature));
    assert!(!key.public_key().verifies(b"unfit", &signature));
    assert!(!key.public_key().verifies(b"fit", &[]));
}

#[test]
fn openssl_opens_a_key_that_is_encrypted_here() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let pem = key(2).to_encrypted_pem(b"a passphrase", &[3; 32]).unwrap();
    write(folder, "key.pem", pem.as_bytes());
    let open = |passphrase: &str| {
        let pass = format!("pass:{passphrase}");
        let arguments = [
            "pkcs8",
            "-in",
            "key.pem",
            "-passin",
            &pass,
            "-out",
            "plain.pem",
        ];
        openssl(folder, &arguments)
    };
    let Some((good, _)) = open("a passphrase") else {
        return;
    };
    assert!(good, "openssl does not open the key");
    let plain = PrivateKey::from_pem(&read(folder, "plain.pem"), None).unwrap();
    assert_eq!(plain.public_key(), key(2).public_key());
    assert!(!open("another").unwrap().0);
}

#[test]
fn keys_that_openssl_makes_are_read_here() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let run = |line: &str| {
        let arguments: Vec<&str> = line.split(' ').collect();
        let done = openssl(folder, &arguments)?;
        assert!(done.0, "openssl {line} failed");
        Some(done.1)
    };
    if run("ecparam -name prime256v1 -genkey -out sec1.pem").is_none() {
        return;
    }
    run("pkcs8 -topk8 -nocrypt -in sec1.pem -out plain.pem");
    run("pkcs8 -topk8 -in sec1.pem -out pbkdf2.pem -passout pass:secret");
    run("pkcs8 -topk8 -scrypt -in sec1.pem -out scrypt.pem -passout pass:secret");
    run("pkey -in sec1.pem -pubout -out public.pem");
    run("pkey -in sec1.pem -pubout -outform DER -out public.der");

    let public = PublicKey::from_pem(&read(folder, "public.pem")).unwrap();
    let der = fs::read(folder.join("public.der")).unwrap();
    assert_eq!(public.to_der(), der);
    write(folder, "public.der", &der);
    let digest = String::from_utf8(run("dgst -sha256 -r public.der").unwrap()).unwrap();
    assert!(digest.starts_with(public.id().as_str()), "{digest}");
    for name in ["sec1.pem", "plain.pem", "pbkdf2.pem", "scrypt.pem"] {
        let key = PrivateKey::from_pem(&read(folder, name), Some(b"secret"));
        assert_eq!(key.expect(name).public_key(), &public, "{name}");
    }
    let wrong = PrivateKey::from_pem(&read(folder, "scrypt.pem"), Some(b"wrong"));
    assert_eq!(wrong.unwrap_err(), SignError::PassphraseWrong);
}

#[test]
fn keys_of_other_algorithms_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (algorithm, wanted) in [
        ("RSA -pkeyopt rsa_keygen_bits:1024", "the key is RSA,"),
        ("ED25519", "the key is Ed25519,"),
        (
            "EC -pkeyopt ec_paramgen_curve:P-384",
            "the key is ECDSA over P-384,",
        ),
    ] {
        let line = format!("genpkey -algorithm {algorithm} -out key.pem");
        let arguments: Vec<&str> = line.split(' ').collect();
        let Some((good, _)) = openssl(folder, &arguments) else {
            return;
        };
        assert!(good, "openssl {line} failed");
        let private = PrivateKey::from_pem(&read(folder, "key.pem"), None).unwrap_err();
        assert!(private.to_string().starts_with(wanted), "{private}");
        openssl(
            folder,
            &["pkey", "-in", "key.pem", "-pubout", "-out", "public.pem"],
        );
        let public = PublicKey::from_pem(&read(folder, "public.pem")).unwrap_err();
        assert!(public.to_string().starts_with(wanted), "{public}");
    }
}
