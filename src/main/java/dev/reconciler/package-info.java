/// kubectl and the kubelet for coding agents on one machine.
///
/// One round, read from left to right, is also the order of the packages; a package may use those
/// before it and none after:
///
/// ```
/// manifests/*.yaml ─► desired ──┐
///                               ├─► plan (pure) ─► actuate ─► status ─► server · cli
/// tmux · /proc ─► observed ─────┘                 ▲
///                               controller: what wakes a round, and when;
///                               recording: what it decided from, for later
/// ```
///
/// `api` holds the words, `host` is the only package that touches the machine, `plan` is the only one
/// that decides.
@NullMarked
package dev.reconciler;

import org.jspecify.annotations.NullMarked;
