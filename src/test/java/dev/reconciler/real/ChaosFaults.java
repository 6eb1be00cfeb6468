package dev.reconciler.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// What goes wrong on a machine, done on purpose.
final class ChaosFaults implements AutoCloseable {
    private static final long SEED = Long.getLong("chaos.seed", System.nanoTime());
    /// Room for the state of a hundred agents, and soon full.
    private static final int STATE_MEGABYTES = 24;

    private final TestDirs dirs;
    private final Product product;
    private final List<String> names;
    private final Random random = new Random(SEED);
    private final TreeMap<String, Integer> done = new TreeMap<>();
    private final boolean mounted;
    private final CountDownLatch over = new CountDownLatch(1);
    private boolean other;

    ChaosFaults(TestDirs dirs, Product product, List<String> names) throws Exception {
        this.dirs = dirs;
        this.product = product;
        this.names = names;
        // Only root may, and only outside of most containers.
        mounted = run(dirs.root(), "mount", "-t", "tmpfs", "-o", "mode=0700,size=" + STATE_MEGABYTES + "m", "chaos",
                dirs.state().toString()) == 0;
        System.out
                .println("chaos: seed " + SEED + (mounted ? "" : "; the disk is never full: no tmpfs may be mounted"));
    }

    /// Everybody's manifest, in two commits that differ in comments and order only.
    void write() throws Exception {
        git("init", "-q", "-b", "main");
        manifests("# one\n", false);
        git("add", "-A");
        git("commit", "-q", "-m", "one");
        git("checkout", "-q", "-b", "other");
        manifests("# another comment\n", true);
        git("add", "-A");
        git("commit", "-q", "-m", "two");
        git("checkout", "-q", "main");
    }

    private void manifests(String head, boolean reversed) throws IOException {
        for (int i = 0; i < names.size(); i++) {
            Files.writeString(dirs.manifests().resolve(names.get(i) + ".yaml"), text(i, head, reversed));
        }
    }

    private String text(int number, String head, boolean reversed) {
        var name = names.get(number);
        var ignores = number % 3 == 1 ? "ignore:HUP" : number % 3 == 2 ? "ignore:TERM" : "cwd";
        var lines = new ArrayList<>(List.of(
                "restartPolicy: Always", "terminationGracePeriodSeconds: 1",
                "backoff: {initialSeconds: 1, maxSeconds: 3}"));
        var last = reversed ? lines.reversed() : lines;
        return head + Product.agent(
                name, FakeAgent.argv(Doubles.sign(dirs.root(), name), ignores, "forever"),
                last.toArray(String[]::new));
    }

    /// One fault, and some time to feel it.
    void next() throws Exception {
        var fault = List.of(
                "a program is killed", "a program is killed", "the tmux server is killed", "the socket is unlinked",
                "the socket is unlinked", "the daemon is killed", "the daemon is killed", "git checkout",
                "git checkout", "git checkout", "a half-written manifest", "the state directory is full",
                "the tmux server is stopped for a while", "a session is closed").get(random.nextInt(14));
        if (perform(fault)) {
            done.merge(fault, 1, Integer::sum);
        }
        pause(200 + random.nextInt(2500));
    }

    private boolean perform(String fault) throws Exception {
        return switch (fault) {
            case "a program is killed" -> kill(product.pids().getOrDefault(any(), 0L));
            case "the tmux server is killed" -> kill(server());
            case "the socket is unlinked" -> Files.deleteIfExists(product.socket("default"));
            case "the daemon is killed" -> {
                product.killDaemon();
                pause(random.nextInt(1000));
                yield restarted();
            }
            case "git checkout" -> {
                other = !other;
                git("checkout", "-q", "-f", other ? "other" : "main");
                yield true;
            }
            case "a half-written manifest" -> {
                int number = random.nextInt(names.size());
                var text = text(number, other ? "# another comment\n" : "# one\n", other);
                var file = dirs.manifests().resolve(names.get(number) + ".yaml");
                Files.writeString(file, text.substring(0, random.nextInt(text.length())));
                pause(random.nextInt(2000));
                Files.writeString(file, text);
                yield true;
            }
            case "the state directory is full" -> mounted && full();
            case "the tmux server is stopped for a while" -> {
                long server = server();
                if (server == 0 || run(dirs.root(), "kill", "-STOP", Long.toString(server)) != 0) {
                    yield false;
                }
                pause(random.nextInt(7000));
                run(dirs.root(), "kill", "-CONT", Long.toString(server));
                yield true;
            }
            case "a session is closed" -> {
                product.tmux(product.socket("default"), "kill-session", "-t", "=" + any());
                yield true;
            }
            default -> throw new IllegalStateException(fault);
        };
    }

    private boolean restarted() throws IOException {
        product.start();
        return true;
    }

    private boolean full() throws Exception {
        var filler = dirs.state().resolve("filler");
        run(dirs.root(), "dd", "if=/dev/zero", "of=" + filler, "bs=64k", "status=none");
        if (random.nextBoolean()) {
            kill(product.pids().getOrDefault(any(), 0L));
        }
        pause(random.nextInt(4000));
        Files.deleteIfExists(filler);
        return true;
    }

    private String any() {
        return names.get(random.nextInt(names.size()));
    }

    /// The pid of the namespace's tmux server, by its mark; 0 while there is none.
    private long server() {
        return Leftovers.of(dirs.root())
                .stream()
                .filter(one -> one.what().contains("tmux") && one.what().contains(product.socket("default").toString())
                        && one.what().contains("start-server"))
                .mapToLong(one -> one.process().pid())
                .findFirst()
                .orElse(0);
    }

    private static boolean kill(long pid) {
        return pid != 0 && ProcessHandle.of(pid).map(ProcessHandle::destroyForcibly).orElse(false);
    }

    /// The machine as it is between two faults: not a condition to wait for, but time to go wrong in.
    private void pause(long millis) throws InterruptedException {
        over.await(millis, TimeUnit.MILLISECONDS);
    }

    private void git(String... words) throws Exception {
        var command = new ArrayList<>(List.of(
                "git", "-c", "user.name=chaos", "-c", "user.email=chaos@example.org", "-c", "commit.gpgsign=false",
                "-c", "gc.auto=0"));
        command.addAll(List.of(words));
        int code = run(dirs.manifests(), command.toArray(String[]::new));
        if (code != 0) {
            throw new IllegalStateException(command + " ended with " + code);
        }
    }

    private int run(Path directory, String... command) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(dirs.root().resolve("chaos.log").toFile()));
        builder.environment().put("HOME", dirs.home().toString());
        var process = builder.start();
        if (!process.waitFor(Duration.ofSeconds(60))) {
            process.destroyForcibly().onExit().join();
            throw new IllegalStateException("no end of " + List.of(command));
        }
        return process.exitValue();
    }

    /// Nothing is wrong any more.
    void heal() throws Exception {
        git("checkout", "-q", "-f", "main");
        try {
            Files.delete(dirs.state().resolve("filler"));
        } catch (NoSuchFileException e) {
            // It is not full.
        }
    }

    int count() {
        return done.values().stream().mapToInt(Integer::intValue).sum();
    }

    String table() {
        var table = new StringBuilder("\n| fault | times |\n|---|---|\n");
        done.forEach((fault, times) -> table.append("| ").append(fault).append(" | ").append(times).append(" |\n"));
        return table.toString();
    }

    @Override
    public void close() throws IOException {
        over.countDown();
        if (!mounted) {
            return;
        }
        product.close();
        try {
            run(dirs.root(), "umount", "-l", dirs.state().toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
