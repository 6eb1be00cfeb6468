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
    /// @param revision the first commit that was seen to say what it runs, [Revision#toString]; null: none yet
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
            @Nullable Health health,
            @Nullable String revision) {
        /// A run just seen or intended.
        public static Run of(RunId id, @Nullable ProcessRef process, SpecHash hash, String directory, Moment started) {
            return new Run(id, process, hash, directory, started, null, null, null, null, List.of(), null, null);
        }

        public Run process(@Nullable ProcessRef value) {
            return new Run(
                    id, value, hash, workingDirectory, startedAt, termination, ended, repipedAt, clearedAt, argv,
                    health, revision);
        }

        public Run hash(SpecHash value) {
            return new Run(
                    id, process, value, workingDirectory, startedAt, termination, ended, repipedAt, clearedAt, argv,
                    health, revision);
        }

        public Run directory(String value) {
            return new Run(
                    id, process, hash, value, startedAt, termination, ended, repipedAt, clearedAt, argv, health,
                    revision);
        }

        public Run termination(@Nullable Termination value) {
            return new Run(
                    id, process, hash, workingDirectory, startedAt, value, ended, repipedAt, clearedAt, argv, health,
                    revision);
        }

        public Run ended(@Nullable Ended value) {
            return new Run(
                    id, process, hash, workingDirectory, startedAt, termination, value, repipedAt, clearedAt, argv,
                    health, revision);
        }

        public Run repiped(Moment value) {
            return new Run(
                    id, process, hash, workingDirectory, startedAt, termination, ended, value, clearedAt, argv, health,
                    revision);
        }

        public Run cleared(@Nullable Moment value) {
            return new Run(
                    id, process, hash, workingDirectory, startedAt, termination, ended, repipedAt, value, argv, health,
                    revision);
        }

        public Run argv(List<String> value) {
            return new Run(
                    id, process, hash, workingDirectory, startedAt, termination, ended, repipedAt, clearedAt, value,
                    health, revision);
        }

        public Run health(@Nullable Health value) {
            return new Run(
                    id, process, hash, workingDirectory, startedAt, termination, ended, repipedAt, clearedAt, argv,
                    value, revision);
        }

        /// Its spec is what this commit says.
        public Run revision(String value) {
            return new Run(
                    id, process, hash, workingDirectory, startedAt, termination, ended, repipedAt, clearedAt, argv,
                    health, value);
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
        public Next argv(List<String> value) {
            return new Next(id, hash, workingDirectory, reason, restart, at, prompt, value);
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
    /// @param failed whether it counts as a failure, where that differs from what the exit says, such as by
    ///     `spec.completion`; else null
    public record Ended(
            RunId run, @Nullable Reason by, Exit exit, Moment startedAt, Moment at, @Nullable Boolean failed) {
        public Ended(RunId run, @Nullable Reason by, Exit exit, Moment startedAt, Moment at) {
            this(run, by, exit, startedAt, at, null);
        }
    }

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
    ///
    /// @param quietSize agents at the last quiet picture: complete, nothing held or pending, ledger empty
    /// @param ledger what the source made stop or restart in the last ten minutes
    /// @param approvals what a person allowed
    /// @param servers by namespace
    /// @param blindSince first look since which no absence counts (folder incomplete or empty), null when the last did
    /// @param teardowns what was ended and is not verified gone
    /// @param source null as long as nothing is
    /// @param lostAt when sessions of ours were seen of which nothing was remembered; null: never, or so long ago that
    ///     what was done before does not count any more
    public record Fleet(
            int quietSize,
            List<Change> ledger,
            List<Change> approvals,
            SortedMap<String, ServerHistory> servers,
            @Nullable Moment blindSince,
            List<Teardown> teardowns,
            @Nullable SourceHistory source,
            @Nullable Moment lostAt) {
        public Fleet(
                int quietSize, List<Change> ledger, List<Change> approvals, SortedMap<String, ServerHistory> servers) {
            this(quietSize, ledger, approvals, servers, null, List.of(), null, null);
        }

        public Fleet quietSize(int value) {
            return new Fleet(value, ledger, approvals, servers, blindSince, teardowns, source, lostAt);
        }

        public Fleet ledger(List<Change> value) {
            return new Fleet(quietSize, value, approvals, servers, blindSince, teardowns, source, lostAt);
        }

        public Fleet approvals(List<Change> value) {
            return new Fleet(quietSize, ledger, value, servers, blindSince, teardowns, source, lostAt);
        }

        public Fleet servers(SortedMap<String, ServerHistory> value) {
            return new Fleet(quietSize, ledger, approvals, value, blindSince, teardowns, source, lostAt);
        }

        public Fleet blindSince(@Nullable Moment value) {
            return new Fleet(quietSize, ledger, approvals, servers, value, teardowns, source, lostAt);
        }

        public Fleet teardowns(List<Teardown> value) {
            return new Fleet(quietSize, ledger, approvals, servers, blindSince, value, source, lostAt);
        }

        public Fleet source(SourceHistory value) {
            return new Fleet(quietSize, ledger, approvals, servers, blindSince, teardowns, value, lostAt);
        }

        public Fleet lostAt(@Nullable Moment value) {
            return new Fleet(quietSize, ledger, approvals, servers, blindSince, teardowns, source, value);
        }

        /// What is remembered of the folder as a whole.
        public SourceHistory whence() {
            return source == null ? SourceHistory.NONE : source;
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
}
