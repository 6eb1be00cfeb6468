/// Carries actions out. Each re-checks its precondition, by identity, right before its effect, and ends as
/// succeeded, skipped (the world moved on) or failed.
@NullMarked
package dev.reconciler.actuate;

import org.jspecify.annotations.NullMarked;
