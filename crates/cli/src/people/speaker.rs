//! Who is speaking, by the key that signs: the same rules by which a sweep will admit what is
//! signed, applied while the person can still do something about it.

use super::People;
use crate::failure::Failure;
use crate::output;
use jiff::Timestamp;
use seaworthy_model::{ItemKind, Plan, role_slug};
use seaworthy_sign::PrivateKey;
use seaworthy_yaml::suggest;
use std::collections::BTreeSet;

/// The name of the person whose key this is. A key that the configuration does not list may
/// sign, since it may be listed in the same change; no sweep counts it before that.
pub(crate) fn name(
    people: &People,
    key: &PrivateKey,
    by: Option<&str>,
    now: Timestamp,
) -> Result<String, Failure> {
    let id = key.public_key().id();
    let Some(signer) = people.signer(id.as_str()) else {
        let short = id.short();
        let Some(by) = by else {
            return Err(Failure::config(format!(
                "the key {short} is not listed under people.signers of the configuration; list it, or say who you are with --by"
            )));
        };
        output::complain(&format!(
            "warning: the key {short} is not listed under people.signers of the configuration; nothing that it signs counts before it is\n"
        ));
        return Ok(by.to_owned());
    };
    if by.is_some_and(|by| by != signer.name) {
        return Err(Failure::usage(format!(
            "--by {}: the key is that of {}",
            by.unwrap_or_default(),
            signer.name
        )));
    }
    if let Some(until) = signer.until.filter(|until| now >= *until) {
        let name = &signer.name;
        return Err(Failure::config(format!(
            "the key of {name} ended at {until}, and nothing that it signs counts; list a new one"
        )));
    }
    Ok(signer.name.clone())
}

/// The slug of a role that the signer of `key` may speak in.
pub(crate) fn role(
    people: &People,
    plan: &Plan,
    key: &PrivateKey,
    role: &str,
) -> Result<String, Failure> {
    let slug = role_slug(role);
    let known = known_roles(people, plan);
    if !known.contains(&slug) {
        let near = suggest(&slug, known.iter().map(String::as_str));
        let near = near.map_or_else(
            || {
                let known: Vec<_> = known.iter().map(String::as_str).collect();
                format!("there are {}", known.join(", "))
            },
            |near| format!("did you mean {near}?"),
        );
        return Err(Failure::usage(format!(
            "neither checklist, bindings nor configuration know the role `{role}`; {near}"
        )));
    }
    let Some(signer) = people.signer(key.public_key().id().as_str()) else {
        return Ok(slug);
    };
    if signer.roles.contains(&slug) {
        return Ok(slug);
    }
    let roles: Vec<_> = signer.roles.iter().map(String::as_str).collect();
    let roles = match roles.as_slice() {
        [] => "in no role".to_owned(),
        some => format!("only as {}", some.join(", ")),
    };
    Err(Failure::config(format!(
        "{} may not speak as {slug}, {roles}; the configuration lists roles under people.signers",
        signer.name
    )))
}

/// The roles of the checklist's sign-off, of the bindings, and of the signers.
fn known_roles(people: &People, plan: &Plan) -> BTreeSet<String> {
    let mut roles: BTreeSet<String> = sign_off_roles(plan).map(role_slug).collect();
    let rules = plan.items.iter().filter_map(|item| item.rule.as_ref());
    let asked = rules.filter_map(|rule| rule.attest.as_ref()?.role.as_deref());
    roles.extend(asked.map(role_slug));
    roles.extend(
        people
            .signers
            .iter()
            .flat_map(|signer| signer.roles.iter().cloned()),
    );
    roles
}

/// The roles that have to sign off, as the checklist has them.
pub(crate) fn sign_off_roles(plan: &Plan) -> impl Iterator<Item = &str> {
    plan.items
        .iter()
        .filter(|planned| planned.item.kind == ItemKind::SignOff)
        .map(|planned| planned.item.role.as_deref().unwrap_or(&planned.item.title))
}
