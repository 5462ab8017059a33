//! The run before the one that is shown: the one that the command line names, or the one that the
//! run follows, where its folder lies beside it.

use super::sealed::sealed;
use crate::failure::Failure;
use crate::output;
use seaworthy_bundle::Reader;
use seaworthy_report::Previous;
use std::collections::BTreeMap;
use std::path::Path;

/// The run that `--since` names. It must be whole: a comparison with one that was changed would
/// speak with its authority.
pub(super) fn named(folder: &Path) -> Result<Previous, Failure> {
    let reader = Reader::open(folder)?;
    let (gate, score) = sealed(&reader)?;
    if let Some(first) = reader.check()?.first() {
        let folder = folder.display();
        return Err(Failure::io(format!(
            "{folder} was changed since it was sealed: {first}"
        )));
    }
    let mut results = BTreeMap::new();
    let mut stream = reader.result_stream()?;
    while let Some(item) = stream.next_result()? {
        results.insert(item.id, (item.result, item.title));
    }
    Ok(Previous {
        run: reader.plan().run.clone(),
        decision: gate.decision,
        overall: score.overall,
        results,
    })
}

/// The run that this one follows, where the folder beside it still has the digest that the chain
/// names. One that has not is left out, and that is said.
pub(super) fn chained(reader: &Reader) -> Result<Option<Previous>, Failure> {
    let Some(before) = &reader.run().previous else {
        return Ok(None);
    };
    let own = reader.dir().canonicalize().ok();
    let folder = own.as_deref().and_then(Path::parent);
    let Some(folder) = folder.map(|folder| folder.join(format!("run-{}", before.run))) else {
        return Ok(None);
    };
    if !folder.is_dir() {
        return Ok(None);
    }
    let same = Reader::open(&folder).and_then(|earlier| Ok(earlier.digest()? == before.digest));
    let shown = folder.display();
    match same {
        Ok(true) => match named(&folder) {
            Ok(previous) => return Ok(Some(previous)),
            Err(failure) => output::complain(&format!("not compared with {shown}: {failure}\n")),
        },
        Ok(false) => output::complain(&format!(
            "not compared with {shown}: it is not the run that this one follows\n"
        )),
        Err(error) => output::complain(&format!("not compared with {shown}: {error}\n")),
    }
    Ok(None)
}
