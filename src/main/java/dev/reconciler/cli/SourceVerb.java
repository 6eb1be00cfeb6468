package dev.reconciler.cli;

import dev.reconciler.api.Revision;
import dev.reconciler.controller.Access;
import dev.reconciler.controller.View;
import dev.reconciler.host.CommitSource;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `source`: which revision of the folder is wanted, which is applied, and why they differ.
@Command(
        name = "source",
        description = "Which revision of the manifests folder is wanted, which is applied, and why they differ.",
        footer = {
            "",
            "suspend: take in nothing new until resume; what runs is kept running as it was last said.",
            "sync: fetch now, where a remote is followed, and look again.",
            "",
            "Exit codes: 0 what is wanted is applied or suspended, 1 it is not.",
            "",
            "Examples:",
            "  reconciler source",
            "  reconciler source suspend    # before a big rebase",
            "  reconciler source resume",
            "  reconciler source sync",
        })
final class SourceVerb implements Verb {
    private static final int NOT_APPLIED = 1;

    @Parameters(paramLabel = "suspend|resume|sync", arity = "0..*", description = "What to do; nothing: show it.")
    private List<String> words = new ArrayList<>();

    @Override
    public int run(Call call) throws Failure, Access.Refusal {
        if (words.size() > 1) {
            throw Failure.of("one of suspend, resume or sync");
        }
        if (words.isEmpty()) {
            return show(call);
        }
        switch (words.getFirst()) {
            case "suspend" -> {
                call.access().suspendSource(true);
                call.out().println("source suspended");
            }
            case "resume" -> {
                call.access().suspendSource(false);
                call.out().println("source resumed");
            }
            case "sync" -> {
                var error = call.access().syncSource();
                if (!error.isEmpty()) {
                    throw Failure.of(Text.plain(error));
                }
                call.out().println("source synced");
            }
            default -> throw Failure.of("source knows suspend, resume and sync, not \"" + words.getFirst() + "\"");
        }
        return 0;
    }

    private static int show(Call call) throws Access.Refusal {
        var view = call.access().view();
        var out = call.out();
        var checkout = view.desired().source().checkout();
        var pull = checkout == null ? null : checkout.pull();
        var whence = view.history().fleet().whence();
        line(out, "Folder", call.access().manifests().toString());
        line(out, "Mode", mode(call.settings().commits()));
        var newest = pull != null ? pull.wanted() : checkout == null ? null : checkout.revision();
        var subject = pull != null ? pull.subject() : checkout == null ? "" : checkout.subject();
        line(out, "Wanted", revision(newest, subject));
        var applied = whence.applied() == null ? null : Revision.parse(whence.applied());
        line(out, "Applied", revision(applied, applied != null && applied.equals(newest) ? subject : ""));
        line(out, "Suspended", whence.suspended() ? "True" : "False");
        if (checkout != null && checkout.uncommitted() != null && pull == null) {
            line(out, "Uncommitted", checkout.uncommitted().isEmpty()
                    ? Table.NONE
                    : String.join(", ", checkout.uncommitted()));
        }
        var problems = view.desired().source().problems();
        boolean ready = ready(view);
        line(out, "SourceReady", condition(ready, whence.suspended() ? "suspended by a person"
                : ready ? ""
                : problems.isEmpty() ? held(view)
                : problems.getFirst()));
        if (pull != null && call.settings().commits() instanceof CommitSource commits
                && commits.verify() != CommitSource.Verify.None) {
            line(out, "SourceVerified", pull.wanted() == null
                    ? "Unknown: no commit was found to check"
                    : condition(pull.verified(), pull.signature()));
        }
        line(out, "Last Error", problems.isEmpty() ? Table.NONE : String.join("\n             ", problems));
        return ready || whence.suspended() ? 0 : NOT_APPLIED;
    }

    private static boolean ready(View view) {
        var source = view.desired().source();
        return source.complete() && source.problems().isEmpty()
                && (source.checkout() == null || source.checkout().held().isEmpty());
    }

    private static String held(View view) {
        var checkout = view.desired().source().checkout();
        return checkout == null || checkout.held().isEmpty() ? "could not be read completely" : checkout.held();
    }

    private static String condition(boolean status, String why) {
        return (status ? "True" : "False") + (why.isEmpty() ? "" : ": " + why);
    }

    private static String revision(@Nullable Revision revision, String subject) {
        return revision == null ? Table.NONE : revision + (subject.isEmpty() ? "" : " \"" + subject + "\"");
    }

    private static String mode(@Nullable CommitSource commits) {
        if (commits == null) {
            return "WorkTree: the files as they stand in the folder";
        }
        var what = commits.tag() != null ? "tag " + commits.tag()
                : commits.branch() != null ? "branch " + commits.branch()
                : "HEAD";
        return "Commit: " + what
                + (commits.path() == null ? "" : ", path " + commits.path())
                + (commits.remote() == null ? ""
                        : ", from " + CommitSource.shown(commits.remote()) + " every " + commits.poll().toSeconds()
                                + "s")
                + (commits.verify() == CommitSource.Verify.None ? "" : ", signed: " + commits.verify());
    }

    private static void line(PrintStream out, String name, String value) {
        out.printf("%-16s%s%n", name + ":", Text.plain(value));
    }
}
