package dev.reconciler.host;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.reconciler.api.ProcessRef;
import dev.reconciler.host.ProcessTable.Sent;
import dev.reconciler.host.ProcessTable.Sighting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcTest extends ProcessTableContract {
    private final Children children = new Children();
    private final Proc proc = new Proc();

    @TempDir
    Path temp;

    @AfterEach
    void end() throws Exception {
        proc.close();
        children.close();
    }

    @Override
    protected ProcessTable table() {
        return proc;
    }

    @Override
    protected ProcessRef start(String runId) throws Exception {
        var environment = new TreeMap<String, String>();
        environment.put("RECONCILER_RUN_ID", runId);
        return Children.ref(children.start(environment, "sleep", "600").pid());
    }

    @Override
    protected ProcessRef zombie() throws Exception {
        return children.zombie();
    }

    @Test
    void a_name_with_parentheses_and_spaces_does_not_shift_the_fields() throws Exception {
        var program = temp.resolve("a) S 1 (b");
        Files.copy(Path.of("/bin/sleep"), program);
        assertTrue(program.toFile().setExecutable(true));
        var ref = Children.ref(
                children.start(Map.of(), program.toString(), "600").pid());
        await().untilAsserted(() -> assertEquals("a) S 1 (b", inScan(ref).getFirst().name()));
        assertEquals(ProcessHandle.current().pid(), inScan(ref).getFirst().parent());
        assertEquals(new Sighting.Alive(ref), proc.look(ref.pid()));
    }

    @Test
    void argv_is_read_of_programs_called_tmux_only_and_empty_arguments_stay() throws Exception {
        var program = temp.resolve("tmux-like");
        Files.writeString(program, "#!/bin/sh\necho ready\nexec 3<&0\nread line\n");
        assertTrue(program.toFile().setExecutable(true));
        var process = children.start(Map.of(), program.toString(), "-S", "", "two words");
        assertEquals("ready", Children.firstLine(process));
        var ref = Children.ref(process.pid());
        assertEquals(
                List.of("/bin/sh", program.toString(), "-S", "", "two words"),
                inScan(ref).getFirst().argv());
        assertEquals(List.of(), inScan(start(null)).getFirst().argv());
    }

    @Test
    void a_run_id_set_by_exec_is_found_though_the_first_scan_saw_none() throws Exception {
        var process = children.start(
                new TreeMap<>(Map.of()), "sh", "-c", "echo; read go; exec env RECONCILER_RUN_ID=late-1 sleep 600");
        Children.firstLine(process);
        var ref = Children.ref(process.pid());
        inScan(ref);
        process.outputWriter().append("go\n").flush();
        await().untilAsserted(() -> assertEquals("late-1", inScan(ref).getFirst().runId()));
    }

    @Test
    void ten_exits_are_told_within_milliseconds_of_each_other() throws Exception {
        var ends = new AtomicInteger();
        for (int i = 0; i < 10; i++) {
            var ref = start(null);
            proc.watch(ref, ends::incrementAndGet);
            assertEquals(Sent.Delivered, proc.signal(ref, Signal.KILL));
        }
        await().atMost(2, TimeUnit.SECONDS).until(() -> ends.get() == 10);
    }

    @Test
    void a_callback_that_throws_does_not_end_the_watching_of_others() throws Exception {
        var bad = start(null);
        var good = start(null);
        var ends = new AtomicInteger();
        var log = Logger.getLogger(Poller.class.getName());
        log.setLevel(Level.OFF);
        proc.watch(bad, () -> {
            ends.incrementAndGet();
            throw new IllegalStateException("thrown by a test on purpose");
        });
        proc.watch(good, ends::incrementAndGet);
        proc.signal(bad, Signal.KILL);
        await().until(() -> ends.get() == 1);
        proc.signal(good, Signal.KILL);
        await().until(() -> ends.get() == 2);
        log.setLevel(null);
    }

    @Test
    void neither_pid_1_nor_this_process_is_ever_a_target() throws Exception {
        assertEquals(Sent.Denied, proc.signal(Children.ref(1), Signal.CONT));
        assertEquals(Sent.Denied, proc.signal(Children.ref(ProcessHandle.current().pid()), Signal.CONT));
    }

    @Test
    void a_closed_table_calls_nobody_back() throws Exception {
        var ref = start(null);
        var ends = new AtomicInteger();
        proc.watch(ref, ends::incrementAndGet);
        proc.close();
        assertEquals(Sent.Delivered, new Proc().signal(ref, Signal.KILL));
        await().until(() -> proc.look(ref.pid()) instanceof Sighting.Gone);
        assertEquals(0, ends.get());
    }

    @Test
    void an_empty_proc_is_a_blind_spot_and_nobody_is_gone() {
        var table = new Proc(temp);
        var scan = table.scan();
        assertFalse(scan.complete());
        assertTrue(scan.blind().getFirst().contains("is proc mounted there?"), scan.blind().toString());
        assertInstanceOf(Sighting.Unreadable.class, table.look(4711));
    }

    @Test
    void the_proc_of_another_namespace_is_a_blind_spot() throws Exception {
        Files.createSymbolicLink(temp.resolve("self"), Path.of("1"));
        var table = new Proc(temp);
        assertFalse(table.scan().complete());
        var unreadable = assertInstanceOf(Sighting.Unreadable.class, table.look(4711));
        assertTrue(unreadable.why().contains("another pid namespace"), unreadable.why());
    }

    @Test
    void a_process_hidden_by_hidepid_is_not_gone() throws Exception {
        var self = Long.toString(ProcessHandle.current().pid());
        Files.createSymbolicLink(temp.resolve("self"), Path.of(self));
        Files.createDirectory(temp.resolve(self));
        Files.writeString(temp.resolve(self).resolve("mounts"), "none " + temp + " proc rw,nosuid,hidepid=2 0 0\n");
        var ref = start(null);
        assertInstanceOf(Sighting.Unreadable.class, new Proc(temp).look(ref.pid()));
        proc.signal(ref, Signal.KILL);
        await().untilAsserted(() -> assertEquals(new Sighting.Gone(), new Proc(temp).look(ref.pid())));
    }

    @Test
    void a_single_process_with_an_unknown_stat_does_not_blind_the_scan() throws Exception {
        var self = Long.toString(ProcessHandle.current().pid());
        Files.createSymbolicLink(temp.resolve("self"), Path.of(self));
        Files.createDirectory(temp.resolve(self));
        Files.createDirectory(temp.resolve("77"));
        Files.writeString(temp.resolve("77/stat"), "77 (cut) S 1");
        var table = new Proc(temp);
        assertTrue(table.scan().complete());
        assertInstanceOf(Sighting.Unreadable.class, table.look(77));
    }

    @Test
    void another_users_processes_are_not_in_a_scan() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")) && isRoot(), "needs root and setpriv");
        var process = children.start(
                Map.of(), "setpriv", "--reuid=65534", "--clear-groups", "sh", "-c", "echo; exec sleep 600");
        Children.firstLine(process);
        var ref = Children.ref(process.pid());
        assertEquals(List.of(), inScan(ref));
        assertEquals(new Sighting.Alive(ref), proc.look(ref.pid()));
    }

    private static boolean isRoot() throws Exception {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }
}
