//! What the body of an answer gives away that strangers should not know, by kind: the words
//! themselves are never kept.

/// The kinds found in `body`, sorted.
pub(crate) fn giveaways(body: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(body);
    let lower = text.to_ascii_lowercase();
    let any = |signs: &[&str]| signs.iter().any(|sign| lower.contains(sign));
    [
        (words(&lower).any(is_private_address), "address"),
        (
            any(&["-----begin"]) || has_user_info(&lower) || has_secret(&lower),
            "credential",
        ),
        (
            any(&[
                "java.home",
                "java.class.path",
                "\"path\":\"/usr",
                "\"env\":{",
                "process.env",
            ]),
            "environment",
        ),
        (
            any(&[
                "/home/",
                "/var/www/",
                "/usr/src/",
                "/opt/app",
                "c:\\\\",
                "/node_modules/",
            ]),
            "path",
        ),
        (
            any(&[
                "traceback (most recent call last)",
                "\tat ",
                "\n    at ",
                "goroutine ",
                "stack trace",
                "stacktrace",
                "thread 'main' panicked",
            ]),
            "stack_trace",
        ),
        (any_version(&lower), "version"),
    ]
    .into_iter()
    .filter(|(found, _)| *found)
    .map(|(_, kind)| kind.to_owned())
    .collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.')))
}

/// An IPv4 address of a private network (RFC 1918).
fn is_private_address(word: &str) -> bool {
    word.parse::<std::net::Ipv4Addr>()
        .is_ok_and(|address| address.is_private())
}

/// A name of a secret with a value: `"db_password": "…"`, `api_key=…`. That a store of secrets is up, and
/// what is masked, gives nothing away.
fn has_secret(text: &str) -> bool {
    const NAMES: [&str; 6] = [
        "password",
        "passwd",
        "secret",
        "api_key",
        "apikey",
        "private_key",
    ];
    const STATES: [&str; 14] = [
        "up",
        "down",
        "ok",
        "healthy",
        "unhealthy",
        "pass",
        "fail",
        "warn",
        "true",
        "false",
        "null",
        "enabled",
        "disabled",
        "unknown",
    ];
    let value = |rest: &str| {
        let of_name =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '"' | '\'' | ' ');
        let rest = rest.trim_start_matches(of_name).strip_prefix([':', '='])?;
        let rest = rest.trim_start_matches([' ', '"', '\'']);
        let end = rest.find(|c: char| {
            c.is_whitespace() || matches!(c, '"' | '\'' | ',' | ';' | '}' | '&' | '<')
        });
        rest.get(..end.unwrap_or(rest.len())).map(str::to_owned)
    };
    let tells = |value: &String| {
        let masked = value.chars().all(|c| matches!(c, '*' | '.' | 'x' | '•'));
        let nested = value.starts_with(['{', '[']);
        !value.is_empty() && !nested && !masked && !STATES.contains(&value.as_str())
    };
    NAMES.iter().any(|name| {
        let mut found = text.match_indices(name);
        found.any(|(at, _)| {
            let rest = text.get(at + name.len()..).unwrap_or_default();
            value(rest).filter(tells).is_some()
        })
    })
}

/// `scheme://user:password@host`.
fn has_user_info(text: &str) -> bool {
    text.split("://").skip(1).any(|rest| {
        let authority = rest
            .split(|c: char| c == '/' || c == '"' || c.is_whitespace())
            .next();
        authority
            .and_then(|authority| authority.rsplit_once('@'))
            .is_some_and(|(user, _)| user.contains(':'))
    })
}

/// The version of a product that the service stands on; the service's own version is no fault.
fn any_version(text: &str) -> bool {
    const PRODUCTS: [&str; 12] = [
        "postgresql",
        "mysql",
        "mariadb",
        "mongodb",
        "redis",
        "nginx",
        "apache",
        "openssl",
        "node",
        "python",
        "php",
        "java",
    ];
    PRODUCTS.iter().any(|product| {
        text.match_indices(product).any(|(at, _)| {
            let rest = text.get(at + product.len()..).unwrap_or_default();
            let rest = rest.trim_start_matches(['"', ':', ' ', '/', 'v', '=']);
            let number: String = rest
                .chars()
                .take_while(|c| c.is_ascii_digit() || *c == '.')
                .collect();
            number.trim_end_matches('.').contains('.')
        })
    })
}

#[cfg(test)]
mod tests {
    use super::giveaways;
    use proptest::prelude::*;

    #[test]
    fn kinds_of_giveaways() {
        for (body, kinds) in [
            ("ok", ""),
            ("{\"status\":\"up\",\"version\":\"1.4.2\"}", ""),
            ("{\"db\":\"postgresql 16.3\"}", "version"),
            (
                "{\"database\":{\"host\":\"10.0.3.7\",\"status\":\"up\"}}",
                "address",
            ),
            ("postgres://app:hunter2@db/app", "credential"),
            ("{\"password\":\"hunter2\"}", "credential"),
            ("{\"db_password\": \"hunter2\"}", "credential"),
            ("API_KEY=abc123", "credential"),
            ("{'client_secret_value': 'abc123'}", "credential"),
            ("{\"secrets\":{\"status\":\"UP\"}}", ""),
            ("{\"secret-store\":\"up\",\"password_hasher\":true}", ""),
            ("{\"password\":\"******\"}", ""),
            ("no password is asked for", ""),
            ("https://a.example/b@c:d", ""),
            (
                "Traceback (most recent call last):\n  File \"/var/www/x.py\"",
                "path stack_trace",
            ),
            ("{\"java.home\":\"/usr\"}", "environment"),
            ("{\"address\":\"192.0.2.7\"}", ""),
            ("{\"nodes\": 3, \"node\": 2}", ""),
        ] {
            assert_eq!(giveaways(body.as_bytes()).join(" "), kinds, "{body}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = giveaways(&bytes);
        }
    }
}
