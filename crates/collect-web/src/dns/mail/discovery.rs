//! Which DMARC record holds for a domain: the tree walk of RFC 9989 §4.10, and beside it the organisational
//! domain of the public suffix list, by which receivers of RFC 7489 still go.
//!
//! The questions are asked by `look.rs`.

use super::dmarc::{Psd, psd};

/// Of a name with more labels than these, the parents that are asked for begin here.
const MOST_LABELS: usize = 7;

/// The names whose records a receiver asks for, in order: the name itself and its parents, of long ones the
/// last seven labels at most, so that nobody causes more than eight look-ups.
pub(super) fn targets(name: &str) -> Vec<&str> {
    let parents = std::iter::successors(Some(name), |name| {
        name.split_once('.').map(|(_, parent)| parent)
    });
    let labels = |name: &str| name.split('.').count();
    let mut first = true;
    parents
        .filter(|target| std::mem::take(&mut first) || labels(target) <= MOST_LABELS)
        .collect()
}

/// What stands at one of the names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) name: String,
    /// The records that are meant as DMARC.
    pub(super) records: Vec<String>,
}

impl Step {
    /// The record, where there is one and no more: several are none (§4.10).
    fn record(&self) -> Option<&str> {
        match self.records.as_slice() {
            [only] => Some(only),
            [] | [_, ..] => None,
        }
    }

    /// Whether the walk ends here: a record says whether this is a public suffix. The first name of all is
    /// let off where it says that it is one, for its mail has a policy too.
    pub(super) fn ends(&self, is_first: bool) -> bool {
        match self.record().map(psd) {
            Some(Psd::No) => true,
            Some(Psd::Yes) => !is_first,
            Some(Psd::Unsaid) | None => false,
        }
    }
}

/// What a walk comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// The domain to which names that have no record of their own belong.
    pub(super) organisation: String,
    /// Where the record stands that holds for the name, with the records there.
    pub(super) policy: Option<Step>,
    /// The record that holds for names below it without one of their own.
    pub(super) below: Option<String>,
}

/// Reads a walk, which holds the name itself at least.
pub(super) fn decide(steps: &[Step]) -> Found {
    let Some(own) = steps.first() else {
        return Found::default();
    };
    let organisation = organisation(steps, &own.name);
    let at = |name: &str| steps.iter().find(|step| step.name == name);
    let with_record = |step: &&Step| step.record().is_some();
    // The policy of a public suffix is for organisations that have none.
    let suffix = steps
        .iter()
        .skip(1)
        .find(|step| step.record().map(psd) == Some(Psd::Yes));
    let inherited = at(&organisation).filter(with_record).or(suffix);
    // Several records at the name itself are told, though to receivers they are none.
    let policy = if own.records.is_empty() {
        inherited
    } else {
        Some(own)
    };
    Found {
        policy: policy.cloned(),
        below: inherited.and_then(Step::record).map(str::to_owned),
        organisation,
    }
}

/// The organisational domain (§4.10.2).
fn organisation(steps: &[Step], name: &str) -> String {
    for (index, step) in steps.iter().enumerate() {
        match step.record().map(psd) {
            Some(Psd::No) => return step.name.clone(),
            Some(Psd::Yes) if index > 0 => return one_below(&step.name, name),
            Some(Psd::Yes | Psd::Unsaid) | None => {}
        }
    }
    let shortest = steps.iter().rfind(|step| step.record().is_some());
    shortest.map_or(name, |step| &step.name).to_owned()
}

/// The parent of `name`, or it itself, that has one label more than `suffix`.
fn one_below(suffix: &str, name: &str) -> String {
    let rest = name.strip_suffix(suffix).unwrap_or_default();
    let rest = rest.strip_suffix('.').unwrap_or(rest);
    let label = rest.rsplit('.').next().unwrap_or_default();
    format!("{label}.{suffix}")
}

#[cfg(test)]
mod tests {
    use super::{Step, decide, one_below, targets};

    #[test]
    fn no_more_than_eight_are_asked() {
        assert_eq!(
            targets("a.example.com"),
            ["a.example.com", "example.com", "com"]
        );
        assert_eq!(targets("com"), ["com"]);
        // RFC 9989 §4.10: a name of 8 labels or more goes on with 7.
        let long = targets("a.b.c.d.e.f.g.h.i.j.mail.example.com");
        assert_eq!(long.len(), 8);
        assert_eq!(long.get(1), Some(&"g.h.i.j.mail.example.com"));
        assert_eq!(long.last(), Some(&"com"));
        let eight = targets("a.b.c.d.e.mail.example.com");
        assert_eq!(eight.get(1), Some(&"b.c.d.e.mail.example.com"));
        assert_eq!(eight.len(), 8);
    }

    /// A walk of `mail.team.example.com` over these records: where the policy stands, to whom the name
    /// belongs, and what holds below.
    fn check(
        records: &[(&str, &str)],
        policy: Option<&str>,
        organisation: &str,
        below: Option<&str>,
    ) {
        let mut steps = Vec::new();
        for name in targets("mail.team.example.com") {
            let own = records.iter().filter(|(at, _)| *at == name);
            let step = Step {
                name: name.to_owned(),
                records: own.map(|(_, text)| format!("v=DMARC1; {text}")).collect(),
            };
            let ends = step.ends(steps.is_empty());
            steps.push(step);
            if ends {
                break;
            }
        }
        let found = decide(&steps);
        let at = found.policy.map(|step| step.name);
        assert_eq!(at.as_deref(), policy, "{records:?}");
        assert_eq!(found.organisation, organisation, "{records:?}");
        let below = below.map(|text| format!("v=DMARC1; {text}"));
        assert_eq!(found.below, below, "{records:?}");
    }

    #[test]
    fn the_walk_by_its_rules() {
        const OWN: &str = "mail.team.example.com";
        check(&[], None, OWN, None);
        check(&[(OWN, "p=reject")], Some(OWN), OWN, Some("p=reject"));
        check(
            &[("example.com", "p=none")],
            Some("example.com"),
            "example.com",
            Some("p=none"),
        );
        // The one with the fewest labels counts, and what is between does not.
        check(
            &[("team.example.com", "p=reject"), ("example.com", "p=none")],
            Some("example.com"),
            "example.com",
            Some("p=none"),
        );
        check(
            &[
                ("team.example.com", "p=reject; psd=n"),
                ("example.com", "p=none"),
            ],
            Some("team.example.com"),
            "team.example.com",
            Some("p=reject; psd=n"),
        );
        check(
            &[(OWN, "p=reject"), ("example.com", "p=none")],
            Some(OWN),
            "example.com",
            Some("p=none"),
        );
        // A public suffix speaks for those who say nothing.
        check(
            &[("com", "p=reject; psd=y")],
            Some("com"),
            "example.com",
            Some("p=reject; psd=y"),
        );
        check(
            &[("example.com", "p=none"), ("com", "p=reject; psd=y")],
            Some("example.com"),
            "example.com",
            Some("p=none"),
        );
        check(
            &[("team.example.com", "p=none"), ("com", "p=reject; psd=y")],
            Some("com"),
            "example.com",
            Some("p=reject; psd=y"),
        );
        check(
            &[("example.com", "p=none; psd=y")],
            Some("example.com"),
            "team.example.com",
            Some("p=none; psd=y"),
        );
        // Several are none, and those of the name itself are told.
        check(
            &[("example.com", "p=none"), ("example.com", "p=reject")],
            None,
            OWN,
            None,
        );
        check(&[(OWN, "p=none"), (OWN, "p=reject")], Some(OWN), OWN, None);
        check(
            &[(OWN, "p=reject; psd=y"), ("com", "p=none; psd=y")],
            Some(OWN),
            "example.com",
            Some("p=none; psd=y"),
        );
    }

    #[test]
    fn one_label_more() {
        assert_eq!(one_below("com", "a.b.example.com"), "example.com");
        assert_eq!(one_below("co.uk", "b.co.uk"), "b.co.uk");
    }
}
