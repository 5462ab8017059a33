//! What the facts say of paths: complete or not, in time or not, and what is superfluous.

use super::estate::{
    Authority, Estate, GOOD, LONG, PAST, authority, issued, root, self_signed, server, under,
};
use super::support::{collect, says};
use super::tls::{NAME, check, look};
use super::tls_server::{serve, serve_without_key};
use rcgen::{BasicConstraints, IsCa, KeyPair};
use serde_json::json;

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
