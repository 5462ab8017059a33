//! Nothing: a package wants a library or a binary, and the benchmarks stand beside this file.
