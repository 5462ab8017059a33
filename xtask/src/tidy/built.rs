//! Rule for what is built at all: one provider of cryptography. Two versions of one crate are
//! refused by `deny.toml`.
//!
//! This asks `cargo tree` and not `cargo metadata`, which also lists crates that only a weak
//! feature names (`ring?/std`) and that are never built.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::Fault;
use crate::run;

/// What no program of this workspace may contain, with the reason.
const NOWHERE: &[(&str, &str)] = &[
    ("ring", "aws-lc-rs is the one provider of rustls"),
    ("openssl-sys", "rustls is the one implementation of TLS"),
    ("native-tls", "rustls is the one implementation of TLS"),
];

/// The names of all packages that are built on any platform, tests included.
pub(super) fn read(root: &Path) -> Result<BTreeSet<String>> {
    let arguments = ["tree", "--locked", "--workspace", "--target", "all"];
    let output = run::cargo(root)
        .args(arguments)
        .args(["--prefix", "none", "--format", "{p}"])
        .output()
        .context("failed to start `cargo tree`")?;
    if !output.status.success() {
        bail!(
            "`cargo tree` failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let names = text
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    Ok(names.map(str::to_owned).collect())
}

pub(super) fn check(built: &BTreeSet<String>) -> Vec<Fault> {
    let found = NOWHERE.iter().filter(|(name, _)| built.contains(*name));
    found
        .map(|(name, reason)| Fault::new(name, format!("must not be built: {reason}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_provider_is_a_fault() {
        let built = ["rustls", "ring"].map(str::to_owned).into();
        let faults = check(&built);
        assert_eq!(faults.len(), 1);
        assert_eq!(
            faults[0].to_string(),
            "ring: must not be built: aws-lc-rs is the one provider of rustls"
        );
    }

    #[test]
    fn what_is_built_is_read() {
        let built = read(&crate::repo::root().unwrap()).unwrap();
        for name in ["rustls", "aws-lc-rs", "seaworthy-model", "xtask"] {
            assert!(built.contains(name), "{name} is not among {built:?}");
        }
    }
}
