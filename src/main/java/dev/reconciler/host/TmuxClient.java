package dev.reconciler.host;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Who speaks with one tmux server.
sealed interface TmuxClient extends AutoCloseable permits ControlClient, PlainClient {
    /// What a line was answered.
    ///
    /// @param texts of the commands that were executed, in order; when `error`, the last one says why it failed
    record Reply(List<String> texts, boolean error) {
        /// Of a line with one command.
        String text() {
            return texts.getFirst();
        }

        String last() {
            return texts.getLast().strip();
        }
    }

    /// Asks without waiting.
    CompletableFuture<Reply> send(Chain chain);

    /// Waits for what was sent.
    ///
    /// @throws TmuxException unanswered, when the server is silent or the connection ends
    Reply await(CompletableFuture<Reply> reply) throws TmuxException;

    /// Asks and waits.
    ///
    /// @throws TmuxException as [#await]
    default Reply ask(Chain chain) throws TmuxException {
        return await(send(chain));
    }

    /// False: whatever is asked gets no answer any more.
    boolean open();

    /// How long ago an answer was given up that has not come yet; null when the server speaks. What was asked may
    /// still be done.
    @Nullable
    Duration silence();

    /// Of the process that the server may have to drop; 0: none.
    long pid();

    /// Ends this client, and nothing else.
    @Override
    void close();
}
