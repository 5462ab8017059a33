//! Which binding an item gets, and what is said of binding files that are wrong.

use super::testing::{checklist, leaf};
use super::{Bindings, Bound, Layer, Proposed, Source, coverage};
use seaworthy_model::{
    AttestWhen, Checklist, Combine, DocumentRule, Item, ItemKind, ParamKind, ParamSpec, ParamValue,
    Phase, ProbeId, ProbeSpec,
};

fn probe(id: &str, title: &str, params: &[(&str, ParamKind)]) -> ProbeSpec {
    let param = |kind| ParamSpec {
        kind,
        default: None,
        description: None,
    };
    ProbeSpec {
        id: ProbeId(id.to_owned()),
        title: title.to_owned(),
        subject: "workload".to_owned(),
        where_: None,
        where_reason: None,
        params: params
            .iter()
            .map(|(name, kind)| ((*name).to_owned(), param(*kind)))
            .collect(),
        assertions: Vec::new(),
        why: String::new(),
        fix: String::new(),
        references: Vec::new(),
        controls: Vec::new(),
    }
}

fn probes() -> Vec<ProbeSpec> {
    vec![
        probe(
            "k8s/hpa-min-replicas",
            "The autoscaler keeps enough replicas",
            &[("min", ParamKind::Int), ("name", ParamKind::String)],
        ),
        probe(
            "http/slow",
            "The endpoint answers in time",
            &[
                ("limit", ParamKind::Duration),
                ("keys", ParamKind::StringList),
                ("strict", ParamKind::Bool),
            ],
        ),
    ]
}

fn load(files: &[(&str, Layer, &str)]) -> (Bindings, Vec<String>) {
    let sources: Vec<_> = files
        .iter()
        .map(|(file, layer, text)| Source {
            file,
            bytes: text.as_bytes(),
            layer: *layer,
        })
        .collect();
    let (bindings, diagnostics) = Bindings::load(&sources, &probes());
    (
        bindings,
        diagnostics.iter().map(ToString::to_string).collect(),
    )
}

fn sound(text: &str) -> Bindings {
    let (bindings, diagnostics) = load(&[("b.yaml", Layer::BuiltIn, text)]);
    assert_eq!(diagnostics, [""; 0]);
    bindings
}

fn bind(bindings: &Bindings, item: &Item) -> Option<Bound> {
    bindings.bind(item, &checklist(vec![item.clone()])).unwrap()
}

#[test]
fn a_binding_follows_the_items_text() {
    let bindings = sound(
        "- item: 'Min replicas: {min:int}+'\n  combine: any_of\n  probes:\n    - use: k8s/hpa-min-replicas\n      \
         with: { min: '{min}', name: 'at least {min}' }\n      on: { labels: [api] }\n      min_subjects: 2\n  \
         unbuilt: [{ family: load, check: 'holds with {min} replicas' }]\n  \
         attest: { role: sre, within: 14d, document: required, when: no_machine_target }\n",
    );
    for (title, min, text) in [
        ("Min replicas: 3+", 3, "3"),
        ("min replicas: 1,000 +", 1000, "1,000"),
    ] {
        let bound = bind(&bindings, &leaf(title)).unwrap();
        assert_eq!(bound.combine, Combine::AnyOf);
        let used = &bound.uses[0];
        assert_eq!(used.with["min"], ParamValue::Int(min));
        assert_eq!(
            used.with["name"],
            ParamValue::String(format!("at least {text}"))
        );
        assert!(used.on.labels.contains("api"));
        assert_eq!(used.min_subjects, 2);
        assert_eq!(
            bound.unbuilt[0].check,
            format!("holds with {text} replicas")
        );
        let attest = bound.attest.unwrap();
        assert_eq!(attest.within_days, Some(14));
        assert_eq!(attest.document, DocumentRule::Required);
        assert_eq!(attest.when, AttestWhen::NoMachineTarget);
        assert_eq!(bound.location.to_string(), "b.yaml:1:9");
    }
    assert_eq!(bind(&bindings, &leaf("Min replicas: some")), None);
    let mut group = leaf("Min replicas: 3+");
    group.kind = ItemKind::Group;
    assert_eq!(bind(&bindings, &group), None);
}

#[test]
fn where_one_probe_is_enough_none_is_required() {
    let text =
        "- item: Ready\n  combine: any_of\n  probes:\n    - { use: http/slow, required: true }\n";
    let (_, diagnostics) = load(&[("b.yaml", Layer::BuiltIn, text)]);
    assert_eq!(diagnostics.len(), 1);
    assert!(diagnostics[0].contains("`http/slow` is required, and any of the probes is enough"));
    assert!(diagnostics[0].contains("leave out `required`, or combine them as `all_of`"));
    let all = sound("- item: Ready\n  probes:\n    - { use: http/slow, required: true }\n");
    assert!(bind(&all, &leaf("Ready")).unwrap().uses[0].required);
}

#[test]
fn values_have_the_type_of_their_parameter() {
    let bindings = sound(
        "- item: 'Answers within {limit:duration}'\n  probes:\n    - use: http/slow\n      \
         with: { limit: '{limit}', keys: [a, b], strict: true }\n\
         - { item: Fixed, probes: [{ use: http/slow, with: { limit: 15s } }] }\n",
    );
    let bound = bind(&bindings, &leaf("Answers within 500 ms")).unwrap();
    let with = &bound.uses[0].with;
    assert_eq!(with["limit"], ParamValue::String("500ms".into()));
    assert_eq!(
        with["keys"],
        ParamValue::StringList(vec!["a".into(), "b".into()])
    );
    assert_eq!(with["strict"], ParamValue::Bool(true));
    let bound = bind(&bindings, &leaf("Fixed")).unwrap();
    assert_eq!(
        bound.uses[0].with["limit"],
        ParamValue::String("15s".into())
    );
}

/// A binding file and what is said of it.
const FAULTS: &[(&str, &str)] = &[
    (
        "- { item: A, probes: [{ use: k8s/hpa-min-replica }] }",
        "b.yaml:1:30: there is no probe `k8s/hpa-min-replica`\n  help: did you mean `k8s/hpa-min-replicas`?",
    ),
    (
        "- { item: A, probes: [{ use: nats/up }] }",
        "help: `seaworthy probes list` names them all",
    ),
    (
        "- { item: A, probes: [{ use: k8s/hpa-min-replicas, with: { mim: 3 } }] }",
        "has no parameter `mim`\n  help: did you mean `min`?",
    ),
    (
        "- { item: A, probes: [{ use: k8s/hpa-min-replicas, with: { min: '3' } }] }",
        "`min` wants a whole number; found `3`",
    ),
    (
        "- { item: A, probes: [{ use: http/slow, with: { limit: 3 } }] }",
        "wants a span of time",
    ),
    (
        "- { item: A, probes: [{ use: http/slow, with: { limit: soon } }] }",
        "wants a span of time",
    ),
    (
        "- { item: 'A {min:int}', probes: [{ use: k8s/hpa-min-replicas, with: { min: '{mim}' } }] }",
        "no pattern of the binding captures `mim`\n  help: did you mean `{min}`?",
    ),
    (
        "- { item: 'A {m:text}', probes: [{ use: k8s/hpa-min-replicas, with: { min: '{m}' } }] }",
        "`{m}` captures text; the parameter wants int or percent",
    ),
    (
        "- { item: 'A {m:number}', probes: [{ use: k8s/hpa-min-replicas, with: { min: '{m}' } }] }",
        "`{m}` captures number",
    ),
    (
        "- { item: A, unbuilt: [{ family: x, check: 'over {limit}' }] }",
        "captures `limit`\n  help: its patterns capture nothing",
    ),
    (
        "- { item: ['A {m:int}', B], unbuilt: [{ family: x, check: 'over {m}' }] }",
        "captures `m`",
    ),
    ("- { item: A }", "b.yaml:1:3: the binding decides nothing"),
    (
        "- { item: 'A {m:float}', attest: {} }",
        "b.yaml:1:11: `float` is no kind of capture",
    ),
    (
        "- { item: 'A {m:int}', under: 'B {m:int}', attest: {} }",
        "`m` is captured twice",
    ),
    (
        "- { item: A, under: '{', attest: {} }",
        "b.yaml:1:21: `{` is never closed",
    ),
    (
        "- { item: A, attest: { within: 36h } }",
        "`36h` is no number of whole days",
    ),
    (
        "- { item: A, atest: {} }",
        "unknown key `atest`\n  help: did you mean `attest`?",
    ),
    ("- { attest: {} }", "the key `item` is missing"),
    ("- { item: [], attest: {} }", "b.yaml:1:11"),
    ("- { item: A, under: , attest: {} }", "b.yaml:1:"),
    (
        "- { item: A, attest: {} }\n- { item: a, attest: { role: x } }",
        "b.yaml:2:11: `a` is bound here and at b.yaml:1:11",
    ),
    ("item: A", "b.yaml:1:1"),
    ("- item: A\n  item: B\n  attest: {}", "b.yaml:2"),
    ("- \"", "b.yaml:1"),
];

#[test]
fn faults_are_shown_where_they_stand() {
    for (text, wanted) in FAULTS {
        let (_, diagnostics) = load(&[("b.yaml", Layer::BuiltIn, text)]);
        assert!(
            diagnostics.iter().any(|shown| shown.contains(wanted)),
            "{text}\nwanted {wanted}\ngot {diagnostics:#?}"
        );
    }
}

#[test]
fn a_faulty_binding_loses_nothing_beside_it() {
    let (bindings, diagnostics) = load(&[(
        "b.yaml",
        Layer::BuiltIn,
        "- { item: A, attest: { role: a } }\n- { item: B, tested: yes }\n- { item: C, attest: { role: c } }\n",
    )]);
    assert!(!diagnostics.is_empty());
    assert!(bind(&bindings, &leaf("A")).is_some());
    assert!(bind(&bindings, &leaf("B")).is_none());
    assert!(bind(&bindings, &leaf("C")).is_some());
}

/// The role that the binding of an item asks for, which tells the bindings of a test apart.
fn role(bindings: &Bindings, item: &Item, list: &Checklist) -> Option<String> {
    bindings.bind(item, list).unwrap()?.attest?.role
}

#[test]
fn the_most_specific_binding_wins() {
    let (bindings, diagnostics) = load(&[
        (
            "built-in.yaml",
            Layer::BuiltIn,
            "- { item: '*', under: Databases, attest: { role: under } }\n\
             - { item: 'Backups tested', attest: { role: exact } }\n\
             - { item: 'Backups *', attest: { role: wild } }\n\
             - { item: 'Backups kept {n:int} days', attest: { role: captured } }\n\
             - { item: 'Wait', after: 'Step {n:int}', phase: t0, attest: { role: after } }\n\
             - { item: 'Wait', section: 'Other*', attest: { role: section } }\n",
        ),
        (
            "team.yaml",
            Layer::Team,
            "- { item: 'Team *', attest: { role: team } }\n- { item: 'Backups ours', attest: { role: team } }\n",
        ),
    ]);
    assert_eq!(diagnostics, [""; 0]);
    let mut nested = leaf("Backups tested");
    nested.id = "nested".into();
    nested.path.push("Databases".into());
    let mut step = leaf("Step 2");
    let mut wait = leaf("Wait");
    step.phase = Phase::T0;
    wait.phase = Phase::T0;
    let mut other = leaf("Wait");
    other.id = "other".into();
    other.section = "Other things".into();
    let items = vec![
        (leaf("Backups tested"), Some("exact")),
        (leaf("Backups made"), Some("wild")),
        (leaf("Backups kept 30 days"), Some("captured")),
        (leaf("Backups ours"), Some("team")),
        (nested, Some("under")),
        (step, None),
        (wait, Some("after")),
        (other, Some("section")),
        (leaf("Unknown"), None),
    ];
    let list = checklist(items.iter().map(|(item, _)| item.clone()).collect());
    for (item, wanted) in &items {
        assert_eq!(
            role(&bindings, item, &list).as_deref(),
            *wanted,
            "{}",
            item.id
        );
    }
    let covered = coverage(&bindings, &list);
    assert_eq!(covered.bound.len(), 7);
    assert_eq!(covered.unbound.len(), 2);
    assert!(covered.ambiguous.is_empty());
    let idle: Vec<_> = covered.idle.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(idle, ["Team *"]);
}

#[test]
fn two_equally_specific_bindings_are_an_error() {
    let bindings = sound(
        "- { item: 'Backups *e', attest: { role: a } }\n- { item: '*kups made', attest: { role: b } }\n",
    );
    let item = leaf("Backups made");
    let error = bindings
        .bind(&item, &checklist(vec![item.clone()]))
        .unwrap_err();
    let error = error.to_string();
    assert!(
        error.contains("b.yaml:1:") && error.contains("b.yaml:2:"),
        "{error}"
    );
    assert_eq!(
        coverage(&bindings, &checklist(vec![item])).ambiguous.len(),
        1
    );
}

#[test]
fn what_is_similar_is_proposed() {
    let bindings = sound(
        "- { item: 'Penetration testing completed', attest: { role: security-lead } }\n\
         - { item: 'Load tests completed', attest: { role: qa-lead } }\n\
         - { item: 'Owner label', attest: { role: devops-lead } }\n",
    );
    let best = |title: &str| {
        bindings
            .proposer()
            .candidates(&leaf(title))
            .into_iter()
            .next()
            .map(|best| best.what)
    };
    assert!(matches!(
        best("External penetration test complete"),
        Some(Proposed::Binding { item, .. }) if item == "Penetration testing completed"
    ));
    assert!(matches!(
        best("Enough replicas for the autoscaler"),
        Some(Proposed::Probe { probe, .. }) if probe.as_str() == "k8s/hpa-min-replicas"
    ));
    assert_eq!(best("Cake ordered"), None);
    assert_eq!(best(""), None);
}

proptest::proptest! {
    #[test]
    fn no_file_makes_loading_panic(text in "[-a-z{}:*'\"\\[\\], \n]{0,60}", head in "(- item: |- \\{ item: A, probes: |)") {
        let (bindings, _) = load(&[("b.yaml", Layer::Team, &format!("{head}{text}"))]);
        let item = leaf("a");
        let _ = bindings.bind(&item, &checklist(vec![item.clone()]));
    }
}
