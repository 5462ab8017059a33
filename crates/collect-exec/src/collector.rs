//! The collector `exec/<name>` of one plugin.

use crate::answer::{REQUEST, Said, read};
use crate::declared::Declared;
use crate::target::{KIND, Spec};
use seaworthy_collect::{BoxFuture, Collector, Context, Program, SecretRef, Sink, Trouble};
use seaworthy_model::{
    ArtifactRef, Fact, FactSchema, Provenance, ReasonCode, SubjectRef, Target, Unassessed,
};
use serde_json::{Value, json};
use std::time::Duration;

/// One plugin, with the kinds that it declares.
pub(crate) struct Plugin {
    id: &'static str,
    target: String,
    kinds: Vec<Declared>,
}

/// What a run brought: its output without secrets, and whether it may be taken for whole.
struct Ran {
    request: String,
    output: Vec<u8>,
    /// Why more could have been said than was.
    doubt: Option<Trouble>,
}

impl Plugin {
    pub(crate) fn new(target: &Target, kinds: Vec<Declared>) -> Self {
        Self {
            // Once in the life of a process, like the configuration.
            id: format!("exec/{}", target.name).leak(),
            target: target.name.clone(),
            kinds,
        }
    }

    fn kind_names(&self) -> Vec<String> {
        let kinds = self.kinds.iter();
        kinds.map(|one| one.schema.kind.to_owned()).collect()
    }

    fn hole(
        &self,
        target: &Target,
        kinds: Vec<String>,
        reason: ReasonCode,
        what: &str,
    ) -> Unassessed {
        Unassessed {
            target: target.name.clone(),
            request: self.id.to_owned(),
            kinds: if kinds.is_empty() {
                self.kind_names()
            } else {
                kinds
            },
            reason,
            detail: format!("the plugin {}: {what}", target.name),
            location: target.location.clone(),
            attempts: Vec::new(),
        }
    }

    /// What it is asked: the same for every run at one instant.
    fn request(&self, target: &Target, spec: &Spec, context: &Context) -> Value {
        json!({
            "schema": REQUEST,
            "target": { "name": target.name, "labels": target.labels },
            "kinds": self.kind_names(),
            "as_of": context.as_of.to_string(),
            "seconds": spec.seconds(),
            "input": spec.input,
        })
    }

    async fn run(&self, target: &Target, spec: &Spec, context: &Context) -> Result<Ran, Trouble> {
        let failed = |what: &str| Trouble::new(ReasonCode::CollectorFailed, what);
        let (name, arguments) = spec
            .run
            .split_first()
            .ok_or_else(|| failed("no program is named"))?;
        let request = format!("{}\n", self.request(target, spec, context));
        let mut program = Program::new(name);
        program.arguments = arguments.iter().map(Into::into).collect();
        program.input = Some(request.clone().into_bytes());
        let mut secrets = Vec::new();
        for (name, value) in &spec.environment {
            let value = match SecretRef::parse(value) {
                Some(reference) => {
                    let secret = reference.resolve()?;
                    secrets.push(secret.expose().to_owned());
                    secret.expose().to_owned()
                }
                None => value.clone(),
            };
            program.environment.push((name.into(), value.into()));
        }
        program.folder = spec.folder.as_ref().map(Into::into);
        program.timeout = Duration::from_secs(spec.seconds());
        program.memory = spec.mebibytes() << 20;
        let ended = program.run().await?;
        // What it writes to standard error is for whoever runs it by hand; it may hold secrets.
        let doubt = match ended.status {
            _ if ended.cut => Some(Trouble::new(
                ReasonCode::TooLarge,
                "it printed more than is kept",
            )),
            Some(0) => None,
            Some(status) => Some(failed(&format!(
                "it ended with the exit status {status}; 0 is wanted. Run it by hand to see why"
            ))),
            None => Some(failed("a signal ended it; it may have run out of memory")),
        };
        Ok(Ran {
            request,
            output: without(ended.stdout, &secrets),
            doubt,
        })
    }

    fn fact(
        &self,
        said: Said,
        target: &Target,
        context: &Context,
        artifacts: &[ArtifactRef],
        again: &str,
    ) -> Fact {
        Fact {
            subject: SubjectRef {
                kind: said.kind,
                name: said.name,
            },
            value: said.value,
            unknown: said.unknown,
            location: said.location,
            places: seaworthy_model::Places::default(),
            provenance: Provenance {
                target: target.name.clone(),
                collector: self.id.to_owned(),
                at: context.now(),
                attempts: Vec::new(),
                artifacts: artifacts.to_vec(),
                reproduce: Some(said.reproduce.unwrap_or_else(|| again.to_owned())),
            },
        }
    }
}

impl Collector for Plugin {
    fn id(&self) -> &'static str {
        self.id
    }

    fn target_kind(&self) -> &'static str {
        KIND
    }

    fn facts(&self) -> Vec<FactSchema> {
        self.kinds.iter().map(|one| one.schema.clone()).collect()
    }

    fn accepts(&self, target: &Target) -> bool {
        target.name == self.target
    }

    fn describe(&self, target: &Target) -> Vec<String> {
        let Some(spec) = Spec::of(target) else {
            return Vec::new();
        };
        let names: Vec<&str> = spec.environment.keys().map(String::as_str).collect();
        vec![
            format!(
                "RUN {:?} in {}, at most {} s and {} MiB, with the environment PATH {}",
                spec.run,
                spec.folder.as_deref().unwrap_or("this folder"),
                spec.seconds(),
                spec.mebibytes(),
                names.join(" ")
            )
            .trim_end()
            .to_owned(),
            format!(
                "it is asked on standard input for {}",
                self.kind_names().join(", ")
            ),
        ]
    }

    fn collect<'a>(
        &'a self,
        target: &'a Target,
        context: &'a Context,
        sink: &'a Sink,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let spec = Spec::of(target).unwrap_or_default();
            let ran = match self.run(target, &spec, context).await {
                Ok(ran) => ran,
                Err(trouble) => {
                    let hole = self.hole(target, Vec::new(), trouble.reason, &trouble.detail);
                    return sink.unassessed(hole);
                }
            };
            let again = again(&spec, &ran.request);
            let media = "application/json";
            let artifacts = [
                sink.artifact("request to the plugin", media, ran.request.into_bytes()),
                sink.artifact("answer of the plugin", media, ran.output.clone()),
            ];
            let (facts, holes) = read(&ran.output, &self.kinds);
            for said in facts {
                sink.fact(self.fact(said, target, context, &artifacts, &again));
            }
            // Beside a bad end, what cannot be read of its output is no news.
            let unread = ran.doubt.is_some();
            let doubt = ran
                .doubt
                .map(|trouble| self.hole(target, Vec::new(), trouble.reason, &trouble.detail));
            doubt.into_iter().for_each(|hole| sink.unassessed(hole));
            for hole in holes {
                if !(unread && hole.kinds.is_empty()) {
                    sink.unassessed(self.hole(target, hole.kinds, hole.reason, &hole.detail));
                }
            }
        })
    }
}

/// The same by hand, in a POSIX shell.
fn again(spec: &Spec, request: &str) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
    let words: Vec<String> = spec.run.iter().map(|word| quoted(word)).collect();
    let folder = spec.folder.as_ref();
    let folder = folder.map_or(String::new(), |folder| format!("cd {} && ", quoted(folder)));
    format!(
        "{folder}printf '%s\\n' {} | {}",
        quoted(request.trim_end()),
        words.join(" ")
    )
}

/// The output without the secrets that the plugin was given; a very short one would take out half of
/// it. A secret may stand in JSON with its quotes escaped.
fn without(output: Vec<u8>, secrets: &[String]) -> Vec<u8> {
    let secrets: Vec<&String> = secrets.iter().filter(|secret| secret.len() >= 4).collect();
    if secrets.is_empty() {
        return output;
    }
    let mut text = String::from_utf8_lossy(&output).into_owned();
    for secret in secrets {
        let escaped = Value::String(secret.clone()).to_string();
        let escaped = escaped.strip_prefix('"').unwrap_or(&escaped);
        let escaped = escaped.strip_suffix('"').unwrap_or(escaped);
        text = text
            .replace(escaped, "[redacted]")
            .replace(secret.as_str(), "[redacted]");
    }
    text.into_bytes()
}
