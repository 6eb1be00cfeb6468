/// What strangers write, damaged at random, into everything that reads it. `make fuzz` for as long as one likes.
package dev.reconciler.fuzz;
