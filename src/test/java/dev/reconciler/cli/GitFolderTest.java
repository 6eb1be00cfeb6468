package dev.reconciler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.Checkout;
import dev.reconciler.api.Revision;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// What verbs say of a folder that is in git.
class GitFolderTest {
    private static final Revision MAIN = new Revision("main", "1a2b3c4d5e6f70819203a4b5c6d7e8f901234567");

    private final FakeAccess access = new FakeAccess(new FakeAccess.World());

    private String source(Checkout checkout) {
        access.show(new FakeAccess.World().checkout(checkout));
        var call = new FakeCall(access);
        assertEquals(0, call.run("status"));
        return call.printed().lines().filter(l -> l.startsWith("Source:")).findFirst().orElseThrow();
    }

    @Test
    void status_names_branch_commit_subject_what_is_not_committed_and_what_holds_a_look_back() {
        var clean = source(new Checkout(MAIN, "Add the site workers", new TreeSet<>(), ""));
        assertTrue(clean.contains(": main@sha1:1a2b3c4 \"Add the site workers\", complete"), clean);
        var dirty = source(new Checkout(MAIN, "", new TreeSet<>(List.of("a.yaml", "b.yaml")), ""));
        assertTrue(dirty.contains(": main@sha1:1a2b3c4, +2 uncommitted, complete"), dirty);
        var held = source(new Checkout(MAIN, "", null, "rebase in progress"));
        assertTrue(held.contains(": main@sha1:1a2b3c4, rebase in progress, complete"), held);
        var none = source(new Checkout(null, "", null, ""));
        assertTrue(none.contains(": no commit yet, complete"), none);
    }

    @Test
    void a_subject_never_drives_the_terminal() {
        var line = source(new Checkout(MAIN, "\u001b[31mred", null, ""));
        assertTrue(line.contains("\"^[[31mred\""), line);
    }
}
