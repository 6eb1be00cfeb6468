package dev.reconciler.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginShellTest {
    @TempDir
    Path home;

    private SortedMap<String, String> ask(String shell, Duration limit) {
        return LoginShell.ask(
                new TreeMap<>(Map.of("HOME", home.toString(), "SHELL", shell, "PATH", "/usr/bin:/bin")), limit);
    }

    @Test
    void the_profile_of_the_shell_counts_whatever_it_prints() throws Exception {
        Files.writeString(
                home.resolve(".profile"),
                "echo welcome; export PATH=\"$HOME/my bin:$PATH\"; export LINES2='a\nb=c'; echo --reconciler\n");
        var made = ask("/bin/bash", Duration.ofSeconds(20));
        assertTrue(made.get("PATH").startsWith(home + "/my bin:"), made.get("PATH"));
        assertEquals("a\nb=c", made.get("LINES2"));
    }

    @Test
    void what_is_set_for_interactive_shells_only_counts_too() throws Exception {
        Files.writeString(home.resolve(".profile"), "case $- in *i*) . ~/.bashrc;; esac\n");
        Files.writeString(home.resolve(".bashrc"), "export PATH=/opt/nvm:$PATH\n");
        var path = ask("/bin/bash", Duration.ofSeconds(20)).get("PATH");
        assertTrue(path.startsWith("/opt/nvm:"), path);
    }

    @Test
    void a_shell_that_hangs_or_knows_no_such_flags_is_not_waited_for() throws Exception {
        var hanging = home.resolve("hang");
        Files.writeString(hanging, "#!/bin/sh\nexec sleep 60\n");
        Files.setPosixFilePermissions(hanging, PosixFilePermissions.fromString("rwx------"));
        assertNull(ask(hanging.toString(), Duration.ofMillis(200)));
        assertNull(ask("/bin/false", Duration.ofSeconds(5)));
        assertNull(ask("/nowhere/sh", Duration.ofSeconds(5)));
    }

    @Test
    void a_service_asks_the_login_shell_and_others_do_not() throws Exception {
        Files.writeString(home.resolve(".profile"), "export PATH=/opt/mine:$PATH XDG_RUNTIME_DIR=/nowhere\n");
        var own = new TreeMap<>(Map.of(
                "HOME", home.toString(), "SHELL", "/bin/bash", "PATH", "/usr/bin:/bin", "XDG_RUNTIME_DIR", "/run/x"));
        assertEquals("/usr/bin:/bin", BaseEnvironment.chosen(own).get("PATH"));
        own.put("NOTIFY_SOCKET", "/run/x/notify");
        var made = BaseEnvironment.chosen(own);
        assertTrue(made.get("PATH").startsWith("/opt/mine:"), made.get("PATH"));
        assertEquals("/run/x", made.get("XDG_RUNTIME_DIR"));
        own.put("RECONCILER_BASE_ENVIRONMENT", "Inherit");
        assertEquals("/usr/bin:/bin", BaseEnvironment.chosen(own).get("PATH"));
    }
}
