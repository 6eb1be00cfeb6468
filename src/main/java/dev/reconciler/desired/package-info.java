/// Files to desires: list and watch the manifests folder, parse, validate, fill in defaults, remember the
/// last good version, and say how complete and how settled the picture is.
@NullMarked
package dev.reconciler.desired;

import org.jspecify.annotations.NullMarked;
