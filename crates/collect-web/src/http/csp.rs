//! Content-Security-Policy: the parser (CSP Level 3 §2.2) and the effective directives.
//!
//! What several policies together let through is said by `csp_weakness.rs`.

use crate::exchange::head::Fields;
use std::collections::BTreeSet;

/// One policy; the first of two directives of a name counts (CSP 3 §2.2.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Policy {
    directives: Vec<(String, Vec<String>)>,
}

/// Directives that count in a header alone (CSP 3 §3.3).
const OF_HEADERS_ALONE: [&str; 3] = ["frame-ancestors", "report-uri", "sandbox"];

/// Every policy of the header: several lines, and several policies in a line.
pub(crate) fn policies(fields: &Fields, header: &str) -> Vec<Policy> {
    fields
        .all(header)
        .flat_map(|value| value.split(','))
        .filter_map(Policy::parse)
        .collect()
}

impl Policy {
    /// A serialized policy; none where it holds no directive.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut policy = Self::default();
        // A directive with a character outside ASCII is dropped as a whole (§2.2.1).
        for directive in text.split(';').filter(|directive| directive.is_ascii()) {
            let mut tokens = directive.split_ascii_whitespace();
            let Some(name) = tokens.next() else { continue };
            let name = name.to_ascii_lowercase();
            if policy.directive(&name).is_none() {
                policy
                    .directives
                    .push((name, tokens.map(str::to_owned).collect()));
            }
        }
        (!policy.directives.is_empty()).then_some(policy)
    }

    /// A policy from a `<meta>` element, which cannot frame, sandbox or report (§3.3).
    pub(crate) fn parse_meta(text: &str) -> Option<Self> {
        let mut policy = Self::parse(text)?;
        policy
            .directives
            .retain(|(name, _)| !OF_HEADERS_ALONE.contains(&name.as_str()));
        (!policy.directives.is_empty()).then_some(policy)
    }

    /// The values of a directive that stands in the policy itself.
    pub(crate) fn directive(&self, name: &str) -> Option<&[String]> {
        self.directives
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, values)| values.as_slice())
    }

    /// The first directive of `names` that stands in the policy.
    fn effective(&self, names: &[&str]) -> Option<Sources<'_>> {
        names
            .iter()
            .find_map(|name| self.directive(name))
            .map(Sources)
    }

    /// What governs `<script>`; none where nothing does (CSP 3 §6.8.3).
    pub(crate) fn script_elements(&self) -> Option<Sources<'_>> {
        self.effective(&["script-src-elem", "script-src", "default-src"])
    }

    /// What governs event handlers.
    pub(crate) fn script_attributes(&self) -> Option<Sources<'_>> {
        self.effective(&["script-src-attr", "script-src", "default-src"])
    }

    /// What governs `eval`.
    pub(crate) fn eval(&self) -> Option<Sources<'_>> {
        self.effective(&["script-src", "default-src"])
    }

    /// What governs `<style>`.
    pub(crate) fn style_elements(&self) -> Option<Sources<'_>> {
        self.effective(&["style-src-elem", "style-src", "default-src"])
    }

    /// What governs `style=`.
    pub(crate) fn style_attributes(&self) -> Option<Sources<'_>> {
        self.effective(&["style-src-attr", "style-src", "default-src"])
    }

    /// What governs plug-ins.
    pub(crate) fn objects(&self) -> Option<Sources<'_>> {
        self.effective(&["object-src", "default-src"])
    }

    /// What governs `<base>`; it has no fallback.
    pub(crate) fn base(&self) -> Option<Sources<'_>> {
        self.effective(&["base-uri"])
    }

    /// Whether scripts are switched off altogether by `sandbox`.
    pub(crate) fn sandboxes_scripts(&self) -> bool {
        self.directive("sandbox").is_some_and(|flags| {
            !flags
                .iter()
                .any(|f| f.eq_ignore_ascii_case("allow-scripts"))
        })
    }

    /// Whether the page is sandboxed at all.
    pub(crate) fn sandboxes(&self) -> bool {
        self.directive("sandbox").is_some()
    }

    /// The values of the nonces by which scripts are trusted.
    pub(crate) fn nonces(&self) -> BTreeSet<&str> {
        let lists = [self.script_elements(), self.script_attributes()];
        let sources = lists.into_iter().flatten().flat_map(|list| list.0);
        sources.filter_map(|source| nonce_of(source)).collect()
    }

    /// The policy as text for a fact. Nonces are left out: they differ in each answer.
    pub(crate) fn text(&self) -> String {
        let directives: Vec<String> = self
            .directives
            .iter()
            .map(|(name, values)| {
                let mut words = vec![name.clone()];
                words.extend(values.iter().map(|value| {
                    if is_nonce(value) {
                        "'nonce-…'".to_owned()
                    } else {
                        value.clone()
                    }
                }));
                words.join(" ")
            })
            .collect();
        directives.join("; ")
    }
}

/// A source list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sources<'a>(&'a [String]);

impl Sources<'_> {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether a keyword such as `'unsafe-eval'` stands in the list.
    pub(crate) fn keyword(&self, keyword: &str) -> bool {
        self.iter()
            .any(|source| source.eq_ignore_ascii_case(keyword))
    }

    /// Whether scripts are trusted by what they are called or hold, so that a script that an
    /// injected `<base>` sends elsewhere is trusted too: by a nonce, or by a hash whose trust goes
    /// on to what that script loads.
    pub(crate) fn trusts_beyond_hosts(&self) -> bool {
        self.iter().any(is_nonce) || (self.keyword("'strict-dynamic'") && self.iter().any(is_hash))
    }

    /// Whether nothing is allowed.
    pub(crate) fn is_none(&self) -> bool {
        self.iter()
            .all(|source| source.eq_ignore_ascii_case("'none'"))
    }

    /// Whether any inline block is allowed (CSP 3 §6.7.3.2): a right nonce or hash, and for
    /// scripts `'strict-dynamic'`, take the power from `'unsafe-inline'`; a malformed one does not.
    pub(crate) fn allows_inline(&self, script: bool) -> bool {
        self.keyword("'unsafe-inline'")
            && !self
                .iter()
                .any(|source| is_nonce(source) || is_hash(source))
            && !(script && self.keyword("'strict-dynamic'"))
    }
}

/// `'nonce-…'` with a base64 value (CSP 3 §2.3.1).
fn is_nonce(source: &str) -> bool {
    nonce_of(source).is_some()
}

fn nonce_of(source: &str) -> Option<&str> {
    quoted(source)
        .and_then(|inner| strip_prefix_ignore_case(inner, "nonce-"))
        .filter(|value| is_base64(value))
}

/// `'sha256-…'`, `'sha384-…'`, `'sha512-…'`.
fn is_hash(source: &str) -> bool {
    let Some(inner) = quoted(source) else {
        return false;
    };
    ["sha256-", "sha384-", "sha512-"]
        .into_iter()
        .filter_map(|prefix| strip_prefix_ignore_case(inner, prefix))
        .any(is_base64)
}

fn quoted(source: &str) -> Option<&str> {
    source.strip_prefix('\'')?.strip_suffix('\'')
}

fn strip_prefix_ignore_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    if head.eq_ignore_ascii_case(prefix) {
        text.get(prefix.len()..)
    } else {
        None
    }
}

/// The grammar's base64-value: letters of both alphabets, then at most two `=`.
fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    !body.is_empty()
        && text.len() - body.len() <= 2
        && body
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::{Fields, Policy, is_hash, is_nonce, policies};

    #[test]
    fn nonces_and_hashes_by_the_grammar() {
        for good in ["'nonce-abc'", "'NONCE-a+/-_=='", "'nonce-YQ=='"] {
            assert!(is_nonce(good), "{good}");
        }
        for bad in [
            "nonce-abc",
            "'nonce-'",
            "'nonce-==='",
            "'nonce-a b'",
            "'nonce-a==='",
            "'nonce-{{n}}'",
            "'nonce-a=b'",
            "'nonce-é'",
            "'",
        ] {
            assert!(!is_nonce(bad), "{bad}");
        }
        assert!(is_hash("'sha256-AAAA='") && is_hash("'SHA512-x'"));
        assert!(!is_hash("'sha1-AAAA'") && !is_hash("sha256-AAAA") && !is_hash("'sha256-'"));
    }

    #[test]
    fn policies_come_from_lines_and_commas() {
        let mut fields = Fields::default();
        fields.push(
            "Content-Security-Policy",
            "default-src 'self', ; , img-src *",
        );
        fields.push("content-security-policy", "SCRIPT-SRC a; script-src b;;");
        let found = policies(&fields, "content-security-policy");
        let texts: Vec<String> = found.iter().map(Policy::text).collect();
        assert_eq!(texts, ["default-src 'self'", "img-src *", "script-src a"]);
    }

    #[test]
    fn a_directive_outside_ascii_is_dropped_and_a_meta_element_cannot_frame() {
        let policy = Policy::parse("script-src 'self' é; img-src a").unwrap();
        assert_eq!(policy.text(), "img-src a");
        assert!(Policy::parse("script-src 'self'\u{fffd}").is_none());
        let meta = Policy::parse_meta("Frame-Ancestors 'none'; sandbox; script-src a").unwrap();
        assert_eq!(meta.text(), "script-src a");
        assert!(Policy::parse_meta("frame-ancestors 'none'").is_none());
    }

    #[test]
    fn a_policy_in_a_fact_shows_no_nonce() {
        let policy = Policy::parse("script-src 'nonce-c2VjcmV0' 'self'").unwrap();
        assert_eq!(policy.text(), "script-src 'nonce-…' 'self'");
    }
}
