//! The crate of a new collector. Its source is `collector_template.rs`, which the tests of this
//! package compile and run, so that it keeps in step with the trait.

use std::path::Path;

use anyhow::{Result, bail};

use super::{is_name, lay_out};

/// Where the binary lists its collectors.
const REGISTRY: &str = "crates/cli/src/setup.rs";

const TEMPLATE: &str = include_str!("collector_template.rs");

/// Lays out `crates/collect-<name>` and says what comes next.
pub(crate) fn run(root: &Path, name: &str) -> Result<()> {
    if !is_name(name, '-') {
        bail!("`{name}` is no name of a collector; wanted are lower-case words, as in `data`");
    }
    let folder = format!("crates/collect-{name}");
    let files = [
        ("Cargo.toml", manifest(name)),
        ("src/lib.rs", library(name)),
    ];
    lay_out(root, &folder, &files)?;
    let (package, module) = (format!("seaworthy-collect-{name}"), snake(name));
    println!("\nNext:");
    println!(
        "1. In Cargo.toml, under [workspace.dependencies]: {package} = {{ path = \"{folder}\" }}"
    );
    println!("2. In crates/cli/Cargo.toml, under [dependencies]: {package}.workspace = true");
    println!(
        "3. In `registry` of {REGISTRY}, add to the collectors: seaworthy_collect_{module}::collectors()"
    );
    println!("   and to the kinds: seaworthy_collect_{module}::target_kinds()");
    println!("4. In {folder}/src/lib.rs: say what is looked at, and look.");
    println!(
        "5. `cargo xtask gen` writes the page of its facts; `cargo xtask tidy` finds what is left to write."
    );
    Ok(())
}

fn manifest(name: &str) -> String {
    format!(
        "\
[package]
name = \"seaworthy-collect-{name}\"
description = \"{}: what it looks at, in a line\"
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
publish.workspace = true

[lints]
workspace = true

[dependencies]
schemars.workspace = true
seaworthy-collect.workspace = true
seaworthy-model.workspace = true
serde.workspace = true
serde_json.workspace = true

[dev-dependencies]
tokio.workspace = true
",
        super::REPLACE
    )
}

fn library(name: &str) -> String {
    TEMPLATE
        .replace("Example", &camel(name))
        .replace("example/", &format!("{name}/"))
        .replace("example", &snake(name))
}

fn snake(name: &str) -> String {
    name.replace('-', "_")
}

/// The words of a name, each with a capital, joined: a name of a type.
fn camel(name: &str) -> String {
    let capital = |word: &str| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_ascii_uppercase() + rest
    };
    name.split('-').map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo;

    #[test]
    fn the_registry_is_where_the_author_is_sent() {
        let root = repo::root().unwrap();
        let registry = repo::text(&root, Path::new(REGISTRY)).unwrap().unwrap();
        for call in ["_web::collectors()", "_web::target_kinds()"] {
            assert!(registry.contains(call), "{call}");
        }
    }

    #[test]
    fn touches_its_own_crate_and_names_everything_after_it() {
        let root = tempfile::tempdir().unwrap();
        run(root.path(), "object-store").unwrap();
        let found = repo::files(root.path()).unwrap();
        let files =
            ["Cargo.toml", "src/lib.rs"].map(|file| format!("crates/collect-object-store/{file}"));
        assert_eq!(found, files.map(std::path::PathBuf::from));
        let library = repo::text(root.path(), &found[1]).unwrap().unwrap();
        assert!(library.contains("struct ObjectStore {"), "{library}");
        assert!(library.contains("\"object-store/"), "{library}");
        assert!(!library.to_lowercase().contains("example"), "{library}");
        let error = run(root.path(), "object-store").unwrap_err().to_string();
        assert!(error.starts_with("crates/collect-object-store is there already"));
        assert!(run(root.path(), "Object_Store").is_err());
    }
}
