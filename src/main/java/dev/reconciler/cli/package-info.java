/// The command line: one file per verb, kubectl's grammar.
///
/// The daemon renders, as the Kubernetes API server prints tables for kubectl: `Main` sends the words typed to the
/// daemon's socket and copies what comes back, and loads nothing else on the way. Without a daemon the very same verb
/// looks for itself.
@NullMarked
package dev.reconciler.cli;

import org.jspecify.annotations.NullMarked;
