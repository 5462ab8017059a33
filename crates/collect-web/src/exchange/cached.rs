//! Whether an answer is the server's own, or came out of a cache.

use super::head::Fields;

/// Whether an answer came out of a shared cache, by what caches say of themselves (Age, RFC 9111
/// §5.1; Cache-Status, RFC 9211; the headers of the large CDNs).
pub(crate) fn cached(fields: &Fields) -> bool {
    let age = fields
        .first("age")
        .and_then(|age| age.trim().parse::<u64>().ok());
    let hit = |name| {
        fields.list(name).any(|value| {
            let words = value.to_ascii_lowercase();
            words.contains("hit") && !words.contains("no-hit")
        })
    };
    age.is_some_and(|age| age > 0)
        || [
            "x-cache",
            "cf-cache-status",
            "cache-status",
            "x-cache-status",
        ]
        .into_iter()
        .any(hit)
}

#[cfg(test)]
mod tests {
    use super::{Fields, cached};

    #[test]
    fn what_came_from_a_cache() {
        for (name, value, wanted) in [
            ("Age", "5", true),
            ("Age", "0", false),
            ("X-Cache", "Hit from cloudfront", true),
            ("X-Cache", "MISS", false),
            ("Cache-Status", "ExampleCache; hit", true),
            ("Cache-Status", "ExampleCache; fwd=uri-miss", false),
            ("CF-Cache-Status", "HIT", true),
            ("Server", "hit", false),
        ] {
            let mut fields = Fields::default();
            fields.push(name, value);
            assert_eq!(cached(&fields), wanted, "{name}: {value}");
        }
    }
}
