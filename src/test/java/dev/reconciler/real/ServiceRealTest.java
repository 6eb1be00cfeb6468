package dev.reconciler.real;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.parallel.ResourceLock;

/// The built product as a service in a really booted systemd, as a person keeps it: installed, restarted, rebooted,
/// uninstalled. Each method goes on where the last one ended.
@Tag("real")
@ResourceLock(BootedSystemd.ONE)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ServiceRealTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String FOREVER = "command: [/bin/sh, -c, 'sleep 100000 & exec sleep 100001']";

    private static BootedSystemd booted;

    @BeforeAll
    static void boot() {
        booted = BootedSystemd.boot();
    }

    @AfterAll
    static void end() {
        if (booted != null) {
            booted.close();
        }
    }

    private static void manifest(String file, String... specs) {
        var text = new StringBuilder();
        for (int i = 0; i < specs.length; i += 2) {
            text.append("---\napiVersion: reconciler.dev/v1alpha1\nkind: Agent\nmetadata: {name: " + specs[i]
                    + "}\nspec:\n  " + specs[i + 1].replace("\n", "\n  ") + "\n");
        }
        var coded = Base64.getEncoder().encodeToString(text.toString().getBytes(StandardCharsets.UTF_8));
        booted.sh("mkdir -p ~/.config/reconciler/manifests && cd ~/.config/reconciler/manifests && echo " + coded
                + " | base64 -d > ." + file + " && chmod 600 ." + file + " && mv ." + file + " " + file).ok();
    }

    private static String field(String name, String path) {
        return booted.reconciler("get", "agent", name, "-o", "jsonpath={" + path + "}").text();
    }

    private static String pid(String name) {
        return field(name, ".status.process.pid");
    }

    private static void awaitRunning(String name) {
        await(name + " to run").atMost(PATIENCE)
                .until(() -> field(name, ".status.phase").equals("Running") && !pid(name).isEmpty());
    }

    private static String show(String unit, String properties) {
        return booted.sh("systemctl --user show -p " + properties + " -- '" + unit + "'").text();
    }

    private static List<String> units(String pattern) {
        return booted.sh("systemctl --user list-units --all --plain --no-legend '" + pattern + "'")
                .lines()
                .stream()
                .map(line -> line.split(" ")[0])
                .filter(unit -> !unit.isBlank())
                .toList();
    }

    @Test
    @Order(1)
    void the_service_is_installed_and_says_that_it_is_ready() {
        var unknown = booted.reconciler("service", "status");
        assertEquals(1, unknown.code(), unknown.text());
        assertTrue(unknown.text().contains("not installed"), unknown.text());
        // What people install below their home, a service's PATH does not hold.
        booted.sh("mkdir -p ~/tools && printf '#!/bin/sh\\nexec sleep 100002\\n' > ~/tools/my-agent"
                + " && chmod +x ~/tools/my-agent && echo 'export PATH=$HOME/tools:$PATH' >> ~/.profile").ok();
        manifest("ada.yaml", "ada", FOREVER + "\nresources: {limits: {memory: 2Gi, tasks: 512, cpu: \"1.5\"}}",
                "bob", "command: [my-agent]", "eve", FOREVER
                        + "\nresources: {limits: {memory: 1Gi}, enforcement: Required}");
        booted.reconciler("service", "install").ok();
        var status = booted.reconciler("service", "status").ok().text();
        assertTrue(status.contains("active (running)") && status.contains("enabled"), status);
        assertTrue(status.contains("on: daemon and agents start at boot"), status);
        var told = show("reconciler.service", "Type,StatusText,WatchdogUSec,NRestarts");
        assertTrue(told.contains("Type=notify") && told.contains("WatchdogUSec=3min"), told);
        awaitRunning("ada");
        awaitRunning("bob");
        await().atMost(PATIENCE)
                .until(() -> show("reconciler.service", "StatusText").contains("3 agents, 2 running"));
    }

    @Test
    @Order(2)
    void limits_stand_on_the_scope_of_the_run() {
        var run = field("ada", ".status.run");
        var scope = "reconciler-default.ada." + run + ".scope";
        assertEquals(List.of(scope), units("reconciler-default.ada.*"));
        var told = show(scope, "MemoryMax,MemoryHigh,TasksMax,CPUQuotaPerSecUSec,Slice,ActiveState");
        for (var line : List.of("MemoryMax=2147483648", "MemoryHigh=1932735283", "TasksMax=512",
                "CPUQuotaPerSecUSec=1.500000s", "Slice=reconciler.slice", "ActiveState=active")) {
            assertTrue(told.lines().anyMatch(line::equals), told);
        }
        var pids = booted.sh("grep ^0:: /proc/" + pid("ada") + "/cgroup; cat /sys/fs/cgroup$(systemctl --user show -p"
                + " ControlGroup --value -- " + scope + ")/cgroup.procs").lines();
        assertTrue(pids.getFirst().endsWith("/reconciler.slice/" + scope), pids.toString());
        assertEquals(3, pids.size(), "its program and that one's child: " + pids);
        assertEquals(1, units("reconciler-tmux.default.service").size());
    }

    /// Where this machine's kernel has no controllers in cgroup2, the limits are only words, and that is said.
    @Test
    @Order(3)
    void whether_limits_are_enforced_is_told_and_required_refuses() {
        var controllers =
                booted.sh("cat /sys/fs/cgroup/user.slice/user-4711.slice/user@4711.service/cgroup.controllers")
                        .text();
        boolean kept = List.of(controllers.split(" ")).containsAll(List.of("memory", "pids", "cpu"));
        var condition = field("ada", ".status.conditions[?(@.type==\"LimitsEnforced\")].status");
        assertEquals(kept ? "True" : "False", condition);
        if (!kept) {
            await().atMost(PATIENCE).until(() -> field("eve", ".status.phase").equals("StartWouldFail"));
            var why = booted.reconciler("describe", "agent", "eve").text();
            assertTrue(why.contains("enforcement is Required") && why.contains("no cgroup controller memory"), why);
        }
    }

    @Test
    @Order(4)
    void a_restart_a_stop_and_a_kill_of_the_service_leave_every_program_as_it_is() {
        var before = new TreeMap<String, String>();
        List.of("ada", "bob").forEach(name -> before.put(name, pid(name)));
        var daemon = show("reconciler.service", "MainPID");
        booted.sh("systemctl --user restart reconciler").ok();
        assertNotEquals(daemon, show("reconciler.service", "MainPID"));
        before.forEach((name, pid) -> {
            awaitRunning(name);
            assertEquals(pid, pid(name));
        });
        booted.sh("systemctl --user stop reconciler").ok();
        before.values().forEach(pid -> booted.sh("kill -0 " + pid).ok());
        booted.sh("systemctl --user start reconciler && systemctl --user kill -s KILL reconciler").ok();
        await().atMost(PATIENCE)
                .until(() -> show("reconciler.service", "ActiveState,NRestarts").contains("NRestarts=1"));
        before.forEach((name, pid) -> {
            awaitRunning(name);
            assertEquals(pid, pid(name));
            assertEquals("0", field(name, ".status.restartCount"));
        });
    }

    @Test
    @Order(5)
    void a_manager_of_little_patience_is_told_in_time() {
        var drop = "~/.config/systemd/user/reconciler.service.d";
        booted.sh("mkdir -p " + drop + " && printf '[Service]\\nWatchdogSec=8\\n' > " + drop + "/patience.conf"
                + " && systemctl --user daemon-reload && systemctl --user restart reconciler").ok();
        var before = show("reconciler.service", "MainPID,NRestarts");
        assertEquals("WatchdogUSec=8s", show("reconciler.service", "WatchdogUSec"));
        await().atMost(PATIENCE)
                .during(Duration.ofSeconds(20))
                .until(() -> show("reconciler.service", "MainPID,NRestarts").equals(before));
        booted.sh("rm -r " + drop + " && systemctl --user daemon-reload && systemctl --user restart reconciler").ok();
    }

    @Test
    @Order(6)
    void what_stops_leaves_no_unit_and_no_process_and_that_is_verified() {
        var group = booted.sh("systemctl --user show -p ControlGroup --value -- 'reconciler-default.ada.*'").text();
        booted.reconciler("delete", "agent", "ada").ok();
        assertEquals(List.of(), units("reconciler-default.ada.*"));
        assertEquals(1, booted.sh("test -e /sys/fs/cgroup" + group).code());
        assertEquals("", booted.sh("pgrep -f 'sleep 10000[0]'").text().lines().skip(9).findFirst().orElse(""));
        await().atMost(PATIENCE)
                .until(() -> booted.reconciler("events")
                        .lines()
                        .stream()
                        .anyMatch(line -> line.contains("TeardownVerified") && line.contains("no process, unit")));
    }

    @Test
    @Order(7)
    void what_is_left_and_not_ours_is_named() {
        manifest("kim.yaml", "kim", "command: [/bin/sh, -c, 'tmux -L mine new-session -d -s mine; exec sleep 100003']");
        awaitRunning("kim");
        await().atMost(PATIENCE).until(() -> booted.sh("tmux -L mine has-session").code() == 0);
        var deleted = booted.reconciler("delete", "agent", "kim");
        assertEquals(0, deleted.code(),
                () -> deleted.text() + booted.sh("journalctl --user -u reconciler -n 40 --no-pager").text());
        await().atMost(PATIENCE)
                .until(() -> booted.reconciler("events")
                        .lines()
                        .stream()
                        .anyMatch(line -> line.contains("TeardownIncomplete") && line.contains("tmux: server")));
        booted.sh("tmux -L mine has-session").ok();
        booted.sh("tmux -L mine kill-server").ok();
        await().atMost(PATIENCE).until(() -> units("reconciler-default.kim.*").isEmpty());
    }

    @Test
    @Order(8)
    void a_reboot_brings_the_agents_back() throws Exception {
        var before = pid("bob");
        booted.reboot();
        awaitRunning("bob");
        assertNotEquals("", before);
        assertEquals("0", field("bob", ".status.restartCount"));
        var events = booted.reconciler("events").text();
        assertTrue(events.contains("ended with the machine's last boot"), events);
        assertEquals(1, units("reconciler-default.bob.*").size());
    }

    @Test
    @Order(9)
    void uninstalled_the_daemon_is_gone_and_the_agents_run_on() {
        var pid = pid("bob");
        booted.reconciler("service", "uninstall").ok();
        assertEquals(1, booted.reconciler("service", "status").code());
        booted.sh("kill -0 " + pid).ok();
        assertEquals("LoadState=not-found\nActiveState=inactive", show("reconciler.service", "LoadState,ActiveState"));
    }
}
