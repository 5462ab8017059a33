//! The three twins of the sample service, each laid out in a folder of its own with a history of
//! Git, a repository on GitHub, a web site and the people who speak for it, and swept.

use crate::moved::moved;
use anyhow::{Context, Result, ensure};
use jiff::{Timestamp, ToSpan as _};
use seaworthy_tests::command::{Ran, seaworthy};
use seaworthy_tests::servers::github::world;
use seaworthy_tests::servers::{GitHubApi, Nginx, Routes, Site};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

/// The token of the forge, which no report may show.
const TOKEN: &str = "ghs_16C7e42F292c6912E7710c838347Ae178B4a";
/// Nothing listens there.
const NOWHERE: &str = "http://shop.test:9/";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Twin {
    Good,
    Bad,
    Empty,
}

/// A twin on disk, with what answers for it.
pub(crate) struct Service {
    folder: TempDir,
    commit: String,
    _github: GitHubApi,
    _site: Option<Nginx>,
}

/// Lays out a twin; `None` where there is no git or no nginx.
pub(crate) fn service(twin: Twin) -> Result<Option<Service>> {
    if Command::new("git").arg("--version").output().is_err() {
        told_skipped();
        return Ok(None);
    }
    let site = site(twin)?;
    if site.is_none() && twin != Twin::Empty {
        return Ok(None);
    }
    let folder = tempfile::tempdir()?;
    let root = folder.path();
    let from = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("services");
    let now = Timestamp::now();
    for part in ["shop/deploy", "reports", "keys"] {
        std::fs::create_dir_all(root.join(part))?;
    }
    if twin != Twin::Empty {
        copy(&from.join("good"), root, now)?;
    }
    if twin == Twin::Bad {
        copy(&from.join("bad"), root, now)?;
        leak(root)?;
    }
    let github = GitHubApi::start(match twin {
        Twin::Good => world::good(),
        Twin::Bad => world::bad(),
        Twin::Empty => Routes::new(),
    })?;
    let url = site.as_ref().map_or_else(
        || NOWHERE.to_owned(),
        |site| format!("http://shop.test:{}/", site.port("shop")),
    );
    let configuration = std::fs::read_to_string(from.join("seaworthy.yaml"))?;
    let configuration = configuration
        .replace("{github}", &github.url())
        .replace("{site}", &url)
        .replace("{checklist}", checklist(twin, root)?);
    std::fs::write(root.join("seaworthy.yaml"), configuration)?;
    age(&root.join("reports"), now)?;
    let commit = commit(&root.join("shop"), now)?;
    let service = Service {
        folder,
        commit,
        _github: github,
        _site: site,
    };
    service.ran(&["key", "new", "--out", "keys/ada.pem"])?;
    Ok(Some(service))
}

impl Service {
    /// The report of a sweep of one phase.
    pub(crate) fn sweep(&self, phase: &str) -> Result<Value> {
        let out = format!("runs-{phase}");
        let arguments = ["sweep", "-q", "--format", "json", "--phase", phase, "--out"];
        let ran = self.command(&[&arguments[..], &[&out]].concat())?;
        ensure!(!ran.stdout.contains(TOKEN), "the token is shown");
        ran.json()
    }

    /// A person in `role` vouches for an item, with the minutes of what was done.
    pub(crate) fn attest(&self, item: &str, role: &str) -> Result<()> {
        let minutes = "minutes.txt";
        std::fs::write(self.folder.path().join(minutes), "done, and seen by two\n")?;
        let arguments = ["attest", item, "--role", role, "--document", minutes];
        let more = [
            "--statement",
            "done, see the minutes",
            "--until",
            "30d",
            "--key",
            "keys/ada.pem",
        ];
        self.ran(&[&arguments[..], &more].concat())
    }

    fn ran(&self, arguments: &[&str]) -> Result<()> {
        let ran = self.command(arguments)?;
        ensure!(ran.code == 0, "{arguments:?}: {}", ran.stderr);
        Ok(())
    }

    fn command(&self, arguments: &[&str]) -> Result<Ran> {
        let output = seaworthy(self.folder.path())?
            .args(arguments)
            .env("RELEASE_COMMIT", &self.commit)
            .env("MADE_FROM", &self.commit)
            .env("SHOP_GITHUB_TOKEN", TOKEN)
            .output()?;
        Ran::from_output(&output)
    }
}

/// Which checklist the configuration names. The built-in one has a table of contacts to fill in,
/// which the good and the bad service leave to their documents; that it is blank is a finding, so the
/// empty service brings the checklist without it.
fn checklist(twin: Twin, root: &Path) -> Result<&'static str> {
    if twin != Twin::Empty {
        return Ok("");
    }
    let built_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/checklists/production.md");
    let text = std::fs::read_to_string(built_in)?;
    let (before, contacts) = text
        .split_once("## Emergency Contacts")
        .context("no table of contacts")?;
    let (_, after) = contacts.split_once("\n---\n").context("no end")?;
    std::fs::write(root.join("checklist.md"), [before, after].concat())?;
    Ok("checklist: checklist.md")
}

#[expect(clippy::print_stderr, reason = "a test that is skipped must say so")]
fn told_skipped() {
    eprintln!("skipped: there is no git");
}

/// What the shop's site answers: of the good one a policy and no word to pages of others.
fn site(twin: Twin) -> Result<Option<Nginx>> {
    let headers = match twin {
        Twin::Good => {
            "add_header Content-Security-Policy \"default-src 'self'; object-src 'none'; base-uri 'none'\" always;"
        }
        Twin::Bad => {
            "add_header Content-Security-Policy \"default-src 'self'; script-src 'unsafe-inline'; object-src 'none'\" always; add_header Access-Control-Allow-Origin * always;"
        }
        Twin::Empty => return Ok(None),
    };
    let page = "location = / { default_type text/html; return 200 '<title>Shop</title>'; }";
    let site = Site::http("shop").with(&format!("{headers}\n{page}"));
    Nginx::setup().site(site).start()
}

/// Copies a folder over another one; the times within become those of our day.
fn copy(from: &Path, to: &Path, now: Timestamp) -> Result<()> {
    for entry in std::fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            std::fs::create_dir_all(&to)?;
            copy(&entry.path(), &to, now)?;
            continue;
        }
        std::fs::copy(entry.path(), &to)?;
        // Programs stay programs: the file is written over, and its mode kept.
        if let Ok(text) = std::fs::read_to_string(&to) {
            std::fs::write(&to, moved(&text, now))?;
        }
    }
    Ok(())
}

/// A key in a script, put together here so that no scanner takes the project for a leak.
fn leak(root: &Path) -> Result<()> {
    let key = ["AKIA", "Z7QK3VTN5XJW2LPR"].concat();
    let script = format!("#!/bin/sh\nexport AWS_ACCESS_KEY_ID={key}\n");
    Ok(std::fs::write(root.join("shop/deploy/run.sh"), script)?)
}

/// Reports that do not say themselves when they were made are of eighteen hours ago.
fn age(reports: &Path, now: Timestamp) -> Result<()> {
    let at = u64::try_from((now - 18.hours()).as_second())?;
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(at);
    for entry in std::fs::read_dir(reports)? {
        let file = std::fs::File::options().append(true).open(entry?.path())?;
        file.set_modified(at)?;
    }
    Ok(())
}

/// Commits all of a checkout, and gives the commit.
fn commit(checkout: &Path, now: Timestamp) -> Result<String> {
    let at = (now - 38.hours()).to_string();
    let git = |arguments: &[&str]| -> Result<String> {
        let output = Command::new("git")
            .current_dir(checkout)
            .args(["-c", "user.name=Ada", "-c", "user.email=ada@shop.example"])
            .args(["-c", "commit.gpgsign=false"])
            .args(["-c", "init.defaultBranch=main"])
            .args(arguments)
            .env("GIT_AUTHOR_DATE", &at)
            .env("GIT_COMMITTER_DATE", &at)
            .output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "git {arguments:?}: {said}");
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    };
    git(&["init", "-q"])?;
    git(&["add", "-A"])?;
    git(&["commit", "-q", "--allow-empty", "-m", "Sell tickets"])?;
    git(&["rev-parse", "HEAD"])
}
