//! What a probe says of a fact, as little of it as can be: there may be millions.

use crate::evaluations::Evaluation;
use seaworthy_catalog::Judged;
use seaworthy_model::{Digest, Fact, Location, Outcome, ReasonCode, SubjectRef, fingerprint};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a verdict repeats of its fact. The fact itself need not be kept for it.
#[derive(Clone, Debug)]
pub struct FactHead {
    pub(super) subject: SubjectRef,
    pub(super) target: Arc<str>,
    pub(super) location: Option<Location>,
    pub(super) reproduce: Option<Box<str>>,
}

impl FactHead {
    /// The head of a fact.
    #[must_use]
    pub fn of(fact: &Fact) -> Self {
        let provenance = &fact.provenance;
        Self {
            subject: fact.subject.clone(),
            target: provenance.target.as_str().into(),
            location: fact.location.clone(),
            reproduce: provenance.reproduce.as_deref().map(Box::from),
        }
    }
}

/// What a probe says of a fact.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) evaluation: u32,
    /// The fact's number, from 0, in the order in which facts came.
    pub(super) fact: u32,
    pub(super) outcome: Outcome,
    /// A pass needs no words.
    pub(super) said: Option<Box<Said>>,
}

#[derive(Debug)]
pub(super) struct Said {
    pub(super) reason: Option<ReasonCode>,
    pub(super) message: Option<Arc<str>>,
    pub(super) field: Option<Arc<str>>,
    /// Line and column of the field, in the fact's own file.
    place: Option<(u32, u32)>,
    pub(super) patch: Option<Box<str>>,
    fingerprint: Option<[u8; 32]>,
}

impl Said {
    pub(super) fn fingerprint(&self) -> Option<Digest> {
        self.fingerprint.as_ref().map(Digest::from_sha256)
    }

    /// Where the field stands.
    pub(super) fn location(&self, head: &FactHead) -> Option<Location> {
        let (line, column) = self.place?;
        Some(Location {
            file: head.location.as_ref()?.file.clone(),
            line,
            column: Some(column),
        })
    }
}

/// Words that verdicts repeat, held once.
#[derive(Debug, Default)]
pub(super) struct Words(BTreeSet<Arc<str>>);

impl Words {
    fn held(&mut self, text: &str) -> Arc<str> {
        if let Some(same) = self.0.get(text) {
            return Arc::clone(same);
        }
        let new: Arc<str> = text.into();
        self.0.insert(Arc::clone(&new));
        new
    }
}

impl Kept {
    pub(super) fn of(
        (number, evaluation): (usize, &Evaluation),
        (line, fact): (u32, &Fact),
        judged: Judged,
        words: &mut Words,
    ) -> Option<Self> {
        let fingerprint = judged.failed.as_ref().and_then(|failed| {
            let (id, subject) = (&evaluation.id, &fact.subject);
            fingerprint(id, subject, &failed.assertion, &failed.values).sha256()
        });
        let message = judged.message.map(|message| match judged.outcome {
            // It names what was found, which seldom repeats itself.
            Outcome::Fail => message.into(),
            Outcome::Pass | Outcome::NotApplicable | Outcome::Inconclusive => words.held(&message),
        });
        let said = Said {
            reason: judged.reason,
            message,
            place: judged
                .field
                .as_deref()
                .and_then(|field| fact.places.nearest(field)),
            field: judged.field.map(|field| words.held(&field)),
            patch: judged.patch.map(String::into_boxed_str),
            fingerprint,
        };
        let says_nothing = said.reason.is_none() && said.message.is_none();
        Some(Self {
            evaluation: u32::try_from(number).ok()?,
            fact: line,
            outcome: judged.outcome,
            said: (!says_nothing).then(|| Box::new(said)),
        })
    }
}
