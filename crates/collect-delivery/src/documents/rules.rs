//! The rules of documents, `rules/documents.yaml`, and how well a document keeps one.

use super::text::{Document, Section, placeholder, words};
use serde::Deserialize;
use std::sync::LazyLock;

/// What one document must be and hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    pub(crate) id: String,
    files: Vec<String>,
    titles: Vec<String>,
    #[serde(default)]
    section: bool,
    #[serde(default)]
    headings: Vec<Vec<String>>,
    #[serde(default)]
    steps: i64,
    #[serde(default)]
    commands: i64,
    #[serde(default)]
    pub(crate) diagrams: i64,
    #[serde(default)]
    words: i64,
    #[serde(default)]
    figures: i64,
    #[serde(default)]
    pub(crate) within: Option<i64>,
    #[serde(default)]
    template: bool,
}

/// Every rule. A table that does not parse would leave none; a test holds that it does.
pub(crate) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    crate::rules::parse(include_str!("../../rules/documents.yaml")).unwrap_or_default()
});

/// The part of a document that a rule is about: all of it, or a section with what is below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Whole,
    From(usize),
}

/// Words as they are compared: lower case, separators as blanks.
fn plain(text: &str) -> String {
    text.to_lowercase().replace(['-', '_', '/', '.'], " ")
}

/// What a file is called: its name, and for the first page of a folder its whole path. That a file
/// lies in `runbooks/` does not make it the runbook that is looked for.
fn own_name(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.split('.').next().unwrap_or(file).to_lowercase();
    if ["readme", "index"].contains(&stem.as_str()) {
        path
    } else {
        file
    }
}

impl Rule {
    /// The parts of a document that may be what the rule asks for, the likeliest first.
    pub(crate) fn parts(&self, path: &str, document: &Document) -> Vec<Part> {
        let (path, title) = (plain(own_name(path)), plain(document.title()));
        let names =
            |text: &str, words: &[String]| words.iter().any(|word| text.contains(&plain(word)));
        if names(&path, &self.files) || names(&title, &self.titles) {
            return vec![Part::Whole];
        }
        if !self.section {
            return Vec::new();
        }
        let headings = document.sections.iter().enumerate();
        headings
            .filter(|(_, section)| {
                section.level > 0 && names(&plain(&section.heading), &self.titles)
            })
            .map(|(index, _)| Part::From(index))
            .collect()
    }

    /// What a part lacks, a fragment each.
    pub(crate) fn defects(&self, document: &Document, part: Part) -> Vec<String> {
        let sections = match part {
            Part::Whole => &document.sections[..],
            Part::From(index) => document.below(index),
        };
        let mut defects = Vec::new();
        for group in &self.headings {
            if let Some(defect) = missing(sections, group) {
                defects.push(defect);
            }
        }
        self.too_few(sections, &mut defects);
        // The blanks of a template are its content.
        let stands = |section: &Section| {
            section.has_content() || (self.template && !section.text.trim().is_empty())
        };
        let nothing = !sections.iter().any(stands);
        if nothing {
            defects.push("nothing stands in it".to_owned());
        }
        for (index, section) in sections.iter().enumerate() {
            let has_more = sections
                .get(index + 1)
                .is_some_and(|next| next.level > section.level);
            if section.level > 1
                && !has_more
                && !section.has_content()
                && !nothing
                && !self.template
            {
                defects.push(format!("nothing stands under {:?}", section.heading));
            }
        }
        if !self.template {
            let texts = sections
                .iter()
                .flat_map(|section| section.text.lines().map(move |l| (section, l)));
            let blank = texts
                .filter_map(|(section, line)| Some((section, placeholder(line)?)))
                .next();
            if let Some((section, found)) = blank {
                defects.push(format!(
                    "{found:?} was never filled in, under {:?}",
                    section.heading
                ));
            }
        }
        defects
    }

    fn too_few(&self, sections: &[Section], defects: &mut Vec<String>) {
        let sum = |of: fn(&Section) -> i64| sections.iter().map(of).sum::<i64>();
        let words_of =
            |section: &Section| i64::try_from(words(&section.text).count()).unwrap_or(i64::MAX);
        let figures = |section: &Section| {
            let count = words(&section.text)
                .filter(|word| word.chars().any(|c| c.is_ascii_digit()))
                .count();
            i64::try_from(count).unwrap_or(i64::MAX)
        };
        for (found, wanted, what) in [
            (sum(|section| section.steps), self.steps, "numbered steps"),
            (sum(|section| section.commands), self.commands, "commands"),
            (sum(|section| section.diagrams), self.diagrams, "diagrams"),
            (sections.iter().map(words_of).sum(), self.words, "words"),
            (sections.iter().map(figures).sum(), self.figures, "figures"),
        ] {
            if found < wanted {
                defects.push(format!("{found} {what}, at least {wanted} wanted"));
            }
        }
    }
}

fn missing(sections: &[Section], group: &[String]) -> Option<String> {
    let fits = |section: &&Section| {
        let heading = section.heading.to_lowercase();
        group.iter().any(|word| heading.contains(word.as_str()))
    };
    sections
        .iter()
        .find(fits)
        .is_none()
        .then(|| format!("no heading on {}", group.join(" or ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::markdown::read;

    fn rule(id: &str) -> &'static Rule {
        RULES.iter().find(|rule| rule.id == id).unwrap()
    }

    fn defects(id: &str, path: &str, text: &str) -> Vec<String> {
        let document = read(text);
        let parts = rule(id).parts(path, &document);
        rule(id).defects(&document, *parts.first().unwrap())
    }

    const RUNBOOK: &str = "# Rollback\n\n1. Look at the history: `kubectl rollout history deploy/api`.\n2. Go back.\n\n```sh\nkubectl rollout undo deploy/api\n```\n\n3. Watch the error rate for ten minutes.\n";

    #[test]
    fn the_table_parses_and_ids_are_unique() {
        assert!(RULES.len() > 30);
        let ids: std::collections::BTreeSet<_> = RULES.iter().map(|rule| &rule.id).collect();
        assert_eq!(ids.len(), RULES.len());
    }

    #[test]
    fn a_document_is_found_by_name_title_or_heading() {
        let whole = read(RUNBOOK);
        assert_eq!(
            rule("runbook-rollback").parts("docs/roll_back.md", &read("x")),
            [Part::Whole]
        );
        assert_eq!(
            rule("runbook-rollback").parts("docs/x.md", &whole),
            [Part::Whole]
        );
        let inside = read("# Operations\n\n## Rolling back\n\n1. x\n");
        assert_eq!(
            rule("runbook-rollback").parts("docs/x.md", &inside),
            [Part::From(2)]
        );
        assert_eq!(rule("threat-model").parts("docs/x.md", &whole), []);
    }

    #[test]
    fn what_a_runbook_lacks_is_said() {
        assert_eq!(defects("runbook-rollback", "rollback.md", RUNBOOK), [""; 0]);
        for (text, part) in [
            ("# Rollback\n", "nothing stands in it"),
            ("# Rollback\n\nTBD\n", "nothing stands in it"),
            (
                "# Rollback\n\nRun the pipeline again with the old version.\n",
                "0 numbered steps, at least 3 wanted",
            ),
            (
                "# Rollback\n\n1. \n2. \n3. `x`\n\nThree empty steps.\n",
                "1 numbered steps",
            ),
            (
                "# Rollback\n\n| step | by |\n|---|---|\n| | |\n| TBD | |\n",
                "nothing stands in it",
            ),
            ("# Rollback\n\n1. a b c\n2. d e f\n3. g h i\n", "0 commands"),
            (
                &format!("{RUNBOOK}\n## Database\n\n## After\n\nTell the team that it is done.\n"),
                "nothing stands under \"Database\"",
            ),
            (
                &format!("{RUNBOOK}\nOwner: TBD\n"),
                "\"TBD\" was never filled in",
            ),
            (
                &RUNBOOK.replace("Go back.", "lorem ipsum dolor"),
                "never filled in",
            ),
        ] {
            let found = defects("runbook-rollback", "rollback.md", text);
            assert!(
                found.iter().any(|defect| defect.contains(part)),
                "{text}: {found:?}"
            );
        }
    }

    #[test]
    fn a_template_may_have_blanks_and_must_have_its_headings() {
        let text = "# Post-mortem\n\n## Timeline\n\n[date] [what happened]\n\n## Root cause\n\n____________\n\n## Action items\n\n- [owner]\n";
        assert_eq!(
            defects("post-mortem-template", "docs/post-mortem.md", text),
            [""; 0]
        );
        let found = defects(
            "post-mortem-template",
            "docs/post-mortem.md",
            "# Post-mortem\n\nWrite down what happened.\n",
        );
        assert_eq!(found.len(), 3, "{found:?}");
    }
}
