//! What one part of an item comes to: a probe's verdicts, a family that is not built, a person's
//! word; and the credit that it earns (design §5.7). How parts make an item is in `item`.

use crate::people::Word;
use seaworthy_model::{AttestRule, Claim, ReasonCode, ResultKind, UnbuiltFamily};

/// What an item, or one part of it, comes to.
pub(crate) struct Part {
    pub(crate) result: ResultKind,
    pub(crate) reason: Option<ReasonCode>,
    pub(crate) message: Option<String>,
}

impl Part {
    pub(crate) fn new(result: ResultKind, reason: ReasonCode, message: impl Into<String>) -> Self {
        Self {
            result,
            reason: Some(reason),
            message: Some(message.into()),
        }
    }
}

/// Subjects that earn credit, of those that count.
#[derive(Clone, Copy)]
pub(crate) struct Credit {
    pub(crate) credited: u64,
    pub(crate) counted: u64,
}

impl Credit {
    pub(crate) const NONE: Self = Self {
        credited: 0,
        counted: 1,
    };
    pub(crate) const WHOLE: Self = Self {
        credited: 1,
        counted: 1,
    };
    pub(crate) const OUT: Self = Self {
        credited: 0,
        counted: 0,
    };
}

pub(crate) fn attested_out(statement: &str) -> Part {
    Part::new(
        ResultKind::NotApplicable,
        ReasonCode::AttestedNotApplicable,
        statement,
    )
}

pub(crate) fn not_built(unbuilt: &UnbuiltFamily) -> Part {
    let message = format!("no collector for {} yet: {}", unbuilt.family, unbuilt.check);
    Part::new(ResultKind::Inconclusive, ReasonCode::NoCollector, message)
}

pub(crate) fn no_target(family: &str) -> Part {
    let message = format!("the configuration lists no target that {family} could look at");
    Part::new(ResultKind::Inconclusive, ReasonCode::NoTarget, message)
}

/// What a person's word comes to, where one is asked.
pub(crate) fn spoken(word: Word<'_>, asked: Option<&AttestRule>) -> Part {
    let missing = ReasonCode::AttestationMissing;
    match word {
        Word::Counts(said) if said.claim == Claim::NotApplicable => attested_out(&said.statement),
        Word::Counts(said) => Part {
            result: ResultKind::Attested,
            reason: None,
            message: Some(format!("{} ({}): {}", said.by, said.role, said.statement)),
        },
        Word::Stale(why) => Part::new(ResultKind::Inconclusive, ReasonCode::Stale, why),
        Word::NotEnough(why) => Part::new(ResultKind::Pending, missing, why),
        Word::None => {
            let role = asked.and_then(|rule| rule.role.as_deref());
            let message = match role {
                Some(role) => format!("an attestation by the role {role} is asked"),
                None => "an attestation is asked".to_owned(),
            };
            Part::new(ResultKind::Pending, missing, message)
        }
    }
}

pub(crate) fn worst(parts: Vec<Part>) -> Part {
    let worst = parts.into_iter().min_by_key(|part| part.result);
    worst.unwrap_or_else(|| {
        Part::new(
            ResultKind::Inconclusive,
            ReasonCode::NoSubject,
            "nothing was seen",
        )
    })
}

/// Credit of an item that is decided without subjects.
pub(crate) fn alone(part: &Part) -> Credit {
    match part.result {
        ResultKind::Pass | ResultKind::Attested => Credit::WHOLE,
        ResultKind::NotApplicable | ResultKind::NotDue => Credit::OUT,
        ResultKind::Fail
        | ResultKind::Inconclusive
        | ResultKind::Pending
        | ResultKind::Skipped
        | ResultKind::Waived => Credit::NONE,
    }
}
