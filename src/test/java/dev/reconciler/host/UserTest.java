package dev.reconciler.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserTest {
    @TempDir
    Path etc;

    @Test
    void a_file_of_mine_or_roots_that_only_its_owner_writes_is_trusted() throws Exception {
        assertEquals("", ada("").distrust(1001, 1001, 0644));
        assertEquals("", ada("").distrust(0, 0, 0755));
    }

    @Test
    void a_file_everybody_can_write_is_not() throws Exception {
        assertEquals("can be written by everybody: chmod o-w", ada("").distrust(1001, 1001, 0666));
        assertEquals("can be written by everybody: chmod o-w", ada("").distrust(0, 0, 0602));
    }

    @Test
    void somebody_elses_file_is_not() throws Exception {
        assertTrue(ada("").distrust(1002, 1001, 0600).startsWith("belongs to user 1002"));
    }

    @Test
    void my_private_group_may_write() throws Exception {
        assertEquals("", ada("").distrust(1001, 1001, 0664));
        assertEquals("", ada("ada").distrust(1001, 1001, 0664));
    }

    @Test
    void a_group_with_another_member_may_not() throws Exception {
        assertEquals(
                "can be written by group 1001, which is not yours alone: chmod g-w",
                ada("bob").distrust(1001, 1001, 0664));
        assertNotEquals("", ada("ada,bob").distrust(1001, 1001, 0664));
    }

    @Test
    void a_group_that_is_anothers_primary_group_may_not() throws Exception {
        ada("");
        Files.writeString(etc.resolve("passwd"), "\nbob:x:1002:1001::/:/bin/sh\n", StandardOpenOption.APPEND);
        assertNotEquals("", User.of(1001, etc).distrust(1001, 1001, 0664));
    }

    @Test
    void a_group_of_another_name_or_unlisted_may_not() throws Exception {
        assertNotEquals("", ada("").distrust(1001, 50, 0664));
        Files.writeString(etc.resolve("group"), "staff:x:1001:\n");
        assertNotEquals("", User.of(1001, etc).distrust(1001, 1001, 0664));
        Files.delete(etc.resolve("group"));
        assertNotEquals("", User.of(1001, etc).distrust(1001, 1001, 0664));
    }

    @Test
    void a_user_who_is_in_no_file_has_no_private_group() {
        assertNotEquals("", User.of(4711, etc).distrust(4711, 4711, 0664));
        assertEquals("", User.of(4711, etc).distrust(4711, 4711, 0644));
    }

    private User ada(String members) throws Exception {
        Files.writeString(etc.resolve("passwd"), "root:x:0:0::/:/bin/sh\n+\nada:x:1001:1001::/home/ada:/bin/sh\n");
        Files.writeString(etc.resolve("group"), "root:x:0:\nstaff:x:50:bob\nada:x:1001:" + members + "\n");
        return User.of(1001, etc);
    }
}
