//! The files that a group's patterns name.

use super::target::Group;
use globset::{GlobBuilder, GlobMatcher};
use ignore::WalkBuilder;
use std::path::{Path, PathBuf};

/// The most files of one group.
const MOST: usize = 20_000;

/// What a group's patterns name.
#[derive(Debug, Default)]
pub(crate) struct Listed {
    /// The files, in the order of their paths, once each.
    pub(crate) files: Vec<PathBuf>,
    /// What could not be listed, a sentence each.
    pub(crate) holes: Vec<String>,
}

/// Lists the files of a group.
pub(crate) fn list(group: &Group) -> Listed {
    let mut listed = Listed::default();
    for pattern in &group.patterns {
        let before = listed.files.len();
        if pattern.contains(['*', '?', '[', '{']) {
            glob(&group.root, pattern, &mut listed);
        } else {
            let path = group.root.join(pattern);
            if path.is_file() {
                listed.files.push(path);
            } else if path.is_dir() {
                listed.holes.push(format!(
                    "{} is a folder; name files, or write {}/**",
                    path.display(),
                    pattern.trim_end_matches('/')
                ));
                continue;
            }
        }
        if listed.files.len() == before {
            listed.holes.push(format!(
                "nothing seen: no file is named {}",
                group.root.join(pattern).display()
            ));
        }
    }
    listed.files.sort();
    listed.files.dedup();
    if listed.files.len() > MOST {
        listed.files.truncate(MOST);
        listed
            .holes
            .push(format!("too large: there are more than {MOST} files"));
    }
    listed
}

fn glob(root: &Path, pattern: &str, listed: &mut Listed) {
    let matcher = match matcher(pattern) {
        Ok(matcher) => matcher,
        Err(error) => {
            listed
                .holes
                .push(format!("{pattern:?} is no glob: {error}"));
            return;
        }
    };
    // Only the part without wildcards is walked, so that a report's folder is all that is read.
    let fixed: PathBuf = Path::new(pattern)
        .components()
        .take_while(|part| {
            !part
                .as_os_str()
                .to_string_lossy()
                .contains(['*', '?', '[', '{'])
        })
        .collect();
    let start = root.join(&fixed);
    if !start.exists() {
        return;
    }
    let walk = WalkBuilder::new(&start)
        .standard_filters(false)
        .follow_links(false)
        .build();
    for entry in walk {
        match entry {
            Ok(entry) => {
                let path = entry.path();
                let within = path.strip_prefix(root).unwrap_or(path);
                if entry.file_type().is_some_and(|kind| kind.is_file()) && matcher.is_match(within)
                {
                    listed.files.push(path.to_owned());
                    if listed.files.len() > 2 * MOST {
                        break;
                    }
                }
            }
            Err(error) => listed.holes.push(format!("failed to read {error}")),
        }
    }
}

fn matcher(pattern: &str) -> Result<GlobMatcher, globset::Error> {
    let pattern = pattern.trim_start_matches("./");
    GlobBuilder::new(pattern)
        .literal_separator(true)
        .build()
        .map(|glob| glob.compile_matcher())
}
