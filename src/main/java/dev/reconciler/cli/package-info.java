/// The command line: one file per verb, kubectl's grammar.
@NullMarked
package dev.reconciler.cli;

import org.jspecify.annotations.NullMarked;
