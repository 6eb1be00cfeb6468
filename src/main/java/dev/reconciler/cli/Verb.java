package dev.reconciler.cli;

import dev.reconciler.controller.Access;
import java.io.IOException;

/// One verb: its options as picocli fields, and what it does. A fresh one for each call.
interface Verb {
    /// @return the exit code
    /// @throws Failure what kubectl would print, with its exit code
    /// @throws Access.Refusal what the daemon (or the look of our own) can't do
    int run(Call call) throws Failure, Access.Refusal, IOException, InterruptedException;
}
