//! A folder with manifests to render, and what a sweep of one item over it says.

use seaworthy_tests::command::seaworthy;
use seaworthy_tests::report::verdicts;
use seaworthy_tests::scene::Scene;
use serde_json::Value;
use std::path::Path;

pub(crate) const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  replicas: 1
  selector: { matchLabels: { app: api } }
  template:
    metadata: { labels: { app: api } }
    spec: { containers: [{ name: api, image: \"registry.example.com/api:1\" }] }
";

const LIST: &str = "# Launch\n\n## Kubernetes\n\n- [ ] Enough replicas\n";
const BINDING: &str = "- { item: Enough replicas, probes: [{ use: k8s/replicas-minimum }] }\n";

pub(crate) struct Estate {
    pub(crate) scene: Scene,
}

#[derive(Debug)]
pub(crate) struct Found(Value);

impl Estate {
    pub(crate) fn new() -> Self {
        let scene = Scene::new().unwrap();
        scene.write("list.md", LIST).unwrap();
        scene.write("bindings.yaml", BINDING).unwrap();
        Self { scene }
    }

    /// Sweeps with the programs of one folder in reach; `more` goes into the target.
    pub(crate) fn judged(&self, programs: &Path, more: &str) -> Found {
        self.judged_at(programs, "k8s", more)
    }

    /// Likewise, of manifests that stand elsewhere.
    pub(crate) fn judged_at(&self, programs: &Path, manifests: &str, more: &str) -> Found {
        let targets = format!("  kubernetes: [{{ manifests: {manifests}{more} }}]\n");
        self.scene.configure(&targets).unwrap();
        let mut command = seaworthy(self.scene.folder()).unwrap();
        let arguments = [
            "sweep",
            "list.md",
            "--bindings",
            "bindings.yaml",
            "--quiet",
            "--format",
            "json",
        ];
        let ran = command
            .args(arguments)
            .env("PATH", programs)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        Found(
            serde_json::from_slice(&ran.stdout)
                .map_err(|_| said)
                .unwrap(),
        )
    }
}

impl Found {
    fn of(&self, subject: &str) -> Option<&Value> {
        let mut all = verdicts(&self.0).into_iter();
        all.find(|verdict| verdict["subject"]["name"] == subject)
    }

    /// The command that shows the same as the verdict on a subject.
    pub(crate) fn reproduce(&self, subject: &str) -> &str {
        let found = self
            .of(subject)
            .and_then(|verdict| verdict["reproduce"].as_str());
        found.unwrap_or_default()
    }

    /// The verdict on a subject; empty where there is none.
    pub(crate) fn verdict(&self, subject: &str) -> &str {
        let found = self
            .of(subject)
            .and_then(|verdict| verdict["verdict"].as_str());
        found.unwrap_or_default()
    }

    /// The file and line of a subject.
    pub(crate) fn place(&self, subject: &str) -> String {
        let place = &self.of(subject).unwrap()["where"];
        format!(
            "{}:{}",
            place["file"].as_str().unwrap_or_default(),
            place["line"]
        )
    }

    /// Why something was not looked at.
    pub(crate) fn unassessed(&self) -> String {
        let all = self.0["unassessed"].as_array().unwrap().iter();
        let told: Vec<&str> = all.filter_map(|one| one["detail"].as_str()).collect();
        told.join("\n")
    }

    /// Whether the item passes.
    pub(crate) fn passes(&self) -> bool {
        let items = self.0["items"].as_array().unwrap();
        items.iter().any(|item| item["result"] == "pass")
    }
}
