package dev.reconciler.real;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Base64;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.parallel.ResourceLock;

/// The .deb in the life of a machine that has no other Java: installed, enabled, upgraded under fifty running agents,
/// rebooted, removed. Each method goes on where the last one ended.
@Tag("real")
@ResourceLock(BootedSystemd.ONE)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DebianPackageTest {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int AGENTS = Integer.getInteger("deb.agents", 50);
    private static final String DIST = "/opt/dist";

    private static BootedSystemd booted;
    private static TestDirs dirs;

    @BeforeAll
    static void boot() throws Exception {
        dirs = TestDirs.create();
        var packages = dirs.root().resolve("dist");
        var first = Packages.only(Packages.packed(), ".deb");
        Packages.pack(Packages.other(dirs.root().resolve("other"), "0.2.0"), packages, "0.2.0");
        Files.copy(first, packages.resolve(first.getFileName()));
        booted = BootedSystemd.boot(packages, DIST);
        booted.root("rm", "-rf", "/usr/lib/jvm").ok();
    }

    @AfterAll
    static void end() throws IOException {
        if (booted != null) {
            booted.close();
        }
        dirs.close();
    }

    /// As a person types it: the program is on the PATH, and no Java is named.
    private static BootedSystemd.Said typed(String line) {
        return booted.sh("unset RECONCILER_JAVA_HOME; " + line);
    }

    private static TreeMap<String, String> pids() {
        var pids = new TreeMap<String, String>();
        typed("reconciler get agents -o jsonpath='{range .items[*]}{.metadata.name}={.status.process.pid}="
                + "{.status.phase} {end}'").lines()
                .forEach(all -> {
                    for (var one : all.split(" ")) {
                        var parts = one.split("=");
                        if (parts.length == 3 && parts[2].equals("Running") && !parts[1].isEmpty()) {
                            pids.put(parts[0], parts[1]);
                        }
                    }
                });
        return pids;
    }

    private static TreeMap<String, String> awaitAll() {
        await(AGENTS + " agents to run").atMost(PATIENCE).until(() -> pids().size() == AGENTS);
        return pids();
    }

    private static String daemon() {
        return booted.sh("systemctl --user show -p MainPID --value reconciler").text();
    }

    @Test
    @Order(1)
    void it_installs_as_a_debian_user_expects() {
        booted.root("sh", "-c", "dpkg -i " + DIST + "/reconciler_0.1.0_*.deb").ok();
        assertTrue(typed("reconciler version").ok().text().startsWith("reconciler 0.1.0 "));
        assertEquals("", booted.root("dpkg", "-V", "reconciler").ok().text());
        assertEquals("/usr/bin/reconciler", typed("command -v reconciler").ok().text());
        typed("test -s /usr/share/man/man1/reconciler.1.gz -a -s /usr/share/doc/reconciler/copyright"
                + " -a -s /usr/share/bash-completion/completions/reconciler"
                + " -a -s /usr/share/zsh/vendor-completions/_reconciler").ok();
        typed("test -s /usr/lib/reconciler/lib/aot/client -a -s /usr/lib/reconciler/lib/aot/daemon").ok();
        assertEquals("disabled", booted.sh("systemctl --user is-enabled reconciler").text());
        // What stays is the directory of locks, which every daemon of that user shares.
        assertEquals("",
                booted.sh("find /tmp /run -maxdepth 1 -name 'reconciler*' ! -name 'reconciler-locks-*'").text());
    }

    @Test
    @Order(2)
    void enabled_it_runs_agents() {
        var text = new StringBuilder();
        for (int i = 0; i < AGENTS; i++) {
            text.append("---\napiVersion: reconciler.dev/v1alpha1\nkind: Agent\nmetadata: {name: a" + i
                    + "}\nspec: {command: [sleep, '100000'], restartPolicy: Always}\n");
        }
        var coded = Base64.getEncoder().encodeToString(text.toString().getBytes(StandardCharsets.UTF_8));
        booted.sh("mkdir -p ~/.config/reconciler/manifests && cd ~/.config/reconciler/manifests && echo " + coded
                + " | base64 -d >fleet.yaml && chmod 600 fleet.yaml").ok();
        booted.sh("systemctl --user enable --now reconciler").ok();
        awaitAll();
        var status = typed("reconciler service status").ok().text();
        assertTrue(status.contains("/usr/lib/systemd/user/reconciler.service, enabled"), status);
        var exe = booted.root("readlink", "/proc/" + daemon() + "/exe").text();
        assertEquals("/usr/lib/reconciler/runtime/bin/java", exe);
        var maps = booted.root("cat", "/proc/" + daemon() + "/maps").text();
        assertTrue(maps.contains("/usr/lib/reconciler/lib/aot/daemon"), "it starts without what was prepared");
    }

    @Test
    @Order(3)
    void an_upgrade_hands_every_running_agent_to_the_new_daemon() {
        var before = awaitAll();
        var old = daemon();
        booted.root("sh", "-c", "dpkg -i " + DIST + "/reconciler_0.2.0_*.deb").ok();
        assertTrue(typed("reconciler version").ok().text().startsWith("reconciler 0.2.0 "));
        await("the new daemon").atMost(PATIENCE).until(() -> !daemon().equals(old) && !daemon().equals("0"));
        assertEquals("/usr/lib/reconciler/runtime/bin/java",
                booted.root("readlink", "/proc/" + daemon() + "/exe").text(), "it runs from replaced files");
        assertEquals(before, awaitAll());
        var restarts = typed("reconciler get agents -o jsonpath='{.items[*].status.restartCount}'").text();
        assertEquals("", restarts.replaceAll("[0 ]", ""), "an agent was restarted");
    }

    @Test
    @Order(4)
    void after_a_reboot_daemon_and_agents_run() throws Exception {
        var before = awaitAll();
        booted.reboot();
        assertNotEquals(before, awaitAll());
        assertTrue(typed("reconciler events").text().contains("ended with the machine's last boot"));
    }

    @Test
    @Order(5)
    void removed_it_leaves_folder_state_and_running_agents_alone() {
        var before = awaitAll();
        booted.root("dpkg", "--remove", "reconciler").ok();
        assertNotEquals(0, typed("command -v reconciler").code());
        assertEquals("inactive", booted.sh("systemctl --user is-active reconciler").text());
        before.values().forEach(pid -> booted.root("kill", "-0", pid).ok());
        booted.sh("test -s ~/.config/reconciler/manifests/fleet.yaml -a -d ~/.local/state/reconciler").ok();
        assertEquals("", booted.root("sh", "-c", "ls -d /usr/lib/reconciler /usr/bin/reconciler 2>/dev/null").text());
        booted.root("dpkg", "--purge", "reconciler").ok();
        booted.sh("test -s ~/.config/reconciler/manifests/fleet.yaml -a -d ~/.local/state/reconciler").ok();
    }
}
