//! `seaworthy demo`: the real sweep over a platform that runs inside this process.

use super::sweep::{Place, Prepared, Sealing, sweep};
use super::{runtime, show};
use crate::args::{DemoArgs, RunArgs, Sources};
use crate::demo::Platform;
use crate::failure::Failure;
use crate::output;
use crate::progress::Show;
use jiff::Timestamp;
use seaworthy_model::Phase;

/// Starts the platform and sweeps it.
pub(crate) fn run(args: &DemoArgs) -> Result<u8, Failure> {
    let shown = show::Wanted::new(&args.show)?;
    let folder = args.out.join("demo-platform");
    let runtime = runtime()?;
    runtime.block_on(async {
        let platform = Platform::start(&folder, Timestamp::now()).await?;
        let place = platform.config.display();
        output::complain(&format!(
            "a small flawed platform runs on loopback; see {place}\n"
        ));
        let prepared = Prepared::new(&RunArgs {
            checklist: None,
            sources: Sources {
                config: Some(platform.config.clone()),
                ..Sources::default()
            },
            phase: Phase::PreDeployment,
            release: None,
            as_of: None,
            only: Vec::new(),
            skip: Vec::new(),
        })?;
        sweep(
            &prepared,
            &Place::New(&args.out),
            &Sealing::default(),
            &shown,
            Show::suited(false),
        )
        .await
    })
}
