//! What `deploy/` holds, as far as it can be run here: the action's script with each exit code,
//! the Git hook in a repository; the rest by schema and linter.

use seaworthy_tests::command::binary;
use seaworthy_tests::scene::Scene;
use seaworthy_tests::tools;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

fn passes(program: &str, arguments: &[&str]) {
    let Some(program) = tools::reader(program) else {
        return;
    };
    let ran = Command::new(program)
        .args(arguments)
        .current_dir(tools::root())
        .output()
        .unwrap();
    assert!(ran.status.success(), "{arguments:?}: {}", told(&ran));
}

fn told(ran: &Output) -> String {
    String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr)
}

#[test]
fn the_action_and_the_template_fit_the_schemas_of_their_forges() {
    let action = [
        "--builtin-schema",
        "vendor.github-actions",
        "deploy/github/action.yml",
    ];
    passes("check-jsonschema", &action);
    let template = [
        "--builtin-schema",
        "vendor.gitlab-ci",
        "--data-transform",
        "gitlab-ci",
        "deploy/gitlab/seaworthy.gitlab-ci.yml",
    ];
    passes("check-jsonschema", &template);
    passes(
        "pre-commit",
        &["validate-manifest", ".pre-commit-hooks.yaml"],
    );
}

#[test]
fn scripts_and_dockerfile_are_free_of_lint() {
    passes(
        "shellcheck",
        &[
            "deploy/github/sweep.sh",
            "deploy/pre-commit/seaworthy-manifests",
        ],
    );
    passes("hadolint", &["deploy/container/Dockerfile"]);
}

#[test]
fn no_input_of_the_action_is_read_as_shell_code() {
    let action = std::fs::read_to_string(tools::root().join("deploy/github/action.yml")).unwrap();
    let mut in_script = false;
    for line in action.lines() {
        in_script = match line.trim_start() {
            script if script.starts_with("run:") => true,
            step if step.starts_with("- name:") => false,
            _ => in_script,
        };
        assert!(!(in_script && line.contains("${{")), "{line}");
    }
}

/// The path with our binary in front.
fn path_with_binary() -> String {
    let folder = binary().unwrap();
    let folder = folder.parent().unwrap();
    format!("{}:{}", folder.display(), std::env::var("PATH").unwrap())
}

/// Runs the action's script as a runner would, and gives what it printed and its outputs.
fn action(scene: &Scene, path: &str, accept: &str) -> (Output, BTreeMap<String, String>) {
    let (outputs, summary) = (scene.path("outputs"), scene.path("summary.md"));
    let ran = Command::new("bash")
        .arg(tools::root().join("deploy/github/sweep.sh"))
        .current_dir(scene.folder())
        .envs([
            ("CHECKLIST", "launch.md"),
            ("CONFIG", "seaworthy.yaml"),
            ("RELEASE", "2.0"),
        ])
        .envs([
            ("PHASE", "pre-deployment"),
            ("OUT", "runs"),
            ("ACCEPT", accept),
            ("PATH", path),
        ])
        .env("GITHUB_OUTPUT", &outputs)
        .env("GITHUB_STEP_SUMMARY", &summary)
        .output()
        .unwrap();
    let text = std::fs::read_to_string(outputs).unwrap();
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    (
        ran,
        pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
    )
}

#[test]
fn the_action_sweeps_and_leaves_what_github_shows() {
    let scene = Scene::new().unwrap();
    scene
        .configure("  kubernetes:\n    - manifests: k8s\n")
        .unwrap();
    scene
        .write(
            "launch.md",
            "# Launch\n\n## Kubernetes Configuration\n\n- [ ] No privileged containers 🔴\n",
        )
        .unwrap();
    scene.write("k8s/api.yaml", PRIVILEGED).unwrap();
    let (ran, outputs) = action(&scene, &path_with_binary(), "0 3");
    assert_eq!(ran.status.code(), Some(1), "{}", told(&ran));
    assert_eq!(outputs["code"], "1");
    assert_eq!(outputs["decision"], "NOT_READY");
    assert!(
        scene.path(&outputs["bundle"]).join("SHA256SUMS").is_file(),
        "{outputs:?}"
    );
    for name in ["sarif", "html"] {
        assert!(scene.path(&outputs[name]).is_file(), "{outputs:?}");
    }
    let printed = told(&ran);
    assert!(
        printed.contains("::error file=k8s/api.yaml,line=1"),
        "{printed}"
    );
    let summary = std::fs::read_to_string(scene.path("summary.md")).unwrap();
    assert!(summary.starts_with("## ✗ Not ready"), "{summary}");
}

#[test]
fn the_action_goes_on_only_with_an_accepted_verdict() {
    let verdict = |code: u8, accept: &str| {
        let scene = Scene::new().unwrap();
        // Stands for a sweep with this code: writes every file that it was asked for.
        let stub = format!(
            "#!/bin/sh\nfor word; do case $word in *=*) echo shown >\"${{word#*=}}\";; esac; done\nexit {code}\n"
        );
        scene.write("bin/seaworthy", &stub).unwrap();
        let made = Command::new("chmod")
            .arg("+x")
            .arg(scene.path("bin/seaworthy"))
            .status();
        assert!(made.unwrap().success());
        let path = format!(
            "{}:{}",
            scene.path("bin").display(),
            std::env::var("PATH").unwrap()
        );
        let (ran, outputs) = action(&scene, &path, accept);
        (ran.status.code().unwrap(), outputs["decision"].clone())
    };
    let check = |code, accept, ends, decision: &str| {
        assert_eq!(
            verdict(code, accept),
            (ends, decision.to_owned()),
            "{code} with {accept:?}"
        );
    };
    check(0, "0 3", 0, "READY");
    check(3, "0 3", 0, "CONDITIONAL");
    check(3, "0", 3, "CONDITIONAL");
    check(1, "0 3", 1, "NOT_READY");
    check(2, "0 3", 2, "INCOMPLETE");
    // No verdict is accepted by no list.
    check(78, "0 78", 78, "");
    check(70, "", 70, "");
    check(0, "", 1, "READY");
}

const PRIVILEGED: &str = "apiVersion: apps/v1
kind: Deployment
metadata: { name: api, namespace: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: api } }
  template:
    metadata: { labels: { app: api } }
    spec:
      containers:
        - name: api
          image: registry.example.com/api:1.0
          securityContext: { privileged: true }
";

fn git(folder: &Path, arguments: &[&str]) -> Output {
    Command::new("git")
        .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.com"])
        .args(arguments)
        .current_dir(folder)
        .env("PATH", path_with_binary())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap()
}

#[test]
fn the_hook_judges_what_is_staged_and_nothing_else() {
    let scene = Scene::new().unwrap();
    let folder = scene.folder();
    assert!(git(folder, &["init", "--quiet"]).status.success());
    let hook = tools::root().join("deploy/pre-commit/seaworthy-manifests");
    std::fs::copy(hook, scene.path(".git/hooks/pre-commit")).unwrap();

    // Other files and other YAML pass.
    scene.write("notes.txt", "hello\n").unwrap();
    scene.write("ci.yaml", "stages: [build]\n").unwrap();
    git(folder, &["add", "notes.txt", "ci.yaml"]);
    let ran = git(folder, &["commit", "--quiet", "--message", "notes"]);
    assert!(ran.status.success(), "{}", told(&ran));

    // What is staged counts, not what lies in the folder.
    scene.write("k8s/api.yaml", PRIVILEGED).unwrap();
    git(folder, &["add", "k8s/api.yaml"]);
    scene.write("k8s/api.yaml", "").unwrap();
    let ran = git(folder, &["commit", "--quiet", "--message", "api"]);
    assert!(!ran.status.success(), "{}", told(&ran));
    assert!(told(&ran).contains("privileged"), "{}", told(&ran));

    // And what is not staged does not.
    git(folder, &["reset", "--quiet"]);
    scene.write("k8s/api.yaml", PRIVILEGED).unwrap();
    scene.write("more.txt", "hello\n").unwrap();
    git(folder, &["add", "more.txt"]);
    let ran = git(folder, &["commit", "--quiet", "--message", "more"]);
    assert!(ran.status.success(), "{}", told(&ran));
}
