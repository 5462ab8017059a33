//! From what was measured in each environment to facts: each is compared with all others.

use super::KIND;
use super::print::Printer;
use super::source::{Measured, Seen};
use super::target::Environment;
use crate::build::Draft;
use crate::facts::{Form, SigningKey};
use seaworthy_collect::Trouble;

/// What came of a key in all its environments.
pub(super) struct Told {
    pub(super) drafts: Vec<Draft>,
    pub(super) troubles: Vec<Trouble>,
}

/// Compares the keys of one name.
pub(super) fn compare(
    name: &str,
    environments: &[Environment],
    seen: Vec<Result<Seen, Trouble>>,
    printer: &Printer,
) -> Told {
    let mut troubles = Vec::new();
    let mut unread = Vec::new();
    let mut prints: Vec<(&str, String)> = Vec::new();
    let mut keys: Vec<(&str, Measured)> = Vec::new();
    for (environment, seen) in environments.iter().zip(seen) {
        let environment = environment.name.as_str();
        match seen {
            Ok(Seen::Print(print)) => prints.push((environment, print)),
            Ok(Seen::Measured(measured)) => {
                prints.push((environment, measured.print.clone()));
                keys.push((environment, *measured));
            }
            Err(trouble) => {
                unread.push(environment);
                troubles.push(trouble);
            }
        }
    }
    let drafts = keys.into_iter().map(|(environment, measured)| {
        let others: Vec<_> = prints
            .iter()
            .filter(|(other, _)| *other != environment)
            .collect();
        let same = others.iter().filter(|(_, print)| *print == measured.print);
        let same_in: Vec<String> = same.map(|(other, _)| (*other).to_owned()).collect();
        let compared_with = others
            .iter()
            .map(|(other, _)| (*other).to_owned())
            .collect();
        let unknown = why_unknown(&same_in, &others, &unread);
        let compared = (compared_with, same_in);
        draft(name, environment, measured, compared, unknown, printer)
    });
    Told {
        drafts: drafts.collect(),
        troubles,
    }
}

/// Why nobody can say that no other environment has the same key.
fn why_unknown(same: &[String], others: &[&(&str, String)], unread: &[&str]) -> Option<String> {
    if !same.is_empty() {
        return None;
    }
    if !unread.is_empty() {
        return Some(format!(
            "the key in {} could not be read",
            unread.join(", ")
        ));
    }
    others.is_empty().then(|| {
        "no other environment is named to compare it with; list one under `environments`".to_owned()
    })
}

fn draft(
    name: &str,
    environment: &str,
    measured: Measured,
    (compared_with, same_in): (Vec<String>, Vec<String>),
    why_unknown: Option<String>,
    printer: &Printer,
) -> Draft {
    let Measured {
        strength,
        print,
        source,
        part,
        object,
        reproduce,
    } = measured;
    let is_shared = strength.form == Form::Shared;
    let fact = SigningKey {
        reference: format!("{name} in {environment}"),
        environment: environment.to_owned(),
        source,
        part: part.map(str::to_owned),
        form: strength.form,
        length: is_shared.then(|| i64::try_from(strength.length).unwrap_or(i64::MAX)),
        entropy_bits: is_shared.then(|| i64::try_from(strength.entropy_bits).unwrap_or(i64::MAX)),
        published: is_shared.then_some(strength.published),
        compared_with,
        same_in,
        fingerprint: printer.is_lasting.then_some(print),
    };
    let subject = format!("{name}/{environment}");
    let mut draft = Draft::new(KIND, subject, &fact);
    if let Some(object) = &object {
        draft = draft.about(object);
    }
    draft.reproduce = reproduce;
    let mut leave = |field: &str, why: String| draft.leave_unknown(field, why);
    if let Some(why) = why_unknown {
        leave("same_in", why);
    }
    if !is_shared {
        let what = match strength.form {
            Form::PrivateKey => "a private key in PEM",
            Form::Jwk => "a JSON Web Key",
            Form::Shared => "a shared secret",
        };
        for field in ["length", "entropy_bits", "published"] {
            leave(
                field,
                format!("not understood: it is {what}, whose strength is not its length"),
            );
        }
    }
    draft
}
