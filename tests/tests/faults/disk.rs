//! Folders and files that cannot be written, a full disk, and a reader of the output that left.

use super::{CHECKLIST, assert_sound, deployment};
use anyhow::{Context, Result};
use seaworthy_tests::command::{Ran, bundle};
use seaworthy_tests::scene::{Scene, finish};
use std::fs::File;
use std::io::Write;
use std::process::{Command, Stdio};

fn scene(workloads: usize) -> Result<Scene> {
    let scene = Scene::new()?;
    scene.write("list.md", CHECKLIST)?;
    for number in 0..workloads {
        let name = format!("web{number}");
        scene.write(&format!("k8s/{name}.yaml"), &deployment(&name))?;
    }
    scene.configure("  kubernetes:\n    - name: manifests\n      manifests: k8s\n")?;
    Ok(scene)
}

#[test]
fn a_bundle_that_cannot_be_made_is_told_before_anything_is_asked() -> Result<()> {
    let scene = scene(1)?;
    // Not by permissions, which do not bind the root of a container.
    for out in ["list.md", "list.md/below", "/proc/seaworthy"] {
        let ran = scene.run(&["sweep", "list.md", "--out", out])?;
        assert_sound(&ran);
        assert_eq!(ran.code, 74, "{out}: {}", ran.stderr);
        let wanted = format!("failed to create the folder `{out}`");
        assert!(ran.stderr.contains(&wanted), "{}", ran.stderr);
        assert!(!ran.stderr.contains("asking"), "{}", ran.stderr);
        assert_eq!(ran.stdout, "");
    }
    let kept = std::fs::read_to_string(scene.path("list.md"))?;
    assert_eq!(kept, CHECKLIST, "the file in the way is untouched");
    Ok(())
}

#[test]
fn a_report_that_cannot_be_written_leaves_the_sealed_bundle() -> Result<()> {
    for (format, full_stdout) in [
        ("json=/dev/full", false),
        ("json=list.md/x", false),
        ("json", true),
    ] {
        let scene = scene(1)?;
        let mut command = scene.command(&["sweep", "list.md", "--format", format])?;
        command.stdin(Stdio::null()).stderr(Stdio::piped());
        if full_stdout {
            command.stdout(File::options().write(true).open("/dev/full")?);
        } else {
            command.stdout(Stdio::piped());
        }
        let ran = Ran::from_output(&finish(command.spawn()?)?)?;
        assert_sound(&ran);
        assert_eq!(ran.code, 74, "{format}: {}", ran.stderr);
        assert!(ran.stderr.contains("failed to write"), "{}", ran.stderr);
        let path = bundle(&scene.path("runs"))?;
        let name = path.file_name().context("a name")?.to_string_lossy();
        assert!(
            ran.stderr.contains(&*name),
            "it tells where: {}",
            ran.stderr
        );
        let again = scene.run(&["report", path.to_str().context("text")?])?;
        assert_eq!(again.code, 2, "{}", again.stderr);
    }
    Ok(())
}

#[test]
fn a_reader_that_leaves_changes_no_verdict() -> Result<()> {
    let scene = scene(1)?;
    for format in ["text", "json", "checklist"] {
        let mut child = scene.start(&["sweep", "list.md", "--all", "--format", format])?;
        // Closed before a byte is written, which is harder than `| head -1`.
        drop(child.stdout.take());
        let ran = Ran::from_output(&finish(child)?)?;
        assert_sound(&ran);
        assert_eq!(ran.code, 2, "{format}: {}", ran.stderr);
        assert!(!ran.stderr.contains("error:"), "{}", ran.stderr);
    }
    Ok(())
}

#[test]
fn a_full_disk_ends_the_sweep_and_keeps_what_was_recorded() -> Result<()> {
    let scene = scene(400)?;
    std::fs::create_dir(scene.path("small"))?;
    std::fs::create_dir(scene.path("kept"))?;
    // The file system goes with its name space, so what is on it is copied out before.
    let script = "mount -t tmpfs -o size=200k none small || exit 99\n\
                  \"$0\" sweep list.md --out small\ncode=$?\n\
                  cp -r small/. kept\nexit $code";
    let own = scene.command(&[])?;
    let mut command = Command::new("unshare");
    command
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", script])
        .arg(own.get_program())
        .current_dir(scene.folder())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let Ok(child) = command.spawn() else {
        return skipped("there is no `unshare` here");
    };
    let ran = Ran::from_output(&finish(child)?)?;
    if ran.code == 99 || ran.stderr.contains("unshare failed") {
        return skipped("this system lets no user mount a file system");
    }
    assert_sound(&ran);
    assert_eq!(ran.code, 74, "{}", ran.stderr);
    assert!(ran.stderr.contains("No space left"), "{}", ran.stderr);
    let told = "what was recorded until then is in small/run-";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);

    let path = bundle(&scene.path("kept"))?;
    let path = path.to_str().context("the path is text")?;
    let replayed = scene.run(&["replay", path])?;
    assert_sound(&replayed);
    assert_eq!(replayed.code, 2, "{}", replayed.stderr);
    let told = &replayed.stdout;
    assert!(
        told.contains("not sealed") && told.contains("INCOMPLETE"),
        "{told}"
    );
    let reported = scene.run(&["report", path])?;
    assert_sound(&reported);
    assert_eq!(reported.code, 78, "{}", reported.stdout);
    assert!(
        reported.stderr.contains("not sealed"),
        "{}",
        reported.stderr
    );
    Ok(())
}

/// Written, not printed: the test harness would keep it back from a test that passes.
fn skipped(why: &str) -> Result<()> {
    writeln!(std::io::stderr(), "skipped: {why}")?;
    Ok(())
}
