//! A folder with signed bundles of real sweeps, and copies of them to tamper with.

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use seaworthy_bundle::{Beside, Reader};
use seaworthy_sign::PrivateKey;
use seaworthy_tests::command::{Ran, bundle};
use seaworthy_tests::scene::Scene;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

const CHECKLIST: &str = "# Launch\n\n## Kubernetes\n\n- [ ] Memory requests/limits\n- [ ] CPU requests/limits\n\n\
    ## Security\n\n- [ ] HTTPS enforced on all endpoints\n";

/// A scene with manifests, one workload of which lacks its limits, and two keys.
pub(crate) struct Sealed {
    pub(crate) scene: Scene,
    pub(crate) key: PrivateKey,
    pub(crate) foreign: PrivateKey,
}

impl Sealed {
    pub(crate) fn new() -> Self {
        let scene = Scene::new().unwrap();
        scene
            .configure("  kubernetes:\n    - { name: platform, manifests: manifests }\n")
            .unwrap();
        scene.write("checklist.md", CHECKLIST).unwrap();
        let limits =
            "resources: { requests: { memory: 1Gi, cpu: 1 }, limits: { memory: 1Gi, cpu: 1 } }";
        for (name, resources) in [("good", limits), ("bare", "resources: {}")] {
            scene
                .write(
                    &format!("manifests/{name}.yaml"),
                    &deployment(name, resources),
                )
                .unwrap();
        }
        let [key, foreign] = [7, 9].map(|scalar| PrivateKey::from_scalar(&[scalar; 32]).unwrap());
        scene
            .write("key.pub.pem", &key.public_key().to_pem())
            .unwrap();
        scene
            .write("foreign.pub.pem", &foreign.public_key().to_pem())
            .unwrap();
        Self {
            scene,
            key,
            foreign,
        }
    }

    /// Sweeps into the folder `out`, and signs.
    pub(crate) fn sweep(&self, out: &str, more: &[&str]) -> PathBuf {
        let arguments = ["sweep", "checklist.md", "--quiet", "--out", out];
        let ran = self.scene.run(&[&arguments[..], more].concat()).unwrap();
        assert!(ran.code < 4, "{}", ran.stderr);
        let dir = bundle(&self.scene.path(out)).unwrap();
        self.sign(&dir, &self.key);
        dir
    }

    pub(crate) fn sign(&self, dir: &Path, key: &PrivateKey) {
        seaworthy_bundle::sign(&Reader::open(dir).unwrap(), key, Beside::Nothing).unwrap();
    }

    pub(crate) fn verify(&self, dir: &Path) -> Ran {
        let dir = dir.to_str().unwrap();
        self.scene
            .run(&["verify", dir, "--trusted-key", "key.pub.pem"])
            .unwrap()
    }

    /// A copy of a bundle, below the folder of the scene.
    pub(crate) fn copy(&self, dir: &Path, name: &str) -> PathBuf {
        let copy = self.scene.path(name);
        let status = Command::new("cp")
            .arg("-a")
            .arg(dir)
            .arg(&copy)
            .status()
            .unwrap();
        assert!(status.success());
        copy
    }

    /// The auditor's script over a bundle, with no other program in reach than it says to need.
    pub(crate) fn audit(&self, dir: &Path, more: &[&Path]) -> Ran {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/verify-bundle.sh");
        let output = Command::new("/bin/sh")
            .arg(script)
            .arg(dir)
            .arg(self.scene.path("key.pub.pem"))
            .args(more)
            .env_clear()
            .env("PATH", self.few_programs())
            .envs(
                self.scene
                    .path("tsa.pem")
                    .is_file()
                    .then(|| ("TSA_CA", self.scene.path("tsa.pem"))),
            )
            .current_dir(self.scene.folder())
            .output()
            .unwrap();
        Ran::from_output(&output).unwrap()
    }

    /// A folder with links to the programs of coreutils that the script uses, gzip and openssl.
    fn few_programs(&self) -> PathBuf {
        const COREUTILS: [&str; 12] = [
            "base64",
            "cat",
            "comm",
            "cut",
            "head",
            "mktemp",
            "od",
            "rm",
            "sha256sum",
            "sort",
            "tail",
            "wc",
        ];
        let folder = self.scene.path("few-programs");
        if fs::create_dir(&folder).is_ok() {
            for name in COREUTILS.into_iter().chain(["gzip", "openssl"]) {
                let found = ["/usr/bin", "/bin", "/usr/local/bin"]
                    .map(|place| Path::new(place).join(name))
                    .into_iter()
                    .find(|path| path.exists());
                let found = found.unwrap_or_else(|| panic!("{name} is not installed"));
                std::os::unix::fs::symlink(found, folder.join(name)).unwrap();
            }
        }
        folder
    }
}

fn deployment(name: &str, resources: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{ name: {name} }}\nspec:\n  selector: {{ matchLabels: {{ app: {name} }} }}\n  \
         template:\n    metadata: {{ labels: {{ app: {name} }} }}\n    spec:\n      containers:\n        - name: {name}\n          \
         image: example.test/{name}:1\n          {resources}\n"
    )
}

/// The text of a gzip file.
pub(crate) fn unzip(path: &Path) -> String {
    let mut text = String::new();
    let file = fs::File::open(path).unwrap();
    GzDecoder::new(file).read_to_string(&mut text).unwrap();
    text
}

/// Writes a gzip file.
pub(crate) fn zip(path: &Path, text: &str) {
    let mut gz = GzEncoder::new(fs::File::create(path).unwrap(), Compression::default());
    gz.write_all(text.as_bytes()).unwrap();
    gz.finish().unwrap();
}

/// Rewrites `SHA256SUMS` to fit what lies below `content/`, as whoever tampers would.
pub(crate) fn sum_up(dir: &Path) {
    let script = "find content -type f | LC_ALL=C sort | xargs sha256sum > SHA256SUMS";
    let status = Command::new("sh")
        .args(["-c", script])
        .current_dir(dir)
        .status()
        .unwrap();
    assert!(status.success());
}
