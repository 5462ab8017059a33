//! The keys that sign tokens: measured and compared where they are read, and nowhere else.

use jiff::Timestamp;
use seaworthy_collect::{Budgets, Collected, Context, Sink};
use seaworthy_collect_kube::{collectors, target_kinds};
use seaworthy_model::{Fact, ReasonCode, Target};
use serde_json::{Value, json};
use tempfile::TempDir;

/// 44 characters; its base64 stands in the manifests.
const KEY: &str = "q83vEjRWeJCrze8SNFZ4kKvN7xI0Vniq3f8ZxW2mLr0=";
const ENCODED: &str = "cTgzdkVqUldlSkNyemU4U05GWjRrS3ZON3hJMFZuaXEzZjhaeFcybUxyMD0=";
const PHRASE: &str = "this-is-my-super-secret-jwt-signing-key";

fn secret(fields: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: jwt\n  namespace: shop\n  annotations:\n    \
         note: {KEY}\n{fields}\n"
    )
}

struct Scene(TempDir);

impl Scene {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        Self(folder)
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn manifests(&self, environment: &str, file: &str) -> Value {
        json!({"name": environment, "manifests": self.path(file), "secret": "shop/jwt", "key": "secret.key"})
    }

    fn value(&self, environment: &str, file: &str) -> Value {
        json!({"name": environment, "value": format!("file:{}", self.path(file))})
    }
}

async fn look(spec: Value) -> Collected {
    let kinds = target_kinds();
    let kind = kinds
        .into_iter()
        .find(|kind| kind.kind == "signing_key")
        .unwrap();
    assert_eq!((kind.check)(&spec), [], "{spec}");
    let target = Target {
        name: "jwt".to_owned(),
        kind: "signing_key".to_owned(),
        labels: Default::default(),
        spec: spec.into(),
        location: None,
    };
    let collectors = collectors();
    let collector = collectors
        .iter()
        .find(|one| one.id() == "k8s/signing-keys")
        .unwrap();
    let clock = || Timestamp::UNIX_EPOCH;
    let context = Context::new(clock(), Budgets::default(), clock);
    let sink = Sink::new();
    collector.collect(&target, &context, &sink).await;
    let collected = sink.take();
    let told = format!("{collected:?} {}", collector.describe(&target).concat());
    for hidden in [KEY, ENCODED, PHRASE] {
        assert!(!told.contains(hidden), "{told}");
        assert!(!told.contains(hidden.trim_end_matches('=')), "{told}");
    }
    assert!(
        collected.artifacts.is_empty(),
        "nothing is kept as evidence"
    );
    collected
}

fn fact<'c>(collected: &'c Collected, environment: &str) -> &'c Fact {
    let mut facts = collected.facts.iter();
    let name = format!("jwt/{environment}");
    let found = facts.find(|fact| fact.subject.name == name);
    found.unwrap_or_else(|| panic!("no {name}: {:?}", collected.unassessed))
}

#[tokio::test]
async fn a_key_is_measured_in_either_part_of_a_secret() {
    let scene = Scene::new(&[
        (
            "data.yaml",
            &secret(&format!("data:\n  secret.key: {ENCODED}")),
        ),
        (
            "string.yaml",
            &secret(&format!("stringData:\n  secret.key: |\n    {PHRASE}")),
        ),
    ]);
    let seen = look(json!({"environments": [
        scene.manifests("production", "data.yaml"),
        scene.manifests("staging", "string.yaml"),
    ]}))
    .await;
    assert_eq!(seen.unassessed, []);
    let production = fact(&seen, "production");
    assert_eq!(production.value["length"], 44);
    assert!(production.value["entropy_bits"].as_i64().unwrap() > 200);
    assert_eq!(production.value["published"], false);
    assert_eq!(
        production.value["source"],
        "shop/Secret/jwt, key secret.key"
    );
    assert_eq!(production.value["compared_with"], json!(["staging"]));
    assert_eq!(production.value["same_in"], json!([]));
    assert_eq!(
        production.value["fingerprint"],
        Value::Null,
        "this run's own key means nothing to others"
    );
    let place = production.location.as_ref().unwrap();
    assert!(place.file.ends_with("data.yaml"));
    assert_eq!(place.line, 1);
    let staging = fact(&seen, "staging");
    assert_eq!(staging.value["length"], 39);
    assert!(staging.value["entropy_bits"].as_i64().unwrap() < 112);
    assert_eq!(staging.value["part"], "stringData");
}

#[tokio::test]
async fn the_same_key_in_two_environments_is_told_however_it_is_kept() {
    let scene = Scene::new(&[
        (
            "data.yaml",
            &secret(&format!("data:\n  secret.key: {ENCODED}")),
        ),
        ("staging.txt", &format!("{KEY}\n")),
        ("test.txt", PHRASE),
    ]);
    let seen = look(json!({"environments": [
        scene.manifests("production", "data.yaml"),
        scene.value("staging", "staging.txt"),
        scene.value("test", "test.txt"),
    ]}))
    .await;
    assert_eq!(
        fact(&seen, "production").value["same_in"],
        json!(["staging"])
    );
    assert_eq!(
        fact(&seen, "staging").value["same_in"],
        json!(["production"])
    );
    assert_eq!(fact(&seen, "test").value["same_in"], json!([]));
}

#[tokio::test]
async fn what_is_not_seen_of_one_environment_leaves_the_others_open() {
    let scene = Scene::new(&[
        (
            "data.yaml",
            &secret(&format!("data:\n  secret.key: {ENCODED}")),
        ),
        ("other.yaml", &secret("data:\n  other: YQ==")),
        (
            "broken.yaml",
            &secret(&format!("data:\n  secret.key: '{KEY}!'")),
        ),
        ("empty.yaml", &secret("stringData:\n  secret.key: ' '")),
        (
            "none.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n",
        ),
    ]);
    for (file, reason, part) in [
        (
            "other.yaml",
            ReasonCode::NoSubject,
            "staging: shop/Secret/jwt has no key secret.key",
        ),
        (
            "broken.yaml",
            ReasonCode::Unparsed,
            "staging: shop/Secret/jwt has a secret.key that is no base64",
        ),
        (
            "empty.yaml",
            ReasonCode::NoSubject,
            "key secret.key is empty",
        ),
        (
            "none.yaml",
            ReasonCode::NoSubject,
            "shop/Secret/jwt is not among the manifests",
        ),
        ("gone.yaml", ReasonCode::NoSubject, "gone.yaml"),
    ] {
        let seen = look(json!({"environments": [
            scene.manifests("production", "data.yaml"),
            scene.manifests("staging", file),
        ]}))
        .await;
        let missed = &seen.unassessed[0];
        assert!(missed.detail.contains(part), "{}", missed.detail);
        if file != "gone.yaml" {
            assert_eq!(missed.reason, reason, "{file}");
        }
        assert_eq!(missed.kinds, ["signing_key"]);
        let production = fact(&seen, "production");
        assert_eq!(
            production.unknown["same_in"],
            "the key in staging could not be read"
        );
        assert_eq!(production.value["length"], 44);
    }
    let alone = look(json!({"environments": [scene.manifests("production", "data.yaml")]})).await;
    let why = &fact(&alone, "production").unknown["same_in"];
    assert!(why.contains("no other environment is named"), "{why}");
}

#[tokio::test]
async fn two_sweeps_compare_by_the_team_s_key() {
    let scene = Scene::new(&[
        (
            "data.yaml",
            &secret(&format!("data:\n  secret.key: {ENCODED}")),
        ),
        ("staging.txt", KEY),
        ("team.txt", "0123456789abcdef0123456789abcdef"),
        ("short.txt", "0123456789"),
    ]);
    let team = format!("file:{}", scene.path("team.txt"));
    let staging =
        json!({"fingerprint_key": team, "environments": [scene.value("staging", "staging.txt")]});
    let staging = look(staging).await;
    let print = fact(&staging, "staging").value["fingerprint"].clone();
    let production = look(json!({"fingerprint_key": team, "environments": [
        scene.manifests("production", "data.yaml"),
        {"name": "staging", "fingerprint": print},
    ]}))
    .await;
    assert_eq!(
        production.facts.len(),
        1,
        "of a fingerprint nothing else is known"
    );
    assert_eq!(
        fact(&production, "production").value["same_in"],
        json!(["staging"])
    );

    let short = format!("file:{}", scene.path("short.txt"));
    let refused =
        json!({"fingerprint_key": short, "environments": [scene.value("staging", "staging.txt")]});
    let refused = look(refused).await;
    assert_eq!(refused.facts, []);
    assert!(
        refused.unassessed[0]
            .detail
            .contains("10 characters; 32 or more")
    );
}

#[tokio::test]
async fn a_private_key_is_not_measured_as_a_text() {
    let pem = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----\n";
    let scene = Scene::new(&[("key.pem", pem)]);
    let seen = look(json!({"environments": [scene.value("production", "key.pem")]})).await;
    let key = fact(&seen, "production");
    assert_eq!(key.value["form"], "private_key");
    for field in ["length", "entropy_bits", "published"] {
        assert!(
            key.unknown[field].starts_with("not understood: "),
            "{field}"
        );
        assert_eq!(key.value[field], Value::Null);
    }
}

#[test]
fn the_plan_names_the_right_that_each_look_needs() {
    let target = Target {
        name: "jwt".to_owned(),
        kind: "signing_key".to_owned(),
        labels: Default::default(),
        spec: json!({"environments": [
            {"name": "production", "context": "prod", "secret": "shop/jwt", "key": "secret"},
            {"name": "staging", "value": "env:STAGING_JWT"},
        ]})
        .into(),
        location: None,
    };
    let collectors = collectors();
    let collector = collectors.iter().find(|one| one.id() == "k8s/signing-keys");
    let plan = collector.unwrap().describe(&target).join("\n");
    for line in [
        "production: GET /api/v1/namespaces/shop/secrets/jwt: needs the right to get this Secret",
        "staging: read env:STAGING_JWT; it is measured and dropped",
    ] {
        assert!(plan.contains(line), "{line} is not in\n{plan}");
    }
}
