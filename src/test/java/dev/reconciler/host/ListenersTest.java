package dev.reconciler.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the kernel's table and `lsof` say in their own words.
class ListenersTest {
    private static final String TABLE = """
            Num       RefCount Protocol Flags    Type St Inode Path
            ffff9a40: 00000002 00000000 00010000 0001 01 11 /tmp/tmux-0/default
            ffff9a41: 00000002 00000000 00010000 0001 01 12 /tmp/with two  spaces/a b
            ffff9a42: 00000002 00000000 00010000 0001 01 13 /tmp/line
            feed
            ffff9a43: 00000003 00000000 00000000 0001 03 14 /tmp/tmux-0/default
            ffff9a44: 00000002 00000000 00010000 0001 01 15 @abstract
            ffff9a45: 00000003 00000000 00000000 0001 03 16
            """;

    @Test
    void the_table_of_unix_sockets_is_read_whatever_a_path_holds(@TempDir Path folder) throws Exception {
        var listeners = Listeners.table(Files.writeString(folder.resolve("unix"), TABLE));
        assertNull(listeners.trouble());
        assertEquals(
                Map.of(
                        11L, new Listener(11, "/tmp/tmux-0/default", null, 0),
                        12L, new Listener(12, "/tmp/with two  spaces/a b", null, 0),
                        13L, new Listener(13, "/tmp/line\nfeed", null, 0)),
                listeners.byInode());
        assertNotNull(Listeners.table(folder.resolve("missing")).trouble());
    }

    @Test
    void lsof_is_read_by_process_and_only_tmux_servers_that_listen_count() {
        var text = "p100\0ctmux: server\0\nf6\0n/tmp/a type=STREAM\0TST=LISTEN\0\n"
                + "f7\0n/tmp/a type=STREAM\0TST=CONNECTED\0\n"
                + "p101\0ctmux: client\0\nf3\0n/tmp/b type=STREAM\0TST=LISTEN\0\n"
                + "p102\0ctmux: server\0\nf6\0ntype=STREAM\0TST=LISTEN\0\n"
                + "p103\0ctmux-3.4: serve\0\nf6\0n/tmp/c type=STREAM\0TST=LISTEN\0\n";
        var witness = Lsof.parse(text);
        assertNull(witness.trouble());
        assertEquals(Map.of(100L, List.of("/tmp/a"), 103L, List.of("/tmp/c")), witness.listening());
    }
}
