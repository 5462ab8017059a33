//! The certificates of Ingresses and Gateways: which names, until when, and from which namespace.

use crate::support::{check, fact, read, spec};
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use serde_json::{Value, json};

const GATEWAY: &str = "gateway.networking.k8s.io/v1";
const INGRESS: &str = "ingress shop/Ingress/x";

/// A Secret `shop/tls` with a certificate for a name, which ends on the first day of 2030.
fn secret(namespace: &str, name: &str) -> String {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    params.not_after = date_time_ymd(2030, 1, 1);
    let pem = params.self_signed(&key).unwrap().pem();
    let object = json!({
        "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
        "metadata": {"name": "tls", "namespace": namespace},
        "stringData": {"tls.crt": pem, "tls.key": "unread"},
    });
    format!("---\n{object}\n")
}

fn ingress(hosts: &[&str]) -> String {
    let spec_ =
        json!({"tls": [{"hosts": hosts, "secretName": "tls"}], "rules": [{"host": hosts.first()}]});
    spec("Ingress", "networking.k8s.io/v1", &spec_)
}

#[test]
fn the_certificate_of_a_secret_is_read() {
    let text =
        secret("shop", "shop.example.com") + &ingress(&["shop.example.com", "other.example.com"]);
    for (subject, pointer, wanted) in [
        (
            "secret shop/Secret/tls",
            "/certificate/names",
            json!(["shop.example.com"]),
        ),
        (
            "secret shop/Secret/tls",
            "/certificate/ends",
            json!("2030-01-01T00:00:00Z"),
        ),
        // As of the beginning of 1970.
        (
            "secret shop/Secret/tls",
            "/certificate/days_left",
            json!(21_915),
        ),
        (
            INGRESS,
            "/tls/0/certificate_lacks",
            json!(["other.example.com"]),
        ),
        (
            INGRESS,
            "/tls/0/certificate_ends",
            json!("2030-01-01T00:00:00Z"),
        ),
        (INGRESS, "/tls/0/certificate_days_left", json!(21_915)),
        (INGRESS, "/tls/0/renewed_by", Value::Null),
    ] {
        check(&text, subject, pointer, wanted);
    }
    let broken = spec("Secret", "v1", &json!({})).replace(
        "spec: {}",
        "type: kubernetes.io/tls\nstringData: {tls.crt: a certificate, tls.key: k}",
    );
    let collected = read(&broken);
    let secret = fact(&collected, "secret shop/Secret/x");
    assert!(secret.unknown["certificate"].starts_with("not understood: "));
    let opaque = broken.replace("kubernetes.io/tls", "Opaque");
    assert!(
        fact(&read(&opaque), "secret shop/Secret/x")
            .unknown
            .is_empty()
    );
}

#[test]
fn cert_manager_tells_of_what_it_makes() {
    let certificate = |status: Value| {
        let object = json!({
            "apiVersion": "cert-manager.io/v1", "kind": "Certificate",
            "metadata": {"name": "shop", "namespace": "shop"},
            "spec": {"secretName": "tls", "dnsNames": ["shop.example.com"]}, "status": status,
        });
        format!("---\n{object}\n") + &ingress(&["shop.example.com"])
    };
    let fresh = certificate(json!({}));
    check(
        &fresh,
        INGRESS,
        "/tls/0/renewed_by",
        json!("shop/Certificate/shop"),
    );
    check(&fresh, INGRESS, "/tls/0/certificate_ends", Value::Null);
    let issued = certificate(json!({"notAfter": "1970-01-03T12:00:00Z"}));
    check(&issued, INGRESS, "/tls/0/certificate_days_left", json!(2));
    // What the Secret holds is what is served.
    let both = issued + &secret("shop", "shop.example.com");
    check(
        &both,
        INGRESS,
        "/tls/0/certificate_days_left",
        json!(21_915),
    );
}

#[test]
fn a_gateway_s_certificates_in_another_namespace() {
    let listener = |tls: Value| {
        let listener = json!({"name": "https", "protocol": "HTTPS", "hostname": "shop.example.com", "tls": tls});
        spec("Gateway", GATEWAY, &json!({"listeners": [listener]}))
    };
    let gateway = listener(json!({"certificateRefs": [{"name": "tls", "namespace": "certs"}]}));
    let grant = |namespace: &str, kind: &str, to: Value| {
        let object = json!({
            "apiVersion": "gateway.networking.k8s.io/v1beta1", "kind": "ReferenceGrant",
            "metadata": {"name": "g", "namespace": namespace},
            "spec": {"from": [{"group": "gateway.networking.k8s.io", "kind": kind, "namespace": "shop"}],
                "to": [to]},
        });
        format!("---\n{object}\n")
    };
    let whole = gateway.clone() + &secret("certs", "shop.example.com");
    let subject = "ingress shop/Gateway/x";
    check(&whole, subject, "/tls/0/secret", json!("certs/tls"));
    check(&whole, subject, "/tls/0/secret_found", json!(true));
    check(&whole, subject, "/tls/0/certificate_lacks", json!([]));
    check(&whole, subject, "/tls/0/granted", json!(false));
    let secrets = json!({"group": "", "kind": "Secret"});
    for (granted, wanted) in [
        (grant("certs", "Gateway", secrets.clone()), true),
        (
            grant("certs", "Gateway", json!({"kind": "Secret", "name": "tls"})),
            true,
        ),
        (
            grant(
                "certs",
                "Gateway",
                json!({"kind": "Secret", "name": "other"}),
            ),
            false,
        ),
        (grant("certs", "Gateway", json!({"kind": "Service"})), false),
        (grant("certs", "HTTPRoute", secrets.clone()), false),
        (grant("shop", "Gateway", secrets), false),
    ] {
        let text = whole.clone() + &granted;
        check(&text, subject, "/tls/0/granted", json!(wanted));
    }
    // The Secret of that name in its own namespace is another one.
    let own = gateway + &secret("shop", "shop.example.com");
    check(&own, subject, "/tls/0/secret_found", json!(false));
    // Within its own namespace nothing needs to be granted.
    let near = listener(json!({"certificateRefs": [{"name": "tls"}, {"name": "second"}]}));
    check(&near, subject, "/tls/0/granted", Value::Null);
    check(&near, subject, "/tls/1/secret", json!("second"));
    for (tls, wanted) in [
        (
            json!({"mode": "Passthrough"}),
            json!("the backend, to which it is passed through"),
        ),
        (
            json!({"options": {"networking.gke.io/pre-shared-certs": "shop"}}),
            json!("networking.gke.io/pre-shared-certs"),
        ),
        (
            json!({"certificateRefs": [{"kind": "ManagedCertificate", "name": "m"}]}),
            json!("ManagedCertificate m"),
        ),
        (json!({}), Value::Null),
    ] {
        check(&listener(tls), subject, "/tls/0/served_by", wanted);
    }
}
