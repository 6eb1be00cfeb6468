/// The daemon's unix socket: a command line in, rendered text out. One request for each connection, and no HTTP: a
/// request is one length-prefixed block, an answer is a row of frames.
@NullMarked
package dev.reconciler.server;

import org.jspecify.annotations.NullMarked;
