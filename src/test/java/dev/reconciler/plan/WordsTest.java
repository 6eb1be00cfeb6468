package dev.reconciler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.Completion.By;
import dev.reconciler.api.Completion.OnDone;
import dev.reconciler.api.Delivery;
import dev.reconciler.api.Done;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Prompt.On;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RestartPolicy;
import dev.reconciler.api.Session;
import dev.reconciler.api.Vitals;
import dev.reconciler.api.Vitals.DoneFile;
import dev.reconciler.api.Vitals.Terminal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// What is said to an agent and by it, each rule as a short story.
class WordsTest {
    private static Life says(Life life, boolean succeeded) {
        var done = new Done(life.history().run().id(), succeeded, "m", null, life.now());
        return life.when(m -> m.says(new Vitals(new DoneFile.Said(done), null, null)));
    }

    private static Life beatAt(Life life, Moment at, DoneFile done) {
        return life.when(m -> m.says(new Vitals(done, new Vitals.Beat(at, ""), null)));
    }

    private static final Terminal LINES = terminal(false, false), DRAFT = terminal(true, true);

    private static Terminal terminal(boolean raw, boolean draft) {
        return new Terminal(raw, false, null, 0, "> ", Sample.at(1), draft, "", "");
    }

    @Nested
    class Completing {
        @Test
        void its_word_ends_it_and_that_is_all() {
            var life = says(Life.of(s -> s.completion(By.DoneFile, OnDone.Stop)), true);
            assertEquals(Reason.Completed, life.reason());
            assertEquals(0, life.alive());
            assertEquals(0, life.history().failures());
            assertEquals(Reason.Completed, life.after(10_000).reason());
        }

        @Test
        void a_failure_by_its_word_is_followed_by_the_policy() {
            var life = says(Life.of(s -> s.completion(By.Either, OnDone.Stop)), false);
            assertEquals(Reason.Running, life.reason());
            assertEquals(1, life.history().restarts());
            assertEquals(1, life.history().failures());
            life = says(Life.of(s -> s.completion(By.Either, OnDone.Keep).policy(RestartPolicy.Never)), false);
            assertEquals(Reason.Failed, life.reason());
            assertEquals(1, life.alive());
        }

        @Test
        void one_that_may_stay_runs_on_until_a_new_run_is_asked_for() {
            var life = says(Life.of(s -> s.completion(By.DoneFile, OnDone.Keep)), true);
            assertEquals(Reason.Completed, life.reason());
            assertEquals(1, life.alive());
            assertEquals(0, life.after(10_000).history().restarts());
            assertEquals(Reason.Running, life.rollout().reason());
            assertEquals(2, life.history().run().id().number());
        }

        @Test
        void an_exit_without_a_word_is_a_failure_where_the_word_counts_alone() {
            assertEquals(1, Life.of(s -> s.completion(By.DoneFile, OnDone.Stop)).exits(0).history().restarts());
            assertEquals(Reason.Completed,
                    Life.of(s -> s.completion(By.Either, OnDone.Stop)).exits(0).reason());
        }

        @Test
        void its_word_comes_before_its_exit_code() {
            var life = Life.of(s -> s.completion(By.Either, OnDone.Stop));
            var done = new Done(life.history().run().id(), true, "", null, life.now());
            life.when(m -> {
                m.says(new Vitals(new DoneFile.Said(done), null, null));
                m.exit(new dev.reconciler.api.Exit.Code(1));
            });
            assertEquals(Reason.Completed, life.reason());
        }

        @Test
        void by_the_exit_code_a_word_changes_nothing() {
            var life = says(Life.of(s -> s), true);
            assertEquals(Reason.Running, life.reason());
            assertTrue(life.history().dialogue().done().succeeded());
            assertEquals(1, life.exits(1).history().restarts());
        }

        @Test
        void the_word_of_another_run_is_nobodys() {
            var life = says(Life.of(s -> s.completion(By.DoneFile, OnDone.Stop)), false);
            assertEquals(2, life.history().run().id().number());
            assertEquals(Reason.Running, life.after(1000).reason());
        }
    }

    @Nested
    class Beating {
        private final Life life = Life.of(s -> s.heartbeat(60, 30));

        @Test
        void one_that_is_silent_is_late_then_ended_once() {
            beatAt(life, life.now(), new DoneFile.None());
            life.after(59);
            assertEquals(Reason.Running, life.reason());
            life.after(2);
            assertEquals(Reason.HeartbeatLate, life.reason());
            assertEquals(0, life.history().restarts());
            life.after(30);
            assertTrue(life.did().contains("Stop Term HeartbeatLost"), life.did().toString());
            assertEquals(Reason.Running, life.reason());
            assertEquals(1, life.history().restarts());
            assertEquals(1, life.history().failures());
            assertEquals(1, life.after(10_000).history().restarts());
        }

        @Test
        void a_beat_in_the_grace_period_is_enough() {
            beatAt(life, life.now(), new DoneFile.None());
            life.after(89);
            assertEquals(Reason.HeartbeatLate, life.reason());
            beatAt(life, life.now(), new DoneFile.None());
            assertEquals(Reason.Running, life.reason());
            assertEquals(0, life.after(30).history().restarts());
        }

        @Test
        void one_that_said_it_is_done_is_never_late() {
            beatAt(life, life.now(), new DoneFile.None());
            life.after(89);
            var done = new Done(life.history().run().id(), true, "", null, life.now());
            beatAt(life, life.now().plus(Duration.ofSeconds(-89)), new DoneFile.Said(done));
            assertEquals(0, life.after(10_000).history().restarts());
            assertEquals(Reason.Running, life.reason());
        }

        @Test
        void half_a_last_word_is_waited_for_and_not_for_ever() {
            beatAt(life, life.now(), new DoneFile.None());
            life.after(89);
            beatAt(life, life.now().plus(Duration.ofSeconds(-89)), new DoneFile.Wrong("half", life.now()));
            assertEquals(0, life.after(9).history().restarts());
            assertEquals(Reason.HeartbeatLate, life.reason());
            assertEquals(1, life.after(2).history().restarts());
        }

        @Test
        void what_is_no_done_file_is_reported_after_a_while() {
            beatAt(life, life.now().plus(Duration.ofDays(1)), new DoneFile.Wrong("of another run", life.now()));
            assertEquals(Reason.Running, life.after(9).reason());
            assertEquals(Reason.DoneFileInvalid, life.after(2).reason());
            assertEquals(1, life.alive());
        }

        @Test
        void nobody_is_late_when_nobody_could_look() {
            assertEquals(Reason.Running, life.after(10_000).reason());
            assertEquals(0, life.history().restarts());
        }
    }

    @Nested
    class Telling {
        private Delivery prompt(Life life) {
            return life.history().dialogue().prompt();
        }

        @Test
        void a_prompt_is_typed_and_submitted_once() {
            var life = Life.of(s -> s.prompt("build it", On.FirstRun), terminal(true, false));
            assertEquals("Type Typed", life.did().getLast());
            assertEquals(List.of("Submit Submitted"), life.after(60).did());
            assertEquals(Delivery.Phase.Submitted, prompt(life).phase());
            assertEquals(List.of(), life.after(1000).did());
        }

        @Test
        void a_crash_does_not_begin_the_task_again_unless_each_run_is_told() {
            var life = Life.of(s -> s.prompt("build it", On.FirstRun)).after(60).exits(1).after(60);
            assertEquals(1, prompt(life).run().number());
            assertEquals(2, life.history().run().id().number());
            life = Life.of(s -> s.prompt("build it", On.EveryRun)).after(60).exits(1).after(60);
            assertEquals(2, prompt(life).run().number());
            assertEquals(Delivery.Phase.Submitted, prompt(life).phase());
        }

        @Test
        void a_changed_prompt_restarts_nobody_and_goes_to_the_next_run() {
            var life = Life.of(s -> s.prompt("build it", On.FirstRun))
                    .after(60)
                    .wants(s -> s.prompt("test it", On.FirstRun));
            assertEquals(Reason.Running, life.reason());
            assertEquals(1, prompt(life).run().number());
            life.exits(1).after(60);
            assertEquals(2, prompt(life).run().number());
            assertEquals(Delivery.Phase.Submitted, prompt(life).phase());
        }

        @Test
        void nothing_is_typed_into_a_program_that_is_not_ready_in_time() {
            var life = Life.of(s -> s.prompt("two\nlines", On.FirstRun), LINES).after(60);
            assertEquals(Delivery.Phase.NotReady, prompt(life).phase());
            assertTrue(prompt(life).why().contains("reads lines"), prompt(life).why());
            assertFalse(life.did().contains("Type Typed"), life.did().toString());
        }

        @Test
        void a_prompt_that_was_never_typed_goes_to_the_next_run() {
            var life = Life.of(s -> s.prompt("two\nlines", On.FirstRun), LINES).after(60);
            life.when(m -> m.fresh = Worlds.READY).exits(1).after(60);
            assertEquals(2, prompt(life).run().number());
            assertEquals(Delivery.Phase.Submitted, prompt(life).phase());
        }

        @Test
        void a_program_that_reads_lines_gets_one_line_when_its_time_is_over() {
            var life = Life.of(s -> s.prompt("one line", On.FirstRun), LINES).after(4);
            assertEquals(Delivery.Phase.Waiting, prompt(life).phase());
            life.after(60);
            assertEquals(Delivery.Phase.Submitted, prompt(life).phase());
        }

        @Test
        void a_persons_draft_is_left_alone() {
            var life = Life.of(s -> s.prompt("build it", On.FirstRun), DRAFT).after(4);
            assertEquals(Delivery.Phase.Waiting, prompt(life).phase());
            life.after(60);
            assertEquals(Delivery.Phase.DraftInTheWay, prompt(life).phase());
        }

        @Test
        void the_end_of_the_run_ends_what_was_on_its_way() {
            var life = Life.of(s -> s.prompt("build it", On.FirstRun).policy(RestartPolicy.Never), LINES).exits(0);
            assertEquals(Delivery.Phase.NotReady, prompt(life).phase());
        }

        @Test
        void an_adopted_run_is_told_nothing() {
            var agent = Sample.agent(s -> s.prompt("build it", On.EveryRun));
            var life = Life.found(new dev.reconciler.api.Desire.Wanted(agent), Sample.running(agent, 3, 700));
            assertEquals(null, prompt(life.after(60)));
            assertTrue(life.session() instanceof Session.Running);
        }
    }
}
