//! The main job on real input: the owner's checklist over a real nginx, a real named and a corpus
//! of manifests. Every item is accounted for, and none passes without facts.

use anyhow::Result;
use seaworthy_tests::command::{Ran, bundle};
use seaworthy_tests::servers::{Authority, Leaf, Named, Nginx, Site, apex};
use seaworthy_tests::shared::shared;
use serde_json::Value;

#[test]
fn the_owners_checklist_accounts_for_every_item() -> Result<()> {
    let (Some(checklist), Some(corpora)) = (
        shared("seed/production-deployment-checklist.md"),
        shared("corpora/kubernetes"),
    ) else {
        return Ok(());
    };
    let authority = Authority::new("Test")?;
    let good = authority.issue(&Leaf::new(["api.shop.test"]))?;
    let headers = "add_header Strict-Transport-Security \"max-age=63072000\" always;\n\
                   location / { return 200 \"ok\"; }";
    let Some(nginx) = Nginx::setup()
        .site(Site::tls("api", &good).named("api.shop.test").with(headers))
        .start()?
    else {
        return Ok(());
    };
    let zone = apex("api A 192.0.2.1\napi AAAA 2001:db8::1\n@ CAA 0 issue \"letsencrypt.org\"");
    let Some(named) = Named::setup().zone("shop.test", &zone).start()? else {
        return Ok(());
    };

    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("ca.pem"), authority.root_pem())?;
    let (port, nameserver) = (nginx.port("api"), named.address());
    let manifests = corpora.display();
    std::fs::write(
        folder.path().join("seaworthy.yaml"),
        format!(
            "service: shop\nenvironment: test\nrelease: \"1.0\"\ntargets:\n  endpoints:\n    - name: api\n      url: https://api.shop.test:{port}/\n      addresses: [\"127.0.0.1\"]\n      ca_file: ca.pem\n      labels: [api, public]\n  domains:\n    - name: api-domain\n      domain: api.shop.test\n      nameserver: \"{nameserver}\"\n      issuers: [letsencrypt.org]\n      labels: [api]\n  kubernetes:\n    - name: corpora\n      manifests: {manifests}\n"
        ),
    )?;
    let checklist = checklist.display().to_string();
    let ran = Ran::of(folder.path(), &["sweep", &checklist, "--format", "json"])?;
    assert!([1, 2].contains(&ran.code), "{}", ran.stderr);
    let report = ran.json()?;
    let items: Vec<&Value> = report["items"].as_array().into_iter().flatten().collect();
    assert_eq!(items.len(), 408);
    let groups: Vec<&str> = items
        .iter()
        .filter(|item| item["kind"] == "group")
        .filter_map(|item| item["id"].as_str())
        .collect();
    let mut passed = 0;
    for item in &items {
        let result = item["result"].as_str().unwrap_or_default();
        let id = item["id"].as_str().unwrap_or_default();
        let known = [
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
        assert!(known.contains(&result), "{id}: {result}");
        if result == "pass" && !groups.contains(&id) {
            passed += 1;
            let verdicts: Vec<&Value> = item["verdicts"].as_array().into_iter().flatten().collect();
            let seen = |verdict: &&Value| {
                verdict["facts"]
                    .as_array()
                    .is_some_and(|facts| !facts.is_empty())
            };
            assert!(
                verdicts.iter().filter(|v| v["verdict"] == "pass").any(seen),
                "{id} passed without facts"
            );
            assert!(
                verdicts
                    .iter()
                    .all(|v| v["verdict"] == "pass" || v["verdict"] == "not_applicable"),
                "{id}"
            );
        }
        if ["inconclusive", "pending"].contains(&result) {
            assert!(
                item["reason"].is_string(),
                "{id} is {result} and does not say why"
            );
        }
    }
    assert!(passed > 0, "something passes over a sound name server");
    let found = |id: &str| {
        items
            .iter()
            .find(|item| item["id"] == id)
            .map(|item| item["result"].clone())
    };
    assert_eq!(
        found("infrastructure/dns-records-configured/caa-records-for-certificate-authority")
            .as_ref()
            .and_then(Value::as_str)
            .map(|r| r != "pending"),
        Some(true)
    );
    let bundle = bundle(&folder.path().join("runs"))?;
    let kept = std::fs::read(bundle.join("content/checklist.md"))?;
    assert_eq!(
        kept,
        std::fs::read(&checklist)?,
        "the bundle keeps the checklist byte for byte"
    );
    Ok(())
}
