//! Pod Security Standards against the code of Kubernetes' own admission, over pods that differ from
//! a good one in a few fields each. No pod may be judged otherwise, in any version of the standards.
#![cfg(test)]

mod pods;

use seaworthy_tests::accuracy;
use seaworthy_tests::command::Ran;
use seaworthy_tests::scene::Scene;
use seaworthy_tests::tools;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// The minor versions on either side of each change of the standards.
const MINORS: [u32; 18] = [
    7, 8, 18, 19, 21, 22, 23, 24, 25, 26, 27, 29, 31, 32, 34, 35, 36, 37,
];
const PODS: usize = 600;
const LEVELS: [&str; 2] = ["baseline", "restricted"];

/// What the admission's code says of each pod by its name: of each level, of each version.
fn told(program: &Path, pods: &[Value]) -> BTreeMap<String, Value> {
    let mut child = Command::new(program)
        .args(MINORS.map(|minor| minor.to_string()))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let lines: Vec<String> = pods.iter().map(|pod| format!("{pod}\n")).collect();
    let writer = std::thread::spawn(move || input.write_all(lines.concat().as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    let answers = String::from_utf8(output.stdout).unwrap();
    let answers = answers
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let named = answers.map(|one: Value| (one["name"].as_str().unwrap().to_owned(), one));
    named.collect()
}

/// What the probes of both levels say in a version, by level and name of the pod.
fn judged(scene: &Scene, minor: u32) -> BTreeMap<(String, String), Value> {
    let with = format!("minor={minor}");
    let probes = ["--probes", "k8s/pss-baseline,k8s/pss-restricted"];
    let arguments = [
        "probe",
        "k8s",
        "--manifests",
        "pods.json",
        probes[0],
        probes[1],
    ];
    let more = ["--with", &with, "--format", "json"];
    let ran: Ran = scene.run(&[&arguments[..], &more].concat()).unwrap();
    let document: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| {
        unreachable!("no document: {}", ran.stderr);
    });
    let verdicts = document["verdicts"].as_array().unwrap().iter();
    let last = |text: &Value, mark: char| {
        let text = text.as_str().unwrap();
        text.rsplit(mark).next().unwrap().to_owned()
    };
    let named = verdicts.map(|one| {
        let level = last(&one["probe"], '-');
        ((level, last(&one["subject"]["name"], '/')), one.clone())
    });
    named.collect()
}

#[test]
fn every_pod_is_judged_as_kubernetes_judges_it() {
    let Some(program) = tools::pod_security() else {
        return;
    };
    let pods = pods::generated(PODS);
    let scene = Scene::new().unwrap();
    let list = json!({ "apiVersion": "v1", "kind": "List", "items": pods });
    scene.write("pods.json", &list.to_string()).unwrap();
    let wanted = told(&program, &pods);
    assert_eq!(wanted.len(), PODS);
    let mut otherwise = Vec::new();
    let mut met = BTreeMap::<_, usize>::new();
    for (index, minor) in MINORS.into_iter().enumerate() {
        let judged = judged(&scene, minor);
        for level in LEVELS {
            for (name, told) in &wanted {
                let meets = told[level][index] == true;
                *met.entry((level, meets)).or_default() += 1;
                let verdict = judged.get(&(level.to_owned(), name.clone()));
                let outcome = verdict.map_or(&Value::Null, |one| &one["verdict"]);
                let agreed = if meets { "pass" } else { "fail" };
                if outcome.as_str() != Some(agreed) {
                    let pod = pods.iter().find(|pod| pod["metadata"]["name"] == **name);
                    let message = verdict.map_or(&Value::Null, |one| &one["message"]);
                    otherwise.push(format!(
                        "{level} of 1.{minor}: {outcome} where Kubernetes says {meets}: {message}: {}",
                        pod.unwrap()
                    ));
                }
            }
        }
    }
    let some: Vec<&String> = otherwise.iter().take(10).collect();
    assert!(
        otherwise.is_empty(),
        "{} otherwise, such as {some:#?}",
        otherwise.len()
    );
    // The pods are neither all good nor all bad, so that agreement says something.
    for level in LEVELS {
        for meets in [true, false] {
            let number = met.get(&(level, meets)).copied().unwrap_or_default();
            assert!(number > PODS, "{level} is {meets} {number} times");
        }
    }
    accuracy::keep("podsecurity", &table(&met)).unwrap();
}

/// How many verdicts there are of each level, all of which agree.
fn table(met: &BTreeMap<(&str, bool), usize>) -> String {
    let versions = MINORS.map(|minor| format!("1.{minor}")).join(", ");
    let mut text = format!(
        "{PODS} pods, each in the versions {versions}:\n\n| level | meets it | does not | agree |\n|---|---|---|---|\n"
    );
    for level in LEVELS {
        let of = |meets| met.get(&(level, meets)).copied().unwrap_or_default();
        let (good, bad) = (of(true), of(false));
        text.push_str(&format!("| {level} | {good} | {bad} | {} |\n", good + bad));
    }
    text
}
