package dev.reconciler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentHistory.Ended;
import dev.reconciler.api.AgentHistory.Run;
import dev.reconciler.api.AgentSpec;
import dev.reconciler.api.Completion;
import dev.reconciler.api.Dialogue;
import dev.reconciler.api.Done;
import dev.reconciler.api.Exit;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RestartPolicy;
import java.util.EnumSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What follows from the end of a run.
class VerdictTest {
    private static final Moment NOW = Sample.at(1000);

    private static AgentHistory ended(Reason by, Exit exit, long after, Boolean said) {
        var agent = Sample.agent();
        var end = new Ended(Sample.run(7), by, exit, Sample.at(100), Sample.at(100 + after));
        var run = Run.of(Sample.run(7), Worlds.MAIN, agent.runHash(), "/srv/ada", Sample.at(100)).ended(end);
        var dialogue =
                said == null ? Dialogue.NONE : Dialogue.NONE.done(new Done(Sample.run(7), said, "m", null, NOW));
        return new HistoryEdit(Sample.created(agent, Sample.UID, Sample.at(1)))
                .run(run)
                .last(end)
                .failures(1)
                .said(dialogue)
                .done();
    }

    private static Verdict of(UnaryOperator<Sample.Spec> spec, AgentHistory history) {
        return Verdict.of(history, Sample.agent(spec), NOW);
    }

    @ParameterizedTest
    @CsvSource({"99, false", "100, true", "101, true"})
    void a_run_that_reached_its_deadline_failed_by_it(long lasted, boolean failed) {
        assertEquals(
                failed
                        ? new Verdict.Finished(
                                Reason.DeadlineExceeded, "the run was active for longer than 100s")
                        : new Verdict.NewRun(Reason.SpecChanged, false),
                of(s -> s.deadline(100), ended(Reason.DeadlineExceeded, new Exit.Signal(15), lasted, null)));
    }

    /// An end that is no answer of its own: it went unseen, or we ended it because something was wrong with it.
    private static final EnumSet<Reason> SILENT = EnumSet.of(
            Reason.SessionLost, Reason.Unhealthy, Reason.HeartbeatLost, Reason.DeadlineExceeded, Reason.Rebooted,
            Reason.Done);

    @ParameterizedTest
    @EnumSource(
            value = Reason.class,
            names = {"SessionLost", "Unhealthy", "HeartbeatLost", "DeadlineExceeded", "Rebooted", "Done", "Suspended",
                "SpecChanged", "RolloutRestart", "Duplicate"})
    void its_word_decides_unless_it_was_ended_to_be_run_again(Reason by) {
        var exit = new Exit.Signal(15);
        boolean decides = SILENT.contains(by);
        for (var completion : new Completion.By[] {Completion.By.DoneFile, Completion.By.Either}) {
            UnaryOperator<Sample.Spec> spec = s -> s.completion(completion, Completion.OnDone.Stop).deadline(10);
            var well = of(spec, ended(by, exit, 20, true));
            assertEquals(decides, well instanceof Verdict.Finished(var reason, var what)
                    && reason == Reason.Completed && what.equals("it said that it succeeded: m"), well.toString());
            var badly = of(spec, ended(by, exit, 20, false));
            assertEquals(decides, badly.equals(new Verdict.NewRun(
                    by == Reason.SessionLost ? Reason.SessionLost : Reason.Restarted, by != Reason.Duplicate))
                    && by != Reason.Duplicate, badly.toString());
        }
        // By the exit code its word is only heard where it was ended for that.
        var unasked = of(s -> s.deadline(10), ended(by, exit, 20, true));
        assertEquals(by == Reason.Done, unasked instanceof Verdict.Finished(var reason, var what)
                && reason == Reason.Completed, unasked.toString());
    }

    @Test
    void its_word_comes_before_an_exit_code_that_says_otherwise() {
        UnaryOperator<Sample.Spec> either = s -> s.completion(Completion.By.Either, Completion.OnDone.Stop);
        assertEquals(
                new Verdict.Finished(Reason.Completed, "it said that it succeeded: m"),
                of(either, ended(null, new Exit.Code(1), 20, true)));
        assertEquals(
                new Verdict.NewRun(Reason.Restarted, true), of(either, ended(null, new Exit.Code(0), 20, false)));
    }

    /// Columns: policy, rule for exit code 3, exit code; what follows.
    @ParameterizedTest
    @CsvSource({"Always, false, 0, again", "OnFailure, false, 0, Completed", "Never, false, 0, Completed",
        "Always, false, 3, again", "OnFailure, false, 3, again", "Never, false, 3, Failed",
        "Never, true, 3, again", "Never, true, 4, Failed"})
    void an_exit_code_is_followed_by_the_policy_unless_a_rule_says_otherwise(
            RestartPolicy policy, boolean rule, int code, String then) {
        UnaryOperator<Sample.Spec> spec =
                s -> rule ? s.policy(policy).rule(AgentSpec.Operator.In, 3) : s.policy(policy);
        var verdict = of(spec, ended(null, new Exit.Code(code), 20, null));
        assertEquals(
                then.equals("again")
                        ? new Verdict.NewRun(Reason.Restarted, true)
                        : new Verdict.Finished(
                                Reason.valueOf(then), "the program ended with exit code " + code),
                verdict);
    }

    @ParameterizedTest
    @CsvSource({"Never, false, Failed", "Never, true, again", "OnFailure, false, again"})
    void an_exit_without_a_word_where_the_word_counts_alone_is_a_failure(
            RestartPolicy policy, boolean rule, String then) {
        UnaryOperator<Sample.Spec> spec = s -> {
            var word = s.policy(policy).completion(Completion.By.DoneFile, Completion.OnDone.Stop);
            return rule ? word.rule(AgentSpec.Operator.In, 0) : word;
        };
        assertEquals(
                then.equals("again")
                        ? new Verdict.NewRun(Reason.Restarted, true)
                        : new Verdict.Finished(
                                Reason.Failed,
                                "the program ended with exit code 0 without saying that it is done"),
                of(spec, ended(null, new Exit.Code(0), 20, null)));
    }

    @Test
    void failures_up_to_the_limit_are_followed_by_another_run() {
        var history = ended(null, new Exit.Code(1), 20, null);
        assertEquals(new Verdict.NewRun(Reason.Restarted, true), of(s -> s.backoffLimit(1), history));
        assertEquals(
                new Verdict.Finished(
                        Reason.BackoffLimitExceeded,
                        "1 failed runs, and spec.backoffLimit is 0; in the last one the program ended with exit code 1"),
                of(s -> s.backoffLimit(0), history));
    }
}
