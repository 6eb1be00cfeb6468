package dev.reconciler.cli;

import dev.reconciler.controller.Access;
import dev.reconciler.controller.Directories;
import dev.reconciler.controller.Door;
import dev.reconciler.controller.Settings;
import dev.reconciler.server.Request;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/// A command whose answer a test reads.
class FakeCall implements Call, Engine {
    private final Access access;
    private final ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(outBytes, false, StandardCharsets.UTF_8);
    private final PrintStream err = new PrintStream(errBytes, false, StandardCharsets.UTF_8);
    Path directory = Path.of("").toAbsolutePath();
    Settings settings = new Settings(
            new Directories(Path.of("/nowhere/m"), Path.of("/nowhere/s"), Path.of("/nowhere/r"), false), false, 30,
            dev.reconciler.desired.Models.ANY);
    String tmux = "";
    String input = "";
    String script = "";
    Request.Terminal terminal = Request.Terminal.NONE;
    String resume = "";
    final List<String> resumables = new CopyOnWriteArrayList<>();
    final List<String> pictures = new ArrayList<>();
    BooleanSupplier gone = () -> false;

    FakeCall(Access access) {
        this.access = access;
    }

    int run(String... words) {
        int code = new Shell(this).run(List.of(words), this);
        out.flush();
        err.flush();
        return code;
    }

    String printed() {
        out.flush();
        return outBytes.toString(StandardCharsets.UTF_8);
    }

    String said() {
        err.flush();
        return errBytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public Access access() throws Access.Refusal {
        return access;
    }

    @Override
    public Settings settings() {
        return settings;
    }

    @Override
    public Path directory() {
        return directory;
    }

    @Override
    public String tmux() {
        return tmux;
    }

    @Override
    public byte[] input() {
        return input.getBytes(StandardCharsets.UTF_8);
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
        return gone.getAsBoolean();
    }

    @Override
    public Request.Terminal terminal() {
        return terminal;
    }

    @Override
    public String resume() {
        return resume;
    }

    @Override
    public void resumable(String from) {
        resumables.add(from);
    }

    @Override
    public void picture() {
        out.flush();
        pictures.add(outBytes.toString(StandardCharsets.UTF_8));
        outBytes.reset();
    }

    @Override
    public void exec(String script) {
        this.script = script;
    }

    @Override
    public Access look(Settings settings) {
        return access;
    }

    @Override
    public int run(Settings settings, boolean once, Door door) {
        throw new UnsupportedOperationException();
    }
}
