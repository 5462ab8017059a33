//! Attestations: a trusted key, its own name, a role that it may speak in, an item that exists.

use crate::world::*;
use proptest::prelude::*;
use seaworthy_model::*;
use seaworthy_people::*;

fn word() -> AttestationWord {
    AttestationWord {
        service: "shop".into(),
        item: "security/penetration-test".into(),
        claim: Claim::Done,
        role: "security-lead".into(),
        by: "Bob".into(),
        statement: "no finding above medium".into(),
        document: None,
        release: "1.0".into(),
        made_at: time("2026-02-20T00:00:00Z"),
        until: time("2026-04-01T00:00:00Z"),
    }
}

fn signed(by: &str, change: impl FnOnce(&mut AttestationWord)) -> File {
    let mut word = word();
    change(&mut word);
    file(&seal_attestation(&word, &key(by)).unwrap())
}

#[test]
fn a_sound_attestation_is_admitted_as_it_was_signed() {
    let words = admit(&plan(), [signed("Bob", |_| {})]);
    assert_eq!(words.refused, []);
    let said = words.attestations();
    assert_eq!(said.len(), 1);
    assert_eq!(said[0].by, "Bob");
    assert_eq!(said[0].key_id, key("Bob").public_key().id().to_string());
    assert_eq!(said[0].until, word().until);
    // The same bytes under two names are one statement.
    let mut twin = signed("Bob", |_| {});
    twin.name = "b.dsse.json".into();
    let words = admit(&plan(), [signed("Bob", |_| {}), twin]);
    assert_eq!(words.attestations.len(), 1);
}

#[test]
fn what_the_policy_does_not_allow_is_refused_with_the_reason() {
    let check = |file: File, wanted: &str| {
        let reason = refused(&plan(), file);
        assert!(reason.contains(wanted), "{reason}");
    };
    check(signed("Eve", |_| {}), "which is not trusted here");
    check(
        signed("Ada", |word| word.by = "Ada".into()),
        "Ada may not speak as security-lead, only as engineering-lead",
    );
    check(
        signed("Ada", |_| {}),
        "it says that it is by Bob, and the key is that of Ada",
    );
    check(
        signed("Cleo", |word| word.by = "Cleo".into()),
        "may speak in no role",
    );
    check(
        signed("Bob", |word| word.service = "other".into()),
        "it is for the service other, this is shop",
    );
    check(
        signed("Bob", |word| {
            word.item = "security/penetration-tests".into()
        }),
        "no item security/penetration-tests; did you mean security/penetration-test?",
    );
    check(
        signed("Bob", |word| word.item = "security".into()),
        "is a group",
    );
    check(
        signed("Bob", |word| word.item = "sign-off/engineering-lead".into()),
        "`seaworthy sign-off`",
    );
    check(
        signed("Bob", |word| word.statement = " ".into()),
        "its statement is empty",
    );
}

#[test]
fn a_role_may_be_written_as_the_checklist_has_it() {
    let file = signed("Bob", |word| word.role = "Security Lead".into());
    let words = admit(&plan(), [file]);
    assert_eq!(words.attestations()[0].role, "security-lead");
}

#[test]
fn a_key_that_has_ended_counts_no_more_from_that_instant_on() {
    let ending = |until: &str| {
        let mut plan = plan();
        plan.terms.signers[1].until = Some(time(until));
        admit(&plan, [signed("Bob", |_| {})])
    };
    assert_eq!(ending("2026-03-01T12:00:01Z").attestations.len(), 1);
    let words = ending(AS_OF);
    assert!(words.attestations.is_empty());
    assert_eq!(
        words.refused[0].reason,
        "the key of Bob ended at 2026-03-01T12:00:00Z"
    );
}

#[test]
fn without_signers_nobody_is_trusted() {
    let mut plan = plan();
    plan.terms.signers.clear();
    let reason = refused(&plan, signed("Bob", |_| {}));
    assert!(reason.contains("people.signers"), "{reason}");
}

#[test]
fn a_plan_whose_keys_were_exchanged_trusts_nobody() {
    let mut plan = plan();
    plan.terms.signers[1].key = key("Eve").public_key().to_pem();
    let reason = refused(&plan, signed("Eve", |_| {}));
    assert!(reason.starts_with("the key of Bob: its id is"), "{reason}");
}

#[test]
fn a_file_that_is_broken_or_of_another_kind_is_refused() {
    let check = |bytes: &[u8], wanted: &str| {
        let file = File {
            name: "x.dsse.json".into(),
            bytes: bytes.to_vec(),
        };
        let reason = refused(&plan(), file);
        assert!(reason.contains(wanted), "{reason}");
    };
    check(b"", "no DSSE envelope");
    let sound = signed("Bob", |_| {}).bytes;
    check(&sound[..sound.len() / 2], "no DSSE envelope");

    let payload = |payload: &[u8], kind: &str| {
        let mut envelope = seaworthy_sign::Envelope::new(kind, payload.to_vec());
        envelope.sign(&key("Bob"));
        envelope.to_json()
    };
    check(
        &payload(b"{}", "application/vnd.seaworthy.attestation.v2+json"),
        "which this version does not know",
    );
    let json = serde_json::to_string(&word()).unwrap();
    let without = json.replace(r#""until":"2026-04-01T00:00:00Z""#, r#""x":1"#);
    check(
        &payload(without.as_bytes(), ATTESTATION_PAYLOAD),
        "unknown field `x`",
    );
    let without = json.replace(r#","until":"2026-04-01T00:00:00Z""#, "");
    check(
        &payload(without.as_bytes(), ATTESTATION_PAYLOAD),
        "missing field `until`",
    );
    // A waiver's payload that is signed as an attestation is no attestation.
    check(&payload(json.as_bytes(), WAIVER_PAYLOAD), "unknown field");
}

#[test]
fn the_order_of_files_leaves_no_trace() {
    let one = signed("Bob", |_| {});
    let mut two = signed("Bob", |word| word.statement = "seen again".into());
    two.name = "b.dsse.json".into();
    let there = admit(&plan(), [one.clone(), two.clone()]).attestations();
    let back = admit(&plan(), [two, one]).attestations();
    assert_eq!(there, back);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_changed_byte_is_admitted_as_something_else(at in any::<prop::sample::Index>(), flip in 1_u8..) {
        let mut file = signed("Bob", |_| {});
        let place = at.index(file.bytes.len());
        file.bytes[place] ^= flip;
        let words = admit(&plan(), [file]);
        // A change of white space or of the hint of a key id may leave the statement whole.
        for admitted in &words.attestations {
            prop_assert_eq!(&admitted.word.word, &word());
        }
        prop_assert!(words.attestations.len() + words.refused.len() <= 1);
    }
}
