//! Formats that people read on a forge: their limits, and that nothing in them is a command, a
//! tag or a link that somebody else wrote.

use crate::material::{hostile, large, render};
use crate::sample::sample;

#[test]
fn annotations_keep_the_limits_and_count_the_rest() {
    let mut many = sample();
    let failing = many.results[0].clone();
    for number in 0..30 {
        let mut item = failing.clone();
        item.id = format!("security/more-{number}").as_str().into();
        many.results.push(item);
    }
    let text = render(&many, "github");
    let of = |kind: &str| text.lines().filter(|line| line.starts_with(kind)).count();
    assert_eq!(of("::error "), 10);
    assert!(of("::warning ") <= 10 && of("::notice ") <= 10);
    assert!(
        text.contains("::error title=Seaworthy::and 23 more; see the report"),
        "{text}"
    );
}

#[test]
fn annotations_are_whole_at_the_limit_and_counted_one_beyond_it() {
    for (number, last) in [(10, "security/more-9"), (11, "and 2 more")] {
        let mut sample = sample();
        let mut failing = sample.results[1].clone();
        failing.verdicts = Vec::new();
        let one = |number: u32| {
            let mut item = failing.clone();
            item.id = format!("security/more-{number}").as_str().into();
            item.title = item.id.to_string();
            item
        };
        sample.results = (0..number).map(one).collect();
        sample.gate.reasons = Vec::new();
        let text = render(&sample, "github");
        let errors: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with("::error "))
            .collect();
        assert_eq!(errors.len(), 10, "{number}: {text}");
        assert!(errors[9].contains(last), "{number}: {}", errors[9]);
    }
}

#[test]
fn annotations_are_commands_of_ours_alone() {
    let text = render(&hostile(), "github");
    for line in text.lines() {
        let kind = ["::error ", "::warning ", "::notice "];
        assert!(kind.iter().any(|kind| line.starts_with(kind)), "{line}");
        // Properties end at the first `::`; none of their values holds one.
        let (properties, _) = line[2..].split_once("::").unwrap();
        for property in properties.split_once(' ').unwrap().1.split(',') {
            let (name, value) = property.split_once('=').unwrap();
            assert!(["file", "line", "col", "title"].contains(&name), "{line}");
            assert!(!value.contains(':'), "{line}");
        }
    }
    let text = render(&sample(), "github");
    assert!(text.contains("::warning file=k8s/api.yaml,line=12,col=5,title=Images are scanned::"));
}

#[test]
fn a_summary_fits_into_a_step_and_a_comment_into_a_merge_request() {
    let large = large(10_000);
    assert!(render(&large, "github-summary").len() < 1024 * 1024);
    assert!(render(&large, "markdown").len() < 65_536);

    let mut sample = sample();
    let failing = sample.results[0].clone();
    for number in 0..20_000 {
        let mut item = failing.clone();
        item.id = format!("security/more-{number}").as_str().into();
        item.title = format!("{} {}", "long ".repeat(100), number);
        item.message = Some("x ".repeat(400));
        sample.results.push(item);
    }
    for (format, most) in [("github-summary", 1024 * 1024), ("markdown", 65_536)] {
        let text = render(&sample, format);
        assert!(text.len() < most, "{format}: {} bytes", text.len());
        assert!(
            text.contains("Evidence: runs/run"),
            "{format} ends with the evidence"
        );
    }
}

#[test]
fn markdown_of_hostile_text_has_no_tag_of_theirs() {
    for format in ["markdown", "github-summary", "postmortem", "deployment"] {
        let text = render(&hostile(), format);
        let ours = ["<details>", "</details>", "<summary>", "</summary>", "<br>"];
        let mut rest = text.clone();
        for tag in ours {
            rest = rest.replace(tag, "");
        }
        let bare = rest
            .match_indices('<')
            .filter(|(at, _)| !rest[..*at].ends_with('\\'))
            .count();
        assert_eq!(bare, 0, "{format}: {rest}");
        assert!(!text.contains("javascript:alert(1)]("), "{format}");
    }
}

#[test]
fn the_post_mortem_answers_the_checklist_s_own_questions() {
    let mut sample = sample();
    sample.markdown.push_str(
        "\n## Post-Mortem Template\n\n- **What happened?**\n- **How was it detected?**\n- **Who is to blame?**\n- **Action items** (with owners)\n",
    );
    let text = render(&sample, "postmortem");
    for wanted in [
        "## What happened?",
        "The gate said NOT",
        "## How was it detected?",
        "The certificate is within its validity (tls/not-expired)",
        "## Who is to blame?\n\n_To be written by a person._",
        "| Renew the certificate and install it behind every address",
    ] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
}

#[test]
fn the_deployment_report_has_every_phase_and_the_score_table() {
    let text = render(&sample(), "deployment");
    for wanted in [
        "| decision | **NOT\\_READY** |",
        "| pre-deployment | 15 |",
        "| t+1h | 1 | 1 not due |",
        "| Security | 65% | 5.1 |",
        "| w-7 | security/rate-limits-are-set | The gateway limits",
        "Ada (architect)",
    ] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
}
