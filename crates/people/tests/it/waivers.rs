//! Waivers: two people, of whom one may approve; bound to service, environment and failures.

use crate::world::*;
use seaworthy_model::*;
use seaworthy_people::*;
use seaworthy_sign::Envelope;

fn failure(subject: &str) -> WaivedFailure {
    WaivedFailure {
        probe: ProbeId("t/up".into()),
        target: "a".into(),
        subject: SubjectRef {
            kind: "thing".into(),
            name: subject.into(),
        },
        message: None,
        fingerprint: Digest::of(subject.as_bytes()),
    }
}

fn word() -> WaiverWord {
    WaiverWord {
        service: "shop".into(),
        environment: "production".into(),
        item: "security/penetration-test".into(),
        failures: vec![failure("x")],
        because: "the load is low".into(),
        run: SignedRun {
            id: "r".into(),
            digest: Digest::of(b"r"),
        },
        requester: key("Bob").public_key().id().to_string(),
        made_at: time("2026-02-20T00:00:00Z"),
        until: time("2026-03-10T00:00:00Z"),
    }
}

/// A waiver as Bob asks for it, signed by him and by these.
fn signed(others: &[&str], change: impl FnOnce(&mut WaiverWord)) -> File {
    let mut word = word();
    change(&mut word);
    let mut envelope: Envelope = seal_waiver(&word, &key("Bob")).unwrap();
    for other in others {
        envelope.sign(&key(other));
    }
    file(&envelope)
}

#[test]
fn a_waiver_of_two_people_is_admitted() {
    let words = admit(&plan(), [signed(&["Ada"], |_| {})]);
    assert_eq!(words.refused, []);
    let waivers = words.waivers();
    assert_eq!(waivers.len(), 1);
    assert_eq!(waivers[0].approver, key("Ada").public_key().id().as_str());
    assert_ne!(waivers[0].requester, waivers[0].approver);
    assert_eq!(waivers[0].target.as_deref(), Some("a"));

    let two = signed(&["Ada"], |word| word.failures.push(failure("y")));
    let waivers = admit(&plan(), [two]).waivers();
    assert_eq!(waivers.len(), 2);
    assert_ne!(waivers[0].id, waivers[1].id);
    assert_eq!(waivers[1].subject.as_deref(), Some("y"));
}

#[test]
fn a_waiver_without_an_approver_of_its_own_is_refused() {
    let check = |file: File, wanted: &str| {
        let reason = refused(&plan(), file);
        assert!(reason.contains(wanted), "{reason}");
    };
    check(signed(&[], |_| {}), "it is not approved");
    check(signed(&["Bob"], |_| {}), "it is not approved");
    check(
        signed(&["Cleo"], |_| {}),
        "Cleo signed it too, and may not approve",
    );
    // A foreign signature beside it is no approval.
    check(signed(&["Eve"], |_| {}), "it is not approved");
    let ada = key("Ada").public_key().id().to_string();
    check(
        signed(&[], |word| word.requester = ada),
        "the requester that it names did not sign it",
    );
    // Ada may approve, but not what she asked for herself.
    let mut word = word();
    word.requester = key("Ada").public_key().id().to_string();
    check(
        file(&seal_waiver(&word, &key("Ada")).unwrap()),
        "it is not approved",
    );
}

#[test]
fn a_waiver_is_for_one_environment_and_says_why_and_what() {
    let check = |change: fn(&mut WaiverWord), wanted: &str| {
        let reason = refused(&plan(), signed(&["Ada"], change));
        assert!(reason.contains(wanted), "{reason}");
    };
    check(
        |word| word.environment = "staging".into(),
        "for the environment staging, this is production",
    );
    check(|word| word.service = "x".into(), "for the service x");
    check(
        |word| word.item = "nothing/near".into(),
        "no item nothing/near",
    );
    check(|word| word.because = "\n".into(), "it gives no reason");
    check(|word| word.failures.clear(), "it names no failure");
}

#[test]
fn a_waiver_without_an_end_is_refused() {
    let json = serde_json::to_string(&word()).unwrap();
    let endless = json.replace(r#","until":"2026-03-10T00:00:00Z""#, "");
    assert_ne!(json, endless);
    let mut envelope = Envelope::new(WAIVER_PAYLOAD, endless.into_bytes());
    envelope.sign(&key("Bob"));
    envelope.sign(&key("Ada"));
    let reason = refused(&plan(), file(&envelope));
    assert!(reason.contains("missing field `until`"), "{reason}");
}

#[test]
fn what_was_changed_after_the_first_signature_is_refused() {
    let requested = signed(&[], |_| {});
    let text = String::from_utf8(requested.bytes).unwrap();
    let other = String::from_utf8(signed(&["Ada"], |word| word.because = "x".into()).bytes);
    // Bob's signature over one text beside Ada's over another.
    let mut mixed: serde_json::Value = serde_json::from_str(&other.unwrap()).unwrap();
    let first: serde_json::Value = serde_json::from_str(&text).unwrap();
    mixed["signatures"][0] = first["signatures"][0].clone();
    let file = File {
        name: "a.dsse.json".into(),
        bytes: mixed.to_string().into_bytes(),
    };
    let reason = refused(&plan(), file);
    assert!(
        reason.contains("was changed after it was signed"),
        "{reason}"
    );
}
