//! A case: certificates, who trusts what, who asks for which name and when, and what comes of it.

use super::made::{Made, revoked, signed};
use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use seaworthy_tests::command::Ran;
use seaworthy_tests::report::verdicts_of;
use seaworthy_tests::scene::Scene;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(crate) const HOST: &str = "api.example.com";

/// How a certificate is altered.
pub(crate) type Alter = fn(&mut Vec<u8>);

/// What a case begins with: a root, a CA below it, and a server's certificate, all of it good.
#[derive(Clone, Debug)]
pub(crate) struct World {
    certificates: BTreeMap<&'static str, Made>,
    /// What the server shows, its own certificate first.
    pub(crate) served: Vec<&'static str>,
    /// What is trusted.
    pub(crate) trusted: Vec<&'static str>,
    /// The name that is asked for.
    pub(crate) asked: &'static str,
    pub(crate) at: &'static str,
    /// Whether the roots are the platform's, as those of public CAs are.
    pub(crate) public: bool,
    /// Whether the target says that its CA is private.
    pub(crate) private: bool,
    /// Lists of revoked certificates: who issued each, and the serial numbers on it.
    pub(crate) lists: Vec<(&'static str, Vec<Vec<u8>>)>,
    /// Lists of what is new since the sixth list of the issuer, likewise.
    pub(crate) news: Vec<(&'static str, Vec<Vec<u8>>)>,
    /// An OCSP answer.
    pub(crate) answer: Option<Vec<u8>>,
    /// The list of certificate logs that is named.
    pub(crate) logs: Option<String>,
    /// The certificate timestamps in the handshake.
    pub(crate) handshake: Option<Vec<u8>>,
    /// A certificate of which an altered copy is served before it, and how it is altered.
    pub(crate) altered: Option<(&'static str, Alter)>,
    /// Octets behind the server's certificate.
    pub(crate) behind: Vec<u8>,
}

impl World {
    pub(crate) fn new() -> Self {
        let certificates = BTreeMap::from([
            ("root", Made::authority("O=Test/CN=Root", "root", "root")),
            ("ca", Made::authority("O=Test/CN=CA", "ca", "root")),
            ("leaf", Made::server(HOST, "ca")),
        ]);
        Self {
            certificates,
            served: vec!["leaf", "ca"],
            trusted: vec!["root"],
            asked: HOST,
            at: "2026-05-01T12:00:00Z",
            public: false,
            private: false,
            lists: Vec::new(),
            news: Vec::new(),
            answer: None,
            logs: None,
            handshake: None,
            altered: None,
            behind: Vec::new(),
        }
    }

    /// A certificate by its name; a good CA's where there is none of this name yet.
    pub(crate) fn one(&mut self, name: &'static str) -> &mut Made {
        let made = || Made::authority(&format!("O=Test/CN={name}"), "a", "root");
        self.certificates.entry(name).or_insert_with(made)
    }

    pub(crate) fn leaf(&mut self) -> &mut Made {
        self.one("leaf")
    }

    pub(crate) fn ca(&mut self) -> &mut Made {
        self.one("ca")
    }

    pub(crate) fn root(&mut self) -> &mut Made {
        self.one("root")
    }

    /// Adds a certificate.
    pub(crate) fn add(&mut self, name: &'static str, made: Made) -> &mut Made {
        self.certificates.insert(name, made);
        self.one(name)
    }

    /// All of them, each signed once.
    fn signed(&self) -> Result<BTreeMap<&'static str, Vec<u8>>> {
        let one = |(name, made): (&&'static str, &Made)| {
            let issuer = self.certificates.get(made.by);
            let issuer = issuer.with_context(|| format!("no {}", made.by))?;
            Ok((*name, signed(made, issuer)?))
        };
        self.certificates.iter().map(one).collect()
    }

    fn pem(
        &self,
        names: &[&'static str],
        signed: &BTreeMap<&'static str, Vec<u8>>,
    ) -> Result<String> {
        let mut text = String::new();
        for (place, name) in names.iter().enumerate() {
            let mut der = signed
                .get(name)
                .with_context(|| format!("no {name}"))?
                .clone();
            if place == 0 && *name == "leaf" {
                der.extend(&self.behind);
            }
            if let Some((altered, alter)) = self.altered
                && altered == *name
            {
                let mut copy = der.clone();
                alter(&mut copy);
                text.push_str(&armoured(&copy));
            }
            text.push_str(&armoured(&der));
        }
        Ok(text)
    }

    pub(crate) fn run(&self) -> Result<Ran> {
        let scene = Scene::new()?;
        let signed = self.signed()?;
        scene.write("chain.pem", &self.pem(&self.served, &signed)?)?;
        scene.write("roots.pem", &self.pem(&self.trusted, &signed)?)?;
        let mut arguments = vec![
            "probe",
            "chain",
            "--from-file",
            "chain.pem",
            "--format",
            "json",
        ];
        arguments.extend(["--server-name", self.asked, "--at-time", self.at]);
        if !self.public {
            arguments.extend(["--ca-file", "roots.pem"]);
        }
        if self.private {
            arguments.push("--private-ca");
        }
        let lists = self.lists.iter().map(|list| (list, None));
        let lists = lists.chain(self.news.iter().map(|list| (list, Some(6))));
        let files: Vec<String> = (0..self.lists.len() + self.news.len())
            .map(|place| format!("{place}.crl"))
            .collect();
        for (((issuer, serials), base), file) in lists.zip(&files) {
            let issuer = self.certificates.get(issuer).context("an issuer")?;
            let serials: Vec<&[u8]> = serials.iter().map(Vec::as_slice).collect();
            std::fs::write(scene.path(file), revoked(issuer, &serials, base)?)?;
            arguments.extend(["--crl-file", file]);
        }
        if let Some(answer) = &self.answer {
            std::fs::write(scene.path("answer.der"), answer)?;
            arguments.extend(["--ocsp-file", "answer.der"]);
        }
        if let Some(logs) = &self.logs {
            scene.write("logs.json", logs)?;
            arguments.extend(["--ct-log-list", "logs.json"]);
        }
        if let Some(list) = &self.handshake {
            std::fs::write(scene.path("handshake.sct"), list)?;
            arguments.extend(["--sct-file", "handshake.sct"]);
        }
        if !self.public {
            return Ran::from_output(&scene.command(&arguments)?.output()?);
        }
        let mut command = scene.command(&arguments)?;
        command.env("SSL_CERT_FILE", scene.path("roots.pem"));
        let by_platform = Ran::from_output(&command.output()?)?;
        arguments.extend(["--ca-file", "roots.pem", "--public-ca"]);
        let by_file = Ran::from_output(&scene.command(&arguments)?.output()?)?;
        ensure!(by_platform.code == by_file.code, "{}", by_file.stdout);
        ensure!(
            messages(&by_platform)? == messages(&by_file)?,
            "{}",
            by_file.stdout
        );
        Ok(by_platform)
    }
}

/// What each probe says.
fn messages(ran: &Ran) -> Result<Vec<Value>> {
    let document: Value = serde_json::from_str(&ran.stdout)?;
    let verdicts = document["verdicts"].as_array().context("verdicts")?;
    let said = |one: &Value| json!([one["probe"], one["verdict"], one["message"]]);
    Ok(verdicts.iter().map(said).collect())
}

fn armoured(der: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(der);
    format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
}

/// Puts octets in the place of others, where those stand first.
pub(crate) fn replace(der: &mut [u8], octets: &[u8], by: &[u8]) {
    let place = der.windows(octets.len()).position(|part| part == octets);
    if let Some(part) = place.and_then(|place| der.get_mut(place..place + by.len())) {
        part.copy_from_slice(by);
    }
}

/// What is to come of a case.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wanted {
    /// Every probe passes.
    Pass,
    /// This probe fails, with these words.
    Fail(&'static str, &'static str),
    /// This probe alone fails, with these words; every other one passes or does not apply.
    Only(&'static str, &'static str),
    /// None fails, and this probe is undecided, with these words.
    Open(&'static str, &'static str),
}

/// A doubt.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case {
    /// What is doubtful.
    pub(crate) about: &'static str,
    /// Where it is decided.
    pub(crate) rule: &'static str,
    pub(crate) change: fn(&mut World),
    pub(crate) wanted: Wanted,
}

pub(crate) const fn passes(
    about: &'static str,
    rule: &'static str,
    change: fn(&mut World),
) -> Case {
    Case {
        about,
        rule,
        change,
        wanted: Wanted::Pass,
    }
}

pub(crate) const fn fails(
    about: &'static str,
    rule: &'static str,
    (probe, words): (&'static str, &'static str),
    change: fn(&mut World),
) -> Case {
    Case {
        about,
        rule,
        change,
        wanted: Wanted::Fail(probe, words),
    }
}

pub(crate) const fn only(
    about: &'static str,
    rule: &'static str,
    (probe, words): (&'static str, &'static str),
    change: fn(&mut World),
) -> Case {
    Case {
        about,
        rule,
        change,
        wanted: Wanted::Only(probe, words),
    }
}

pub(crate) const fn open(
    about: &'static str,
    rule: &'static str,
    (probe, words): (&'static str, &'static str),
    change: fn(&mut World),
) -> Case {
    Case {
        about,
        rule,
        change,
        wanted: Wanted::Open(probe, words),
    }
}

impl Case {
    /// What is wrong about the verdicts; nothing where they are as wanted.
    pub(crate) fn wrong(&self) -> Result<Option<String>> {
        let mut world = World::new();
        (self.change)(&mut world);
        let ran = world.run().with_context(|| self.about)?;
        let told = |why: &str| {
            let stdout = ran
                .json()
                .map_or_else(|_| ran.stdout.clone(), |report| verdicts(&report));
            format!(
                "{} ({}): {why}\n{stdout}{}",
                self.about, self.rule, ran.stderr
            )
        };
        let (code, probe, verdict, words) = match self.wanted {
            Wanted::Pass if ran.code == 0 => return Ok(None),
            Wanted::Pass => return Ok(Some(told("a pass is wanted"))),
            Wanted::Fail(probe, words) | Wanted::Only(probe, words) => (1, probe, "fail", words),
            Wanted::Open(probe, words) => (2, probe, "inconclusive", words),
        };
        if ran.code != code {
            return Ok(Some(told(&format!(
                "exit code {}, {code} wanted",
                ran.code
            ))));
        }
        let report = ran.json()?;
        let probe = format!("tls/{probe}");
        let all = report["verdicts"].as_array().into_iter().flatten();
        let good = |one: &Value| {
            one["probe"] == probe || one["verdict"] == "pass" || one["verdict"] == "not_applicable"
        };
        if matches!(self.wanted, Wanted::Only(..)) && !all.clone().all(good) {
            return Ok(Some(told(&format!("{probe} alone is to fail"))));
        }
        let found = verdicts_of(&report, &probe);
        let as_wanted = found.iter().any(|one| {
            let message = one["message"].as_str().unwrap_or_default();
            one["verdict"] == verdict && message.contains(words)
        });
        Ok((!as_wanted).then(|| told(&format!("{probe} is to be {verdict}: {words:?}"))))
    }
}

fn verdicts(report: &Value) -> String {
    let all = report["verdicts"].as_array().into_iter().flatten();
    let bad = all.filter(|one| one["verdict"] != "pass");
    let told = bad.map(|one| {
        format!(
            "    {} {} {}\n",
            one["probe"], one["verdict"], one["message"]
        )
    });
    told.collect::<String>() + &report["unassessed"].to_string() + "\n"
}
