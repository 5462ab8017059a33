//! Caddy: HTTP/2, the advertisement of HTTP/3, and its own ways with headers.

use crate::estate::{NAME, probe};
use anyhow::Result;
use seaworthy_tests::report::verdicts_of;
use seaworthy_tests::scene::Scene;
use seaworthy_tests::servers::{Authority, Caddy, Leaf};

const SITE: &str = r#"
header Strict-Transport-Security "max-age=63072000"
header Content-Security-Policy "default-src 'self'"
header X-Content-Type-Options nosniff
header Referrer-Policy no-referrer
header Permissions-Policy "camera=()"
header X-Frame-Options DENY
header -Server
respond / "hello" 200
respond 404
"#;

#[test]
fn caddy_speaks_http2_and_advertises_http3() -> Result<()> {
    let authority = Authority::new("Test")?;
    let identity = authority.issue(&Leaf::new([NAME]))?;
    let Some(caddy) = Caddy::setup(NAME, &identity).with(SITE).start()? else {
        return Ok(());
    };
    let scene = Scene::new()?;
    scene.write("ca.pem", &authority.root_pem())?;
    let probes = [
        "http/hsts",
        "http/csp",
        "http/nosniff",
        "http/framing",
        "http/referrer-policy",
        "http/permissions-policy",
        "http/headers-on-errors",
        "http/no-version-leak",
    ];
    let report = probe(&scene, "http", caddy.port(), &probes.join(","), &[])?;
    for probe in probes {
        let found = verdicts_of(&report, probe);
        assert_eq!(found[0]["verdict"], "pass", "{probe}: {}", found[0]);
    }
    let fact = &report["facts"][0]["value"];
    assert_eq!(fact["version"], "HTTP/2");
    assert_eq!(fact["alternatives"][0], "h3");
    let report = probe(&scene, "cors", caddy.port(), "cors/no-reflection", &[])?;
    assert_eq!(
        verdicts_of(&report, "cors/no-reflection")[0]["verdict"],
        "pass"
    );
    Ok(())
}
