package dev.reconciler.real;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// The built product as a person uses it: its launcher, a folder, a shell. Daemons it started end with it.
final class Product implements AutoCloseable {
    static final Path LAUNCHER = Path.of("target/reconciler/bin/reconciler").toAbsolutePath();
    /// `-Dreal.patience=300` on a machine that is very busy with other things.
    private static final Duration PATIENCE = Duration.ofSeconds(Long.getLong("real.patience", 60));
    private static final String NOBODY = "47110";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final TestDirs dirs;
    private final Path launcher;
    private final List<Process> daemons = new ArrayList<>();
    private final List<String> changes = new ArrayList<>();
    /// What comes before the launcher.
    private List<String> prefix = List.of();

    Product(TestDirs dirs) {
        this(dirs, LAUNCHER);
    }

    /// @param launcher of another tree
    Product(TestDirs dirs, Path launcher) {
        this.dirs = dirs;
        this.launcher = launcher;
    }

    /// What one command said.
    record Said(int code, String out, String err) {
        String all() {
            return "exit " + code + "\n" + out + err;
        }
    }

    /// `NAME=value` for every command from now on; `NAME` alone removes it.
    Product with(String... environment) {
        changes.addAll(Arrays.asList(environment));
        return this;
    }

    /// As a user who exists nowhere, when this is root, whom no mode keeps out. All there is in the directories is theirs.
    Product unprivileged() throws IOException, InterruptedException {
        if (Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
            var chown = new ProcessBuilder("chown", "-R", NOBODY + ":" + NOBODY, dirs.root().toString()).inheritIO();
            if (chown.start().waitFor() != 0) {
                throw new IllegalStateException(chown.command().toString());
            }
            prefix = List.of("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "--");
        }
        return this;
    }

    Product config(String yaml) throws IOException {
        var file = dirs.home().resolve(".config/reconciler/config.yaml");
        Files.createDirectories(file.getParent());
        Files.writeString(file, yaml);
        return this;
    }

    /// Starts a daemon and waits until it listens.
    Product start() throws IOException {
        var daemon = launch();
        await("the daemon to answer").atMost(PATIENCE).until(() -> {
            if (!daemon.isAlive()) {
                throw new IllegalStateException(log());
            }
            return !say("status").err().contains("no daemon");
        });
        return this;
    }

    private Process launch() throws IOException {
        var builder = builder(List.of("run")).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(dirs.root().resolve("daemon.log").toFile()));
        var daemon = builder.start();
        daemons.add(daemon);
        return daemon;
    }

    /// `kill -9`.
    void killDaemon() {
        daemons.removeLast().destroyForcibly().onExit().join();
    }

    /// Sends it to the last daemon.
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(daemons.getLast().pid())).start().waitFor();
    }

    /// What the last daemon has mapped into its memory.
    String maps() throws IOException {
        return Files.readString(Path.of("/proc/" + daemons.getLast().pid() + "/maps"));
    }

    /// Whether it ends by itself within this time.
    boolean daemonEnds(Duration within) throws InterruptedException {
        return daemons.getLast().waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// `True`, `False`, `Unknown`, or empty when it is not there.
    String condition(String name, String type) throws IOException, InterruptedException {
        return condition(get(name), type);
    }

    private static String condition(JsonNode agent, String type) {
        for (var condition : agent.path("status").path("conditions")) {
            if (condition.path("type").asString("").equals(type)) {
                return condition.path("status").asString("");
            }
        }
        return "";
    }

    /// The agents with this condition.
    List<String> having(String type, String status) throws IOException, InterruptedException {
        var said = say("get", "agents", "-o", "json");
        var names = new ArrayList<String>();
        if (said.code() == 0) {
            for (var agent : JSON.readTree(said.out()).path("items")) {
                if (condition(agent, type).equals(status)) {
                    names.add(agent.path("metadata").path("name").asString(""));
                }
            }
        }
        return names;
    }

    String log() throws IOException {
        return text(dirs.root().resolve("daemon.log"));
    }

    private static String text(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file) : "";
    }

    /// Runs one command to its end.
    Said say(String... words) throws IOException, InterruptedException {
        var out = Files.createTempFile(dirs.root(), "out", "");
        var err = Files.createTempFile(dirs.root(), "err", "");
        var process = builder(List.of(words))
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        if (!process.waitFor(90, TimeUnit.SECONDS)) {
            process.destroyForcibly().onExit().join();
            throw new IllegalStateException("no end of " + List.of(words) + ": " + Files.readString(out)
                    + Files.readString(err) + log() + text(dirs.state().resolve("events.jsonl")));
        }
        return new Said(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private ProcessBuilder builder(List<String> words) {
        var command = new ArrayList<>(prefix);
        command.add(launcher.toString());
        command.addAll(words);
        var builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(dirs.environment());
        for (var change : changes) {
            int equals = change.indexOf('=');
            if (equals < 0) {
                builder.environment().remove(change);
            } else {
                builder.environment().put(change.substring(0, equals), change.substring(equals + 1));
            }
        }
        return builder.directory(dirs.work().toFile());
    }

    /// Puts a file into the folder as editors do: whole, by a rename.
    void write(String file, String text) throws IOException {
        var ready = Files.createTempFile(dirs.root(), "new", "");
        Files.writeString(ready, text);
        Files.move(ready, dirs.manifests().resolve(file), StandardCopyOption.ATOMIC_MOVE);
    }

    /// One agent's manifest; `more` are further lines of its spec.
    static String agent(String name, List<String> argv, String... more) {
        var text = new StringBuilder("apiVersion: reconciler.dev/v1alpha1\nkind: Agent\nmetadata: {name: " + name
                + "}\nspec:\n  command:\n");
        argv.forEach(word -> text.append("    - ").append(JSON.writeValueAsString(word)).append('\n'));
        for (var line : more) {
            text.append("  ").append(line).append('\n');
        }
        return text.toString();
    }

    JsonNode get(String name) throws IOException, InterruptedException {
        var said = say("get", "agent", name, "-o", "json");
        return said.code() == 0 ? JSON.readTree(said.out()) : JSON.createObjectNode();
    }

    String phase(String name) throws IOException, InterruptedException {
        return get(name).path("status").path("phase").asString("");
    }

    long pid(String name) throws IOException, InterruptedException {
        return get(name).path("status").path("process").path("pid").asLong(0);
    }

    /// Pid by name, 0 without one.
    TreeMap<String, Long> pids() throws IOException, InterruptedException {
        var pids = new TreeMap<String, Long>();
        var said = say("get", "agents", "-o", "json");
        if (said.code() == 0 && !said.out().isBlank()) {
            for (var item : JSON.readTree(said.out()).path("items")) {
                pids.put(item.path("metadata").path("name").asString(""),
                        item.path("status").path("process").path("pid").asLong(0));
            }
        }
        return pids;
    }

    /// Pids of the programs in a tmux server.
    List<Long> programs(long server) throws IOException, InterruptedException {
        var pids = new ArrayList<Long>();
        for (var program : JSON.readTree(say("get", "server", Long.toString(server), "-o", "json").out())
                .path("programs")) {
            pids.add(program.path("pid").asLong());
        }
        return pids;
    }

    int restarts(String name) throws IOException, InterruptedException {
        return get(name).path("status").path("restartCount").asInt(-1);
    }

    /// Waits until it has that phase, and returns its pid.
    long awaitPhase(String name, String phase) {
        await(name + " to be " + phase).atMost(PATIENCE).until(() -> phase(name).equals(phase));
        try {
            return pid(name);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// `wait` of the product itself, once the agent is known to it.
    int awaitWait(String... words) {
        await(String.join(" ", words)).atMost(PATIENCE).until(() -> {
            var command = new ArrayList<>(List.of("wait", "--timeout=30s"));
            command.addAll(Arrays.asList(words));
            return say(command.toArray(String[]::new)).code() == 0;
        });
        return 0;
    }

    /// Waits until it runs as another process than `old`.
    long awaitNew(String name, long old) {
        await(name + " to run anew").atMost(PATIENCE).until(() -> {
            long now = pid(name);
            return now != 0 && now != old;
        });
        return awaitPhase(name, "Running");
    }

    /// A zombie is dead: whoever inherited it may reap it late.
    static boolean lives(long pid) throws IOException {
        var stat = Path.of("/proc/" + pid + "/stat");
        try {
            var text = Files.readString(stat);
            return text.charAt(text.lastIndexOf(')') + 2) != 'Z';
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    static void kill(long pid) {
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }

    Path socket(String namespace) {
        return dirs.runtime().resolve(namespace + ".mux");
    }

    /// What a tmux command on that socket prints.
    String tmux(Path socket, String... words) throws IOException, InterruptedException {
        return tmux(socket, false, words);
    }

    /// @param start whether it may start a server there
    String tmux(Path socket, boolean start, String... words) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("tmux", "-S", socket.toString()));
        if (!start) {
            command.add(1, "-N");
        }
        command.addAll(Arrays.asList(words));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("TMUX");
        var process = builder.start();
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        process.waitFor();
        return text;
    }

    @Override
    public void close() {
        for (var daemon : daemons) {
            daemon.destroy();
            daemon.onExit().completeOnTimeout(daemon, 20, TimeUnit.SECONDS).join();
            daemon.destroyForcibly().onExit().join();
        }
    }
}
