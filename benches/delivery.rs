//! A checkout of many files, scanned for secrets and markers, and large reports: how long they take, by
//! the clock and in processor time. ripgrep looks for the same patterns over the same checkout, where it is
//! installed, on one thread and on as many as it takes by itself, as the scan does; it is the limit that one
//! can hope for. `SEAWORTHY_BENCH_FILES` sets the number of files (50000 make up 1 GB).
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use jiff::Timestamp;
use seaworthy_collect::{Budgets, Context, Sink};
use seaworthy_collect_delivery::collectors;
use seaworthy_model::Target;
use serde_json::json;
use std::fmt::Write as _;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const WORDS: [&str; 24] = [
    "order", "price", "ticket", "account", "wallet", "match", "seller", "buyer", "place", "event",
    "refund", "amount", "total", "count", "value", "result", "error", "handler", "request",
    "response", "token", "secret", "password", "option",
];

fn main() -> std::io::Result<()> {
    let files = std::env::var("SEAWORTHY_BENCH_FILES").ok();
    let files: usize = files.and_then(|text| text.parse().ok()).unwrap_or(5_000);
    let folder = std::env::temp_dir().join(format!("seaworthy-bench-{}", std::process::id()));
    let bytes = tree(&folder.join("tree"), files)?;
    let took = ask(
        "repository",
        json!({ "path": folder.join("tree") }),
        "delivery/repository",
    );
    println!(
        "{files} files, {bytes} bytes: {took}, {}",
        rate(bytes, &took)
    );
    for (name, threads) in [("on one thread", "-j1"), ("as it is", "-j0")] {
        let before = Took::begin();
        if ripgrep(&folder, threads).is_some() {
            let limit = before.end();
            let ratio =
                |one: Duration, other: Duration| one.as_secs_f64() / other.as_secs_f64().max(0.001);
            println!(
                "ripgrep {name} over the same: {limit}, {}; the scan takes {:.2} times as long, {:.2} times the processor",
                rate(bytes, &limit),
                ratio(took.clock, limit.clock),
                ratio(took.processor, limit.processor)
            );
        }
    }
    let reports = json!({ "root": folder, "commit": "any", "max_age": "9999d",
        "roles": { "unit": "junit.xml", "sast": "big.sarif" } });
    let cases = junit(&folder.join("junit.xml"))?;
    let took = ask("artifacts", reports.clone(), "delivery/tests");
    println!("JUnit XML of {cases} cases: {took}");
    let bytes = sarif(&folder.join("big.sarif"))?;
    let took = ask("artifacts", reports, "delivery/scans");
    println!("SARIF of {bytes} bytes: {took}, {}", rate(bytes, &took));
    std::fs::remove_dir_all(folder)
}

fn rate(bytes: usize, took: &Took) -> String {
    let millis = took.clock.as_millis().max(1);
    format!("{} MB/s", bytes as u128 / 1000 / millis)
}

/// How long something took, by the clock and in processor time, its children's with it.
struct Took {
    clock: Duration,
    processor: Duration,
}

struct Begun {
    at: Instant,
    processor: Duration,
}

impl Took {
    fn begin() -> Begun {
        Begun {
            at: Instant::now(),
            processor: processor(),
        }
    }
}

impl Begun {
    fn end(&self) -> Took {
        Took {
            clock: self.at.elapsed(),
            processor: processor().saturating_sub(self.processor),
        }
    }
}

impl std::fmt::Display for Took {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:.2?} ({:.2?} of processor time)",
            self.clock, self.processor
        )
    }
}

/// The processor time of this process and of its children that ended, in hundredths of a second; nothing where
/// there is no `/proc` (proc(5), fields 14 to 17 of `stat`).
fn processor() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let (_, fields) = stat.rsplit_once(") ").unwrap_or_default();
    let ticks = fields
        .split(' ')
        .skip(11)
        .take(4)
        .filter_map(|field| field.parse::<u64>().ok());
    Duration::from_millis(ticks.sum::<u64>() * 10)
}

/// How long a collector takes over a target.
fn ask(kind: &str, spec: serde_json::Value, collector: &str) -> Took {
    let target = Target {
        name: "bench".to_owned(),
        kind: kind.to_owned(),
        labels: Default::default(),
        spec: spec.into(),
        location: None,
    };
    let context = Context::new(Timestamp::UNIX_EPOCH, Budgets::default(), || {
        Timestamp::UNIX_EPOCH
    });
    let sink = Sink::new();
    let started = Took::begin();
    if let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() {
        for one in collectors().iter().filter(|one| one.id() == collector) {
            runtime.block_on(one.collect(&target, &context, &sink));
        }
    }
    let took = started.end();
    let facts = sink.take().facts.len();
    println!("{collector}: {facts} facts");
    took
}

/// Writes a checkout of source files, and gives its size.
fn tree(root: &Path, files: usize) -> std::io::Result<usize> {
    let mut state = 7_u64;
    let mut next = move |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(state >> 33).unwrap_or_default() % below
    };
    let mut pool = String::new();
    while pool.len() < 200_000 {
        let mut word = || WORDS.get(next(WORDS.len())).copied().unwrap_or("x");
        let (one, other, more) = (word(), word(), word());
        let line = match pool.len() % 13 {
            0 => format!("    // {one} of the {other}, as the {more} wants it"),
            1 => format!("    const {one} = \"https://{other}.shop.example/{more}\";"),
            _ => format!("    {one}.{other}({more}, {one}, {other});"),
        };
        // Writing to a String does not fail.
        let _ = writeln!(pool, "{line}");
    }
    let mut bytes = 0;
    for number in 0..files {
        let folder = root.join(format!("src/m{}", number / 100));
        std::fs::create_dir_all(&folder)?;
        let end = ["js", "py", "go", "rs", "java"]
            .get(number % 5)
            .copied()
            .unwrap_or("js");
        let (at, length) = (next(150_000), 8_000 + next(28_000));
        let text = pool.get(at..at + length).unwrap_or(&pool);
        std::fs::write(folder.join(format!("f{number}.{end}")), text)?;
        bytes += text.len();
    }
    Ok(bytes)
}

/// The patterns of the rules, and the markers, by ripgrep on so many threads (`-j0`: as many as it takes).
fn ripgrep(folder: &Path, threads: &str) -> Option<()> {
    let rules = include_str!("../crates/collect-delivery/rules/secrets.yaml");
    let patterns = rules
        .lines()
        .filter(|line| !line.contains("next_line: true"));
    let patterns = patterns.filter_map(|line| {
        let (_, rest) = line.split_once("pattern: '")?;
        let (pattern, _) = rest.split_once("', ").or_else(|| rest.split_once("' }"))?;
        Some(format!(
            "(?:{})",
            pattern.replace("''", "'").replace("(?im-u)", "(?i-u)")
        ))
    });
    let mut listed: Vec<String> = patterns.collect();
    listed.push(r"\b(?:TODO|FIXME|HACK)\b".to_owned());
    std::fs::write(folder.join("patterns"), listed.join("\n")).ok()?;
    let mut command = Command::new("rg");
    command.args([threads, "-c", "--no-ignore", "-f"]);
    command
        .arg(folder.join("patterns"))
        .arg(folder.join("tree"));
    let output = command.output().ok()?;
    // 1 says that nothing was found.
    matches!(output.status.code(), Some(0 | 1)).then_some(())
}

fn junit(path: &Path) -> std::io::Result<usize> {
    let mut file = BufWriter::new(std::fs::File::create(path)?);
    writeln!(file, "<testsuites>")?;
    for suite in 0..100 {
        writeln!(file, "<testsuite name=\"suite {suite}\" tests=\"1000\">")?;
        for case in 0..1000 {
            writeln!(
                file,
                "<testcase classname=\"shop.m{suite}.PriceTest\" name=\"adds line {case}\" time=\"0.01\"/>"
            )?;
        }
        writeln!(file, "</testsuite>")?;
    }
    writeln!(file, "</testsuites>")?;
    Ok(100_000)
}

fn sarif(path: &Path) -> std::io::Result<usize> {
    let mut file = BufWriter::new(std::fs::File::create(path)?);
    let head = r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"CodeQL"}},"results":["#;
    write!(file, "{head}")?;
    let mut bytes = head.len();
    let mut number = 0_u64;
    while bytes < 100 << 20 {
        let result = json!({ "ruleId": format!("js/rule-{}", number % 200), "level": "warning",
            "message": { "text": "the value of this parameter reaches a page unescaped" },
            "locations": [{ "physicalLocation": { "artifactLocation": { "uri": format!("src/page{}.js", number % 900) },
                "region": { "startLine": number % 800 + 1 } } }] });
        let text = format!("{}{result}", if number == 0 { "" } else { "," });
        write!(file, "{text}")?;
        (bytes, number) = (bytes + text.len(), number + 1);
    }
    write!(file, "]}}]}}")?;
    Ok(bytes + 4)
}
