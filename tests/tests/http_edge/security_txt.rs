//! security.txt by RFC 9116, at its place and at the legacy one.

use crate::estate::{Case, check};
use anyhow::Result;

#[test]
fn security_txt_is_read_in_full() -> Result<()> {
    const GOOD: &str = "Contact: mailto:security@shop.test\\nExpires: 2099-01-01T00:00:00Z\\n";
    let at = |place: &str, kind: &str, body: &str, verdict, words| Case {
        site: format!(
            "location = {place} {{ default_type {kind}; return 200 \"{}\"; }}\nlocation = / {{ return 200 hello; }}\nlocation / {{ return 404; }}",
            body.replace("\\n", "\n")
        ),
        probe: "http/security-txt",
        verdict,
        words,
    };
    let place = "/.well-known/security.txt";
    let signed = format!(
        "-----BEGIN PGP SIGNED MESSAGE-----\\nHash: SHA256\\n\\n{GOOD}-----BEGIN PGP SIGNATURE-----\\n\\nabc\\n-----END PGP SIGNATURE-----\\n"
    );
    check(
        "http",
        "",
        &[],
        &[
            at(place, "text/plain", GOOD, "pass", ""),
            at(place, "text/plain", &signed, "pass", ""),
            at(place, "text/html", GOOD, "fail", "text/plain"),
            at("/security.txt", "text/plain", GOOD, "fail", "legacy"),
            at(
                place,
                "text/plain",
                "Contact: mailto:a@shop.test\\n",
                "fail",
                "Expires is missing",
            ),
            at(
                place,
                "text/plain",
                "Contact: https://shop.test\\nExpires: 2020-01-01T00:00:00Z\\n",
                "fail",
                "expired",
            ),
            at("/other", "text/plain", GOOD, "fail", "there is no"),
        ],
    )
}
