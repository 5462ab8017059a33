//! What benchmarks share: objects to measure over (`objects`), and processes with what they took
//! (`process`). The benchmarks themselves stand beside this file.

pub mod objects;
pub mod process;
