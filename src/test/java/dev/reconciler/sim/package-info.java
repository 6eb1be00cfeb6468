/// A machine that does not exist: virtual time, processes, tmux servers, a disk and a folder, all deterministic, and
/// the simulation that puts the real controller on it and lets everything go wrong.
package dev.reconciler.sim;
