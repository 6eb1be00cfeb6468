package dev.reconciler.desired;

/// A place in a file.
///
/// @param line from 1
/// @param column from 1, in code points
record Position(int line, int column) {}
