//! CAA zones behind a DNS server on a port of 127.0.0.1, asked for each name about two CAs, with and
//! without a wildcard.

use crate::{Case, Verdicts, check, words};
use anyhow::Result;
use seaworthy_tests::scene::Scene;
use seaworthy_tests::servers::{Named, apex};

const CA: &str = "ca.test";
const OTHER: &str = "other.test";
const ALLOWS: &str = "dns/caa-allows-issuer";
const PRESENT: &str = "dns/caa-present";

/// Records below the zone, the name that is asked for, and who may issue: for the name, and for a wildcard
/// below it. `None` lets everybody.
struct Zone {
    about: &'static str,
    records: &'static str,
    name: &'static str,
    plain: Option<&'static [&'static str]>,
    wild: Option<&'static [&'static str]>,
}

const fn zone(
    about: &'static str,
    records: &'static str,
    name: &'static str,
    plain: Option<&'static [&'static str]>,
    wild: Option<&'static [&'static str]>,
) -> Zone {
    Zone {
        about,
        records,
        name,
        plain,
        wild,
    }
}

const BOTH: Option<&[&str]> = Some(&[CA, OTHER]);
const FIRST: Option<&[&str]> = Some(&[CA]);
const SECOND: Option<&[&str]> = Some(&[OTHER]);
const NOBODY: Option<&[&str]> = Some(&[]);

/// RFC 8659.
const ZONES: &[Zone] = &[
    zone("none", "@ A 192.0.2.1", "", None, None),
    zone("one CA", "@ CAA 0 issue \"ca.test\"", "", FIRST, FIRST),
    zone(
        "two CAs",
        "@ CAA 0 issue \"ca.test\"\n@ CAA 0 issue \"other.test\"",
        "",
        BOTH,
        BOTH,
    ),
    zone("nobody", "@ CAA 0 issue \";\"", "", NOBODY, NOBODY),
    zone(
        "wildcards apart",
        "@ CAA 0 issue \"ca.test\"\n@ CAA 0 issuewild \"other.test\"",
        "",
        FIRST,
        SECOND,
    ),
    zone(
        "no wildcards",
        "@ CAA 0 issue \"ca.test\"\n@ CAA 0 issuewild \";\"",
        "",
        FIRST,
        NOBODY,
    ),
    zone(
        "wildcards alone",
        "@ CAA 0 issuewild \"ca.test\"",
        "",
        None,
        FIRST,
    ),
    zone(
        "reports alone",
        "@ CAA 0 iodef \"mailto:a@b.test\"",
        "",
        None,
        None,
    ),
    zone("in capitals", "@ CAA 0 ISSUE \"CA.TEST\"", "", FIRST, FIRST),
    zone(
        "with parameters",
        "@ CAA 0 issue \"ca.test; accounturi=https://ca.test/1; validationmethods=dns-01\"",
        "",
        FIRST,
        FIRST,
    ),
    zone(
        "malformed",
        "@ CAA 0 issue \"https://ca.test\"",
        "",
        NOBODY,
        NOBODY,
    ),
    zone(
        "an unknown critical property",
        "@ CAA 128 tbs \"x\"\n@ CAA 0 issue \"ca.test\"",
        "",
        NOBODY,
        NOBODY,
    ),
    zone(
        "an unknown property",
        "@ CAA 0 tbs \"x\"\n@ CAA 0 issue \"ca.test\"",
        "",
        FIRST,
        FIRST,
    ),
    zone(
        "of the parent",
        "@ CAA 0 issue \"ca.test\"",
        "a.b",
        FIRST,
        FIRST,
    ),
    zone(
        "nearer than the parent",
        "@ CAA 0 issue \"ca.test\"\nb CAA 0 issue \"other.test\"",
        "a.b",
        SECOND,
        SECOND,
    ),
    zone(
        "at the target of an alias",
        "a CNAME t\nt CAA 0 issue \"other.test\"\n@ CAA 0 issue \"ca.test\"",
        "a",
        SECOND,
        SECOND,
    ),
    zone(
        "above the target of an alias",
        "a.b CNAME t.c\nt.c A 192.0.2.1\nc CAA 0 issue \"other.test\"\n@ CAA 0 issue \"ca.test\"",
        "a.b",
        FIRST,
        FIRST,
    ),
    zone(
        "behind a DNAME",
        "b DNAME c\na.c CAA 0 issue \"other.test\"\n@ CAA 0 issue \"ca.test\"",
        "a.b",
        SECOND,
        SECOND,
    ),
    zone(
        "by a wildcard of the DNS",
        "*.b CAA 0 issue \"other.test\"\n@ CAA 0 issue \"ca.test\"",
        "x.b",
        SECOND,
        SECOND,
    ),
    zone(
        "an empty name between",
        "a.b A 192.0.2.1\n@ CAA 0 issue \"ca.test\"",
        "b",
        FIRST,
        FIRST,
    ),
];

/// What the probes say where these may issue.
fn expect(allowed: Option<&[&str]>, issuer: &str) -> Verdicts {
    let (allows, present) = match allowed {
        None => ("pass", "fail"),
        Some(list) if list.contains(&issuer) => ("pass", "pass"),
        Some(_) => ("fail", "pass"),
    };
    Verdicts::from([(ALLOWS, allows), (PRESENT, present)])
}

/// One zone for each, and more records than fit into a datagram beside them.
fn setup() -> seaworthy_tests::servers::NamedSetup {
    let mut setup = Named::setup()
        .options("check-names primary ignore; check-integrity no;")
        .zone(".", &apex(""));
    for (number, zone) in ZONES.iter().enumerate() {
        setup = setup.zone(&format!("z{number}.test"), &apex(zone.records));
    }
    let many = (0..90).map(|number| format!("@ CAA 0 issue \"ca{number}.test\"\n"));
    let many = many.chain(["@ CAA 0 issue \"ca.test\"\n".to_owned()]);
    setup.zone("many.test", &apex(&many.collect::<String>()))
}

#[test]
fn zones_of_caa_by_name_issuer_and_wildcard() -> Result<()> {
    let Some(named) = setup().start()? else {
        return Ok(());
    };
    let scene = Scene::new()?;
    let server = named.address().to_string();
    let mut cases = Vec::new();
    let mut ask = |about: &str, name: &str, issuer: &str, wild: bool, expect: Verdicts| {
        let mut arguments = words(&["caa", name, "--nameserver", &server, "--issuer", issuer]);
        if wild {
            arguments.push("--wildcard".to_owned());
        }
        cases.push(Case {
            name: format!("{about}: {name}, {issuer}, wildcard {wild}"),
            arguments,
            expect,
        });
    };
    for (number, zone) in ZONES.iter().enumerate() {
        let below = if zone.name.is_empty() { "" } else { "." };
        let name = format!("{}{below}z{number}.test", zone.name);
        for issuer in [CA, OTHER] {
            // Whether anybody is restricted is asked of the name itself.
            let present = |expected: Verdicts| {
                let restricts = if zone.plain.is_some() { "pass" } else { "fail" };
                let mut expected = expected;
                expected.insert(PRESENT, restricts);
                expected
            };
            let plain = present(expect(zone.plain, issuer));
            ask(zone.about, &name, issuer, false, plain);
            let wild = expect(zone.wild, issuer);
            let allows = wild.get(ALLOWS).copied().unwrap_or_default();
            let wild = Verdicts::from([(ALLOWS, allows)]);
            ask(zone.about, &name, issuer, true, wild.clone());
            ask(zone.about, &format!("*.{name}"), issuer, false, wild);
        }
    }
    ask(
        "beyond a datagram",
        "many.test",
        CA,
        false,
        expect(FIRST, CA),
    );
    ask(
        "beyond a datagram",
        "many.test",
        OTHER,
        false,
        expect(FIRST, OTHER),
    );
    let number = check(&scene, &cases)?;
    assert!(number > 100, "{number} cases");
    Ok(())
}

#[test]
fn servers_that_say_nothing_pass_nothing() -> Result<()> {
    let scene = Scene::new()?;
    let silent = std::net::UdpSocket::bind((std::net::Ipv4Addr::LOCALHOST, 0))?;
    let quiet = silent.local_addr()?.to_string();
    let unknown = Verdicts::from([(ALLOWS, "inconclusive"), (PRESENT, "inconclusive")]);
    let of = |name: &str, server: &str| Case {
        name: format!("{name} at {server}"),
        arguments: words(&[
            "caa",
            name,
            "--nameserver",
            server,
            "--issuer",
            CA,
            "--deadline",
            "2",
        ]),
        expect: unknown.clone(),
    };
    let mut cases = vec![of("a.test", &quiet)];
    let refusing = Named::setup().zone("z.test", &apex("")).start()?;
    if let Some(named) = &refusing {
        cases.push(of("elsewhere.test", &named.address().to_string()));
    }
    check(&scene, &cases)?;
    let wrong = ["probe", "caa", "a..test", "--nameserver", &quiet];
    assert_eq!(scene.run(&wrong)?.code, 64);
    Ok(())
}
