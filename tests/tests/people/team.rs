//! A team with its platform, checklist and keys, in a folder of its own.

use seaworthy_tests::command::{Ran, seaworthy};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// A fifth of the score comes from the machine, so that a waiver leaves enough.
const CHECKLIST: &str = "\
# Launch of the shop

## Kubernetes Configuration

- [ ] 🔴 Min replicas: 3+

## Security

- [ ] 🔴 Penetration testing completed
- [ ] Rotas are agreed

### T=0: Deployment

- [ ] Traffic is watched

## Production Readiness Score

| Category | Weight |
|----------|--------|
| Infrastructure | 20% |
| Security | 80% |

**Minimum Score for Production**: 8.0/10

## Sign-off

- [ ] **Engineering Lead**: _________________ Date: _______
- [ ] **Security Lead**: _________________ Date: _______
";

const CONFIGURATION: &str = "\
service: shop
environment: production
release: '1.4.0'
checklist: list.md
people:
  signers:
    - { name: Ada, key: keys/ada.pub.pem, roles: [Engineering Lead], approves_waivers: true }
    - { name: Bob, key: keys/bob.pub.pem, roles: [security-lead] }
targets:
  kubernetes:
    - { name: manifests, manifests: k8s }
";

const MANIFESTS: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: { name: api, namespace: shop }
spec:
  selector: { matchLabels: { app: api } }
  template:
    metadata: { labels: { app: api } }
    spec:
      containers:
        - name: api
          image: registry.example.com/shop/api:1.0.0
          resources: { requests: { cpu: 100m, memory: 64Mi }, limits: { memory: 64Mi } }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: api, namespace: shop }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: api }
  minReplicas: 3
  maxReplicas: 10
  metrics:
    - type: Resource
      resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } }
";

/// Far enough that no test of our day meets it.
pub(crate) const FAR: &str = "2199-01-01T00:00:00Z";
pub(crate) const PENTEST: &str = "security/penetration-testing-completed";
pub(crate) const ROTAS: &str = "security/rotas-are-agreed";
pub(crate) const REPLICAS: &str = "kubernetes-configuration/min-replicas-3";

pub(crate) struct Team {
    folder: tempfile::TempDir,
}

impl Team {
    /// A platform that is sound, and a team of which nobody has said a word.
    pub(crate) fn new() -> Self {
        let team = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        team.write("list.md", CHECKLIST);
        team.write("seaworthy.yaml", CONFIGURATION);
        team.write("k8s/shop.yaml", MANIFESTS);
        team.write("reports/pentest.txt", "no finding above medium");
        fs::create_dir(team.path("keys")).unwrap();
        for name in ["ada", "bob", "eve"] {
            let out = format!("keys/{name}.pem");
            team.ran(0, &["key", "new", "--out", &out]);
        }
        team
    }

    pub(crate) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn replace(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(path)).unwrap();
        assert!(text.contains(from), "{path} has no {from}");
        self.write(path, &text.replace(from, to));
    }

    /// Runs the command, which must end with `code`.
    pub(crate) fn ran(&self, code: i32, arguments: &[&str]) -> Ran {
        let ran = Ran::of(self.folder.path(), arguments).unwrap();
        assert_eq!(
            ran.code, code,
            "{arguments:?}\n{}{}",
            ran.stdout, ran.stderr
        );
        ran
    }

    /// Standard error of a command that must end with `code`.
    pub(crate) fn refused(&self, code: i32, arguments: &[&str]) -> String {
        self.ran(code, arguments).stderr
    }

    /// A line, its words parted by single spaces, that must end with `code` and say `wanted`.
    pub(crate) fn complains(&self, code: i32, line: &str, wanted: &str) {
        let arguments: Vec<&str> = line.split(' ').collect();
        let error = self.refused(code, &arguments);
        assert!(error.contains(wanted), "{line}\n{error}");
    }

    /// Runs the command with an environment variable.
    pub(crate) fn ran_with(&self, name: &str, value: &str, arguments: &[&str]) -> Ran {
        let mut command = seaworthy(self.folder.path()).unwrap();
        let output = command.args(arguments).env(name, value).output().unwrap();
        Ran::from_output(&output).unwrap()
    }

    pub(crate) fn attest(&self, more: &[&str]) -> Ran {
        let mut arguments = vec!["attest", PENTEST, "--role", "security-lead"];
        arguments.extend(["--statement", "tested", "--document", "reports/pentest.txt"]);
        arguments.extend(["--key", "keys/bob.pem"]);
        if !more.contains(&"--until") {
            arguments.extend(["--until", FAR]);
        }
        arguments.extend(more);
        Ran::of(self.folder.path(), &arguments).unwrap()
    }

    /// Everything that a person has to vouch for before the deployment.
    pub(crate) fn attest_all(&self) {
        let ran = self.attest(&[]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let mut arguments = vec!["attest", ROTAS, "--role", "engineering-lead"];
        arguments.extend([
            "--statement",
            "agreed",
            "--until",
            FAR,
            "--key",
            "keys/ada.pem",
        ]);
        self.ran(0, &arguments);
    }

    /// One replica less than the checklist wants.
    pub(crate) fn break_platform(&self) {
        self.replace("k8s/shop.yaml", "minReplicas: 3", "minReplicas: 2");
    }

    /// Asks for a waiver of the broken replicas, and gives its path.
    pub(crate) fn waive(&self, run: &str) -> String {
        let mut arguments = vec!["waive", run, REPLICAS, "--because", "the load is low"];
        arguments.extend(["--until", "20d", "--key", "keys/bob.pem"]);
        self.ran(0, &arguments).stdout.trim().to_owned()
    }

    pub(crate) fn approve(&self, file: &str) {
        self.ran(0, &["approve", file, "--key", "keys/ada.pem"]);
    }

    pub(crate) fn sign_off(&self, run: &str, role: &str, name: &str) -> Ran {
        let key = format!("keys/{name}.pem");
        Ran::of(
            self.folder.path(),
            &["sign-off", run, "--role", role, "--key", &key],
        )
        .unwrap()
    }

    /// Sweeps, ending with `code`; gives the report and the run's folder.
    pub(crate) fn sweep(&self, code: i32, more: &[&str]) -> Swept {
        let mut arguments = vec!["sweep", "--quiet", "--format", "json"];
        arguments.extend(more);
        let ran = self.ran(code, &arguments);
        let report = ran.json().unwrap();
        let run = format!("runs/run-{}", report["run"]["id"].as_str().unwrap());
        let record = fs::read(self.path(&run).join("content/run.json")).unwrap();
        Swept {
            run,
            report,
            record: serde_json::from_slice(&record).unwrap(),
            stderr: ran.stderr,
        }
    }

    /// What a signed file says.
    pub(crate) fn says(&self, file: &str) -> Value {
        let shown = self.ran(0, &["people", file]).stdout;
        let (from, to) = (shown.find('{').unwrap(), shown.rfind('}').unwrap());
        serde_json::from_str(&shown[from..=to]).unwrap()
    }
}

/// A sweep that has ended.
pub(crate) struct Swept {
    pub(crate) run: String,
    pub(crate) report: Value,
    /// `run.json`
    pub(crate) record: Value,
    pub(crate) stderr: String,
}

impl Swept {
    pub(crate) fn item(&self, id: &str) -> &Value {
        let items = self.report["items"].as_array().unwrap();
        items.iter().find(|item| item["id"] == id).unwrap()
    }

    /// The item's result and reason.
    pub(crate) fn result(&self, id: &str) -> (&str, &str) {
        let item = self.item(id);
        let reason = item["reason"].as_str().unwrap_or_default();
        (item["result"].as_str().unwrap(), reason)
    }

    pub(crate) fn decision(&self) -> &str {
        self.report["gate"]["decision"].as_str().unwrap()
    }

    /// The rule of the gate's first reason.
    pub(crate) fn rule(&self) -> &str {
        let reason = &self.report["gate"]["reasons"][0];
        reason["rule"].as_str().unwrap_or_default()
    }

    /// The reasons for which files of the team do not count.
    pub(crate) fn refused(&self) -> Vec<String> {
        let refused = self.record["refused"].as_array().into_iter().flatten();
        refused
            .map(|one| one["reason"].as_str().unwrap().to_owned())
            .collect()
    }
}
