//! The main job on real input: the owner's checklist over a real nginx, a real named and a corpus
//! of manifests. Every item is accounted for, and none passes without facts.

use anyhow::Result;
use seaworthy_tests::command::{Ran, bundle};
use seaworthy_tests::servers::{Authority, Leaf, Named, Nginx, Site, apex};
use seaworthy_tests::shared::shared;
use serde_json::Value;
use std::path::Path;

const RESULTS: [&str; 9] = [
    "pass",
    "attested",
    "waived",
    "fail",
    "inconclusive",
    "pending",
    "not_applicable",
    "not_due",
    "skipped",
];

#[test]
fn the_owners_checklist_accounts_for_every_item() -> Result<()> {
    let (Some(checklist), Some(corpora)) = (
        shared("seed/production-deployment-checklist.md"),
        shared("corpora/kubernetes"),
    ) else {
        return Ok(());
    };
    let authority = Authority::new("Test")?;
    let (Some(nginx), Some(named)) = (web(&authority)?, names()?) else {
        return Ok(());
    };
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("ca.pem"), authority.root_pem())?;
    let configuration = configuration(&nginx, &named, &corpora);
    std::fs::write(folder.path().join("seaworthy.yaml"), configuration)?;

    let list = checklist.display().to_string();
    let ran = Ran::of(folder.path(), &["sweep", &list, "--format", "json"])?;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let report = ran.json()?;
    let items: Vec<&Value> = report["items"].as_array().into_iter().flatten().collect();
    assert_eq!(items.len(), 408);
    for item in &items {
        accounted_for(item);
    }
    // Over a sound name server and a sound certificate something is known to be good.
    assert!(items.iter().any(|item| item["result"] == "pass"));
    let resolved = item(&items, "/caa-records-for-certificate-authority");
    assert_eq!(verdict_of(resolved, "dns/caa-present"), "pass");
    let certificates = item(&items, "/tls-certificates-configured-and-valid");
    assert_eq!(verdict_of(certificates, "tls/trusted-path"), "pass");

    let kept = bundle(&folder.path().join("runs"))?.join("content/checklist.md");
    let same = std::fs::read(kept)? == std::fs::read(&checklist)?;
    assert!(same, "the bundle keeps the checklist byte for byte");
    Ok(())
}

/// No item is lost, every open one says why, and a pass stands on facts.
fn accounted_for(item: &Value) {
    let text = |key: &str| item[key].as_str().unwrap_or_default();
    let (id, result) = (text("id"), text("result"));
    assert!(RESULTS.contains(&result), "{id}: {result}");
    if ["inconclusive", "pending"].contains(&result) {
        assert!(!text("reason").is_empty(), "{id} does not say why");
    }
    if result != "pass" || text("kind") == "group" {
        return;
    }
    let verdicts: Vec<&Value> = item["verdicts"].as_array().into_iter().flatten().collect();
    let is = |verdict: &Value, outcome: &str| verdict["verdict"] == outcome;
    let stands_on_facts = |verdict: &&&Value| {
        let facts = verdict["facts"].as_array();
        is(verdict, "pass") && facts.is_some_and(|facts| !facts.is_empty())
    };
    assert!(
        verdicts.iter().any(|v| stands_on_facts(&v)),
        "{id} passed without facts"
    );
    let good = |verdict: &&&Value| is(verdict, "pass") || is(verdict, "not_applicable");
    assert!(
        verdicts.iter().all(|v| good(&v)),
        "{id} passed in spite of a verdict"
    );
}

fn item<'a>(items: &[&'a Value], end: &str) -> &'a Value {
    let ends = |item: &&&&Value| item["id"].as_str().is_some_and(|id| id.ends_with(end));
    items
        .iter()
        .find(|item| ends(&item))
        .copied()
        .unwrap_or(&Value::Null)
}

fn verdict_of<'a>(item: &'a Value, probe: &str) -> &'a str {
    let verdicts = item["verdicts"].as_array().into_iter().flatten();
    let found = verdicts
        .into_iter()
        .find(|verdict| verdict["probe"] == probe);
    found
        .and_then(|verdict| verdict["verdict"].as_str())
        .unwrap_or("none")
}

fn web(authority: &Authority) -> Result<Option<Nginx>> {
    let identity = authority.issue(&Leaf::new(["api.shop.test"]))?;
    let site = Site::tls("api", &identity).named("api.shop.test").with(
        "add_header Strict-Transport-Security \"max-age=63072000\" always;\n\
         location / { return 200 \"ok\"; }",
    );
    Nginx::setup().site(site).start()
}

fn names() -> Result<Option<Named>> {
    let zone = apex("api A 192.0.2.1\napi AAAA 2001:db8::1\n@ CAA 0 issue \"letsencrypt.org\"");
    Named::setup().zone("shop.test", &zone).start()
}

fn configuration(nginx: &Nginx, named: &Named, corpora: &Path) -> String {
    let (port, nameserver, manifests) = (nginx.port("api"), named.address(), corpora.display());
    let authority = nameserver.port();
    format!(
        "\
service: shop
environment: test
release: \"1.0\"
targets:
  endpoints:
    - name: api
      url: https://api.shop.test:{port}/
      addresses: [\"127.0.0.1\"]
      ca_file: ca.pem
      labels: [api, public]
  domains:
    - name: api-domain
      domain: api.shop.test
      nameserver: \"{nameserver}\"
      authority_port: {authority}
      issuers: [letsencrypt.org]
      serves: [\"127.0.0.1:{port}\"]
      ca_file: ca.pem
      labels: [api]
  kubernetes:
    - name: corpora
      manifests: {manifests}
"
    )
}
