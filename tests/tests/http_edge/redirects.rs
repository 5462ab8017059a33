//! What plain HTTP does, and where redirects lead.

use crate::estate::{NAME, probe};
use anyhow::Result;
use seaworthy_tests::report::verdicts_of;
use seaworthy_tests::scene::Scene;
use seaworthy_tests::servers::{Authority, Leaf, Nginx, Site};

/// Directives of the plain site and of the secure one, and what must come of it.
const CASES: &[(&str, &str, &str, &str)] = &[
    (
        "return 301 https://$host:@port:s0@$request_uri;",
        "return 200 hello;",
        "pass",
        "",
    ),
    (
        "return 308 https://$host:@port:s1@$request_uri;",
        "return 200 hello;",
        "pass",
        "",
    ),
    (
        "return 302 https://$host:@port:s2@$request_uri;",
        "return 200 hello;",
        "fail",
        "status 302",
    ),
    (
        "return 307 https://$host:@port:s3@$request_uri;",
        "return 200 hello;",
        "fail",
        "status 307",
    ),
    (
        "return 301 https://www.other.test$request_uri;",
        "return 200 hello;",
        "fail",
        "another host first",
    ),
    (
        "return 301 http://www.shop.test$request_uri;",
        "return 200 hello;",
        "fail",
        "plain HTTP again",
    ),
    (
        "return 301 /;",
        "return 200 hello;",
        "fail",
        "plain HTTP again",
    ),
    (
        "return 200 hello;",
        "return 200 hello;",
        "fail",
        "in place of a redirect",
    ),
    (
        "default_type text/html; return 200 '<meta http-equiv=refresh content=0;url=https://shop.test/>';",
        "return 200 hello;",
        "fail",
        "in place of a redirect",
    ),
    (
        "location = / { return 301 https://$host:@port:s9@/; }\nlocation / { return 200 secret; }",
        "return 200 hello;",
        "fail",
        "front page alone",
    ),
    // HTTPS that leads back to plain HTTP.
    (
        "return 301 https://$host:@port:s10@$request_uri;",
        "return 302 http://$host:@port:p10@/;",
        "fail",
        "",
    ),
    ("return 403;", "return 200 hello;", "inconclusive", "403"),
];

#[test]
fn plain_http_leads_to_https_on_the_same_host_and_for_good() -> Result<()> {
    let authority = Authority::new("Test")?;
    let identity = authority.issue(&Leaf::new([NAME]))?;
    let mut setup = Nginx::setup();
    for (number, (plain, secure, _, _)) in CASES.iter().enumerate() {
        setup = setup
            .site(Site::http(&format!("p{number}")).with(plain))
            .site(Site::tls(&format!("s{number}"), &identity).with(secure));
    }
    let Some(nginx) = setup.start()? else {
        return Ok(());
    };
    let scene = Scene::new()?;
    scene.write("ca.pem", &authority.root_pem())?;
    for (number, (plain, _, verdict, words)) in CASES.iter().enumerate() {
        let twin = format!("http://{NAME}:{}/", nginx.port(&format!("p{number}")));
        let port = nginx.port(&format!("s{number}"));
        let more = ["--plain-http", &twin];
        let report = probe(&scene, "http", port, "http/https-enforced", &more)?;
        let found = verdicts_of(&report, "http/https-enforced");
        let message = found[0]["message"].as_str().unwrap_or_default();
        assert_eq!(found[0]["verdict"], *verdict, "{plain}: {message}");
        assert!(message.contains(words), "{plain}: {message}");
    }
    Ok(())
}
