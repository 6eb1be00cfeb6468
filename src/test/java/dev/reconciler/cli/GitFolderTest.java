package dev.reconciler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.Activity;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Checkout;
import dev.reconciler.api.Reason;
import dev.reconciler.api.Revision;
import dev.reconciler.controller.Forecast;
import dev.reconciler.controller.Settings;
import dev.reconciler.host.CommitSource;
import dev.reconciler.plan.Action;
import dev.reconciler.recording.Kept;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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

    private FakeCall call;

    private int run(String... words) {
        call = new FakeCall(access);
        return call.run(words);
    }

    @Test
    void source_shows_what_is_wanted_and_why_it_is_not_applied() {
        var newer = new Revision("main", "9f8e7d6c5b4a30291807f6e5d4c3b2a190817263");
        var pull = new Checkout.Pull(newer, "Add more", "commit 9f8e7d6 is not signed", "no signature", false);
        access.show(new FakeAccess.World()
                .checkout(new Checkout(MAIN, "One", new TreeSet<>(), "", pull))
                .problem("commit 9f8e7d6 is not signed"));
        follow("origin", null, CommitSource.Verify.HEAD);
        assertEquals(1, call.run("source"));
        var said = call.printed();
        assertTrue(said.contains("Wanted:         " + newer + " \"Add more\""), said);
        assertTrue(said.contains("Commit: branch main, from origin every 60s, signed: HEAD"), said);
        assertTrue(said.contains("SourceReady:    False: commit 9f8e7d6 is not signed"), said);
        assertTrue(said.contains("SourceVerified: False: no signature"), said);
    }

    /// A call in Commit mode.
    private void follow(String remote, String path, CommitSource.Verify verify) {
        call = new FakeCall(access);
        var old = call.settings;
        call.settings = new Settings(
                old.directories(), false, 30, old.models(), old.ghosts(),
                new CommitSource("main", null, path, remote, Duration.ofSeconds(60), verify,
                        List.of(new CommitSource.Key.Ssh("ssh-ed25519 AAAA ada"))),
                Kept.DEFAULT);
    }

    @Test
    void where_no_commit_was_found_nothing_is_said_of_its_signature() {
        var pull = new Checkout.Pull(null, "", "git fetch of origin failed: no route to host", "", true);
        access.show(new FakeAccess.World().checkout(new Checkout(null, "", null, "no commit was taken in yet", pull)));
        follow("origin", null, CommitSource.Verify.HEAD);
        assertEquals(1, call.run("source"));
        assertTrue(call.printed().contains("SourceVerified: Unknown: no commit was found"), call.printed());
    }

    @Test
    void a_person_may_suspend_resume_and_sync() {
        assertEquals(0, run("source", "suspend"));
        assertEquals(0, run("source", "resume"));
        assertEquals(0, run("source", "sync"));
        assertEquals(List.of("suspend true", "suspend false", "sync"), access.asked);
        access.syncError = "git fetch of origin failed: no route to host";
        assertEquals(1, run("source", "sync"));
        assertTrue(call.said().contains("no route to host"), call.said());
        assertEquals(1, run("source", "delete"));
    }

    @Test
    void diff_of_a_revision_tells_what_stops_what_is_in_the_middle_of_a_turn_and_what_is_not_committed() {
        var ada = new AgentName("default", "ada");
        var bob = new AgentName("default", "bob");
        var checkout = new Checkout(MAIN, "Retire ada", new TreeSet<>(), "");
        access.forecast = new Forecast(checkout, FakeAccess.ago(Duration.ZERO), List.of(), List.of(
                new Forecast.Change(
                        new Action.Hold(ada, Reason.ApprovalNeeded, "2 of 3 agents would stop", null),
                        Forecast.Effect.Stops, Activity.Working, 3, true),
                new Forecast.Change(
                        new Action.Hold(bob, Reason.RestartPending, "at its next exit", null),
                        Forecast.Effect.RestartsLater, Activity.Idle, 0, false)));
        assertEquals(1, run("diff", "--revision", "next"));
        assertEquals(
                """
                        hold     default/ada  ApprovalNeeded: 2 of 3 agents would stop  [stops; Working: in the middle of a turn; somebody is attached; 3 uncommitted files in its directory]
                        hold     default/bob  RestartPending: at its next exit  [restarts later; activity Idle]

                        Blast radius: 1 stop, 0 restart, 1 restart later, 1 of them in the middle of a turn, 1 with uncommitted work
                        """,
                call.printed());
        assertTrue(call.said().contains("main@sha1:1a2b3c4 \"Retire ada\""), call.said());
        access.forecast = new Forecast(checkout, FakeAccess.ago(Duration.ZERO), List.of(), List.of());
        assertEquals(0, run("diff", "--revision", "next"));
        access.forecast = new Forecast(checkout, FakeAccess.ago(Duration.ZERO), List.of("a.yaml:1:1: bad"), List.of());
        assertEquals(2, run("diff", "--revision", "next"));
        access.forecast = null;
        assertEquals(2, run("diff", "--revision", "nosuch"));
    }

    @Test
    void under_commit_mode_apply_names_the_file_to_commit_and_writes_nothing() {
        follow(null, null, CommitSource.Verify.None);
        call.input = Worlds.TEAM;
        assertEquals(1, call.run("apply", "-f", "-"));
        assertTrue(call.said().contains("/ada: change /nowhere/m/ada.yaml and commit it"), call.said());
        assertTrue(call.said().contains("source.mode: Commit"), call.said());
    }

    @Test
    void where_commits_come_from_elsewhere_apply_names_the_file_in_that_repository() {
        access.show(new FakeAccess.World().folder(Map.of("site/team.yaml", Worlds.TEAM)));
        follow("ssh://example.org/fleet.git", "agents", CommitSource.Verify.None);
        call.input = Worlds.TEAM;
        assertEquals(1, call.run("apply", "-f", "-"));
        assertTrue(call.said().contains("/ada: change agents/site/team.yaml in ssh://example.org/fleet.git"),
                call.said());
    }
}
