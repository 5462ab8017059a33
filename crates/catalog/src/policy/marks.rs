//! The marks of items whose own text carries none.

use crate::bindings::{Place, PlaceSource, read_list};
use schemars::JsonSchema;
use seaworthy_model::{Checklist, Item, ItemKind, Location, Mark};
use seaworthy_yaml::{Diagnostic, Position, Problem, Schema};
use serde::Deserialize;
use serde_json::Value;
use std::cmp::Reverse;
use std::collections::BTreeMap;

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

/// Reads a file of marks. What is sound is kept; the diagnostics say what is not.
#[must_use]
pub fn load_marks(file: &str, bytes: &[u8]) -> (Marks, Vec<Diagnostic>) {
    let mut marks = Marks::default();
    let problems = match Schema::compile(&marks_schema()) {
        Ok(schema) => marks.read(file, bytes, &schema),
        Err(error) => {
            let start = Position { line: 1, column: 1 };
            vec![Problem::new(start, error.to_string())]
        }
    };
    let diagnostics = problems.into_iter().map(|problem| problem.at(file));
    (marks, diagnostics.collect())
}

impl Marks {
    fn read(&mut self, name: &str, bytes: &[u8], schema: &Schema) -> Vec<Problem> {
        let (file, mut problems) = read_list::<MarkSource>(bytes, schema);
        let Some(file) = file else { return problems };
        let mut marked: BTreeMap<Place, Location> = BTreeMap::new();
        for (pointer, written) in &file.members {
            let (places, faults) = written.place.compile();
            for (inner, message) in faults {
                let at = file.document.nearest_position(&format!("{pointer}{inner}"));
                problems.push(Problem::new(at, message));
            }
            for named in places {
                let pointer = format!("{pointer}{}", named.pointer);
                let location = file.location(name, &pointer);
                if let Some(twin) = marked.get(&named.place) {
                    let at = file.document.nearest_position(&pointer);
                    let message = format!("`{}` has a mark at {twin} already", named.text);
                    problems.push(Problem::new(at, message));
                    continue;
                }
                marked.insert(named.place.clone(), location.clone());
                self.rules.push(Rule {
                    text: named.text,
                    place: named.place,
                    mark: written.mark,
                    location,
                });
            }
        }
        problems
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
        matching.max_by_key(|rule| (rule.place.specificity(), Reverse(rule.mark)))
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
