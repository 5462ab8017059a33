//! Kubernetes objects of the kinds, and in the shares, that repositories of manifests hold: always the
//! same for the same numbers. Objects of one number belong together: the Service and the autoscaler of a
//! Deployment, the account of its pods. Some are sound, some lack what probes ask for.

mod templates;

use std::fmt::Write as _;
use std::io;
use std::path::Path;
use templates::{CONTAINER, KINDS, LIMITS, POD, PROBES, SECURITY};

/// Objects of a namespace.
const NEIGHBOURS: usize = 40;

/// A number that shares no factor with the sum of the shares, so that kinds come mixed.
const STRIDE: usize = 389;

/// The manifest of object `number`.
#[must_use]
pub fn manifest(number: usize) -> String {
    let all: usize = KINDS.iter().map(|(share, _)| share).sum();
    let mut place = number % all * STRIDE % all;
    let mut text = "";
    for (share, template) in KINDS {
        if place < *share {
            text = template;
            break;
        }
        place -= share;
    }
    // Each round has numbers of its own.
    let most = KINDS
        .iter()
        .map(|(share, _)| *share)
        .max()
        .unwrap_or_default();
    let number = number / all * most + place;
    filled(text, number)
}

fn filled(template: &str, number: usize) -> String {
    let chosen = |every: usize, text: &'static str| {
        if number.is_multiple_of(every) {
            text
        } else {
            ""
        }
    };
    let second = chosen(4, CONTAINER).replace("%c", "sidecar");
    let pod = POD.replace("%containers", &(CONTAINER.replace("%c", "main") + &second));
    let pod = pod
        .replace("%limits", chosen(2, LIMITS))
        .replace("%probes", chosen(3, PROBES))
        .replace("%security", chosen(5, SECURITY));
    let mut text = String::new();
    for line in template.lines() {
        match line.split_once("%pod") {
            Some((indent, _)) => {
                for line in pod.lines() {
                    // Writing to a String does not fail.
                    let _ = writeln!(text, "{indent}{line}");
                }
            }
            None => {
                let _ = writeln!(text, "{line}");
            }
        }
    }
    text.replace("%k", &number.to_string())
        .replace("%n", &(number / NEIGHBOURS).to_string())
}

/// Writes `objects` manifests to `files` files below `folder`, several to a file. The bytes written.
///
/// # Errors
///
/// When a file cannot be written.
pub fn write(folder: &Path, objects: usize, files: usize) -> io::Result<usize> {
    std::fs::create_dir_all(folder)?;
    let mut bytes = 0;
    for file in 0..files {
        let (first, end) = (file * objects / files, (file + 1) * objects / files);
        let parts: Vec<String> = (first..end).map(manifest).collect();
        let text = parts.join("---\n");
        bytes += text.len();
        std::fs::write(folder.join(format!("{file:06}.yaml")), text)?;
    }
    Ok(bytes)
}
