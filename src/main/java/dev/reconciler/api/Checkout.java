package dev.reconciler.api;

import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// What git says of the files of a picture.
///
/// @param revision null before the first commit
/// @param subject first line of the commit's message; empty when it is not known (yet)
/// @param uncommitted manifests that are not as the commit has them, by relative path; null: not known (yet)
/// @param held what holds a look back, such as `rebase in progress`; empty: nothing does
/// @param pull how commits are followed, null where the work tree is what counts
public record Checkout(
        @Nullable Revision revision,
        String subject,
        @Nullable SortedSet<String> uncommitted,
        String held,
        @Nullable Pull pull) {
    /// Of a work tree.
    public Checkout(
            @Nullable Revision revision, String subject, @Nullable SortedSet<String> uncommitted, String held) {
        this(revision, subject, uncommitted, held, null);
    }

    /// The newest commit that was found, and why it is not the one that is shown, if it is not.
    ///
    /// @param wanted null: none was found
    /// @param subject of the wanted commit
    /// @param error empty when the wanted commit is the one that is shown
    /// @param signature who signed it, or what is wrong with its signature; empty where none is asked for
    /// @param verified whether that is as `source.verify` wants it; true where none is asked for
    public record Pull(
            @Nullable Revision wanted, String subject, String error, String signature, boolean verified) {}

    /// Whether this file is known to be what the commit has.
    public boolean committed(String file) {
        return revision != null && uncommitted != null && !uncommitted.contains(file);
    }
}
