//! Whether the diagrams of a document are older than what they show, by the history of the checkout.

use super::facts::DocumentFact;
use super::review::{self, Said};
use super::shelf::Shelf;
use super::text::{Document, Section};
use super::{dates, links};
use crate::repository::target::{Files, Spec};
use crate::repository::walk;
use globset::GlobSet;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The most diagrams that are told of.
const MOST: usize = 20;
/// What pictures are drawn from, by the end of the name; such a file dates a picture that is not kept.
const SOURCES: [&str; 9] = [
    "drawio",
    "puml",
    "plantuml",
    "mmd",
    "d2",
    "dot",
    "dsl",
    "excalidraw",
    "vsdx",
];
/// Folders that documents and pictures are kept in: what they show is what these folders stand beside.
const KEPT_IN: [&str; 14] = [
    "docs",
    "doc",
    "documentation",
    "wiki",
    "architecture",
    "design",
    "diagrams",
    "diagram",
    "images",
    "image",
    "img",
    "assets",
    "media",
    "pictures",
];
/// Files that no diagram shows unless it says so.
const NOT_SHOWN: [&str; 14] = [
    "md", "markdown", "adoc", "asciidoc", "rst", "txt", "png", "svg", "jpg", "jpeg", "gif", "webp",
    "lock", "sum",
];

/// The pictures of a document's sections that lie in the repository, with the sources beside them.
pub(super) fn files(root: &Path, file: &str, document: &Document) -> BTreeSet<String> {
    let pictures = document.sections.iter().flat_map(|one| &one.pictures);
    let inside = pictures.filter_map(|link| inside(file, link));
    inside
        .flat_map(|picture| with_sources(root, &picture))
        .collect()
}

fn inside(file: &str, link: &str) -> Option<String> {
    let path = link.split(['?', '#']).next().unwrap_or_default();
    let is_path = !path.is_empty() && !path.contains("://") && !path.starts_with("data:");
    links::target(file, path).filter(|_| is_path)
}

fn with_sources(root: &Path, picture: &str) -> Vec<String> {
    let stem = picture.rsplit_once('.').map_or(picture, |(stem, _)| stem);
    let sources = SOURCES
        .iter()
        .flat_map(|end| [format!("{stem}.{end}"), format!("{picture}.{end}")]);
    let there = sources.filter(|source| root.join(source).is_file());
    std::iter::once(picture.to_owned()).chain(there).collect()
}

/// Where a diagram is, and the files that it lies in.
struct Diagram {
    place: String,
    files: Vec<String>,
}

/// What the diagrams show.
enum Shown {
    Told(GlobSet),
    /// Whatever lies in the folder; the whole repository for an empty name.
    Folder(String),
}

impl Shown {
    fn holds(&self, file: &str) -> bool {
        match self {
            Self::Told(globs) => globs.is_match(file),
            Self::Folder(folder) => {
                let name = file.rsplit('/').next().unwrap_or(file);
                let end = name.rsplit_once('.').map_or("", |(_, end)| end);
                let within = folder.is_empty() || file.starts_with(&format!("{folder}/"));
                let is_aside = NOT_SHOWN.contains(&end)
                    || SOURCES.contains(&end)
                    || file.split('/').any(|part| part.starts_with('.'));
                within && !is_aside && !walk::is_test(file) && !walk::is_vendored(file)
            }
        }
    }
}

/// Tells of the diagrams of `sections`, which are a part of `document` in `file`.
pub(super) fn tell(
    fact: &mut DocumentFact,
    unknown: &mut BTreeMap<String, String>,
    spec: &Spec,
    shelf: &Shelf,
    (file, document, sections): (&str, &Document, &[Section]),
    as_of: Timestamp,
) {
    let root = spec.root();
    let diagrams = diagrams(&root, file, sections);
    if diagrams.is_empty() {
        return;
    }
    let told = told(spec, &fact.rule, document);
    let mut worst = 0;
    for diagram in &diagrams {
        let shown = match &told {
            Some(globs) => Shown::Told(walk::globs(globs)),
            None => Shown::Folder(folder(diagram.files.first().map_or(file, String::as_str))),
        };
        let named = match (&told, &shown) {
            (Some(globs), _) => globs.clone(),
            (None, Shown::Folder(folder)) if !folder.is_empty() => vec![format!("{folder}/")],
            _ => vec!["./".to_owned()],
        };
        fact.diagrams_show.extend(named);
        match behind(&root, shelf, diagram, &shown, document, as_of) {
            Ok(None) => {}
            Ok(Some((days, text))) => {
                worst = worst.max(days);
                fact.diagrams_behind.push(text);
            }
            Err(why) => drop(
                unknown
                    .entry("diagrams_behind_days".to_owned())
                    .or_insert(why),
            ),
        }
    }
    fact.diagrams_show.sort();
    fact.diagrams_show.dedup();
    fact.diagrams_behind.truncate(MOST);
    fact.diagrams_behind_days = Some(worst);
}

/// What the configuration or the front matter says that the diagrams show.
fn told(spec: &Spec, rule: &str, document: &Document) -> Option<Vec<String>> {
    if let Some(globs) = spec.shows.get(rule) {
        return Some(Files::list(globs));
    }
    let text = document.front.get("shows")?.trim_matches(['[', ']']);
    let globs = text
        .split(',')
        .map(|glob| glob.trim().trim_matches(['"', '\'']));
    let globs: Vec<String> = globs
        .filter(|glob| !glob.is_empty())
        .map(|glob| glob.trim_start_matches("./").to_owned())
        .collect();
    (!globs.is_empty()).then_some(globs)
}

fn diagrams(root: &Path, file: &str, sections: &[Section]) -> Vec<Diagram> {
    let mut all = Vec::new();
    for section in sections {
        for link in &section.pictures {
            let files = inside(file, link).map(|picture| with_sources(root, &picture));
            all.push(Diagram {
                place: link.clone(),
                files: files.unwrap_or_default(),
            });
        }
        let drawn = i64::try_from(section.pictures.len()).unwrap_or(i64::MAX);
        // What is drawn in the text is of one age, that of the document.
        if section.diagrams > drawn {
            all.push(Diagram {
                place: format!("{file}:{}", section.line.max(1)),
                files: vec![file.to_owned()],
            });
        }
    }
    all
}

/// The folder that a document or picture speaks of: the one beside which it is kept.
fn folder(file: &str) -> String {
    let (above, _) = file.rsplit_once('/').unwrap_or(("", file));
    let mut folder = above;
    loop {
        let (rest, last) = folder.rsplit_once('/').unwrap_or(("", folder));
        if last.is_empty() || !KEPT_IN.contains(&last.to_lowercase().as_str()) {
            return folder.to_owned();
        }
        folder = rest;
    }
}

/// By how many days a diagram is older than the newest change of what it shows; `None` if by none.
fn behind(
    root: &Path,
    shelf: &Shelf,
    diagram: &Diagram,
    shown: &Shown,
    document: &Document,
    as_of: Timestamp,
) -> Result<Option<(i64, String)>, String> {
    let today = Offset::UTC.to_datetime(as_of).date();
    let reviewed = match review::reviewed(document, today) {
        Said::On(day) => Some(day),
        Said::Ahead(_) | Said::Nothing => None,
    };
    let changed = shelf.changed.as_ref().map_err(Clone::clone)?;
    // A picture that was not drawn anew from its source is as old as itself; one that is made when the
    // documents are built is as old as its source.
    let dated = |file: &String| changed.get(file).copied();
    let (picture, sources) = match diagram.files.split_first() {
        Some((picture, sources)) => (dated(picture), sources),
        None => (None, &[][..]),
    };
    let drawn: Option<Date> = picture.or_else(|| sources.iter().filter_map(dated).max());
    let Some(day) = drawn.max(reviewed) else {
        let place = &diagram.place;
        return Err(if diagram.files.is_empty() {
            format!(
                "{place} lies outside of the repository, and its document does not say when it was last reviewed"
            )
        } else {
            format!(
                "no commit of the history holds {place}, and its document does not say when it was last reviewed"
            )
        });
    };
    // A clock that was wrong would keep the diagram new for ever.
    if day > today.saturating_add(jiff::Span::new().days(1)) {
        return Err(format!(
            "the history dates {} on {day}, which is yet to come",
            diagram.place
        ));
    }
    let newest = dates::newest(root, day, &|file| {
        shown.holds(file) && !diagram.files.iter().any(|own| own == file)
    })?;
    Ok(newest.map(|(file, changed)| {
        let text = format!(
            "{} of {day} shows {file}, which was changed on {changed}",
            diagram.place
        );
        ((changed - day).get_days().into(), text)
    }))
}

#[cfg(test)]
mod tests {
    use super::{Shown, folder, told};
    use crate::documents::markdown::read;
    use crate::repository::target::{Files, Spec};

    #[test]
    fn what_a_diagram_shows_is_told_or_lies_beside_it() {
        let spec = Spec::default();
        for (text, wanted) in [
            (
                "---\nshows: [src/**, \"deploy\"]\n---\n# A\n",
                Some(vec!["src/**", "deploy"]),
            ),
            (
                "---\nshows:\n  - ./src/**\n  - deploy\nx: y\n---\n# A\n",
                Some(vec!["src/**", "deploy"]),
            ),
            ("---\nshows: src/**\n---\n# A\n", Some(vec!["src/**"])),
            ("---\nshows: []\n---\n# A\n", None),
            ("# A\n", None),
        ] {
            let wanted = wanted.map(|all| all.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(told(&spec, "architecture", &read(text)), wanted, "{text}");
        }
        let spec = Spec {
            shows: [("architecture".to_owned(), Files::One("api/**".to_owned()))].into(),
            ..spec
        };
        let front = read("---\nshows: src/**\n---\n# A\n");
        assert_eq!(
            told(&spec, "architecture", &front),
            Some(vec!["api/**".to_owned()])
        );
        for (file, wanted) in [
            ("docs/architecture.md", ""),
            ("README.md", ""),
            ("services/shop/docs/img/net.svg", "services/shop"),
            ("services/shop/ARCHITECTURE.md", "services/shop"),
            ("docs/shop/architecture.md", "docs/shop"),
        ] {
            assert_eq!(folder(file), wanted, "{file}");
        }
    }

    #[test]
    fn a_folder_is_shown_without_tests_and_documents() {
        let shown = Shown::Folder("shop".to_owned());
        for (file, wanted) in [
            ("shop/src/pay.rs", true),
            ("shop/deploy/net.yaml", true),
            ("shopping/src/pay.rs", false),
            ("shop/README.md", false),
            ("shop/tests/pay.rs", false),
            ("shop/Cargo.lock", false),
            ("shop/docs/net.drawio", false),
            ("shop/vendor/x.go", false),
            ("shop/.github/workflows/ci.yml", false),
        ] {
            assert_eq!(shown.holds(file), wanted, "{file}");
        }
    }
}
