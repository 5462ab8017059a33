//! Zones of mail behind a DNS server on a port of 127.0.0.1.

use crate::{Case, Verdicts, check, words};
use anyhow::Result;
use seaworthy_tests::scene::Scene;
use seaworthy_tests::servers::{Named, apex};

const SPF: &str = "dns/spf-sound";
const DMARC: &str = "dns/dmarc-sound";
const MX: &str = "dns/mx-resolves";

const HOST: &str = "@ MX 10 mail\nmail A 192.0.2.1\n";
const SENDS: &str = "@ TXT \"v=spf1 mx -all\"\n";
const REJECTS: &str = "_dmarc TXT \"v=DMARC1; p=reject\"\n";

/// Parts of a zone, the name below it that is asked for, and the probes that do not pass.
type Zone = (
    &'static [&'static str],
    &'static str,
    &'static [(&'static str, &'static str)],
);

/// RFC 7208, RFC 9989, RFC 5321.
const ZONES: &[Zone] = &[
    (&[HOST, SENDS, REJECTS], "", &[]),
    (
        &["@ A 192.0.2.1"],
        "",
        &[
            (SPF, "not_applicable"),
            (DMARC, "not_applicable"),
            (MX, "not_applicable"),
        ],
    ),
    (&[HOST], "", &[(SPF, "fail"), (DMARC, "fail")]),
    (&[HOST, SENDS], "", &[(DMARC, "fail")]),
    (&[HOST, REJECTS], "", &[(SPF, "fail")]),
    (
        &["@ MX 0 .\n", "@ TXT \"v=spf1 -all\"\n", REJECTS],
        "",
        &[(MX, "not_applicable")],
    ),
    (&["@ MX 10 gone\n", SENDS, REJECTS], "", &[(MX, "fail")]),
    (
        &["@ MX 10 a\na CNAME b\nb A 192.0.2.1\n", SENDS, REJECTS],
        "",
        &[(MX, "fail")],
    ),
    (
        &[HOST, "@ TXT \"v=spf1 +all\"\n", REJECTS],
        "",
        &[(SPF, "fail")],
    ),
    (
        &[HOST, "@ TXT \"v=spf1 include:gone.test -all\"\n", REJECTS],
        "",
        &[(SPF, "fail")],
    ),
    (
        &[
            HOST,
            "@ TXT \"v=spf1 -all\"\n@ TXT \"v=spf1 mx -all\"\n",
            REJECTS,
        ],
        "",
        &[(SPF, "fail")],
    ),
    (
        &[HOST, SENDS, "_dmarc TXT \"v=DMARC1; p=none\"\n"],
        "",
        &[(DMARC, "fail")],
    ),
    (
        &[HOST, SENDS, "_dmarc TXT \"v=DMARC1; p=reject; sp=none\"\n"],
        "",
        &[(DMARC, "fail")],
    ),
    (
        &[HOST, SENDS, "_dmarc TXT \"v=DMARC1; p=reject; np=none\"\n"],
        "",
        &[(DMARC, "fail")],
    ),
    (
        &[HOST, SENDS, "_dmarc TXT \"v=DMARC1; p=reject; t=y\"\n"],
        "",
        &[(DMARC, "fail")],
    ),
    (
        &[HOST, SENDS, "_dmarc TXT \"v=DMARC2; p=reject\"\n"],
        "",
        &[(DMARC, "fail")],
    ),
    (
        &[
            "a.b MX 10 mail\nmail A 192.0.2.1\n",
            "a.b TXT \"v=spf1 mx -all\"\n",
            REJECTS,
        ],
        "a.b.",
        &[],
    ),
    (
        &[
            "a.b MX 10 mail\nmail A 192.0.2.1\n",
            "a.b TXT \"v=spf1 mx -all\"\n",
            "_dmarc.b TXT \"v=DMARC1; p=none; psd=n\"\n",
            REJECTS,
        ],
        "a.b.",
        &[(DMARC, "fail")],
    ),
];

#[test]
fn zones_of_mail() -> Result<()> {
    let mut setup = Named::setup()
        .options("check-names primary ignore; check-integrity no; check-mx ignore; check-mx-cname ignore; check-spf ignore;")
        .zone(".", &apex(""));
    for (number, (parts, ..)) in ZONES.iter().enumerate() {
        setup = setup.zone(&format!("m{number}.test"), &apex(&parts.concat()));
    }
    let Some(named) = setup.start()? else {
        return Ok(());
    };
    let scene = Scene::new()?;
    let server = named.address().to_string();
    let mut cases = Vec::new();
    for (number, (parts, below, others)) in ZONES.iter().enumerate() {
        let name = format!("{below}m{number}.test");
        let mut expect: Verdicts = [SPF, DMARC, MX].map(|probe| (probe, "pass")).into();
        expect.extend(others.iter().copied());
        cases.push(Case {
            name: format!("{name}: {}", parts.concat()),
            arguments: words(&["mail", &name, "--nameserver", &server]),
            expect,
        });
    }
    assert_eq!(check(&scene, &cases)?, ZONES.len());
    Ok(())
}
