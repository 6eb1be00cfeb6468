package dev.reconciler.host;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

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
    private static final String LOGIN_SHELL = "LoginShell";
    private static final String LOCALE = "LC_";
    private static final String SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin";

    private BaseEnvironment() {}

    /// Where HOME, USER, LOGNAME, SHELL or PATH are missing or empty, what a login would set.
    ///
    /// @param environment the daemon's own
    public static SortedMap<String, String> of(Map<String, String> environment) throws IOException {
        return of(environment, User.current());
    }

    /// What programs start from, by `RECONCILER_BASE_ENVIRONMENT`: `Inherit` takes the daemon's own, `LoginShell` what the
    /// user's login shell makes of it, asked once. Without it: `LoginShell` for a service, whose PATH is poor, else
    /// `Inherit`.
    ///
    /// @param environment the daemon's own
    public static SortedMap<String, String> chosen(Map<String, String> environment) throws IOException {
        var base = of(environment);
        var wish = environment.getOrDefault(
                "RECONCILER_BASE_ENVIRONMENT", NotifySocket.of(environment).listened() ? LOGIN_SHELL : "Inherit");
        if (!wish.equals(LOGIN_SHELL)) {
            return base;
        }
        var made = LoginShell.ask(base, LoginShell.LIMIT);
        if (made == null) {
            LOG.log(Level.WARNING,
                    "{0} did not tell its environment within {1} s: programs start with the service''s own,"
                            + " PATH={2}",
                    base.get("SHELL"), LoginShell.LIMIT.toSeconds(), base.get("PATH"));
            return base;
        }
        var all = new TreeMap<>(base);
        all.putAll(of(made));
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
