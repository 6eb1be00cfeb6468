package dev.reconciler.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BaseEnvironmentTest {
    private static final User ADA = new User(1001, 1001, "ada", "/home/ada", "/bin/zsh", true);

    @Test
    void what_a_person_exported_by_chance_stays_outside() {
        var base = BaseEnvironment.of(
                Map.of(
                        "HOME", "/h",
                        "USER", "u",
                        "LOGNAME", "l",
                        "SHELL", "/s",
                        "PATH", "/p",
                        "LC_ALL", "C.UTF-8",
                        "TMUX", "/tmp/tmux-0/default,1,0",
                        "AWS_SECRET_ACCESS_KEY", "x",
                        "RECONCILER_RUN_ID", "outer-1"),
                ADA);
        assertEquals(
                new TreeMap<>(Map.of(
                        "HOME", "/h", "USER", "u", "LOGNAME", "l", "SHELL", "/s", "PATH", "/p", "LC_ALL", "C.UTF-8")),
                base);
    }

    @Test
    void what_a_login_would_set_is_there_even_from_an_empty_environment() {
        assertEquals(
                new TreeMap<>(Map.of(
                        "HOME", "/home/ada",
                        "USER", "ada",
                        "LOGNAME", "ada",
                        "SHELL", "/bin/zsh",
                        "PATH", "/home/ada/.local/bin:/usr/local/bin:/usr/bin:/bin")),
                BaseEnvironment.of(Map.of("HOME", "", "PATH", ""), ADA));
    }

    @Test
    void a_user_without_an_entry_still_has_a_home_and_a_shell() {
        var base = BaseEnvironment.of(Map.of(), new User(4711, -1, "", "", "", false));
        assertEquals("/", base.get("HOME"));
        assertEquals("/bin/sh", base.get("SHELL"));
        assertEquals(false, base.containsKey("USER"));
    }
}
