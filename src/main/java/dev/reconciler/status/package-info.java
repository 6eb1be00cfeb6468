/// What is remembered and what is shown: history and events on disk (one writer, atomic), and the pure
/// calculation of each agent's status.
@NullMarked
package dev.reconciler.status;

import org.jspecify.annotations.NullMarked;
