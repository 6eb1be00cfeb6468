package dev.reconciler.host;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Session;
import dev.reconciler.api.SpecHash;
import dev.reconciler.real.TestDirs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// A tmux server driven by hand with exactly the command lines of the product: the floor under its figures.
public final class RawTmux implements AutoCloseable {
    public static final String NAMESPACE = "default";
    public static final int COLUMNS = 200;
    public static final int ROWS = 50;
    public static final int HISTORY = 2000;
    private static final long SEGMENT = 1 << 20;

    private final TestDirs dirs;
    private final SortedMap<String, String> environment;
    private final Proc processes = new Proc();
    private final PrivateTmux tmux;
    private final Wire wire;

    /// One open control-mode connection, asked and answered.
    public static final class Wire implements AutoCloseable {
        private final ControlClient client;

        /// @param socket of a server that runs
        public Wire(Path socket, Map<String, String> environment) throws IOException {
            var argv = List.of(
                    "tmux", "-u", "-N", "-S", socket.toString(), "-C", "attach-session", "-t", "=" + Tmux.HOLDER, "-f",
                    "no-output,ignore-size");
            client = new ControlClient(new Command(argv, base(environment)).start(), "bench", _ -> {});
            client.attached().orTimeout(10, TimeUnit.SECONDS).join();
        }

        public String ask(String... words) throws TmuxException {
            return client.ask(Chain.of(words)).text();
        }

        /// How many sessions there are, the holder not counted.
        public int sessions() throws TmuxException {
            return ask("display-message", "-p", "#{S:.}").strip().length() - 1;
        }

        /// `list-panes -a` with the product's format.
        public String list() throws TmuxException {
            return client.ask(PaneLines.LIST).text();
        }

        /// Ends the server and what runs in it.
        public void killServer() {
            try {
                ask("kill-server");
            } catch (TmuxException e) {
                // It ended before it could answer.
            }
        }

        @Override
        public void close() {
            client.close();
        }
    }

    public RawTmux(TestDirs dirs) throws Exception {
        this.dirs = dirs;
        environment = base(dirs.environment());
        tmux = new PrivateTmux(dirs.runtime(), environment, processes);
        tmux.start(NAMESPACE);
        wire = new Wire(socket(), dirs.environment());
    }

    private static SortedMap<String, String> base(Map<String, String> environment) throws IOException {
        return BaseEnvironment.of(environment);
    }

    public Path socket() {
        return tmux.socket(NAMESPACE);
    }

    public Wire wire() {
        return wire;
    }

    /// The product's own look, over its own connection.
    public int look() {
        return tmux.look(NAMESPACE) instanceof Tmux.Look.Answered answered ? answered.panes().size() - 1 : -1;
    }

    /// Pids of all panes but the holder's.
    public static long[] pids(String listed) {
        return PaneLines.parse(listed)
                .stream()
                .filter(pane -> !pane.sessionName().equals(Tmux.HOLDER))
                .mapToLong(Tmux.PaneLine::pid)
                .toArray();
    }

    /// The line that creates an agent, as `sh` runs one tmux client for it.
    public String createByShell(String name, List<String> argv) throws IOException {
        return shell(Launching.create(launch(name, 1, argv), null).chain());
    }

    /// The same as one line of control mode, its newline included.
    public byte[] createByControl(String name, List<String> argv) throws IOException {
        return Launching.create(launch(name, 1, argv), null).chain().line();
    }

    /// The line that starts an agent again in its dead pane, as `sh` runs one tmux client for it.
    public String respawnByShell(String name, List<String> argv) throws Exception {
        var pane = pane(name);
        var launch = launch(name, 2, argv);
        return shell(Launching.respawn(
                new Session.Pane(
                        Children.ref(Long.parseLong(wire.ask("display-message", "-p", "#{pid}").strip())),
                        pane.paneId(), pane.sessionId(), launch.mark(), 0, true, false),
                launch, List.of()).chain());
    }

    public boolean dead(String name) throws TmuxException {
        return pane(name).dead();
    }

    private Tmux.PaneLine pane(String name) throws TmuxException {
        return PaneLines.parse(wire.list())
                .stream()
                .filter(pane -> pane.sessionName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Tmux.Launch launch(String name, int run, List<String> argv) throws IOException {
        var agent = new AgentName(NAMESPACE, name);
        var id = new RunId("u-" + name, run);
        var logs = Files.createDirectories(dirs.state().resolve("logs").resolve(NAMESPACE).resolve(name));
        return new Tmux.Launch(
                new OwnerMark("floor", agent, id, new SpecHash(SpecHash.CURRENT, "0123456789abcdef"), 1, false), argv,
                dirs.work().toString(), new TreeMap<>(), List.of(), COLUMNS, ROWS, HISTORY,
                new Tmux.LogTarget(logs.resolve(id + ".").toString(), SEGMENT));
    }

    private String shell(Chain chain) {
        var line = new StringBuilder("tmux -u -N -S ").append(Quote.shell(socket().toString()));
        line.append(chain.commands()
                .stream()
                .map(words -> words.stream()
                        .map(word -> Quote
                                .shell(word.endsWith(";") ? word.substring(0, word.length() - 1) + "\\;" : word))
                        .collect(Collectors.joining(" ", " ", "")))
                .collect(Collectors.joining(" ';'")));
        return line.append(" >/dev/null\n").toString();
    }

    /// Writes all lines to one control-mode client and returns when the server has done the last one.
    public void pipeline(List<byte[]> lines) throws Exception {
        var all = new ByteArrayOutputStream();
        lines.forEach(all::writeBytes);
        all.writeBytes("display-message -p DONE\n".getBytes());
        var process = new ProcessBuilder(
                "tmux", "-u", "-N", "-S", socket().toString(), "-C", "attach-session", "-t", "=" + Tmux.HOLDER, "-f",
                "no-output,ignore-size").redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (var in = process.getOutputStream(); var reader = process.inputReader()) {
            var writing = Thread.ofPlatform().start(() -> {
                try {
                    in.write(all.toByteArray());
                    in.flush();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            for (var line = reader.readLine(); line != null && !line.equals("DONE"); line = reader.readLine()) {
                if (line.startsWith("%error")) {
                    throw new IllegalStateException("tmux refused a line of the floor");
                }
            }
            writing.join();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Override
    public void close() {
        wire.killServer();
        wire.close();
        tmux.close();
        processes.close();
    }
}
