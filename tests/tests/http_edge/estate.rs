//! nginx with one site for each case, and the verdicts of the command over each.

use anyhow::{Context, Result};
use seaworthy_tests::report::verdicts_of;
use seaworthy_tests::scene::Scene;
use seaworthy_tests::servers::{Authority, Leaf, Nginx, Site};
use serde_json::Value;

/// The name of every site.
pub(crate) const NAME: &str = "shop.test";

/// One site of nginx, and what one probe must say of it.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// Directives of its server block.
    pub(crate) site: String,
    pub(crate) probe: &'static str,
    pub(crate) verdict: &'static str,
    /// Words that the message must hold.
    pub(crate) words: &'static str,
}

/// A case whose site answers its front page with `headers` and everything else with 404.
pub(crate) fn headers(
    headers: &str,
    probe: &'static str,
    verdict: &'static str,
    words: &'static str,
) -> Case {
    Case {
        site: format!(
            "{headers}\nlocation = / {{ return 200 hello; }}\nlocation / {{ return 404; }}"
        ),
        probe,
        verdict,
        words,
    }
}

/// Runs `probe KIND` over every case, all of them behind one nginx.
pub(crate) fn check(kind: &str, http: &str, more: &[&str], cases: &[Case]) -> Result<()> {
    let authority = Authority::new("Test")?;
    let identity = authority.issue(&Leaf::new([NAME]))?;
    let mut setup = Nginx::setup().http(http);
    for (number, case) in cases.iter().enumerate() {
        setup = setup.site(Site::tls(&number.to_string(), &identity).with(&case.site));
    }
    let Some(nginx) = setup.start()? else {
        return Ok(());
    };
    let scene = Scene::new()?;
    scene.write("ca.pem", &authority.root_pem())?;
    for (number, case) in cases.iter().enumerate() {
        let port = nginx.port(&number.to_string());
        let report = probe(&scene, kind, port, case.probe, more)?;
        let verdict = verdicts_of(&report, case.probe);
        let verdict = verdict
            .first()
            .with_context(|| format!("{case:?}: {report}"))?;
        let message = verdict["message"].as_str().unwrap_or_default();
        assert_eq!(verdict["verdict"], case.verdict, "{case:?}: {message}");
        assert!(message.contains(case.words), "{case:?}: {message}");
    }
    Ok(())
}

/// What the command says of the site at `port`, by one probe.
pub(crate) fn probe(
    scene: &Scene,
    kind: &str,
    port: u16,
    probe: &str,
    more: &[&str],
) -> Result<Value> {
    let url = format!("https://{NAME}:{port}/");
    let at = format!("{NAME}:{port}:127.0.0.1");
    let mut words = vec!["probe", kind, &url, "--resolve", &at, "--ca-file", "ca.pem"];
    words.extend(["--probes", probe, "--format", "json"]);
    words.extend(more);
    let ran = scene.run(&words)?;
    ran.json().with_context(|| ran.stderr.clone())
}
