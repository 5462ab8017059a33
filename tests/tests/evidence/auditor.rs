//! A good bundle is accepted by both readers, and by openssl and the readers of DSSE.

use crate::sealed::Sealed;
use seaworthy_tests::command::bundle;
use std::fs;
use std::process::Command;

#[test]
fn a_good_bundle_is_accepted_by_both_readers() {
    let sealed = Sealed::new();
    let dir = sealed.sweep("runs", &[]);
    let ran = sealed.verify(&dir);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert!(ran.stdout.starts_with("verified: "), "{}", ran.stdout);
    let audited = sealed.audit(&dir, &[]);
    assert_eq!(audited.code, 0, "{}", audited.stderr);
    assert!(
        audited.stdout.starts_with("accepted: "),
        "{}",
        audited.stdout
    );
    // Reports are no evidence, and may come and go.
    fs::write(dir.join("exports/more.html"), "").unwrap();
    assert_eq!(
        (sealed.verify(&dir).code, sealed.audit(&dir, &[]).code),
        (0, 0)
    );
}

#[test]
fn a_sweep_signs_with_its_key_and_a_sealed_run_can_be_signed_later() {
    let Sealed { scene, .. } = Sealed::new();
    let run = |arguments: &[&str]| scene.run(arguments).unwrap();
    let made = run(&["key", "new", "--out", "own.pem"]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let sweep = ["sweep", "checklist.md", "--quiet", "--out"];
    let verify = |dir: &str| run(&["verify", dir, "--trusted-key", "own.pub.pem"]);
    let bundle_in = |out: &str| {
        let dir = bundle(&scene.path(out)).unwrap();
        dir.to_str().unwrap().to_owned()
    };

    let swept = run(&[&sweep[..], &["signed", "--key", "own.pem"]].concat());
    assert!(swept.code < 4, "{}", swept.stderr);
    let signed = verify(&bundle_in("signed"));
    assert_eq!(signed.code, 0, "{}{}", signed.stdout, signed.stderr);

    let swept = run(&[&sweep[..], &["bare"]].concat());
    assert!(swept.code < 4, "{}", swept.stderr);
    let dir = bundle_in("bare");
    assert!(verify(&dir).stdout.starts_with("unsigned: "));
    let later = run(&["sign", &dir, "--key", "own.pem"]);
    assert_eq!(later.code, 0, "{}", later.stderr);
    let signed = verify(&dir);
    assert_eq!(signed.code, 0, "{}{}", signed.stdout, signed.stderr);
}

#[test]
fn the_statements_say_what_the_run_came_to() {
    let sealed = Sealed::new();
    let dir = sealed.sweep("runs", &[]);
    let payload = |name: &str| {
        let envelope = fs::read(dir.join(name)).unwrap();
        let envelope = seaworthy_sign::Envelope::from_json(&envelope).unwrap();
        let verified = envelope.verify([sealed.key.public_key()]);
        serde_json::from_slice::<serde_json::Value>(verified.payload().unwrap()).unwrap()
    };
    let run = payload("run.dsse.json");
    assert_eq!(run["_type"], "https://in-toto.io/Statement/v1");
    assert_eq!(run["predicateType"], "urn:seaworthy:run:v1");
    assert_eq!(run["predicate"]["run"]["service"], "shop");
    let result = payload("run.test-result.dsse.json");
    assert_eq!(
        result["predicateType"],
        "https://in-toto.io/attestation/test-result/v0.1"
    );
    assert_eq!(result["predicate"]["result"], "FAILED");
    let failed = result["predicate"]["failedTests"].as_array().unwrap();
    assert!(
        failed.contains(&"kubernetes/memory-requests-limits".into()),
        "{failed:?}"
    );
    assert_eq!(run["subject"], result["subject"]);
}

#[test]
fn a_run_that_did_not_end_is_unsealed() {
    let sealed = Sealed::new();
    let dir = sealed.sweep("runs", &[]);
    for name in [
        "SHA256SUMS",
        "run.sig",
        "run.dsse.json",
        "run.test-result.dsse.json",
    ] {
        fs::remove_file(dir.join(name)).unwrap();
    }
    let ran = sealed.verify(&dir);
    assert_eq!(ran.code, 2);
    assert!(ran.stdout.starts_with("unsealed: "), "{}", ran.stdout);
    assert!(sealed.audit(&dir, &[]).stderr.contains("not sealed"));
}

/// A time-stamping authority of openssl's, over the file `SHA256SUMS` in a folder.
const STAMP: &str = "\
printf '[tsa]\\ndefault_tsa = one\\n[one]\\nserial = %s/serial\\ndefault_policy = 1.2.3.4\\ndigests = sha256\\nsigner_digest = sha256\\n' \"$1\" >\"$1/tsa.cnf\"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout \"$1/tsa.key\" -out \"$1/tsa.pem\" \
    -subj /CN=authority -addext extendedKeyUsage=critical,timeStamping -addext keyUsage=critical,digitalSignature
openssl ts -query -data \"$2/SHA256SUMS\" -sha256 -cert -out \"$1/query\"
openssl ts -reply -config \"$1/tsa.cnf\" -queryfile \"$1/query\" -signer \"$1/tsa.pem\" -inkey \"$1/tsa.key\" -out \"$2/run.tsr\"
";

#[test]
fn a_time_stamp_must_be_about_this_bundle() {
    let sealed = Sealed::new();
    let (dir, other) = (sealed.sweep("runs", &[]), sealed.sweep("other", &[]));
    let script = ["-euc", STAMP, "sh"];
    let mut command = Command::new("sh");
    command.args(script).arg(sealed.scene.folder()).arg(&dir);
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(sealed.verify(&dir).code, 0);
    let audited = sealed.audit(&dir, &[]);
    assert_eq!(audited.code, 0, "{}", audited.stderr);
    fs::copy(dir.join("run.tsr"), other.join("run.tsr")).unwrap();
    let ran = sealed.verify(&other);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stdout.contains("is no time stamp of SHA256SUMS"),
        "{}",
        ran.stdout
    );
    assert!(
        sealed
            .audit(&other, &[])
            .stderr
            .contains("no time stamp of SHA256SUMS")
    );
}
