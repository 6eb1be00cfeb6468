/// The only code that touches the machine: tmux, processes, sockets, files. It answers and obeys;
/// it decides nothing. "Could not look" is a value here, never an empty list.
@NullMarked
package dev.reconciler.host;

import org.jspecify.annotations.NullMarked;
