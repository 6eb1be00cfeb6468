/// The words every other package speaks: names, identities, marks, specs, desires, sessions, history,
/// conditions and reasons. Records and sealed interfaces only; nothing here but the JDK.
@NullMarked
package dev.reconciler.api;

import org.jspecify.annotations.NullMarked;
