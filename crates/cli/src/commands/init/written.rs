//! The configuration that is proposed for what was found.

use super::found::{Found, shown};
use std::fmt::Write as _;

impl Found {
    /// The configuration, in which `service` is the name of the service.
    pub(super) fn configuration(&self, service: &str) -> String {
        let mut text = String::from(
            "# yaml-language-server: $schema=.seaworthy/schema.json\n\
             # What Seaworthy looks at. `seaworthy plan` shows what a sweep would ask; it sends nothing.\n",
        );
        let _ = writeln!(text, "service: {}", quoted(service));
        text.push_str(
            "environment: production\nrelease: \"0.0.0\"   # in CI for example env:GITHUB_SHA\n",
        );
        if let Some(checklist) = self.checklists.first() {
            let _ = writeln!(text, "checklist: {}", quoted(&shown(checklist)));
        }
        text.push_str("targets:\n");
        self.endpoints(&mut text);
        self.kubernetes(&mut text);
        self.repository(&mut text);
        text
    }

    fn kubernetes(&self, text: &mut String) {
        let found = &self.kubernetes;
        text.push_str("  kubernetes:\n");
        if found.is_empty() {
            text.push_str(
                "    # - manifests: deploy   # a folder of manifests, a chart or an overlay\n",
            );
        }
        if !found.manifests.is_empty() {
            text.push_str("    - name: manifests\n      manifests:\n");
            for folder in &found.manifests {
                let _ = writeln!(text, "        - {}", quoted(&shown(folder)));
            }
        }
        for (chart, values) in &found.charts {
            let _ = writeln!(
                text,
                "    - manifests: {}   # a chart, rendered by `helm template`",
                quoted(&shown(chart))
            );
            if !values.is_empty() {
                let files: Vec<String> = values.iter().map(|file| quoted(&shown(file))).collect();
                let _ = writeln!(text, "      helm: {{ values: [{}] }}", files.join(", "));
            }
        }
        for folder in &found.kustomizations {
            let _ = writeln!(
                text,
                "    - manifests: {}   # rendered by `kustomize build`",
                quoted(&shown(folder))
            );
        }
        for folder in &found.alternatives {
            let _ = writeln!(
                text,
                "    # - manifests: {}   # of another environment? It shares files with others",
                quoted(&shown(folder))
            );
        }
        text.push_str(
            "    # - context: production   # a live cluster, and the rights for it: docs/kubernetes.md\n",
        );
    }

    /// The checkout itself, and where it comes from.
    fn repository(&self, text: &mut String) {
        let of_code = [
            &self.compose,
            &self.workflows,
            &self.openapi,
            &self.documents,
        ];
        if self.is_checkout || of_code.iter().any(|found| !found.is_empty()) {
            text.push_str("  repositories:   # documents, code, secrets, settings and workflows\n    - path: .\n");
        }
        if let Some(name) = &self.github {
            let _ = writeln!(
                text,
                "  github:   # from the remote of the checkout\n    - repository: {}\n      checkout: .\n      token: env:GITHUB_TOKEN   # its rights, all of them to read: docs/github.md",
                quoted(name)
            );
        }
    }

    fn endpoints(&self, text: &mut String) {
        if self.hosts.is_empty() {
            text.push_str(
                "  endpoints:\n    # - url: https://api.example.com/\n    #   labels: [api, public]\n    #   health: /healthz\n  domains:\n    # - name: dns api.example.com\n    #   domain: api.example.com\n    #   labels: [api]\n    #   issuers: [letsencrypt.org]\n",
            );
            return;
        }
        text.push_str("  endpoints:   # from the hosts of the Ingress objects\n");
        for host in &self.hosts {
            let label = label(host);
            let _ = writeln!(
                text,
                "    - url: {}\n      labels: [{label}, public]",
                quoted(&format!("https://{host}/"))
            );
        }
        text.push_str("  domains:\n");
        for host in &self.hosts {
            let (name, label) = (quoted(&format!("dns {host}")), label(host));
            let _ = writeln!(
                text,
                "    - name: {name}\n      domain: {}\n      labels: [{label}]",
                quoted(host)
            );
        }
    }
}

/// What a host name says of itself.
fn label(host: &str) -> &'static str {
    if host
        .split('.')
        .next()
        .is_some_and(|first| first.contains("admin"))
    {
        "admin"
    } else {
        "api"
    }
}

/// A YAML double-quoted scalar (YAML 1.2 §7.3.1), which JSON's form is.
fn quoted(text: &str) -> String {
    serde_json::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::Found;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        folder
    }

    fn proposed(files: &[(&str, &str)]) -> String {
        Found::below(folder(files).path()).configuration("shop")
    }

    #[track_caller]
    fn has(text: &str, wanted: &str) {
        assert!(text.contains(wanted), "{wanted} in\n{text}");
    }

    #[track_caller]
    fn lacks(text: &str, unwanted: &str) {
        assert!(!text.contains(unwanted), "{unwanted} in\n{text}");
    }

    const SERVICE: &str = "apiVersion: v1\nkind: Service\n";

    #[test]
    fn a_folder_is_described_by_what_it_holds() {
        let text = proposed(&[
            ("deploy/k8s/api.yaml", SERVICE),
            ("deploy/k8s/more/b.yaml", SERVICE),
            ("docs/launch.md", &"- [ ] x\n".repeat(12)),
            ("compose.yaml", "services: {}\n"),
        ]);
        has(&text, "service: \"shop\"");
        has(&text, "checklist: \"docs/launch.md\"");
        has(&text, "      manifests:\n        - \"deploy/k8s\"\n");
        lacks(&text, "more");
    }

    #[test]
    fn what_is_commented_out_stands_as_it_should_once_it_is_not() {
        let proposal = proposed(&[("README", "")]).replace("    # ", "    ");
        let proposal = proposal.replace("    - context: production", "    - context: x");
        let folder = folder(&[("seaworthy.yaml", &proposal), ("deploy/x.yaml", SERVICE)]);
        let kinds = crate::setup::registry();
        let read = crate::config::read(
            &folder.path().join("seaworthy.yaml"),
            kinds.target_kinds(),
            None,
        );
        let names: Vec<String> = read
            .unwrap()
            .targets
            .into_iter()
            .map(|target| target.name)
            .collect();
        assert_eq!(names.len(), 4, "{names:?}");
    }

    #[test]
    fn what_this_command_left_is_not_proposed() {
        let boxes = "- [ ] x\n".repeat(12);
        let text = proposed(&[
            ("runs/run-1/content/run.json", "{}"),
            ("runs/run-1/content/plan.json", "{}"),
            ("runs/run-1/content/checklist.md", &boxes),
            (".seaworthy/schema.json", "{\"openapi\": 1}"),
            ("seaworthy.yaml", "service: x\n"),
            ("runs/demo-platform/seaworthy.yaml", "service: x\n"),
            ("runs/demo-platform/k8s/x.yaml", SERVICE),
        ]);
        lacks(&text, "checklist:");
        lacks(&text, "demo-platform");
        lacks(&text, "repositories:");
    }

    #[test]
    fn charts_are_targets_of_their_own_with_the_values_of_production() {
        let text = proposed(&[
            ("charts/api/Chart.yaml", "apiVersion: v2\nname: api\n"),
            ("charts/api/values.yaml", "a: 1\n"),
            ("charts/api/values-staging.yaml", "a: 1\n"),
            ("charts/api/values-prod.yaml", "a: 1\n"),
            (
                "charts/api/templates/x.yaml",
                "apiVersion: v1\nkind: {{ .Values.kind }}\n",
            ),
            (
                "charts/api/charts/db/Chart.yaml",
                "apiVersion: v2\nname: db\n",
            ),
            (
                "charts/lib/Chart.yaml",
                "apiVersion: v2\nname: lib\ntype: library\n",
            ),
        ]);
        has(
            &text,
            "    - manifests: \"charts/api\"   # a chart, rendered by `helm template`\n      helm: { values: [\"charts/api/values-prod.yaml\"] }\n",
        );
        lacks(&text, "charts/api/charts");
        lacks(&text, "charts/lib");
        lacks(&text, "name: manifests");
    }

    #[test]
    fn of_overlays_that_share_a_base_that_of_production_is_chosen() {
        let overlay = "resources: [../../base]\nnamespace: x\n";
        let files = [
            ("k8s/base/kustomization.yaml", "resources: [api.yaml]\n"),
            ("k8s/base/api.yaml", SERVICE),
            ("k8s/overlays/staging/kustomization.yaml", overlay),
            ("k8s/overlays/production/kustomization.yaml", overlay),
            ("other/x.yaml", SERVICE),
        ];
        let text = proposed(&files);
        has(
            &text,
            "    - manifests: \"k8s/overlays/production\"   # rendered",
        );
        has(
            &text,
            "    # - manifests: \"k8s/overlays/staging\"   # of another",
        );
        has(&text, "      manifests:\n        - \"other\"\n");
        lacks(&text, "base\"");
        // Where the names do not tell, nothing is chosen.
        let renamed = files.map(|(path, text)| {
            if path.contains("production") {
                ("k8s/overlays/green/kustomization.yaml", text)
            } else {
                (path, text)
            }
        });
        let text = proposed(&renamed);
        has(&text, "    # - manifests: \"k8s/overlays/green\"");
        lacks(&text, "    - manifests: \"k8s/overlays");
        // One alone needs no choice.
        let text = proposed(&files[..3]);
        has(
            &text,
            "    - manifests: \"k8s/overlays/staging\"   # rendered",
        );
    }

    #[test]
    fn a_checkout_from_github_is_proposed_with_its_token_by_reference() {
        let folder = tempfile::tempdir().unwrap();
        let git = folder.path().join(".git");
        for name in ["objects", "refs"] {
            std::fs::create_dir_all(git.join(name)).unwrap();
        }
        std::fs::write(git.join("HEAD"), "ref: refs/heads/main\n").unwrap();
        let config = |url: &str| {
            let text = format!(
                "[core]\n\trepositoryformatversion = 0\n\tbare = false\n[remote \"origin\"]\n\turl = {url}\n"
            );
            std::fs::write(git.join("config"), text).unwrap();
            Found::below(folder.path()).configuration("shop")
        };
        let text = config("git@github.com:octo/shop.git");
        let wanted =
            "    - repository: \"octo/shop\"\n      checkout: .\n      token: env:GITHUB_TOKEN";
        assert!(text.contains(wanted), "{text}");
        assert!(text.contains("  repositories:"), "{text}");
        let text = config("https://gitlab.com/octo/shop.git");
        assert!(!text.contains("github"), "{text}");
        assert!(text.contains("  repositories:"), "{text}");
    }
}
