//! CAA against the CA of the certificate that is really served.

use super::estate::{Authority, Estate, GOOD, LONG, authority, issued, server};
use super::responder::{Responder, Zone};
use super::support::{collect, says};
use super::tls_server::serve;
use rcgen::{DnType, KeyPair};
use seaworthy_model::Fact;
use serde_json::{Value, json};

const NAME: &str = "api.team.example.com";

/// An issuing CA of this organisation below the estate's root.
fn issuing(estate: &Estate, organisation: &str) -> Authority {
    let mut params = authority("R11", LONG);
    params
        .distinguished_name
        .push(DnType::OrganizationName, organisation);
    Authority::signed_by(params, KeyPair::generate().unwrap(), &estate.root).unwrap()
}

struct Scene<'a> {
    organisation: &'a str,
    /// The certificate's name.
    name: &'a str,
    zone: &'a [&'a str],
    trusted: bool,
}

const SCENE: Scene<'_> = Scene {
    organisation: "Let's Encrypt",
    name: NAME,
    zone: &[],
    trusted: true,
};

/// What is said of the scene, in which one address serves the certificate.
async fn look(scene: &Scene<'_>) -> Fact {
    let estate = Estate::new();
    let authority = issuing(&estate, scene.organisation);
    let mut served = issued(&authority, server(scene.name, GOOD));
    served.chain.push(authority.der().clone());
    let address = serve(served).await;
    let responder = Responder::start(Zone::new("com", scene.zone)).await;
    let trusted = if scene.trusted { estate } else { Estate::new() };
    let spec = json!({
        "domain": NAME,
        "nameserver": responder.address.to_string(),
        "serves": [address.to_string()],
        "ca_file": trusted.ca_file(),
    });
    let collected = collect("web/caa", "domain", spec).await;
    assert_eq!(collected.unassessed, []);
    let [fact] = <[Fact; 1]>::try_from(collected.facts).unwrap();
    fact
}

#[tokio::test]
async fn the_ca_that_issued_is_the_one_that_may() {
    let zone = ["example.com CAA 0 issue \"letsencrypt.org\""];
    let fact = look(&Scene {
        zone: &zone,
        ..SCENE
    })
    .await;
    assert_eq!(fact.unknown, Default::default());
    says(
        &fact,
        &[
            ("/seen", json!(true)),
            ("/served/0/organisation", json!("Let's Encrypt")),
            ("/served/0/identifiers", json!(["letsencrypt.org"])),
            ("/served/0/names", json!([NAME])),
            ("/restricted", json!(true)),
            ("/forbidden", json!([])),
            ("/allowed_besides", json!([])),
        ],
    );
}

#[tokio::test]
async fn another_ca_is_forbidden_and_one_too_many_is_told() {
    let zone = ["example.com CAA 0 issue \"pki.goog\""];
    let wanted = [
        ("/forbidden/0/certificate_name", json!(NAME)),
        ("/forbidden/0/organisation", json!("Let's Encrypt")),
        ("/forbidden/0/found_at", json!("example.com")),
        ("/forbidden/0/allowed", json!(["pki.goog"])),
    ];
    says(
        &look(&Scene {
            zone: &zone,
            ..SCENE
        })
        .await,
        &wanted,
    );
    let zone = [
        "example.com CAA 0 issue \"pki.goog\"",
        "example.com CAA 0 issue \"letsencrypt.org\"",
    ];
    let wanted = [
        ("/forbidden", json!([])),
        ("/allowed_besides", json!(["pki.goog"])),
    ];
    says(
        &look(&Scene {
            zone: &zone,
            ..SCENE
        })
        .await,
        &wanted,
    );
}

#[tokio::test]
async fn a_wildcard_certificate_is_governed_by_the_name_below_its_star() {
    let name = "*.team.example.com";
    // The nearer records are those of another name: they do not govern this certificate.
    let zone = [
        "api.team.example.com CAA 0 issue \"pki.goog\"",
        "team.example.com CAA 0 issue \"pki.goog\"",
        "team.example.com CAA 0 issuewild \"letsencrypt.org\"",
    ];
    let wanted = [
        ("/served/0/names", json!([name])),
        ("/forbidden", json!([])),
        ("/allowed_besides", json!([])),
    ];
    says(
        &look(&Scene {
            zone: &zone,
            name,
            ..SCENE
        })
        .await,
        &wanted,
    );
    let zone = [
        "team.example.com CAA 0 issue \"letsencrypt.org\"",
        "team.example.com CAA 0 issuewild \";\"",
    ];
    let wanted = [
        ("/forbidden/0/certificate_name", json!(name)),
        ("/forbidden/0/allowed", json!([])),
    ];
    says(
        &look(&Scene {
            zone: &zone,
            name,
            ..SCENE
        })
        .await,
        &wanted,
    );
}

#[tokio::test]
async fn who_is_not_known_or_not_proven_is_never_let() {
    let zone = ["example.com CAA 0 issue \"letsencrypt.org\""];
    let unheard = look(&Scene {
        organisation: "Unheard of",
        zone: &zone,
        ..SCENE
    })
    .await;
    assert!(
        unheard.unknown["forbidden"].contains("mean Unheard of"),
        "{:?}",
        unheard.unknown
    );
    // Anybody may write another's name into a certificate that nobody trusts.
    let forged = look(&Scene {
        trusted: false,
        zone: &zone,
        ..SCENE
    })
    .await;
    assert!(
        forged.unknown["forbidden"].contains("is not proven"),
        "{:?}",
        forged.unknown
    );
    for fact in [&unheard, &forged] {
        says(
            fact,
            &[
                ("/forbidden", Value::Null),
                ("/allowed_besides", Value::Null),
            ],
        );
    }
    let broken = look(&Scene {
        zone: &["team.example.com CAA !SERVFAIL"],
        ..SCENE
    })
    .await;
    for field in ["forbidden", "allowed_besides", "restricted"] {
        assert!(
            broken.unknown[field].contains("the server failed"),
            "{:?}",
            broken.unknown
        );
    }
}

#[tokio::test]
async fn an_address_that_does_not_answer_leaves_open_what_it_serves() {
    let responder =
        Responder::start(Zone::new("com", &["example.com CAA 0 issue \"pki.goog\""])).await;
    let estate = Estate::new();
    let address = serve(estate.good(NAME)).await;
    for (serves, seen) in [
        (vec!["127.0.0.1:1".to_owned()], false),
        (vec!["127.0.0.1:1".to_owned(), address.to_string()], true),
    ] {
        let spec = json!({
            "domain": NAME,
            "nameserver": responder.address.to_string(),
            "serves": serves,
            "ca_file": estate.ca_file(),
        });
        let collected = collect("web/caa", "domain", spec).await;
        let fact = &collected.facts[0];
        says(
            fact,
            &[
                ("/seen", json!(seen)),
                ("/served", Value::Null),
                ("/forbidden", Value::Null),
            ],
        );
        assert!(
            fact.unknown["served"].contains("127.0.0.1:1"),
            "{:?}",
            fact.unknown
        );
    }
}
