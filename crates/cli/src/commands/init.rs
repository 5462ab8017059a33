//! `seaworthy init`: a seaworthy.yaml from what a folder holds. Everything it writes names where
//! it comes from; what it cannot know it leaves as a comment, never as a guess that would be
//! swept.

mod head;

use crate::args::InitArgs;
use crate::config::FILE_NAME;
use crate::failure::Failure;
use crate::{exit, output};
use head::{has_key, head, ingress_hosts};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The most files that are looked at.
const MOST_FILES: usize = 50_000;

/// Looks at the folder and writes, or prints, a configuration.
pub(crate) fn run(args: &InitArgs) -> Result<u8, Failure> {
    if !args.folder.is_dir() {
        let folder = args.folder.display();
        return Err(Failure::io(format!("there is no folder {folder}")));
    }
    let found = Found::below(&args.folder);
    let text = found.configuration(&service_name(&args.folder));
    if args.print {
        output::print(text.as_bytes())?;
        return Ok(exit::READY);
    }
    let path = args.folder.join(FILE_NAME);
    if path.exists() && !args.force {
        return Err(Failure::config(format!(
            "{} exists already; --force replaces it, --print only shows",
            path.display()
        )));
    }
    output::write(&path, text.as_bytes())?;
    let schema = write_schema(&args.folder)?;
    let mut told = format!(
        "wrote {}\nwrote {}, for editors\n",
        path.display(),
        schema.display()
    );
    for line in found.told() {
        let _ = writeln!(told, "  {line}");
    }
    told.push_str("next: name your endpoints and domains in it, then `seaworthy plan`\n");
    output::complain(&told);
    Ok(exit::READY)
}

/// Writes the configuration's schema, which its first line names for editors.
fn write_schema(folder: &Path) -> Result<PathBuf, Failure> {
    let folder = folder.join(".seaworthy");
    std::fs::create_dir_all(&folder).map_err(|error| {
        Failure::io(format!(
            "failed to make the folder {}: {error}",
            folder.display()
        ))
    })?;
    let path = folder.join("schema.json");
    let schema = crate::config::schema(crate::setup::registry().target_kinds());
    output::write(&path, format!("{schema:#}\n").as_bytes())?;
    Ok(path)
}

/// What a folder holds that a sweep could look at, as paths relative to it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Found {
    manifests: BTreeSet<PathBuf>,
    hosts: BTreeSet<String>,
    charts: BTreeSet<PathBuf>,
    compose: BTreeSet<PathBuf>,
    workflows: BTreeSet<PathBuf>,
    openapi: BTreeSet<PathBuf>,
    checklists: BTreeSet<PathBuf>,
    documents: BTreeSet<PathBuf>,
    /// The folder is the root of a checkout.
    is_checkout: bool,
    /// The repository on GitHub that it comes from: `owner/name`.
    github: Option<String>,
}

impl Found {
    fn below(folder: &Path) -> Self {
        let mut found = Self {
            is_checkout: folder.join(".git").exists(),
            github: seaworthy_collect_delivery::github_repository(folder),
            ..Self::default()
        };
        let walk = ignore::WalkBuilder::new(folder)
            .hidden(false)
            .filter_entry(|entry| entry.file_name() != ".git")
            .sort_by_file_path(Ord::cmp)
            .build();
        for entry in walk.flatten().take(MOST_FILES) {
            if entry.file_type().is_some_and(|kind| kind.is_file())
                && let Ok(relative) = entry.path().strip_prefix(folder)
            {
                found.see(entry.path(), relative);
            }
        }
        let charts = found.charts.clone();
        found
            .manifests
            .retain(|manifest| !charts.iter().any(|chart| manifest.starts_with(chart)));
        found
    }

    fn see(&mut self, path: &Path, relative: &Path) {
        let name = relative
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let folder = relative
            .parent()
            .unwrap_or_else(|| Path::new(""))
            .to_owned();
        let extension = relative
            .extension()
            .and_then(|end| end.to_str())
            .unwrap_or_default();
        match extension {
            "yaml" | "yml" | "json" => {
                let head = head(path);
                let lower = name.to_ascii_lowercase();
                if lower.starts_with("docker-compose") || lower.starts_with("compose.") {
                    self.compose.insert(relative.to_owned());
                } else if folder.ends_with(".github/workflows") {
                    self.workflows.insert(relative.to_owned());
                } else if name == "Chart.yaml" {
                    self.charts.insert(folder);
                } else if has_key(&head, "openapi") || has_key(&head, "swagger") {
                    self.openapi.insert(relative.to_owned());
                } else if has_key(&head, "apiVersion") && has_key(&head, "kind") {
                    self.hosts.extend(ingress_hosts(&head));
                    self.manifests.insert(folder);
                }
            }
            "md" | "markdown" => {
                let head = head(path);
                let boxes = head.matches("- [ ]").count() + head.matches("* [ ]").count();
                if boxes >= 10 {
                    self.checklists.insert(relative.to_owned());
                } else {
                    self.documents.insert(relative.to_owned());
                }
            }
            _ => {}
        }
    }

    /// The folders of manifests, without those that lie below another.
    fn manifest_roots(&self) -> Vec<&PathBuf> {
        let below = |folder: &PathBuf| {
            self.manifests.iter().any(|other| {
                other != folder && folder.starts_with(other) && !other.as_os_str().is_empty()
            })
        };
        self.manifests
            .iter()
            .filter(|folder| !below(folder))
            .collect()
    }

    fn told(&self) -> Vec<String> {
        let count = |paths: &BTreeSet<PathBuf>, what: &str| {
            (!paths.is_empty()).then(|| format!("{}: {}", what, listed(paths)))
        };
        [
            count(&self.manifests, "Kubernetes manifests"),
            count(&self.charts, "Helm charts, to be rendered first"),
            count(&self.checklists, "checklists"),
            count(&self.compose, "compose files"),
            count(&self.workflows, "workflows"),
            count(&self.openapi, "OpenAPI documents"),
            (!self.documents.is_empty()).then(|| format!("{} documents", self.documents.len())),
            self.github
                .as_ref()
                .map(|name| format!("the repository {name} on GitHub; it needs GITHUB_TOKEN")),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn configuration(&self, service: &str) -> String {
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
        let roots = self.manifest_roots();
        if !roots.is_empty() {
            text.push_str("  kubernetes:\n    - name: manifests\n      manifests:\n");
            for root in roots {
                let _ = writeln!(text, "        - {}", quoted(&shown(root)));
            }
        }
        self.repository(&mut text);
        if !self.charts.is_empty() {
            let _ = writeln!(
                text,
                "# Found, and not looked at by this version: Helm charts, which are read once rendered (`helm template`): {}",
                listed(&self.charts)
            );
        }
        text
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
                "  endpoints: []\n  # - url: https://api.example.com/\n  #   labels: [api, public]\n  #   health: /healthz\n  domains: []\n  # - domain: api.example.com\n  #   labels: [api]\n  #   issuers: [letsencrypt.org]\n",
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

fn service_name(folder: &Path) -> String {
    let whole = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let name = whole
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| "service".to_owned())
}

fn shown(path: &Path) -> String {
    if path.as_os_str().is_empty() {
        ".".to_owned()
    } else {
        path.display().to_string()
    }
}

fn listed(paths: &BTreeSet<PathBuf>) -> String {
    let first: Vec<String> = paths.iter().take(3).map(|path| shown(path)).collect();
    let more = paths.len().saturating_sub(first.len());
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    format!("{}{more}", first.join(", "))
}

/// A YAML double-quoted scalar (YAML 1.2 §7.3.1), which JSON's form is.
fn quoted(text: &str) -> String {
    serde_json::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::Found;
    use std::path::Path;

    #[test]
    fn a_folder_is_described_by_what_it_holds() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("deploy/k8s/api.yaml", "apiVersion: v1\nkind: Service\n");
        write("deploy/k8s/more/b.yaml", "apiVersion: v1\nkind: Service\n");
        write("chart/Chart.yaml", "apiVersion: v2\nname: c\n");
        write(
            "chart/templates/x.yaml",
            "apiVersion: v1\nkind: {{ .Values.kind }}\n",
        );
        write("docs/launch.md", &"- [ ] x\n".repeat(12));
        write("compose.yaml", "services: {}\n");
        let found = Found::below(folder.path());
        assert_eq!(found.manifest_roots(), [Path::new("deploy/k8s")]);
        let text = found.configuration("shop");
        for wanted in [
            "service: \"shop\"",
            "\"deploy/k8s\"",
            "checklist: \"docs/launch.md\"",
        ] {
            assert!(text.contains(wanted), "{wanted} in\n{text}");
        }
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
