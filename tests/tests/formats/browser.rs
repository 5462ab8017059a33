//! The HTML report in Debian's Chromium: accessible in every mode, usable by keyboard and
//! without scripts, inert, and quick with many subjects. Screenshots stay in `target/report`.

use crate::material::{empty, hostile, large, passing, render};
use crate::sample::sample;
use seaworthy_tests::tools;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs one check of `tests/browser/check.mjs` over a page; does nothing where there is no
/// browser, after saying so.
fn check(page: &str, html: &str, check: &str) {
    let Some((modules, chromium)) = tools::browser() else {
        return;
    };
    let out = tools::root().join("target/report").join(page);
    std::fs::create_dir_all(&out).unwrap();
    let file = out.join(format!("{check}.html"));
    std::fs::write(&file, html).unwrap();
    let ran = Command::new("node")
        .arg(tools::root().join("tests/browser/check.mjs"))
        .args([&modules, &chromium, &out, &PathBuf::from(check), &file])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{check} of {}: {said}", shown(&file));
}

fn shown(file: &Path) -> String {
    file.display().to_string()
}

fn page() -> String {
    render(&sample(), "html")
}

#[test]
fn no_rule_of_accessibility_is_broken_in_any_mode() {
    check("sample", &page(), "accessible");
}

#[test]
fn no_rule_of_accessibility_is_broken_whatever_the_run() {
    check("passing", &render(&passing(), "html"), "accessible");
    check("empty", &render(&empty(), "html"), "accessible");
    check("large", &render(&large(10_000), "html"), "accessible");
}

#[test]
fn everything_is_reached_by_keyboard_and_the_focus_is_seen() {
    check("sample", &page(), "keyboard");
}

#[test]
fn verdict_categories_and_items_are_readable_without_scripts() {
    check("sample", &page(), "without_scripts");
}

#[test]
fn the_filter_shows_what_fits_and_has_an_address() {
    check("sample", &page(), "filter");
}

#[test]
fn links_unfold_what_they_lead_to() {
    check("sample", &page(), "deep_links");
}

#[test]
fn it_prints_without_what_only_a_screen_can_do() {
    check("sample", &page(), "print");
}

#[test]
fn hostile_text_runs_nothing_and_asks_nobody() {
    let html = render(&hostile(), "html");
    check("hostile", &html, "inert");
    check("hostile", &html, "accessible");
}

#[test]
fn ten_thousand_subjects_stay_under_five_megabytes_and_quick() {
    let html = render(&large(10_000), "html");
    assert!(html.len() < 5_000_000, "{} bytes", html.len());
    assert!(html.contains("9,995 more"), "the rest is counted");
    check("large", &html, "quick");
    check("large", &html, "filter");
}

#[test]
fn nothing_but_the_digests_of_its_own_script_and_style_is_allowed() {
    let html = page();
    let policy = html
        .split("Content-Security-Policy\" content=\"")
        .nth(1)
        .unwrap();
    let policy = policy.split('"').next().unwrap();
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-"),
        "{policy}"
    );
    for loose in ["unsafe", "http:", "https:", "data:", "*", "'self'"] {
        assert!(!policy.contains(loose), "{policy}");
    }
    assert_eq!(html.matches("<script").count(), 1);
    assert_eq!(html.matches("<style").count(), 1);
}
