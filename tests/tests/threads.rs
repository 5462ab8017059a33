//! A look at many manifests reads and judges on as many threads as there are, in parts. None of that
//! shows in what it prints: it is the same, byte for byte, on one processor and on all, run after run.

use anyhow::{Context, Result, ensure};
use seaworthy_tests::command::{binary, seaworthy};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Sound objects, twins of one name, members in another order, a refused object and a broken file.
fn write(folder: &Path) -> Result<()> {
    for number in 0..240 {
        let (shared, shop) = (number % 40, number % 7);
        let (labels, selector) = match number % 2 {
            0 => ("app: a, tier: web", "app: a"),
            _ => ("tier: web, app: a", "tier: web"),
        };
        let image = if number % 5 == 0 { "x:latest" } else { "x:1.2" };
        let text = format!(
            "apiVersion: apps/v1
kind: Deployment
metadata: {{name: app-{shared}, namespace: shop-{shop}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{{selector}}}}}
  template:
    metadata: {{labels: {{{labels}}}}}
    spec: {{containers: [{{name: c, image: '{image}'}}]}}
---
apiVersion: v1
kind: Service
metadata: {{name: s-{number}, namespace: shop-{shop}}}
spec: {{selector: {{{selector}}}, ports: [{{port: 80}}]}}
",
            replicas = number % 4,
        );
        fs::write(folder.join(format!("{number:03}.yaml")), text)?;
    }
    let refused = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: 3}\n";
    fs::write(folder.join("refused.yaml"), refused)?;
    fs::write(folder.join("broken.yaml"), "apiVersion: v1\nkind: [\n")?;
    Ok(())
}

/// What it prints, but for the instants at which it looked.
fn printed(mut command: Command, folder: &Path, format: &str) -> Result<String> {
    command.args(["probe", "k8s", "--manifests", "in", "--format", format]);
    let output = command.current_dir(folder).output()?;
    ensure!(output.status.code() == Some(1), "{output:?}");
    let text = String::from_utf8(output.stdout).context("not UTF-8")?;
    let lines = text.lines();
    let lines = lines.filter(|line| !line.trim_start().starts_with("\"at\": "));
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

#[test]
fn a_look_prints_the_same_on_one_thread_and_on_many() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let manifests = folder.path().join("in");
    fs::create_dir(&manifests)?;
    write(&manifests)?;
    for format in ["json", "text"] {
        let all = printed(seaworthy(folder.path())?, folder.path(), format)?;
        ensure!(all.len() > 100_000, "hardly anything was judged: {all}");
        let again = printed(seaworthy(folder.path())?, folder.path(), format)?;
        assert!(all == again, "two runs differ in {format}");
        let mut one = Command::new("taskset");
        one.args(["--cpu-list", "0"]).arg(binary()?);
        one.env("NO_COLOR", "1")
            .env("COLUMNS", "100")
            .env("CI", "true");
        let one = printed(one, folder.path(), format)?;
        assert!(all == one, "one processor and all differ in {format}");
    }
    Ok(())
}
