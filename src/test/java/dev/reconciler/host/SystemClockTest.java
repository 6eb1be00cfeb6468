package dev.reconciler.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemClockTest {
    private static final int CLOCK_MONOTONIC = 1;

    @TempDir
    Path temp;

    @Test
    void its_nanoseconds_are_the_kernels_monotonic_clock() throws Throwable {
        var clock = new SystemClock();
        long before = monotonic();
        long ours = clock.now().nanos();
        long after = monotonic();
        assertTrue(before <= ours && ours <= after, before + " <= " + ours + " <= " + after);
    }

    @Test
    void the_boot_is_the_kernels_boot_id() throws Exception {
        assertEquals(
                Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip(),
                new SystemClock().now().bootId());
    }

    @Test
    void without_a_boot_id_it_says_so() {
        var e = assertThrows(IOException.class, () -> new SystemClock(temp.resolve("boot_id")));
        assertEquals(
                "cannot read the boot id, " + temp.resolve("boot_id")
                        + ": no such file or directory; is /proc mounted?",
                e.getMessage());
    }

    @Test
    void half_a_boot_id_is_none() throws Exception {
        var cut = Files.writeString(temp.resolve("boot_id"), "0\n");
        var e = assertThrows(IOException.class, () -> new SystemClock(cut));
        assertEquals("the boot id, " + cut + ", is '0'; is that the real /proc?", e.getMessage());
    }

    private static long monotonic() throws Throwable {
        var linker = Linker.nativeLinker();
        var get = linker.downcallHandle(
                linker.defaultLookup().find("clock_gettime").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
        try (var arena = Arena.ofConfined()) {
            var time = arena.allocate(16, 8);
            assertEquals(0, (int) get.invokeExact(CLOCK_MONOTONIC, time));
            return time.get(ValueLayout.JAVA_LONG, 0) * 1_000_000_000L + time.get(ValueLayout.JAVA_LONG, 8);
        }
    }
}
