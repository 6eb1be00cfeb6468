package dev.reconciler.real;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/// Our doors to systemd, against a real one.
@Tag("real")
@ResourceLock(BootedSystemd.ONE)
class SystemdTest {
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

    @Test
    void scopes_keep_their_contract() {
        booted.test("dev.reconciler.host.ScopesInside");
    }
}
