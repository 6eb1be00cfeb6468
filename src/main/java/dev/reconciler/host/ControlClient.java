package dev.reconciler.host;

import dev.reconciler.host.ControlParser.Event;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One open control-mode connection. Many threads ask; their lines go out in the order of asking, and the server
/// answers in that order: so an answer also proves that everything asked before it has been done or refused, and that
/// nothing of it can land later.
///
/// A server that says nothing is waited for in slices of time really waited: a machine that slept is no silence.
final class ControlClient implements TmuxClient {
    /// Without a word for this long, a command counts as unanswered.
    static final Duration SILENCE = Duration.ofSeconds(2);

    /// Room of an empty pipe at the least, in bytes: one page.
    private static final int NEVER_BLOCKS = 4096;

    private static final Duration SLICE = Duration.ofMillis(100);

    private final Process process;
    private final Consumer<String> notifications;
    private final ControlParser parser = new ControlParser();
    private final CompletableFuture<Reply> attached = new CompletableFuture<>();
    private final LinkedBlockingQueue<Asked> outgoing = new LinkedBlockingQueue<>();
    private final Deque<Asked> unanswered = new ArrayDeque<>();
    private @Nullable String closed;
    private volatile long heard;
    private volatile @Nullable Long silentSince;

    /// @param process a tmux in control mode whose pipes are ours alone
    /// @param notifications told the name of each, by the reading thread: must return at once
    ControlClient(Process process, String name, Consumer<String> notifications) {
        this.process = process;
        this.notifications = notifications;
        Thread.ofPlatform().daemon().name("tmux-read-" + name).start(this::read);
        Thread.ofPlatform().daemon().name("tmux-write-" + name).start(this::write);
    }

    /// A line and what has come back for it.
    private record Asked(byte[] line, int replies, List<String> texts, CompletableFuture<Reply> reply) {
        Asked(byte[] line, int replies) {
            this(line, replies, new ArrayList<>(replies), new CompletableFuture<>());
        }
    }

    /// The answer to the attaching itself, however long it takes; fails when the client ends.
    CompletableFuture<Reply> attached() {
        return attached;
    }

    @Override
    public CompletableFuture<Reply> send(Chain chain) {
        var asked = new Asked(chain.line(), chain.replies());
        try {
            synchronized (unanswered) {
                if (closed != null) {
                    asked.reply.completeExceptionally(TmuxException.unanswered(closed));
                } else if (unanswered.add(asked) && unanswered.size() == 1 && asked.line.length <= NEVER_BLOCKS) {
                    // All that was written was read, for it was answered: a line this short has room in the pipe.
                    var in = process.getOutputStream();
                    in.write(asked.line);
                    in.flush();
                } else {
                    outgoing.add(asked);
                }
            }
        } catch (IOException e) {
            end("the connection to tmux broke: " + Why.of(e));
        }
        return asked.reply;
    }

    @Override
    public Reply await(CompletableFuture<Reply> reply) throws TmuxException {
        long last = heard;
        var silence = Duration.ZERO;
        while (true) {
            try {
                return reply.get(SLICE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                silence = heard == last ? silence.plus(SLICE) : Duration.ZERO;
                last = heard;
                if (silence.compareTo(SILENCE) >= 0) {
                    silent(last);
                    throw TmuxException.unanswered("tmux did not answer within " + SILENCE.toSeconds() + " s");
                }
            } catch (ExecutionException e) {
                var why = e.getCause() instanceof TmuxException known ? known.getMessage() : String.valueOf(e);
                throw TmuxException.unanswered(String.valueOf(why));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw TmuxException.unanswered("interrupted while waiting for tmux");
            }
        }
    }

    @Override
    public @Nullable Duration silence() {
        var since = silentSince;
        return since == null ? null : Duration.ofNanos(System.nanoTime() - since);
    }

    private synchronized void silent(long lastHeard) {
        if (silentSince == null && heard == lastHeard) {
            silentSince = System.nanoTime();
        }
    }

    private synchronized void speaks() {
        heard++;
        silentSince = null;
    }

    @Override
    public boolean open() {
        synchronized (unanswered) {
            return closed == null;
        }
    }

    @Override
    public long pid() {
        return process.pid();
    }

    private void read() {
        var buffer = new byte[1 << 16];
        var why = "the connection to tmux ended";
        try {
            var out = process.getInputStream();
            for (int n = out.read(buffer); n >= 0; n = out.read(buffer)) {
                speaks();
                for (var event : parser.feed(buffer, n)) {
                    take(event);
                }
            }
        } catch (IOException e) {
            why = "the connection to tmux broke: " + Why.of(e);
        } finally {
            end(why);
        }
    }

    private void take(Event event) {
        switch (event) {
            case Event.Block block when block.ours() -> answer(block);
            case Event.Block block -> attached.complete(new Reply(List.of(block.text()), block.error()));
            case Event.Notification(var name) -> notifications.accept(name);
            case Event.Violation(var what) -> end(what);
        }
    }

    private void answer(Event.Block block) {
        Asked asked;
        synchronized (unanswered) {
            asked = unanswered.peek();
            if (asked != null) {
                asked.texts.add(block.text());
                if (!block.error() && asked.texts.size() < asked.replies) {
                    return;
                }
                unanswered.remove();
            }
        }
        if (asked == null) {
            end("tmux answered what nobody asked");
        } else {
            asked.reply.complete(new Reply(List.copyOf(asked.texts), block.error()));
        }
    }

    private void write() {
        var lines = new ByteArrayOutputStream();
        var batch = new ArrayList<Asked>();
        try (var in = process.getOutputStream()) {
            while (open()) {
                batch.add(outgoing.take());
                outgoing.drainTo(batch);
                for (var asked : batch) {
                    lines.writeBytes(asked.line);
                }
                in.write(lines.toByteArray());
                in.flush();
                batch.clear();
                lines.reset();
            }
        } catch (IOException e) {
            end("the connection to tmux broke: " + Why.of(e));
        } catch (InterruptedException e) {
            end("the writing to tmux was interrupted");
        }
    }

    /// Everything without an answer gets none. The client dies by SIGKILL: one whose server is stopped ignores SIGTERM.
    private void end(String why) {
        List<Asked> left;
        synchronized (unanswered) {
            if (closed != null) {
                return;
            }
            closed = why;
            left = List.copyOf(unanswered);
            unanswered.clear();
        }
        process.destroyForcibly();
        outgoing.add(new Asked(new byte[0], 0));
        var exception = TmuxException.unanswered(why);
        attached.completeExceptionally(exception);
        left.forEach(asked -> asked.reply.completeExceptionally(exception));
        notifications.accept("%exit");
    }

    @Override
    public void close() {
        end("the connection to tmux was closed");
    }
}
