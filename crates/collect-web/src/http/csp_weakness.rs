//! What the policies of a page together let through: a browser enforces each of them, so a way
//! in is open only where every policy leaves it open.

use super::csp::{Policy, Sources, policies};
use super::csp_sources::{allows, bypasses};
use super::framing::is_anyone;
use crate::exchange::head::Fields;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// Content-Security-Policy as browsers combine it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Csp {
    /// Whether the header was sent, enforced or report-only.
    pub(crate) present: bool,
    /// Whether at least one policy is enforced, by the header or by a `<meta>` element.
    pub(crate) enforced: bool,
    /// How many of the enforced policies stand in `<meta>` elements of the page.
    pub(crate) in_page: i64,
    /// Whether a report-only policy was sent; it protects nothing.
    pub(crate) report_only: bool,
    /// The enforced policies, in order; the values of nonces are left out.
    pub(crate) policies: Vec<String>,
    /// Whether injected `<script>` text or an event handler would run.
    pub(crate) allows_inline_script: bool,
    /// Whether `eval` of text works.
    pub(crate) allows_eval: bool,
    /// Whether scripts of any host at all would load (`*`, `https:`, `data:` …).
    pub(crate) allows_any_script_host: bool,
    /// Hosts that may serve scripts and that are known to serve a stranger's: JSONP endpoints, old
    /// AngularJS, places where anybody may publish; sorted, none where any host is allowed.
    pub(crate) bypass_hosts: Vec<String>,
    /// Whether injected `<style>` text or a `style` attribute would count.
    pub(crate) allows_inline_style: bool,
    /// The sources of `frame-ancestors`, of the first policy that has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) frame_ancestors: Option<Vec<String>>,
    /// Whether plug-ins are restricted, by `object-src`, `default-src` or a `sandbox`.
    pub(crate) object_src_ok: bool,
    /// Whether an injected `<base>` cannot turn scripts to another host: `base-uri` is
    /// restricted, or no script is trusted by its nonce.
    pub(crate) base_uri_ok: bool,
    /// Whether a nonce by which the page trusts scripts stands on another answer too: it has to be new for
    /// each (CSP 3 §7.1). Absent where no two answers have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nonce_reused: Option<bool>,
    /// Every weakness by name, those that are a matter of taste among them.
    pub(crate) weaknesses: Vec<String>,
}

/// `in_page` are the policies of `<meta>` elements, as they stand there.
pub(crate) fn csp(fields: &Fields, in_page: &[String]) -> Csp {
    let report_only = fields.has("content-security-policy-report-only");
    let mut enforced = policies(fields, "content-security-policy");
    let of_header = enforced.len();
    // An element holds one policy: there a comma parts nothing (HTML §4.2.5.3).
    enforced.extend(in_page.iter().filter_map(|text| Policy::parse_meta(text)));
    let in_page = enforced.len() - of_header;
    let mut csp = Csp {
        present: report_only || in_page > 0 || fields.has("content-security-policy"),
        enforced: !enforced.is_empty(),
        in_page: i64::try_from(in_page).unwrap_or(i64::MAX),
        report_only,
        policies: enforced.iter().map(Policy::text).collect(),
        frame_ancestors: enforced
            .iter()
            .find_map(|policy| policy.directive("frame-ancestors"))
            .map(<[String]>::to_vec),
        ..Csp::default()
    };
    // Over no policy at all "every policy allows it" holds too, which is the truth.
    let open = |way: fn(&Policy) -> bool| enforced.iter().all(way);
    csp.allows_inline_script = open(inline_elements) || open(inline_attributes);
    csp.allows_eval = open(eval);
    csp.allows_any_script_host = open(any_web_script) || open(data_script);
    csp.allows_inline_style = open(inline_style_elements) || open(inline_style_attributes);
    if !csp.allows_any_script_host {
        csp.bypass_hosts = bypass_hosts(&enforced, csp.allows_eval);
    }
    csp.object_src_ok = !(open(any_web_object) || open(data_object));
    csp.base_uri_ok = !open(base_open);
    csp.weaknesses = weaknesses(&csp);
    csp
}

/// Whether the page's nonces stand on one of the `others`; none where nobody could tell.
pub(crate) fn nonce_reused<'a>(
    page: &Fields,
    others: impl Iterator<Item = &'a Fields>,
) -> Option<bool> {
    let own = policies(page, "content-security-policy");
    let own: BTreeSet<&str> = own.iter().flat_map(Policy::nonces).collect();
    let mut seen = false;
    for fields in others {
        let theirs = policies(fields, "content-security-policy");
        let theirs: BTreeSet<&str> = theirs.iter().flat_map(Policy::nonces).collect();
        if !own.is_disjoint(&theirs) {
            return Some(true);
        }
        seen |= !theirs.is_empty();
    }
    (seen && !own.is_empty()).then_some(false)
}

fn scripts_with(
    policy: &Policy,
    sources: Option<Sources<'_>>,
    way: impl Fn(Sources<'_>) -> bool,
) -> bool {
    !policy.sandboxes_scripts() && sources.is_none_or(way)
}

fn inline_elements(policy: &Policy) -> bool {
    scripts_with(policy, policy.script_elements(), |list| {
        list.allows_inline(true)
    })
}

fn inline_attributes(policy: &Policy) -> bool {
    scripts_with(policy, policy.script_attributes(), |list| {
        list.allows_inline(true)
    })
}

fn eval(policy: &Policy) -> bool {
    scripts_with(policy, policy.eval(), |list| list.keyword("'unsafe-eval'"))
}

/// Whether `<script src>` is decided by hosts and schemes, and `way` finds one that lets it in.
fn loads(policy: &Policy, way: impl Fn(Sources<'_>) -> bool) -> bool {
    scripts_with(policy, policy.script_elements(), |list| {
        !list.keyword("'strict-dynamic'") && way(list)
    })
}

fn any_web_script(policy: &Policy) -> bool {
    loads(policy, |list| list.iter().any(is_anyone))
}

fn data_script(policy: &Policy) -> bool {
    loads(policy, has_data)
}

fn has_data(list: Sources<'_>) -> bool {
    list.keyword("data:")
}

fn inline_style_elements(policy: &Policy) -> bool {
    policy
        .style_elements()
        .is_none_or(|list| list.allows_inline(false))
}

fn inline_style_attributes(policy: &Policy) -> bool {
    policy
        .style_attributes()
        .is_none_or(|list| list.allows_inline(false))
}

/// A sandbox runs no plug-in, whatever it allows (HTML §7.1.5, the sandboxed plugins flag).
fn any_web_object(policy: &Policy) -> bool {
    let open = policy
        .objects()
        .is_none_or(|list| list.iter().any(is_anyone));
    open && !policy.sandboxes()
}

fn data_object(policy: &Policy) -> bool {
    policy.objects().is_none_or(has_data) && !policy.sandboxes()
}

fn base_open(policy: &Policy) -> bool {
    if policy.sandboxes_scripts() {
        return false;
    }
    let trusts = policy
        .script_elements()
        .is_none_or(|list| list.trusts_beyond_hosts() && !list.is_none());
    trusts && policy.base().is_none_or(|list| list.iter().any(is_anyone))
}

/// The known hosts of a stranger's code that every policy lets serve scripts.
fn bypass_hosts(enforced: &[Policy], eval: bool) -> Vec<String> {
    let open = |host: &str, path: &str| {
        enforced
            .iter()
            .all(|policy| loads(policy, |list| allows(list, host, path)))
    };
    let hosts: BTreeSet<String> = bypasses()
        .filter(|known| eval || !known.needs_eval)
        .filter(|known| open(known.host, known.path))
        .map(|known| known.host.to_owned())
        .collect();
    hosts.into_iter().collect()
}

fn weaknesses(csp: &Csp) -> Vec<String> {
    if !csp.enforced {
        let name = if csp.report_only {
            "report-only"
        } else {
            "no-policy"
        };
        return vec![name.to_owned()];
    }
    [
        (csp.allows_inline_script, "inline-script"),
        (csp.allows_eval, "eval"),
        (csp.allows_any_script_host, "any-script-host"),
        (!csp.bypass_hosts.is_empty(), "bypass-host"),
        (csp.allows_inline_style, "inline-style"),
        (!csp.object_src_ok, "no-object-src"),
        (!csp.base_uri_ok, "no-base-uri"),
    ]
    .into_iter()
    .filter(|(weak, _)| *weak)
    .map(|(_, name)| name.to_owned())
    .collect()
}

#[cfg(test)]
mod tests;
