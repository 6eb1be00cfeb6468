package dev.reconciler.recording;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentHistory.Change;
import dev.reconciler.api.AgentHistory.DeleteIntent;
import dev.reconciler.api.AgentHistory.Fleet;
import dev.reconciler.api.AgentHistory.Next;
import dev.reconciler.api.AgentHistory.Run;
import dev.reconciler.api.AgentHistory.StartFailure;
import dev.reconciler.api.AgentHistory.Termination;
import dev.reconciler.api.Checkout;
import dev.reconciler.api.Delivery;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Dialogue;
import dev.reconciler.api.Done;
import dev.reconciler.api.Given;
import dev.reconciler.api.Health;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.Session;
import dev.reconciler.api.Source;
import dev.reconciler.api.SourceHistory;
import dev.reconciler.api.SpecHash;
import dev.reconciler.api.Uids;
import dev.reconciler.api.Vitals;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the planner takes, without what it does not need: values of variables, prompts and messages, command lines,
/// what programs and probes said, what a broken file contains. Where it asks whether two things are equal, both stand
/// as salted digests. The salt is written nowhere, so that nobody can try out short secrets. A component that is added
/// to one of these types has to be thought about here, else this does not compile.
final class Redaction {
    /// What stands where somebody's words stood.
    static final String LEFT_OUT = "(not recorded)";

    private static final Pattern PLACE = Pattern.compile("[^:]{1,200}:[0-9]{1,7}:[0-9]{1,7}(?=: )");
    private static final int TOKEN = 8;

    private final byte[] salt;
    private final Specs specs = new Specs(this);

    Redaction(byte[] salt) {
        this.salt = salt.clone();
    }

    /// Equal for equal texts of this recording, and nothing else. Empty stays empty.
    String token(String text) {
        if (text.isEmpty()) {
            return "";
        }
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(salt);
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)), 0, TOKEN);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    Desire of(Desire desire) {
        return switch (desire) {
            case Desire.Wanted(var agent) -> new Desire.Wanted(of(agent));
            case Desire.Suspended(var agent) -> new Desire.Suspended(of(agent));
            case Desire.Unwanted unwanted -> unwanted;
            case Desire.Unreadable(var lastGood, var why) ->
                    new Desire.Unreadable(lastGood == null ? null : of(lastGood), place(why));
        };
    }

    /// Where an error is, without what it quotes.
    private static String place(String why) {
        var place = PLACE.matcher(why);
        return place.lookingAt() ? place.group() + ": " + LEFT_OUT : LEFT_OUT;
    }

    private Agent of(Agent agent) {
        var annotations = new TreeMap<String, String>();
        if (agent.reconcileDisabled()) {
            annotations.put(Agent.RECONCILE, "disabled");
        }
        return new Agent(
                agent.name(), new TreeMap<>(), annotations, specs.of(agent.spec()), of(agent.runHash()),
                token(agent.specDigest()), token(agent.documentDigest()), agent.origin());
    }

    private SpecHash of(SpecHash hash) {
        return new SpecHash(hash.version(), token(hash.digest()));
    }

    private OwnerMark of(OwnerMark mark) {
        return new OwnerMark(
                mark.source(), mark.name(), mark.run(), of(mark.hash()), mark.generation(), mark.disabled());
    }

    Session of(Session session) {
        return switch (session) {
            case Session.Running(var pane, var process) -> new Session.Running(of(pane), process);
            case Session.Exited(var pane, var exit, var left) -> new Session.Exited(of(pane), exit, left);
            case Session.Doubled(var runs) -> new Session.Doubled(runs.stream().map(this::of).toList());
            case Session.Absent absent -> absent;
            case Session.Orphaned orphaned -> orphaned;
            case Session.Ghost ghost -> ghost;
            case Session.OtherSource other -> other;
            case Session.Foreign foreign -> foreign;
            case Session.Unknown unknown -> unknown;
        };
    }

    private Session.Pane of(Session.Pane pane) {
        return new Session.Pane(
                pane.server(), pane.id(), pane.sessionId(), of(pane.mark()), pane.attached(), pane.piped(),
                pane.shared());
    }

    Vitals of(Vitals vitals) {
        var beat = vitals.beat();
        var terminal = vitals.terminal();
        return new Vitals(
                switch (vitals.done()) {
                    case Vitals.DoneFile.None none -> none;
                    case Vitals.DoneFile.Said(var done) -> new Vitals.DoneFile.Said(of(done));
                    case Vitals.DoneFile.Wrong(var why, var since) -> new Vitals.DoneFile.Wrong(LEFT_OUT, since);
                },
                beat == null ? null : new Vitals.Beat(beat.at(), "", beat.activity()),
                terminal == null
                        ? null
                        : new Vitals.Terminal(
                                terminal.raw(), terminal.mode(), terminal.brackets(), terminal.attached(),
                                token(terminal.line()), terminal.still(), terminal.draft(), terminal.typed(),
                                terminal.entered()));
    }

    private static Done of(Done done) {
        return new Done(done.run(), done.succeeded(), "", null, done.at());
    }

    Health.Of of(Health.Of health) {
        return new Health.Of(health.run(), of(health.health()));
    }

    private static Health of(Health health) {
        return new Health(
                of(health.startup()), of(health.readiness()), of(health.liveness()), health.activity(),
                health.model(), health.trouble() == null ? null : LEFT_OUT);
    }

    private static Health.@Nullable Answer of(Health.@Nullable Answer answer) {
        return answer == null ? null : new Health.Answer(answer.passed(), LEFT_OUT);
    }

    Source of(Source source) {
        var checkout = source.checkout();
        return new Source(
                source.id(), source.complete(), source.settled(), source.empty(), source.allowEmpty(),
                source.problems().stream().map(Redaction::place).toList(),
                checkout == null ? null : new Checkout(checkout.revision(), "", null, checkout.held(), null));
    }

    /// Conditions are no input of the planner.
    AgentHistory of(AgentHistory history) {
        var delete = history.delete();
        var failure = history.startFailure();
        return new AgentHistory(
                history.name(), history.uid(), history.createdAt(), history.generation(), token(history.specDigest()),
                lastGood(history.lastGood()), history.graceSeconds(), specs.of(history.preStop()), history.runs(),
                of(history.run()), of(history.duplicate()), of(history.next()), history.restarts(),
                history.failures(), history.backoff(), history.last(), history.absentSince(),
                delete == null
                        ? null
                        : new DeleteIntent(delete.at(), document(delete.documentDigest()), delete.graceSeconds()),
                history.rollout(),
                failure == null ? null : new StartFailure(failure.count(), failure.at(), LEFT_OUT),
                new TreeMap<>(), of(history.said()));
    }

    /// Of the last good document only the one annotation counts.
    private static @Nullable String lastGood(@Nullable String document) {
        var disabled = "\"" + Agent.RECONCILE + "\":\"disabled\"";
        return document == null ? null : document.contains(disabled) ? "{" + disabled + "}" : "{}";
    }

    /// The digest that a document has here: an [Agent]'s is the token of its own.
    private @Nullable String document(@Nullable String digest) {
        return digest == null ? null : Uids.digest(token(digest));
    }

    private @Nullable Run of(@Nullable Run run) {
        if (run == null) {
            return null;
        }
        return new Run(
                run.id(), run.process(), of(run.hash()), run.workingDirectory(), run.startedAt(),
                of(run.termination()), run.ended(), run.repipedAt(), run.clearedAt(), Specs.program(run.argv()),
                run.health() == null ? null : of(run.health()), run.revision());
    }

    private static @Nullable Termination of(@Nullable Termination end) {
        return end == null
                ? null
                : new Termination(
                        end.reason(), end.decidedAt(), end.deadline(), end.sentAt(), end.kills(), end.killedAt(),
                        end.askedAt(), end.agreedAt(), end.refused() == null ? null : LEFT_OUT);
    }

    private @Nullable Next of(@Nullable Next next) {
        if (next == null) {
            return null;
        }
        var given = next.prompt();
        return new Next(
                next.id(), of(next.hash()), next.workingDirectory(), next.reason(), next.restart(), next.at(),
                given == null
                        ? null
                        : new Given(prompt(given.digest()), given.launched(), given.readySeconds(), given.oneLine()),
                Specs.program(next.argv()));
    }

    /// The digest that a prompt has here, by [Specs#prompt]. Empty stays empty.
    private String prompt(String digest) {
        return digest.isEmpty() ? "" : specs.digest(digest);
    }

    private @Nullable Dialogue of(@Nullable Dialogue said) {
        if (said == null) {
            return null;
        }
        var done = said.done();
        return new Dialogue(
                prompt(said.prompted()), said.deliveries().stream().map(this::of).toList(), said.messages(),
                done == null ? null : of(done));
    }

    private Delivery of(Delivery delivery) {
        return new Delivery(
                delivery.id(), delivery.run(), prompt(delivery.digest()), delivery.oneLine(), delivery.phase(),
                delivery.asked(), delivery.due(), delivery.at(), delivery.enters(), token(delivery.before()),
                token(delivery.line()), "");
    }

    Fleet of(Fleet fleet) {
        var source = fleet.source();
        return new Fleet(
                fleet.quietSize(), fleet.ledger().stream().map(this::of).toList(),
                fleet.approvals().stream().map(this::of).toList(), fleet.servers(), fleet.blindSince(),
                fleet.teardowns(),
                source == null
                        ? null
                        : new SourceHistory(
                                source.applied(), source.suspended(), source.trouble().isEmpty() ? "" : LEFT_OUT,
                                source.verified()),
                fleet.lostAt());
    }

    private Change of(Change change) {
        return new Change(change.name(), change.uid(), change.reason(), hash(change.hash()), change.at());
    }

    /// As [SpecHash#toString] writes it, empty for a removal.
    private String hash(String hash) {
        return hash.isEmpty() ? "" : of(SpecHash.parse(hash)).toString();
    }
}
