package dev.reconciler.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
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

    private LoginShell.Answer answer(String shell, Duration limit) {
        return LoginShell.ask(
                new TreeMap<>(Map.of("HOME", home.toString(), "SHELL", shell, "PATH", "/usr/bin:/bin")), limit);
    }

    private SortedMap<String, String> ask(String shell, Duration limit) {
        return assertInstanceOf(LoginShell.Answer.Told.class, answer(shell, limit)).variables();
    }

    private Path shell(String script) throws Exception {
        var shell = home.resolve("shell");
        Files.writeString(shell, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(shell, PosixFilePermissions.fromString("rwx------"));
        return shell;
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
        var hanging = shell("exec sleep 60").toString();
        assertEquals(new LoginShell.Answer.Mute(hanging + " did not tell its environment within 1 s"),
                answer(hanging, Duration.ofSeconds(1)));
        assertEquals(new LoginShell.Answer.Mute("/bin/false ended with 1 and did not tell its environment"),
                answer("/bin/false", Duration.ofSeconds(5)));
        assertInstanceOf(LoginShell.Answer.Mute.class, answer("/nowhere/sh", Duration.ofSeconds(5)));
    }

    @Test
    void where_the_environment_comes_from_is_told_and_why_it_may_be_poor() throws Exception {
        var own = new TreeMap<>(Map.of("HOME", home.toString(), "SHELL", "/bin/bash", "PATH", "/usr/bin:/bin"));
        assertEquals("the daemon", BaseEnvironment.choice(own).origin());
        assertNull(BaseEnvironment.choice(own).trouble());
        own.put("RECONCILER_BASE_ENVIRONMENT", "LoginShell");
        var told = BaseEnvironment.choice(own);
        assertTrue(told.origin().matches("/bin/bash as a login shell \\(asked for [0-9]+\\.[0-9] s\\)"), told.origin());
        assertNull(told.trouble());
        var plain = shell("case $* in *-i*) exit 1;; esac; exec /bin/sh \"$@\"").toString();
        own.put("SHELL", plain);
        assertEquals(plain + " as a login shell answers only when it is not interactive",
                BaseEnvironment.choice(own).trouble());
        own.put("SHELL", "/bin/false");
        var mute = BaseEnvironment.choice(own);
        assertEquals("the daemon", mute.origin());
        assertEquals("/bin/false ended with 1 and did not tell its environment", mute.trouble());
        own.put("RECONCILER_BASE_ENVIRONMENT", "loginshell");
        assertEquals("RECONCILER_BASE_ENVIRONMENT=loginshell is neither LoginShell nor Inherit",
                BaseEnvironment.choice(own).trouble());
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
