//! Archives of manifests: whole, cut, hostile and swelling.

use crate::support::*;
use flate2::Compression;
use flate2::write::GzEncoder;
use seaworthy_collect_kube::ManifestSource;
use std::io::Write as _;
use std::path::{Path, PathBuf};

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: NAME}\nspec: {containers: [{name: c, image: x}]}\n";

fn pod(name: &str) -> Vec<u8> {
    POD.replace("NAME", name).into_bytes()
}

fn tar(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, content) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len().try_into().unwrap());
        header.set_mode(0o644);
        // `set_path` would refuse what a hostile archive holds.
        let field = header.as_old_mut().name.iter_mut();
        field.zip(name.bytes()).for_each(|(to, from)| *to = from);
        header.set_cksum();
        builder.append(&header, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in entries {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(*name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn kept(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// The names of the workloads that an archive brings, and why something was not read.
fn read(path: &Path) -> (Vec<String>, String) {
    let collected = read_source(ManifestSource::Path(path.to_owned()));
    let workloads = collected
        .facts
        .iter()
        .filter(|fact| fact.subject.kind == "workload");
    let mut names: Vec<String> = workloads.map(|fact| fact.subject.name.clone()).collect();
    names.sort();
    let details: Vec<&str> = collected
        .unassessed
        .iter()
        .map(|one| one.detail.as_str())
        .collect();
    (names, details.join("\n"))
}

#[test]
fn each_packing_is_read_like_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (pod("a"), pod("b"));
    let entries: &[(&str, &[u8])] = &[
        ("./k8s/a.yaml", &a),
        ("k8s/deep/b.yml", &b),
        ("k8s/readme.md", b"kind: no manifest"),
        (".git/c.yaml", &a),
    ];
    for (name, bytes) in [
        ("k.tar", tar(entries)),
        ("k.tar.gz", gz(&tar(entries))),
        ("k.TGZ", gz(&tar(entries))),
        ("k.zip", zip(entries)),
    ] {
        let (names, trouble) = read(&kept(folder.path(), name, &bytes));
        assert_eq!(
            names,
            ["default/Pod/a", "default/Pod/b"],
            "{name}: {trouble}"
        );
        assert_eq!(trouble, "", "{name}");
    }
}

#[test]
fn what_is_cut_or_broken_is_told_and_what_came_before_stays() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (pod("a"), pod("b"));
    let whole = tar(&[("a.yaml", &a), ("b.yaml", &b)]);
    let packed = gz(&whole);
    for (name, bytes, read_before) in [
        // Between the entries, within one, and without the empty blocks at the end.
        ("between.tar", &whole[..1024], true),
        ("within.tar", &whole[..1100], true),
        ("end.tar", &whole[..2048], true),
        ("cut.tgz", &packed[..packed.len() - 20], false),
        (
            "garbage.zip",
            &b"PK\x03\x04 and nothing of the kind"[..],
            false,
        ),
        ("garbage.tgz", &b"no gzip"[..], false),
        ("empty.tar", &b""[..], false),
    ] {
        let (names, trouble) = read(&kept(folder.path(), name, bytes));
        assert!(
            trouble.contains("the archive is broken or cut"),
            "{name}: {trouble}"
        );
        if read_before {
            assert!(
                names.contains(&"default/Pod/a".to_owned()),
                "{name}: {names:?}"
            );
        }
    }
}

#[test]
fn no_entry_leads_out_of_the_archive_or_is_left_out_in_silence() {
    let folder = tempfile::tempdir().unwrap();
    let a = pod("a");
    for name in ["../out.yaml", "/etc/out.yaml", "k/../../out.yaml"] {
        let (names, trouble) = read(&kept(folder.path(), "out.tar", &tar(&[(name, &a)])));
        assert!(
            names.is_empty() && trouble.contains("leads outside"),
            "{name}: {trouble}"
        );
    }
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    builder
        .append_link(&mut header, "link.yaml", "/etc/passwd")
        .unwrap();
    let link = builder.into_inner().unwrap();
    let (_, trouble) = read(&kept(folder.path(), "link.tar", &link));
    assert!(trouble.contains("it is a link"), "{trouble}");
}

#[test]
fn an_archive_that_swells_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let big = vec![b'#'; 40 << 20];
    let a = pod("a");
    let bytes = gz(&tar(&[("a.yaml", &a), ("big.yaml", &big)]));
    let (names, trouble) = read(&kept(folder.path(), "bomb.tgz", &bytes));
    assert_eq!(names, ["default/Pod/a"]);
    assert!(
        trouble.contains("big.yaml: it has") && trouble.contains("split it"),
        "{trouble}"
    );
}

#[test]
fn templates_of_a_chart_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let template = POD.replace("NAME", "{{ .Release.Name }}").into_bytes();
    let entries: &[(&str, &[u8])] = &[
        (
            "shop/Chart.yaml",
            b"apiVersion: v2\nname: shop\nversion: 1.0.0\n",
        ),
        ("shop/templates/pod.yaml", &template),
    ];
    let (names, trouble) = read(&kept(folder.path(), "shop.tgz", &gz(&tar(entries))));
    assert!(names.is_empty());
    assert!(
        trouble.contains("is a Helm template that is not rendered"),
        "{trouble}"
    );
}
