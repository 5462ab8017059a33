//! What scripts and outside suites build on: the JSON of `probe` and `sweep` keeps to the schemas
//! that are given out, and the exit code says the same in every format.

use anyhow::{Context, Result};
use jsonschema::{Validator, draft202012};
use seaworthy_tests::command::Ran;
use seaworthy_tests::report::{texts, verdicts};
use seaworthy_tests::scene::Scene;
use seaworthy_tests::servers::{Authority, Leaf, Named, Nginx, Site, apex};
use serde_json::Value;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

const WEB: &str = "\
add_header Strict-Transport-Security \"max-age=63072000; includeSubDomains\" always;
location / { return 200 ok; }
";

const REFLECTING: &str = "\
add_header Access-Control-Allow-Origin $http_origin always;
add_header Access-Control-Allow-Credentials true always;
location / { return 200 ok; }
";

const WORKLOAD: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: example.test/web:1
          resources: { requests: { memory: 1Gi }, limits: { memory: 1Gi } }
";

/// The schema of a document, as it is given out in `config/schema`.
fn schema(name: &str) -> Result<Validator> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/schema");
    let text = std::fs::read_to_string(folder.join(name))?;
    Ok(draft202012::new(&serde_json::from_str(&text)?)?)
}

/// The JSON that was printed, once it keeps to its schema.
fn check_document(schema: &Validator, ran: &Ran, what: &str) -> Result<Value> {
    let document = ran.json()?;
    let faults: Vec<String> = schema
        .iter_errors(&document)
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{what}: {faults:#?}");
    Ok(document)
}

/// Runs `probe` with these arguments in both formats: each verdict cites facts of the document,
/// and none is decided without.
fn check_probe(scene: &Scene, schema: &Validator, arguments: &str, code: i32) -> Result<()> {
    let mut words = vec!["probe"];
    words.extend(arguments.split_whitespace());
    let text = scene.run(&words)?;
    assert_eq!(
        text.code, code,
        "{arguments}: {}{}",
        text.stdout, text.stderr
    );
    words.extend(["--format", "json"]);
    let ran = scene.run(&words)?;
    assert_eq!(ran.code, code, "{arguments} as JSON: {}", ran.stderr);
    let document = check_document(schema, &ran, arguments)?;
    let verdicts = verdicts(&document);
    let outcomes = texts(&verdicts, "verdict");
    let wanted = match code {
        0 => "pass",
        1 => "fail",
        _ => "inconclusive",
    };
    assert!(outcomes.contains(&wanted), "{arguments}: {outcomes:?}");
    let facts = document.get("facts").and_then(Value::as_array);
    let facts = facts.map_or(0, Vec::len);
    for verdict in verdicts {
        let cited = verdict["facts"].as_array().context("a list")?;
        let decided = ["pass", "fail"]
            .iter()
            .any(|known| verdict["verdict"] == *known);
        assert!(!decided || !cited.is_empty(), "{verdict} stands on nothing");
        for cite in cited {
            let line = cite["line"].as_u64().context("a line")?;
            assert!(line >= 1 && usize::try_from(line)? <= facts, "{verdict}");
        }
    }
    Ok(())
}

/// A port at which nothing listens: it was free a moment ago, and ephemeral ports go round.
fn refused_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

#[test]
fn probes_of_files_keep_to_the_schema_and_the_exit_codes() -> Result<()> {
    let (scene, schema) = (Scene::new()?, schema("probe-report.json")?);
    let authority = Authority::new("Test")?;
    let good = authority.issue(&Leaf::new(["a.test"]).valid((2026, 1, 1), (2026, 12, 31)))?;
    scene.write("ca.pem", &authority.root_pem())?;
    scene.write("chain.pem", &good.chain_pem())?;
    scene.write("empty.pem", "no certificate\n")?;
    scene.write(
        "good.txt",
        "HTTP/1.1 200 OK\nX-Content-Type-Options: nosniff\n",
    )?;
    scene.write("bad.txt", "HTTP/1.1 200 OK\nServer: nginx\n")?;
    scene.write("none.txt", "%%%%\n")?;
    scene.write("k8s/web.yaml", WORKLOAD)?;
    scene.write("bad.yaml", &WORKLOAD.replace("limits:", "claims:"))?;
    scene.write(
        "broken.yaml",
        &WORKLOAD.replace("app: web } }", "app: [ } }"),
    )?;
    let chain = "--from-file chain.pem --ca-file ca.pem --at-time 2026-06-01T00:00:00Z";
    let few = "--probes tls/trusted-path,tls/name-matches,tls/not-expiring";
    let memory = "--probes k8s/memory-requests-limits";
    let nosniff = "--probes http/nosniff";
    for (arguments, code) in [
        (format!("chain {chain} --server-name a.test {few}"), 0),
        (format!("chain {chain} --server-name b.test {few}"), 1),
        (
            format!("chain --from-file empty.pem --server-name a.test {few}"),
            2,
        ),
        (format!("headers --from-file good.txt {nosniff}"), 0),
        (format!("headers --from-file bad.txt {nosniff}"), 1),
        (format!("headers --from-file none.txt {nosniff}"), 2),
        (format!("k8s --manifests k8s {memory}"), 0),
        (format!("k8s --manifests bad.yaml {memory}"), 1),
        (format!("k8s --manifests broken.yaml {memory}"), 2),
    ] {
        check_probe(&scene, &schema, &arguments, code)?;
    }
    let later = chain.replace("2026-06", "2028-06");
    let arguments = format!("chain {later} --server-name a.test {few}");
    check_probe(&scene, &schema, &arguments, 1)
}

#[test]
fn probes_of_endpoints_keep_to_the_schema_and_the_exit_codes() -> Result<()> {
    let (scene, schema) = (Scene::new()?, schema("probe-report.json")?);
    let authority = Authority::new("Test")?;
    let good = authority.issue(&Leaf::new(["a.test"]))?;
    let expired = authority.issue(&Leaf::new(["a.test"]).valid((2020, 1, 1), (2021, 1, 1)))?;
    let setup = Nginx::setup()
        .site(Site::tls("good", &good).with(WEB))
        .site(Site::tls("expired", &expired).with(WEB))
        .site(Site::tls("reflecting", &good).with(REFLECTING));
    let Some(nginx) = setup.start()? else {
        return Ok(());
    };
    scene.write("ca.pem", &authority.root_pem())?;
    let at = |port: u16| format!("--resolve a.test:{port}:127.0.0.1 --ca-file ca.pem");
    let few = "--probes tls/trusted-path,tls/name-matches,tls/not-expiring";
    let (good, expired) = (nginx.port("good"), nginx.port("expired"));
    let (reflecting, refused) = (nginx.port("reflecting"), refused_port()?);
    for (kind, port, code) in [
        ("tls", good, 0),
        ("tls", expired, 1),
        ("tls", refused, 2),
        ("http", good, 0),
        ("http", reflecting, 1),
        ("http", refused, 2),
        ("cors", good, 0),
        ("cors", reflecting, 1),
        ("cors", refused, 2),
    ] {
        let (target, chosen) = match kind {
            "tls" => (format!("a.test:{port}"), few),
            "http" => (format!("https://a.test:{port}/"), "--probes http/hsts"),
            _ => (
                format!("https://a.test:{port}/"),
                "--probes cors/no-reflection",
            ),
        };
        let arguments = format!("{kind} {target} {} {chosen}", at(port));
        check_probe(&scene, &schema, &arguments, code)?;
    }
    Ok(())
}

#[test]
fn a_probe_of_caa_keeps_to_the_schema_and_the_exit_codes() -> Result<()> {
    let (scene, schema) = (Scene::new()?, schema("probe-report.json")?);
    let zone = apex("@ CAA 0 issue \"ca.test\"\nwww A 192.0.2.1");
    let Some(named) = Named::setup().zone("shop.test", &zone).start()? else {
        return Ok(());
    };
    let (here, refused) = (named.address(), refused_port()?);
    for (nameserver, issuer, code) in [
        (here.to_string(), "ca.test", 0),
        (here.to_string(), "other.test", 1),
        (format!("127.0.0.1:{refused}"), "ca.test", 2),
    ] {
        let asked = format!("caa www.shop.test --nameserver {nameserver} --issuer {issuer}");
        check_probe(&scene, &schema, &asked, code)?;
    }
    Ok(())
}

#[test]
fn the_report_of_a_sweep_keeps_to_the_schema() -> Result<()> {
    let (scene, schema) = (Scene::new()?, schema("report.json")?);
    let refused = refused_port()?;
    let list = "# L\n\n## Security\n\n- [ ] TLS certificates configured and valid\n\n## Kubernetes\n\n- [ ] Health checks\n  - [ ] Liveness probes\n  - [ ] Memory requests/limits\n";
    scene.write("list.md", list)?;
    scene.write("k8s/web.yaml", WORKLOAD)?;
    let manifests = "  kubernetes:\n    - { name: manifests, manifests: k8s }\n";
    let endpoints = format!("  endpoints:\n    - {{ url: \"https://127.0.0.1:{refused}/\" }}\n");
    for (targets, list) in [
        (format!("{manifests}{endpoints}"), Some("list.md")),
        // The built-in checklist, with a score.
        (manifests.to_owned(), None),
    ] {
        scene.configure(&targets)?;
        let mut arguments = vec!["sweep", "--format", "json"];
        arguments.extend(list);
        let ran = scene.run(&arguments)?;
        let report = check_document(&schema, &ran, "the report")?;
        let decision = report["gate"]["decision"].as_str().context("a decision")?;
        let wanted = ["READY", "NOT_READY", "INCOMPLETE", "CONDITIONAL"];
        assert_eq!(wanted[usize::try_from(ran.code)?], decision);
        assert_eq!(report["schema"], "seaworthy.report/v1");
        assert_eq!(report["gate"]["kind"], "technical");
        assert_eq!(report["run"]["service"], "shop");
    }
    Ok(())
}
