/// The decision, and nothing else: one table from (desire, session) to an action. Pure: no clock, files,
/// threads or logger; same input, same bytes.
@NullMarked
package dev.reconciler.plan;

import org.jspecify.annotations.NullMarked;
