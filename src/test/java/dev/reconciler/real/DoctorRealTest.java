package dev.reconciler.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

/// `doctor` as a person types it.
@RealTest
@WholeMachine
class DoctorRealTest {
    @Test
    void it_tells_what_programs_of_the_running_daemon_get_whatever_the_shell_it_is_typed_in(TestDirs dirs)
            throws Exception {
        Files.writeString(dirs.home().resolve(".profile"), "export PATH=\"$HOME/tools:$PATH\"\n");
        var here = new Product(dirs);
        var said = here.say("doctor");
        assertEquals(0, said.code(), said.all());
        assertTrue(said.out().contains("ok       environment of the daemon, PATH="), said.all());
        assertTrue(said.out().contains("(of a daemon started here: none runs)"), said.all());
        try (var _ = new Product(dirs).with("SHELL=/bin/bash", "RECONCILER_BASE_ENVIRONMENT=LoginShell").start()) {
            said = here.say("doctor");
            assertEquals(0, said.code(), said.all());
            assertTrue(said.out().contains("ok       environment of /bin/bash as a login shell (asked for "),
                    said.all());
            assertTrue(said.out().contains("PATH=" + dirs.home() + "/tools:"), said.all());
        }
    }

    @Test
    void a_problem_is_exit_code_1(TestDirs dirs) throws Exception {
        Files.setPosixFilePermissions(dirs.runtime(), PosixFilePermissions.fromString("rwxr-xr-x"));
        var said = new Product(dirs).say("doctor", "-o", "json");
        assertEquals(1, said.code(), said.all());
        assertTrue(said.out().contains("\"todo\": \"chmod 700 " + dirs.runtime()), said.all());
    }
}
