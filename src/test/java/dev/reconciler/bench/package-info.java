/// What the product costs, each figure beside its floor in the same run: raw tmux driven with the product's own command
/// lines. Prints; asserts nothing about time. `make bench`, or with `-Dbench.quick=true` a run that only shows that the
/// bench works.
package dev.reconciler.bench;
