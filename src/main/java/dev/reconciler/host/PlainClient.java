package dev.reconciler.host;

import dev.reconciler.host.Command.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// A tmux for each question, about 3 ms long. For who looks once: arriving and leaving, it changes nothing that a server
/// tells to others, and a tmux 3.3a dies of what it has to tell to a control client that introduces itself.
final class PlainClient implements TmuxClient {
    private final List<String> program;
    private final SortedMap<String, String> environment;
    private final String separator = UUID.randomUUID().toString();
    private volatile @Nullable String server;
    private volatile boolean closed;

    PlainClient(String program, Path socket, SortedMap<String, String> environment) {
        this.program = List.of(program, "-u", "-N", "-S", socket.toString());
        this.environment = environment;
    }

    @Override
    public CompletableFuture<Reply> send(Chain chain) {
        var reply = new CompletableFuture<Reply>();
        Thread.startVirtualThread(() -> {
            try {
                reply.complete(run(chain));
            } catch (TmuxException | RuntimeException e) {
                reply.completeExceptionally(e);
            }
        });
        return reply;
    }

    /// The server names itself first: ids mean something on one server only, so the first that answered is the one.
    private Reply run(Chain chain) throws TmuxException {
        if (closed) {
            throw TmuxException.unanswered("closed");
        }
        var argv = new ArrayList<>(program);
        argv.addAll(List.of("display-message", "-p", "#{pid}"));
        for (var command : chain.commands()) {
            argv.addAll(List.of(";", "display-message", "-p", separator, ";"));
            for (var word : command) {
                // tmux takes a semicolon at the end of a word for the end of the command.
                argv.add(word.endsWith(";") ? word.substring(0, word.length() - 1) + "\\;" : word);
            }
        }
        argv.addAll(List.of(";", "display-message", "-p", separator));
        return switch (new Command(argv, environment).run(ControlClient.SILENCE)) {
            case Outcome.Ended(int code, var out, var err) -> reply(code, out, err);
            case Outcome.TimedOut(var limit) ->
                    throw TmuxException.unanswered("tmux did not answer within " + limit.toSeconds() + " s");
            case Outcome.NotStarted(var why) -> throw TmuxException.refused(why);
        };
    }

    private Reply reply(int code, String out, String err) throws TmuxException {
        var texts = new ArrayList<>(List.of(out.split(separator + "\n", -1)));
        var pid = texts.removeFirst().strip();
        synchronized (this) {
            server = server == null ? pid : server;
            if (pid.isEmpty() || !pid.equals(server)) {
                closed = true;
                throw TmuxException.unanswered(err.isBlank() ? "the tmux server ended" : err.strip());
            }
        }
        if (code != 0) {
            // A command that failed may have printed before.
            texts.set(texts.size() - 1, err);
        } else if (!texts.removeLast().isEmpty()) {
            throw TmuxException.refused("an answer of tmux is too long for one look: start the daemon");
        }
        return new Reply(List.copyOf(texts), code != 0);
    }

    @Override
    public Reply await(CompletableFuture<Reply> reply) throws TmuxException {
        try {
            return reply.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof TmuxException known ? known : TmuxException.unanswered(String.valueOf(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw TmuxException.unanswered("interrupted while waiting for tmux");
        }
    }

    @Override
    public boolean open() {
        return !closed;
    }

    @Override
    public @Nullable Duration silence() {
        return null;
    }

    @Override
    public long pid() {
        return 0;
    }

    @Override
    public void close() {
        closed = true;
    }
}
