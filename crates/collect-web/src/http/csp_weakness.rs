//! What the policies of a page together let through: a browser enforces each of them, so a way
//! in is open only where every policy leaves it open.

use super::csp::{Policy, Sources, policies};
use super::framing::is_anyone;
use super::head::Fields;
use schemars::JsonSchema;
use serde::Serialize;

/// Hosts that serve scripts of anybody, or call any function that is named to them (JSONP), so
/// that a policy which lists one stops little. A short list of the best known ones, after
/// `allowlist_bypasses` of Google's CSP Evaluator.
const BYPASS_HOSTS: &[&str] = &[
    "accounts.google.com",
    "ajax.aspnetcdn.com",
    "ajax.googleapis.com",
    "cdn.jsdelivr.net",
    "cdnjs.cloudflare.com",
    "code.angularjs.org",
    "raw.githubusercontent.com",
    "storage.googleapis.com",
    "unpkg.com",
    "www.google.com",
    "www.googleapis.com",
    "yandex.st",
];

/// Content-Security-Policy as browsers combine it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Csp {
    /// Whether the header was sent, enforced or report-only.
    pub(crate) present: bool,
    /// Whether at least one policy is enforced.
    pub(crate) enforced: bool,
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
    /// Whether injected `<style>` text or a `style` attribute would count.
    pub(crate) allows_inline_style: bool,
    /// The sources of `frame-ancestors`, of the first policy that has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) frame_ancestors: Option<Vec<String>>,
    /// Whether plug-ins are restricted, by `object-src` or `default-src`.
    pub(crate) object_src_ok: bool,
    /// Whether an injected `<base>` cannot turn scripts to another host: `base-uri` is
    /// restricted, or no script is trusted by its nonce.
    pub(crate) base_uri_ok: bool,
    /// Every weakness by name, those that are a matter of taste among them.
    pub(crate) weaknesses: Vec<String>,
}

pub(crate) fn csp(fields: &Fields) -> Csp {
    let report_only = fields.has("content-security-policy-report-only");
    let enforced = policies(fields, "content-security-policy");
    let mut csp = Csp {
        present: report_only || fields.has("content-security-policy"),
        enforced: !enforced.is_empty(),
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
    csp.allows_any_script_host = open(any_script_host);
    csp.allows_inline_style = open(inline_style_elements) || open(inline_style_attributes);
    csp.object_src_ok = !open(objects_open);
    csp.base_uri_ok = !open(base_open);
    csp.weaknesses = weaknesses(&csp, &enforced);
    csp
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

fn any_script_host(policy: &Policy) -> bool {
    scripts_with(policy, policy.script_elements(), |list| {
        !list.keyword("'strict-dynamic'") && list.iter().any(is_any_script)
    })
}

fn is_any_script(source: &str) -> bool {
    is_anyone(source) || source.eq_ignore_ascii_case("data:")
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

fn objects_open(policy: &Policy) -> bool {
    policy
        .objects()
        .is_none_or(|list| list.iter().any(is_any_script))
}

fn base_open(policy: &Policy) -> bool {
    let trusts_nonces = policy
        .script_elements()
        .is_none_or(|list| list.has_nonce() && !list.is_none());
    trusts_nonces && policy.base().is_none_or(|list| list.iter().any(is_anyone))
}

/// Whether every policy lets some bypass host serve scripts.
fn bypass_host(policy: &Policy) -> bool {
    scripts_with(policy, policy.script_elements(), |list| {
        !list.keyword("'strict-dynamic'") && list.iter().any(lists_bypass_host)
    })
}

fn lists_bypass_host(source: &str) -> bool {
    let source = source.to_ascii_lowercase();
    let host = source
        .split_once("://")
        .map_or(source.as_str(), |(_, rest)| rest);
    // A path narrows what is allowed, except after a redirect; the bare host is the clear case.
    let Some(host) = host
        .split('/')
        .next()
        .filter(|name| host.trim_end_matches('/') == *name)
    else {
        return false;
    };
    BYPASS_HOSTS.iter().any(|known| {
        host == *known
            || host
                .strip_prefix('*')
                .is_some_and(|domain| domain.starts_with('.') && known.ends_with(domain))
    })
}

fn weaknesses(csp: &Csp, enforced: &[Policy]) -> Vec<String> {
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
        (enforced.iter().all(bypass_host), "bypass-host"),
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
mod tests {
    use super::{Fields, csp};
    use proptest::prelude::*;

    fn read(lines: &[&str]) -> super::Csp {
        let mut fields = Fields::default();
        for line in lines {
            fields.push("content-security-policy", line);
        }
        csp(&fields)
    }

    /// The weaknesses of one policy, in a word each.
    fn check(policy: &str, wanted: &str) {
        assert_eq!(read(&[policy]).weaknesses.join(" "), wanted, "{policy}");
    }

    #[test]
    fn directives_fall_back_to_default_src() {
        check("default-src 'none'", "");
        check("default-src 'self'", "");
        check(
            "default-src 'self' 'unsafe-inline'",
            "inline-script inline-style",
        );
        check("default-src 'self'; script-src 'self'", "");
        check("script-src 'self'", "inline-style no-object-src");
        check(
            "img-src 'self'",
            "inline-script eval any-script-host bypass-host inline-style no-object-src no-base-uri",
        );
        check(
            "default-src 'none'; script-src 'self' 'unsafe-eval'",
            "eval",
        );
        // Elements and attributes apart.
        check(
            "default-src 'none'; script-src-attr 'unsafe-inline'",
            "inline-script",
        );
        check(
            "default-src 'none'; script-src-elem 'unsafe-inline'",
            "inline-script",
        );
        check(
            "default-src 'none'; script-src 'unsafe-inline'; script-src-elem 'self'; script-src-attr 'none'",
            "",
        );
        check(
            "default-src 'none'; style-src-attr 'unsafe-inline'",
            "inline-style",
        );
        // The first of two directives of a name counts.
        check("default-src 'none'; script-src 'self'; script-src *", "");
        check(
            "default-src 'none'; script-src *; script-src 'self'",
            "any-script-host",
        );
        check(
            "sandbox; default-src * 'unsafe-inline'",
            "inline-style no-object-src",
        );
    }

    #[test]
    fn a_right_nonce_or_hash_takes_the_power_from_unsafe_inline() {
        let inline = "default-src 'self'; base-uri 'none'; script-src 'unsafe-inline'";
        for right in ["'nonce-abc'", "'sha256-abc='", "'strict-dynamic'"] {
            check(&format!("{inline} {right}"), "");
        }
        for malformed in ["'nonce-{{x}}'", "nonce-abc", "'nonce-'", "'sha1-abc'"] {
            check(&format!("{inline} {malformed}"), "inline-script");
        }
        // A script that is trusted by its nonce goes where an injected <base> sends it.
        check("default-src 'self'; script-src 'nonce-abc'", "no-base-uri");
        check(
            "default-src 'self'; script-src 'nonce-abc'; base-uri *",
            "no-base-uri",
        );
        check(
            "default-src 'self'; script-src 'nonce-abc' 'strict-dynamic' https: *; base-uri 'self'",
            "",
        );
    }

    #[test]
    fn hosts_of_anybody() {
        for any in ["*", "https:", "http:", "data:", "https://*", "*:443"] {
            check(
                &format!("default-src 'none'; script-src {any}"),
                "any-script-host",
            );
        }
        check("default-src 'none'; script-src https://*.example.com", "");
        for host in ["https://cdn.jsdelivr.net", "*.jsdelivr.net", "unpkg.com/"] {
            check(
                &format!("default-src 'none'; script-src 'self' {host}"),
                "bypass-host",
            );
        }
        // Anybody can have a name under a public suffix.
        check(
            "default-src 'none'; script-src *.github.io",
            "any-script-host",
        );
    }

    #[test]
    fn several_policies_are_an_intersection() {
        assert!(
            !read(&["script-src 'self'", "default-src * 'unsafe-inline'"]).allows_inline_script
        );
        assert!(
            !read(&["script-src 'self', default-src * 'unsafe-inline'"]).allows_any_script_host
        );
        // Each policy closes one of the two ways in, so both are closed.
        let apart = read(&[
            "script-src 'unsafe-inline'; script-src-elem 'self'",
            "script-src 'unsafe-inline'; script-src-attr 'none'",
        ]);
        assert!(!apart.allows_inline_script);
        assert!(
            read(&["script-src 'unsafe-inline'", "default-src 'unsafe-inline'"])
                .allows_inline_script
        );
    }

    #[test]
    fn nothing_and_report_only_protect_nothing() {
        let mut fields = Fields::default();
        fields.push("Content-Security-Policy-Report-Only", "default-src 'none'");
        let found = csp(&fields);
        assert!(found.present && found.report_only && !found.enforced);
        assert!(found.allows_inline_script && found.allows_any_script_host);
        assert_eq!(found.weaknesses, ["report-only"]);
        let none = csp(&Fields::default());
        assert!(!none.present && none.allows_inline_script);
        // A header without a directive is no policy.
        let empty = read(&[" ; ,"]);
        assert!(empty.present && !empty.enforced && empty.allows_inline_script);
    }

    proptest! {
        #[test]
        fn never_panics(any in "\\PC{0,80}", near in "(script-src|default-src|sandbox|'nonce-|'|;|,| |\\*|https:|a){0,24}") {
            let _ = read(&[&any, &near]);
        }

        /// One more policy never opens anything.
        #[test]
        fn more_policies_only_close(
            a in "(script-src|default-src) ('self'|'unsafe-inline'|\\*|'nonce-a'| ){0,4}",
            b in "(script-src|default-src|img-src) ('self'|'unsafe-inline'|\\*|'nonce-a'| ){0,4}",
        ) {
            let (one, two) = (read(&[&a]), read(&[&a, &b]));
            prop_assert!(one.allows_inline_script || !two.allows_inline_script);
            prop_assert!(one.allows_any_script_host || !two.allows_any_script_host);
            prop_assert!(!one.object_src_ok || two.object_src_ok);
        }
    }
}
