package dev.reconciler.cli;

import dev.reconciler.controller.Access;
import dev.reconciler.controller.Settings;
import dev.reconciler.server.Request;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;

/// One command as it was given: from where, and where its answer goes.
interface Call {
    /// The daemon's, or a look of our own.
    ///
    /// @throws Access.Refusal when it could not look
    Access access() throws Access.Refusal;

    Settings settings() throws Access.Refusal;

    /// The working directory of who asks.
    Path directory();

    /// The `TMUX` variable of who asks, empty outside of tmux.
    String tmux();

    /// Standard input, whole.
    ///
    /// @throws IOException also when it is larger than a manifest may be
    byte[] input() throws IOException;

    /// Data.
    PrintStream out();

    /// Messages.
    PrintStream err();

    /// Nobody reads any more: whoever streams stops.
    boolean gone();

    /// What the answer is printed on.
    Request.Terminal terminal();

    /// Where an answer that was cut off goes on, empty at its beginning.
    String resume();

    /// The answer goes on for ever. Should the daemon go away, the client asks the next one to go on from here.
    void resumable(String from);

    /// What was printed since the last one is shown as one picture, in the place of the one before.
    void picture();

    /// Asks the launcher to become this shell script, so that no JVM stays between a person and tmux.
    void exec(String script) throws Failure;
}
