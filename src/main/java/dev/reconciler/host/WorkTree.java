package dev.reconciler.host;

import dev.reconciler.api.Checkout;
import dev.reconciler.api.Revision;
import java.nio.file.Path;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// What only git itself can tell of a folder in a work tree, asked once for each state of it and never by who looks.
final class WorkTree {
    private final GitDirectory git;
    private final Path folder;
    private final GitProgram program;
    private final @Nullable Wake wake;
    private @Nullable Asked asked;
    private @Nullable Asked next;
    private Told told = new Told(null, "", new Asked(null, null, -1), null);

    /// One state: equal ones have equal answers.
    ///
    /// @param generation what had been heard of the folder
    private record Asked(@Nullable Revision revision, @Nullable FileFacts index, long generation) {}

    private record Told(
            @Nullable Revision revision, String subject, Asked about, @Nullable SortedSet<String> uncommitted) {}

    /// @param folder resolved
    /// @param wake told of an answer; null: nobody waits, so that who asks waits for the answer
    WorkTree(GitDirectory git, Path folder, GitProgram program, @Nullable Wake wake) {
        this.git = git;
        this.folder = folder;
        this.program = program;
        this.wake = wake;
    }

    GitDirectory git() {
        return git;
    }

    boolean isOf(@Nullable GitDirectory found, Path resolved) {
        return git.equals(found) && folder.equals(resolved);
    }

    /// As far as it is known; what is missing is asked for.
    Checkout checkout(GitDirectory.State state, long generation) {
        var wanted = new Asked(state.revision(), state.index(), generation);
        if (wake == null) {
            ask(wanted);
        } else {
            begin(wanted);
        }
        synchronized (this) {
            var subject = java.util.Objects.equals(told.revision, state.revision()) ? told.subject : "";
            return new Checkout(
                    state.revision(), subject, told.about.equals(wanted) ? told.uncommitted : null, state.held());
        }
    }

    /// While an operation is under way nothing is asked.
    Checkout held(GitDirectory.State state) {
        synchronized (this) {
            var subject = java.util.Objects.equals(told.revision, state.revision()) ? told.subject : "";
            return new Checkout(state.revision(), subject, null, state.held());
        }
    }

    private synchronized void begin(Asked wanted) {
        if (wanted.equals(told.about) || wanted.equals(asked)) {
            return;
        }
        next = wanted;
        if (asked == null) {
            Thread.ofVirtual().name("git").start(this::answer);
        }
    }

    /// One question at a time; of those that come meanwhile only the last is asked.
    private void answer() {
        while (true) {
            Asked now;
            synchronized (this) {
                asked = next;
                next = null;
                now = asked;
            }
            if (now == null) {
                return;
            }
            ask(now);
            if (wake != null) {
                wake.now();
            }
        }
    }

    private void ask(Asked wanted) {
        Told before;
        synchronized (this) {
            before = told;
        }
        var revision = wanted.revision;
        var subject = revision == null ? ""
                : revision.equals(before.revision) && !before.subject.isEmpty() ? before.subject
                : program.subject(folder, revision.commit());
        var uncommitted = program.uncommitted(git.workTree(), folder);
        synchronized (this) {
            told = new Told(revision, subject, wanted, uncommitted);
        }
    }
}
