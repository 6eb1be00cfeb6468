package dev.reconciler.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// The daemon as a service of the user's own service manager.
public final class UserService {
    public static final String UNIT = "reconciler.service";

    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final Path file;
    private final Path lingering;
    private final SystemdScopes systemd;

    /// @param environment of who asks
    public UserService(Map<String, String> environment) throws IOException {
        SortedMap<String, String> base = BaseEnvironment.of(environment);
        var configuration = base.get("XDG_CONFIG_HOME");
        var root = configuration == null || !configuration.startsWith("/")
                ? Path.of(base.getOrDefault("HOME", "/")).resolve(".config")
                : Path.of(configuration);
        file = root.resolve("systemd/user").resolve(UNIT);
        lingering = Path.of("/var/lib/systemd/linger").resolve(User.current().name());
        systemd = new SystemdScopes(base);
    }

    /// Where the unit's file of one's own is, or would be.
    public Path file() {
        return file;
    }

    /// How it stands. Empty values where there is nothing to tell.
    ///
    /// @param unit the file the manager knows: one's own, or a package's; null without
    /// @param lingers whether the user's manager runs without a login
    public record State(
            @Nullable Path unit, boolean enabled, String active, long pid, String since, boolean lingers) {}

    public State state() throws IOException {
        var told = new LinkedHashMap<String, String>();
        run("show", "-p", "FragmentPath,UnitFileState,ActiveState,SubState,MainPID,ActiveEnterTimestamp", UNIT).lines()
                .forEach(line -> {
                    int equals = line.indexOf('=');
                    if (equals > 0) {
                        told.put(line.substring(0, equals), line.substring(equals + 1));
                    }
                });
        var pid = told.getOrDefault("MainPID", "0");
        var fragment = told.getOrDefault("FragmentPath", "");
        return new State(
                Files.exists(file) ? file : fragment.isEmpty() ? null : Path.of(fragment),
                told.getOrDefault("UnitFileState", "").equals("enabled"),
                told.getOrDefault("ActiveState", "unknown") + " (" + told.getOrDefault("SubState", "") + ")",
                pid.chars().allMatch(Character::isDigit) && !pid.isEmpty() ? Long.parseLong(pid) : 0,
                told.getOrDefault("ActiveEnterTimestamp", ""),
                Files.exists(lingering));
    }

    /// Writes the unit and starts it, now and at every start of the user's manager.
    ///
    /// @throws IOException with a sentence for the user
    public void install(String unit) throws IOException {
        answering();
        Files.createDirectories(parent());
        var ready = Files.createTempFile(parent(), ".reconciler", ".new");
        try {
            Files.writeString(ready, unit);
            Files.setPosixFilePermissions(
                    ready, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
            Files.move(ready, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(ready);
        }
        run("daemon-reload");
        run("enable", "--", UNIT);
        run("restart", "--", UNIT);
    }

    /// Stops it and removes the unit, a package's excepted; whatever it runs stays as it is.
    public void uninstall() throws IOException {
        answering();
        if (state().unit() != null) {
            run("disable", "--now", "--", UNIT);
            Files.deleteIfExists(file);
            run("daemon-reload");
        }
    }

    private Path parent() {
        @Nullable
        Path parent = file.getParent();
        return parent == null ? file : parent;
    }

    private void answering() throws IOException {
        switch (systemd.service()) {
            case Scopes.Service.Answers answers -> {}
            case Scopes.Service.Absent(var why) -> throw new IOException(why);
            case Scopes.Service.Silent(var why) -> throw new IOException(why);
        }
    }

    private String run(String... words) throws IOException {
        return switch (systemd.systemctl(LIMIT, List.of(words))) {
            case Command.Outcome.NotStarted(var why) -> throw new IOException(why);
            case Command.Outcome.TimedOut(var limit) -> throw new IOException(
                    "systemctl --user " + String.join(" ", words) + " took longer than " + limit.toSeconds() + " s");
            case Command.Outcome.Ended(int code, var out, var err) -> {
                if (code != 0) {
                    throw new IOException("systemctl --user " + String.join(" ", words) + ": " + err.strip());
                }
                yield out;
            }
        };
    }
}
