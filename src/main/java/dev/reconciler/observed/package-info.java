/// The world as it is: one look at the machine is a `Census` (raw facts, blind spots included); the pure
/// `Correlator` turns it into one `Session` for each name.
@NullMarked
package dev.reconciler.observed;

import org.jspecify.annotations.NullMarked;
