//! Content delivery networks by what they write into headers (their own documentation of these
//! headers is the source).

use crate::exchange::head::Fields;

/// Headers that one network alone writes.
const BY_HEADER: &[(&str, &str)] = &[
    ("cf-ray", "Cloudflare"),
    ("x-amz-cf-id", "Amazon CloudFront"),
    ("x-amz-cf-pop", "Amazon CloudFront"),
    ("x-azure-ref", "Azure Front Door"),
    ("x-akamai-request-id", "Akamai"),
    ("x-akamai-transformed", "Akamai"),
    ("akamai-grn", "Akamai"),
    ("x-fastly-request-id", "Fastly"),
    ("x-vercel-id", "Vercel"),
    ("x-nf-request-id", "Netlify"),
    ("cdn-pullzone", "Bunny"),
    ("x-edge-location-klb", "KeyCDN"),
    ("x-iinfo", "Imperva"),
    ("x-sucuri-id", "Sucuri"),
];

/// Words in Server or Via that name one.
const BY_NAME: &[(&str, &str)] = &[
    ("cloudflare", "Cloudflare"),
    ("cloudfront", "Amazon CloudFront"),
    ("akamaighost", "Akamai"),
    ("bunnycdn", "Bunny"),
    ("keycdn", "KeyCDN"),
    ("netlify", "Netlify"),
    ("vercel", "Vercel"),
    ("gcore", "Gcore"),
    ("cdn77", "CDN77"),
];

/// The network that an answer came through, where it says so.
pub(super) fn cdn(fields: &Fields) -> Option<String> {
    let header = BY_HEADER.iter().find(|(name, _)| fields.has(name));
    let named = || {
        BY_NAME.iter().find(|(word, _)| {
            let mut lines = fields.all("server").chain(fields.all("via"));
            lines.any(|line| line.to_ascii_lowercase().contains(word))
        })
    };
    let fastly = || {
        let served = fields.first("x-served-by").unwrap_or_default();
        served.starts_with("cache-").then_some("Fastly")
    };
    header
        .or_else(named)
        .map(|(_, network)| *network)
        .or_else(fastly)
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{Fields, cdn};

    #[test]
    fn networks_by_their_headers() {
        for (name, value, wanted) in [
            ("CF-Ray", "8a1b-FRA", Some("Cloudflare")),
            (
                "Via",
                "1.1 abc.cloudfront.net (CloudFront)",
                Some("Amazon CloudFront"),
            ),
            ("X-Served-By", "cache-fra-eddf8230045-FRA", Some("Fastly")),
            ("Server", "nginx", None),
            ("X-Cache", "HIT", None),
        ] {
            let mut fields = Fields::default();
            fields.push(name, value);
            assert_eq!(cdn(&fields).as_deref(), wanted, "{name}: {value}");
        }
    }
}
