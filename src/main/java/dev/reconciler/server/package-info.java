/// The daemon's unix socket: a command line in, rendered text out.
@NullMarked
package dev.reconciler.server;

import org.jspecify.annotations.NullMarked;
