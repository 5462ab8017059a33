//! Sign-offs: in-toto statements over the digest of `SHA256SUMS`.

use crate::world::*;
use seaworthy_model::*;
use seaworthy_people::*;

fn word() -> SignOffWord {
    SignOffWord {
        run: "r".into(),
        service: "shop".into(),
        environment: "production".into(),
        release: "1.0".into(),
        phase: Phase::PreDeployment,
        role: "engineering-lead".into(),
        by: "Ada".into(),
        decision: Decision::Ready,
        made_at: time(AS_OF),
    }
}

fn signed(by: &str, change: impl FnOnce(&mut SignOffWord)) -> File {
    let mut word = word();
    change(&mut word);
    let digest = Digest::of(b"sums");
    file(&seal_sign_off(&word, &digest, &key(by)).unwrap())
}

fn read(file: File) -> (Vec<SignOff>, Vec<Refused>) {
    let keyring = Keyring::new(&signers()).unwrap();
    admit_sign_offs(&keyring, time(AS_OF), [file.clone(), file])
}

#[test]
fn a_sign_off_binds_the_digest_that_was_signed() {
    let (signed, refused) = read(signed("Ada", |_| {}));
    assert_eq!(refused, []);
    assert_eq!(signed.len(), 1, "the same sign-off twice is one");
    assert_eq!(signed[0].digest, Digest::of(b"sums"));
    assert_eq!(signed[0].by, "Ada");
    assert_eq!(signed[0].key_id, key("Ada").public_key().id().as_str());
}

#[test]
fn a_sign_off_in_the_name_or_role_of_another_is_refused() {
    let check = |file: File, wanted: &str| {
        let (signed, refused) = read(file);
        assert_eq!(signed, []);
        assert!(refused[0].reason.contains(wanted), "{refused:?}");
    };
    check(signed("Eve", |_| {}), "which is not trusted here");
    check(signed("Bob", |_| {}), "it says that it is by Ada");
    check(
        signed("Bob", |word| word.by = "Bob".into()),
        "may not speak as engineering-lead",
    );
}

#[test]
fn sign_offs_and_other_statements_leave_each_other_alone() {
    let words = admit(&plan(), [signed("Ada", |_| {})]);
    assert_eq!((words.attestations.len(), words.refused.len()), (0, 0));
}
