package dev.reconciler.host;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The environment every agent starts from: these variables of the daemon, and no others. What a person happened to
/// have exported in the shell that started the daemon (tokens, a virtualenv, `TMUX`) does not leak into a fleet.
public final class BaseEnvironment {
    private static final Set<String> KEPT = Set.of(
            "HOME",
            "USER",
            "LOGNAME",
            "SHELL",
            "PATH",
            "LANG",
            "LANGUAGE",
            "TZ",
            "TMPDIR",
            "XDG_RUNTIME_DIR",
            "XDG_CONFIG_HOME",
            "XDG_DATA_HOME",
            "XDG_STATE_HOME",
            "XDG_CACHE_HOME",
            "DBUS_SESSION_BUS_ADDRESS",
            "SSH_AUTH_SOCK",
            "COLORTERM");

    private static final System.Logger LOG = System.getLogger("reconciler");
    private static final String WISH = "RECONCILER_BASE_ENVIRONMENT";
    private static final String LOGIN_SHELL = "LoginShell";
    private static final String INHERIT = "Inherit";
    private static final String DAEMON = "the daemon";
    private static final String LOCALE = "LC_";
    private static final String SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin";

    private BaseEnvironment() {}

    /// Where HOME, USER, LOGNAME, SHELL or PATH are missing or empty, what a login would set.
    ///
    /// @param environment the daemon's own
    public static SortedMap<String, String> of(Map<String, String> environment) throws IOException {
        return of(environment, User.current());
    }

    /// A process's own, as it was when it started.
    public static SortedMap<String, String> ofProcess(long pid) throws IOException {
        return LoginShell.variables(
                new String(Files.readAllBytes(Path.of("/proc/" + pid + "/environ")), StandardCharsets.UTF_8));
    }

    /// What programs start from.
    ///
    /// @param origin whose environment that is
    /// @param trouble why it may not be what was meant, null: it is
    public record Choice(SortedMap<String, String> variables, String origin, @Nullable String trouble) {}

    /// Made now; trouble goes to the log.
    ///
    /// @param environment the daemon's own
    static SortedMap<String, String> chosen(Map<String, String> environment) throws IOException {
        var choice = choice(environment);
        if (choice.trouble() != null) {
            LOG.log(Level.WARNING, "{0}; programs start with the environment of {1}, PATH={2}", choice.trouble(),
                    choice.origin(), choice.variables().get("PATH"));
        }
        return choice.variables();
    }

    /// By `RECONCILER_BASE_ENVIRONMENT`: `Inherit` takes the daemon's own, `LoginShell` what the user's login shell makes of
    /// it, asked once. Without it: `LoginShell` for a service, whose PATH is poor, else `Inherit`.
    ///
    /// @param environment the daemon's own
    public static Choice choice(Map<String, String> environment) throws IOException {
        var base = of(environment);
        var wish = environment.getOrDefault(
                WISH, NotifySocket.of(environment).listened() ? LOGIN_SHELL : INHERIT);
        if (!wish.equals(LOGIN_SHELL)) {
            return new Choice(base, DAEMON, wish.equals(INHERIT) ? null
                    : WISH + "=" + wish + " is neither " + LOGIN_SHELL + " nor " + INHERIT);
        }
        long begun = System.nanoTime();
        return switch (LoginShell.ask(base, LoginShell.LIMIT)) {
            case LoginShell.Answer.Mute(var why) -> new Choice(base, DAEMON, why);
            case LoginShell.Answer.Told(var told, boolean interactive) -> {
                var shell = base.get("SHELL") + " as a login shell";
                yield new Choice(
                        merged(base, told),
                        String.format(Locale.ROOT, "%s (asked for %.1f s)", shell, (System.nanoTime() - begun) / 1e9),
                        interactive ? null : shell + " answers only when it is not interactive");
            }
        };
    }

    private static SortedMap<String, String> merged(SortedMap<String, String> base, SortedMap<String, String> told)
            throws IOException {
        var all = new TreeMap<>(base);
        all.putAll(of(told));
        // Where the session is, the service knows better than a profile.
        for (var name : List.of("XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS")) {
            if (base.containsKey(name)) {
                all.put(name, base.getOrDefault(name, ""));
            }
        }
        return Collections.unmodifiableSortedMap(all);
    }

    static SortedMap<String, String> of(Map<String, String> environment, User user) {
        var base = new TreeMap<String, String>();
        environment.forEach((name, value) -> {
            if ((KEPT.contains(name) || name.startsWith(LOCALE)) && !value.isEmpty()) {
                base.put(name, value);
            }
        });
        base.putIfAbsent("HOME", user.home().isEmpty() ? "/" : user.home());
        if (!user.name().isEmpty()) {
            base.putIfAbsent("USER", user.name());
            base.putIfAbsent("LOGNAME", user.name());
        }
        base.putIfAbsent("SHELL", user.shell().isEmpty() ? "/bin/sh" : user.shell());
        base.putIfAbsent("PATH", base.get("HOME") + "/.local/bin:" + SYSTEM_PATH);
        return Collections.unmodifiableSortedMap(base);
    }
}
