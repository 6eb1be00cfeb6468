package dev.reconciler.controller;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The three directories everything else is found in. On the path of every command: no YAML, no lambdas, little else.
///
/// @param manifests the folder of wishes, absolute
/// @param state history, events, logs
/// @param runtime sockets
/// @param runtimeGiven whether a flag, the environment or `config.yaml` chose the runtime directory: else it is the one
///     recorded in state, or the default
public record Directories(Path manifests, Path state, Path runtime, boolean runtimeGiven) {
    /// The file in the state directory that holds the path of the runtime directory in use, in one line: cron and `su`
    /// lack `XDG_RUNTIME_DIR`, and a command must still find the sockets of the daemon.
    public static final String RECORD = "runtime";

    /// What was said about them, by a flag or in `config.yaml`; null: nothing.
    public record Given(@Nullable String manifests, @Nullable String state, @Nullable String runtime) {
        public static final Given NOTHING = new Given(null, null, null);
    }

    /// @param flags before the environment
    /// @param config after the environment
    /// @param directory what relative paths are relative to
    /// @throws Access.Refusal when one of them cannot be a path, or no home directory is known
    static Directories of(Given flags, Map<String, String> environment, Given config, Path directory)
            throws Access.Refusal {
        var manifests = first(flags.manifests, environment.get("RECONCILER_MANIFESTS"), config.manifests);
        var state = first(flags.state, environment.get("RECONCILER_STATE"), config.state);
        var runtime = first(flags.runtime, environment.get("RECONCILER_RUNTIME"), config.runtime);
        var statePath = state != null
                ? path(state, environment, directory)
                : base(environment, "XDG_STATE_HOME", ".local/state").resolve("reconciler");
        return new Directories(
                manifests != null
                        ? path(manifests, environment, directory)
                        : configuration(environment).resolve("manifests"),
                statePath,
                runtime != null ? path(runtime, environment, directory) : foundRuntime(statePath, environment),
                runtime != null);
    }

    /// `$XDG_CONFIG_HOME/reconciler`.
    static Path configuration(Map<String, String> environment) throws Access.Refusal {
        return base(environment, "XDG_CONFIG_HOME", ".config").resolve("reconciler");
    }

    /// The runtime directory that state remembers, null without.
    public static @Nullable Path recordedRuntime(Path state) {
        try {
            var line = Files.readString(state.resolve(RECORD)).strip();
            return line.startsWith("/") && line.indexOf('\n') < 0 ? Path.of(line) : null;
        } catch (IOException | InvalidPathException e) {
            return null;
        }
    }

    /// Makes the runtime directory, mode 0700, or finds it so: whoever can write there can talk to the daemon and to
    /// every session.
    ///
    /// @throws Access.Refusal when it is another user's, open to others, or cannot be made
    public void secureRuntime() throws Access.Refusal {
        try {
            if (!Files.exists(runtime, LinkOption.NOFOLLOW_LINKS)) {
                var parent = runtime.getParent();
                if (runtimeGiven && parent != null) {
                    Files.createDirectories(parent);
                }
                Files.createDirectory(
                        runtime, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            var found = Files.readAttributes(runtime, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            var open = EnumSet.copyOf(found.permissions());
            open.removeAll(EnumSet.of(
                    PosixFilePermission.OWNER_READ,
                    PosixFilePermission.OWNER_WRITE,
                    PosixFilePermission.OWNER_EXECUTE));
            if (!found.isDirectory()) {
                throw refusal("it is no directory");
            }
            if (!Files.getAttribute(runtime, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(uid())) {
                throw refusal("it belongs to the user " + found.owner().getName());
            }
            if (!open.isEmpty()) {
                throw refusal("others may enter it (mode " + PosixFilePermissions.toString(found.permissions())
                        + "); run `chmod 700 " + runtime + "` if nobody else put anything there");
            }
        } catch (IOException e) {
            throw new Access.Refusal("cannot make the runtime directory " + runtime + ": " + why(e)
                    + "; choose another one with --runtime or RECONCILER_RUNTIME");
        }
    }

    private Access.Refusal refusal(String why) {
        return new Access.Refusal("the runtime directory " + runtime + " cannot be used: " + why);
    }

    private static String why(IOException e) {
        return e instanceof java.nio.file.NoSuchFileException missing
                ? "no such directory " + Path.of(missing.getFile()).getParent()
                : e instanceof java.nio.file.AccessDeniedException ? "permission denied"
                : String.valueOf(e.getMessage());
    }

    private static Path foundRuntime(Path state, Map<String, String> environment) throws Access.Refusal {
        var recorded = recordedRuntime(state);
        // After a reboot /run/user/UID may be gone while nobody is logged in: nothing can live in it then.
        var parent = recorded == null ? null : recorded.getParent();
        if (recorded != null && parent != null && Files.isDirectory(parent)) {
            return recorded;
        }
        var xdg = environment.get("XDG_RUNTIME_DIR");
        if (xdg != null && xdg.startsWith("/")) {
            return path(xdg, environment, Path.of("/")).resolve("reconciler");
        }
        var temporary = environment.get("TMPDIR");
        return path(temporary != null && temporary.startsWith("/") ? temporary : "/tmp", environment, Path.of("/"))
                .resolve("reconciler-" + uid());
    }

    private static Path base(Map<String, String> environment, String variable, String below) throws Access.Refusal {
        var value = environment.get(variable);
        // The XDG specification: relative paths are to be ignored.
        return value != null && value.startsWith("/")
                ? path(value, environment, Path.of("/"))
                : home(environment).resolve(below);
    }

    private static Path path(String text, Map<String, String> environment, Path directory) throws Access.Refusal {
        try {
            if (text.equals("~")) {
                return home(environment);
            }
            return (text.startsWith("~/")
                    ? home(environment).resolve(text.substring(2))
                    : directory.resolve(text))
                    .normalize();
        } catch (InvalidPathException e) {
            throw new Access.Refusal("not a path: \"" + text + "\": " + e.getReason());
        }
    }

    private static Path home(Map<String, String> environment) throws Access.Refusal {
        var home = environment.get("HOME");
        if (home == null || !home.startsWith("/")) {
            home = System.getProperty("user.home", "");
        }
        if (!home.startsWith("/")) {
            throw new Access.Refusal("no home directory is known: set HOME");
        }
        return Path.of(home);
    }

    /// Of this process: the owner of `/proc/self`, where there is one, else of the home directory.
    private static Object uid() throws Access.Refusal {
        var self = Path.of("/proc/self");
        try {
            return Files.getAttribute(
                    Files.exists(self) ? self : Path.of(System.getProperty("user.home", "/")), "unix:uid");
        } catch (IOException e) {
            throw new Access.Refusal("cannot find out which user this is: " + e.getMessage());
        }
    }

    private static @Nullable String first(@Nullable String a, @Nullable String b, @Nullable String c) {
        return given(a) ? a : given(b) ? b : given(c) ? c : null;
    }

    private static boolean given(@Nullable String text) {
        return text != null && !text.isEmpty();
    }

    /// Where the daemon listens.
    public Path socket() {
        return runtime.resolve("api.sock");
    }

    /// The line to keep under [#RECORD].
    public byte[] record() {
        return (runtime + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
