//! A small plan, facts and results that the tests of this crate share.

use seaworthy_bundle::{Finding, Reader, Sealed, Writer};
use seaworthy_model::{Digest, Fact, Gate, ItemResult, Plan, Score, Unassessed, WaiverUse};
use serde_json::json;
use std::path::Path;

pub(crate) const CHECKLIST: &[u8] = b"# Launch\n\n- [ ] Certificates are valid\n";
pub(crate) const CHAIN: &[u8] = b"-----BEGIN CERTIFICATE-----\n";

pub(crate) fn plan(id: &str) -> Plan {
    let digest = Digest::of(b"");
    serde_json::from_value(json!({
        "schema": "seaworthy.plan/v1",
        "run": {
            "id": id, "as_of": "2026-11-23T12:00:00Z", "service": "shop",
            "environment": "production", "release": "1.4.2", "phase": "pre-deployment",
            "tool_version": "0.1.0", "catalog_digest": digest, "policy_digest": digest,
        },
        "policy": {
            "categories": {}, "weights": { "critical": 4, "important": 2, "other": 1 },
            "minimum_assessed_weight": 90, "minimum_score": "8.0", "low_category": "6.0",
            "waiver_max_days": 90, "waiver_max_days_critical": 30,
        },
        "items": [], "probes": {},
        "targets": [{ "name": "api", "kind": "endpoint", "spec": { "host": "api.example.com" } }],
        "requests": [],
    }))
    .unwrap()
}

pub(crate) fn fact(name: &str, value: &serde_json::Value) -> Fact {
    serde_json::from_value(json!({
        "subject": { "kind": "tls_endpoint", "name": name },
        "value": value,
        "provenance": {
            "target": "api", "collector": "web/tls", "at": "2026-11-23T12:00:00Z",
            "artifacts": [{
                "label": "chain", "media_type": "text/plain", "digest": Digest::of(CHAIN),
            }],
        },
    }))
    .unwrap()
}

pub(crate) fn facts(count: usize) -> Vec<Fact> {
    (0..count)
        .map(|n| fact(&format!("api:{n}"), &json!({ "days_left": n })))
        .collect()
}

pub(crate) fn unassessed() -> Unassessed {
    serde_json::from_value(json!({
        "target": "api", "request": "web/http", "kinds": ["http_endpoint"],
        "reason": "timeout", "detail": "no answer from 192.0.2.1:443 within 5 s",
    }))
    .unwrap()
}

pub(crate) fn results() -> Vec<ItemResult> {
    ["pass", "fail", "not_due"]
        .into_iter()
        .map(|result| {
            serde_json::from_value(json!({
                "id": format!("infrastructure/{result}"), "title": "Certificates are valid",
                "section": "Infrastructure", "phase": "pre-deployment", "kind": "leaf",
                "optional": false, "result": result, "credited": 0, "counted": 1,
                "verdicts": [{
                    "probe": "tls/valid", "target": "api", "verdict": "fail",
                    "subject": { "kind": "tls_endpoint", "name": "api:0" },
                    "facts": [{ "shard": 0, "line": 1 }],
                }],
            }))
            .unwrap()
        })
        .collect()
}

pub(crate) fn outcome() -> (Score, Gate, Vec<WaiverUse>) {
    let score = json!({
        "overall": "6.4", "minimum": "8.0", "assessed_weight": 90, "total_weight": 100,
        "categories": [],
    });
    let gate = json!({
        "kind": "technical", "decision": "NOT_READY",
        "reasons": [{ "rule": "score_under_minimum", "decision": "NOT_READY", "message": "6.4" }],
    });
    let waivers = json!([{ "id": "w1", "item": "x", "state": "unused" }]);
    (
        serde_json::from_value(score).unwrap(),
        serde_json::from_value(gate).unwrap(),
        serde_json::from_value(waivers).unwrap(),
    )
}

/// Records `count` facts with an artifact and something unassessed, and seals.
pub(crate) fn sealed(parent: &Path, count: usize) -> Sealed {
    let mut writer = Writer::create(parent, &plan("one"), CHECKLIST).unwrap();
    let digest = Digest::of(CHAIN);
    writer
        .record(
            &facts(count),
            &[unassessed()],
            [(&digest, CHAIN)].into_iter(),
        )
        .unwrap();
    let (score, gate, waivers) = outcome();
    writer.seal(&results(), &score, &gate, &waivers).unwrap()
}

pub(crate) fn check(dir: &Path) -> Vec<Finding> {
    Reader::open(dir).unwrap().check().unwrap()
}
