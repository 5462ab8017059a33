//! What the checklist itself says beside its boxes, as facts: the emergency contacts.
//!
//! Nothing is read here. The table is parsed with the checklist, and travels in a target that
//! the run makes of it ([`target`]); so a probe can ask for it as for everything else, and a
//! replay needs no checklist. Names and numbers stay out of the facts: they say only what is
//! filled in.

use schemars::JsonSchema;
use seaworthy_collect::{BoxFuture, Collector, Context, Sink, fact_schema, fact_value};
use seaworthy_model::{
    Contact, Fact, FactSchema, Provenance, ReasonCode, SubjectRef, Target, Unassessed, is_filled,
};
use serde::Serialize;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

const ID: &str = "checklist/contacts";
const TARGET: &str = "checklist";
/// The name of the target, which no configuration lists.
const NAME: &str = "the checklist";

/// A row of the table of emergency contacts.
#[derive(Debug, Serialize, JsonSchema)]
struct ContactFact {
    /// The role, such as `On-Call Primary`.
    role: String,
    /// Whether a person is named. A placeholder such as `TBD` names nobody.
    named: bool,
    /// Whether there is a telephone number.
    telephone: bool,
    /// Whether there is an e-mail address.
    email: bool,
}

/// The collectors of this family.
#[must_use]
pub fn collectors() -> Vec<Box<dyn Collector>> {
    vec![Box::new(Contacts)]
}

/// The checklist as a target of its own.
#[must_use]
pub fn target(contacts: &[Contact]) -> Target {
    let rows: Vec<ContactFact> = contacts
        .iter()
        .map(|contact| ContactFact {
            role: contact.role.clone(),
            named: is_filled(&contact.name),
            telephone: is_filled(&contact.phone),
            email: is_filled(&contact.email),
        })
        .collect();
    Target {
        name: NAME.to_owned(),
        kind: TARGET.to_owned(),
        labels: BTreeSet::new(),
        spec: json!({ "contacts": rows }).into(),
        location: None,
    }
}

/// Takes the rows out of the target again.
struct Contacts;

impl Collector for Contacts {
    fn id(&self) -> &'static str {
        ID
    }

    fn target_kind(&self) -> &'static str {
        TARGET
    }

    fn facts(&self) -> Vec<FactSchema> {
        vec![fact_schema::<ContactFact>("contact")]
    }

    fn describe(&self, _target: &Target) -> Vec<String> {
        vec!["read the table of contacts in the checklist".to_owned()]
    }

    fn collect<'a>(
        &'a self,
        target: &'a Target,
        context: &'a Context,
        sink: &'a Sink,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let spec = target.spec.value();
            let rows = spec.get("contacts").and_then(|rows| rows.as_array());
            if rows.is_none_or(Vec::is_empty) {
                let why =
                    "the checklist has no table of emergency contacts (role, name, phone, email)";
                sink.unassessed(missed(target, ReasonCode::NoSubject, why.to_owned()));
            }
            let mut twins: BTreeMap<String, u32> = BTreeMap::new();
            for row in rows.into_iter().flatten() {
                let role = row.get("role").and_then(|role| role.as_str());
                let role = role.unwrap_or_default().to_owned();
                let times = twins.entry(role.clone()).or_default();
                *times += 1;
                let name = match *times {
                    1 => role,
                    number => format!("{role} ({number})"),
                };
                match fact_value(row) {
                    Ok(value) => sink.fact(fact(target, context, name, value)),
                    Err(trouble) => {
                        let failed = ReasonCode::CollectorFailed;
                        sink.unassessed(missed(target, failed, trouble.detail));
                    }
                }
            }
        })
    }
}

fn missed(target: &Target, reason: ReasonCode, detail: String) -> Unassessed {
    Unassessed {
        target: target.name.clone(),
        request: ID.to_owned(),
        kinds: vec!["contact".to_owned()],
        reason,
        detail,
        location: None,
        attempts: Vec::new(),
    }
}

fn fact(target: &Target, context: &Context, name: String, value: serde_json::Value) -> Fact {
    Fact {
        subject: SubjectRef {
            kind: "contact".to_owned(),
            name,
        },
        value,
        unknown: BTreeMap::new(),
        places: seaworthy_model::Places::default(),
        provenance: Provenance {
            target: target.name.clone(),
            collector: ID.to_owned(),
            at: context.now(),
            attempts: Vec::new(),
            artifacts: Vec::new(),
            reproduce: None,
        },
        location: None,
    }
}

#[cfg(test)]
mod tests {
    use super::{collectors, target};
    use seaworthy_collect::{Budgets, Collected, Context, Sink};
    use seaworthy_model::{Contact, ReasonCode};
    use serde_json::json;

    fn contact(role: &str, name: &str, phone: &str, email: &str) -> Contact {
        Contact {
            role: role.into(),
            name: name.into(),
            phone: phone.into(),
            email: email.into(),
        }
    }

    async fn look(rows: &[Contact]) -> Collected {
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        let context = Context::new(now, Budgets::default(), || jiff::Timestamp::UNIX_EPOCH);
        let sink = Sink::new();
        for collector in collectors() {
            collector.collect(&target(rows), &context, &sink).await;
        }
        sink.take()
    }

    #[tokio::test]
    async fn each_row_is_a_fact_without_names_and_numbers() {
        let rows = [
            contact("DevOps Lead", "Ada", "+44 20 1", "ada@example.com"),
            contact("Escalation", "TBD", "", "___"),
            contact("Escalation", "Bob", "+44 20 2", "bob@example.com"),
        ];
        let facts = look(&rows).await.facts;
        let values: Vec<_> = facts
            .iter()
            .map(|fact| (fact.subject.name.as_str(), &fact.value))
            .collect();
        let row = |role: &str, filled: bool| json!({ "role": role, "named": filled, "telephone": filled, "email": filled });
        assert_eq!(
            values,
            [
                ("DevOps Lead", &row("DevOps Lead", true)),
                ("Escalation", &row("Escalation", false)),
                ("Escalation (2)", &row("Escalation", true)),
            ]
        );
        let all = format!("{facts:?}{:?}", target(&rows));
        assert!(!all.contains("Ada") && !all.contains("+44"), "{all}");
    }

    #[tokio::test]
    async fn without_a_table_nothing_was_seen() {
        let collected = look(&[]).await;
        assert!(collected.facts.is_empty());
        assert_eq!(collected.unassessed[0].reason, ReasonCode::NoSubject);
    }
}
