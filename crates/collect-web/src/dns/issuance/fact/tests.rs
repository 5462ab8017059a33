//! What follows from served certificates and CAA records.

use super::{Governed, Issuance, Served};
use crate::dns::caa::{Caa, CaaRecord};
use std::slice::from_ref;

fn served(organisation: &str, identifiers: Option<&[&str]>, name: &str) -> Served {
    Served {
        address: "192.0.2.1:443".into(),
        issuer: format!("O={organisation}"),
        organisation: Some(organisation.into()),
        identifiers: identifiers.map(|all| all.iter().map(|&one| one.to_owned()).collect()),
        untrusted: None,
        names: vec![name.into()],
    }
}

fn governed(name: &str, issuers: &[&str]) -> Governed {
    let record = |issuer: &&str| CaaRecord::new(false, "issue", issuer.as_bytes());
    let records: Vec<_> = issuers.iter().map(record).collect();
    let caa = (!records.is_empty()).then(|| Caa::new("example.com".into(), vec![], records, false));
    Governed {
        name: name.into(),
        caa: Ok(caa),
    }
}

/// The organisations that are forbidden and what is allowed besides; `None` where that is unknown.
type Told = (Option<Vec<String>>, Option<Vec<String>>);

fn conclude(served: &[Served], governed: &[Governed]) -> Told {
    let mut fact = Issuance::default();
    let unknown = fact.conclude(served, governed);
    for (field, why) in &unknown {
        assert!(!why.is_empty(), "{field}");
    }
    let forbidden = fact
        .forbidden
        .map(|all| all.into_iter().map(|one| one.organisation).collect());
    assert_eq!(
        unknown.iter().any(|(field, _)| *field == "forbidden"),
        forbidden.is_none()
    );
    (forbidden, fact.allowed_besides)
}

#[test]
fn a_ca_is_let_by_any_of_its_names() {
    let ours = served("Ours", Some(&["ours.example", "old.example"]), "a.example");
    let none = || Some(Vec::<String>::new());
    assert_eq!(
        conclude(from_ref(&ours), &[governed("a.example", &["old.example"])]),
        (none(), none())
    );
    // Without records nothing is forbidden.
    assert_eq!(
        conclude(from_ref(&ours), &[governed("a.example", &[])]),
        (none(), none())
    );
    let besides = Some(vec!["other.example".to_owned()]);
    let both = governed("a.example", &["ours.example", "other.example"]);
    assert_eq!(
        conclude(from_ref(&ours), &[both]),
        (none(), besides.clone())
    );
    let other = governed("a.example", &["other.example"]);
    assert_eq!(
        conclude(from_ref(&ours), &[other]),
        (Some(vec!["Ours".into()]), besides)
    );
    assert_eq!(
        conclude(&[ours], &[governed("a.example", &[";"])]),
        (Some(vec!["Ours".into()]), none())
    );
}

#[test]
fn what_is_not_known_is_never_let() {
    let unknown = served("Unheard", None, "a.example");
    let ours = served("Ours", Some(&["ours.example"]), "a.example");
    assert_eq!(
        conclude(
            from_ref(&unknown),
            &[governed("a.example", &["ours.example"])]
        ),
        (None, None)
    );
    assert_eq!(
        conclude(from_ref(&unknown), &[governed("a.example", &[])]),
        (None, None)
    );
    // One that is forbidden is so, whatever else is not known.
    let other = governed("a.example", &["other.example"]);
    assert_eq!(
        conclude(&[unknown, ours.clone()], &[other]),
        (Some(vec!["Ours".into()]), None)
    );
    let failed = Governed {
        name: "a.example".into(),
        caa: Err("SERVFAIL".into()),
    };
    assert_eq!(conclude(&[ours], &[failed]), (None, None));
}

#[test]
fn each_name_of_a_certificate_has_its_own_records() {
    let wild = served("Ours", Some(&["ours.example"]), "*.example");
    let records = [
        governed("a.example", &["other.example"]),
        governed("*.example", &["ours.example"]),
    ];
    let (forbidden, _) = conclude(&[wild], &records);
    assert_eq!(forbidden, Some(vec![]));
}
