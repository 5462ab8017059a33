//! The groups of cases, as their files have them.

use anyhow::{Context, Result, ensure};
use seaworthy_model::{Outcome, ParamValue};
use seaworthy_tests::named::list;
use seaworthy_tests::tools::root;
use serde_json::Value;
use std::collections::BTreeMap;
use url::Url;

const FOLDER: &str = "tests/web-doubts";
const OUTCOMES: [(&str, Outcome); 4] = [
    ("pass", Outcome::Pass),
    ("fail", Outcome::Fail),
    ("inconclusive", Outcome::Inconclusive),
    ("not_applicable", Outcome::NotApplicable),
];
const FIELDS: [&str; 12] = [
    "about", "rule", "probe", "with", "head", "scheme", "url", "serve", "zone", "answers",
    "policy", "target",
];

/// Fragments for one template and one probe.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) about: String,
    /// The rule that decides, with its section.
    pub(crate) rule: String,
    pub(crate) probe: String,
    /// Parameters of the probe.
    pub(crate) with: BTreeMap<String, ParamValue>,
    pub(crate) template: Template,
    /// More of the target's entry.
    pub(crate) target: Value,
    pub(crate) cases: Vec<Case>,
}

/// Where `<>` stands.
#[derive(Debug)]
pub(crate) enum Template {
    /// A head that was saved, what it was served over, and the URL that was asked for.
    Head {
        text: String,
        scheme: String,
        url: Option<Url>,
    },
    /// The answers of a server: `https /path` to the text of an answer.
    Serve(BTreeMap<String, String>),
    /// The records of a zone.
    Zone(String),
    /// What a name server says; those of several are divided by lines of `---`. And the answer of the host
    /// of the policy of MTA-STS, where there is one.
    Answers(String, Option<String>),
}

/// A fragment, and what is said of it.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) fragment: String,
    pub(crate) wanted: Outcome,
    /// Words of the message.
    pub(crate) words: String,
}

/// Every group of every file.
pub(crate) fn groups() -> Result<Vec<Group>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(root().join(FOLDER))? {
        files.push(entry?.file_name().to_string_lossy().into_owned());
    }
    files.sort();
    let mut groups = Vec::new();
    for file in files {
        for entry in list(&format!("{FOLDER}/{file}"))? {
            groups
                .push(group(&entry).with_context(|| format!("{file}: {:?}", entry.get("about")))?);
        }
    }
    Ok(groups)
}

fn group(entry: &Value) -> Result<Group> {
    let fields = entry.as_object().context("a group is wanted")?;
    for field in fields.keys() {
        let known =
            FIELDS.contains(&field.as_str()) || OUTCOMES.iter().any(|(name, _)| name == field);
        ensure!(known, "{field} means nothing");
    }
    let word = |field: &str| entry[field].as_str().map(str::to_owned);
    let wanted = |field: &str| word(field).with_context(|| format!("no {field}"));
    let said = word("answers");
    let template = match (word("head"), entry["serve"].as_object(), word("zone")) {
        (None, None, None) if said.is_some() => {
            Template::Answers(said.unwrap_or_default(), word("policy"))
        }
        (Some(text), None, None) => Template::Head {
            text,
            scheme: word("scheme").unwrap_or_else(|| "https".to_owned()),
            url: word("url").map(|url| Url::parse(&url)).transpose()?,
        },
        (None, Some(answers), None) => {
            let text = |(place, text): (&String, &Value)| {
                let text = text.as_str().context("the text of an answer")?;
                anyhow::Ok((place.clone(), text.to_owned()))
            };
            Template::Serve(answers.iter().map(text).collect::<Result<_>>()?)
        }
        (None, None, Some(zone)) => Template::Zone(zone),
        _ => anyhow::bail!("one of head, serve, zone and answers is wanted"),
    };
    let with = entry["with"].as_object().into_iter().flatten();
    let with = with.map(|(name, value)| anyhow::Ok((name.clone(), parameter(value)?)));
    Ok(Group {
        about: wanted("about")?,
        rule: wanted("rule")?,
        probe: wanted("probe")?,
        with: with.collect::<Result<_>>()?,
        template,
        target: entry["target"].clone(),
        cases: cases(entry)?,
    })
}

fn parameter(value: &Value) -> Result<ParamValue> {
    serde_json::from_value(value.clone()).with_context(|| format!("{value} is no parameter"))
}

/// A fragment whose `{a*300}` stand for so many letters.
fn written_out(text: &str) -> Result<String> {
    let mut out = text.to_owned();
    while let Some((before, rest)) = out.split_once("{a*") {
        let (number, after) = rest.split_once('}').context("{a*NUMBER}")?;
        let letters = "a".repeat(number.parse()?);
        out = format!("{before}{letters}{after}");
    }
    Ok(out)
}

fn cases(entry: &Value) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for (name, wanted) in OUTCOMES {
        match &entry[name] {
            Value::Null => {}
            // A pass needs no words.
            Value::Array(list) if wanted == Outcome::Pass => {
                for fragment in list {
                    cases.push(Case {
                        fragment: written_out(fragment.as_str().context("a text is wanted")?)?,
                        wanted,
                        words: String::new(),
                    });
                }
            }
            Value::Object(map) if wanted != Outcome::Pass => {
                for (fragment, words) in map {
                    let words = words.as_str().filter(|words| !words.is_empty());
                    cases.push(Case {
                        fragment: written_out(fragment)?,
                        wanted,
                        words: words.context("words of the reason are wanted")?.to_owned(),
                    });
                }
            }
            other @ (Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_)) => {
                anyhow::bail!("{name}: a list of passes, or fragments with words: {other}")
            }
        }
    }
    Ok(cases)
}
