//! Progress on standard error: a bar on a terminal, plain lines otherwise.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use seaworthy_engine::Event;
use seaworthy_report::count;
use std::io::IsTerminal as _;
use std::time::Duration;

/// How progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Show {
    /// A bar that is drawn over itself.
    Bar,
    /// A line for each answer.
    Lines,
    /// Nothing.
    Nothing,
}

impl Show {
    /// What suits standard error: `CI` and pipes get lines.
    pub(crate) fn suited(quiet: bool) -> Self {
        if quiet {
            Self::Nothing
        } else if std::io::stderr().is_terminal() && std::env::var_os("CI").is_none() {
            Self::Bar
        } else {
            Self::Lines
        }
    }

    /// A consumer of the engine's events.
    pub(crate) fn consumer(self) -> Box<dyn Fn(Event) + Send + Sync> {
        match self {
            Self::Nothing => Box::new(|_| {}),
            Self::Lines => Box::new(|event| {
                if let Some(line) = line(&event) {
                    crate::output::complain(&format!("{line}\n"));
                }
            }),
            Self::Bar => {
                let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
                // The template is a constant; the default is as good if it should not parse.
                if let Ok(style) = ProgressStyle::with_template("{spinner} {pos}/{len} {wide_msg}")
                {
                    bar.set_style(style);
                }
                bar.enable_steady_tick(Duration::from_millis(120));
                Box::new(move |event| draw(&bar, &event))
            }
        }
    }
}

fn draw(bar: &ProgressBar, event: &Event) {
    match event {
        Event::Started { requests } => bar.set_length(u64::try_from(*requests).unwrap_or(0)),
        Event::Asking(request) => {
            bar.set_message(format!("{} of {}", request.collector, request.target));
        }
        Event::Answered { .. } => bar.inc(1),
        Event::Judging => bar.set_message("judging"),
        Event::Sealed => bar.finish_and_clear(),
    }
}

fn line(event: &Event) -> Option<String> {
    match event {
        Event::Started { requests } => Some(format!("asking {}", count(*requests, "request"))),
        Event::Answered {
            request,
            facts,
            unassessed,
        } => {
            let missed = match unassessed {
                0 => String::new(),
                some => format!(", {some} could not be read"),
            };
            Some(format!(
                "{} of {}: {}{missed}",
                request.collector,
                request.target,
                count(*facts, "fact")
            ))
        }
        Event::Asking(_) | Event::Judging | Event::Sealed => None,
    }
}
