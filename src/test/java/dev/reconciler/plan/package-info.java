/// The decision, held to its laws over all worlds, and each of its rules as a sentence.
package dev.reconciler.plan;
