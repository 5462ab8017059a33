//! The collector `delivery/commands`.

use super::run::run;
use super::target::{self, Prints, Spec};
use crate::artifacts::printed;
use schemars::JsonSchema;
use seaworthy_collect::{
    BoxFuture, Collector, Context, Ended, Sink, Trouble, fact_schema, fact_value,
};
use seaworthy_model::{Fact, FactSchema, Provenance, SubjectRef, Target, Unassessed};
use serde::Serialize;
use std::collections::BTreeMap;

/// A command of the team's that was run. What it printed is in no fact; it may hold secrets.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct CommandRun {
    /// The target's name.
    #[serde(rename = "ref")]
    reference: String,
    /// What it is for.
    purpose: String,
    /// The program, without its arguments.
    program: String,
    /// Its exit status; unknown where a signal ended it.
    #[serde(default)]
    exit_status: i64,
    /// Its output holds the text that the configuration names under `says`; absent where it names
    /// none.
    #[serde(skip_serializing_if = "Option::is_none")]
    says: Option<bool>,
    /// How many tests its report counts as executed; unknown where it should print one and it
    /// cannot be read, or nothing was executed; absent where it prints none.
    #[serde(skip_serializing_if = "Option::is_none")]
    executed: Option<i64>,
    /// How many tests failed, or how many findings of the level `error` it printed.
    failed: i64,
    /// The first failures; at most 20.
    failures: Vec<String>,
}

/// Runs the commands that the configuration names.
pub(crate) struct Commands;

const KIND: &str = "command_run";

impl Collector for Commands {
    fn id(&self) -> &'static str {
        "delivery/commands"
    }

    fn target_kind(&self) -> &'static str {
        target::KIND
    }

    fn facts(&self) -> Vec<FactSchema> {
        vec![fact_schema::<CommandRun>(KIND)]
    }

    fn describe(&self, target: &Target) -> Vec<String> {
        let Some(spec) = Spec::of(target) else {
            return Vec::new();
        };
        let seconds = spec.timeout.unwrap_or(50);
        let names: Vec<&str> = spec.environment.keys().map(String::as_str).collect();
        vec![format!(
            "RUN {:?} in {}, at most {seconds} s, with the environment PATH {}",
            spec.run,
            spec.folder.as_deref().unwrap_or("this folder"),
            names.join(" ")
        )]
    }

    fn collect<'a>(
        &'a self,
        target: &'a Target,
        context: &'a Context,
        sink: &'a Sink,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let spec = Spec::of(target).unwrap_or_default();
            let seen = run(&spec)
                .await
                .and_then(|ended| fact(target, &spec, &ended));
            match seen {
                Ok((value, unknown)) => sink.fact(Fact {
                    subject: SubjectRef {
                        kind: KIND.to_owned(),
                        name: target.name.clone(),
                    },
                    value,
                    unknown,
                    location: target.location.clone(),
                    places: seaworthy_model::Places::default(),
                    provenance: Provenance {
                        target: target.name.clone(),
                        collector: self.id().to_owned(),
                        at: context.now(),
                        attempts: Vec::new(),
                        artifacts: Vec::new(),
                        reproduce: spec.run.first().cloned(),
                    },
                }),
                Err(trouble) => sink.unassessed(Unassessed {
                    target: target.name.clone(),
                    request: self.id().to_owned(),
                    kinds: vec![KIND.to_owned()],
                    reason: trouble.reason,
                    detail: trouble.detail,
                    location: target.location.clone(),
                    attempts: trouble.attempts,
                }),
            }
        })
    }
}

fn fact(
    target: &Target,
    spec: &Spec,
    ended: &Ended,
) -> Result<(serde_json::Value, BTreeMap<String, String>), Trouble> {
    let mut unknown = BTreeMap::new();
    if ended.status.is_none() {
        unknown.insert(
            "exit_status".to_owned(),
            "a signal ended it; it may have run out of memory".to_owned(),
        );
    }
    let contains = |text: &str| {
        [&ended.stdout, &ended.stderr]
            .iter()
            .any(|stream| String::from_utf8_lossy(stream).contains(text))
    };
    let mut run = CommandRun {
        reference: target.name.clone(),
        purpose: spec.purpose.clone(),
        program: spec.run.first().cloned().unwrap_or_default(),
        exit_status: ended.status.map_or(0, i64::from),
        says: spec.says.as_deref().map(contains),
        executed: None,
        failed: 0,
        failures: Vec::new(),
    };
    if spec.prints != Prints::Nothing {
        let report = printed(&ended.stdout, spec.prints == Prints::Tests);
        run.failed = report.failed;
        run.failures = report.failures;
        let cut = ended
            .cut
            .then(|| "too large: it printed more than is kept".to_owned());
        match report.hole.or(cut) {
            Some(why) => drop(unknown.insert("executed".to_owned(), why)),
            None => run.executed = Some(report.executed),
        }
    }
    let mut value = fact_value(&run)?;
    if let serde_json::Value::Object(fields) = &mut value {
        for field in unknown.keys() {
            fields.shift_remove(field);
        }
    }
    Ok((value, unknown))
}
