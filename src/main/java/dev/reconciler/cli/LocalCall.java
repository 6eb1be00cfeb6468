package dev.reconciler.cli;

import dev.reconciler.controller.Access;
import dev.reconciler.controller.Settings;
import dev.reconciler.server.Request;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A command that no daemon renders: it looks for itself.
final class LocalCall implements Call {
    private final List<String> arguments;
    private final Path directory;
    private final Engine engine;
    private final Request.Terminal terminal = Main.terminal();
    private PrintStream out = stream(FileDescriptor.out);
    private final PrintStream err = stream(FileDescriptor.err);
    private @Nullable LiveScreen screen;
    private @Nullable Access access;
    private byte[] script = new byte[0];

    private LocalCall(List<String> arguments, Path directory, Engine engine) {
        this.arguments = arguments;
        this.directory = directory;
        this.engine = engine;
    }

    /// @return the exit code
    static int run(List<String> arguments, Path directory) {
        var engine = new Machine();
        var call = new LocalCall(arguments, directory, engine);
        int code = new Shell(engine).run(arguments, call);
        call.out.flush();
        if (call.screen != null) {
            call.screen.leave();
        }
        call.err.flush();
        if (call.out.checkError()) {
            return Main.BROKEN_PIPE;
        }
        return code == 0 && call.script.length > 0 ? Main.become(call.script) : code;
    }

    private static PrintStream stream(FileDescriptor to) {
        return new PrintStream(new BufferedOutputStream(new FileOutputStream(to)), false, StandardCharsets.UTF_8);
    }

    @Override
    public Access access() throws Access.Refusal {
        var looked = access;
        if (looked == null) {
            var settings = settings();
            looked = engine.look(settings);
            err.println("no daemon is running (socket " + settings.directories().socket() + "): looked directly");
            err.flush();
            access = looked;
        }
        return looked;
    }

    @Override
    public Settings settings() throws Access.Refusal {
        return Settings.load(Words.directories(arguments), System.getenv(), directory);
    }

    @Override
    public Path directory() {
        return directory;
    }

    @Override
    public String tmux() {
        var tmux = System.getenv("TMUX");
        return tmux == null ? "" : tmux;
    }

    @Override
    public byte[] input() throws IOException {
        return Main.input();
    }

    @Override
    public PrintStream out() {
        return out;
    }

    @Override
    public PrintStream err() {
        return err;
    }

    @Override
    public boolean gone() {
        return out.checkError();
    }

    @Override
    public Request.Terminal terminal() {
        return terminal;
    }

    @Override
    public String resume() {
        return "";
    }

    @Override
    public void resumable(String from) {
        out.flush();
        if (terminal.live() && from.equals(GetVerb.LIVE)) {
            screen = new LiveScreen(new FileOutputStream(FileDescriptor.out));
            screen.enter();
            out = screen.coming();
        }
    }

    @Override
    public void picture() {
        out.flush();
        if (screen != null) {
            screen.show();
        }
    }

    @Override
    public void exec(String script) {
        this.script = script.getBytes(StandardCharsets.UTF_8);
    }
}
