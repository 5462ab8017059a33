//! The policy of MTA-STS, by its grammar (RFC 8461 §3.2), and the hosts that it names (§4.1).

/// The longest that a policy may hold, in seconds: about a year.
const MOST_AGE: i64 = 31_557_600;

/// A policy that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Policy {
    /// `enforce`, `testing` or `none`.
    pub(crate) mode: String,
    /// How long senders keep it, in seconds.
    pub(crate) max_age: i64,
    /// The patterns of hosts, in lower case and in its order.
    pub(crate) mx: Vec<String>,
}

impl Policy {
    /// Reads a policy.
    ///
    /// # Errors
    ///
    /// Why senders take no notice of it, for a person.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (mut version, mut mode, mut max_age) = (None, None, None);
        let mut mx = Vec::new();
        for (number, line) in (1..).zip(text.split('\n')) {
            let line = line.strip_suffix('\r').unwrap_or(line);
            if line.trim_matches([' ', '\t']).is_empty() {
                continue;
            }
            let (key, value) = field(line).ok_or_else(|| {
                let line = crate::dns::printable(line);
                format!("line {number} is no `key: value`: {line:?}")
            })?;
            // Of a key that may stand once, the first one counts.
            match key {
                "version" => version = version.or(Some(value)),
                "mode" => mode = mode.or(Some(value)),
                "max_age" => max_age = max_age.or(Some(value)),
                "mx" => mx.push(pattern(value).ok_or_else(|| {
                    let value = crate::dns::printable(value);
                    format!("mx names no host: {value:?}")
                })?),
                _ => {}
            }
        }
        match version {
            Some("STSv1") => {}
            Some(other) => {
                let other = crate::dns::printable(other);
                return Err(format!("its version is {other:?}, STSv1 is wanted"));
            }
            None => return Err("it states no version".to_owned()),
        }
        let mode = match mode {
            Some(mode @ ("enforce" | "testing" | "none")) => mode.to_owned(),
            Some(other) => {
                let other = crate::dns::printable(other);
                return Err(format!("its mode is none that there is: {other:?}"));
            }
            None => return Err("it states no mode".to_owned()),
        };
        let max_age = age(max_age.ok_or("it states no max_age")?)?;
        if mx.is_empty() && mode != "none" {
            return Err(format!("its mode is {mode}, and it names no mx"));
        }
        Ok(Self { mode, max_age, mx })
    }

    /// Whether mail may go to `host`, a name in lower case.
    pub(crate) fn names(&self, host: &str) -> bool {
        self.mx
            .iter()
            .any(|pattern| match pattern.strip_prefix("*.") {
                // The star stands for one label.
                Some(parent) => host
                    .split_once('.')
                    .is_some_and(|(label, rest)| !label.is_empty() && rest == parent),
                None => host == pattern,
            })
    }
}

/// A key and its value, white space behind it left out.
fn field(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    let sound = key.starts_with(|first: char| first.is_ascii_alphanumeric())
        && key.len() <= 32
        && key.bytes().all(fits);
    let value = value.trim_matches([' ', '\t']);
    let shown = !value.is_empty() && !value.chars().any(char::is_control);
    (sound && shown).then_some((key, value))
}

/// `["*."] Domain`, in lower case.
fn pattern(text: &str) -> Option<String> {
    let name = text.strip_prefix("*.").unwrap_or(text);
    let label = |label: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(fits)
    };
    let sound = name.len() <= 253 && name.split('.').all(label);
    sound.then(|| text.to_ascii_lowercase())
}

fn age(text: &str) -> Result<i64, String> {
    let digits = (1..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<i64>() {
        Ok(age) if digits && age <= MOST_AGE => Ok(age),
        Ok(age) if digits => Err(format!(
            "its max_age is {age}, more than the {MOST_AGE} seconds that it may be"
        )),
        Ok(_) | Err(_) => Err(format!(
            "its max_age is no number of seconds: {:?}",
            crate::dns::printable(text)
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::Policy;
    use proptest::prelude::*;

    const GOOD: &str =
        "version: STSv1\r\nmode: enforce\r\nmx: mail.a.test\r\nmx: *.b.test\r\nmax_age: 604800\r\n";

    #[test]
    fn policies_by_their_grammar() {
        let with = |old: &str, new: &str| GOOD.replace(old, new);
        for good in [
            GOOD.to_owned(),
            with("\r\n", "\n"),
            with("604800\r\n", "604800"),
            with("enforce", "testing"),
            with(": ", ":"),
            with(": ", ":\t  "),
            with("enforce", "enforce  "),
            with("604800", "0"),
            with("604800", "31557600"),
            with("604800", "0000604800"),
            with("mail.a.test", "MAIL.A.Test"),
            // Of what may stand once, the first counts; what is unheard of is passed over.
            format!("{GOOD}mode: strict\r\nversion: STSv2\r\nmax_age: x\r\n"),
            format!("{GOOD}later.x-y_z: a: b\r\n"),
            format!("mode: enforce\n{GOOD}"),
            format!("{GOOD}\r\n\r\n"),
            "version: STSv1\nmode: none\nmax_age: 86400\n".to_owned(),
        ] {
            assert!(
                Policy::parse(&good).is_ok(),
                "{good:?}: {:?}",
                Policy::parse(&good)
            );
        }
        for (bad, why) in [
            (String::new(), "no version"),
            ("<html>".to_owned(), "line 1 is no"),
            (with("STSv1", "STSv2"), "STSv1 is wanted"),
            (with("STSv1", "stsv1"), "STSv1 is wanted"),
            (with("version: STSv1\r\n", ""), "no version"),
            (
                with("Version", "version").replace("version", "Version"),
                "no version",
            ),
            (with("mode: enforce\r\n", ""), "no mode"),
            (with("enforce", "Enforce"), "mode is none that there is"),
            (with("enforce", ""), "line 2 is no"),
            (with("mode:", "mode :"), "line 2 is no"),
            (with("mode:", " mode:"), "line 2 is no"),
            (with("mode: enforce", "mode=enforce"), "line 2 is no"),
            (with("max_age: 604800\r\n", ""), "no max_age"),
            (with("604800", "31557601"), "more than"),
            (with("604800", "-1"), "no number"),
            (with("604800", "+1"), "no number"),
            (with("604800", "1w"), "no number"),
            (with("604800", "60480000000"), "no number"),
            (
                with("mx: mail.a.test\r\nmx: *.b.test\r\n", ""),
                "names no mx",
            ),
            (with("*.b.test", "*"), "mx names no host"),
            (with("*.b.test", "mail.*.test"), "mx names no host"),
            (with("*.b.test", "b.test."), "mx names no host"),
            (with("*.b.test", "10 b.test"), "mx names no host"),
            (with("*.b.test", "b_c.test"), "mx names no host"),
            (with("*.b.test", "a.test, b.test"), "mx names no host"),
            (with("\r\n", "\r"), "line 1 is no"),
        ] {
            let found = Policy::parse(&bad);
            assert!(
                found.as_ref().is_err_and(|found| found.contains(why)),
                "{bad:?}: {found:?}"
            );
        }
    }

    #[test]
    fn hosts_by_patterns() {
        let policy = Policy::parse(GOOD).unwrap();
        for (host, named) in [
            ("mail.a.test", true),
            ("x.b.test", true),
            ("a.test", false),
            ("b.test", false),
            ("x.y.b.test", false),
            (".b.test", false),
            ("xb.test", false),
            ("mail.a.test.c", false),
        ] {
            assert_eq!(policy.names(host), named, "{host}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_what_is_read_is_a_policy(text in "\\PC{0,80}", lines in proptest::collection::vec("(version|mode|mx|max_age|x)? ?:? ?[A-Za-z0-9*. -]{0,12}\r?", 0..8)) {
            for text in [text, lines.join("\n"), format!("{GOOD}{}", lines.join("\n"))] {
                if let Ok(policy) = Policy::parse(&text) {
                    prop_assert!(matches!(policy.mode.as_str(), "enforce" | "testing" | "none"));
                    prop_assert!((0..=super::MOST_AGE).contains(&policy.max_age));
                    prop_assert!(policy.mode == "none" || !policy.mx.is_empty());
                }
            }
        }
    }
}
