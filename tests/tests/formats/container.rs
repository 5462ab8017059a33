//! The last stage of the container image, without the base images, which come from registries: a
//! root with the libraries of `distroless/cc` that the binary is linked to, the binary, and nothing
//! else; no shell, no /etc, no /proc.

use seaworthy_tests::command::binary;
use seaworthy_tests::scene::Scene;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What `gcr.io/distroless/cc-debian12` has beside the kernel's own: Debian's libc6, libgcc-s1,
/// libgomp1, libssl3 and libstdc++6.
const IN_THE_IMAGE: [&str; 9] = [
    "ld-linux-x86-64.so.2",
    "ld-linux-aarch64.so.1",
    "libc.so.6",
    "libm.so.6",
    "libgcc_s.so.1",
    "libpthread.so.0",
    "libdl.so.2",
    "librt.so.1",
    "libstdc++.so.6",
];

/// The files of the libraries that the binary is linked to.
fn libraries(binary: &Path) -> Vec<PathBuf> {
    let ran = Command::new("ldd").arg(binary).output().unwrap();
    let text = String::from_utf8(ran.stdout).unwrap();
    let words = text.split_whitespace();
    let found: Vec<PathBuf> = words
        .filter(|word| word.starts_with('/'))
        .map(PathBuf::from)
        .collect();
    assert!(!found.is_empty(), "{text}");
    found
}

fn put(root: &Path, place: &Path, from: &Path) {
    let to = root.join(place.strip_prefix("/").unwrap());
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    fs::copy(from, to).unwrap();
}

/// Runs `seaworthy` within the root, in its folder `/work`.
fn run(root: &Path, arguments: &[&str]) -> Output {
    Command::new("unshare")
        .args(["--user", "--map-root-user", "--root"])
        .arg(root)
        .args(["--wd", "/work", "/usr/local/bin/seaworthy"])
        .args(arguments)
        .env_clear()
        .output()
        .unwrap()
}

#[test]
fn the_binary_sweeps_with_nothing_of_a_system_but_the_libraries_of_its_image() {
    let can = Command::new("unshare")
        .args(["--user", "--map-root-user", "true"])
        .status();
    if !can.is_ok_and(|status| status.success()) {
        let word = "skipped: this kernel gives no user namespaces, so no root of one's own";
        writeln!(std::io::stderr(), "{word}").unwrap();
        return;
    }
    let (scene, binary) = (Scene::new().unwrap(), binary().unwrap());
    let root = scene.path("root");
    for library in libraries(&binary) {
        let name = library.file_name().unwrap().to_str().unwrap();
        assert!(IN_THE_IMAGE.contains(&name), "{name} is not in the image");
        put(&root, &library, &library);
    }
    put(&root, Path::new("/usr/local/bin/seaworthy"), &binary);
    fs::create_dir_all(root.join("tmp")).unwrap();
    let list = "# Launch\n\n## Kubernetes\n\n- [ ] CPU requests/limits\n\n## Security\n\n- [ ] CAA records\n";
    scene.write("root/work/list.md", list).unwrap();
    let manifest = "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [{ name: c, image: x }] }\n";
    scene.write("root/work/k8s/pod.yaml", manifest).unwrap();
    let targets = "service: shop\nenvironment: test\nrelease: \"1\"\ntargets:\n  kubernetes: [{ manifests: k8s }]\n  domains: [{ domain: shop.test }]\n";
    scene.write("root/work/seaworthy.yaml", targets).unwrap();

    let version = run(&root, &["--version"]);
    assert!(version.status.success(), "{version:?}");
    let swept = run(&root, &["sweep", "list.md", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&swept.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&swept.stderr)));
    let result = |id: &str| {
        let mut items = report["items"].as_array().unwrap().iter();
        items.find(|item| item["id"] == id).unwrap()["result"].clone()
    };
    assert_eq!(result("kubernetes/cpu-requests-limits"), "fail");
    assert_eq!(swept.status.code(), Some(1));
    // No resolver is configured there: nothing is known of the domain, and nothing passes.
    assert_ne!(result("security/caa-records"), "pass");
    assert!(root.join("work/runs").is_dir());
}
