/// The rules of this code that a machine can hold, each with its reason in the message. They read the compiled classes
/// and the sources, nothing else.
package dev.reconciler.checks;
