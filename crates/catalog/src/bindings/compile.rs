//! A binding checked against the probes that exist, and filled in with what an item's text says.
//!
//! Which binding an item gets is decided in the parent module.

use super::capture::{CaptureKind, Captures};
use super::file::{AttestSource, BindingSource, UseSource};
use super::pattern::is_name;
use super::place::Fault;
use crate::{accept_value, parse_duration};
use seaworthy_model::{
    AttestRule, Combine, ParamKind, ParamSpec, ParamValue, ProbeId, ProbeSpec, TargetSelector,
    UnbuiltFamily,
};
use seaworthy_yaml::suggest;
use serde_json::Value;
use std::collections::BTreeMap;

const DAY: i64 = 86_400_000;

/// How an item is decided, before its text filled it in.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) combine: Combine,
    pub(crate) uses: Vec<RuleUse>,
    pub(crate) unbuilt: Vec<UnbuiltFamily>,
    pub(crate) attest: Option<AttestRule>,
}

/// A probe, its parameters not filled in yet.
#[derive(Clone, Debug)]
pub(crate) struct RuleUse {
    pub(crate) probe: ProbeId,
    pub(crate) with: BTreeMap<String, Argument>,
    pub(crate) on: TargetSelector,
    pub(crate) min_subjects: u32,
    pub(crate) required: bool,
}

/// A parameter's value.
#[derive(Clone, Debug)]
pub(crate) enum Argument {
    /// Given in the binding.
    Fixed(ParamValue),
    /// The value of a capture, for a parameter that is not text: `"{min}"`.
    Captured(String),
    /// Text with captures in it, filled in as the item writes them.
    Text(String),
}

/// Compiles a binding and gathers its faults, each with its pointer beneath the binding and what
/// to do about it.
pub(crate) struct Compiler<'a> {
    pub(crate) probes: &'a BTreeMap<&'a str, &'a ProbeSpec>,
    pub(crate) faults: Vec<(Fault, Option<String>)>,
}

impl Compiler<'_> {
    fn fault(&mut self, pointer: &str, message: String, help: Option<String>) {
        let fault = ((pointer.to_owned(), message), help);
        // A binding for several items is compiled for each of them, and says a fault once.
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    /// The rule of a binding whose places capture `captures`.
    pub(crate) fn rule(
        &mut self,
        source: &BindingSource,
        captures: &BTreeMap<String, CaptureKind>,
    ) -> Rule {
        if source.probes.is_empty() && source.unbuilt.is_empty() && source.attest.is_none() {
            let message = "the binding decides nothing".to_owned();
            let help = "give it `probes`, `unbuilt` or `attest`".to_owned();
            self.fault("", message, Some(help));
        }
        if source.combine == Combine::AnyOf {
            self.none_required(source);
        }
        let uses = source.probes.iter().enumerate();
        let uses = uses
            .filter_map(|(index, used)| self.used(&format!("/probes/{index}"), used, captures))
            .collect();
        for (index, family) in source.unbuilt.iter().enumerate() {
            self.placeholders(&format!("/unbuilt/{index}/check"), &family.check, captures);
        }
        Rule {
            combine: source.combine,
            uses,
            unbuilt: source.unbuilt.clone(),
            attest: source.attest.as_ref().map(|attest| self.attest(attest)),
        }
    }

    /// Where one probe is enough, none can be required.
    fn none_required(&mut self, source: &BindingSource) {
        for (index, used) in source
            .probes
            .iter()
            .enumerate()
            .filter(|(_, used)| used.required)
        {
            let message = format!(
                "`{}` is required, and any of the probes is enough",
                used.probe
            );
            let help = "leave out `required`, or combine them as `all_of`".to_owned();
            self.fault(&format!("/probes/{index}/required"), message, Some(help));
        }
    }

    fn used(
        &mut self,
        pointer: &str,
        used: &UseSource,
        captures: &BTreeMap<String, CaptureKind>,
    ) -> Option<RuleUse> {
        let Some(spec) = self.probes.get(used.probe.as_str()).copied() else {
            let near = suggest(&used.probe, self.probes.keys().copied());
            let help = near.map_or_else(
                || "`seaworthy probes list` names them all".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!("there is no probe `{}`", used.probe);
            self.fault(&format!("{pointer}/use"), message, Some(help));
            return None;
        };
        let mut with = BTreeMap::new();
        for (name, value) in &used.with {
            let pointer = format!(
                "{pointer}/with/{}",
                name.replace('~', "~0").replace('/', "~1")
            );
            let Some(param) = spec.params.get(name) else {
                self.unknown_param(&pointer, name, spec);
                continue;
            };
            if let Some(argument) = self.argument(&pointer, value, param, captures) {
                with.insert(name.clone(), argument);
            }
        }
        Some(RuleUse {
            probe: spec.id.clone(),
            with,
            on: used.on.clone(),
            min_subjects: used.min_subjects.max(1),
            required: used.required,
        })
    }

    fn unknown_param(&mut self, pointer: &str, name: &str, spec: &ProbeSpec) {
        let names = || spec.params.keys().map(String::as_str);
        let help = match suggest(name, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if spec.params.is_empty() => "it has none".to_owned(),
            None => format!("it has {}", names().collect::<Vec<_>>().join(", ")),
        };
        let message = format!("the probe `{}` has no parameter `{name}`", spec.id);
        self.fault(pointer, message, Some(help));
    }

    fn argument(
        &mut self,
        pointer: &str,
        value: &Value,
        param: &ParamSpec,
        captures: &BTreeMap<String, CaptureKind>,
    ) -> Option<Argument> {
        if let Value::String(text) = value {
            if let Some(name) = whole_placeholder(text) {
                return self.captured(pointer, name, param, captures);
            }
            if param.kind == ParamKind::String && !names_in(text).is_empty() {
                self.placeholders(pointer, text, captures);
                return Some(Argument::Text(text.clone()));
            }
        }
        let name = pointer.rsplit('/').next().unwrap_or_default();
        match accept_value(name, param.kind, value) {
            Ok(value) => Some(Argument::Fixed(value)),
            Err(error) => {
                self.fault(pointer, error.to_string(), None);
                None
            }
        }
    }

    fn captured(
        &mut self,
        pointer: &str,
        name: &str,
        param: &ParamSpec,
        captures: &BTreeMap<String, CaptureKind>,
    ) -> Option<Argument> {
        let Some(kind) = captures.get(name).copied() else {
            self.not_captured(pointer, name, captures);
            return None;
        };
        if param.kind == ParamKind::String {
            return Some(Argument::Text(format!("{{{name}}}")));
        }
        if kind.fits(param.kind) {
            return Some(Argument::Captured(name.to_owned()));
        }
        let wanted = wanted(param.kind);
        let message = format!("`{{{name}}}` captures {kind}; the parameter wants {wanted}");
        self.fault(pointer, message, None);
        None
    }

    fn not_captured(
        &mut self,
        pointer: &str,
        name: &str,
        captures: &BTreeMap<String, CaptureKind>,
    ) {
        let names = || captures.keys().map(String::as_str);
        let help = match suggest(name, names()) {
            Some(near) => format!("did you mean `{{{near}}}`?"),
            None if captures.is_empty() => "its patterns capture nothing".to_owned(),
            None => format!("captured: {}", names().collect::<Vec<_>>().join(", ")),
        };
        let message = format!("no pattern of the binding captures `{name}`");
        self.fault(pointer, message, Some(help));
    }

    fn placeholders(
        &mut self,
        pointer: &str,
        text: &str,
        captures: &BTreeMap<String, CaptureKind>,
    ) {
        for name in names_in(text) {
            if !captures.contains_key(name) {
                self.not_captured(pointer, name, captures);
            }
        }
    }

    fn attest(&mut self, source: &AttestSource) -> AttestRule {
        let within_days = source.within.as_ref().and_then(|text| {
            let span = parse_duration(text).filter(|span| *span > 0 && span % DAY == 0);
            if span.is_none() {
                let message = format!("`{text}` is no number of whole days");
                let help = "write for example `365d`".to_owned();
                self.fault("/attest/within", message, Some(help));
            }
            span.map(|span| span / DAY)
        });
        AttestRule {
            role: source.role.clone(),
            within_days,
            document: source.document,
            when: source.when,
        }
    }
}

impl Argument {
    /// The value for an item whose text gave `captures`.
    pub(crate) fn value(&self, captures: &Captures) -> Option<ParamValue> {
        match self {
            Self::Fixed(value) => Some(value.clone()),
            Self::Captured(name) => captures.get(name).map(|captured| captured.value.clone()),
            Self::Text(text) => Some(ParamValue::String(filled(text, captures))),
        }
    }
}

/// The text with each `{name}` of a capture replaced by what the item says.
pub(crate) fn filled(text: &str, captures: &Captures) -> String {
    let mut parts = text.split('{');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let named = part.split_once('}');
        match named.and_then(|(name, rest)| Some((captures.get(name)?, rest))) {
            Some((captured, rest)) => {
                out.push_str(&captured.text);
                out.push_str(rest);
            }
            None => {
                out.push('{');
                out.push_str(part);
            }
        }
    }
    out
}

/// `min` of `{min}`, where the whole text is one capture.
fn whole_placeholder(text: &str) -> Option<&str> {
    let name = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    is_name(name).then_some(name)
}

/// The captures that a text names.
fn names_in(text: &str) -> Vec<&str> {
    let after = text.split('{').skip(1);
    after
        .filter_map(|part| part.split_once('}'))
        .map(|(name, _)| name)
        .filter(|name| is_name(name))
        .collect()
}

/// What a parameter of that type can be given.
const fn wanted(kind: ParamKind) -> &'static str {
    match kind {
        ParamKind::Int => "int or percent",
        ParamKind::String => "any",
        ParamKind::Duration => "duration",
        ParamKind::Bool => "true or false, written out",
        ParamKind::StringList => "a list, written out",
    }
}
