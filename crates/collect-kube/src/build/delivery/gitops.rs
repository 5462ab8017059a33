//! Argo CD and Flux.

use crate::build::Draft;
use crate::facts::GitopsApplication;
use crate::inventory::Inventory;
use crate::json::{is_set, is_true, items, text};
use crate::object::Object;
use crate::value::Value;

pub(super) fn facts(inventory: &Inventory) -> Vec<Draft> {
    let of = |kind: &'static str, group: &'static str| {
        inventory
            .of_kind(kind)
            .filter(move |object| object.group() == group)
    };
    let argo = of("Application", "argoproj.io").map(argo);
    let flux = of("Kustomization", "kustomize.toolkit.fluxcd.io")
        .chain(of("HelmRelease", "helm.toolkit.fluxcd.io"))
        .map(flux);
    argo.chain(flux).collect()
}

fn argo(object: &Object) -> Draft {
    let spec = object.spec();
    let policy = &spec["syncPolicy"]["automated"];
    let source = &spec["source"];
    let source = if is_set(source) {
        source
    } else {
        items(&spec["sources"]).first().unwrap_or(&Value::Null)
    };
    draft(
        object,
        GitopsApplication {
            reference: object.reference(),
            engine: "argo_cd".to_owned(),
            automated: is_set(policy) && policy["enabled"].as_bool() != Some(false),
            self_heals: is_true(&policy["selfHeal"]),
            prunes: is_true(&policy["prune"]),
            revision: text(&source["targetRevision"]).map(str::to_owned),
        },
    )
}

fn flux(object: &Object) -> Draft {
    let spec = object.spec();
    let suspended = is_true(&spec["suspend"]);
    draft(
        object,
        GitopsApplication {
            reference: object.reference(),
            engine: "flux".to_owned(),
            automated: !suspended,
            // A Kustomization is applied anew at each interval; a HelmRelease only compares where
            // it is told to.
            self_heals: !suspended
                && (object.kind == "Kustomization"
                    || spec["driftDetection"]["mode"].as_str() == Some("enabled")),
            prunes: object.kind == "HelmRelease" || is_true(&spec["prune"]),
            revision: text(&object.value["status"]["lastAppliedRevision"])
                .or_else(|| text(&spec["chart"]["spec"]["version"]))
                .map(str::to_owned),
        },
    )
}

fn draft(object: &Object, fact: GitopsApplication) -> Draft {
    Draft::new("gitops_application", fact.reference.clone(), &fact)
        .about(object)
        .of(&object.value)
}
