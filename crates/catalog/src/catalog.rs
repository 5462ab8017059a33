//! The catalog: every probe of every pack, checked and compiled.

use crate::expr::{Type, subject_type};
use crate::probe::read;
use crate::source::Role;
use crate::{CompiledProbe, Source};
use seaworthy_model::{Digest, FactSchema, ProbeId, fields_of};
use seaworthy_yaml::{Diagnostic, Position, Problem, suggest};
use std::collections::BTreeMap;

/// Checked, compiled probes by id.
#[derive(Debug, Default)]
pub struct Catalog {
    probes: BTreeMap<ProbeId, CompiledProbe>,
    shown: BTreeMap<ProbeId, String>,
    kinds: BTreeMap<String, Type>,
}

/// A catalog, and what is wrong with the probes that are not in it.
#[derive(Debug)]
pub struct Loaded {
    /// The sound probes.
    pub catalog: Catalog,
    /// Every fault of the others, by file and place.
    pub diagnostics: Vec<Diagnostic>,
}

impl Catalog {
    /// Loads the probes among `sources`, each checked against the schema of its subject's kind.
    /// One broken probe hides no other.
    #[must_use]
    pub fn load<'s>(
        sources: impl IntoIterator<Item = &'s Source>,
        schemas: &[FactSchema],
    ) -> Loaded {
        let mut catalog = Self {
            kinds: schemas
                .iter()
                .map(|schema| (schema.kind.to_owned(), subject_type(&schema.schema)))
                .collect(),
            ..Self::default()
        };
        let fields: BTreeMap<&str, BTreeMap<String, String>> = schemas
            .iter()
            .map(|schema| (schema.kind, fields_of(&schema.schema)))
            .collect();
        let mut diagnostics = Vec::new();
        for source in sources {
            let problems = match read_one(source, &catalog.kinds) {
                Outcome::Probe(id, mut probe) => {
                    if let Some(fields) = fields.get(probe.spec().subject.as_str()) {
                        probe.set_fields(fields);
                    }
                    catalog.add(id, source, *probe).err().into_iter().collect()
                }
                Outcome::Broken(problems) => problems,
                Outcome::Other => Vec::new(),
            };
            diagnostics.extend(
                problems
                    .into_iter()
                    .map(|problem| problem.at(&source.shown)),
            );
        }
        diagnostics.sort();
        Loaded {
            catalog,
            diagnostics,
        }
    }

    /// A second probe of one name never takes the first one's place: a pack could weaken a
    /// built-in probe unseen.
    fn add(&mut self, id: ProbeId, source: &Source, probe: CompiledProbe) -> Result<(), Problem> {
        if let Some(first) = self.shown.get(&id) {
            let message = format!("probe `{id}` exists already, in {first}");
            return Err(Problem::new(START, message).help("give the folder another name"));
        }
        self.shown.insert(id.clone(), source.shown.clone());
        self.probes.insert(id, probe);
        Ok(())
    }

    /// The probe with `id`.
    #[must_use]
    pub fn get(&self, id: &ProbeId) -> Option<&CompiledProbe> {
        self.probes.get(id)
    }

    /// Takes the probe with `id` out.
    #[must_use]
    pub fn take(&mut self, id: &ProbeId) -> Option<CompiledProbe> {
        self.probes.remove(id)
    }

    /// All probes by id.
    pub fn probes(&self) -> impl Iterator<Item = &CompiledProbe> {
        self.probes.values()
    }

    /// How many probes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.probes.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.probes.is_empty()
    }

    /// The file of a probe, as messages show it.
    #[must_use]
    pub fn file(&self, id: &ProbeId) -> Option<&str> {
        self.shown.get(id).map(String::as_str)
    }

    /// The id that `id` is most likely a slip of.
    #[must_use]
    pub fn suggest(&self, id: &str) -> Option<&str> {
        suggest(id, self.probes.keys().map(ProbeId::as_str))
    }

    /// The digest of all specifications.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let specs: BTreeMap<_, _> = self
            .probes
            .iter()
            .map(|(id, probe)| (id, probe.spec()))
            .collect();
        Digest::of_json(&specs)
    }

    pub(crate) fn kind(&self, kind: &str) -> Option<&Type> {
        self.kinds.get(kind)
    }
}

const START: Position = Position { line: 1, column: 1 };

/// What a file turned out to be.
enum Outcome {
    Probe(ProbeId, Box<CompiledProbe>),
    Broken(Vec<Problem>),
    Other,
}

fn read_one(source: &Source, kinds: &BTreeMap<String, Type>) -> Outcome {
    let broken =
        |message: &str, help: &str| Outcome::Broken(vec![Problem::new(START, message).help(help)]);
    match source.role() {
        Role::Probe(id) if !is_id(id) => broken(
            &format!("`{id}` is no probe id"),
            "a probe's folder is <family>/<name>, in lower-case letters, digits and -",
        ),
        Role::Probe(id) => {
            let id = ProbeId(id.to_owned());
            match read(id.clone(), &source.bytes, kinds) {
                Ok(probe) => Outcome::Probe(id, Box::new(probe)),
                Err(problems) => Outcome::Broken(problems),
            }
        }
        Role::Misnamed => broken(
            "the file is overlooked for its name",
            "files of a pack end in .yaml",
        ),
        Role::Case { .. } | Role::Other => Outcome::Other,
    }
}

fn is_id(id: &str) -> bool {
    let word = |part: &str| {
        !part.is_empty()
            && !part.starts_with('-')
            && part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    id.contains('/') && id.split('/').all(word)
}
