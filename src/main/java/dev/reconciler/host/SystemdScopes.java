package dev.reconciler.host;

import dev.reconciler.api.Units;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// [Scopes] of systemd's user instance, through `systemctl` (7 to 11 ms a question; a bus library would cost a tenth of
/// the daemon's memory) and the unified control group hierarchy.
public final class SystemdScopes implements Scopes {
    private static final Duration LIMIT = Duration.ofSeconds(2);
    /// A stop waits for its job.
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    /// How old an answer may be.
    private static final Duration FRESH = Duration.ofSeconds(5);
    /// Slices within slices, of a depth nobody has.
    private static final int DEPTH = 12;
    /// As many units in one question as argv surely takes.
    private static final int BATCH = 200;

    private static final List<String> LIMITS =
            List.of("MemoryMax", "MemoryHigh", "TasksMax", "CPUQuotaPerSecUSec");

    private final @Nullable Path runtime;
    private final SortedMap<String, String> environment;
    private final Path cgroups;
    private final @Nullable SystemdRun systemdRun;
    private volatile @Nullable Asked asked;

    /// @param baseEnvironment its XDG_RUNTIME_DIR leads to the manager; without one, where logind makes it
    public SystemdScopes(SortedMap<String, String> baseEnvironment) {
        this(baseEnvironment, runtime(baseEnvironment), unified());
    }

    SystemdScopes(SortedMap<String, String> baseEnvironment, @Nullable Path runtime, Path cgroups) {
        this.runtime = runtime;
        this.cgroups = cgroups;
        var own = new TreeMap<>(baseEnvironment);
        if (runtime != null) {
            own.put("XDG_RUNTIME_DIR", runtime.toString());
        }
        // As a program reads it, not as a person does.
        own.put("LC_ALL", "C");
        own.put("SYSTEMD_PAGER", "");
        own.put("SYSTEMD_COLORS", "0");
        environment = Collections.unmodifiableSortedMap(own);
        systemdRun = runtime == null ? null : SystemdRun.find(way(runtime), baseEnvironment);
    }

    private static SortedMap<String, String> way(Path runtime) {
        return new TreeMap<>(Map.of(
                "XDG_RUNTIME_DIR", runtime.toString(), "DBUS_SESSION_BUS_ADDRESS",
                "unix:path=" + runtime.resolve("bus")));
    }

    /// @param key identity of the socket that was asked through: another one is another manager
    /// @param group its control group, null unless it answered
    private record Asked(Service service, Object key, @Nullable Path group, long nanos) {}

    private static @Nullable Path runtime(SortedMap<String, String> environment) {
        var named = environment.get("XDG_RUNTIME_DIR");
        if (named != null) {
            return Path.of(named);
        }
        try {
            var usual = Path.of("/run/user/" + User.current().uid());
            return Files.isDirectory(usual) ? usual : null;
        } catch (IOException e) {
            return null;
        }
    }

    /// Where the unified hierarchy of control groups is mounted.
    static Path unified() {
        try (var lines = Files.lines(Path.of("/proc/self/mounts"))) {
            return lines.map(line -> line.split(" "))
                    .filter(fields -> fields.length > 2 && fields[2].equals("cgroup2"))
                    .map(fields -> Path.of(fields[1]))
                    .findFirst()
                    .orElse(Path.of("/sys/fs/cgroup"));
        } catch (IOException | RuntimeException e) {
            return Path.of("/sys/fs/cgroup");
        }
    }

    /// How programs are put into units; null where there is no manager to do it.
    @Nullable
    SystemdRun run() {
        return service() instanceof Service.Answers ? systemdRun : null;
    }

    @Override
    public Service service() {
        return asked(true).service();
    }

    private Asked asked(boolean fresh) {
        if (runtime == null) {
            return nobody("no user manager of systemd: XDG_RUNTIME_DIR is not set");
        }
        var socket = runtime.resolve("systemd/private");
        var key = SocketProbe.key(socket);
        if (key == null) {
            return nobody("no user manager of systemd: " + socket + " is missing");
        }
        if (systemdRun == null) {
            return nobody("systemd-run is not installed");
        }
        if (!Files.exists(runtime.resolve("bus"))) {
            return nobody("the user manager of systemd has no bus (" + runtime.resolve("bus")
                    + " is missing): install dbus-user-session");
        }
        var last = asked;
        if (last != null && last.key().equals(key) && last.service() instanceof Service.Answers
                && (!fresh || System.nanoTime() - last.nanos() < FRESH.toNanos())) {
            return last;
        }
        var now = ask(key);
        asked = now;
        return now;
    }

    private static Asked nobody(String why) {
        return new Asked(new Service.Absent(why), why, null, 0);
    }

    private Asked ask(Object key) {
        long nanos = System.nanoTime();
        return switch (systemctl(LIMIT, List.of("show", "-p", "Version", "-p", "ControlGroup"))) {
            case Command.Outcome.NotStarted(var why) -> new Asked(new Service.Absent(why), key, null, nanos);
            case Command.Outcome.TimedOut(var limit) ->
                    new Asked(new Service.Silent("the user manager of systemd did not answer within "
                            + limit.toSeconds() + " s"), key, null, nanos);
            case Command.Outcome.Ended(int code, var out, var err) ->
                    code == 0
                            ? answered(properties(out), key, nanos)
                            : new Asked(new Service.Absent("the user manager of systemd cannot be asked: "
                                    + err.strip()), key, null, nanos);
        };
    }

    private Asked answered(Map<String, String> told, Object key, long nanos) {
        var group = cgroups.resolve("." + told.getOrDefault("ControlGroup", "/")).normalize();
        try {
            var controllers = new TreeSet<>(List.of(
                    Files.readString(group.resolve("cgroup.controllers")).strip().split(" ")));
            controllers.remove("");
            int version = number(told.getOrDefault("Version", "0").split("[^0-9]", 2)[0]);
            return new Asked(
                    new Service.Answers(version, Collections.unmodifiableSet(controllers)), key, group, nanos);
        } catch (IOException e) {
            var why = "the user manager's control group " + group + " cannot be read (" + Why.of(e)
                    + "): units need the unified hierarchy, cgroup2";
            return new Asked(new Service.Absent(why), key, null, nanos);
        }
    }

    @Override
    public Look look(boolean deep) {
        var last = asked(false);
        var group = last.group();
        if (group == null) {
            return switch (last.service()) {
                case Service.Absent(var why) -> new Look.Nowhere(why);
                case Service.Silent(var why) -> new Look.Blind(why);
                case Service.Answers answers -> new Look.Blind("its control group is not known");
            };
        }
        var units = new TreeMap<String, Unit>();
        try {
            walk(deep ? group : group.resolve(Units.SLICE), !deep, deep, deep ? DEPTH : 1, units);
            return new Look.Seen(List.copyOf(units.values()), true, last.service().controllers());
        } catch (IOException | DirectoryIteratorException e) {
            return new Look.Blind("the control groups in " + group + " cannot be read: " + Why.of(e));
        }
    }

    private static void walk(Path directory, boolean ours, boolean deep, int depth, Map<String, Unit> into)
            throws IOException {
        try (var entries = Files.newDirectoryStream(directory)) {
            for (var entry : entries) {
                var name = String.valueOf(entry.getFileName());
                if (name.endsWith(".scope") || name.endsWith(".service")) {
                    if (name.startsWith("reconciler-") || name.startsWith(TMUX)) {
                        into.put(name, unit(entry, name, ours, deep));
                    }
                } else if (name.endsWith(".slice") && depth > 1) {
                    walk(entry, ours || name.equals(Units.SLICE), deep, depth - 1, into);
                }
            }
        } catch (NoSuchFileException e) {
            // No slice of ours yet, or it went while it was read.
        }
    }

    private static Unit unit(Path group, String name, boolean ours, boolean deep) throws IOException {
        return deep ? new Unit(name, ours, processes(group), oomKills(group)) : new Unit(name, ours, null, 0);
    }

    /// Empty when the group is gone.
    private static List<Long> processes(Path group) throws IOException {
        var found = new ArrayList<Long>();
        processes(group, DEPTH, found);
        Collections.sort(found);
        return List.copyOf(found);
    }

    private static void processes(Path group, int depth, List<Long> into) throws IOException {
        try {
            for (var line : Files.readAllLines(group.resolve("cgroup.procs"))) {
                into.add(Long.parseLong(line));
            }
            if (depth > 1) {
                try (var entries = Files.newDirectoryStream(group)) {
                    for (var entry : entries) {
                        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                            processes(entry, depth - 1, into);
                        }
                    }
                }
            }
        } catch (IOException e) {
            if (Files.exists(group)) {
                throw e;
            }
        }
    }

    @Override
    public long oomKills() {
        var group = asked(false).group();
        return group == null ? 0 : oomKills(group.resolve(Units.SLICE));
    }

    private static long oomKills(Path group) {
        try {
            for (var line : Files.readAllLines(group.resolve("memory.events"))) {
                if (line.startsWith("oom_kill ")) {
                    return Long.parseLong(line.substring("oom_kill ".length()).strip());
                }
            }
        } catch (IOException | NumberFormatException e) {
            // No memory controller, or gone.
        }
        return 0;
    }

    @Override
    public List<Told> describe(List<String> units) {
        var told = new ArrayList<Told>();
        for (int from = 0; from < units.size(); from += BATCH) {
            var argv = new ArrayList<>(List.of(
                    "show", "-p", "Id,Description,LoadState,ActiveState,ActiveEnterTimestampMonotonic,"
                            + String.join(",", LIMITS),
                    "--"));
            argv.addAll(units.subList(from, Math.min(from + BATCH, units.size())));
            if (systemctl(LIMIT, argv) instanceof Command.Outcome.Ended(int code, var out, var err) && code == 0) {
                for (var block : out.split("\n\n")) {
                    var one = properties(block);
                    if (one.getOrDefault("LoadState", "").equals("loaded")) {
                        told.add(told(one));
                    }
                }
            }
        }
        return List.copyOf(told);
    }

    private static Told told(Map<String, String> one) {
        var limits = LIMITS.stream()
                .filter(name -> !Set.of("infinity", "").contains(one.getOrDefault(name, "")))
                .map(name -> name + "=" + one.get(name))
                .toList();
        return new Told(
                one.getOrDefault("Id", ""),
                one.getOrDefault("Description", ""),
                one.getOrDefault("ActiveState", ""),
                1000L * microseconds(one.getOrDefault("ActiveEnterTimestampMonotonic", "0")),
                limits);
    }

    @Override
    public Stopped stop(String unit) {
        if (!(look(true) instanceof Look.Seen(var units, boolean complete, var controllers))) {
            return new Stopped.Failed("the control groups cannot be read");
        }
        for (var one : units) {
            var inside = one.processes();
            if (one.name().equals(unit) && inside != null && !inside.isEmpty()) {
                return new Stopped.Occupied(inside);
            }
        }
        return switch (systemctl(STOP_LIMIT, List.of("stop", "--", unit))) {
            case Command.Outcome.NotStarted(var why) -> new Stopped.Failed(why);
            case Command.Outcome.TimedOut(var limit) ->
                    new Stopped.Failed(unit + " was not stopped within " + limit.toSeconds() + " s");
            // 5: there is no such unit any more.
            case Command.Outcome.Ended(int code, var out, var err) ->
                    code == 0 || code == 5 ? new Stopped.Gone() : new Stopped.Failed(err.strip());
        };
    }

    Command.Outcome systemctl(Duration limit, List<String> words) {
        var argv = new ArrayList<>(List.of("systemctl", "--user"));
        argv.addAll(words);
        return new Command(argv, environment).run(limit);
    }

    private static Map<String, String> properties(String text) {
        var found = new LinkedHashMap<String, String>();
        text.lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
                found.put(line.substring(0, equals), line.substring(equals + 1));
            }
        });
        return found;
    }

    private static long microseconds(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
