//! How long `seaworthy probe k8s` takes over manifests, and how much memory, with Checkov over the same
//! files in the same run, where it is installed (`pip install checkov`).
//!
//! `cargo bench -p seaworthy-benches --bench kubernetes` measures 934 generated objects in 500 files, and
//! 12,500, 25,000 and 50,000 objects, which shows whether time and memory are linear. Another folder,
//! such as one of real manifests, is measured in the place of the 500 files where
//! `SEAWORTHY_BENCH_MANIFESTS` names it, and `SEAWORTHY_BENCH_CHECKOV` names another Checkov than the one
//! on the path. The command itself must be there: `cargo build --release`.
//!
//! `cargo bench -p seaworthy-benches --bench kubernetes -- generate OBJECTS FILES FOLDER` only writes the
//! objects.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use seaworthy_benches::objects;
use seaworthy_benches::process::{Ran, command, load, median};
use std::io::{Error, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

const ROUNDS: usize = 11;
/// Objects and files of the small case, in the proportion of 500 files from public repositories.
const FEW: (usize, usize) = (934, 500);
/// Objects of the large cases.
const MANY: [usize; 3] = [12_500, 25_000, 50_000];

fn main() -> Result<()> {
    // `cargo bench` adds a word of its own.
    let arguments = std::env::args().skip(1);
    let arguments: Vec<String> = arguments.filter(|word| word != "--bench").collect();
    if let Some(at) = arguments.iter().position(|word| word == "generate") {
        return generate(arguments.get(at + 1..).unwrap_or_default());
    }
    let Some(command) = command() else {
        println!(
            "skipped: target/release/seaworthy is not built; `cargo build --release` builds it"
        );
        return Ok(());
    };
    let folder = std::env::temp_dir().join(format!("seaworthy-kubernetes-{}", std::process::id()));
    let measured = measure(&command, &folder);
    std::fs::remove_dir_all(&folder)?;
    measured
}

fn generate(arguments: &[String]) -> Result<()> {
    let [objects, files, folder] = arguments else {
        return Err(Error::other("generate wants OBJECTS FILES FOLDER"));
    };
    let number = |text: &String| text.parse::<usize>().map_err(Error::other);
    let bytes = objects::write(Path::new(folder), number(objects)?, number(files)?)?;
    println!("{objects} objects in {files} files, {bytes} bytes");
    Ok(())
}

fn measure(seaworthy: &Path, folder: &Path) -> Result<()> {
    println!("load: {}", load());
    std::fs::create_dir_all(folder)?;
    let few = match std::env::var_os("SEAWORTHY_BENCH_MANIFESTS") {
        Some(own) => PathBuf::from(own),
        None => {
            let few = folder.join("few");
            objects::write(&few, FEW.0, FEW.1)?;
            few
        }
    };
    let ran = median(&probe(seaworthy, &few), ROUNDS)?;
    told(&format!("seaworthy over {}", few.display()), &ran);
    checkov(&few, &ran)?;
    let mut before: Option<Ran> = None;
    for objects in MANY {
        let many = folder.join(objects.to_string());
        objects::write(&many, objects, objects * FEW.1 / FEW.0)?;
        let ran = median(&probe(seaworthy, &many), 3)?;
        told(&format!("seaworthy over {objects} objects"), &ran);
        if let Some(before) = before {
            let (cpu, peak) = (ran.cpu / before.cpu, ran.peak / before.peak);
            println!(
                "  {cpu:.2} times the processor time of half as many, {peak:.2} times the memory"
            );
        }
        before = Some(ran);
        std::fs::remove_dir_all(many)?;
    }
    println!("load: {}", load());
    Ok(())
}

/// Every probe over every object, as a program would ask for them.
fn probe(seaworthy: &Path, folder: &Path) -> Command {
    let mut command = Command::new(seaworthy);
    command.args(["probe", "k8s", "--format", "json", "--manifests"]);
    command.arg(folder);
    command
}

fn checkov(folder: &Path, own: &Ran) -> Result<()> {
    let program = std::env::var_os("SEAWORTHY_BENCH_CHECKOV").unwrap_or_else(|| "checkov".into());
    let mut command = Command::new(&program);
    command.args(["--framework", "kubernetes", "--output", "json", "--quiet"]);
    command.args(["--skip-download", "--directory"]).arg(folder);
    let ran = median(&command, 1)?;
    if ran.status.code().is_none_or(|code| code > 1) {
        println!(
            "checkov: not measured, {} {}",
            program.display(),
            ran.status
        );
        return Ok(());
    }
    told("checkov over the same", &ran);
    let (wall, peak) = (
        ran.wall.as_secs_f64() / own.wall.as_secs_f64(),
        ran.peak / own.peak,
    );
    println!("  {wall:.0} times as long, {peak:.1} times the memory");
    Ok(())
}

fn told(name: &str, ran: &Ran) {
    println!(
        "{name}: {:.3} s, {:.3} s of processor, {:.1} MiB",
        ran.wall.as_secs_f64(),
        ran.cpu,
        ran.peak
    );
}
