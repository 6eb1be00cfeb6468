/// What rounds decided from, on disk, so that "why did it stop X at 03:12?" is answered later and elsewhere: what
/// changed from round to round, without anything secret, and the planner run again on it.
@NullMarked
package dev.reconciler.recording;

import org.jspecify.annotations.NullMarked;
