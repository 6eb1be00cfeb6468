package dev.reconciler.cli;

import dev.reconciler.server.Frames;
import dev.reconciler.server.Request;
import java.io.DataInputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The thin way: the words go to the daemon, what comes back goes to the terminal. Only the JDK, few of its classes, and
/// no lambda: this is what a person waits for. An answer that goes on for ever outlives the daemon: the next one is asked
/// to go on with it.
final class Client implements Frames.Receiver, Runnable {
    /// A daemon that was stopped accepts connections and says nothing.
    private static final long PATIENCE_MILLIS = 5_000;

    /// Whoever pressed TAB goes on typing.
    private static final long PATIENCE_OF_TAB_MILLIS = 1_000;

    /// How often a daemon that went away is looked for.
    private static final long LOOK_AGAIN_MILLIS = 200;

    /// What the daemon did not answer.
    static final int NO_DAEMON = -1;

    private final Path socket;
    private final String verb;
    private final boolean live;
    private final OutputStream out = new FileOutputStream(FileDescriptor.out);
    private final OutputStream err = new FileOutputStream(FileDescriptor.err);
    private volatile boolean answered;
    private byte[] script = new byte[0];
    private byte @Nullable [] resume;
    private @Nullable LiveScreen screen;

    private Client(Path socket, String verb, boolean live) {
        this.socket = socket;
        this.verb = verb;
        this.live = live;
    }

    /// @return the exit code, [#NO_DAEMON] when nobody listens there
    static int ask(Path socket, String verb, Request request) {
        var client = new Client(socket, verb, request.terminal().live());
        int code = client.ask(request);
        while (code == NO_DAEMON && client.resume != null) {
            try {
                Thread.sleep(LOOK_AGAIN_MILLIS);
            } catch (InterruptedException e) {
                return Failure.FAILED;
            }
            client.answered = false;
            code = client.ask(request.resuming(new String(client.resume, StandardCharsets.UTF_8)));
        }
        if (client.screen != null) {
            client.screen.leave();
        }
        return code;
    }

    /// The channel is closed only for another one: closing the last prepares all of the JDK's network, 2 ms in which a
    /// person waits.
    private int ask(Request request) {
        SocketChannel channel;
        try {
            channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            return NO_DAEMON;
        }
        try {
            var guard = new Thread(this, "patience");
            guard.setDaemon(true);
            guard.start();
            request.write(Channels.newOutputStream(channel));
            int code = Frames.receive(new DataInputStream(Channels.newInputStream(channel)), this);
            return script.length > 0 && code == 0 ? Main.become(script) : code;
        } catch (BrokenPipe e) {
            return Main.BROKEN_PIPE;
        } catch (IOException e) {
            if (resume == null) {
                return fail(answered ? "went away before it had answered" : hungUp());
            }
            if (answered) {
                note("the daemon at " + socket + " went away: waiting for the next one");
            }
            close(channel);
            return NO_DAEMON;
        }
    }

    /// A daemon hangs up on everybody but its own user; only root gets as far as that.
    private String hungUp() {
        try {
            var user = Files.getOwner(socket);
            if (!user.equals(Files.getOwner(Path.of("/proc/self")))) {
                return "serves nobody but its own user, " + user.getName();
            }
        } catch (IOException e) {
            // It went away meanwhile: no more can be said.
        }
        return "closed the connection without an answer";
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // It is as good as closed.
            return;
        }
    }

    private void note(String what) {
        if (screen != null) {
            screen.note(what);
        } else {
            Main.say(what);
        }
    }

    /// Ends this program when the daemon says nothing in time.
    @Override
    public void run() {
        try {
            Thread.sleep(verb.equals(CompleteVerb.NAME) ? PATIENCE_OF_TAB_MILLIS : PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            return;
        }
        if (!answered && resume == null) {
            Runtime.getRuntime().halt(fail("does not answer: is it stopped (kill -CONT) or overloaded?"));
        }
    }

    private int fail(String what) {
        Main.say("error: the daemon at " + socket + " " + what);
        return Words.couldNotLook(verb);
    }

    @Override
    public void hello() {
        answered = true;
    }

    @Override
    public void out(byte[] bytes) throws IOException {
        if (screen != null) {
            screen.receive(bytes);
        } else {
            write(out, bytes);
        }
    }

    @Override
    public void err(byte[] bytes) throws IOException {
        write(err, bytes);
    }

    private static void write(OutputStream to, byte[] bytes) throws IOException {
        try {
            to.write(bytes);
        } catch (IOException e) {
            throw new BrokenPipe();
        }
    }

    @Override
    public void exec(byte[] bytes) {
        script = bytes;
    }

    @Override
    public void resume(byte[] from) {
        resume = from;
        if (live && screen == null && new String(from, StandardCharsets.UTF_8).equals(GetVerb.LIVE)) {
            screen = new LiveScreen(out);
            screen.enter();
        }
    }

    @Override
    public void picture() {
        if (screen != null) {
            screen.show();
        }
    }

    /// Whoever read our output is gone.
    private static final class BrokenPipe extends IOException {
        private static final long serialVersionUID = 1L;
    }
}
