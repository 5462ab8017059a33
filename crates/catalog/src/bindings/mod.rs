//! Bindings: which item of a checklist is decided by which probes, families and people.
//!
//! A binding file is a YAML list; each member names an item by a pattern for its text and says
//! how it is decided. The pattern language is described in `pattern`. Every item gets at most
//! one binding, the most specific that matches it:
//!
//! 1. a team's binding before a built-in one;
//! 2. then the one with more constraints (`under`, `section`, `after`, `phase`);
//! 3. then the one whose text has fewer wildcards (`*` and `{…:text}`);
//! 4. then the one with more literal characters.
//!
//! Two that are equally specific are an error: neither is guessed at. What a binding decides
//! over many targets is resolved by the engine, and judged by `judge`.

mod capture;
mod compile;
mod coverage;
mod file;
mod pattern;
mod place;
mod propose;
#[cfg(test)]
pub(crate) mod testing;

pub use coverage::{Coverage, coverage};
pub use file::binding_schema;
pub use propose::{Proposal, Proposed, Proposer};

pub(crate) use file::{read_document, read_list};
pub(crate) use place::{Place, PlaceSource};

use compile::{Compiler, Rule, filled};
use file::BindingSource;
use place::Specificity;
use seaworthy_model::{
    AttestRule, Checklist, Combine, Item, ItemKind, Location, ParamValue, ProbeId, ProbeSpec,
    TargetSelector, UnbuiltFamily,
};
use seaworthy_yaml::{Diagnostic, Position, Problem, Schema};
use std::collections::BTreeMap;

/// The most bindings that are loaded: every item is compared with every one of them.
const MAX_BINDINGS: usize = 10_000;

/// A binding file.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Its path as the user would type it.
    pub file: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
    /// Whose it is.
    pub layer: Layer,
}

/// Whose a file is; a team's comes before what is built in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// Shipped with the program.
    BuiltIn,
    /// The team's own.
    Team,
}

/// The bindings of several files, compiled.
#[derive(Clone, Debug)]
pub struct Bindings {
    bindings: Vec<Binding>,
    /// The probes that could be proposed: id and title.
    probes: Vec<(ProbeId, String)>,
}

/// One pattern with its rule; a binding for a list of items gives several.
#[derive(Clone, Debug)]
struct Binding {
    /// The item's pattern as written.
    text: String,
    place: Place,
    rule: Rule,
    layer: Layer,
    location: Location,
}

/// How an item is decided, filled in with what its text says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// How the probes are combined.
    pub combine: Combine,
    /// The probes.
    pub uses: Vec<BoundProbe>,
    /// Families that are not built yet.
    pub unbuilt: Vec<UnbuiltFamily>,
    /// What is wanted of a person.
    pub attest: Option<AttestRule>,
    /// Where the binding stands.
    pub location: Location,
}

/// A probe as a binding uses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoundProbe {
    /// The probe.
    pub probe: ProbeId,
    /// The parameters that the binding gives, of the declared types; the others keep what the
    /// configuration or their default says.
    pub with: BTreeMap<String, ParamValue>,
    /// Which targets.
    pub on: TargetSelector,
    /// How many subjects each target must hold.
    pub min_subjects: u32,
    /// Whether the item stays open without a target for it.
    pub required: bool,
}

impl Bindings {
    /// Reads binding files against the probes that exist. What is sound is kept; the diagnostics
    /// say what is not.
    #[must_use]
    pub fn load<'a>(
        sources: &[Source<'_>],
        probes: impl IntoIterator<Item = &'a ProbeSpec>,
    ) -> (Self, Vec<Diagnostic>) {
        let probes: BTreeMap<&str, &ProbeSpec> = probes
            .into_iter()
            .map(|spec| (spec.id.as_str(), spec))
            .collect();
        let mut loaded = Self {
            bindings: Vec::new(),
            probes: probes
                .values()
                .map(|spec| (spec.id.clone(), spec.title.clone()))
                .collect(),
        };
        let mut diagnostics = Vec::new();
        match Schema::compile(&binding_schema()) {
            Ok(schema) => {
                for source in sources {
                    loaded.read(source, &schema, &probes, &mut diagnostics);
                }
                loaded.find_doubles(&mut diagnostics);
            }
            Err(error) => diagnostics.extend(sources.first().map(|source| {
                Problem::new(Position { line: 1, column: 1 }, error.to_string()).at(source.file)
            })),
        }
        (loaded, diagnostics)
    }

    fn read(
        &mut self,
        source: &Source<'_>,
        schema: &Schema,
        probes: &BTreeMap<&str, &ProbeSpec>,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let (file, problems) = read_list::<BindingSource>(source.bytes, schema);
        diagnostics.extend(problems.into_iter().map(|problem| problem.at(source.file)));
        let Some(file) = file else { return };
        for (pointer, written) in &file.members {
            let (places, faults) = written.place.compile();
            if self.bindings.len() + places.len() > MAX_BINDINGS {
                let message = format!("more than {MAX_BINDINGS} bindings; the rest is left out");
                let at = file.document.nearest_position(pointer);
                diagnostics.push(Problem::new(at, message).at(source.file));
                return;
            }
            let mut compiler = Compiler {
                probes,
                faults: faults.into_iter().map(|fault| (fault, None)).collect(),
            };
            let rules: Vec<_> = places
                .into_iter()
                .map(|named| (compiler.rule(written, &named.place.captures()), named))
                .collect();
            diagnostics.extend(compiler.faults.iter().map(|((inner, message), help)| {
                let at = file.document.nearest_position(&format!("{pointer}{inner}"));
                let mut problem = Problem::new(at, message);
                problem.help.clone_from(help);
                problem.at(source.file)
            }));
            if !compiler.faults.is_empty() {
                continue;
            }
            self.bindings
                .extend(rules.into_iter().map(|(rule, named)| Binding {
                    location: file.location(source.file, &format!("{pointer}{}", named.pointer)),
                    text: named.text,
                    place: named.place,
                    rule,
                    layer: source.layer,
                }));
        }
    }

    fn find_doubles(&self, diagnostics: &mut Vec<Diagnostic>) {
        let mut places = BTreeMap::new();
        for binding in &self.bindings {
            if let Some(twin) = places.insert((binding.layer, &binding.place), &binding.location) {
                let message = format!("`{}` is bound here and at {twin}", binding.text);
                let help =
                    "remove one, or tell them apart by `under`, `section`, `after` or `phase`";
                diagnostics.push(at(&binding.location, message, help));
            }
        }
    }

    /// How `item` is decided; `None` where no binding matches, and for groups and sign-offs,
    /// which need none.
    ///
    /// # Errors
    ///
    /// If two bindings match that are equally specific.
    pub fn bind(&self, item: &Item, checklist: &Checklist) -> Result<Option<Bound>, Diagnostic> {
        let chosen = self.chosen(item, checklist)?;
        Ok(chosen.map(|(_, bound)| bound))
    }

    /// The binding that an item gets, by its index.
    fn chosen(
        &self,
        item: &Item,
        checklist: &Checklist,
    ) -> Result<Option<(usize, Bound)>, Diagnostic> {
        if item.kind != ItemKind::Leaf {
            return Ok(None);
        }
        let bindings = self.bindings.iter().enumerate();
        let mut matching: Vec<_> = bindings
            .filter_map(|(index, binding)| {
                let captures = binding.place.matches(item, checklist)?;
                Some((binding.rank(), index, binding, captures))
            })
            .collect();
        matching.sort_by(|(a, ..), (b, ..)| b.cmp(a));
        if let [(first, _, binding, _), (second, _, other, _), ..] = matching.as_slice()
            && first == second
        {
            let message = format!(
                "`{}` (line {}) is matched by `{}` here and by `{}` at {} equally",
                item.title, item.line, binding.text, other.text, other.location
            );
            let help = "give one of them `under`, `section`, `after` or `phase`";
            return Err(at(&binding.location, message, help));
        }
        let best = matching.into_iter().next();
        Ok(best.map(|(_, index, binding, captures)| {
            let rule = &binding.rule;
            let uses = rule.uses.iter().map(|used| BoundProbe {
                probe: used.probe.clone(),
                with: used
                    .with
                    .iter()
                    .filter_map(|(name, argument)| Some((name.clone(), argument.value(&captures)?)))
                    .collect(),
                on: used.on.clone(),
                min_subjects: used.min_subjects,
                required: used.required,
            });
            let unbuilt = rule.unbuilt.iter().map(|family| UnbuiltFamily {
                family: family.family.clone(),
                check: filled(&family.check, &captures),
                required: family.required,
            });
            let bound = Bound {
                combine: rule.combine,
                uses: uses.collect(),
                unbuilt: unbuilt.collect(),
                attest: rule.attest.clone(),
                location: binding.location.clone(),
            };
            (index, bound)
        }))
    }
}

impl Binding {
    fn rank(&self) -> (Layer, Specificity) {
        (self.layer, self.place.specificity())
    }
}

fn at(location: &Location, message: String, help: &str) -> Diagnostic {
    let position = Position {
        line: location.line,
        column: location.column.unwrap_or(1),
    };
    Problem::new(position, message)
        .help(help)
        .at(&location.file)
}

#[cfg(test)]
mod tests;
