//! The built-in probes and configuration, embedded in the binary.
//!
//! Every file below `probes/<family>/` and `config/` is here by its path; adding one needs no
//! registration. What the files mean is left to the catalog and its callers. The package reaches
//! for `config/` outside its own folder, which packaging for a registry would not allow; the
//! workspace is not published to one.

include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// The files of the built-in probes by path, sorted: `k8s/hpa-min-replicas/probe.yaml` and the
/// cases beside it.
pub fn probes() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    PROBES.iter().copied()
}

/// What `seaworthy probes list --format json` prints of the built-in probes. Generated from them
/// by `cargo xtask gen`, so that listing them need not compile them.
#[must_use]
pub fn index() -> &'static str {
    include_str!("../index.json")
}

/// A configuration file by its path within `config/`, such as `checklists/production.md`.
#[must_use]
pub fn config(path: &str) -> Option<&'static [u8]> {
    let index = CONFIG
        .binary_search_by(|(name, _)| (*name).cmp(path))
        .ok()?;
    CONFIG.get(index).map(|(_, bytes)| *bytes)
}

/// The configuration files below a folder of `config/`, sorted by path; `bindings` gives
/// `bindings/database.yaml` and so on.
pub fn config_dir(folder: &str) -> impl Iterator<Item = (&'static str, &'static [u8])> {
    let folder = folder.trim_end_matches('/');
    CONFIG.iter().copied().filter(move |(path, _)| {
        let rest = path.strip_prefix(folder);
        folder.is_empty() || rest.is_some_and(|rest| rest.starts_with('/'))
    })
}

#[cfg(test)]
mod tests {
    use super::{config, config_dir, probes};
    use std::path::Path;

    fn on_disk(root: &Path, folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                on_disk(root, &path, found);
            } else {
                let within = path.strip_prefix(root).unwrap();
                found.push(within.to_str().unwrap().replace('\\', "/"));
            }
        }
    }

    #[test]
    fn every_file_is_here() {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut files = Vec::new();
        on_disk(package, package, &mut files);
        files.retain(|path| path.ends_with(".yaml"));
        files.sort();
        let embedded: Vec<&str> = probes().map(|(path, _)| path).collect();
        let embedded: Vec<&str> = embedded
            .into_iter()
            .filter(|path| path.ends_with(".yaml"))
            .collect();
        assert_eq!(embedded, files);
        assert!(embedded.iter().all(|path| !path.starts_with("src/")));
    }

    #[test]
    fn configuration_is_found_by_path_and_folder() {
        let all: Vec<&str> = config_dir("").map(|(path, _)| path).collect();
        assert!(all.is_sorted());
        for path in &all {
            assert!(config(path).is_some(), "{path}");
            if let Some((folder, _)) = path.rsplit_once('/') {
                assert!(config_dir(folder).any(|(found, _)| found == *path));
            }
        }
        assert_eq!(config("no/such/file"), None);
        assert_eq!(config_dir("bindin").count(), 0);
    }
}
