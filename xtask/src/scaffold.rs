//! Folders for new probes and collectors, laid out so that they load and show up in the tests
//! at once. What is left for their author carries [`REPLACE`], which `tidy` refuses.

pub(crate) mod collector;
pub(crate) mod probe;

#[cfg(test)]
#[expect(
    unreachable_pub,
    reason = "a crate of its own once it is laid out; here it is only compiled and tested"
)]
mod collector_template;

use std::path::Path;

use anyhow::{Result, bail};

use crate::repo;

/// Stands where the author has to write.
pub(crate) const REPLACE: &str = "REPLACE-ME";

/// Writes the files of a new folder; one that is there already is not touched.
fn lay_out(root: &Path, folder: &str, files: &[(&str, String)]) -> Result<()> {
    if root.join(folder).exists() {
        bail!("{folder} is there already; choose another name, or remove it first");
    }
    for (file, text) in files {
        repo::write(&root.join(folder).join(file), text)?;
        println!("{folder}/{file}");
    }
    Ok(())
}

/// Whether a text is lower-case words of letters and digits, joined by `joint`.
fn is_name(text: &str, joint: char) -> bool {
    let word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    text.starts_with(|first: char| first.is_ascii_lowercase()) && text.split(joint).all(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_lower_case_words() {
        for good in ["k8s", "hpa-min-replicas", "tls13-offered"] {
            assert!(is_name(good, '-'), "{good}");
        }
        for bad in ["", "-a", "a-", "a--b", "A", "8a", "a_b", "../a", "a/b", "é"] {
            assert!(!is_name(bad, '-'), "{bad}");
        }
        assert!(is_name("tls_endpoint", '_') && !is_name("tls-endpoint", '_'));
    }
}
