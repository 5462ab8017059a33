//! Helm charts, by `helm template`.

use super::{Rendered, installed, printed, shown};
use crate::read::input::Input;
use crate::read::{Trouble, archive};
use ignore::WalkBuilder;
use schemars::JsonSchema;
use seaworthy_collect::Program;
use seaworthy_model::ReasonCode;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// How charts are rendered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HelmOptions {
    /// The name of the release; `release` by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) release: Option<String>,
    /// The namespace of the release; `default` by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) namespace: Option<String>,
    /// Files of values, of which later ones win, as `helm template --values` takes them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) values: Vec<String>,
}

/// The folders of the charts below some folders, but for those within another chart and those of
/// libraries, which render nothing.
pub(super) fn find(folders: &[PathBuf]) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    for root in folders {
        let walk = WalkBuilder::new(root)
            .standard_filters(false)
            .hidden(true)
            .follow_links(false)
            .sort_by_file_path(Ord::cmp)
            .build();
        for entry in walk.flatten() {
            let path = entry.path();
            let within = found.iter().any(|chart| owns(chart, path));
            if !within && path.is_dir() && path.join("Chart.yaml").is_file() && !is_library(path) {
                found.push(path.to_owned());
            }
        }
    }
    found
}

/// The packaged charts below some folders, each with the folder at its top, but for those that a chart
/// brings along.
pub(super) fn packaged(folders: &[PathBuf], charts: &[PathBuf]) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for root in folders {
        let walk = WalkBuilder::new(root)
            .standard_filters(false)
            .hidden(true)
            .follow_links(false)
            .sort_by_file_path(Ord::cmp)
            .build();
        for entry in walk.flatten() {
            let path = entry.path();
            if charts.iter().any(|chart| owns(chart, path)) || !path.is_file() {
                continue;
            }
            if let Some(top) = archive::packaged_chart(path) {
                found.push((path.to_owned(), top));
            }
        }
    }
    found
}

/// The folders of a chart that Helm renders. What else lies in its folder is no part of it: the
/// folder of a chart may be that of a whole repository.
const PARTS: [&str; 3] = ["templates", "charts", "crds"];

/// Whether a path is in a part of the chart.
pub(super) fn owns(chart: &Path, path: &Path) -> bool {
    PARTS.iter().any(|part| path.starts_with(chart.join(part)))
}

fn is_library(chart: &Path) -> bool {
    archive::is_library(&std::fs::read(chart.join("Chart.yaml")).unwrap_or_default())
}

/// A chart: what Helm is given, and how its files are called in places.
#[derive(Clone, Debug)]
pub(super) struct Chart {
    at: PathBuf,
    called: PathBuf,
    /// The archive that it was unpacked from.
    within: Option<Within>,
}

/// Where an unpacked chart comes from.
#[derive(Clone, Debug)]
pub(super) struct Within {
    pub(super) archive: PathBuf,
    /// Its path in the archive.
    pub(super) inner: PathBuf,
    /// The folder that the archive was unpacked into, which nobody else gets to see.
    pub(super) unpacked: PathBuf,
    /// The program that unpacks it.
    pub(super) by: &'static str,
}

impl Within {
    /// What a person types to have the chart, in a folder of its own.
    fn command(&self) -> String {
        let archive = self.archive.display().to_string();
        let unpack = match self.by {
            "unzip" => shown(
                "unzip",
                &["-q", &archive, "-d", UNPACKED].map(str::to_owned),
            ),
            _ => shown("tar", &["-xf", &archive, "-C", UNPACKED].map(str::to_owned)),
        };
        format!("mkdir -p {UNPACKED} && {unpack} && ")
    }
}

/// The folder that commands unpack into.
const UNPACKED: &str = "unpacked";

impl Chart {
    pub(super) fn in_folder(folder: &Path) -> Self {
        Self {
            at: folder.to_owned(),
            called: folder.to_owned(),
            within: None,
        }
    }

    /// Unpacked from an archive, by whose name its files are called.
    pub(super) fn within(mut self, within: Within) -> Self {
        let below = self.called.strip_prefix(&within.unpacked);
        let inner = below.unwrap_or(&self.called).display();
        self.called = PathBuf::from(format!("{}:{inner}", within.archive.display()));
        self.within = Some(within);
        self
    }

    /// Packaged in an archive, below a folder.
    pub(super) fn in_archive(archive: &Path, top: &str) -> Self {
        Self {
            at: archive.to_owned(),
            called: PathBuf::from(format!("{}:{top}", archive.display())),
            within: None,
        }
    }

    /// The command as a person would type it.
    fn command(&self, options: &HelmOptions) -> String {
        let Some(within) = &self.within else {
            return shown("helm", &self.arguments(&self.at, options));
        };
        let at = Path::new(UNPACKED).join(&within.inner);
        within.command() + &shown("helm", &self.arguments(&at, options))
    }

    /// A complaint without the folder that the chart was unpacked into.
    fn told(&self, detail: &str) -> String {
        let Some(within) = &self.within else {
            return detail.to_owned();
        };
        let called = format!("{}:", within.archive.display());
        let unpacked = within.unpacked.display().to_string();
        detail
            .replace(&format!("{unpacked}/"), &called)
            .replace(&unpacked, &called)
    }

    fn arguments(&self, at: &Path, options: &HelmOptions) -> Vec<String> {
        let word = |text: &Option<String>, otherwise: &str| {
            text.clone().unwrap_or_else(|| otherwise.to_owned())
        };
        let mut arguments = vec![
            "template".to_owned(),
            word(&options.release, "release"),
            // A folder whose name begins with a hyphen is no option.
            Path::new(".").join(at).display().to_string(),
            "--include-crds".to_owned(),
            "--skip-tests".to_owned(),
            "--namespace".to_owned(),
            word(&options.namespace, "default"),
        ];
        for file in &options.values {
            arguments.extend(["--values".to_owned(), file.clone()]);
        }
        arguments
    }
}

/// Renders each chart; without the program nothing is rendered, and each template is told of.
pub(super) async fn render(charts: &[Chart], options: &HelmOptions, rendered: &mut Rendered) {
    let Some(helm) = installed("helm") else {
        return;
    };
    for chart in charts {
        let mut program = Program::new(&helm);
        let arguments = chart.arguments(&chart.at, options);
        program.arguments = arguments.iter().map(Into::into).collect();
        match printed(program, "helm template", &chart.at).await {
            Ok(text) => {
                if !text.windows(5).any(|word| word == b"kind:") {
                    let why = "its values switch everything off; name those that are deployed";
                    rendered.troubles.push(Trouble {
                        reason: ReasonCode::NoSubject,
                        detail: format!("{} renders to nothing: {why}", chart.called.display()),
                        location: None,
                    });
                }
                let command = chart.command(options);
                let documents = documents(&chart.called, &text, &command);
                rendered.inputs.extend(documents);
                let parts = PARTS.map(|part| below(&chart.called, part));
                rendered.folders.extend(parts);
            }
            Err(mut trouble) => {
                trouble.detail = chart.told(&trouble.detail);
                rendered.troubles.push(trouble);
            }
        }
    }
}

/// A file of a chart; one at the top of an archive is `archive:file`.
fn below(chart: &Path, file: &str) -> PathBuf {
    let called = chart.display().to_string();
    if called.ends_with(':') {
        PathBuf::from(called + file)
    } else {
        chart.join(file)
    }
}

/// The documents of a rendering, each by the template that it names: `# Source: chart/templates/x`.
fn documents(chart: &Path, text: &[u8], command: &str) -> Vec<Input> {
    let text = String::from_utf8_lossy(text);
    let mut found: Vec<(PathBuf, String)> = Vec::new();
    let mut source = chart.to_owned();
    for line in text.lines() {
        if line == "---" {
            source = chart.to_owned();
            found.push((source.clone(), String::new()));
            continue;
        }
        if let Some(name) = line.strip_prefix("# Source: ") {
            // The chart's name stands first, and its folder may have another one.
            let within = name.split_once('/').map_or(name, |(_, within)| within);
            source = below(chart, within);
            if let Some((file, _)) = found.last_mut() {
                file.clone_from(&source);
            }
        }
        match found.last_mut() {
            Some((_, document)) => {
                document.push_str(line);
                document.push('\n');
            }
            None => found.push((source.clone(), format!("{line}\n"))),
        }
    }
    let of_template = |(file, text): (PathBuf, String)| {
        // Helm shows templates one by one, and whatever else it prints only with all.
        let file_name = file.display().to_string();
        let within = file_name.strip_prefix(&chart.display().to_string());
        let within = within.unwrap_or(&file_name).trim_start_matches('/');
        let command = if within.split('/').any(|part| part == "templates") {
            shown(command, &["--show-only".to_owned(), within.to_owned()])
        } else {
            command.to_owned()
        };
        Input::rendered(&file, text.into_bytes(), command)
    };
    found.into_iter().map(of_template).collect()
}

#[cfg(test)]
mod tests {
    use super::documents;
    use std::path::Path;

    #[test]
    fn each_document_has_its_template() {
        let text = b"---\n# Source: shop/templates/a.yaml\nkind: A\n---\n# Source: shop/charts/sub/templates/b.yaml\nkind: B\n---\nkind: C\n";
        let found = documents(Path::new("charts/the-shop"), text, "helm template a b");
        let files: Vec<&str> = found.iter().map(|input| input.file.as_str()).collect();
        assert_eq!(
            files,
            [
                "charts/the-shop/templates/a.yaml",
                "charts/the-shop/charts/sub/templates/b.yaml",
                "charts/the-shop",
            ]
        );
        let commands: Vec<_> = found.iter().filter_map(|input| input.rendering()).collect();
        assert_eq!(
            commands,
            [
                "helm template a b --show-only templates/a.yaml",
                "helm template a b --show-only charts/sub/templates/b.yaml",
                "helm template a b",
            ]
        );
    }
}
