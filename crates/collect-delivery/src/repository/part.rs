//! A part of a checkout's files: what each holds of markers, secrets, variables and settings. Parts are
//! read by as many threads as there are cores, and put together in the order of the files.

use super::comments::{comments, is_data, language, unread};
use super::facts::{CodeMarkers, Setting};
use super::variables::Variables;
use super::walk::{self, Entry};
use super::{secrets, settings, text};
use crate::documents::{Document, read_document};
use regex::Regex;
use seaworthy_yaml::{Dialect, Limits};
use std::collections::BTreeMap;
use std::io::Read as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, OnceLock};

/// The largest file that is read.
pub(super) const LARGEST: u64 = 16 << 20;
/// The most findings of a kind that are told of.
pub(super) const MOST: usize = 50;
/// How many files make a part.
const FILES: usize = 64;
/// The most threads.
const THREADS: usize = 8;

/// What some files hold.
#[derive(Default)]
pub(super) struct Part {
    /// How many of them are text.
    pub(super) files: i64,
    pub(super) markers: CodeMarkers,
    /// Secrets with the files that hold them.
    pub(super) secrets: Vec<(String, secrets::Found)>,
    pub(super) manifests: i64,
    pub(super) plain_secrets: Vec<String>,
    pub(super) variables: Variables,
    pub(super) settings: Vec<Setting>,
    pub(super) holes: Vec<String>,
    /// Files of which it is not known what they hold for Kubernetes.
    pub(super) unread: Vec<String>,
    /// Languages whose comments are not told from code, with the first file of each.
    pub(super) foreign: BTreeMap<&'static str, String>,
}

/// How many threads to work with.
pub(super) fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, |cores| cores.get().min(THREADS))
}

/// Reads files, part by part.
pub(super) fn parts(files: &[Entry]) -> Vec<Part> {
    let chunks: Vec<&[Entry]> = files.chunks(FILES).collect();
    let done: Vec<OnceLock<Part>> = chunks.iter().map(|_| OnceLock::new()).collect();
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..threads().min(chunks.len()) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let (Some(chunk), Some(place)) = (chunks.get(index), done.get(index)) else {
                        break;
                    };
                    // Each index is given out once, so the place is free.
                    drop(place.set(Part::of(chunk)));
                }
            });
        }
    });
    done.into_iter().filter_map(OnceLock::into_inner).collect()
}

impl Part {
    fn of(files: &[Entry]) -> Self {
        let mut part = Self {
            settings: settings::none(),
            ..Self::default()
        };
        files.iter().for_each(|entry| part.file(entry));
        part
    }

    /// Puts the part that follows behind this one.
    pub(super) fn append(&mut self, next: Self) {
        self.files += next.files;
        self.markers.files += next.markers.files;
        self.markers.markers += next.markers.markers;
        self.markers.found.extend(next.markers.found);
        self.markers.found.truncate(MOST);
        self.secrets.extend(next.secrets);
        self.manifests += next.manifests;
        self.plain_secrets.extend(next.plain_secrets);
        self.plain_secrets.truncate(MOST);
        self.variables.append(next.variables);
        settings::append(&mut self.settings, next.settings);
        self.holes.extend(next.holes);
        self.unread.extend(next.unread);
        for (language, file) in next.foreign {
            self.foreign.entry(language).or_insert(file);
        }
    }

    fn file(&mut self, entry: &Entry) {
        if entry.size > LARGEST {
            if is_large_binary(entry) {
                return;
            }
            self.holes.push(format!(
                "too large: {} has {} bytes, at most {LARGEST} are read",
                entry.name, entry.size
            ));
            return;
        }
        let bytes = match std::fs::read(&entry.path) {
            Ok(bytes) => bytes,
            Err(error) => {
                let path = entry.path.display();
                self.holes.push(format!("failed to read {path}: {error}"));
                return;
            }
        };
        let bytes = text::decoded(&bytes);
        if text::is_binary(&bytes) {
            return;
        }
        self.files += 1;
        secrets::find(&bytes, secrets::Source::of(&entry.name), |one| {
            self.secrets.push((entry.name.clone(), one));
        });
        if walk::is_vendored(&entry.name) || walk::is_test(&entry.name) {
            return;
        }
        let text = String::from_utf8_lossy(&bytes);
        let text = walk::without_tests(&entry.name, &text);
        self.code(entry, &text);
        if settings::is_configuration(&entry.name) {
            settings::read(&entry.name, &text, &mut self.settings);
        }
        self.environment(entry, &bytes, &text);
    }

    fn code(&mut self, entry: &Entry, text: &str) {
        /// In small letters too, where a colon, a bracket or an at sign leaves no doubt.
        static MARKER: LazyLock<Option<Regex>> = LazyLock::new(|| {
            Regex::new(
                r"\b(?:TODO|FIXME|HACK)\b|(?i-u:\b(?:todo|fixme|hack)[:(]|@(?:todo|fixme)\b)",
            )
            .ok()
        });
        /// The words alone, which are found without looking at each character.
        static WORDS: LazyLock<Option<Regex>> =
            LazyLock::new(|| Regex::new("(?i-u:todo|fixme|hack)").ok());
        if let Some(language) = unread(&entry.name) {
            let file = || entry.name.clone();
            self.foreign.entry(language).or_insert_with(file);
        }
        let (Some(language), Some(marker)) = (language(&entry.name), MARKER.as_ref()) else {
            return;
        };
        if walk::is_generated(text) {
            return;
        }
        self.markers.files += i64::from(!is_data(&entry.name));
        // Most files hold none of the words, and need not be taken apart.
        if !WORDS.as_ref().is_some_and(|words| words.is_match(text)) {
            return;
        }
        comments(language, text, |line, comment| {
            if marker.is_match(comment) {
                self.markers.markers += 1;
                if self.markers.found.len() < MOST {
                    let text: String = comment.trim().chars().take(120).collect();
                    let found = format!("{}:{line}: {text}", entry.name);
                    self.markers.found.push(found);
                }
            }
        });
    }

    fn environment(&mut self, entry: &Entry, bytes: &[u8], text: &str) {
        let lower = entry.name.to_lowercase();
        let file = lower.rsplit('/').next().unwrap_or(&lower);
        let end = file.rsplit_once('.').map_or("", |(_, end)| end);
        if file.starts_with(".env") || end == "env" {
            self.variables.env_file(&entry.name, text);
        } else if end == "yaml" || end == "yml" {
            self.yaml(entry, bytes, text);
        } else if let Some(document) = read_document(&entry.name, text) {
            let document: Document = document;
            self.variables.document(&entry.name, &document);
        } else {
            self.variables.code(&entry.name, text);
        }
    }

    fn yaml(&mut self, entry: &Entry, bytes: &[u8], text: &str) {
        let parsed = seaworthy_yaml::parse(bytes, Dialect::Core, &Limits::default());
        // A template that is still to be filled in is no YAML yet.
        if let Some(problem) = parsed.problems.first().filter(|_| !text.contains("{{")) {
            self.unread.push(format!(
                "not understood: {}:{}: {}",
                entry.name, problem.position.line, problem.message
            ));
        }
        let mut holds_objects = false;
        for document in &parsed.documents {
            let value = document.value();
            self.variables.data(&entry.name, value);
            holds_objects |= value.get("apiVersion").is_some() && value.get("kind").is_some();
            self.plain_secret(entry, value);
        }
        self.manifests += i64::from(holds_objects);
    }

    /// A Secret with data in plain text; one that SOPS has encrypted says so.
    fn plain_secret(&mut self, entry: &Entry, value: &serde_json::Value) {
        let text = |pointer: &str| value.pointer(pointer).and_then(serde_json::Value::as_str);
        let filled = ["data", "stringData"].iter().any(|field| {
            let data = value.get(*field).and_then(serde_json::Value::as_object);
            data.is_some_and(|data| !data.is_empty())
        });
        if text("/apiVersion") == Some("v1")
            && text("/kind") == Some("Secret")
            && filled
            && value.get("sops").is_none()
        {
            let name = text("/metadata/name").unwrap_or("unnamed");
            if self.plain_secrets.len() < MOST {
                self.plain_secrets.push(format!("{}: {name}", entry.name));
            }
        }
    }
}

/// Whether a file that is too large to be read is none that would be looked at.
fn is_large_binary(entry: &Entry) -> bool {
    let mut head = Vec::new();
    let file = std::fs::File::open(&entry.path);
    let read = file.and_then(|file| file.take(16_000).read_to_end(&mut head));
    read.is_ok() && text::is_binary(&text::head(&head))
}
