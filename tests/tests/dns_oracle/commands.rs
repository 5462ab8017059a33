//! `probe dns`, `probe mail` and `probe zone` over a zone of named: what they judge, and how they exit.

use anyhow::Result;
use seaworthy_tests::report::verdicts_of;
use seaworthy_tests::scene::Scene;
use seaworthy_tests::servers::{Named, apex};

const GOOD: &str = "\
@ A 1.1.1.1
@ TXT \"verify=1\"
@ TXT \"v=spf1 mx -all\"
@ MX 10 mail
mail A 1.1.1.2
_dmarc TXT \"v=DMARC1; p=reject\"";
const BAD: &str = "\
@ A 10.0.0.1
* A 10.0.0.2
@ TXT \"v=spf1 +all\"
@ MX 10 gone.good.test.
_dmarc TXT \"v=DMARC1; p=none\"";

/// Stands for the port of the server.
const PORT: &str = "PORT";

/// A command, a domain, more words; the exit code; a probe and its verdict.
type Case = (
    &'static str,
    &'static str,
    &'static [&'static str],
    i32,
    &'static str,
    &'static str,
);

const CASES: &[Case] = &[
    ("mail", "good.test", &[], 0, "dns/spf-sound", "pass"),
    ("mail", "good.test", &[], 0, "dns/dmarc-sound", "pass"),
    ("mail", "bad.test", &[], 1, "dns/spf-sound", "fail"),
    ("mail", "bad.test", &[], 1, "dns/mx-resolves", "fail"),
    (
        "mail",
        "bad.test",
        &["--probes", "dns/dmarc-sound", "--with", "enforced=false"],
        0,
        "dns/dmarc-sound",
        "pass",
    ),
    (
        "dns",
        "good.test",
        &["--expect-txt", "verify=1"],
        0,
        "dns/txt-expected",
        "pass",
    ),
    (
        "dns",
        "good.test",
        &["--expect-txt", "verify=2"],
        1,
        "dns/txt-expected",
        "fail",
    ),
    ("dns", "bad.test", &[], 1, "dns/no-wildcard", "fail"),
    (
        "dns",
        "bad.test",
        &[],
        1,
        "dns/no-private-addresses",
        "fail",
    ),
    (
        "zone",
        "good.test",
        &["--authority-port", PORT],
        2,
        "dns/authorities-answer",
        "pass",
    ),
];

#[test]
fn a_domain_its_mail_and_its_zone_are_judged_by_themselves() -> Result<()> {
    let setup = Named::setup().options("check-integrity no;");
    let setup = setup
        .zone(
            ".",
            &apex("ns.good.test. A 127.0.0.1\nns.bad.test. A 127.0.0.1"),
        )
        .zone("good.test", &apex(GOOD))
        .zone("bad.test", &apex(BAD));
    let Some(named) = setup.start()? else {
        return Ok(());
    };
    let scene = Scene::new()?;
    let (server, port) = (
        named.address().to_string(),
        named.address().port().to_string(),
    );
    let run = |what: &str, name: &str, more: &[&str]| {
        let mut words = vec![
            "probe",
            what,
            name,
            "--nameserver",
            &server,
            "--format",
            "json",
        ];
        words.extend(more);
        scene.run(&words)
    };
    for (what, name, more, code, probe, verdict) in CASES {
        let more: Vec<&str> = more
            .iter()
            .map(|word| if *word == PORT { &port } else { *word })
            .collect();
        let ran = run(what, name, &more)?;
        let report = ran.json()?;
        let said = verdicts_of(&report, probe);
        let said: Vec<&str> = said
            .iter()
            .filter_map(|one| one["verdict"].as_str())
            .collect();
        assert_eq!(said, [*verdict], "{what} {name} {probe}: {report:#}");
        assert_eq!(ran.code, *code, "{what} {name}: {report:#}");
    }
    Ok(())
}
