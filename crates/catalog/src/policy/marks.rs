//! The marks of items whose own text carries none.

use crate::bindings::{Layer, Place, PlaceSource, Source, Specificity, read_list};
use schemars::JsonSchema;
use seaworthy_model::{Checklist, Item, ItemKind, Location, Mark};
use seaworthy_yaml::{Diagnostic, Position, Problem, Schema};
use serde::Deserialize;
use serde_json::Value;

/// The default marks, compiled.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
struct Rule {
    /// The item's pattern as written.
    text: String,
    place: Place,
    mark: Mark,
    layer: Layer,
    location: Location,
}

/// One member of a file of marks: which items, and their mark.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[schemars(title = "Mark", extend("additionalProperties" = false))]
struct MarkSource {
    /// Which items.
    #[serde(flatten)]
    place: PlaceSource,
    /// Their mark.
    mark: Mark,
}

/// The JSON Schema of a file of marks.
#[must_use]
pub fn marks_schema() -> Value {
    schemars::schema_for!(Vec<MarkSource>).into()
}

impl Marks {
    /// Reads files of marks. What is sound is kept; the diagnostics say what is not.
    #[must_use]
    pub fn load(sources: &[Source<'_>]) -> (Self, Vec<Diagnostic>) {
        let mut marks = Self::default();
        let mut diagnostics = Vec::new();
        match Schema::compile(&marks_schema()) {
            Ok(schema) => {
                for source in sources {
                    marks.read(source, &schema, &mut diagnostics);
                }
            }
            Err(error) => diagnostics.extend(sources.first().map(|source| {
                Problem::new(Position { line: 1, column: 1 }, error.to_string()).at(source.file)
            })),
        }
        (marks, diagnostics)
    }

    fn read(&mut self, source: &Source<'_>, schema: &Schema, diagnostics: &mut Vec<Diagnostic>) {
        let (file, problems) = read_list::<MarkSource>(source.bytes, schema);
        diagnostics.extend(problems.into_iter().map(|problem| problem.at(source.file)));
        let Some(file) = file else { return };
        for (pointer, written) in &file.members {
            let (places, faults) = written.place.compile();
            for (inner, message) in faults {
                let at = file.document.nearest_position(&format!("{pointer}{inner}"));
                diagnostics.push(Problem::new(at, message).at(source.file));
            }
            for named in places {
                let location = file.location(source.file, &format!("{pointer}{}", named.pointer));
                let twin = self
                    .rules
                    .iter()
                    .find(|rule| rule.layer == source.layer && rule.place == named.place);
                if let Some(twin) = twin {
                    let at = file
                        .document
                        .nearest_position(&format!("{pointer}{}", named.pointer));
                    let message =
                        format!("`{}` has a mark at {} already", named.text, twin.location);
                    diagnostics.push(Problem::new(at, message).at(source.file));
                    continue;
                }
                self.rules.push(Rule {
                    text: named.text,
                    place: named.place,
                    mark: written.mark,
                    layer: source.layer,
                    location,
                });
            }
        }
    }

    /// The mark of an item: that of its own text, else the most specific of these. Of two that
    /// are equally specific, the more serious. Groups have none: their items do.
    #[must_use]
    pub fn of(&self, item: &Item, checklist: &Checklist) -> Option<Mark> {
        item.mark
            .or_else(|| self.chosen(item, checklist).map(|rule| rule.mark))
    }

    fn chosen(&self, item: &Item, checklist: &Checklist) -> Option<&Rule> {
        if item.kind != ItemKind::Leaf {
            return None;
        }
        let matching = self.rules.iter().filter(|rule| {
            let captures = rule.place.matches(item, checklist);
            captures.is_some()
        });
        matching.max_by_key(|rule| (rule.rank(), std::cmp::Reverse(rule.mark)))
    }

    /// The patterns that no item of `checklist` gets its mark from: where they stand, and what
    /// they say.
    #[must_use]
    pub fn idle(&self, checklist: &Checklist) -> Vec<(Location, String)> {
        let chosen: Vec<&Rule> = checklist
            .items
            .iter()
            .filter_map(|item| self.chosen(item, checklist))
            .collect();
        let idle = self
            .rules
            .iter()
            .filter(|rule| !chosen.iter().any(|used| std::ptr::eq(*used, *rule)));
        idle.map(|rule| (rule.location.clone(), rule.text.clone()))
            .collect()
    }
}

impl Rule {
    fn rank(&self) -> (Layer, Specificity) {
        (self.layer, self.place.specificity())
    }
}
