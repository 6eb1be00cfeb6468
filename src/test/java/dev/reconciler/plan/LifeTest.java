package dev.reconciler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.AgentSpec.Operator;
import dev.reconciler.api.AgentHistory.Fleet;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Exit;
import dev.reconciler.api.History;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.Preflight;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RestartPolicy;
import dev.reconciler.api.RunId;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.api.SpecHash;
import dev.reconciler.api.UpdateStrategy;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The rules of an agent's life, each as a short story.
class LifeTest {
    private static final Preflight MISSING = new Preflight.WouldFail("no such directory: /srv/ada");

    @Nested
    class Ending {
        @ParameterizedTest
        @CsvSource({"Always, 2, Running", "OnFailure, 1, Completed", "Never, 0, Failed"})
        void a_script_that_fails_then_succeeds_then_runs(RestartPolicy policy, int restarts, Reason end) {
            var life = Life.of(s -> s.policy(policy)).exits(1);
            if (life.alive() == 1) {
                life.exits(0).after(10);
            }
            assertEquals(end, life.reason());
            assertEquals(restarts, life.history().restarts());
        }

        @Test
        void the_first_restart_is_at_once_then_after_10_20_and_40_seconds() {
            var life = Life.of(s -> s).exits(1);
            assertEquals(List.of("Restart Restarted"), life.did());
            for (int wait : new int[] {10, 20, 40}) {
                life.exits(1);
                assertEquals(Reason.CrashLoopBackOff, life.reason());
                assertTrue(life.hold().message().contains("back-off " + wait + "s"), life.hold().message());
                assertEquals(1, life.after(wait).alive());
            }
            assertEquals(4, life.history().restarts());
        }

        @Test
        void a_healthy_run_forgets_the_back_off_and_the_failures() {
            var life = Life.of(s -> s.backoffLimit(3)).exits(1).exits(1).after(10).exits(1);
            assertEquals(3, life.history().failures());
            life.after(20).after(601).exits(1);
            assertEquals(1, life.history().failures());
            assertEquals(Reason.Running, life.reason(), "restarted at once");
        }

        @Test
        void a_rule_by_exit_code_comes_before_the_policy() {
            assertEquals(Reason.Running,
                    Life.of(s -> s.policy(RestartPolicy.Never).rule(Operator.In, 3)).exits(3).reason());
            assertEquals(Reason.Failed,
                    Life.of(s -> s.policy(RestartPolicy.Never).rule(Operator.In, 3)).exits(4).reason());
            assertEquals(Reason.Running, Life.of(s -> s.rule(Operator.NotIn, 7)).exits(0).reason());
            assertEquals(
                    Reason.Running,
                    Life.of(s -> s.policy(RestartPolicy.Never).rule(Operator.In, 137))
                            .when(m -> m.exit(new Exit.Signal(9)))
                            .reason(),
                    "a signal counts as 128 + its number");
        }

        @Test
        void more_failures_than_the_limit_are_the_end_until_an_edit_or_a_rollout() {
            var life = Life.of(s -> s.backoffLimit(1)).exits(1).exits(1);
            assertEquals(Reason.BackoffLimitExceeded, life.reason());
            assertEquals(Reason.BackoffLimitExceeded, life.after(10_000).reason());
            assertEquals(Reason.Running, life.rollout().reason());
            assertEquals(0, life.history().failures());
            life.exits(1).exits(1);
            assertEquals(Reason.BackoffLimitExceeded, life.reason());
            assertEquals(Reason.Running, life.wants(s -> s.backoffLimit(2)).reason());
        }

        @Test
        void a_lost_session_is_a_failure() {
            var life = Life.of(s -> s).when(ModelWorld::close);
            assertEquals(Reason.Running, life.reason());
            assertEquals(1, life.history().restarts());
            assertEquals(1, life.history().failures());
            assertEquals(Reason.SessionLost, life.history().last().by());
            assertEquals(Reason.Failed, Life.of(s -> s.policy(RestartPolicy.Never)).when(ModelWorld::close).reason());
        }

        @Test
        void a_finished_agent_stays_finished_when_its_session_is_closed_and_after_a_reboot() {
            var life = Life.of(s -> s).exits(0).when(ModelWorld::close);
            assertEquals(Reason.Completed, life.reason());
            assertEquals(Reason.Completed, life.when(ModelWorld::reboot).reason());
        }

        @Test
        void an_edit_of_what_runs_gives_a_finished_agent_a_new_run_and_any_other_edit_does_not() {
            var life = Life.of(s -> s).exits(0);
            assertEquals(Reason.Completed, life.wants(s -> s.grace(5)).reason());
            assertEquals(Reason.Running, life.wants(s -> s.command("new")).reason());
            assertEquals(0, life.history().restarts());
        }

        @Test
        void a_deadline_ends_a_run_for_good_until_it_is_raised() {
            var life = Life.of(s -> s.deadline(60)).after(60);
            assertEquals(Reason.DeadlineExceeded, life.reason());
            assertEquals(Reason.DeadlineExceeded, life.wants(s -> s.deadline(50)).reason());
            assertEquals(Reason.Running, life.wants(s -> s.deadline(100)).reason());
            assertEquals(0, life.history().restarts());
            assertEquals(Reason.DeadlineExceeded, life.after(100).reason());
            assertEquals(Reason.Running, life.rollout().reason());
        }

        @Test
        void the_session_of_a_finished_agent_goes_when_its_time_to_live_is_over() {
            var life = Life.of(s -> s.ttl(60)).exits(0).after(59);
            assertTrue(life.session() instanceof Session.Exited);
            assertEquals(List.of("Reap Expired"), life.after(1).did());
            assertEquals(Reason.Completed, life.reason());
        }
    }

    @Nested
    class Stopping {
        @Test
        void suspend_stops_it_and_resume_starts_a_run_that_is_not_counted() {
            var life = Life.of(s -> s).wants(s -> s.suspend());
            assertEquals(Reason.Suspended, life.reason());
            assertEquals(0, life.alive());
            life.wants(s -> s);
            assertEquals(List.of("Restart Resumed"), life.did());
            assertEquals(0, life.history().restarts());
            assertEquals(0, life.history().failures());
        }

        @Test
        void one_that_was_done_before_it_was_suspended_is_done_after_it() {
            assertEquals(Reason.Completed, Life.of(s -> s).exits(0).wants(s -> s.suspend()).wants(s -> s).reason());
        }

        @Test
        void a_stubborn_program_is_killed_after_its_grace_period_and_what_it_left_at_once() {
            var life = Life.of(s -> s.grace(20))
                    .when(m -> m.manners(ModelWorld.Manners.Stubborn))
                    .wants(s -> s.suspend().grace(20));
            assertEquals(Reason.Terminating, life.reason());
            assertEquals(Reason.Terminating, life.after(19).reason());
            assertEquals(
                    List.of("Stop Kill Suspended", "Stop Kill Suspended"), life.after(2).did());
            assertEquals(0, life.alive());
        }

        @Test
        void there_are_two_seconds_between_term_and_kill_however_short_the_grace_period_is() {
            var life = Life.of(s -> s.grace(0))
                    .when(m -> m.manners(ModelWorld.Manners.Stubborn))
                    .wants(s -> s.suspend().grace(0));
            assertEquals("Stop Term Suspended", life.did().getLast());
            assertEquals(Reason.Terminating, life.reason());
            assertEquals(0, life.after(3).alive());
        }

        @Test
        void a_stop_that_began_goes_on_whatever_the_folder_says_by_now() {
            var life = Life.of(s -> s)
                    .when(m -> m.manners(ModelWorld.Manners.Stubborn))
                    .wants(s -> s.suspend())
                    .wants(s -> s);
            assertEquals(Reason.Terminating, life.reason());
            assertEquals(Reason.Running, life.after(32).reason());
            assertEquals(0, life.history().restarts());
        }

        @Test
        void a_program_that_ended_by_itself_between_decision_and_term_is_judged_by_its_exit_code() {
            var life = Life.of(s -> s);
            var stop = new Action.Stop(
                    Sample.ADA, life.history().run().id(), Reason.SpecChanged, Action.Step.Term,
                    List.of(life.history().run().process()), life.now());
            life.when(m -> {
                m.intend(stop);
                m.exit(new Exit.Code(0));
            });
            assertEquals(Reason.Completed, life.reason());
            assertNull(life.history().last().by());
        }

        @Test
        void an_end_by_our_signal_is_ours_even_if_the_daemon_died_before_it_wrote_that_down() {
            var life = Life.of(s -> s);
            var stop = new Action.Stop(
                    Sample.ADA, life.history().run().id(), Reason.RolloutRestart, Action.Step.Term,
                    List.of(life.history().run().process()), life.now());
            life.when(m -> {
                m.intend(stop);
                m.exit(new Exit.Signal(15));
            });
            assertEquals(Reason.Running, life.reason());
            assertEquals(0, life.history().restarts());
        }

        @Test
        void a_program_that_may_not_be_signalled_is_not_asked_for_ever() {
            var life = Life.of(s -> s).when(m -> m.manners(ModelWorld.Manners.Stubborn));
            var run = life.history().run();
            var stop = new Action.Stop(
                    Sample.ADA, run.id(), Reason.Suspended, Action.Step.Term, List.of(run.process()),
                    life.now().plus(Duration.ofSeconds(30)));
            life.when(m -> {
                m.intend(stop);
                m.history = Journal.done(m.history, stop, "not permitted", m.now);
            });
            assertEquals(Reason.Terminating, life.reason());
        }

        @Test
        void a_delete_stops_it_without_hold_down_and_removes_its_manifest_first() {
            var life = Life.of(s -> s);
            life.delete(Sample.agent().documentDigest(), null);
            assertEquals(
                    List.of("RemoveManifest Deleted", "Stop Term Deleted", "Reap Deleted", "Forget Deleted",
                            "StopServer Vacant"),
                    life.did());
            assertNull(life.history());
        }

        @Test
        void an_edit_after_the_delete_is_kept_and_is_a_new_agent() {
            var life = Life.of(s -> s);
            var uid = life.history().uid();
            life.delete("another document", null);
            assertEquals(Reason.Running, life.reason());
            assertNotEquals(uid, life.history().uid());
        }

        @Test
        void a_delete_shortens_a_grace_period_that_runs() {
            var life = Life.of(s -> s).when(m -> m.manners(ModelWorld.Manners.Stubborn)).wants(s -> s.suspend());
            assertEquals(1, life.alive());
            life.delete(null, 0).after(3);
            assertNull(life.reason() == Reason.Suspended ? null : life.history().run(),
                    "gone, or a new agent without a run");
            assertEquals(0, life.alive());
        }

        @Test
        void a_deleted_agent_whose_name_a_stranger_took_is_forgotten() {
            var life = Life.found(new Desire.Wanted(Sample.agent()), new Session.Foreign("session ada ($4)"));
            assertEquals(Reason.NameTaken, life.reason());
            life.delete(Sample.agent().documentDigest(), null);
            assertEquals(List.of("RemoveManifest Deleted", "Forget Deleted"), life.did());
        }
    }

    @Nested
    class Removing {
        @Test
        void it_stops_when_the_hold_down_is_over_and_nothing_is_left() {
            var life = Life.of(s -> s).unwanted();
            assertEquals(Reason.PendingDeletion, life.reason());
            assertEquals(1, life.after(29).alive());
            assertEquals(
                    List.of("Stop Term SpecRemoved", "Reap SpecRemoved", "Forget SpecRemoved", "StopServer Vacant"),
                    life.after(2).did());
            assertNull(life.history());
        }

        @Test
        void any_sight_ends_the_hold_down_and_it_is_the_same_agent() {
            var life = Life.of(s -> s);
            var uid = life.history().uid();
            life.unwanted().after(29).wants(s -> s).unwanted();
            assertEquals(1, life.after(29).alive());
            life.wants(s -> s);
            assertEquals(uid, life.history().uid());
            assertEquals(0, life.history().restarts());
        }

        @Test
        void an_incomplete_look_starts_its_count_anew() {
            var life = Life.of(s -> s).unwanted().after(20);
            life.when(m -> m.source(Worlds.source(false, false, false, false)));
            assertEquals(Reason.SourceNotReady, life.reason());
            life.when(m -> m.source(Worlds.source(true, true, false, false)));
            assertEquals(1, life.after(29).alive());
            assertEquals(0, life.after(2).alive());
        }

        @Test
        void an_empty_folder_removes_nothing_unless_that_is_allowed() {
            var life = Life.of(s -> s).when(m -> m.source(Worlds.source(true, true, true, false))).unwanted();
            assertEquals(Reason.SourceNotReady, life.after(3600).reason());
            life.when(m -> m.source(Worlds.source(true, true, true, true))).after(31);
            assertNull(life.history());
        }

        @Test
        void a_file_that_comes_back_after_the_stop_began_is_a_new_agent() {
            var life = Life.of(s -> s);
            var uid = life.history().uid();
            life.when(m -> m.manners(ModelWorld.Manners.Stubborn)).unwanted().after(31);
            assertEquals(Reason.Terminating, life.reason());
            life.wants(s -> s).after(32);
            assertEquals(Reason.Running, life.reason());
            assertNotEquals(uid, life.history().uid());
        }

        @Test
        void removing_the_file_of_an_agent_that_is_left_alone_leaves_it_alone() {
            assertNull(Life.of(s -> s.disabled()).unwanted().after(31).history(), "there is nothing to leave alone");
            var running = Life.of(s -> s).wants(s -> s.disabled());
            assertEquals(List.of("Restamp Restamped"), running.did());
            assertEquals(Reason.ReconcileDisabled, running.unwanted().after(3600).reason());
            assertEquals(1, running.alive());
        }
    }

    @Nested
    class Changing {
        @Test
        void a_changed_spec_waits_for_the_next_exit_unless_told_otherwise() {
            var life = Life.of(s -> s).wants(s -> s.command("new"));
            assertEquals(Reason.RestartPending, life.reason());
            life.exits(0);
            assertEquals(List.of("Restart SpecChanged"), life.did());
            assertEquals(0, life.history().restarts());
            assertEquals(Reason.RestartPending,
                    life.wants(s -> s.command("newer").strategy(UpdateStrategy.OnIdle)).reason());
            life.wants(s -> s.command("newest").strategy(UpdateStrategy.Immediate));
            assertEquals(List.of("Stop Term SpecChanged", "Restart SpecChanged"), life.did());
        }

        @Test
        void a_replacement_that_would_fail_leaves_the_old_run_alone() {
            var life = Life.of(s -> s).when(m -> m.preflight(MISSING));
            life.wants(s -> s.command("new").strategy(UpdateStrategy.Immediate));
            assertEquals(Reason.ReplacementWouldFail, life.reason());
            assertEquals(1, life.alive());
            assertEquals(Reason.ReplacementWouldFail, life.rollout().reason());
            life.when(m -> m.preflight(new Preflight.Passed()));
            assertEquals(Reason.Running, life.reason());
        }

        @Test
        void a_folder_that_still_changes_stops_nothing() {
            var life = Life.of(s -> s).when(m -> m.source(Worlds.source(true, false, false, false)));
            assertEquals(Reason.SourceNotReady, life.wants(s -> s.suspend()).reason());
            assertEquals(Reason.SourceNotReady,
                    life.wants(s -> s.command("new").strategy(UpdateStrategy.Immediate)).reason());
            assertEquals(1, life.alive());
        }

        @Test
        void a_rollout_replaces_the_run_uncounted_and_only_once() {
            var life = Life.of(s -> s).rollout();
            assertEquals(List.of("Stop Term RolloutRestart", "Restart RolloutRestart"), life.did());
            assertEquals(0, life.history().restarts());
            assertNull(life.history().rollout());
        }

        @Test
        void a_rollout_ends_a_back_off() {
            var life = Life.of(s -> s).exits(1).exits(1);
            assertEquals(Reason.CrashLoopBackOff, life.reason());
            assertEquals(Reason.Running, life.rollout().reason());
            assertEquals(Reason.Running, life.exits(1).reason(), "the next failure is a first one again");
        }

        @Test
        void disabling_is_stamped_on_the_mark_and_so_is_enabling() {
            var life = Life.of(s -> s).wants(s -> s.disabled());
            assertTrue(((Session.Running) life.session()).pane().mark().disabled());
            assertEquals(Reason.ReconcileDisabled, life.exits(1).reason());
            assertEquals(Reason.Running, life.wants(s -> s).reason());
            life.wants(s -> s.disabled()).wants(s -> s);
            assertEquals(List.of("Restamp Restamped"), life.did());
        }

        @Test
        void a_hash_of_another_version_is_stamped_anew_and_is_no_change() {
            var mark = Sample.mark(Sample.agent(), Sample.run(7));
            var old = new OwnerMark(mark.source(), mark.name(), mark.run(), new SpecHash(99, "x"), 1, false);
            var life = Life.found(
                    new Desire.Wanted(Sample.agent(s -> s.strategy(UpdateStrategy.Immediate))),
                    new Session.Running(Sample.pane(old), Worlds.MAIN));
            assertEquals(List.of("Adopt Adopted", "Restamp Restamped"), life.did());
            assertEquals(Reason.Running, life.reason());
        }
    }

    @Nested
    class Surviving {
        @Test
        void a_lost_state_directory_costs_nobody_a_run() {
            var life = Life.of(s -> s);
            var run = life.history().run();
            life.loseState();
            assertEquals(List.of("Adopt Adopted"), life.did());
            assertEquals(run.id(), life.history().run().id());
            assertEquals(run.process(), life.history().run().process());
            assertEquals(0, life.history().restarts());
        }

        @Test
        void a_reboot_is_a_fresh_run_uncounted_and_without_back_off() {
            var life = Life.of(s -> s).exits(1).exits(1).after(10).when(ModelWorld::reboot);
            assertEquals(Reason.Running, life.reason());
            assertEquals(2, life.history().restarts());
            assertNull(life.history().backoff());
            assertEquals(Reason.Rebooted, life.history().last().by());
        }

        @Test
        void one_that_waited_for_its_back_off_when_the_machine_went_down_starts_fresh_too() {
            var life = Life.of(s -> s).exits(1).exits(1).when(ModelWorld::reboot);
            assertEquals(Reason.Running, life.reason());
            assertEquals(1, life.history().restarts());
            assertNull(life.history().backoff());
        }

        @Test
        void a_program_that_outlives_its_tmux_server_is_ended_before_another_begins() {
            var life = Life.of(s -> s).when(m -> m.crashServer(true));
            assertEquals("Stop Term SessionLost", life.did().getFirst());
            assertEquals(Reason.Running, life.reason());
            assertEquals(1, life.alive());
            assertEquals(1, life.history().restarts());
        }

        @Test
        void of_two_runs_the_one_that_history_does_not_know_goes() {
            var life = Life.of(s -> s);
            var known = life.history().run();
            life.when(m -> m.second(new RunId(known.id().uid(), 99)));
            assertEquals(List.of("Stop Term Duplicate", "Reap Duplicate"), life.did());
            assertEquals(known.process(), life.history().run().process());
            assertEquals(Reason.Running, life.reason());
        }

        @Test
        void a_start_that_is_never_seen_is_repeated_once_and_then_waits() {
            var created = new World(
                    List.of(), new Desire.Wanted(Sample.agent()), new Session.Absent(null),
                    Worlds.source(true, true, false, false), new ServerState.Up(Sample.SERVER, true, false),
                    new Preflight.Passed(),
                    new History(new Fleet(1, List.of(), List.of(), new TreeMap<>()), new TreeMap<>()),
                    Sample.at(1000));
            var model = new ModelWorld(created, ModelWorld.Manners.Polite);
            for (int attempt = 1; attempt <= 2; attempt++) {
                var start = (Action.Start) model.round().agents().get(Sample.ADA);
                assertEquals(1, start.mark().run().number(), "the same run again");
                model.intend(start);
                model.done(start);
            }
            assertEquals(Reason.StartFailed, model.round().agents().get(Sample.ADA).reason());
        }
    }
}
