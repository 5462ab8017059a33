//! What is read, what is named as unreadable, and that nothing is lost in silence.

use crate::support::{
    check, check_unassessed, deployment, fact, read, read_bytes, read_source, unassessed,
};
use proptest::prelude::*;
use seaworthy_collect_kube::ManifestSource;
use seaworthy_model::ReasonCode;
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};

fn names(collected: &seaworthy_collect::Collected) -> Vec<String> {
    collected
        .facts
        .iter()
        .filter(|fact| fact.subject.kind == "workload")
        .map(|fact| fact.subject.name.clone())
        .collect()
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn read_folder(path: &Path) -> seaworthy_collect::Collected {
    read_source(ManifestSource::Path(path.to_path_buf()))
}

#[test]
fn ways_to_write_the_same() {
    let plain = deployment("", "", "");
    let value = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "shop"}, "spec": {"containers": [{"name": "c", "image": "c"}]}});
    for text in [
        format!("\u{feff}{plain}"),
        plain.replace('\n', "\r\n"),
        format!("# first\n--- # here\n{plain}---\n---\n# end\n"),
        format!("{plain}---\n{plain}"),
        plain.clone() + "---\njust: some settings\n",
    ] {
        let collected = read(&text);
        assert_eq!(unassessed(&collected), [""; 0], "{text}");
        assert_eq!(names(&collected), ["shop/Deployment/api"], "{text}");
    }
    for text in [
        value.to_string(),
        json!({"apiVersion": "v1", "kind": "List", "items": [value]}).to_string(),
        json!({"apiVersion": "v1", "kind": "PodList", "items": [{"metadata": {"name": "p", "namespace": "shop"}, "spec": {"containers": [{"name": "c"}]}}]}).to_string(),
    ] {
        assert_eq!(names(&read(&text)), ["shop/Pod/p"], "{text}");
    }
}

#[test]
fn objects_are_found_again_by_their_line() {
    let text = format!(
        "# note\n---\n{}---\napiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {{name: c}}\n",
        deployment("", "", "")
    );
    let collected = read(&text);
    let line = |subject: &str| fact(&collected, subject).location.as_ref().unwrap().line;
    assert_eq!(line("workload shop/Deployment/api"), 3);
    assert_eq!(line("config_map default/ConfigMap/c"), 17);
}

#[test]
fn what_cannot_be_read_is_named() {
    let good = deployment("", "", "");
    let bomb = {
        let mut text = "apiVersion: v1\nkind: Pod\na0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
        for level in 1..12 {
            let refs = vec![format!("*a{}", level - 1); 9].join(",");
            text.push_str(&format!("a{level}: &a{level} [{refs}]\n"));
        }
        text
    };
    for (broken, part) in [
        (
            "apiVersion: v1\nkind: Pod\nmetadata: [\n".to_owned(),
            "not valid YAML",
        ),
        (
            "apiVersion: v1\nkind: Pod\nkind: Pod\n".to_owned(),
            "in.yaml:14:1: the key `kind` stands here a second time",
        ),
        (
            "apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Values.name }}}\n".to_owned(),
            "helm template",
        ),
        (
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n".to_owned(),
            "has no metadata.name",
        ),
        (
            "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {hostNetwork: 'true'}\n"
                .to_owned(),
            "spec.hostNetwork wants true or false",
        ),
        (
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {}\n".to_owned(),
            "default/Deployment/x has no pod template",
        ),
        (
            "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: x}\nspec: {template: {spec: {hostPID: 'yes', containers: [{name: c}]}}}\n".to_owned(),
            "the pods of default/Rollout/x: spec.hostPID wants true or false",
        ),
        (
            "apiVersion: v1\nkind: Pod\nmetadata: {name: \"\u{0}\"}\n".to_owned(),
            "U+0000",
        ),
        (
            "kind: Deployment\nmetadata: { name: [\n".to_owned(),
            "not valid YAML",
        ),
        (
            "kind: Deployment\nmetadata: {name: x}\n".to_owned(),
            "an object of kind Deployment has no apiVersion",
        ),
        (
            "apiVersion: apps/v1\nspec: {replicas: 1}\n".to_owned(),
            "an object of apiVersion apps/v1 has no kind",
        ),
        (bomb, "more than the limit"),
    ] {
        let collected = read(&format!("{good}---\n{broken}"));
        check_unassessed(&collected, part);
        let is_helm = part.contains("helm");
        assert_eq!(names(&collected).is_empty(), is_helm, "{broken}");
        let unassessed = &collected.unassessed[0];
        assert_eq!(unassessed.reason, ReasonCode::Unparsed);
        assert!(unassessed.kinds.contains(&"workload".to_owned()));
    }
    let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(!read_bytes(&utf16).unassessed.is_empty());
}

#[test]
fn a_name_that_others_look_up_may_not_be_ambiguous() {
    let role = |verbs: &str| {
        format!(
            "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {{name: r}}\nrules: [{{verbs: [{verbs}]}}]\n"
        )
    };
    check_unassessed(
        &read(&(role("get") + &role("list"))),
        "a second time, differently",
    );
    assert_eq!(read(&(role("get") + &role("get"))).unassessed, []);
    let twins = read(&format!(
        "{}---\n{}",
        deployment("", "", ""),
        deployment("replicas: 2", "", "")
    ));
    assert_eq!(
        names(&twins),
        ["shop/Deployment/api", "shop/Deployment/api@in.yaml:12"]
    );
}

#[test]
fn folders() {
    let good = deployment("", "", "");
    let files = folder(&[
        ("a/api.yaml", &good),
        ("a/broken.yml", "apiVersion: v1\nkind: Pod\n\tx: 1\n"),
        ("values.yaml", "replicas: 1\n"),
        ("package.json", "{\"name\": \"x\", // no\n}"),
        ("notes.txt", "kind: none"),
        (
            ".hidden/pod.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: h}\nspec: {containers: [{name: c}]}\n",
        ),
        (".gitignore", "a/\n"),
    ]);
    let collected = read_folder(files.path());
    assert_eq!(names(&collected), ["shop/Deployment/api"]);
    check_unassessed(&collected, "broken.yml:2:7: not valid YAML");
    let summary = &fact(&collected, "manifests manifests").value;
    assert_eq!(summary["files"], json!(4));
    assert_eq!(summary["ignored"].as_array().unwrap().len(), 2);
    for (path, part) in [
        (files.path().join("missing"), "no such file or folder"),
        (files.path().join("values.yaml"), "no Kubernetes object"),
        (folder(&[]).path().to_path_buf(), "no"),
    ] {
        check_unassessed(&read_folder(&path), part);
    }
}

#[test]
fn charts_and_kustomizations_are_not_what_they_will_become() {
    let good = deployment("", "", "");
    let chart = folder(&[
        ("c/Chart.yaml", "apiVersion: v2\nname: c\n"),
        (
            "c/templates/a.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"{{ .Release.Name }}\"}\n",
        ),
        ("c/templates/b.yaml", &good),
    ]);
    let collected = read_folder(chart.path());
    check_unassessed(&collected, "run `helm template`");
    assert_eq!(names(&collected), ["shop/Deployment/api"]);

    let plain = folder(&[
        ("kustomization.yaml", "resources: [api.yaml]\n"),
        ("api.yaml", &good),
    ]);
    assert_eq!(read_folder(plain.path()).unassessed, []);
    let patched = folder(&[
        (
            "kustomization.yaml",
            "resources: [api.yaml]\npatches: [{path: p.yaml}]\n",
        ),
        ("api.yaml", &good),
        (
            "p.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api, namespace: shop}\nspec: {replicas: 9}\n",
        ),
    ]);
    let collected = read_folder(patched.path());
    check_unassessed(&collected, "changes its resources (patches)");
    assert_eq!(names(&collected), ["shop/Deployment/api"]);
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_outside() {
    let outside = folder(&[(
        "secret.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: o}\n",
    )]);
    let files = folder(&[("api.yaml", &deployment("", "", ""))]);
    let target = outside.path().join("secret.yaml");
    std::os::unix::fs::symlink(target, files.path().join("link.yaml")).unwrap();
    let collected = read_folder(files.path());
    check_unassessed(&collected, "leads outside the folder");
    assert_eq!(names(&collected), ["shop/Deployment/api"]);
}

#[test]
fn an_account_that_was_not_seen_is_unknown() {
    let text = deployment("", "serviceAccountName: sa", "");
    let collected = read(&text);
    let unknown = &fact(&collected, "workload shop/Deployment/api").unknown;
    assert!(unknown.contains_key("service_account.token_mounted"));
    check(
        &text,
        "workload shop/Deployment/api",
        "/service_account/found",
        json!(false),
    );
    let labels = &fact(&collected, "namespace shop").unknown;
    assert!(labels.contains_key("labels") && labels.contains_key("enforce_level"));
}

#[test]
fn every_file_of_the_corpora_is_accounted_for() {
    let corpora: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(3)
        .unwrap()
        .join("shared/corpora/kubernetes");
    if !corpora.is_dir() {
        println!("skipped: {} is not there", corpora.display());
        return;
    }
    let mut seen = 0;
    for entry in ignore::Walk::new(&corpora).flatten() {
        let is_yaml = entry
            .path()
            .extension()
            .is_some_and(|e| e == "yaml" || e == "yml");
        if !is_yaml {
            continue;
        }
        seen += 1;
        let collected = read_folder(entry.path());
        let summary = &fact(&collected, "manifests manifests").value;
        let ignored = summary["ignored"].as_array().map_or(0, Vec::len);
        let known = summary["objects"] != json!(0) || ignored > 0;
        assert!(
            known || !collected.unassessed.is_empty(),
            "{}",
            entry.path().display()
        );
    }
    assert!(seen > 500, "{seen} files");
}

proptest! {
    #[test]
    fn nothing_panics(words in prop::collection::vec(prop_oneof![
        Just("apiVersion: v1\n"), Just("kind: Pod\n"), Just("kind: List\n"), Just("items:\n- "),
        Just("metadata: {name: x}\n"), Just("spec:\n"), Just("  containers:\n"), Just("  - name: c\n"),
        Just("---\n"), Just("  replicas: -9223372036854775808\n"), Just("{{"), Just("null\n"),
        Just("    resources: {limits: {cpu: 99999999999999999E}}\n"), Just("\t"), Just("- []\n"),
    ], 0..14)) {
        let collected = read(&words.concat());
        prop_assert!(collected.facts.len() + collected.unassessed.len() > 0);
    }
}
