//! Fuzzes the parser behind `fuzzing::timestamps`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| seaworthy_collect_web::fuzzing::timestamps(bytes));
