//! Sweeps that are broken off, and go on: nothing that was answered is asked again, nothing that
//! was cut short is taken for an answer.

use seaworthy_tests::command::{Ran, bundle};
use seaworthy_tests::scene::{Scene, finish, signal};
use serde_json::Value;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command};

const CHECKLIST: &str = "# Launch\n\n## Security\n\n- [ ] HTTPS enforced on all endpoints\n\n\
    ## Kubernetes\n\n- [ ] Memory requests/limits\n";
const MEMORY: &str = "kubernetes/memory-requests-limits";
const MANIFEST: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec:\n  \
    selector: { matchLabels: { app: web } }\n  template:\n    metadata: { labels: { app: web } }\n    spec:\n      \
    containers:\n        - name: web\n          image: example.test/web:1\n          \
    resources: { requests: { memory: 1Gi }, limits: { memory: 1Gi } }\n";

/// Manifests, which are asked first, and an endpoint that takes a connection and says nothing:
/// once it has one, what was asked before is recorded, since one request is made at a time.
struct Silent {
    scene: Scene,
    listener: TcpListener,
}

impl Silent {
    fn new() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let silent = Self {
            scene: Scene::new().unwrap(),
            listener,
        };
        silent.scene.write("list.md", CHECKLIST).unwrap();
        silent.scene.write("k8s/web.yaml", MANIFEST).unwrap();
        silent.configure("k8s");
        silent
    }

    fn configure(&self, manifests: &str) {
        let port = self.listener.local_addr().unwrap().port();
        self.scene
            .configure(&format!(
                "  endpoints:\n    - name: silent\n      url: https://silent.test:{port}/\n      addresses: [\"127.0.0.1\"]\n  \
                 kubernetes:\n    - name: first\n      manifests: {manifests}\n\
                 budgets: {{ connect: 600, request: 600, target: 600, sweep: 600, in_all: 1 }}\n"
            ))
            .unwrap();
    }

    /// A sweep that waits for the silent endpoint.
    fn waiting(&self) -> Child {
        let child = self.scene.start(&["sweep", "list.md"]).unwrap();
        let (connection, _) = self.listener.accept().unwrap();
        // It stays open, and says nothing, as long as the test runs.
        std::mem::forget(connection);
        child
    }

    fn kill(&self) -> PathBuf {
        let mut child = self.waiting();
        child.kill().unwrap();
        child.wait().unwrap();
        bundle(&self.scene.path("runs")).unwrap()
    }

    /// Goes on with a run; the endpoint refuses from now on.
    fn resume(self, run: &std::path::Path, more: &[&str]) -> (Scene, Ran) {
        drop(self.listener);
        let arguments = [
            "sweep",
            "list.md",
            "--format",
            "json",
            "--resume",
            run.to_str().unwrap(),
        ];
        let ran = self.scene.run(&[&arguments[..], more].concat()).unwrap();
        (self.scene, ran)
    }
}

fn record(run: &std::path::Path) -> Value {
    serde_json::from_slice(&fs::read(run.join("content/run.json")).unwrap()).unwrap()
}

fn result<'a>(report: &'a Value, id: &str) -> &'a str {
    let items = report["items"].as_array().unwrap();
    items.iter().find(|item| item["id"] == id).unwrap()["result"]
        .as_str()
        .unwrap()
}

#[test]
fn a_killed_sweep_goes_on_where_it_was() {
    let silent = Silent::new();
    let run = silent.kill();
    assert_eq!(
        silent
            .scene
            .run(&["verify", run.to_str().unwrap()])
            .unwrap()
            .code,
        2
    );
    let begun = record(&run);
    assert_eq!(begun["state"], "unsealed");
    // What was answered is not looked at again: it would be found no more.
    fs::remove_file(silent.scene.path("k8s/web.yaml")).unwrap();
    let (scene, ran) = silent.resume(&run, &[]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("requests are answered already"),
        "{}",
        ran.stderr
    );
    let report = ran.json().unwrap();
    assert_eq!(result(&report, MEMORY), "pass");
    let ended = record(&run);
    assert_eq!(
        (&ended["state"], &ended["run"]["id"]),
        (&"sealed".into(), &begun["run"]["id"])
    );
    assert_eq!(ended["run"]["as_of"], begun["run"]["as_of"]);
    let resumed = ended["resumed"].as_array().unwrap();
    assert_eq!(resumed.len(), 1);
    assert!(resumed[0]["kept"].as_u64().unwrap() >= 1, "{resumed:?}");
    assert!(resumed[0]["asked"].as_u64().unwrap() >= 1, "{resumed:?}");
    assert_eq!(
        bundle(&scene.path("runs")).unwrap(),
        run,
        "no other bundle was made"
    );
    let replayed = scene.run(&["replay", run.to_str().unwrap()]).unwrap();
    assert!(
        replayed.stdout.starts_with("identical:"),
        "{}{}",
        replayed.stdout,
        replayed.stderr
    );
    let verified = scene.run(&["verify", run.to_str().unwrap()]).unwrap();
    assert!(
        verified.stdout.starts_with("unsigned: "),
        "{}",
        verified.stdout
    );
}

#[test]
fn what_is_configured_otherwise_is_asked_again() {
    let silent = Silent::new();
    let run = silent.kill();
    silent
        .scene
        .write(
            "other/web.yaml",
            &MANIFEST.replace("limits: { memory: 1Gi }", ""),
        )
        .unwrap();
    silent.configure("other");
    let (_scene, ran) = silent.resume(&run, &[]);
    assert_eq!(
        result(&ran.json().unwrap(), MEMORY),
        "fail",
        "{}",
        ran.stderr
    );
    assert_eq!(record(&run)["resumed"][0]["kept"], 0);
}

#[test]
fn a_run_that_cannot_go_on_is_told_and_left_alone() {
    let silent = Silent::new();
    let mut child = silent.waiting();
    let run = bundle(&silent.scene.path("runs")).unwrap();
    let resume = |more: &[&str]| {
        let arguments = ["sweep", "list.md", "--resume", run.to_str().unwrap()];
        silent.scene.run(&[&arguments[..], more].concat()).unwrap()
    };
    let busy = resume(&[]);
    assert_eq!(busy.code, 78, "{}", busy.stderr);
    assert!(
        busy.stderr
            .contains("still being written by another process"),
        "{}",
        busy.stderr
    );
    child.kill().unwrap();
    child.wait().unwrap();

    let other = resume(&["--phase", "t-24h"]);
    assert_eq!(other.code, 64);
    assert!(
        other
            .stderr
            .contains("begun for the phase `pre-deployment`"),
        "{}",
        other.stderr
    );
    for name in ["run.json", "plan.json"] {
        let path = run.join("content").join(name);
        let mut document: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        document["run"]["as_of"] = "2020-01-01T00:00:00Z".into();
        fs::write(&path, document.to_string()).unwrap();
    }
    let old = resume(&[]);
    assert_eq!(old.code, 64);
    assert!(
        old.stderr.contains("more than 24 hours ago"),
        "{}",
        old.stderr
    );
    let out = resume(&["--out", "elsewhere"]);
    assert_eq!(out.code, 64, "{}", out.stderr);
}

#[test]
fn a_sealed_run_has_nothing_to_resume() {
    let silent = Silent::new();
    let run = silent.kill();
    let (scene, _) = silent.resume(&run, &[]);
    let again = scene
        .run(&["sweep", "list.md", "--resume", run.to_str().unwrap()])
        .unwrap();
    assert_eq!(again.code, 64, "{}", again.stderr);
    assert!(
        again.stderr.contains("there is nothing to resume"),
        "{}",
        again.stderr
    );
}

#[test]
fn the_signal_of_service_managers_seals_what_was_seen() {
    let silent = Silent::new();
    let child = silent.waiting();
    signal(child.id(), "TERM").unwrap();
    let ran = Ran::from_output(&finish(child).unwrap()).unwrap();
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("interrupted"), "{}", ran.stderr);
    let run = bundle(&silent.scene.path("runs")).unwrap();
    assert_eq!(record(&run)["state"], "sealed");
}

#[test]
fn a_second_interrupt_ends_at_once_and_the_run_can_go_on() {
    let silent = Silent::new();
    let mut child = silent.waiting();
    let run = bundle(&silent.scene.path("runs")).unwrap();
    // Sealing waits for a reader of this pipe, so that the second interrupt comes in the middle.
    let pipe = run.join(".partial/next");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    signal(child.id(), "INT").unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(told.any(|line| line.unwrap().contains("interrupted: judging")));
    signal(child.id(), "INT").unwrap();
    let rest: Vec<String> = told.map(Result::unwrap).collect();
    let ran = Ran::from_output(&finish(child).unwrap()).unwrap();
    assert_eq!(ran.code, 2, "{rest:?}");
    assert!(
        rest.concat().contains("the bundle is not sealed"),
        "{rest:?}"
    );
    assert!(!run.join("SHA256SUMS").exists());
    fs::remove_file(pipe).unwrap();
    // The request that was cut short is no answer, so it is asked again.
    let (_scene, ran) = silent.resume(&run, &[]);
    let report = ran.json().unwrap();
    assert_eq!(result(&report, MEMORY), "pass");
    let missed = report["unassessed"].as_array().unwrap();
    assert!(
        missed
            .iter()
            .all(|missed| missed["reason"] == "unreachable"),
        "{missed:?}"
    );
}
