//! A team of three, and a run of their service.

use jiff::Timestamp;
use seaworthy_model::*;
use seaworthy_people::*;
use seaworthy_sign::{Envelope, PrivateKey};
use std::collections::BTreeMap;

pub(crate) const AS_OF: &str = "2026-03-01T12:00:00Z";

pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Ada leads and approves, Bob is the security lead, Eve is nobody here.
pub(crate) fn key(name: &str) -> PrivateKey {
    let number = match name {
        "Ada" => 1,
        "Bob" => 2,
        "Cleo" => 3,
        _ => 9,
    };
    PrivateKey::from_scalar(&[number; 32]).unwrap()
}

pub(crate) fn signer(name: &str, roles: &[&str], approves_waivers: bool) -> Signer {
    let key = key(name);
    Signer {
        name: name.into(),
        key: key.public_key().to_pem(),
        key_id: key.public_key().id().to_string(),
        roles: roles.iter().map(|role| role_slug(role)).collect(),
        approves_waivers,
        until: None,
    }
}

pub(crate) fn signers() -> Vec<Signer> {
    vec![
        signer("Ada", &["Engineering Lead"], true),
        signer("Bob", &["security-lead"], false),
        signer("Cleo", &[], false),
    ]
}

pub(crate) fn plan() -> Plan {
    let mut run = RunInfo::outside_a_run(time(AS_OF), "0");
    run.service = "shop".into();
    run.environment = "production".into();
    run.release = "1.0".into();
    let item = |id: &str, kind| PlannedItem::unbound(id, kind);
    Plan {
        schema: PLAN_SCHEMA.into(),
        run,
        policy: Policy::without_checklist(),
        score: None,
        items: vec![
            item("security/penetration-test", ItemKind::Leaf),
            item("security", ItemKind::Group),
            item("sign-off/engineering-lead", ItemKind::SignOff),
        ],
        probes: BTreeMap::new(),
        targets: Vec::new(),
        requests: Vec::new(),
        terms: Terms {
            signers: signers(),
            ..Terms::default()
        },
    }
}

pub(crate) fn file(envelope: &Envelope) -> File {
    File {
        name: "a.dsse.json".into(),
        bytes: envelope.to_json(),
    }
}

/// The one reason for which the one file is refused.
pub(crate) fn refused(plan: &Plan, file: File) -> String {
    let words = admit(plan, [file]);
    assert!(words.attestations.is_empty() && words.waivers.is_empty());
    assert_eq!(words.refused.len(), 1, "{:?}", words.refused);
    words.refused[0].reason.clone()
}
