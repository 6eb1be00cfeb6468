package dev.reconciler.api;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// What the world cannot tell about one agent: kept on disk, one small file each.
///
/// @param uid of this incarnation: a name deleted and written again is another agent
/// @param generation 1 at first, +1 on each change of the spec
/// @param specDigest of the generation
/// @param lastGood canonical JSON of its last good document, null for an agent only known from its mark
/// @param graceSeconds its terminationGracePeriodSeconds, for when its manifest is gone
/// @param preStop how its program is asked to end, for the same
/// @param runs highest run number ever intended
/// @param run the current or last run, null before the first is seen
/// @param duplicate a second run that is being ended, null without
/// @param next the intended run, kept until it is seen
/// @param restarts runs that replaced one that ended by itself: the RESTARTS column
/// @param failures failed runs since the last healthy start or spec change: what `backoffLimit` counts
/// @param backoff null before the second restart and after a reset
/// @param last how the last run ended
/// @param absentSince first complete look that missed it, null while it is in the picture
/// @param delete a person's word, null without
/// @param rollout the run a person asked to be replaced
/// @param startFailure the last start that tmux refused, null after one that worked
/// @param conditions as last reported: for `lastTransitionTime` only
/// @param said null as long as nothing was
public record AgentHistory(
        AgentName name,
        String uid,
        Moment createdAt,
        long generation,
        String specDigest,
        @Nullable String lastGood,
        int graceSeconds,
        @Nullable PreStop preStop,
        long runs,
        @Nullable Run run,
        @Nullable Run duplicate,
        @Nullable Next next,
        int restarts,
        int failures,
        @Nullable Backoff backoff,
        @Nullable Ended last,
        @Nullable Moment absentSince,
        @Nullable DeleteIntent delete,
        @Nullable RunId rollout,
        @Nullable StartFailure startFailure,
        SortedMap<String, Condition> conditions,
        @Nullable Dialogue said) {

    /// When KILL is due in a stop that was decided for `deadline`: a delete can only shorten it.
    public Moment shortened(Moment deadline) {
        if (delete == null || delete.graceSeconds() == null) {
            return deadline;
        }
        var sooner = delete.at().plus(Duration.ofSeconds(delete.graceSeconds()));
        return Objects.requireNonNull(Moment.earlier(deadline, sooner));
    }

    /// What was said to it and by it.
    public Dialogue dialogue() {
        return said == null ? Dialogue.NONE : said;
    }

    /// One run that was seen.
    ///
    /// @param process its main process, null when only its dead pane was seen
    /// @param workingDirectory absolute, for the rule of the predecessor
    /// @param termination our decision to end it
    /// @param ended written before anything is done about it
    /// @param repipedAt when its broken log pipe was opened again, null while it never broke
    /// @param clearedAt when nothing of it was left any more, after it had ended
    /// @param argv what was started, empty for a run that was adopted
    /// @param health what its probes and screen say, null before the first answer
    public record Run(
            RunId id,
            @Nullable ProcessRef process,
            SpecHash hash,
            String workingDirectory,
            Moment startedAt,
            @Nullable Termination termination,
            @Nullable Ended ended,
            @Nullable Moment repipedAt,
            @Nullable Moment clearedAt,
            List<String> argv,
            @Nullable Health health) {
        /// A run just seen or intended.
        public static Run of(RunId id, @Nullable ProcessRef process, SpecHash hash, String directory, Moment started) {
            return new Run(id, process, hash, directory, started, null, null, null, null, List.of(), null);
        }

        public Run process(ProcessRef value) {
            return new Run(
                    id, value, hash, workingDirectory, startedAt, termination, ended, repipedAt, clearedAt, argv,
                    health);
        }

        public Run hash(SpecHash value) {
            return new Run(
                    id, process, value, workingDirectory, startedAt, termination, ended, repipedAt, clearedAt, argv,
                    health);
        }

        public Run directory(String value) {
            return new Run(
                    id, process, hash, value, startedAt, termination, ended, repipedAt, clearedAt, argv, health);
        }

        public Run termination(@Nullable Termination value) {
            return new Run(
                    id, process, hash, workingDirectory, startedAt, value, ended, repipedAt, clearedAt, argv, health);
        }

        public Run ended(@Nullable Ended value) {
            return new Run(
                    id, process, hash, workingDirectory, startedAt, termination, value, repipedAt, clearedAt, argv,
                    health);
        }

        public Run repiped(Moment value) {
            return new Run(
                    id, process, hash, workingDirectory, startedAt, termination, ended, value, clearedAt, argv, health);
        }

        public Run cleared(@Nullable Moment value) {
            return new Run(
                    id, process, hash, workingDirectory, startedAt, termination, ended, repipedAt, value, argv, health);
        }

        public Run argv(List<String> value) {
            return new Run(
                    id, process, hash, workingDirectory, startedAt, termination, ended, repipedAt, clearedAt, value,
                    health);
        }

        public Run health(@Nullable Health value) {
            return new Run(
                    id, process, hash, workingDirectory, startedAt, termination, ended, repipedAt, clearedAt, argv,
                    value);
        }

        /// What its probes and screen say.
        public Health said() {
            return health == null ? Health.UNKNOWN : health;
        }
    }

    /// One run that was intended and not seen yet.
    ///
    /// @param restart whether it counts as a restart once seen
    /// @param prompt what it is to be told, null when nothing
    /// @param argv what is started, before a prompt is appended to it
    public record Next(
            RunId id,
            SpecHash hash,
            String workingDirectory,
            Reason reason,
            boolean restart,
            Moment at,
            @Nullable Given prompt,
            List<String> argv) {
        public Next(
                RunId id, SpecHash hash, String workingDirectory, Reason reason, boolean restart, Moment at) {
            this(id, hash, workingDirectory, reason, restart, at, null, List.of());
        }
    }

    /// The decision to end a run, on disk before its first signal.
    ///
    /// @param askedAt when its preStop began, null without one
    /// @param agreedAt when its preStop came to its end with success: from then on it said that it would stop
    /// @param refused why its preStop failed, null: it did not
    /// @param sentAt when TERM was sent; null: decided only
    /// @param kills how often KILL was sent
    /// @param killedAt when KILL was last sent
    public record Termination(
            Reason reason,
            Moment decidedAt,
            Moment deadline,
            @Nullable Moment sentAt,
            int kills,
            @Nullable Moment killedAt,
            @Nullable Moment askedAt,
            @Nullable Moment agreedAt,
            @Nullable String refused) {
        public static Termination decided(Reason reason, Moment now, Moment deadline) {
            return new Termination(reason, now, deadline, null, 0, null, null, null, null);
        }

        public Termination deadline(Moment value) {
            return new Termination(
                    reason, decidedAt, value, sentAt, kills, killedAt, askedAt, agreedAt, refused);
        }

        /// Its preStop begins.
        public Termination asked(Moment at) {
            return new Termination(reason, decidedAt, deadline, sentAt, kills, killedAt, at, agreedAt, refused);
        }

        /// Its preStop came to its end.
        ///
        /// @param failure null when it worked
        public Termination answered(@Nullable String failure, Moment at) {
            return new Termination(
                    reason, decidedAt, deadline, sentAt, kills, killedAt, askedAt, failure == null ? at : null,
                    failure);
        }

        /// TERM went out; the first time counts.
        public Termination sent(Moment at) {
            return new Termination(
                    reason, decidedAt, deadline, sentAt == null ? at : sentAt, kills, killedAt, askedAt, agreedAt,
                    refused);
        }

        public Termination killed(Moment at) {
            return new Termination(
                    reason, decidedAt, deadline, sentAt == null ? at : sentAt, kills + 1, at, askedAt, agreedAt,
                    refused);
        }
    }

    /// How and when a run ended.
    ///
    /// @param by our reason, null when it ended by itself
    /// @param startedAt of the run, for display and for the health of the run
    public record Ended(RunId run, @Nullable Reason by, Exit exit, Moment startedAt, Moment at) {}

    /// Kubernetes' crash-loop back-off.
    ///
    /// @param seconds current delay, counted from the end of the last run
    /// @param at when that delay was set: the start of the run it preceded
    public record Backoff(int seconds, Moment at) {}

    /// A person's `delete` of this uid.
    ///
    /// @param documentDigest of the document it was about, null when there was none: an edit after the delete is kept
    /// @param graceSeconds null: as the spec says; can only shorten
    public record DeleteIntent(Moment at, @Nullable String documentDigest, @Nullable Integer graceSeconds) {}

    /// A start that tmux refused.
    public record StartFailure(int count, Moment at, String message) {}

    /// What is remembered of the whole fleet, one file.
    /// @param quietSize agents at the last quiet picture: complete, nothing held or pending, ledger empty
    /// @param ledger what the source made stop or restart in the last ten minutes
    /// @param approvals what a person allowed
    /// @param servers by namespace
    /// @param blindSince first look since which no absence counts (folder incomplete or empty), null when the last did
    /// @param teardowns what was ended and is not verified gone
    public record Fleet(
            int quietSize,
            List<Change> ledger,
            List<Change> approvals,
            SortedMap<String, Server> servers,
            @Nullable Moment blindSince,
            List<Teardown> teardowns) {
        public Fleet(int quietSize, List<Change> ledger, List<Change> approvals, SortedMap<String, Server> servers) {
            this(quietSize, ledger, approvals, servers, null, List.of());
        }

        public Fleet quietSize(int value) {
            return new Fleet(value, ledger, approvals, servers, blindSince, teardowns);
        }

        public Fleet ledger(List<Change> value) {
            return new Fleet(quietSize, value, approvals, servers, blindSince, teardowns);
        }

        public Fleet approvals(List<Change> value) {
            return new Fleet(quietSize, ledger, value, servers, blindSince, teardowns);
        }

        public Fleet servers(SortedMap<String, Server> value) {
            return new Fleet(quietSize, ledger, approvals, value, blindSince, teardowns);
        }

        public Fleet blindSince(@Nullable Moment value) {
            return new Fleet(quietSize, ledger, approvals, servers, value, teardowns);
        }

        public Fleet teardowns(List<Teardown> value) {
            return new Fleet(quietSize, ledger, approvals, servers, blindSince, value);
        }
    }

    /// One destructive change that the source asks for: a set of these is what a person approves.
    ///
    /// @param reason SpecRemoved, SpecChanged or Suspended
    /// @param hash the wanted run hash, empty for a removal
    public record Change(AgentName name, String uid, Reason reason, String hash, Moment at) {
        public boolean same(Change other) {
            return name.equals(other.name)
                    && uid.equals(other.uid)
                    && reason == other.reason
                    && hash.equals(other.hash);
        }
    }

    /// What is remembered of one tmux server.
    ///
    /// @param process the one we started or reached last
    /// @param rescues attempts in a row that did not make it reachable
    /// @param startFailures starts in a row that did not work
    /// @param triedAt the last start or rescue
    /// @param message why the last attempt failed, empty when it did not
    /// @param rescued attempts that worked: each one is told
    public record Server(
            @Nullable ProcessRef process,
            int rescues,
            int startFailures,
            @Nullable Moment triedAt,
            String message,
            int rescued) {
        public static final Server UNKNOWN = new Server(null, 0, 0, null, "", 0);

        /// It answers, and nothing is wrong with it.
        public Server well(@Nullable ProcessRef value) {
            return new Server(value, 0, 0, null, "", rescued);
        }

        public Server tryRescue(Moment at) {
            return new Server(process, rescues + 1, startFailures, at, message, rescued);
        }

        public Server tryStart(Moment at) {
            return new Server(process, rescues, startFailures + 1, at, message, rescued);
        }

        public Server failed(String why) {
            return new Server(process, rescues, startFailures, triedAt, why, rescued);
        }

        public Server wasRescued() {
            return new Server(process, 0, 0, null, "", rescued + 1);
        }
    }
}
