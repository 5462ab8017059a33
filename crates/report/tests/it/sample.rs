//! A report over a small checklist that has every result once, and hostile text.

use seaworthy_model::{
    Attestation, Checklist, Decision, Digest, Fact, FactCite, Gate, ItemResult, Mark, Plan,
    ResultKind, Score, SignOffState, Unassessed, Waiver, WaiverUse,
};
use seaworthy_report::{Evidence, Format, ItemSummary, Options, People, Previous, Report};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::convert::Infallible;

pub(crate) const MARKDOWN: &str = "\
# Launch

## Security

- [ ] Certificates are valid everywhere 🔴
- [x] CORS lets no foreign origin in 🔴
- [ ] Database connections are limited 🔴
- [ ] Slow queries are found 🔴
- [ ] Penetration testing completed 🔴
- [ ] Name servers answer 🔴
- [ ] Network policies exist 🔴
- [ ] Images are scanned 🟡
- [x] Backups were restored
- [ ] Debug mode is off
- [ ] Rate limits are set
- [x] Architecture reviewed
- [ ] Redirect to HTTPS
- [ ] Web application firewall (optional)

## Monitoring

- [ ] Hostile <img src=x onerror=alert(1)> `title`

## Post-Deployment (T+1h)

- [x] Error rate is normal
";

pub(crate) const HOSTILE: &str =
    "\u{1b}[2J\u{9b}31m\r\n- [x] forged](https://evil.example) <!-- seaworthy --> \u{202e}txt";

/// The sums of a bundle of three files.
const SUMS: &[u8] = b"\
0000000000000000000000000000000000000000000000000000000000000001  content/checklist.md
0000000000000000000000000000000000000000000000000000000000000002  content/plan.json
0000000000000000000000000000000000000000000000000000000000000003  content/run.json
";

/// Everything that a report borrows from.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    pub(crate) plan: Plan,
    pub(crate) markdown: String,
    pub(crate) results: Vec<ItemResult>,
    pub(crate) score: Score,
    pub(crate) gate: Gate,
    pub(crate) waivers: Vec<WaiverUse>,
    pub(crate) unassessed: Vec<Unassessed>,
    pub(crate) attestations: Vec<Attestation>,
    pub(crate) waiver_documents: Vec<Waiver>,
    pub(crate) sign_offs: Vec<SignOffState>,
    pub(crate) previous: Option<Previous>,
    pub(crate) evidence: Evidence,
    pub(crate) bundle: String,
    pub(crate) sealed: bool,
}

impl Sample {
    /// The sample in a format.
    pub(crate) fn text(&self, format: &Format, options: &Options) -> String {
        let summary = |item: &ItemResult| {
            let mut verdicts = item.verdicts.iter().cloned();
            ItemSummary::of(item.clone(), || Ok::<_, Infallible>(verdicts.next())).unwrap()
        };
        let results: Vec<ItemSummary> = self.results.iter().map(summary).collect();
        let mut out = Vec::new();
        let (report, items) = (self.report(&results), &self.results[..]);
        format.write(&report, &items, options, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn report<'a>(&'a self, results: &'a [ItemSummary]) -> Report<'a> {
        Report {
            plan: &self.plan,
            checklist: self.markdown.as_bytes(),
            results,
            score: &self.score,
            gate: &self.gate,
            waivers: &self.waivers,
            unassessed: &self.unassessed,
            people: People {
                attestations: &self.attestations,
                waivers: &self.waiver_documents,
                sign_offs: &self.sign_offs,
            },
            previous: self.previous.as_ref(),
            evidence: &self.evidence,
            sums: Some(SUMS),
            bundle: &self.bundle,
            sealed: self.sealed,
        }
    }
}

pub(crate) fn from<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

pub(crate) fn sample() -> Sample {
    let checklist = seaworthy_checklist::parse(MARKDOWN.as_bytes())
        .unwrap()
        .checklist;
    let results: Vec<ItemResult> = outcomes()
        .into_iter()
        .zip(&checklist.items)
        .map(|(outcome, item)| {
            let mut value = json!({
                "id": item.id, "title": item.title, "section": item.section,
                "phase": item.phase, "kind": item.kind, "mark": item.mark,
                "optional": item.optional.is_some(), "credited": 0, "counted": 1,
                "category": item.section,
            });
            let fields = outcome.as_object().unwrap().clone();
            value.as_object_mut().unwrap().extend(fields);
            from(value)
        })
        .collect();
    assert_eq!(results.len(), checklist.items.len());
    Sample {
        plan: plan(&checklist),
        markdown: MARKDOWN.to_owned(),
        score: score(),
        gate: gate(&results),
        waivers: from(json!([
            { "id": "w-7", "item": "security/rate-limits-are-set", "state": "used" },
            { "id": "w-3", "item": "security/old", "state": "expired", "detail": "ended on 2026-10-01" },
        ])),
        unassessed: from(json!([
            {
                "target": "api", "request": "web/dns", "kinds": ["domain"], "reason": "timeout",
                "detail": "192.0.2.53:53 gave no answer within 5 s; check the resolver",
            },
            {
                "target": "manifests", "request": "kube/manifests", "kinds": ["workload"],
                "reason": "unparsed", "detail": HOSTILE,
                "location": { "file": "k8s/broken.yaml", "line": 3, "column": 7 },
            },
        ])),
        attestations: attestations(),
        waiver_documents: waiver_documents(),
        sign_offs: sign_offs(),
        previous: Some(previous(&results, &plan(&checklist))),
        evidence: evidence(),
        results,
        bundle: "runs/run-20261123T120000Z-ab12".to_owned(),
        sealed: true,
    }
}

/// One outcome for each item, in the checklist's order.
fn outcomes() -> Vec<Value> {
    let no_target = "no domain is configured: list one under targets.domains";
    let message = "shop/Deployment/api has no NetworkPolicy; add one that names its callers";
    vec![
        json!({ "result": "fail", "message": ended(1), "verdicts": certificates() }),
        json!({ "result": "fail", "message": "reflects any origin", "verdicts": [verdict("web/cors-foreign-origin", 9, "fail", "reflects any origin")] }),
        json!({ "result": "inconclusive", "reason": "no_collector", "message": "no collector: postgres" }),
        json!({ "result": "inconclusive", "reason": "no_collector", "message": "no collector: postgres, prometheus" }),
        json!({ "result": "pending", "reason": "attestation_missing", "message": "the security-lead must attest" }),
        json!({ "result": "inconclusive", "reason": "no_target", "message": no_target }),
        json!({ "result": "inconclusive", "reason": "unparsed", "message": message }),
        json!({ "result": "fail", "message": HOSTILE, "verdicts": [verdict("k8s/image-digest", 4, "fail", HOSTILE)] }),
        json!({ "result": "inconclusive", "reason": "stale", "message": "attested for release 1.4.1" }),
        json!({ "result": "skipped", "reason": "skipped_by_user" }),
        json!({ "result": "waived", "message": "waived by w-7", "verdicts": [waived()] }),
        json!({ "result": "attested", "message": "by Ada (architect)" }),
        json!({ "result": "pass", "verdicts": [
            verdict("web/https-redirect", 2, "pass", "redirects"),
            verdict("web/https-redirect", 3, "pass", "redirects"),
        ] }),
        json!({ "result": "not_applicable", "reason": "optional_no_target" }),
        json!({ "result": "inconclusive", "reason": "no_binding" }),
        json!({ "result": "not_due", "reason": "other_phase" }),
    ]
}

fn ended(n: u32) -> String {
    format!("the certificate of 192.0.2.{n}:443 ended on 2026-11-0{n}, 2{n} days ago")
}

fn certificates() -> Vec<Value> {
    let mut verdicts: Vec<Value> = (1..=5)
        .map(|n| verdict("tls/not-expired", n, "fail", &ended(n)))
        .collect();
    verdicts.push(verdict("tls/not-expired", 6, "pass", "valid for 80 days"));
    verdicts
}

fn waived() -> Value {
    let mut value = verdict("web/rate-limit", 7, "fail", "no limit");
    value["waived"] = true.into();
    value
}

pub(crate) fn verdict(probe: &str, line: u32, outcome: &str, message: &str) -> Value {
    let mut value = json!({
        "probe": probe, "target": "api", "verdict": outcome, "message": message,
        "subject": { "kind": "tls_endpoint", "name": format!("api.example.com@192.0.2.{line}:443") },
        "facts": [{ "shard": 0, "line": line }],
        "reproduce": format!("openssl s_client -connect 192.0.2.{line}:443 -servername api.example.com"),
    });
    if probe.starts_with("k8s/") {
        value["where"] = json!({ "file": "k8s/api.yaml", "line": 12, "column": 5 });
    }
    if outcome == "fail" {
        value["fingerprint"] = json!(Digest::of(message.as_bytes()));
    }
    value
}

pub(crate) fn probes() -> Value {
    let probe = |id: &str, title: &str, why: &str, fix: &str| {
        json!({
            "id": id, "title": title, "subject": "tls_endpoint", "why": why, "fix": fix,
            "assert": [{ "that": "true", "message": "" }],
            "references": ["https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5"],
        })
    };
    json!({
        "tls/not-expired": probe(
            "tls/not-expired", "The certificate is within its validity",
            "Clients refuse a connection whose certificate has ended, and with several addresses only some of them notice.",
            "Renew the certificate and install it behind every address; then automate the renewal.",
        ),
        "web/cors-foreign-origin": probe(
            "web/cors-foreign-origin", "A foreign origin is not let in",
            "Any page can read answers with the visitor's cookies.",
            "Answer with Access-Control-Allow-Origin only for origins on a list of your own.",
        ),
    })
}

fn attestations() -> Vec<Attestation> {
    from(json!([{
        "item": "security/architecture-reviewed", "role": "architect", "by": "Ada", "key_id": "0e",
        "statement": "Reviewed with the platform team", "release": "1.4.2",
        "made_at": "2026-11-20T09:00:00Z", "until": "2027-02-01T00:00:00Z", "claim": "done",
    }]))
}

/// Of two roles one has signed, by a name that steers terminals.
fn sign_offs() -> Vec<SignOffState> {
    let digest = Digest::of(SUMS);
    from(json!([
        {
            "item": "sign-off/cto", "role": "CTO",
            "signed": {
                "run": "20261126T101500Z-a1", "digest": digest, "role": "cto", "by": HOSTILE,
                "key_id": "0f", "decision": "NOT_READY", "made_at": "2026-11-26T12:00:00Z",
            },
        },
        { "item": "sign-off/security-lead", "role": "Security Lead" },
    ]))
}

fn waiver_documents() -> Vec<Waiver> {
    from(json!([{
        "id": "w-7", "item": "security/rate-limits-are-set", "fingerprint": Digest::of(b"no limit"),
        "because": "The gateway limits all callers until the new proxy is in place",
        "requester": "key-ada", "approver": "key-grace", "made_at": "2026-11-20T09:00:00Z",
        "until": "2026-12-10T00:00:00Z",
    }]))
}

/// The same checklist a week before: one item failed then, one passed, one did not exist.
fn previous(results: &[ItemResult], plan: &Plan) -> Previous {
    let mut before: std::collections::BTreeMap<_, _> = results
        .iter()
        .map(|item| (item.id.clone(), (item.result, item.title.clone())))
        .collect();
    let mut put = |id: &str, result, title: &str| before.insert(id.into(), (result, title.into()));
    put(
        "security/redirect-to-https",
        ResultKind::Fail,
        "Redirect to HTTPS",
    );
    put(results[0].id.as_str(), ResultKind::Pass, &results[0].title);
    put("security/gone", ResultKind::Pass, "An item that is gone");
    let mut run = plan.run.clone();
    run.id = "20261116T120000Z-99ff".to_owned();
    run.as_of = "2026-11-16T12:00:00Z".parse().unwrap();
    run.release = "1.4.1".to_owned();
    Previous {
        run,
        decision: Decision::NotReady,
        overall: Some("6.9".to_owned()),
        results: before,
    }
}

/// The facts on the first lines of the first shard, one with an artifact.
fn evidence() -> Evidence {
    let artifact = HOSTILE.as_bytes();
    let fact = |line: u32| -> Fact {
        from(json!({
            "subject": { "kind": "tls_endpoint", "name": format!("api.example.com@192.0.2.{line}:443") },
            "value": { "not_after": "2026-11-01T00:00:00Z", "issuer": HOSTILE, "names": [] },
            "unknown": { "ocsp": HOSTILE },
            "provenance": {
                "target": "api", "collector": "web/tls", "at": "2026-11-23T12:00:01Z",
                "attempts": [{ "at": "2026-11-23T12:00:00Z", "address": "192.0.2.1:443", "outcome": "answered", "millis": 31 }],
                "artifacts": [{ "label": "certificate chain", "media_type": "application/pem-certificate-chain", "digest": Digest::of(artifact) }],
                "reproduce": "openssl s_client -connect 192.0.2.1:443",
            },
        }))
    };
    Evidence {
        facts: (1..=9)
            .map(|line| (FactCite { shard: 0, line }, fact(line)))
            .collect(),
        artifacts: [(Digest::of(artifact), artifact.to_vec())].into(),
    }
}

fn plan(checklist: &Checklist) -> Plan {
    let digest = Digest::of(b"");
    let rule = |title: &str| match title {
        "Database connections are limited" => json!({
            "combine": "all_of", "unbuilt": [{ "family": "postgres", "check": "limits" }],
        }),
        "Slow queries are found" => json!({
            "combine": "all_of",
            "unbuilt": [
                { "family": "postgres", "check": "log" }, { "family": "prometheus", "check": "rule" },
            ],
        }),
        "Penetration testing completed" => json!({
            "combine": "all_of", "attest": { "role": "security-lead" },
        }),
        _ => json!({ "combine": "all_of" }),
    };
    let items: Vec<Value> = checklist
        .items
        .iter()
        .map(|item| json!({ "item": item, "mark": item.mark, "rule": rule(&item.title) }))
        .collect();
    from(json!({
        "schema": "seaworthy.plan/v1",
        "run": {
            "id": "20261123T120000Z-ab12", "as_of": "2026-11-23T12:00:00Z", "service": "shop",
            "environment": "production", "release": "1.4.2", "phase": "pre-deployment",
            "tool_version": "0.1.0", "catalog_digest": digest, "policy_digest": digest,
        },
        "policy": {
            "categories": {}, "weights": { "critical": 4, "important": 2, "other": 1 },
            "minimum_assessed_weight": 90, "minimum_score": "8.0", "low_category": "6.0",
            "waiver_max_days": 90, "waiver_max_days_critical": 30,
        },
        "items": items, "probes": probes(), "targets": [], "requests": [],
    }))
}

fn score() -> Score {
    let category = |name: &str, weight: u32, score: Option<&str>, low: bool| {
        json!({
            "name": name, "weight": weight, "score": score,
            "exact": score.map(|_| "1/2"), "leaves": 9, "counted": 8, "low": low,
        })
    };
    from(json!({
        "overall": "6.4", "minimum": "8.0", "assessed_weight": 90, "total_weight": 100,
        "categories": [
            category("Code Quality & Testing", 25, Some("10.0"), false),
            category("Security", 65, Some("5.1"), true),
            category("Documentation", 10, None, false),
        ],
    }))
}

fn gate(results: &[ItemResult]) -> Gate {
    let mut reasons = Vec::new();
    let critical = |item: &&ItemResult| item.mark == Some(Mark::Critical);
    for item in results.iter().filter(critical) {
        let (rule, decision) = match item.result.to_string().as_str() {
            "fail" => ("critical_fails", "NOT_READY"),
            _ => ("critical_undecided", "INCOMPLETE"),
        };
        reasons.push(json!({
            "rule": rule, "decision": decision, "item": item.id, "message": item.title,
        }));
    }
    reasons.push(json!({
        "rule": "score_under_minimum", "decision": "NOT_READY",
        "message": "the score 6.4 is under the checklist's minimum 8.0",
    }));
    from(json!({ "kind": "technical", "decision": "NOT_READY", "reasons": reasons }))
}
