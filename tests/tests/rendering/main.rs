//! Charts and kustomizations, rendered by the real programs, and named where they are not.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect should end"
)]

mod estate;

use estate::{DEPLOYMENT, Estate};
use seaworthy_tests::tools;

const CHART: &str = "apiVersion: v2\nname: shop\nversion: 1.0.0\n";

/// A chart whose Deployment has as many replicas as its values say.
fn chart(estate: &Estate) {
    estate.scene.write("k8s/chart/Chart.yaml", CHART).unwrap();
    estate
        .scene
        .write("k8s/chart/values.yaml", "replicas: 1\n")
        .unwrap();
    let template = DEPLOYMENT
        .replace("name: api", "name: {{ .Release.Name }}-api")
        .replace("replicas: 1", "replicas: {{ .Values.replicas }}");
    estate
        .scene
        .write("k8s/chart/templates/api.yaml", &template)
        .unwrap();
}

/// An overlay that gives three replicas and a namespace to its base.
fn overlay(estate: &Estate, more: &str) {
    estate
        .scene
        .write("k8s/base/kustomization.yaml", "resources: [api.yaml]\n")
        .unwrap();
    estate.scene.write("k8s/base/api.yaml", DEPLOYMENT).unwrap();
    let text = format!(
        "resources: [../base]\nnamespace: live\nreplicas: [{{ name: api, count: 3 }}]\n{more}"
    );
    estate
        .scene
        .write("k8s/live/kustomization.yaml", &text)
        .unwrap();
}

#[test]
fn a_chart_is_rendered_with_its_values_and_those_of_the_target() {
    let Some(programs) = tools::renderers() else {
        return;
    };
    let estate = Estate::new();
    chart(&estate);
    let found = estate.judged(&programs, "");
    assert_eq!(found.verdict("default/Deployment/release-api"), "fail");
    let place = found.place("default/Deployment/release-api");
    assert!(place.ends_with("chart/templates/api.yaml:1"), "{place}");

    estate.scene.write("live.yaml", "replicas: 4\n").unwrap();
    let helm = ", helm: { release: live, namespace: shop, values: [live.yaml] }";
    let found = estate.judged(&programs, helm);
    assert_eq!(
        found.verdict("default/Deployment/live-api"),
        "pass",
        "{found:?}"
    );
    assert_eq!(found.unassessed(), "");
}

/// A packaged chart is rendered as its folder is, and named where it cannot be.
#[test]
fn an_archive_of_a_chart_is_rendered_too() {
    let Some(programs) = tools::renderers() else {
        return;
    };
    let estate = Estate::new();
    chart(&estate);
    let packed = std::process::Command::new(programs.join("helm"))
        .args(["package", "k8s/chart", "--destination", "packed"])
        .current_dir(estate.scene.folder())
        .output()
        .unwrap();
    assert!(packed.status.success(), "{packed:?}");
    std::fs::remove_dir_all(estate.scene.path("k8s")).unwrap();
    std::fs::rename(estate.scene.path("packed"), estate.scene.path("k8s")).unwrap();
    estate.scene.write("live.yaml", "replicas: 4\n").unwrap();
    let archive = "k8s/shop-1.0.0.tgz";
    let found = estate.judged_at(&programs, archive, ", helm: { values: [live.yaml] }");
    let name = "default/Deployment/release-api";
    assert_eq!(found.verdict(name), "pass", "{found:?}");
    assert_eq!(found.unassessed(), "");
    let place = found.place(name);
    let wanted = "shop-1.0.0.tgz:shop/templates/api.yaml:1";
    assert!(place.ends_with(wanted), "{place}");

    let nowhere = estate.scene.path("nowhere");
    std::fs::create_dir_all(&nowhere).unwrap();
    let found = estate.judged_at(&nowhere, archive, "");
    assert!(found.unassessed().contains("is not rendered"), "{found:?}");
    assert_eq!(found.verdict(name), "");
}

/// Packs what lies in `k8s` into an archive there, by the program that a person would take.
fn pack(estate: &Estate, program: &str, arguments: &[&str]) {
    let packed = std::process::Command::new(program)
        .args(arguments)
        .current_dir(estate.scene.path("k8s"))
        .output()
        .unwrap();
    assert!(packed.status.success(), "{packed:?}");
}

/// A chart within an archive, and a packaged one within a folder and within an archive: rendered, and
/// named where they cannot be.
#[test]
fn charts_within_archives_are_rendered_or_named() {
    let Some(programs) = tools::renderers() else {
        return;
    };
    let helm = programs.join("helm").display().to_string();
    let package: &[(&str, &[&str])] = &[(&helm, &["package", "chart", "--destination", "."])];
    let name = "default/Deployment/release-api";
    for (packing, archive, wanted) in [
        (
            &[(
                "tar",
                &["-czf", "all.tgz", "--transform", "s,^,a/b/,", "chart"][..],
            )][..],
            "k8s/all.tgz",
            "all.tgz:a/b/chart/templates/api.yaml:1",
        ),
        // At the very top, and with a packing that knows no folders.
        (
            &[(
                "tar",
                &[
                    "-cf",
                    "top.tar",
                    "-C",
                    "chart",
                    "Chart.yaml",
                    "values.yaml",
                    "templates",
                ],
            )],
            "k8s/top.tar",
            "top.tar:templates/api.yaml:1",
        ),
        (
            &[("python3", &["-m", "zipfile", "-c", "all.zip", "chart"])],
            "k8s/all.zip",
            "all.zip:chart/templates/api.yaml:1",
        ),
        (package, "k8s", "shop-1.0.0.tgz:shop/templates/api.yaml:1"),
        (
            &[package[0], ("tar", &["-cf", "all.tar", "shop-1.0.0.tgz"])],
            "k8s/all.tar",
            "all.tar:shop-1.0.0.tgz:shop/templates/api.yaml:1",
        ),
    ] {
        let estate = Estate::new();
        chart(&estate);
        for (program, arguments) in packing {
            pack(&estate, program, arguments);
        }
        std::fs::remove_dir_all(estate.scene.path("k8s/chart")).unwrap();
        estate.scene.write("live.yaml", "replicas: 4\n").unwrap();
        let found = estate.judged_at(&programs, archive, ", helm: { values: [live.yaml] }");
        assert_eq!(found.verdict(name), "pass", "{archive}: {found:?}");
        assert_eq!(found.unassessed(), "", "{archive}");
        let place = found.place(name);
        assert!(place.ends_with(wanted), "{place}");
        let failing = estate.judged_at(&programs, archive, "");
        let command = failing.reproduce(name);
        let ran = std::process::Command::new("sh")
            .args(["-c", command])
            .current_dir(estate.scene.folder())
            .env("PATH", format!("{}:/usr/bin:/bin", programs.display()))
            .output()
            .unwrap();
        // A zip is unpacked by a program that need not be here.
        if !command.contains("unzip") {
            let text = String::from_utf8_lossy(&ran.stdout);
            assert!(text.contains("name: release-api"), "{command}: {ran:?}");
        }

        let nowhere = estate.scene.path("nowhere");
        std::fs::create_dir_all(&nowhere).unwrap();
        let found = estate.judged_at(&nowhere, archive, "");
        assert!(
            found.unassessed().contains("is not rendered"),
            "{archive}: {found:?}"
        );
        assert_eq!(found.verdict(name), "");
    }
}

/// What an archive of a chart holds besides leads nowhere and swells to nothing.
#[test]
fn a_chart_in_an_archive_that_fails_is_told_without_the_folder_it_was_unpacked_into() {
    let Some(programs) = tools::renderers() else {
        return;
    };
    let estate = Estate::new();
    chart(&estate);
    let broken = "{{ fail (printf \"no %s\" \"luck\") }}";
    estate
        .scene
        .write("k8s/chart/templates/broken.yaml", broken)
        .unwrap();
    pack(&estate, "tar", &["-cf", "all.tar", "chart"]);
    let found = estate.judged_at(&programs, "k8s/all.tar", "");
    let told = found.unassessed();
    assert!(told.contains("all.tar:chart is not rendered"), "{told}");
    assert!(!told.contains("/tmp/.tmp"), "{told}");
}

/// The command of a finding shows the rendering: its lines are not those of the template.
#[test]
fn the_command_of_a_finding_shows_what_was_rendered() {
    let Some(programs) = tools::renderers() else {
        return;
    };
    let estate = Estate::new();
    chart(&estate);
    overlay(&estate, "");
    let found = estate.judged(&programs, "");
    for (subject, word, shown) in [
        (
            "default/Deployment/release-api",
            "--show-only templates/api.yaml",
            "name: release-api",
        ),
        ("live/Deployment/api", "kustomize build", "replicas: 3"),
    ] {
        let command = found.reproduce(subject);
        assert!(command.contains(word), "{command}");
        let ran = std::process::Command::new("sh")
            .args(["-c", command])
            .current_dir(estate.scene.folder())
            .env("PATH", format!("{}:/usr/bin:/bin", programs.display()))
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&ran.stdout);
        assert!(text.contains(shown), "{command}: {ran:?}");
    }
}

/// The folder of a chart may be that of the whole repository, and its values may switch it off.
#[test]
fn what_lies_beside_a_chart_is_read_and_nothing_rendered_is_told() {
    let Some(programs) = tools::renderers() else {
        return;
    };
    let estate = Estate::new();
    chart(&estate);
    estate
        .scene
        .write("k8s/chart/more/api.yaml", DEPLOYMENT)
        .unwrap();
    let found = estate.judged(&programs, "");
    assert_eq!(found.verdict("default/Deployment/api"), "fail");
    let off = "{{- if .Values.on }}\nkind: A\n{{- end }}\n";
    estate
        .scene
        .write("k8s/chart/templates/api.yaml", off)
        .unwrap();
    let found = estate.judged(&programs, "");
    assert!(
        found.unassessed().contains("renders to nothing"),
        "{found:?}"
    );
}

/// What one overlay changes another may take as it stands.
#[test]
fn a_base_that_is_applied_itself_is_read_too() {
    let Some(programs) = tools::renderers() else {
        return;
    };
    let estate = Estate::new();
    overlay(&estate, "");
    estate
        .scene
        .write("k8s/plain/kustomization.yaml", "resources: [../base]\n")
        .unwrap();
    let found = estate.judged(&programs, "");
    assert_eq!(found.verdict("live/Deployment/api"), "pass");
    assert_eq!(found.verdict("default/Deployment/api"), "fail");
}

#[test]
fn a_chart_that_fails_is_named_with_what_helm_says() {
    let Some(programs) = tools::renderers() else {
        return;
    };
    let estate = Estate::new();
    chart(&estate);
    let broken = "metadata: { name: {{ required \"a name is needed\" .Values.name }} }\n";
    estate
        .scene
        .write("k8s/chart/templates/broken.yaml", broken)
        .unwrap();
    let found = estate.judged(&programs, "");
    assert!(found.unassessed().contains("a name is needed"), "{found:?}");
    assert!(!found.passes(), "{found:?}");
}

#[test]
fn an_overlay_is_rendered_and_stands_for_its_base() {
    let Some(programs) = tools::renderers() else {
        return;
    };
    let estate = Estate::new();
    overlay(&estate, "");
    let found = estate.judged(&programs, "");
    assert_eq!(found.verdict("live/Deployment/api"), "pass");
    assert_eq!(
        found.verdict("default/Deployment/api"),
        "",
        "the base is not applied itself"
    );
    assert_eq!(found.unassessed(), "");
    let place = found.place("live/Deployment/api");
    assert!(place.ends_with("live/kustomization.yaml:1"), "{place}");
}

#[test]
fn nothing_is_fetched() {
    let Some(programs) = tools::renderers() else {
        return;
    };
    for more in [
        "components: [\"https://127.0.0.1:9/x?ref=v1\"]\n",
        "components: [127.0.0.1/x/y]\n",
        "helmCharts: [{ name: x, repo: \"https://127.0.0.1:9\" }]\n",
    ] {
        let estate = Estate::new();
        overlay(&estate, more);
        let found = estate.judged(&programs, "");
        assert!(
            found.unassessed().contains("changes its resources"),
            "{more}: {found:?}"
        );
        assert!(!found.passes(), "{more}");
    }
}

#[test]
fn without_the_programs_they_are_named_and_nothing_passes() {
    let estate = Estate::new();
    chart(&estate);
    overlay(&estate, "");
    let found = estate.judged(estate.scene.folder(), "");
    let told = found.unassessed();
    assert!(
        told.contains("is a Helm template that is not rendered"),
        "{told}"
    );
    assert!(
        told.contains("changes its resources (namespace, replicas)"),
        "{told}"
    );
    assert!(!found.passes());
}
