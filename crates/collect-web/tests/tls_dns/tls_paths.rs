//! What the facts say of paths: complete or not, in time or not, and what is superfluous.

use super::estate::{
    Authority, Estate, GOOD, LONG, PAST, authority, issued, root, self_signed, server, under,
};
use super::support::{collect, says};
use super::tls::{NAME, check, look};
use super::tls_server::{serve, serve_without_key};
use rcgen::{
    BasicConstraints, DistinguishedName, DnType, GeneralSubtree, IsCa, KeyPair, NameConstraints,
    date_time_ymd,
};
use serde_json::{Value, json};

#[tokio::test]
async fn a_chain_that_only_browsers_repair_is_no_path() {
    let estate = Estate::new();
    let alone = issued(&estate.intermediate, server(NAME, GOOD));
    let fact = check(
        &estate,
        alone,
        &[
            ("/path_valid", json!(false)),
            ("/path_complete", json!(false)),
            ("/missing_issuer", json!("CN=Test Intermediate")),
            ("/served_min_days_left", json!(182)),
        ],
    )
    .await;
    // What was not seen may be weak, or expire tomorrow.
    for field in ["min_days_left", "key_strong", "signature_strong", "lints"] {
        assert!(
            fact.unknown[field].contains("no trusted root is reached"),
            "{field}"
        );
    }
}

#[tokio::test]
async fn a_root_may_limit_how_many_stand_below_it() {
    let estate = Estate::new();
    let mut params = authority("Narrow Root", LONG);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    let narrow = Authority::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let ca_file = estate.folder().join("narrow.pem");
    std::fs::write(&ca_file, narrow.pem()).unwrap();
    let intermediate = under(&narrow, "Below", LONG);
    let mut served = issued(&intermediate, server(NAME, GOOD));
    served.chain.push(intermediate.der().clone());
    for (served, valid) in [(served, false), (issued(&narrow, server(NAME, GOOD)), true)] {
        let address = serve(served).await;
        let url = format!("https://{NAME}/");
        let entry = json!({"url": url, "addresses": [address.to_string()], "ca_file": ca_file});
        let collected = collect("web/tls", "endpoint", entry).await;
        says(&collected.facts[0], &[("/path_valid", json!(valid))]);
    }
}

#[tokio::test]
async fn every_certificate_of_the_path_counts() {
    let estate = Estate::new();
    let past = under(&estate.root, "Past Intermediate", PAST);
    let mut served = issued(&past, server(NAME, GOOD));
    served.chain.push(past.der().clone());
    check(
        &estate,
        served,
        &[
            ("/path_valid", json!(false)),
            ("/expires_first", json!("CN=Past Intermediate")),
            ("/min_days_left", json!(-32)),
        ],
    )
    .await;

    // A root past its day is no root, though webpki alone would not look.
    let old = root("Old Root", PAST);
    let ca_file = estate.folder().join("old.pem");
    std::fs::write(&ca_file, old.pem()).unwrap();
    let address = serve(issued(&old, server(NAME, GOOD))).await;
    let spec = json!({"url": format!("https://{NAME}"), "addresses": [address.to_string()], "ca_file": ca_file});
    let collected = collect("web/tls", "endpoint", spec).await;
    says(
        &collected.facts[0],
        &[
            ("/path_valid", json!(false)),
            ("/path_error", json!("the root is outside its validity")),
            ("/expires_first", json!("CN=Old Root")),
        ],
    );
}

#[tokio::test]
async fn an_expired_cross_sign_beside_a_good_path_is_a_note() {
    let estate = Estate::new();
    let elsewhere = root("Elsewhere Root", LONG);
    let cross = authority("Test Intermediate", PAST)
        .signed_by(estate.intermediate.key(), &elsewhere)
        .unwrap();
    let mut served = issued(&estate.intermediate, server(NAME, GOOD));
    served
        .chain
        .extend([cross.der().clone(), estate.intermediate.der().clone()]);
    check(
        &estate,
        served,
        &[
            ("/path_valid", json!(true)),
            ("/path/1/position", json!(2)),
            ("/superfluous", json!([1])),
            (
                "/notes",
                json!(["the served certificate CN=Test Intermediate is expired and not needed"]),
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_certificate_without_its_key_is_not_trusted() {
    let estate = Estate::new();
    let other = estate.good(NAME).key;
    let address = serve_without_key(estate.good(NAME), other).await;
    let collected = look(&[address], &estate).await;
    let fact = &collected.facts[0];
    says(
        fact,
        &[("/key_proven", json!(false)), ("/path_valid", json!(false))],
    );
    let error = fact.value["path_error"].as_str().unwrap();
    assert!(error.contains("did not prove"), "{error}");
}

#[tokio::test]
async fn a_certificate_that_the_file_of_roots_holds_is_its_own_root() {
    let estate = Estate::new();
    for (ca, span, valid) in [(false, GOOD, true), (true, GOOD, true), (true, PAST, false)] {
        let mut params = server(NAME, span);
        if ca {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        }
        let served = self_signed(params);
        let ca_file = estate.folder().join("pinned.pem");
        std::fs::write(&ca_file, served.pem.as_str()).unwrap();
        let address = serve(served).await;
        let spec = json!({
            "url": format!("https://{NAME}"),
            "addresses": [address.to_string()],
            "ca_file": ca_file,
        });
        let collected = collect("web/tls", "endpoint", spec).await;
        says(
            &collected.facts[0],
            &[("/path_valid", json!(valid)), ("/self_signed", json!(true))],
        );
    }
}

#[tokio::test]
async fn order_and_a_served_root_are_notes() {
    let estate = Estate::new();
    let second = under(&estate.intermediate, "Second Intermediate", LONG);
    let mut served = issued(&second, server(NAME, GOOD));
    served.chain.extend([
        estate.root.der().clone(),
        estate.intermediate.der().clone(),
        second.der().clone(),
    ]);
    let fact = check(
        &estate,
        served,
        &[("/path_valid", json!(true)), ("/superfluous", json!([]))],
    )
    .await;
    let notes = fact.value["notes"].as_array().unwrap();
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(
        notes[0]
            .as_str()
            .unwrap()
            .contains("not served in the order"),
        "{notes:?}"
    );
    assert!(
        notes[1]
            .as_str()
            .unwrap()
            .contains("CN=Test Root is served"),
        "{notes:?}"
    );
}

/// What binds public CAs alone is a note of one from a file (BR §6.3.2).
#[tokio::test]
async fn a_long_validity_below_a_root_of_ones_own_is_a_note() {
    let estate = Estate::new();
    let mut params = server(NAME, GOOD);
    params.not_after = date_time_ymd(2030, 1, 1);
    let notes = json!([
        "the certificate is valid for more than the 398 days that a public CA may give (BR §6.3.2), \
         which do not bind a CA from a file"
    ]);
    let wanted = [("/baseline", json!([])), ("/notes", notes)];
    check(&estate, estate.served(params), &wanted).await;
}

/// A distinguished name of these organisations and, below them, this common name.
fn named(organisations: &[&str], common: Option<&str>) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    for organisation in organisations {
        name.push(DnType::OrganizationName, *organisation);
    }
    if let Some(common) = common {
        name.push(DnType::CommonName, common);
    }
    name
}

/// RFC 5280 §4.2.1.10: a CA, a root too, may be kept to subjects below a name, or away from them.
#[tokio::test]
async fn a_ca_may_be_kept_to_subjects() {
    let estate = Estate::new();
    let subtrees = |organisation: Option<&str>, host: Option<&str>| {
        let subject = organisation.map(|name| named(&[name], None));
        let hosts = host.map(|host| GeneralSubtree::DnsName(host.to_owned()));
        let subjects = subject.map(GeneralSubtree::DirectoryName);
        subjects.into_iter().chain(hosts).collect::<Vec<_>>()
    };
    let host = Some("example.com");
    for (permitted, excluded, valid) in [
        (subtrees(Some("Shop"), None), vec![], true),
        (subtrees(Some("  sHOP "), host), vec![], true),
        (subtrees(Some("Shop"), Some("example.org")), vec![], false),
        (subtrees(Some("Sho"), None), vec![], false),
        (subtrees(Some("Else"), host), vec![], false),
        (
            [subtrees(Some("Else"), None), subtrees(Some("Shop"), None)].concat(),
            vec![],
            true,
        ),
        (vec![], subtrees(Some("Shop"), None), false),
        (vec![], subtrees(Some("Else"), None), true),
        (
            subtrees(Some("Shop"), None),
            subtrees(Some("Shop"), None),
            false,
        ),
    ] {
        let mut params = authority("Kept", LONG);
        params.name_constraints = Some(NameConstraints {
            permitted_subtrees: permitted.clone(),
            excluded_subtrees: excluded.clone(),
        });
        let key = || KeyPair::generate().unwrap();
        let kept = Authority::signed_by(params.clone(), key(), &estate.root).unwrap();
        let itself = Authority::self_signed(params, key()).unwrap();
        let ca_file = estate.folder().join("kept.pem");
        std::fs::write(&ca_file, itself.pem()).unwrap();
        for (issuer, roots) in [(&kept, estate.ca_file()), (&itself, ca_file)] {
            let mut own = server(NAME, GOOD);
            own.distinguished_name = named(&["Shop"], Some(NAME));
            let mut served = issued(issuer, own);
            served.chain.push(issuer.der().clone());
            let address = serve(served).await;
            let url = format!("https://{NAME}/");
            let entry = json!({"url": url, "addresses": [address.to_string()], "ca_file": roots});
            let collected = collect("web/tls", "endpoint", entry).await;
            let why = "a CA in the chain may not issue for this name or subject (nameConstraints)";
            let error = if valid { Value::Null } else { json!(why) };
            let told = format!("{permitted:?} {excluded:?}");
            assert_eq!(
                collected.facts[0].value["path_valid"],
                json!(valid),
                "{told}"
            );
            says(&collected.facts[0], &[("/path_error", error)]);
        }
    }
}
