//! How API servers keep Secrets
//! (<https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/>).

use super::Draft;
use crate::facts::ApiServer;
use crate::inventory::Inventory;
use crate::json::{items, strings};
use crate::object::Object;
use crate::value::Value;
use std::collections::BTreeMap;

const FLAG: &str = "--encryption-provider-config";
const CONFIGURATION: &str = "EncryptionConfiguration";

pub(super) fn facts(inventory: &Inventory) -> Vec<Draft> {
    let pods = inventory.of_kind("Pod").filter_map(of_pod);
    let written = inventory
        .of_kind(CONFIGURATION)
        .filter(|object| object.group() == "apiserver.config.k8s.io")
        .map(of_configuration);
    pods.chain(written).collect()
}

/// The Pod of an API server, as kubeadm and its like run it.
fn of_pod(object: &Object) -> Option<Draft> {
    let words = items(&object.spec()["containers"])
        .iter()
        .map(|container| {
            let all = strings(&container["command"]).into_iter();
            all.chain(strings(&container["args"])).collect::<Vec<_>>()
        })
        .find(|words| {
            let program = words.first().map(|word| word.rsplit('/').next());
            program == Some(Some("kube-apiserver"))
        })?;
    let has_file = words
        .iter()
        .any(|word| word == FLAG || word.starts_with(&format!("{FLAG}=")));
    let fact = ApiServer {
        reference: object.reference(),
        encrypts_secrets: (!has_file).then_some(false),
        provider: (!has_file).then(|| "identity".to_owned()),
    };
    let mut unknown = BTreeMap::new();
    for field in ["encrypts_secrets", "provider"] {
        if has_file {
            let why = format!("the file that {FLAG} names stands on the node and is not seen");
            unknown.insert(field.to_owned(), why);
        }
    }
    Some(
        Draft::new("api_server", fact.reference.clone(), &fact)
            .about(object)
            .unknown(unknown),
    )
}

/// The file itself. It holds keys, and so is no evidence.
fn of_configuration(object: &Object) -> Draft {
    let provider = first_provider(&object.value);
    let fact = ApiServer {
        reference: object.reference(),
        encrypts_secrets: Some(provider.as_deref().is_some_and(|name| name != "identity")),
        // What no entry speaks of is kept as it is.
        provider: Some(provider.unwrap_or_else(|| "identity".to_owned())),
    };
    Draft::new("api_server", fact.reference.clone(), &fact).about(object)
}

/// Who writes Secrets: the first provider of the first entry that speaks of them.
fn first_provider(configuration: &Value) -> Option<String> {
    let entry = items(&configuration["resources"]).iter().find(|entry| {
        let all = strings(&entry["resources"]);
        all.iter()
            .any(|name| matches!(name.as_str(), "secrets" | "*." | "*.*"))
    })?;
    let first = items(&entry["providers"]).first()?.as_object()?;
    first.keys().next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::first_provider;
    use crate::value::json;

    #[test]
    fn the_first_provider_of_the_first_entry_writes() {
        let entry = |resources: &[&str], providers: &[&str]| {
            let providers: Vec<_> = providers.iter().map(|name| json!({*name: {}})).collect();
            json!({"resources": resources, "providers": providers})
        };
        for (entries, wanted) in [
            (
                vec![entry(&["secrets"], &["aescbc", "identity"])],
                Some("aescbc"),
            ),
            // What is read may be encrypted, what is written is not.
            (
                vec![entry(&["secrets"], &["identity", "aescbc"])],
                Some("identity"),
            ),
            (
                vec![
                    entry(&["configmaps"], &["kms"]),
                    entry(&["*.*"], &["secretbox"]),
                ],
                Some("secretbox"),
            ),
            (vec![entry(&["*.apps"], &["kms"])], None),
            (vec![entry(&["secrets"], &[])], None),
        ] {
            let found = first_provider(&json!({"resources": entries}));
            assert_eq!(found.as_deref(), wanted, "{entries:?}");
        }
    }
}
